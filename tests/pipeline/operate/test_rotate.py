"""Pages that are turned: read again so, and by every later reading too."""

import json
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Decision
from digidoc.archive.errors import BadOperation, OperationRefused
from digidoc.archive.operations import Kind, read, to_bytes
from digidoc.archive.preserve.backup import backup
from digidoc.archive.preserve.restore import restore
from digidoc.engine.inline import InlineEngine
from digidoc.errors import ArchiveDamaged, UnreadableFile
from digidoc.files.disk import sha256_of
from digidoc.model import PaperRecord, PaperState
from digidoc.ocr.engine import EngineSpec
from digidoc.outcome import Status
from digidoc.pipeline import work
from digidoc.pipeline.collect import collect
from digidoc.pipeline.digitize import digitize
from digidoc.pipeline.operate import reader, rotate
from digidoc.pipeline.operate.carry import check, drain, submit
from digidoc.pipeline.operate.leaves import turns_of
from digidoc.pipeline.review.application import reading_of
from digidoc.pipeline.review.correct import submit as correct
from digidoc.progress import SilentProgress
from tests import judges
from tests.ocr.made import visible_text_pdf
from tests.papers import UNIT, draft
from tests.pipeline.operate.made import done, order, rows, scan, silent, whole
from tests.pipeline.review.conftest import DRAFT, Correct, change
from tests.pipeline.review.conftest import correction as correction  # noqa: PLC0414 (a fixture)
from tests.pipeline.review.conftest import digitized as digitized  # noqa: PLC0414 (a fixture)
from tests.pipeline.review.conftest import kho as kho  # noqa: PLC0414 (a fixture)
from tests.pipeline.review.conftest import paper as paper  # noqa: PLC0414 (a fixture)

_NULL = EngineSpec("null")


@pytest.fixture(autouse=True)
def _inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker process takes a second to start; the one of the command's own test is real."""
    monkeypatch.setattr(reader, "open_engine", lambda *_: InlineEngine())
    monkeypatch.setattr(rotate, "engine_of", lambda _archive: _NULL)


@pytest.fixture
def three(archive: Archive, scans: Path) -> PaperRecord:
    """Of three pages, with a signed file of the office."""
    made = scan(scans, "scan.pdf", "một", "hai", "ba", dossier="HS-01")
    signed = scans / "signed.pdf"
    signed.write_bytes(b"%PDF signed")
    files = {**made.files, "signed": signed}
    signatures = draft(scans, "other.tif", "x", verdicts=["TOTAL_PASSED"]).record.signatures
    with archive.writing():
        (filed,) = archive.file(
            "HS-01", [replace(made, record=replace(made.record, signatures=signatures), files=files)]
        )
    return filed


def _turns(archive: Archive, paper: str) -> list[int]:
    return [page.frame.turn for page in reading_of(archive, archive.paper(paper)).pages]


def _shown(archive: Archive, paper: str) -> list[int]:
    with pikepdf.open(archive.file_path(paper, "searchable")) as pdf:
        return [int(page.obj.get("/Rotate", 0)) for page in pdf.pages]


def _again(archive: Archive, folder: Path, spec: EngineSpec) -> set[Status]:
    found = collect([folder], None, archive.root)
    batch = digitize(archive, found.items, InlineEngine(), spec, SilentProgress())
    assert not batch.problems
    return {outcome.status for outcome in batch.outcomes}


def test_a_page_is_turned_from_how_it_is_shown_and_the_paper_stays_the_same(
    archive: Archive, three: PaperRecord
) -> None:
    before = {file.role: file.sha256 for file in three.files}
    assert done(archive, Kind.ROTATE, three.paper_id, turn=90, pages=((2,),)).papers == (three.paper_id,)
    assert _turns(archive, three.paper_id) == _shown(archive, three.paper_id) == [0, 90, 0]
    done(archive, Kind.ROTATE, three.paper_id, turn=270)
    assert _turns(archive, three.paper_id) == _shown(archive, three.paper_id) == [270, 0, 270]
    after = archive.paper(three.paper_id)
    now = {file.role: file.sha256 for file in after.files}
    assert (now["original"], now["signed"]) == (before["original"], before["signed"])
    assert (after.signatures, after.source, after.name) == (three.signatures, three.source, three.name)
    assert "signature-older-than-text" in after.doubts
    assert after.object_version == "v3"
    events = [event.detail for event in after.events if event.kind == "text recognition"]
    said = [(event.get("kind"), event.get("pages"), event.get("turn"), event.get("clerk")) for event in events[-2:]]
    assert said == [("rotate", [2], 90, "Trần Thị B"), ("rotate", [1, 2, 3], 270, "Trần Thị B")]
    whole(archive, in_order=False)


