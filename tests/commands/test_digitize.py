"""What `digidoc digitize` says at its end, and how it ends when a person has to look at a paper."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from digidoc import cli
from digidoc.archive.archive import Archive
from digidoc.errors import ExitCode
from tests.layered import layered
from tests.ocr.laid_out import Paper
from tests.papers import UNIT
from tests.running import Run, runner


@pytest.fixture
def digitize(tmp_path: Path) -> Run:
    Archive.create(tmp_path / "kho", unit=UNIT, profile="commune").close()
    after = ("--archive", str(tmp_path / "kho"), "--ocr", "null", "--jobs", "1")
    return runner(cli.build(), "digitize", after=after)


def scans(folder: Path, count: int) -> Path:
    """Pages with ink that the null engine finds no words in, so that each is to be reviewed."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        page = Image.new("RGB", (200, 280), "white")
        page.paste("black", (60, 80, 120 + number, 160))
        page.save(folder / f"{number}.png", dpi=(200, 200))
    return folder


def test_the_counts_stand_last_and_at_most_20_papers_before_them(digitize: Run, tmp_path: Path) -> None:
    done = digitize(scans(tmp_path / "D1", 23))
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [line.startswith("  ? ") for line in lines[:20]] == [True] * 20
    assert lines[20].startswith("  … and 3 more: see `digidoc status`")
    assert lines[22].split() == ["23", "done,", "to", "be", "reviewed"]
    assert lines[-1].split()[:2] == ["0", "failed;"]


def test_check_ends_with_6_when_a_person_has_to_look_at_a_paper_of_this_run(digitize: Run, tmp_path: Path) -> None:
    folder = scans(tmp_path / "D1", 1)
    assert digitize(folder, "--check", "--dry-run").exit_code == 0
    assert digitize(folder, "--check").exit_code == ExitCode.REVIEW_NEEDED
    assert digitize(folder, "--check").exit_code == 0
    (folder / "note.txt").write_text("no scan")
    scans(folder, 2)
    assert digitize(folder, "--check").exit_code == ExitCode.SOME_FAILED


def test_grave_and_slight_are_told_apart(digitize: Run, tmp_path: Path) -> None:
    slight = replace(Paper(), recipients=("Nơi nhận:", "- Như Điều 3;", "- Phòng Tư pháq xã;", "- Lưu: VT."))
    both = replace(slight, left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", "Số:      /QĐ-UBND"))
    layered(tmp_path / "D1" / "a.pdf", slight)
    layered(tmp_path / "D1" / "b.pdf", both)
    done = digitize(tmp_path / "D1")
    assert "b.pdf  to confirm: number; slight: recipient" in done.stdout.splitlines()[0]
    assert "a.pdf" not in done.stdout
    counts = [line.split(maxsplit=1) for line in done.stdout.splitlines()[-6:]]
    assert [number for number, _ in counts] == ["1", "1", "1", "0", "0", "0"]
    assert counts[1][1].startswith("of them with slight doubts")
    kho = ("--archive", str(tmp_path / "kho"))
    run = runner(cli.build())
    told = json.loads(run("status", *kho, "--json").stdout)["data"]
    (review,), (filed,) = told["review"], told["slight"]
    assert review["fields"] == ["CodeNumber", "ToPlaces.Place"]
    assert review["grave"] == {"doubts": [], "fields": ["CodeNumber"]}
    assert (filed["name"], filed["fields"], filed["grave"]) == (
        "a.pdf",
        ["ToPlaces.Place"],
        {"doubts": [], "fields": []},
    )
    assert "Filed with slight doubts: 1" in run("status", *kho).stdout
    shown = run("show", filed["paper_id"], *kho)
    assert "slight doubt" in shown.stdout
    assert json.loads(run("show", review["paper_id"], *kho, "--json").stdout)["data"]["grave"] == review["grave"]


def test_json_says_what_is_grave_of_each_paper(digitize: Run, tmp_path: Path) -> None:
    told = json.loads(digitize(scans(tmp_path / "D1", 1), "--json").stdout)["data"]
    assert told["papers"][0]["doubts"] == ["ink-without-words"]
    assert told["papers"][0]["review"] == []
    assert told["papers"][0]["grave"] == {"doubts": ["ink-without-words"], "fields": []}
