import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from digidoc.archive.archive import Archive
from tests import judges
from tests.papers import UNIT, draft
from tests.programs import environ

_ENV = environ()
pytestmark = [pytest.mark.skipif(os.name != "posix", reason="fork and kill -9"), pytest.mark.slow]


# CRASH_EVERY=1 tries every case of this file, which takes some minutes; by default a part of each kind is tried.
_EVERY = int(os.environ.get("CRASH_EVERY", "13"))


def _program(name: str, folder: Path) -> dict[str, Any]:
    """What a program beside this file tells after it has gone through its cases."""
    words = [sys.executable, "-m", f"tests.archive.{name}", str(folder)]
    env = _ENV | {"CRASH_EVERY": str(_EVERY)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_killed_at_any_step_the_rerun_ends_in_the_same_content(tmp_path: Path) -> None:
    told = _program("crash", tmp_path)
    assert sum(told["points"].values()) > 300
    assert told["cases"] >= sum(told["points"].values()) // _EVERY
    assert judges.ocfl_valid(tmp_path / "again" / "store") == []


def test_after_a_loss_of_power_nothing_that_was_acknowledged_is_lost(tmp_path: Path) -> None:
    told = _program("replay", tmp_path)
    assert told["filing"] >= 500 // _EVERY
    assert told["creating"] >= 80 // _EVERY
    assert judges.ocfl_valid(tmp_path / "whole" / "store") == []


def test_a_disk_that_gets_full_at_any_step_loses_nothing(tmp_path: Path) -> None:
    assert _program("full", tmp_path)["cases"] >= 100 // _EVERY


_BATCH = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.papers import draft
from digidoc.archive.archive import Archive
with Archive.locate(Path(sys.argv[1])) as archive, archive.writing():
    print("go", flush=True)
    for number in range(40):
        code = f"HS-{number:02}"
        scans = Path(sys.argv[2]) / code
        drafts = [draft(scans, f"{code}-{n}.tif", "trang", dossier=code) for n in range(2)]
        if any(archive.task_state(given.record.paper_id) is None for given in drafts):
            archive.file(code, drafts)
"""


def test_killed_at_random_moments_a_batch_ends_complete(tmp_path: Path) -> None:
    root = tmp_path / "kho"
    Archive.create(root, unit=UNIT, profile="commune").close()
    words = [sys.executable, "-c", _BATCH, str(root), str(tmp_path / "scans"), str(Path(__file__).parents[2])]
    chance = random.Random(5)
    for _ in range(max(5, 50 // _EVERY)):
        with subprocess.Popen(words, stdout=subprocess.PIPE, env=_ENV) as batch:
            assert batch.stdout is not None
            assert batch.stdout.readline() == b"go\n"
            time.sleep(chance.uniform(0.0, 0.15))
            batch.kill()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=_ENV)
    with Archive.locate(root) as archive:
        found = archive.status()
        assert len(found.dossiers) == 40
        assert archive.figures().registered == 80
        inventories = [archive.store.inventory(f"urn:digidoc:H17.12:dossier:HS-{n:02}") for n in range(40)]
    assert {inventory.head for inventory in inventories if inventory} == {"v1"}
    assert not list((root / "tmp").iterdir())
    assert judges.ocfl_valid(root / "store") == []


def test_a_version_that_was_placed_but_not_named_is_taken_up(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("A", [draft(scans, "a.tif", dossier="A")])
        folder = archive.store.folder("urn:digidoc:H17.12:dossier:A")
        old = {name: (folder / name).read_bytes() for name in ("inventory.json", "inventory.json.sha512")}
        redone = draft(scans, "a.tif", dossier="A", task_key="key-2", derived=b"2")
        (second,) = archive.file("A", [redone])
        for name, data in old.items():
            (folder / name).unlink()
            (folder / name).write_bytes(data)
        assert archive.file("A", [redone]) == [second]
    assert judges.ocfl_valid(archive.root / "store") == []
