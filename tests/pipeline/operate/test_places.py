"""Papers that are withdrawn, taken back, moved and renamed."""

import json
from pathlib import Path
from typing import Any

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.archive.catalog import signature_checks
from digidoc.archive.catalog.query import Filters
from digidoc.archive.errors import NothingKept, OperationRefused, PaperWithdrawn
from digidoc.archive.operations import Kind
from digidoc.archive.preserve.backup import backup
from digidoc.archive.preserve.restore import restore
from digidoc.model import PaperRecord, PaperState
from digidoc.outcome import Status
from digidoc.pipeline.export import export
from digidoc.pipeline.operate.carry import check, drain, inbox, submit
from digidoc.pipeline.selection import Selection, selected
from digidoc.progress import SilentProgress
from tests.papers import draft, refused
from tests.pipeline.operate.made import done, order, rows, silent, whole

_FIELDS = [("CodeNumber", "15"), ("CodeNotation", "QĐ-UBND"), ("OrganName", "UBND xã"), ("Subject", "giao đất")]


def _filed(archive: Archive, scans: Path, dossier: str | None, name: str, text: str, **more: Any) -> PaperRecord:
    with archive.writing():
        (record,) = archive.file(dossier, [draft(scans / (dossier or "-"), name, text, dossier=dossier, **more)])
    return record


@pytest.fixture
def paper(archive: Archive, scans: Path) -> PaperRecord:
    """A paper with fields and a verdict, beside another one in its dossier."""
    _filed(archive, scans, "HS-01", "b.tif", "giao đất khác")
    return _filed(archive, scans, "HS-01", "a.tif", "giao đất đây", fields=_FIELDS, verdicts=["TOTAL_PASSED"])


def _ids(archive: Archive) -> list[str]:
    return [line.paper_id for line in archive.list_papers().lines]


def test_a_withdrawn_paper_is_in_nothing_that_counts(
    archive: Archive, scans: Path, paper: PaperRecord, tmp_path: Path
) -> None:
    other = _filed(archive, scans, "HS-02", "c.tif", "giao đất", fields=_FIELDS)
    assert [item.paper_id for item in archive.status().duplicates] == [other.paper_id]
    before = archive.figures()
    done(archive, Kind.WITHDRAW, paper.paper_id)

    assert paper.paper_id not in [hit.paper_id for hit in archive.search("giao dat").hits]
    assert paper.paper_id not in [hit.paper_id for hit in archive.search("").hits]
    assert paper.paper_id not in _ids(archive)
    assert [(line.code, line.papers, line.signed) for line in archive.list_dossiers().lines] == [
        ("HS-02", 1, 0),
        ("HS-01", 1, 0),
    ]
    found = archive.figures()
    assert (found.attached, found.signed) == (before.attached - 1, before.signed - 1)
    assert archive.status().duplicates == ()
    assert paper.paper_id not in archive.unsigned()
    assert signature_checks.count(archive.catalog, None) == 0
    with archive.writing():  # a paper that comes later is no duplicate of it
        (late,) = archive.file(
            "HS-03", [draft(scans / "x", "a.tif", "giao đất", dossier="HS-03", content=b"original of a.tif")]
        )
    assert "duplicate detection" not in [event.kind for event in late.events]

    status = archive.status()
    assert status.papers[PaperState.WITHDRAWN] == 1
    (item,) = status.withdrawn
    assert (item.paper_id, item.detail["reason"], item.detail["clerk"]) == (
        paper.paper_id,
        "scanned twice",
        "Trần Thị B",
    )
    kept = archive.paper(paper.paper_id)
    assert kept.state is PaperState.WITHDRAWN
    assert kept.pages == ("giao đất đây",)  # nothing is erased
    assert archive.file_path(paper.paper_id, "original").read_bytes() == b"original of a.tif"

    batch = export(archive, ["HS-01", paper.paper_id], tmp_path / "out", SilentProgress())
    assert sorted((one.status, one.problem.code if one.problem else "") for one in batch.outcomes) == [
        (Status.DONE, ""),
        (Status.FAILED, "withdrawn"),
        (Status.SKIPPED, ""),
    ]
    with pytest.raises(PaperWithdrawn):
        selected(archive, Selection(None, papers=(paper.paper_id,)))
    assert paper.paper_id not in selected(archive, Selection(None, dossier="HS-01")).papers
    dossier = json.loads(
        (archive.store.folder("urn:digidoc:H17.12:dossier:HS-01") / "v3/content/dossier.json").read_text(
            encoding="utf-8"
        )
    )
    assert dossier["papers"][1]["gone"] == "withdraw"
    whole(archive)


