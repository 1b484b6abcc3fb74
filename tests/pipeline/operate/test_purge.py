"""A paper is erased for good: nothing of it is anywhere, and the archive is whole."""

import gzip
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from digidoc.archive.archive import Archive
from digidoc.archive.catalog import duplicates
from digidoc.archive.errors import OperationRefused, PaperPurged
from digidoc.archive.events import audit, forgetting
from digidoc.archive.events.audit import Flaw
from digidoc.archive.operations import Kind
from digidoc.archive.preserve.backup import backup
from digidoc.archive.preserve.backup_check import verify_backup
from digidoc.archive.preserve.rebuild import rebuild
from digidoc.engine.opening import open_engine
from digidoc.model import PaperState
from digidoc.ocr.engine import EngineSpec
from digidoc.outcome import Status
from digidoc.pipeline.collect import collect
from digidoc.pipeline.digitize import digitize, plan
from digidoc.pipeline.operate.carry import check, submit
from digidoc.pipeline.operate.purge import Purge
from digidoc.pipeline.selection import counting
from digidoc.progress import SilentProgress
from tests import judges
from tests.papers import draft
from tests.pipeline.operate.made import done, order, scan, silent, whole

_WORD = "khoáistuyệtmật"
_NAME = "tuyet-mat-07.tif"
_BYTES = b"bytes that nothing else has"
_FIELDS = (("CodeNumber", "7703KHOAI"), ("CodeNotation", "QĐ-XYZW"), ("OrganName", "Cục Đặc Biệt"))


def _secret(archive: Archive, scans: Path, dossier: str | None = "HS-1") -> str:
    one = draft(scans, _NAME, f"một {_WORD}", dossier=dossier, content=_BYTES, fields=_FIELDS, derived=b"khoai")
    with archive.writing():
        return archive.file(dossier, [one])[0].paper_id


def _purge(archive: Archive, paper: str) -> None:
    done(archive, Kind.PURGE, paper, reason="filed by mistake")


def _left(root: Path, *words: str) -> list[str]:
    """The files that have one of these words, in any form in which digidoc writes text."""
    forms = [form for word in words for form in (word.encode(), json.dumps(word)[1:-1].encode())]
    found = []
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        data = file.read_bytes()
        data += gzip.decompress(data) if file.suffix == ".gz" else b""
        found += [f"{file.relative_to(root)}: {form!r}" for form in forms if form in data or form.decode() in file.name]
    return found


_TRACES = (_WORD, "khoaistuyetmat", _NAME, _BYTES.decode(), "7703KHOAI", "XYZW", "Cục Đặc Biệt", "cuc_dac")


@pytest.mark.parametrize("dossier", ["HS-1", None])
def test_nothing_of_it_is_left_anywhere(archive: Archive, scans: Path, dossier: str | None) -> None:
    with archive.writing():
        archive.file("HS-1", [draft(scans, "b.tif", "giao đất", dossier="HS-1")])
    paper = _secret(archive, scans, dossier)
    done(archive, Kind.WITHDRAW, paper, reason=f"vì {_NAME}")
    done(archive, Kind.RESTORE, paper)
    (archive.root / "catalog.db.before-rebuild").write_bytes(_BYTES)
    (archive.layout.scratch / f"x-{paper}").mkdir()
    (archive.layout.scratch / f"x-{paper}" / "text.json").write_bytes(_BYTES)
    assert _left(archive.root, *_TRACES)
    _purge(archive, paper)
    assert _left(archive.root, *_TRACES) == []
    record = archive.paper(paper)
    assert (record.state, record.name, record.source, record.sha256) == (PaperState.PURGED, "", "", "")
    detail = record.events[-1].detail
    assert (detail["clerk"], detail["reason"], detail["versions"]) == ("Trần Thị B", "filed by mistake", 3)
    assert all(list(event.detail) == ["forgotten"] for event in record.events[:-1])
    assert judges.ocfl_valid(archive.layout.store) == []
    whole(archive)
    (archive.root / "catalog.db.before-rebuild").unlink()
    assert _left(archive.root, *_TRACES) == []


def test_papers_whose_events_name_it_forget_it_too(archive: Archive, scans: Path) -> None:
    paper = _secret(archive, scans)
    with archive.writing():
        twin = archive.file("HS-2", [draft(scans, "z.tif", "khác", dossier="HS-2", content=_BYTES, fields=_FIELDS)])[0]
    assert duplicates.of(archive.paper(twin.paper_id))
    _purge(archive, paper)
    assert duplicates.of(archive.paper(twin.paper_id)) == []
    assert _left(archive.root, _WORD, _NAME) == []
    with archive.catalog.reading() as db:
        assert duplicates.listed(db) == []
    assert judges.ocfl_valid(archive.layout.store) == []
    whole(archive)


def test_bytes_that_another_paper_of_the_dossier_has_stay_and_that_is_said(archive: Archive, scans: Path) -> None:
    paper = _secret(archive, scans)
    with archive.writing():
        twin = archive.file("HS-1", [draft(scans, "z.tif", "khác", dossier="HS-1", content=_BYTES)])[0].paper_id
    (found,) = Purge(archive, order(archive, Kind.PURGE, paper, reason="x")).traces().values()
    assert [others for _file, others in found.shared if twin in others]
    _purge(archive, paper)
    assert _left(archive.root, _WORD, _NAME) == []
    assert archive.file_path(twin, "original").read_bytes() == _BYTES
    assert judges.ocfl_valid(archive.layout.store) == []
    whole(archive)


