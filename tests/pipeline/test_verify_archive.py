"""Verifying an archive: what is found is written down, a run that was ended goes on, and no news is lost."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.catalog import signature_checks as checks
from digidoc.archive.events import audit
from digidoc.archive.preserve import rebuild
from digidoc.commands.console import reporter
from digidoc.engine.inline import InlineEngine
from digidoc.engine.protocol import Done
from digidoc.errors import ExitCode, WorkerDied
from digidoc.pipeline.verify import verify_archive
from digidoc.pipeline.work import check_signatures
from digidoc.sign.create.pades import sign_file
from digidoc.sign.create.request import SignOptions
from digidoc.sign.keys.pkcs12 import Pkcs12Key
from digidoc.sign.validate.batch import Check, How
from tests.papers import draft
from tests.pki import TestPki
from tests.pki import pki as pki  # noqa: PLC0414 (a fixture)
from tests.running import runner
from tests.sign.conftest import make_pdf

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def signed_pdfs(pki: TestPki, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("signed")
    with Pkcs12Key(pki.keys["signer"], lambda: pki.pin) as key:
        for number in range(3):
            sign_file(make_pdf(folder / f"in{number}.pdf"), folder / f"out{number}.pdf", key, SignOptions())
    return tuple(folder / f"out{number}.pdf" for number in range(3))


@pytest.fixture
def filled(archive: Archive, signed_pdfs: tuple[Path, ...], pki: TestPki, tmp_path: Path) -> Archive:
    """Three papers: two with a signed copy, one that came signed; and one that is not signed."""
    for pem in (pki.root, pki.intermediate):
        shutil.copy(pem, archive.trust_folder)
    signatures = check_signatures(signed_pdfs[0], (archive.trust_folder,))
    assert [one.verdict for one in signatures] == ["TOTAL_PASSED"]
    with archive.writing():
        for name, signed_pdf in zip(("a.jpg", "b.jpg"), signed_pdfs, strict=False):
            made = draft(tmp_path / "in", name, dossier="H1")
            record = replace(made.record, signatures=signatures)
            archive.file("H1", [replace(made, record=record, files={**made.files, "signed": signed_pdf})])
        came = draft(tmp_path / "in", "came.pdf", content=signed_pdfs[2].read_bytes())
        files = {role: path for role, path in came.files.items() if role != "searchable"}
        archive.file(None, [replace(came, record=replace(came.record, signatures=signatures), files=files)])
        archive.file(None, [draft(tmp_path / "in", "plain.jpg")])
    return archive


class _Bar:
    def __init__(self) -> None:
        self.total, self.done = 0, 0

    def advance(self, item: str, steps: int = 1) -> None:
        assert item
        self.done += steps

    def expect(self, total: int) -> None:
        self.total = total


def verified(archive: Archive, engine: Any = None, *, everything: bool = True, **how: Any):
    return verify_archive(archive, How(**how), engine or InlineEngine(), _Bar(), everything=everything)


def paths(archive: Archive) -> list[Path]:
    return [archive.root / file.path for file in checks.waiting(archive.catalog, None)]


def alter(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change a stored file, which is write-protected."""
    path.chmod(0o644)
    path.write_bytes(change(path.read_bytes()))


def events(archive: Archive) -> list[tuple[str | None, dict[str, Any]]]:
    return [(entry.paper_id, json.loads(entry.detail)) for entry in audit.log(archive.catalog, kind=checks.KIND)]


def test_all_signed_files_are_judged_and_one_event_tells_it(filled: Archive):
    before = filled.figures().signed
    found = verified(filled)
    assert found.counts == {
        "TOTAL_PASSED": 3,
        "INDETERMINATE": 0,
        "TOTAL_FAILED": 0,
        "NO_SIGNATURE": 0,
        "UNREADABLE": 0,
    }
    assert sorted(checked.facts["name"] for checked in found.files) == ["a.jpg", "b.jpg", "came.pdf"]
    assert all(checked.as_filed for checked in found.files)
    assert filled.figures().signed == before == 3
    assert [(paper, detail["files"]) for paper, detail in events(filled)] == [(None, 3)]
    verified(filled)
    assert len(events(filled)) == 2, "a check that finds nothing new is one event"
    assert verified(filled, everything=False).files == ()


