"""What `digidoc digitize` says at its end, and how it ends when a person has to look at a paper."""

from pathlib import Path

import pytest
from PIL import Image

from digidoc import cli
from digidoc.archive.archive import Archive
from digidoc.errors import ExitCode
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
