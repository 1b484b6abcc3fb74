"""Papers that give way to a new file."""

from pathlib import Path

import pytest

from digidoc.archive.archive import Archive, paper_id
from digidoc.archive.errors import OperationRefused
from digidoc.archive.events import clerk
from digidoc.archive.inbox import handing_in
from digidoc.archive.operations import Kind
from digidoc.archive.preserve.backup import backup
from digidoc.archive.preserve.restore import restore
from digidoc.engine.inline import InlineEngine
from digidoc.errors import FileMissing, UnreadableFile, UnsupportedFormat
from digidoc.files.disk import sha256_of
from digidoc.model import PaperRecord, PaperState
from digidoc.ocr.engine import EngineSpec
from digidoc.outcome import Status
from digidoc.pipeline.collect import Item
from digidoc.pipeline.digitize import plan
from digidoc.pipeline.operate import reader, replace
from digidoc.pipeline.operate.carry import check, drain, inbox, submit
from digidoc.pipeline.operate.cautions import cautions
from tests.ocr.made import visible_text_pdf
from tests.papers import draft
from tests.pipeline.operate.made import done, order, rows, silent, whole

_LINES = ["ỦY BAN NHÂN DÂN XÃ", "Số: 15/QĐ-UBND", "Điều 1. Ban hành quy chế thay thế"]


@pytest.fixture(autouse=True)
def _inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker process takes a second to start; the one of the command's own test is real."""
    monkeypatch.setattr(reader, "open_engine", lambda *_: InlineEngine())


@pytest.fixture
def paper(archive: Archive, scans: Path) -> PaperRecord:
    """A signed paper, beside another one in its dossier."""
    with archive.writing():
        drafts = [
            draft(scans, name, f"giao đất {name}", dossier="HS-01", verdicts=["TOTAL_PASSED"])
            for name in ("a.tif", "b.tif")
        ]
        return archive.file("HS-01", drafts)[0]


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return visible_text_pdf(tmp_path / "quyết định.pdf", _LINES)


def _left(archive: Archive) -> list[str]:
    return sorted(path.name for path in (archive.root / "inbox" / "operations").iterdir())


def test_the_new_file_is_read_and_the_old_paper_says_what_replaced_it(
    archive: Archive, paper: PaperRecord, new: Path
) -> None:
    (target,) = done(archive, Kind.REPLACE, paper.paper_id, file=new).papers
    assert target == paper_id("HS-01", "quyết định.pdf", sha256_of(new))
    made, old = archive.paper(target), archive.paper(paper.paper_id)
    assert (made.dossier, made.name, made.source) == ("HS-01", "quyết định.pdf", "quyết định.pdf")
    assert "Ban hành quy chế thay thế" in made.pages[0]
    assert archive.file_path(target, "original").read_bytes() == new.read_bytes()
    assert archive.file_path(target, "searchable").is_file()
    assert (made.signatures, made.state.counts) == ((), True)
    assert [hit.paper_id for hit in archive.search("quy che thay the").hits] == [target]

    assert old.state is PaperState.WITHDRAWN
    assert (old.signatures, old.pages) == (paper.signatures, paper.pages)  # nothing is erased
    assert archive.file_path(paper.paper_id, "original").read_bytes() == b"original of a.tif"
    goes = next(event for event in old.events if event.kind == "deaccession")
    comes = next(event for event in made.events if event.kind == "accession")
    assert (goes.detail["to"], goes.detail["reason"]) == ([target], "scanned twice")
    assert comes.detail["from"] == [{"paper": paper.paper_id, "dossier": "HS-01", "name": "a.tif"}]
    assert {event.detail["clerk"] for event in made.events if event.kind == "text recognition"} == {"Trần Thị B"}
    assert archive.status().duplicates == ()
    # As `digitize` reads it: it has nothing to do when it meets the file.
    (planned,) = plan(archive, [Item(new, "HS-01", new.name)], EngineSpec(), sign=False).outcomes
    assert planned.status is Status.SKIPPED
    assert _left(archive) == []
    done(archive, Kind.RESTORE, paper.paper_id)
    assert archive.paper(paper.paper_id).state is PaperState.FILED
    whole(archive)


def test_what_there_is_to_know_before(archive: Archive, paper: PaperRecord, new: Path) -> None:
    with archive.writing():
        archive.add_event(paper.paper_id, clerk.event("reuse", "success", {"dossier": "HS-07"}))
    change = check(archive, order(archive, Kind.REPLACE, paper.paper_id, file=new))
    found = {caution.code: caution.names for caution in cautions(archive, change)}
    assert found == {"signature-left": (), "reuse-left": ("HS-07",)}