def test_a_later_check_takes_nothing_from_a_report_of_an_earlier_day(filled: Archive):
    then = datetime.now(UTC)
    verified(filled)
    assert filled.figures(then).signed == 3


@pytest.mark.parametrize("place", [b"/MediaBox [ 0 0 5", b"%PDF", b"0000000000>"], ids=["content", "header", "padding"])
def test_one_changed_byte_makes_a_paper_fail(filled: Archive, place: bytes):
    """In what is signed, in the file's first bytes, and in the one place that no signature protects."""
    victim = paths(filled)[1]

    def flip(content: bytes) -> bytes:
        at = content.index(place) + (len(place) if place.endswith(b"5") else 1)
        return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]

    alter(victim, flip)
    found = verified(filled, everything=False)
    assert [(one.verdict.file, one.verdict.verdict, one.as_filed) for one in found.files] == [
        (str(victim), "TOTAL_FAILED", False)
    ]
    figures = filled.figures()
    assert (figures.signed, figures.failed) == (2, 1)
    (paper, detail), (_none, summary) = events(filled)
    assert (paper, detail["before"], detail["after"]) == (found.files[0].facts["paper"], "TOTAL_PASSED", "TOTAL_FAILED")
    assert summary["verdicts"]["TOTAL_FAILED"] == 1
    assert audit.verify(filled.catalog, filled.layout, filled.store).findings == ()
    record = filled.paper(found.files[0].facts["paper"])
    assert [(one.field, one.verdict, one.signer) for one in record.signatures] == [
        ("Signature1", "TOTAL_FAILED", "Test signer")
    ]


def test_papers_that_share_a_file(filled: Archive, signed_pdfs: tuple[Path, ...], tmp_path: Path):
    """An OCFL object holds the same content once."""
    record = filled.paper(next(iter(checks.waiting(filled.catalog, None))).paper_id)
    made = draft(tmp_path / "in", "c.jpg", dossier="H1")
    given = replace(made.record, signatures=record.signatures)
    with filled.writing():
        filled.file("H1", [replace(made, record=given, files={**made.files, "signed": signed_pdfs[0]})])
    assert len(set(paths(filled))) < len(paths(filled)) == 4
    assert verified(filled).counts["TOTAL_PASSED"] == 4


def test_a_missing_file_is_named_and_counts_no_more(filled: Archive):
    paths(filled)[0].unlink()
    found = verified(filled, everything=False)
    assert [one.verdict.verdict for one in found.files] == ["UNREADABLE"]
    assert [problem.code for problem in found.problems] == ["file-missing"]
    assert filled.figures().signed == 2


def test_trust_that_was_taken_back(filled: Archive):
    for pem in filled.trust_folder.glob("*.pem"):
        pem.unlink()
    verified(filled)
    assert (filled.figures().signed, filled.figures().indeterminate) == (0, 3)


def test_a_question_about_another_time_is_not_written_down(filled: Archive):
    found = verified(filled, at=datetime(2001, 1, 1, tzinfo=UTC))
    assert found.counts["INDETERMINATE"] == 3
    assert filled.figures().signed == 3
    assert events(filled) == []


class _Ended(InlineEngine):
    """Ends after some files, as Ctrl-C does."""

    def __init__(self, after: int) -> None:
        self._after = after

    def run(self, task: Any, items: Iterable[Any], *, seconds: Any) -> Iterator[Done[Any, Any]]:
        for number, done in enumerate(super().run(task, items, seconds=seconds)):
            if number == self._after:
                raise KeyboardInterrupt
            yield done


def test_an_ended_run_goes_on_and_names_what_its_first_part_found(filled: Archive):
    alter(paths(filled)[0], lambda content: content.replace(b"[ 0 0 595", b"[ 0 0 594", 1))
    first = verified(filled, _Ended(2), everything=False)
    assert first.interrupted
    assert sum(first.counts.values()) == 2
    bar = _Bar()
    second = verify_archive(filled, How(), InlineEngine(), bar, everything=False)
    assert (bar.total, bar.done) == (1, 1)
    assert sum(second.counts.values()) == 3
    assert [(one.verdict.verdict, one.earlier) for one in second.files] == [("TOTAL_FAILED", True)]
    assert second.facts["resumed"] == 2
    assert [detail.get("verdicts", {}).get("TOTAL_FAILED") for _paper, detail in events(filled)][-1] == 1


