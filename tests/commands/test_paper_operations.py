"""`digidoc paper move`, `rename`, `withdraw`, `restore`, `replace`, `rotate`: what is asked, said and answered."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from digidoc.archive.archive import Archive
from digidoc.archive.errors import BadOperation, OperationRefused
from digidoc.archive.events import clerk
from digidoc.bench.browse import history
from digidoc.commands.archive import show, status
from digidoc.commands.papers import paper
from digidoc.errors import ArchiveLocked, FileMissing, UnknownPaper, UsageError
from digidoc.model import PaperState
from digidoc.register import ImportSource
from tests.archive.reckoning import dossier
from tests.ocr.made import visible_text_pdf
from tests.papers import draft
from tests.pipeline.operate.made import scan
from tests.running import Run, runner


@pytest.fixture
def run() -> Iterator[Run]:
    app = typer.Typer()
    for verb in (paper, show, status):
        verb.register(app)
    with clerk.acting(clerk.system_user()):  # as the program does for every command line
        yield runner(app)


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    with archive.writing():
        archive.file("HS-1", [draft(scans, "a.tif", "giao đất", dossier="HS-1", verdicts=["TOTAL_PASSED"])])
        archive.file(None, [draft(scans, "loose.tif", "giấy mời")])
        archive.register_dossiers([dossier("HS-1")], ImportSource(Path("hs.csv"), "ab" * 32, "dossiers", {}))
    return archive


def _ids(archive: Archive) -> dict[str, str]:
    return {line.name: line.paper_id for line in archive.list_papers().lines}


def _json(result: Any, code: int = 0) -> list[dict[str, Any]]:
    assert result.exit_code == code, (result.output, result.exception)
    document = json.loads(result.stdout)
    assert document["schema"] == "digidoc.paper-operation/1"
    found: list[dict[str, Any]] = document["data"]["operations"]
    return found


def test_a_dry_run_says_what_it_means_and_does_nothing(run: Run, filled: Archive) -> None:
    one = _ids(filled)["a.tif"]
    said = run("paper", "move", one, "--to", "HS-2", "--dry-run", "-A", filled.root)
    assert said.exit_code == 0
    assert f"{one}: would be moved to HS-2" in said.stdout
    assert "counts in reports of 20" in said.stdout
    assert "has a signature" in said.stdout
    assert "There is no dossier HS-2 yet" in said.stdout
    (planned,) = _json(run("paper", "move", one, "--to", "HS-2", "--dry-run", "--json", "-A", filled.root))
    assert (planned["status"], planned["kind"], planned["papers"]) == ("planned", "move", [one])
    assert [caution["code"] for caution in planned["cautions"]] == ["in-report", "signed", "new-dossier"]
    assert filled.paper(one).state is PaperState.FILED
    assert not (filled.root / "inbox").exists()


def test_it_is_done_and_the_clerk_is_written_down(run: Run, filled: Archive) -> None:
    one = _ids(filled)["a.tif"]
    words = ["paper", "move", one, "--to", "HS-2", "--clerk", "Lê Thị C", "--reason", "nhầm hồ sơ", "-A", filled.root]
    said = run(*words)
    assert isinstance(said.exception, UsageError)  # there is no terminal to ask on
    assert filled.paper(one).state is PaperState.FILED
    said = run(*words, "--yes")
    (target,) = (line.paper_id for line in filled.list_papers().lines if line.dossier == "HS-2")
    assert said.stdout.strip() == f"{one}: moved to HS-2; it is {target} there"
    shown = run("show", one, "-A", filled.root).stdout
    assert f"moved to {target}: nhầm hồ sơ (Lê Thị C)" in shown


def test_papers_are_withdrawn_and_taken_back(run: Run, filled: Archive) -> None:
    one, other = _ids(filled)["a.tif"], _ids(filled)["loose.tif"]
    words = ["paper", "withdraw", one, other, "P-0000000000000000", "--reason", "quét hai lần", "-y", "-A", filled.root]
    found = _json(run(*words, "--json"), 3)  # the unknown one stops no other
    assert [entry["status"] for entry in found] == ["done", "done", "failed"]
    assert found[2]["problem"] == "unknown-paper"
    data = json.loads(run("status", "-A", filled.root, "--json").stdout)["data"]
    assert data["papers"]["withdrawn"] == 2
    assert data["waiting"] == 0
    assert [item["reason"] for item in data["withdrawn"]] == ["quét hai lần"] * 2
    assert "withdrawn: quét hai lần" in run("status", "-A", filled.root).stdout
    (back,) = _json(run("paper", "restore", one, "-y", "--json", "-A", filled.root))
    assert (back["status"], back["to"]) == ("done", [one])
    (failed,) = _json(run("paper", "restore", one, "-y", "--json", "-A", filled.root), 1)
    assert failed["problem"] == "operation-refused"


def test_an_order_that_waits_is_said_and_counted(run: Run, filled: Archive) -> None:
    one = _ids(filled)["loose.tif"]
    with Archive.locate(filled.root) as other, other.writing():
        said = run("paper", "rename", one, "giấy mời.tif", "-y", "-A", filled.root)
    assert said.exit_code == 0
    assert "waiting" in said.stdout
    assert "Corrections and orders that wait to be taken in: 1" in run("status", "-A", filled.root).stdout
    run("paper", "withdraw", _ids(filled)["a.tif"], "--reason", "x", "-y", "-A", filled.root)  # carries it out too
    assert sorted(_ids(filled)) == ["giấy mời.tif"]


def test_a_paper_is_split_and_put_together_again(run: Run, archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("HS-1", [scan(scans, "a.pdf", "một", "hai", "ba", dossier="HS-1")])
    one, root = _ids(archive)["a.pdf"], archive.root
    said = run("paper", "split", one, "--pages", "1-2,3-", "--dry-run", "-A", root)
    first, second = (
        found
        for found in _json(run("paper", "split", one, "--pages", "1-2,3-", "--dry-run", "--json", "-A", root))[0]["to"]
    )
    assert said.stdout.strip() == f"{one}: would be split: {first} (pages: 1-2), {second} (pages: 3)"
    assert run("paper", "split", one, "--pages", "1-2,3-", "-y", "-A", root).exit_code == 0
    assert f"split into {first}, {second}" in run("show", one, "-A", root).stdout
    assert "of what was scanned: 1-2" in run("show", first, "-A", root).stdout
    assert json.loads(run("show", second, "-A", root, "--json").stdout)["data"]["part"] == [3]
    said = run("paper", "merge", first, second, "-y", "-A", root)
    assert said.stdout.strip() == f"{first} {second}: one paper now, {one}"
    assert f"became part of {one}" in run("show", first, "-A", root).stdout
    (failed,) = _json(run("paper", "split", one, "--pages", "1,2", "-y", "--json", "-A", root), 1)
    assert failed["problem"] == "operation-refused"
    (failed,) = _json(run("paper", "split", "P-0000000000000000", "--pages", "1,2-", "-y", "--json", "-A", root), 1)
    assert failed["problem"] == "unknown-paper"


@pytest.mark.parametrize("pages", ["", "1,,2", "0", "2-1", "1-2;3", "-3", "1 2", "123456"])
def test_pages_are_written_in_one_way(run: Run, filled: Archive, pages: str) -> None:
    said = run("paper", "split", _ids(filled)["a.tif"], "--pages", pages, "-y", "-A", filled.root)
    assert isinstance(said.exception, UsageError)
    assert "1-2,3-" in str(said.exception)


def test_a_merge_needs_two_papers(run: Run, filled: Archive) -> None:
    one = _ids(filled)["a.tif"]
    for words in ([one], [one, one]):
        assert isinstance(run("paper", "merge", *words, "-y", "-A", filled.root).exception, UsageError)


@pytest.mark.parametrize(
    "words",
    [["rename", "{one}", "a\u202eb"], ["withdraw", "{one}", "--reason", " "], ["move", "x", "--to", "HS-3"]],
)
def test_what_cannot_be_is_named(run: Run, filled: Archive, words: list[str]) -> None:
    given = [word.format(one=_ids(filled)["a.tif"]) for word in words]
    said = run("paper", *given, "-y", "-A", filled.root)
    assert isinstance(said.exception, BadOperation)
    assert not (filled.root / "inbox").exists()


def test_a_move_needs_one_place(run: Run, filled: Archive) -> None:
    one = _ids(filled)["a.tif"]
    for words in ([], ["--to", "HS-2", "--loose"]):
        assert isinstance(run("paper", "move", one, *words, "-y", "-A", filled.root).exception, UsageError)


def _purge(run: Run, archive: Archive, paper_id: str, *words: str) -> Any:
    return run("paper", "purge", paper_id, "--reason", "văn bản mật", *words, "-A", archive.root)


def test_a_paper_is_erased_only_when_that_is_said_twice(run: Run, filled: Archive) -> None:
    one, other = _ids(filled)["loose.tif"], _ids(filled)["a.tif"]
    for words in (
        ["--yes", "--confirm", one],  # not --secret
        ["--secret"],  # there is no terminal to ask on
        ["--secret", "--yes"],
        ["--secret", "--confirm", one],
        ["--secret", "--yes", "--confirm", other],
    ):
        assert isinstance(_purge(run, filled, one, *words).exception, UsageError), words
    said = _purge(run, filled, one, "--secret", "--dry-run")
    assert said.exit_code == 0
    assert "loose.tif" in said.stdout
    assert "No marking was read on it." in said.stdout
    assert filled.paper(one).state is PaperState.FILED
    with Archive.locate(filled.root) as writer, writer.writing():
        assert isinstance(_purge(run, filled, one, "--secret", "--yes", "--confirm", one).exception, ArchiveLocked)
    assert not list((filled.root / "inbox").rglob("*.json"))  # nothing was ordered
    paths = [filled.root / file.path for file in filled.paper(one).files]
    done = _purge(run, filled, one, "--secret", "--yes", "--confirm", one, "--clerk", "Lê Thị C", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["schema"] == "digidoc.paper-purge/1"
    data = document["data"]
    assert (data["status"], data["erased"], data["shared"], data["secrecy"]) == ("done", [one], [], [])
    assert {filled.root / file for file in data["files"]} >= set(paths)
    assert not any(path.exists() for path in paths)
    shown = run("show", one, "-A", filled.root).stdout
    assert "erased for good: văn bản mật (Lê Thị C)" in shown
    assert "loose.tif" not in shown
    assert json.loads(run("status", "-A", filled.root, "--json").stdout)["data"]["papers"]["purged"] == 1
    assert isinstance(_purge(run, filled, one, "--secret", "--yes", "--confirm", one).exception, OperationRefused)
    unknown = "P-0000000000000000"
    said = _purge(run, filled, unknown, "--secret", "--yes", "--confirm", unknown)
    assert isinstance(said.exception, UnknownPaper)


def test_it_is_asked_twice_on_a_terminal(run: Run, filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    one, answers = _ids(filled)["loose.tif"], ["no", "P-fedcba9876543210"]
    monkeypatch.setattr("digidoc.commands.papers.operations.purge.on_terminal", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_of, **_said: answers[0] == "yes")
    monkeypatch.setattr("typer.prompt", lambda *_of, **_said: answers[1])
    assert _purge(run, filled, one, "--secret").exit_code == 1
    answers[0] = "yes"
    assert _purge(run, filled, one, "--secret").exit_code == 1
    assert filled.paper(one).state is PaperState.FILED
    answers[1] = one
    assert _purge(run, filled, one, "--secret").exit_code == 0
    assert filled.paper(one).state is PaperState.PURGED


def test_a_paper_gives_way_to_a_new_file(run: Run, filled: Archive, tmp_path: Path) -> None:
    one = _ids(filled)["a.tif"]
    new = visible_text_pdf(tmp_path / "mới.pdf", ["Số: 15/QĐ-UBND", "Điều 1. Ban hành quy chế"])
    words = ["paper", "replace", one, "--with", new, "--reason", "mờ quá", "--clerk", "Lê Thị C", "-A", filled.root]
    said = run(*words, "--dry-run").stdout
    assert f"{one}: would be withdrawn, replaced by mới.pdf" in said
    assert "a signature, which does not go along" in said
    assert not (filled.root / "inbox").exists()

    (found,) = _json(run(*words, "--yes", "--json"))  # read by a worker
    (target,) = found["to"]
    assert (found["kind"], found["status"]) == ("replace", "done")
    assert f"replaced by {target}: mờ quá (Lê Thị C)" in run("show", one, "-A", filled.root).stdout
    assert f"takes the place of {one}" in run("show", target, "-A", filled.root).stdout
    assert f"replaced by {target}" in run("status", "-A", filled.root).stdout
    assert not list((filled.root / "inbox" / "operations").iterdir())


def test_a_file_that_cannot_be_taken_replaces_nothing(run: Run, filled: Archive, tmp_path: Path) -> None:
    one = _ids(filled)["a.tif"]
    said = run("paper", "replace", one, "--with", tmp_path / "none.pdf", "--reason", "x", "-y", "-A", filled.root)
    assert isinstance(said.exception, FileMissing)
    assert filled.paper(one).state is PaperState.FILED
    assert not (filled.root / "inbox").exists()


def test_a_page_is_turned_and_everybody_says_so(run: Run, filled: Archive, scans: Path) -> None:
    with filled.writing():
        (made,) = filled.file(None, [scan(scans, "ngang.pdf", "một", "hai")])
    one = made.paper_id
    words = ["paper", "rotate", one, "--turn", "90", "--page", "2", "--reason", "nằm ngang", "-A", filled.root]
    assert f"{one}: would be read again, turned 90° clockwise: page 2" in run(*words, "--dry-run").stdout
    assert not (filled.root / "inbox").exists()
    assert isinstance(run("paper", "rotate", one, "--turn", "45", "-y", "-A", filled.root).exception, UsageError)
    (found,) = _json(run("paper", "rotate", one, "--turn", "90", "--page", "3", "-y", "--json", "-A", filled.root), 1)
    assert (found["status"], found["problem"]) == ("failed", "operation-refused")

    (found,) = _json(run(*words, "--yes", "--json"))  # read by a worker
    assert (found["kind"], found["status"], found["to"]) == ("rotate", "done", [one])
    assert "page 2 turned 90° clockwise, and read again: nằm ngang" in run("show", one, "-A", filled.root).stdout
    event = next(event for event in filled.paper(one).events if event.detail.get("kind") == "rotate")
    assert history.sentence(event) == "page 2 turned 90° clockwise, and read again: nằm ngang"
    said = run("paper", "rotate", one, "--turn", "270", "-y", "-A", filled.root).stdout
    assert f"{one}: read again, turned 270° clockwise: all pages" in said
    # The parts are not told of by the numbers that their pages had.
    (found,) = _json(run("paper", "split", one, "--pages", "1,2", "-y", "--json", "-A", filled.root))
    assert "clockwise" not in run("show", found["to"][1], "-A", filled.root).stdout
