"""What `digidoc digitize` says at its end, and how it ends when a person has to look at a paper."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from digidoc import cli
from digidoc.archive.archive import Archive
from digidoc.errors import ExitCode
from tests.layered import layered
from tests.ocr.laid_out import Paper
from tests.papers import UNIT, write_short_codes
from tests.running import Run, on_terminal, runner
from tests.scans import pages, save


@pytest.fixture
def digitize(tmp_path: Path) -> Run:
    Archive.create(tmp_path / "kho", unit=UNIT, profile="commune").close()
    write_short_codes(tmp_path / "kho")
    after = ("--archive", str(tmp_path / "kho"), "--ocr", "null", "--jobs", "1")
    return runner(cli.build(), "digitize", after=after)


def scans(folder: Path, count: int) -> Path:
    """Pages with ink that the null engine finds no words in, so that each is to be reviewed."""
    folder.mkdir(parents=True, exist_ok=True)
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


def test_what_waits_in_the_inbox_and_cannot_be_taken_in_is_said_and_the_run_goes_on(
    digitize: Run, tmp_path: Path
) -> None:
    inbox = tmp_path / "kho" / "inbox"
    stuck = [inbox / name / f"{number * 32}.json" for number, name in (("1", "corrections"), ("2", "operations"))]
    for file in stuck:
        file.parent.mkdir(parents=True)
        file.write_text('{"format": "of tomorrow"}')
    done = digitize(scans(tmp_path / "D1", 3), "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["data"]["counts"]["review"] == 3
    assert [(error["code"], error["file"]) for error in told["errors"]] == [
        ("bad-correction", str(stuck[0])),
        ("bad-operation", str(stuck[1])),
    ]
    signed = runner(cli.build())("sign", "-A", tmp_path / "kho", "--dossier", "D1", "--key", "none.p12", "--json")
    assert [error["file"] for error in json.loads(signed.stdout)["errors"]] == [str(file) for file in stuck]
    assert all(file.is_file() for file in stuck)


def test_a_folder_that_is_no_dossiers_is_named_and_does_not_hold_up_the_others(digitize: Run, tmp_path: Path) -> None:
    scans(tmp_path / "in", 0)
    scans(tmp_path / "in" / "D1", 1)
    folder = scans(tmp_path / "in" / "tháng 3", 2)
    done = digitize(tmp_path / "in", "--json")
    assert done.exit_code == ExitCode.SOME_FAILED
    told = json.loads(done.stdout)
    assert [paper["dossier"] for paper in told["data"]["papers"]] == ["D1"]
    assert told["data"]["unclear"] == [{"folder": str(folder), "files": [str(folder / f"{n}.png") for n in range(2)]}]
    assert [(error["code"], error["file"]) for error in told["errors"]] == [("unclear-folder", str(folder))]
    done = digitize(tmp_path / "in")
    assert "tháng 3: Papers in it: 2. It is not clear which dossier they belong to" in done.stderr
    assert ["2", "not", "taken:"] in [line.split()[:3] for line in done.stdout.splitlines()]
    done = digitize(tmp_path / "in", "--dry-run")
    assert done.stdout.count("not taken: its dossier is not clear") == 2
    assert digitize(folder, "--dossier", "d7").exit_code == 0
    assert digitize(folder, "--loose").exit_code == 0
    papers = json.loads(digitize(tmp_path / "in", "--loose", "--json").stdout)["data"]["papers"]
    assert {paper["dossier"] for paper in papers} == {None}


@pytest.mark.skipif(os.name == "nt", reason="Windows has other terminals")
def test_on_a_terminal_the_dossier_is_asked_for(tmp_path: Path) -> None:
    Archive.create(tmp_path / "kho", unit=UNIT, profile="commune").close()
    for name in ("cũ", "mới"):
        scans(tmp_path / "in" / name, 1)
    words = ["digitize", "in", "--archive", "kho", "--ocr", "null", "--jobs", "1"]
    said, code = on_terminal(words, tmp_path, "-\r", "x" * 101 + "\r", " h17-260105-0012\r")
    assert "in/cũ: its name is no dossier code. Papers in it: 1" in said
    assert "a dossier code has 1 to 100 characters" in said
    assert code == 0, said
    with Archive.locate(tmp_path / "kho") as archive:
        filed = sorted((paper.dossier or "", paper.name) for paper in archive.list_papers().lines)
    assert filed == [("", "cũ/0.png"), ("H17-260105-0012", "0.png")]
    scans(tmp_path / "more", 1)
    words[1] = "more"
    said, code = on_terminal(words, tmp_path, "\x03")
    assert code == ExitCode.INTERRUPTED, said


@pytest.mark.skipif(os.name == "nt", reason="Windows has other terminals")
def test_the_progress_names_pages_and_papers(tmp_path: Path) -> None:
    Archive.create(tmp_path / "kho", unit=UNIT, profile="commune").close()
    save(pages(3, dpi=60), tmp_path / "a.tif")
    save(pages(2, dpi=60), tmp_path / "b.tif")
    words = ["digitize", "a.tif", "b.tif", "--archive", "kho", "--ocr", "null", "--jobs", "1"]
    said, code = on_terminal(words, tmp_path)
    assert code == 0, said
    assert "0/5 pages" in said
    assert "5/5 pages, 2/2 papers" in said


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