class _Deadly(InlineEngine):
    """A worker that dies on the second file."""

    def run(self, task: Any, items: Iterable[Check], *, seconds: Any) -> Iterator[Done[Any, Any]]:
        for number, item in enumerate(items):
            if number == 1:
                yield Done(item, None, WorkerDied().problem)
            else:
                yield from super().run(task, [item], seconds=seconds)


def test_a_worker_that_dies_costs_one_file_and_says_nothing_about_it(filled: Archive):
    found = verified(filled, _Deadly(), everything=False)
    assert [(one.verdict.verdict, one.verdict.detail) for one in found.files] == [("UNREADABLE", "worker-died")]
    assert filled.figures().signed == 3, "the old verdict stands, with its time"
    bar = _Bar()
    verify_archive(filled, How(), InlineEngine(), bar, everything=True)
    assert bar.total == 1, "the run is not over until the file was judged"


def test_a_paper_filed_anew_meanwhile_keeps_its_own_verdict(filled: Archive):
    file = next(iter(checks.waiting(filled.catalog, None)))
    run = checks.begin(filled.catalog, "test")
    stale = replace(file, sha256="0" * 64)
    record = replace(file.known[0], verdict="TOTAL_FAILED")
    assert checks.note(filled.catalog, run, [checks.Finding(stale, (record,), 1, as_filed=False)]) == 0
    assert filled.figures().failed == 0


def test_a_catalogue_made_anew_keeps_bad_news_and_forgets_good(filled: Archive):
    alter(paths(filled)[0], lambda content: content.replace(b"[ 0 0 595", b"[ 0 0 594", 1))
    verified(filled)
    assert filled.figures().signed == 2
    root = filled.root
    filled.close()
    bar = reporter(as_json=True).progress
    rebuild.rebuild(root, lambda: bar("", ""), lambda: bar("", ""))
    with Archive.locate(root) as again:
        assert (again.figures().signed, again.figures().failed) == (2, 1)
        assert audit.verify(again.catalog, again.layout, again.store).findings == ()
    (root / "catalog.db").unlink()
    for kept in root.glob("catalog.db*"):
        kept.unlink()
    rebuild.rebuild(root, lambda: bar("", ""), lambda: bar("", ""))
    with Archive.locate(root) as again:
        record = again.paper(next(iter(checks.waiting(again.catalog, None))).paper_id)
        filed = next(event.at for event in record.events if event.kind == "ingestion")
        assert record.signatures[0].checked_at <= filed, "what is left is as old as it says"


def test_the_command(filled: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    digidoc = runner()
    victim = paths(filled)[2]
    alter(victim, lambda content: content + b" ")
    page = tmp_path / "report.html"
    told = digidoc("verify", "--archive", str(filled.root), "--html", str(page), "--jobs", "1")
    assert told.exit_code == ExitCode.FAILED, told.output
    assert "changed after it was filed in the archive" in told.output
    assert "came.pdf" in told.output
    assert "3 files: 2 valid, 1 NOT valid" in told.output
    assert "came.pdf" in page.read_text(encoding="utf-8")
    monkeypatch.chdir(filled.root)
    again = digidoc("verify", "--json", "--jobs", "1")
    assert again.exit_code == ExitCode.FAILED
    data = json.loads(again.stdout)["data"]
    assert data["counts"]["TOTAL_PASSED"] == 2
    assert data["changed"] == 0, "it was so before"
    assert sorted((file["name"], file["verdict"], file["as_filed"]) for file in data["files"]) == [
        ("a.jpg", "TOTAL_PASSED", True),
        ("b.jpg", "TOTAL_PASSED", True),
        ("came.pdf", "TOTAL_FAILED", False),
    ]
    monkeypatch.chdir(tmp_path)
    assert digidoc("verify").exit_code == ExitCode.NO_ARCHIVE