def test_the_turn_goes_along_with_the_page(archive: Archive, three: PaperRecord) -> None:
    done(archive, Kind.ROTATE, three.paper_id, turn=180, pages=((2,),))
    parts = done(archive, Kind.SPLIT, three.paper_id, pages=((1,), (2, 3))).papers
    assert [turns_of(archive, archive.paper(part)) for part in parts] == [(), ((1, 180),)]
    done(archive, Kind.ROTATE, parts[1], turn=90, pages=((2,),))
    assert _shown(archive, parts[1]) == [180, 90]
    (one,) = done(archive, Kind.MERGE, parts[1], parts[0]).papers
    assert turns_of(archive, archive.paper(one)) == ((1, 180), (2, 90))
    (moved,) = done(archive, Kind.MOVE, one, to="HS-02").papers
    done(archive, Kind.ROTATE, moved, turn=90)
    assert _shown(archive, moved) == [270, 180, 90]
    whole(archive, in_order=False)


def test_a_paper_of_several_files(archive: Archive, scans: Path) -> None:
    with archive.writing():
        drafts = [scan(scans, name, name, grey=name == "b.png") for name in ("a.png", "b.png")]
        pages = [record.paper_id for record in archive.file(None, drafts)]
    (one,) = done(archive, Kind.MERGE, *pages).papers
    done(archive, Kind.ROTATE, one, turn=90, pages=((2,),))
    assert _shown(archive, one) == [0, 90]
    assert {"original", "original-2"} <= {file.role for file in archive.paper(one).files}
    whole(archive, in_order=False)


def test_what_cannot_be_done_is_refused_and_changes_nothing(archive: Archive, scans: Path, three: PaperRecord) -> None:
    first, second = (order(archive, Kind.ROTATE, three.paper_id, turn=90, pages=((page, 1),)) for page in (2, 3))
    assert submit(archive, [first])[0].problem is None
    gone = scan(scans, "g.png", "x")
    with archive.writing():
        archive.file(None, [gone])
    done(archive, Kind.WITHDRAW, gone.record.paper_id)
    before = rows(archive.root)
    for made, said in (
        (second, "another order has turned these pages meanwhile: 1"),
        (order(archive, Kind.ROTATE, three.paper_id, turn=90, pages=((4,),)), "3 pages, and no page 4"),
        (order(archive, Kind.ROTATE, gone.record.paper_id, turn=90), "not among the papers in use"),
    ):
        with pytest.raises(OperationRefused, match=said):
            check(archive, made)
        (carried,) = submit(archive, [made])
        assert (carried.waiting, carried.problem and carried.problem.code) == (False, "operation-refused")
    for wrong in ({"turn": 45}, {"turn": 0}, {"turn": 90, "pages": ((1,), (2,))}, {"turn": 90, "pages": ((0,),)}):
        with pytest.raises(BadOperation):
            read(to_bytes(order(archive, Kind.ROTATE, three.paper_id, **wrong)))  # type: ignore[arg-type]
    with pytest.raises(BadOperation):
        read(to_bytes(order(archive, Kind.WITHDRAW, three.paper_id, turn=90)))
    assert rows(archive.root) == before
    assert [one.papers for one in submit(archive, [first])] == [(three.paper_id,)]  # said again, it counts once
    assert _turns(archive, three.paper_id) == [90, 90, 0]


def test_a_damaged_original_is_not_read_and_the_order_waits(archive: Archive, three: PaperRecord) -> None:
    file = archive.file_path(three.paper_id, "original")
    kept = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(b"%PDF other")
    (carried,) = submit(archive, [order(archive, Kind.ROTATE, three.paper_id, turn=90)])
    assert (carried.waiting, carried.problem and carried.problem.code) == (True, ArchiveDamaged.code)
    file.write_bytes(kept)
    with archive.writing():
        drain(archive)
    assert _turns(archive, three.paper_id) == [90, 90, 90]
    whole(archive, in_order=False)


def test_what_cannot_be_read_is_refused_for_good(archive: Archive, scans: Path) -> None:
    made = draft(scans, "a.jpg", "giao đất", content=b"\xff\xd8\xff\xe0 and no picture")
    reading = scan(scans / "b", "b.png", "giao").files["text"].read_bytes()
    made.files["text"].write_bytes(reading)
    with archive.writing():
        (broken,) = archive.file(None, [made])
    (carried,) = submit(archive, [order(archive, Kind.ROTATE, broken.paper_id, turn=90)])
    assert (carried.waiting, carried.problem and carried.problem.code) == (False, UnreadableFile.code)
    assert archive.paper(broken.paper_id).state is PaperState.FILED
    whole(archive)


