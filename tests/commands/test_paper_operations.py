"""`digidoc paper move`, `rename`, `withdraw`, `restore`: what is asked, said and answered."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from digidoc.archive.archive import Archive
from digidoc.archive.errors import BadOperation
from digidoc.archive.events import clerk
from digidoc.commands.archive import show, status
from digidoc.commands.papers import paper
from digidoc.errors import UsageError
from digidoc.model import PaperState
from digidoc.register import ImportSource
from tests.archive.reckoning import dossier
from tests.papers import draft
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
