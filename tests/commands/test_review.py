"""`digidoc review --list` and `--apply`: the queue, and corrections out of files."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Correction
from digidoc.archive.inbox import Inbox
from digidoc.model import PaperRecord
from digidoc.pipeline.review.correct import inbox_of, submit
from tests.pipeline.review.conftest import DOSSIER, change
from tests.pipeline.review.conftest import correction as correction  # noqa: PLC0414 (a fixture)
from tests.pipeline.review.conftest import digitized as digitized  # noqa: PLC0414
from tests.pipeline.review.conftest import kho as kho  # noqa: PLC0414
from tests.pipeline.review.conftest import paper as paper  # noqa: PLC0414
from tests.running import Run, runner

Correct = Callable[..., Correction]


@pytest.fixture
def run(kho: Archive) -> Run:
    return runner(None, "review", after=("-A", str(kho.root)))


def data(run: Run, *words: object, code: int = 0) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_queue(run: Run, paper: PaperRecord) -> None:
    found = data(run, "--list")
    assert found["schema"] == "digidoc.review/1"
    assert (found["data"]["open"], found["data"]["waiting"], found["data"]["conflicts"]) == (1, 0, 0)
    (listed,) = found["data"]["papers"]
    assert (listed["paper"], listed["dossier"], listed["version"]) == (paper.paper_id, DOSSIER, "v1")
    assert [field["name"] for field in listed["fields"] if field["review"]] == ["Subject"]
    assert [field["place"] for field in listed["fields"]] == list(range(len(paper.fields)))
    said = run("--list").output
    assert "Papers to be reviewed: 1" in said
    assert "to confirm: subject" in said


@pytest.mark.parametrize(
    ("words", "papers"),
    [((DOSSIER,), 1), (("H17-260105-9999",), 0), (("--fields", "number,date"), 1), (("--order", "fewest"), 1)],
)
def test_some_of_the_queue(run: Run, words: tuple[str, ...], papers: int) -> None:
    found = data(run, "--list", *words)["data"]["papers"]
    assert len(found) == papers
    if "--fields" in words:
        assert {field["name"] for field in found[0]["fields"]} == {"CodeNumber", "IssuedDate"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--list", "--apply"), "say one of --list, --export, --apply and --stats"),
        (("--apply",), "name the files"),
        (("--list", "--order", "size"), "dossier, oldest or fewest"),
        (("--list", "--fields", "length"), "length is no field"),
    ],
)
def test_wrong_usage(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert said in str(result.output)


def test_an_unknown_paper(run: Run) -> None:
    assert "unknown-paper" in json.dumps(data(run, "--list", "P-" + "0" * 16, code=1))


def test_check_ends_with_6_until_all_is_settled(
    run: Run, kho: Archive, paper: PaperRecord, correction: Correct, tmp_path: Path
) -> None:
    assert run("--list", "--check").exit_code == 6
    file = tmp_path / "said.json"
    given = correction(fields=(change(kho, paper, "Subject", "Về việc giao đất"),))
    file.write_bytes(corrections.encoded(given))
    planned = data(run, "--apply", file, "--dry-run")["data"]
    assert planned["corrections"][0]["status"] == "filed"
    assert run("--list", "--check").exit_code == 6, "nothing was kept"
    done = data(run, "--apply", file)
    assert done["schema"] == "digidoc.review-apply/1"
    assert done["data"]["corrections"][0] == {
        "file": str(file), "id": given.id, "paper": paper.paper_id, "status": "filed", "conflicts": [], "review": [],
        "problem": None,
    }  # fmt: skip
    assert run("--list", "--check").exit_code == 0
    assert "1 corrections were filed." in run("--apply", file).output


def test_a_conflict_is_named_and_the_others_go_on(
    run: Run, kho: Archive, paper: PaperRecord, correction: Correct, tmp_path: Path
) -> None:
    first = correction(fields=(change(kho, paper, "CodeNumber", "18"),))
    second = correction("minh", fields=(change(kho, paper, "CodeNumber", "13"),))
    third = correction("hoa", fields=(change(kho, paper, "Subject", "Về việc giao đất"),))
    file = tmp_path / "said.json"
    file.write_text(json.dumps([corrections.to_json(one) for one in (first, second, third)]), encoding="utf-8")
    found = data(run, "--apply", file, code=3)
    assert [one["status"] for one in found["data"]["corrections"]] == ["filed", "conflict", "filed"]
    (error,) = found["errors"]
    assert error["code"] == "correction-conflict"
    for part in ('"18"', '"15"', '"13"', "minh", paper.paper_id):
        assert part in error["message"]
    said = run("--list").output
    assert "Papers on which two people said different things: 1" in said


def test_bad_files_are_named_and_the_others_go_on(
    run: Run, kho: Archive, paper: PaperRecord, correction: Correct, tmp_path: Path
) -> None:
    names = {"no.json": b"{", "list.json": b"[1]", "none.json": b'{"format": "digidoc.correction/2"}'}
    for name, content in names.items():
        (tmp_path / name).write_bytes(content)
    good = tmp_path / "good.json"
    good.write_bytes(corrections.encoded(correction(fields=(change(kho, paper, "CodeNumber", "18"),))))
    gone = tmp_path / "gone.json"
    gone.write_bytes(corrections.encoded(replace(correction(), paper="P-" + "0" * 16)))
    files = [*(tmp_path / name for name in names), tmp_path / "missing.json", gone, good]
    found = data(run, "--apply", *files, code=3)
    assert [one["status"] for one in found["data"]["corrections"]] == ["failed"] * 5 + ["filed"]
    codes = [error["code"] for error in found["errors"]]
    assert codes == ["bad-correction"] * 3 + ["file-missing", "unknown-paper"]
    assert all(error["file"] for error in found["errors"])


def test_what_waits_and_what_can_never_be_taken_in_is_said(
    run: Run, kho: Archive, paper: PaperRecord, correction: Correct
) -> None:
    with Archive.locate(kho.root) as other, other.writing():
        submit(kho, correction(fields=(change(kho, paper, "CodeNumber", "18"),)))
        assert data(run, "--list")["data"]["waiting"] == 1
        assert "Corrections that wait to be taken in: 1" in run("--list").output
        status = runner(None, "status", after=("-A", str(kho.root)))
        assert "Corrections and orders that wait to be taken in: 1" in status().output
        assert json.loads(status("--json").stdout)["data"]["waiting"] == 1
    inbox_of(kho).put("f" * 32, b"{}")
    found = data(run, "--list")
    assert [error["code"] for error in found["errors"]] == ["bad-correction"]
    said = json.loads(status("--json").stdout)
    assert [error["code"] for error in said["errors"]] == ["bad-correction"]
    Inbox(kho.layout.inbox / "operations").put("e" * 32, b"[]")
    said = json.loads(status("--json").stdout)
    assert [error["code"] for error in said["errors"]] == ["bad-correction", "bad-operation"]
    assert all(error["file"].endswith(".json") for error in said["errors"])