def test_an_order_waits_and_a_backup_has_the_turn(archive: Archive, three: PaperRecord, tmp_path: Path) -> None:
    with Archive.locate(archive.root) as other, other.writing():
        (carried,) = submit(archive, [order(archive, Kind.ROTATE, three.paper_id, turn=90, pages=((1,),))])
        assert (carried.waiting, carried.problem) == (True, None)
        (carried,) = drain(other)
        assert carried.papers == (three.paper_id,)
    backup(archive, tmp_path / "backup", silent)
    made = tmp_path / "restored"
    assert restore(tmp_path / "backup", made, silent, (silent, silent)).problems == ()
    with Archive.locate(made) as restored:
        assert turns_of(restored, restored.paper(three.paper_id)) == ((1, 90),)
        whole(restored, in_order=False)


def test_every_later_reading_keeps_to_the_turn_and_to_what_people_said(
    kho: Archive, paper: PaperRecord, correction: Correct, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate, "engine_of", lambda _archive: DRAFT)
    typed = correction(fields=(change(kho, paper, "Subject", "Giao đất khác"),), decision=Decision.LATER)
    assert correct(kho, typed).status == "filed"
    done(kho, Kind.ROTATE, paper.paper_id, turn=180)
    after = kho.paper(paper.paper_id)
    assert _turns(kho, paper.paper_id) == [180]
    assert [field.value for field in after.fields if field.name == "Subject"] == ["Giao đất khác"]
    assert (after.state, "correction-unplaced" in after.doubts) == (PaperState.REVIEW, True)
    assert "QUYẾT" not in judges.pdftotext(kho.file_path(paper.paper_id, "searchable"))

    scans = kho.root.parent / "scans"
    assert _again(kho, scans, DRAFT) == {Status.SKIPPED}
    assert _again(kho, scans, _NULL) != {Status.SKIPPED}
    assert _shown(kho, paper.paper_id) == [180]
    monkeypatch.setattr(work, "PIPELINE", "raised")
    assert _again(kho, scans, DRAFT) != {Status.SKIPPED}
    assert _shown(kho, paper.paper_id) == [180]
    done(kho, Kind.ROTATE, paper.paper_id, turn=180)
    assert _turns(kho, paper.paper_id) == [0]
    back = kho.paper(paper.paper_id)
    assert "correction-unplaced" not in back.doubts
    assert "QUYẾT" in judges.pdftotext(kho.file_path(paper.paper_id, "searchable"))
    assert {field.value for field in back.fields} >= {"15", "Giao đất khác"}
    whole(kho, in_order=False)


def test_a_paper_that_came_signed_is_read_anew_and_its_file_stays(archive: Archive, scans: Path) -> None:
    (scans / "in").mkdir(parents=True)
    came = visible_text_pdf(scans / "in" / "came.pdf", ["Số: 15/QĐ-UBND", "Điều 1. Ban hành quy chế"])
    came.write_bytes(came.read_bytes() + b"9 0 obj <</Type/Sig/ByteRange [0 1 2 3]/Contents <30820100>>> endobj\n")
    assert _again(archive, came, _NULL) == {Status.REVIEW}
    (line,) = archive.list_papers().lines
    before = archive.paper(line.paper_id)
    done(archive, Kind.ROTATE, line.paper_id, turn=90)
    after = archive.paper(line.paper_id)
    assert {file.role for file in after.files} == {"original", "text", "metadata"}
    assert archive.file_path(line.paper_id, "original").read_bytes() == came.read_bytes()
    assert (_turns(archive, line.paper_id), len(after.signatures)) == ([90], len(before.signatures))
    assert "not-made-pdfa" in after.doubts
    assert _again(archive, came, _NULL) == {Status.SKIPPED}
    whole(archive, in_order=False)


def test_a_rest_of_a_reading_before_the_turn_is_not_used(tmp_path: Path) -> None:
    scanned = tmp_path / "a.png"
    Image.new("RGB", (60, 80), "white").save(scanned, dpi=(200, 200))
    (item,) = collect([scanned], None, tmp_path).items
    folder = tmp_path / "staging"
    folder.mkdir()
    digest = sha256_of(scanned)
    task = work.Task(item, "P-0123456789abcdef", "k", digest, folder, _NULL, UNIT, ())
    assert "turned" not in work.read_task(task).events[0].detail
    turned = work.Task(item, "P-0123456789abcdef", "k", digest, folder, _NULL, UNIT, (), ((1, 90),))
    assert work.read_task(turned).events[0].detail["turned"] == [{"page": 1, "turn": 90}]
    assert json.loads((folder / "text.json").read_bytes())["pages"][0]["turn"] == 90


@pytest.mark.slow
def test_what_is_made_is_pdfa(archive: Archive, three: PaperRecord) -> None:
    done(archive, Kind.ROTATE, three.paper_id, turn=90, pages=((2,),))
    file = archive.file_path(three.paper_id, "searchable")
    for made, (good, why) in judges.verapdf_2u([file]).items():
        assert good, (made, why)