def test_what_cannot_be_done_changes_nothing(
    archive: Archive, scans: Path, paper: PaperRecord, new: Path, tmp_path: Path
) -> None:
    before = rows(archive.root)
    other = tmp_path / "b.tif"
    other.write_bytes(b"original of b.tif")  # which is in the dossier under this name
    for file, said in ((scans / "a.tif", "a.tif is the same file"), (other, "there already: P-")):
        with pytest.raises(OperationRefused, match=said):
            check(archive, order(archive, Kind.REPLACE, paper.paper_id, file=file))
    foreign, broken = tmp_path / "x.docx", tmp_path / "x.jpg"
    foreign.write_bytes(b"PK")
    broken.write_bytes(b"\xff\xd8\xff\xe0 and no picture")
    kinds = ((foreign, UnsupportedFormat), (broken, UnreadableFile), (tmp_path / "none.pdf", FileMissing))
    for file, kind in kinds:
        with pytest.raises(kind):
            replace.looked_at(file)
    made = order(archive, Kind.REPLACE, paper.paper_id, file=new)
    new.write_bytes(new.read_bytes() + b"\n")
    with pytest.raises(UnreadableFile, match="while it was being handed in"):
        submit(archive, [made], {made.id: new})
    assert _left(archive) == []
    assert rows(archive.root) == before


def test_a_file_that_turns_out_to_be_unreadable_is_refused_for_good(
    archive: Archive, paper: PaperRecord, tmp_path: Path
) -> None:
    broken = tmp_path / "x.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 and no picture")
    made = order(archive, Kind.REPLACE, paper.paper_id, file=broken)
    (carried,) = submit(archive, [made], {made.id: broken})
    assert carried.problem is not None
    assert (carried.waiting, carried.problem.code, carried.problem.file) == (False, "unreadable", "x.jpg")
    assert archive.paper(paper.paper_id).state is PaperState.FILED
    assert _left(archive) == []
    whole(archive)


def test_one_that_was_withdrawn_before_is_taken_back_instead(archive: Archive, paper: PaperRecord, new: Path) -> None:
    (target,) = done(archive, Kind.REPLACE, paper.paper_id, file=new).papers
    back = new.with_name("a.tif")
    back.write_bytes(b"original of a.tif")
    with pytest.raises(OperationRefused, match=f"was withdrawn before, as {paper.paper_id}"):
        check(archive, order(archive, Kind.REPLACE, target, file=back))


def test_it_waits_for_the_lock_with_its_file_and_a_backup_has_both(
    archive: Archive, paper: PaperRecord, new: Path, tmp_path: Path
) -> None:
    made = order(archive, Kind.REPLACE, paper.paper_id, file=new)
    with Archive.locate(archive.root) as other, other.writing():
        (carried,) = submit(archive, [made], {made.id: new})
    assert (carried.waiting, carried.problem) == (True, None)
    content = new.read_bytes()
    new.unlink()  # it is the archive's by now
    assert archive.waiting() == 1
    assert _left(archive) == [f"{made.id}.file.pdf", f"{made.id}.json"]
    backup(archive, tmp_path / "backup", silent)
    assert restore(tmp_path / "backup", tmp_path / "restored", silent, (silent, silent)).problems == ()
    archive.close()
    for root in (archive.root, tmp_path / "restored"):
        with Archive.locate(root) as opened:
            with opened.writing():
                (carried,) = drain(opened)
            (target,) = carried.papers
            assert opened.file_path(target, "original").read_bytes() == content
            assert opened.paper(paper.paper_id).state is PaperState.WITHDRAWN
            assert _left(opened) == []
            whole(opened)
    with Archive.locate(archive.root) as opened:  # what was taken in does not come back with the next backup
        backup(opened, tmp_path / "backup", silent)
    assert not list((tmp_path / "backup" / "inbox").rglob("*.*"))


def test_a_file_that_is_not_as_it_was_handed_in_waits(archive: Archive, paper: PaperRecord, new: Path) -> None:
    made = order(archive, Kind.REPLACE, paper.paper_id, file=new)
    with Archive.locate(archive.root) as other, other.writing():
        submit(archive, [made], {made.id: new})
    (file,) = inbox(archive).folder.glob("*.file*")
    file.chmod(0o600)
    for damage in (lambda: file.write_bytes(b"%PDF other"), file.unlink):
        damage()
        with archive.writing():
            (carried,) = drain(archive)
        assert (carried.waiting, carried.problem and carried.problem.code) == (True, "archive-damaged")
    assert archive.paper(paper.paper_id).state is PaperState.FILED


def test_what_a_killed_process_left_is_cleared_but_not_under_the_hands_of_another(
    archive: Archive, paper: PaperRecord, new: Path
) -> None:
    made = order(archive, Kind.REPLACE, paper.paper_id, file=new)
    lock = archive.layout.inbox_lock
    with handing_in(lock):
        inbox(archive).enclose(made.id, new, made.sha256)
        with archive.writing():
            assert drain(archive) == ()
        assert len(_left(archive)) == 1
    with archive.writing():
        drain(archive)
    assert _left(archive) == []
