"""Refusals that are settled, by a later file or by a person: nothing counts them, and nothing of them is lost."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.catalog.settled import FORGOTTEN
from digidoc.archive.errors import NotRefused
from digidoc.archive.events import audit
from digidoc.archive.preserve.rebuild import rebuild
from digidoc.errors import UnknownPaper
from digidoc.model import PaperRecord, PaperState
from digidoc.progress import SilentProgress
from tests.papers import LONG_AGO, draft, refused
from tests.running import runner

Rebuilt = Callable[[Archive], Archive]


def refusals(archive: Archive) -> list[str]:
    """Names of the open refusals; status, reports and lists of documents have to agree on their number."""
    found = archive.status()
    assert len(found.refused) == found.papers[PaperState.REFUSED] == archive.figures().refused
    return [item.name for item in found.refused]


@pytest.fixture
def rebuilt() -> Iterator[Rebuilt]:
    """Gives the same archive with a catalogue that was made anew, which has to say the same."""
    with ExitStack() as stack:

        def made_anew(archive: Archive) -> Archive:
            before, root = archive.status(), archive.root
            archive.close()
            done = rebuild(root, lambda: nullcontext(SilentProgress()), lambda: nullcontext(SilentProgress()))
            assert not done.problems
            again = stack.enter_context(Archive.locate(root))
            assert again.status() == before
            assert not audit.verify(again.catalog, again.layout, again.store).findings
            return again

        yield made_anew


def refuse(archive: Archive, *records: PaperRecord) -> None:
    with archive.writing():
        for record in records:
            archive.refuse(record)


def test_a_later_file_of_the_name_or_from_the_place_settles(archive: Archive, scans: Path, rebuilt: Rebuilt) -> None:
    moved = replace(refused("con/b.pdf", dossier="D1"), source=str(scans / "b.pdf"))
    refuse(archive, refused("a.pdf", dossier="D1"), moved, refused("c.pdf", dossier="D1"), refused("a.pdf"))
    later = LONG_AGO + timedelta(days=3)
    with archive.writing():
        archive.file("D1", [draft(scans, name, dossier="D1", at=later) for name in ("a.pdf", "b.pdf")])
    assert refusals(archive) == ["c.pdf", "a.pdf"]  # of another name, and of no dossier
    assert archive.figures(LONG_AGO + timedelta(days=1)).refused == 4  # on that day they were open
    assert {dossier.code: dossier.papers for dossier in archive.status().dossiers} == {"D1": 3}
    assert refusals(rebuilt(archive)) == ["c.pdf", "a.pdf"]


def test_an_earlier_file_settles_nothing(archive: Archive, scans: Path, rebuilt: Rebuilt) -> None:
    with archive.writing():
        archive.file("D1", [draft(scans, "a.pdf", dossier="D1")])
        archive.refuse(refused("a.pdf", dossier="D1", at=LONG_AGO + timedelta(days=1)))
        archive.file("D1", [draft(scans, "a.pdf", dossier="D1", task_key="key-2")])
    assert refusals(archive) == ["a.pdf"]
    assert refusals(rebuilt(archive)) == ["a.pdf"]


def test_a_person_forgets_a_refusal(archive: Archive, rebuilt: Rebuilt) -> None:
    record = refused("a.pdf", dossier="D1")
    refuse(archive, record, refused("b.pdf", dossier="D1"))
    with archive.writing():
        assert archive.forget_refusal(record.paper_id)
        assert not archive.forget_refusal(record.paper_id)
        archive.refuse(record)  # the same file is met again
    assert refusals(archive) == ["b.pdf"]
    kept = archive.paper(record.paper_id)
    assert (kept.state, kept.events[-1].kind, kept.problem) == (PaperState.REFUSED, FORGOTTEN, record.problem)
    again = rebuilt(archive)
    assert again.paper(record.paper_id).events == kept.events
    refuse(again, replace(record, task_key="key-2"))  # a later digidoc tried it again
    assert refusals(again) == ["a.pdf", "b.pdf"]
    assert refusals(rebuilt(again)) == ["a.pdf", "b.pdf"]


def test_a_forgotten_refusal_whose_transaction_was_lost_is_written_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, rebuilt: Rebuilt
) -> None:
    record = refused("a.pdf")
    refuse(archive, record)
    with archive.writing():
        with monkeypatch.context() as patch:
            patch.setattr(archive.catalog, "write", _killed)
            with pytest.raises(KeyboardInterrupt):
                archive.forget_refusal(record.paper_id)
        assert archive.forget_refusal(record.paper_id)
    assert refusals(archive) == []
    assert len(list((archive.root / "refused").rglob("*.json"))) == 2
    rebuilt(archive)


def _killed(*_records: PaperRecord) -> None:
    raise KeyboardInterrupt


def test_what_was_not_refused_cannot_be_forgotten(archive: Archive, scans: Path) -> None:
    given = draft(scans, "a.pdf")
    with archive.writing():
        archive.file(None, [given])
        with pytest.raises(NotRefused):
            archive.forget_refusal(given.record.paper_id)
        with pytest.raises(UnknownPaper):
            archive.forget_refusal("P-0123456789abcdef")


def test_the_command_says_how_it_went_with_each(archive: Archive) -> None:
    record, root = refused("a.pdf"), archive.root
    refuse(archive, record)
    archive.close()
    run = runner()
    assert "a.pdf" in run("status", "--refused", "-A", root).stdout
    done = run("paper", "forget-refusal", record.paper_id, "P-0123456789abcdef", "-A", root, "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == 3
    assert [paper["status"] for paper in document["data"]["papers"]] == ["done", "failed"]
    assert [problem["code"] for problem in document["errors"]] == ["unknown-paper"]
    again = run("paper", "forget-refusal", record.paper_id, "-A", root)
    assert (again.exit_code, record.paper_id in again.stdout) == (0, True)
    assert "a.pdf" not in run("status", "--refused", "-A", root).stdout