def test_what_it_was_before_goes_with_it(archive: Archive, scans: Path) -> None:
    paper = _secret(archive, scans)
    (moved,) = done(archive, Kind.MOVE, paper, to="HS-9").papers
    (named,) = done(archive, Kind.RENAME, moved, to=f"neu-{_NAME}").papers
    with pytest.raises(OperationRefused):  # what is in use is not erased by its old id
        check(archive, order(archive, Kind.PURGE, paper, reason="x"))
    found = Purge(archive, order(archive, Kind.PURGE, named, reason="x")).traces()
    said = {archive.root / file for one in found.values() for file in one.files}
    assert next(iter(found)) == named
    assert set(found) == {paper, moved, named}
    assert not any(one.shared for one in found.values())
    of_papers = {path for path in archive.layout.store.rglob("papers/*/*") if path.is_file()}
    assert said == of_papers  # the archive has no other paper
    _purge(archive, named)
    assert {path for path in said if path.exists()} <= set(archive.layout.store.rglob("metadata.json"))
    assert {archive.paper(one).state for one in (paper, moved, named)} == {PaperState.PURGED}
    assert _left(archive.root, *_TRACES) == []
    assert judges.ocfl_valid(archive.layout.store) == []
    whole(archive)


def test_parts_of_one_file_go_together_and_only_when_the_others_are_withdrawn(archive: Archive, scans: Path) -> None:
    with archive.writing():
        paper = archive.file("A", [scan(scans, "a.pdf", "một", _WORD, dossier="A")])[0].paper_id
    first, second = done(archive, Kind.SPLIT, paper, pages=((1,), (2,))).papers
    with pytest.raises(OperationRefused) as caught:
        check(archive, order(archive, Kind.PURGE, second, reason="x"))
    assert first in str(caught.value.problem.message)
    done(archive, Kind.WITHDRAW, first)
    _purge(archive, second)
    assert _left(archive.root, _WORD, "a.pdf") == []
    whole(archive)


def test_what_is_not_there_to_be_erased_is_refused(archive: Archive, scans: Path) -> None:
    paper = _secret(archive, scans)
    _purge(archive, paper)
    with pytest.raises(OperationRefused):
        check(archive, order(archive, Kind.PURGE, paper, reason="again"))
    with pytest.raises(OperationRefused):
        check(archive, order(archive, Kind.RESTORE, paper))


def test_its_file_is_not_filed_again_and_that_is_said(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "scans" / "H17-260105-0012"
    folder.mkdir(parents=True)
    Image.new("RGB", (60, 80), (1, 2, 3)).save(folder / _NAME, "TIFF")

    def read() -> tuple[Status, str]:
        items = collect([folder], None, archive.root).items
        (outcome,) = digitize(archive, items, open_engine(0, "en"), EngineSpec("null"), SilentProgress()).outcomes
        assert [one.status for one in plan(archive, items, EngineSpec("null"), sign=False).outcomes] == [
            Status.REFUSED if outcome.problem else Status.SKIPPED
        ]
        return outcome.status, "" if outcome.problem is None else outcome.problem.code

    assert read()[1] == ""
    (paper,) = (one.paper_id for one in archive.list_papers().lines)
    _purge(archive, paper)
    assert read() == (Status.REFUSED, "purged")
    with pytest.raises(PaperPurged):
        counting(archive.paper(paper))
    assert _left(archive.root, _NAME) == []
    whole(archive)


def test_the_next_backup_does_not_carry_it_on(archive: Archive, scans: Path, tmp_path: Path) -> None:
    paper, target = _secret(archive, scans), tmp_path / "sao lưu"
    assert backup(archive, target, silent).problems == ()
    assert _left(target, *_TRACES)
    _purge(archive, paper)
    assert backup(archive, target, silent).problems == ()
    assert _left(target, *_TRACES) == []
    checked = verify_backup(target, silent)
    assert (checked.damaged, checked.missing, checked.extra) == ([], [], [])


def _tampered(archive: Archive, sql: str) -> set[Flaw]:
    """What the check of the chain says of a copy in which somebody has done this."""
    root = archive.root.with_name("tampered")
    shutil.copytree(archive.root, root)
    with closing(sqlite3.connect(root / "catalog.db")) as db, db:
        db.execute("DROP TRIGGER event_never_changed")
        db.execute(sql)
    with Archive.locate(root) as copy:
        found = audit.verify(copy.catalog, copy.layout, copy.store)
    shutil.rmtree(root)
    return {finding.flaw for finding in found.findings}


def test_an_entry_without_details_that_no_purge_lists_is_an_edited_one(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("HS-1", [draft(scans, "b.tif", "giao đất", dossier="HS-1")])
    _purge(archive, _secret(archive, scans))
    with archive.catalog.reading() as db:
        emptied = sorted(forgetting.allowed(db))
    assert emptied
    assert Flaw.EDITED in _tampered(
        archive, "UPDATE event SET detail = '{\"forgotten\":' || sequence || '}' WHERE sequence = 2"
    )
    assert Flaw.EDITED in _tampered(
        archive,
        f"UPDATE event SET at = '2001-01-01T00:00:00+00:00' WHERE sequence = {emptied[-1]}",  # noqa: S608
    )


def test_the_chain_is_taken_from_its_log_with_what_is_left_of_it(archive: Archive, scans: Path) -> None:
    paper = _secret(archive, scans)
    _purge(archive, paper)
    archive.close()
    made = rebuild(archive.root, silent, silent)
    assert made.problems == ()
    with Archive.locate(archive.root) as again:
        assert again.paper(paper).state is PaperState.PURGED
        assert submit(again, [order(again, Kind.PURGE, paper, reason="again")])[0].problem is not None