def test_a_refused_paper_cannot_be_signed_by_its_id(archive: Archive) -> None:
    with archive.writing():
        archive.refuse(refused("x.pdf"))
    (item,) = archive.status().refused
    with pytest.raises(NothingKept):
        selected(archive, Selection(None, papers=(item.paper_id,)))


def test_what_is_taken_back_is_as_it_was(archive: Archive, scans: Path, paper: PaperRecord) -> None:
    unsure = _filed(archive, scans, None, "c.tif", "rời", state=PaperState.REVIEW)
    figures = archive.figures()
    for one in (paper, unsure):
        done(archive, Kind.WITHDRAW, one.paper_id)
    assert archive.figures().attached == figures.attached - 2
    for one in (paper, unsure):
        assert done(archive, Kind.RESTORE, one.paper_id).papers == (one.paper_id,)
    assert archive.figures() == figures
    back = archive.paper(paper.paper_id)
    assert (back.state, back.fields, back.signatures) == (paper.state, paper.fields, paper.signatures)
    assert archive.paper(unsure.paper_id).state is PaperState.REVIEW
    assert set(_ids(archive)) >= {paper.paper_id, unsure.paper_id}
    whole(archive)


def test_a_paper_is_moved_with_all_that_is_known_of_it(archive: Archive, scans: Path, paper: PaperRecord) -> None:
    signed = scans / "signed.pdf"
    signed.write_bytes(b"%PDF signed")
    with archive.writing():
        again = draft(
            scans / "HS-01", "a.tif", "giao đất đây", dossier="HS-01", fields=_FIELDS, verdicts=["TOTAL_PASSED"]
        )
        archive.file("HS-01", [type(again)(again.record, {**again.files, "signed": signed})])
    figures = archive.figures()
    (target,) = done(archive, Kind.MOVE, paper.paper_id, to="HS-09").papers
    moved, left = archive.paper(target), archive.paper(paper.paper_id)
    assert (moved.dossier, moved.name, moved.sha256) == ("HS-09", "a.tif", paper.sha256)
    assert (moved.pages, moved.fields, moved.signatures) == (paper.pages, paper.fields, paper.signatures)
    assert archive.file_path(target, "signed").read_bytes() == b"%PDF signed"
    assert archive.figures() == figures
    assert archive.status().duplicates == ()
    assert (left.state, [file.role for file in left.files]) == (PaperState.WITHDRAWN, ["metadata"])
    goes = next(event for event in left.events if event.kind == "deaccession")
    comes = next(event for event in moved.events if event.kind == "accession")
    assert goes.detail["to"] == [target]
    assert comes.detail["from"] == [{"paper": paper.paper_id, "dossier": "HS-01", "name": "a.tif"}]
    assert goes.detail["operation"] == comes.detail["operation"]
    assert [hit.dossier for hit in archive.search("15/QĐ-UBND").hits] == ["HS-09"]
    assert archive.search("giao đất", filters=Filters(dossier="HS-01")).hits[0].name == "b.tif"

    (home,) = done(archive, Kind.MOVE, target, to="HS-01").papers  # and back again
    assert home == paper.paper_id
    assert archive.paper(home).fields == paper.fields
    assert archive.figures() == figures
    whole(archive)


def test_a_paper_gets_another_name_and_leaves_its_dossier(archive: Archive, paper: PaperRecord) -> None:
    (named,) = done(archive, Kind.RENAME, paper.paper_id, to="Quyết định 15.tif").papers
    assert (archive.paper(named).name, archive.paper(named).dossier) == ("Quyết định 15.tif", "HS-01")
    (loose,) = done(archive, Kind.MOVE, named, to="").papers
    assert archive.paper(loose).dossier is None
    assert archive.paper(loose).fields == paper.fields
    assert {event.kind for event in archive.paper(loose).events} == {"capture", "accession", "ingestion"}
    whole(archive)


