"""`digidoc digitize --watch`: what scanners drop is taken when it is whole, filed, and put away."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from digidoc.archive.archive import Archive
from digidoc.archive.events.clerk import clerk_of
from digidoc.engine.inline import InlineEngine
from digidoc.errors import ExitCode, Problem, TimeLimit
from digidoc.ocr.engine import EngineSpec
from digidoc.outcome import Batch, Outcome, Status
from digidoc.pipeline.collect import Item
from digidoc.pipeline.digitized import Digitized
from digidoc.pipeline.intake.errors import UnclearFolder, WithdrawnBefore
from digidoc.pipeline.scanning import watch as watch_module
from digidoc.pipeline.scanning.filing_stacks import stacks_of
from digidoc.pipeline.scanning.watch import Watch, Watching
from digidoc.progress import SilentProgress
from digidoc.scan.errors import StackWaits
from digidoc.scan.sheets import sheet_codes
from tests.running import Run, runner
from tests.scan.made import paper_picture, sheet_pictures

ONE, TWO = "H17-260105-0001", "H17-260105-0002"
QUICK = ("--settle", "0.3", "--every", "0.1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "drop"
    made.mkdir()
    return made


@pytest.fixture
def run(archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DIGIDOC_OCR", "null")
    monkeypatch.setenv("DIGIDOC_JOBS", "1")
    return runner(None, "digitize", "-A", str(archive.root), "--watch", str(folder), *QUICK)


def _page(path: Path, text: str = "Điều 1") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    paper_picture(text, dpi=100).save(path, dpi=(100, 100))
    return path


def _book(path: Path, pages: list[Image.Image]) -> Path:
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=100)
    return path


def _data(run: Run, *words: str, code: ExitCode = ExitCode.OK) -> dict[str, Any]:
    result = run("--once", "--json", *words)
    assert result.exit_code == code, result.output
    data: dict[str, Any] = json.loads(result.stdout)["data"]
    return data


def _silent() -> AbstractContextManager[SilentProgress]:
    return nullcontext(SilentProgress())


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _papers(archive: Archive) -> list[tuple[str | None, str]]:
    papers = ((paper.dossier, paper.name) for paper in archive.list_papers().lines)
    return sorted(papers, key=lambda paper: (paper[0] or "", paper[1]))


def test_files_are_filed_by_their_folder_and_moved(run: Run, folder: Path, archive: Archive) -> None:
    _page(folder / ONE / "a.jpg")
    _page(folder / "desk" / TWO / "in" / "b.png", "Điều 2")
    data = _data(run)
    assert data["counts"]["done"] + data["counts"]["review"] == 2
    names = _names(folder)
    assert [name.split("/")[0] for name in names] == ["done", "done"]
    assert sorted(name.split("/", 2)[2] for name in names) == [f"{ONE}/a.jpg", f"desk/{TWO}/in/b.png"]
    assert _papers(archive) == [(ONE, "a.jpg"), (TWO, "in/b.png")]
    _page(folder / ONE / "a.jpg")  # the same once more
    assert _data(run)["counts"]["skipped"] == 1
    assert f"{ONE}/a (2).jpg" in "\n".join(_names(folder))


def test_papers_whose_dossier_is_not_clear_are_put_aside_and_the_rest_is_filed(
    run: Run, folder: Path, archive: Archive
) -> None:
    """Nobody sits before it who could be asked."""
    _page(folder / "a.jpg")
    _page(folder / "letters" / "b.jpg", "Điều 2")
    _page(folder / "letters" / "c.jpg", "Điều 3")
    _page(folder / ONE / "d.jpg", "Điều 4")
    data = _data(run, code=ExitCode.SOME_FAILED)
    assert data["counts"]["refused"] == 3
    assert _papers(archive) == [(ONE, "d.jpg")]
    failed = ["a.jpg", "a.jpg.txt", "letters/b.jpg", "letters/b.jpg.txt", "letters/c.jpg", "letters/c.jpg.txt"]
    assert _names(folder / "failed") == failed
    reason = (folder / "failed" / "letters" / "c.jpg.txt").read_text(encoding="utf-8")
    assert f"{folder / 'letters'}: Papers in it: 2" in reason
    assert f"({UnclearFolder.code})" in reason


def test_papers_without_a_dossier_and_of_a_named_one(run: Run, folder: Path, archive: Archive) -> None:
    _page(folder / "letters" / "a.jpg")
    _data(run, "--loose")
    _page(folder / "b.jpg", "Điều 2")
    _data(run, "--dossier", TWO.lower(), "--clerk", "Nguyễn Thị Lan")
    assert _papers(archive) == [(None, "letters/a.jpg"), (TWO, "b.jpg")]
    (paper,) = archive.papers_of(TWO)
    assert {clerk_of(event.detail) for event in archive.paper(paper.paper_id).events} == {"Nguyễn Thị Lan"}


def test_what_was_withdrawn_is_not_filed_again_and_that_is_said(run: Run, folder: Path, archive: Archive) -> None:
    copy = _page(folder / ONE / "a.jpg").read_bytes()
    _data(run)
    (paper,) = archive.papers_of(ONE)
    withdrawn = runner(
        None, "paper", "withdraw", paper.paper_id, "--reason", "twice", "--yes", "-A", str(archive.root)
    )()
    assert withdrawn.exit_code == ExitCode.OK, withdrawn.output
    (folder / ONE / "a.jpg").write_bytes(copy)
    _data(run, code=ExitCode.SOME_FAILED)
    reason = (folder / "failed" / ONE / "a.jpg.txt").read_text(encoding="utf-8")
    assert f"digidoc paper restore {paper.paper_id}" in reason
    assert f"({WithdrawnBefore.code})" in reason


def test_what_waits_in_the_inbox_and_cannot_be_taken_in_is_said(run: Run, folder: Path, archive: Archive) -> None:
    stuck = archive.layout.inbox / "corrections" / f"{'1' * 32}.json"
    stuck.parent.mkdir(parents=True)
    stuck.write_text('{"format": "of tomorrow"}')
    _page(folder / ONE / "a.jpg")
    result = run("--once", "--json")
    assert result.exit_code == ExitCode.OK, result.output
    assert [error["file"] for error in json.loads(result.stdout)["errors"]] == [str(stuck)]


def test_what_cannot_be_taken_is_put_aside_with_the_reason(run: Run, folder: Path) -> None:
    (folder / "a.docx").write_bytes(b"PK\x03\x04 a text")
    data = _data(run, "--loose", code=ExitCode.SOME_FAILED)
    assert data["counts"]["refused"] == 1
    assert _names(folder) == ["failed/a.docx", "failed/a.docx.txt"]
    assert "(unsupported-format)" in (folder / "failed" / "a.docx.txt").read_text(encoding="utf-8")


def test_unfinished_empty_and_linked_files_and_other_things_stay(run: Run, folder: Path) -> None:
    _page(folder / "a.jpg.part.jpg").rename(folder / "a.jpg.part")
    (folder / "b.tmp").write_bytes(b"x")
    (folder / "~c.jpg").write_bytes(b"x")
    (folder / ".d.jpg").write_bytes(b"x")
    (folder / "e.jpg").write_bytes(b"")
    (folder / "f.xlsx").write_bytes(b"x")
    if os.name == "posix":
        (folder / "g.jpg").symlink_to(folder / "a.jpg.part")
    before = _names(folder)
    assert sum(_data(run)["counts"].values()) == 0
    assert _names(folder) == before


def test_a_cut_file_waits_and_is_put_aside_when_it_stays_so(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _page(folder / "a.jpg").read_bytes()
    (folder / "a.jpg").write_bytes(whole[: len(whole) // 2])
    assert _data(run)["waiting"] == [str(folder / "a.jpg")]
    monkeypatch.setattr("digidoc.scan.settle.CUT_OFF_SECONDS", 0.3)
    assert _data(run, code=ExitCode.SOME_FAILED)["counts"]["refused"] == 1
    assert "cut off" in (folder / "failed" / "a.jpg.txt").read_text(encoding="utf-8")


def test_a_file_that_is_being_written_slowly_is_taken_when_it_is_whole(
    run: Run, folder: Path, archive: Archive, tmp_path: Path
) -> None:
    data = _page(tmp_path / "whole.jpg").read_bytes()

    def write() -> None:
        with (folder / ONE / "slow.jpg").open("wb") as file:
            for start in range(0, len(data), len(data) // 8 + 1):
                file.write(data[start : start + len(data) // 8 + 1])
                file.flush()
                time.sleep(0.15)

    (folder / ONE).mkdir()
    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive() or (folder / ONE / "slow.jpg").exists():
        run("--once")
    writer.join()
    (paper,) = archive.list_papers().lines
    assert archive.file_path(paper.paper_id, "original").read_bytes() == data
    assert not (folder / "failed").exists()


def test_a_file_with_sheets_is_cut_into_papers_whatever_its_folder(run: Run, folder: Path, archive: Archive) -> None:
    first, second, end = sheet_pictures(sheet_codes([ONE, TWO], end=True), dpi=100)
    pages = [paper_picture(f"Điều {number}", dpi=100) for number in range(3)]
    (folder / TWO).mkdir()
    _book(folder / TWO / "stack.pdf", [first, pages[0], pages[1], second, pages[2], end])
    data = _data(run)
    assert data["counts"]["done"] + data["counts"]["review"] == 1
    assert [len(paper.pages) for paper in archive.papers_of(ONE)] == [2]
    assert [len(paper.pages) for paper in archive.papers_of(TWO)] == [1]
    assert _names(folder)[0].endswith("stack.pdf")
    batch = next(batch for batch in archive.batches() if "sheets" in batch.options)
    assert batch.options["sheets"] == 3


@pytest.mark.parametrize("kind", ["pdf", "tif"])
def test_a_stack_that_does_not_add_up_waits_and_others_go_on(
    run: Run, folder: Path, archive: Archive, kind: str
) -> None:
    sheets = list(sheet_pictures(sheet_codes([ONE, TWO, "H17-260105-0003"], end=False), dpi=100))
    page = paper_picture("Điều 1", dpi=100)
    bad = [sheets[0].copy(), page.copy(), sheets[2].copy(), page.copy()]
    bad[0].save(folder / f"bad.{kind}", save_all=True, append_images=bad[1:])
    _book(folder / "good.pdf", [sheets[1].copy(), page.copy()])
    data = _data(run, code=ExitCode.SOME_FAILED)
    assert len(data["stacks"]) == 1
    assert {paper.dossier for paper in archive.list_papers().lines} == {TWO}
    reason = (folder / "failed" / f"bad.{kind}.txt").read_text(encoding="utf-8")
    assert f"({StackWaits.code})" in reason
    assert data["stacks"][0] in reason
    scan = runner(None, "scan", "-A", str(archive.root))
    assert scan(data["stacks"][0], "--begin", "3=H17-260105-0003").exit_code in (ExitCode.OK, ExitCode.REVIEW_NEEDED)
    assert {paper.dossier for paper in archive.list_papers().lines} == {ONE, TWO, "H17-260105-0003"}


def test_a_stack_that_was_begun_and_killed_is_made_anew(run: Run, folder: Path, archive: Archive) -> None:
    (sheet,) = sheet_pictures(sheet_codes([ONE], end=False), dpi=100)
    file = _book(folder / "stack.pdf", [sheet, paper_picture("Điều 1", dpi=100)])
    from datetime import UTC, datetime

    from digidoc.files.disk import sha256_of

    stacks_of(archive).create(datetime.now(UTC), "", {"file": "stack.pdf", "sha256": sha256_of(file)})
    _data(run)
    (name,) = stacks_of(archive).names()
    assert stacks_of(archive).load(name).state == "filed"


def test_files_may_stay_where_they_are(run: Run, folder: Path) -> None:
    _page(folder / "a.jpg")
    (folder / "b.docx").write_bytes(b"PK\x03\x04 a text")
    run = partial(run, "--loose")
    _data(run, "--done", "keep", code=ExitCode.SOME_FAILED)
    assert _names(folder) == ["a.jpg", "b.docx"]
    assert _data(run, "--done", "keep", code=ExitCode.OK)["counts"]["skipped"] >= 1


def test_a_locked_archive_is_waited_for(archive: Archive, folder: Path, run: Run) -> None:
    _page(folder / "a.jpg")
    said: list[tuple[Path | None, Problem | None]] = []
    how = Watching(folder, settle=0.1, every=0.05, once=True, loose=True)
    spec = EngineSpec("null", "vie", None, "accurate")
    with Archive.locate(archive.root) as other, other.writing():
        watch = Watch(
            archive, how, InlineEngine(), spec, _silent, lambda file, _s, problem: said.append((file, problem))
        )
        assert watch.run().waiting == [str(folder / "a.jpg")]
    assert [problem.code for _file, problem in said if problem] == ["archive-locked"]
    assert _data(run, "--loose")["counts"]["done"] == 1


def test_a_failure_that_may_pass_is_tried_again_and_then_put_aside(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that runs out of time three times."""
    file = _page(folder / "a.jpg")
    monkeypatch.setattr(watch_module, "_AGAIN_SECONDS", 0.0)
    said: list[Status] = []
    how = Watching(folder, settle=0.1, every=0.05)
    watch = Watch(
        archive,
        how,
        InlineEngine(),
        EngineSpec("null", "vie", None, "accurate"),
        _silent,
        lambda _file, status, _problem: said.append(status),
    )
    for _time in range(3):
        watch._try_again(file, TimeLimit(file=file, seconds=50).problem)
    assert said == [Status.FAILED, Status.FAILED, Status.REFUSED]
    assert _names(folder) == ["failed/a.jpg", "failed/a.jpg.txt"]


