"""kill -9 at random moments of a signed batch, then a rerun: the same archive as without, nothing twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from digidoc.archive.archive import Archive
from digidoc.model import PaperRecord
from digidoc.sign.throwaway import ThrowawayPki, make_throwaway_pki
from tests.papers import UNIT, write_short_codes
from tests.scans import page_with_words

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="a process group is killed otherwise on Windows"),
    pytest.mark.slow,
]
KILLS = 6


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    for number in range(15):
        folder = tmp_path / "scans" / f"D{number % 4}"
        folder.mkdir(parents=True, exist_ok=True)
        page_with_words((f"Điều {number}. Ban hành quy chế",), size_mm=(120, 60)).image.save(
            folder / f"{number}.png", dpi=(200, 200)
        )
    return tmp_path / "scans"


def new_archive(folder: Path, pki: ThrowawayPki) -> Path:
    Archive.create(folder, unit=UNIT, profile="commune").close()
    write_short_codes(folder)
    (folder / "trust" / "root.pem").write_bytes(pki.root.read_bytes())
    with (folder / "digidoc.toml").open("a", encoding="utf-8") as config:
        config.write(f'\n[sign.try]\nkey = "{pki.key}"\npin_file = "{pki.pin_file}"\n')
    return folder


def start(scans: Path, archive: Path) -> "subprocess.Popen[bytes]":
    words = [
        "digitize",
        str(scans),
        "--archive",
        str(archive),
        "--sign",
        "try",
        "--also-unreviewed",
        "--jobs",
        "2",
        "--json",
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "digidoc", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def told(paper: PaperRecord) -> tuple[Any, ...]:
    """What must be the same; signatures and the record of them bear the time."""
    files = {file.role: file.sha256 for file in paper.files if file.role not in ("signed", "metadata")}
    verdicts = [signature.verdict for signature in paper.signatures]
    kinds = [event.kind for event in paper.events]
    return paper.name, paper.state, files, verdicts, paper.pages, paper.object_version, kinds


def content(archive: Path) -> dict[str, tuple[Any, ...]]:
    with Archive.locate(archive) as opened:
        papers = [paper for number in range(4) for paper in opened.papers_of(f"D{number}")]
    assert len({paper.paper_id for paper in papers}) == len(papers)
    return {paper.paper_id: told(paper) for paper in papers}


def stored(archive: Path) -> list[str]:
    return sorted(str(p.relative_to(archive)) for p in (archive / "store").rglob("*") if p.is_file())


def test_a_killed_batch_ends_like_an_undisturbed_one(scans: Path, tmp_path: Path) -> None:
    pki = make_throwaway_pki(tmp_path / "keys", "Xã Thử")
    calm, killed = (new_archive(tmp_path / name, pki) for name in ("calm", "killed"))
    begun = time.monotonic()
    assert start(scans, calm).wait(120) == 0
    whole = time.monotonic() - begun
    moments = random.Random(20260105)
    for number in range(KILLS):
        running = start(scans, killed)
        time.sleep(moments.uniform(0.3, 0.8) * whole)
        if number % 2:
            os.killpg(running.pid, signal.SIGKILL)  # the workers too, as when the power fails
        else:
            running.kill()
        running.wait(30)
    assert start(scans, killed).wait(120) == 0
    assert content(killed) == content(calm)
    assert stored(killed) == stored(calm)
    assert not list((killed / "tmp").iterdir())