def test_what_cannot_be_done_is_refused_and_changes_nothing(archive: Archive, scans: Path, paper: PaperRecord) -> None:
    twin = _filed(archive, scans, "HS-02", "a.tif", "giao đất", content=b"original of a.tif")
    gone = _filed(archive, scans, None, "g.tif", "đi")
    done(archive, Kind.WITHDRAW, gone.paper_id)
    (moved,) = done(archive, Kind.MOVE, _filed(archive, scans, None, "h.tif", "đi").paper_id, to="HS-02").papers
    before = rows(archive.root)
    (source,) = (event.detail["from"][0]["paper"] for event in archive.paper(moved).events if event.kind == "accession")
    for made, said in (
        (order(archive, Kind.MOVE, paper.paper_id, to="HS-01"), "it is there already"),
        (order(archive, Kind.RENAME, paper.paper_id, to="a.tif"), "it is there already"),
        (order(archive, Kind.MOVE, paper.paper_id, to="HS-02"), f"there already: {twin.paper_id}"),
        (order(archive, Kind.MOVE, gone.paper_id, to="HS-02"), "not among the papers in use"),
        (order(archive, Kind.WITHDRAW, gone.paper_id), "not among the papers in use"),
        (order(archive, Kind.RESTORE, paper.paper_id), "it is not withdrawn"),
        (order(archive, Kind.RESTORE, source), f"it went to {moved}"),
    ):
        with pytest.raises(OperationRefused, match=said):
            check(archive, made)
        (carried,) = submit(archive, [made])  # as when it stood otherwise when it was ordered
        assert (carried.waiting, carried.problem and carried.problem.code) == (False, "operation-refused")
    assert rows(archive.root) == before
    assert archive.catalog.db.execute("SELECT count(*) FROM event WHERE outcome = 'fail'").fetchone() == (7,)
    with pytest.raises(errors.UnknownPaper):
        order(archive, Kind.WITHDRAW, "P-0000000000000000")
    whole(archive)


def test_a_damaged_file_is_not_filed_anew_and_the_order_waits(archive: Archive, paper: PaperRecord) -> None:
    file = archive.file_path(paper.paper_id, "searchable")
    kept = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(b"%PDF other")
    (carried,) = submit(archive, [order(archive, Kind.MOVE, paper.paper_id, to="HS-05")])
    assert (carried.waiting, carried.problem and carried.problem.code) == (True, "archive-damaged")
    assert archive.paper(paper.paper_id).state is PaperState.FILED
    file.write_bytes(kept)
    with archive.writing():
        (carried,) = drain(archive)
    assert [archive.paper(one).dossier for one in carried.papers] == ["HS-05"]
    whole(archive)


def test_an_order_waits_for_the_lock_and_the_next_writer_carries_it_out(archive: Archive, paper: PaperRecord) -> None:
    given = order(archive, Kind.MOVE, paper.paper_id, to="HS-05")
    with Archive.locate(archive.root) as other, other.writing():
        (carried,) = submit(archive, [given])
        assert (carried.waiting, carried.problem) == (True, None)
        assert archive.waiting() == 1
        (inbox(archive).folder / f"{'0' * 31}f.json").write_bytes(b"{}")  # somebody was at it
        first, second = sorted(drain(other), key=lambda one: one.operation is None)
        assert (first.id, first.waiting) == (given.id, False)
        assert (second.waiting, second.problem and second.problem.code) == (True, "bad-operation")
    inbox(archive).remove("0" * 31 + "f")
    assert archive.paper(paper.paper_id).state is PaperState.WITHDRAWN
    assert submit(archive, [given])[0].papers == first.papers  # said again, it counts once
    whole(archive)


def test_a_backup_has_it_and_gives_it_back(archive: Archive, scans: Path, paper: PaperRecord, tmp_path: Path) -> None:
    (moved,) = done(archive, Kind.MOVE, paper.paper_id, to="HS-05").papers
    loose = _filed(archive, scans, None, "c.tif", "rời")
    done(archive, Kind.WITHDRAW, loose.paper_id)
    before = rows(archive.root)
    backup(archive, tmp_path / "backup", silent)
    made = tmp_path / "restored"
    assert restore(tmp_path / "backup", made, silent, (silent, silent)).problems == ()
    after = rows(made)
    for sql, found in before.items():
        assert after[sql] == found, sql
    with Archive.locate(made) as restored:
        assert restored.paper(moved).dossier == "HS-05"
        assert restored.paper(loose.paper_id).state is PaperState.WITHDRAWN
        whole(restored)