def test_a_file_of_which_one_part_failed_stays(archive: Archive, folder: Path) -> None:
    """Its paper was split since: each part has an outcome of its own."""
    file = _page(folder / "a.jpg")
    spec, said = EngineSpec("null", "vie", None, "accurate"), list[Status]()
    watch = Watch(
        archive, Watching(folder), InlineEngine(), spec, _silent, lambda _file, status, _problem: said.append(status)
    )
    problem = TimeLimit(file=file, seconds=50).problem
    parts: tuple[Outcome[Digitized], ...] = (
        Outcome(str(file), Status.FAILED, problem),
        Outcome(str(file), Status.DONE),
    )
    watch._settle([Item(file, ONE, "a.jpg")], Batch(parts), watch._look())
    assert said == [Status.FAILED]
    assert _names(folder) == ["a.jpg"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("digitize",), ExitCode.USAGE),
        (("digitize", "a.jpg", "--watch", "."), ExitCode.USAGE),
        (("digitize", "--watch", ".", "--dry-run"), ExitCode.USAGE),
        (("digitize", "--watch", ".", "--together"), ExitCode.USAGE),
        (("digitize", "a.jpg", "--once"), ExitCode.USAGE),
        (("digitize", "a.jpg", "--done", "move"), ExitCode.USAGE),
        (("digitize", "--watch", "nowhere"), ExitCode.FAILED),
        (("digitize", "--watch", "digidoc.toml"), ExitCode.FAILED),
    ],
)
def test_words_that_do_not_fit_together(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: ExitCode
) -> None:
    monkeypatch.chdir(archive.root)
    assert runner()(*words).exit_code == code


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.usefixtures("_ctrl_c_is_heard")
def test_ctrl_c_ends_the_watch_and_a_rerun_goes_on(run: Run, archive: Archive, folder: Path) -> None:
    words = ["digitize", "-A", str(archive.root), "--watch", str(folder), "--loose", *QUICK]
    running = subprocess.Popen([sys.executable, "-m", "digidoc", *words], stdout=subprocess.PIPE, text=True)
    _page(folder / "a.jpg")
    ends = time.monotonic() + 90
    while time.monotonic() < ends and (folder / "a.jpg").exists():
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    out, _nothing = running.communicate(timeout=60)
    assert running.returncode == ExitCode.INTERRUPTED
    assert out.count("1") >= 1
    _page(folder / "b.jpg", "Điều 2")
    assert _data(run, "--loose")["counts"]["failed"] == 0
    assert len(archive.list_papers().lines) == 2
