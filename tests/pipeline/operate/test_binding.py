"""Papers that are split and merged: of small pages that were never read, for what the archive makes of them."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from digidoc.archive.archive import Archive
from digidoc.archive.catalog.reuse_links import EVENT as LINK
from digidoc.archive.corrections import Correction, Decision, LineAdded
from digidoc.archive.errors import OperationRefused
from digidoc.archive.ingest import Draft
from digidoc.archive.operations import Kind
from digidoc.archive.preserve.backup import backup
from digidoc.archive.preserve.restore import restore
from digidoc.bench.pictures import Pictures
from digidoc.errors import ArchiveDamaged, UnreadableFile
from digidoc.model import Box, Event, Frame, PaperRecord, PaperState
from digidoc.ocr.source.bound import open_paper
from digidoc.pipeline.export import export
from digidoc.pipeline.operate.carry import check, submit
from digidoc.pipeline.operate.cautions import cautions
from digidoc.pipeline.operate.split import Split
from digidoc.pipeline.ranges import ranges
from digidoc.pipeline.review.application import history_of
from digidoc.pipeline.review.correct import submit as correct
from digidoc.pipeline.review.exporting.pieces import cut
from digidoc.pipeline.stored import open_pages
from digidoc.progress import SilentProgress
from tests.papers import LONG_AGO, draft
from tests.pipeline.operate.made import done, order, rows, scan, silent, whole


def _filed(archive: Archive, *drafts: Draft, dossier: str | None = "HS-01") -> tuple[PaperRecord, ...]:
    with archive.writing():
        return tuple(archive.file(dossier, list(drafts)))


@pytest.fixture
def paper(archive: Archive, scans: Path) -> PaperRecord:
    """Of four pages."""
    (made,) = _filed(archive, scan(scans, "scan.pdf", "một", "hai", "ba", "bốn", dossier="HS-01"))
    return made


def _split(archive: Archive, paper: str, *pages: tuple[int, ...]) -> tuple[PaperRecord, ...]:
    return tuple(map(archive.paper, done(archive, Kind.SPLIT, paper, pages=pages).papers))


def _shades(archive: Archive, paper: PaperRecord) -> list[int]:
    """Which pages of the scan a paper shows, by their colours."""
    with open_pages(archive, paper) as source:
        return [round((int(page.image()[40, 30][0]) - 120) / 20) + 1 for page in source.pages()]


def _said(archive: Archive, paper: PaperRecord, page: int, text: str, decision: Decision = Decision.DONE) -> None:
    """A line that a person adds on a page."""
    (file,) = (file for file in paper.files if file.role == "text")
    line = LineAdded(page, Box(5, 60, 50, 70), text)
    made = Correction(
        f"{page:032x}", paper.paper_id, "lan", datetime.now(UTC), "v1", file.sha256, decision, lines=(line,)
    )
    assert correct(archive, made).status == "filed"


def test_each_part_is_its_pages_of_the_same_file(archive: Archive, paper: PaperRecord, tmp_path: Path) -> None:
    figures = archive.figures()
    first, second = _split(archive, paper.paper_id, (1, 2), (3, 4))
    assert [(one.name, one.part, one.sha256) for one in (first, second)] == [
        ("scan.pdf#1-2", (1, 2), paper.sha256),
        ("scan.pdf#3-4", (3, 4), paper.sha256),
    ]
    assert [one.pages for one in (first, second)] == [("một", "hai"), ("ba", "bốn")]
    assert [_shades(archive, one) for one in (first, second)] == [[1, 2], [3, 4]]
    for one, shade in ((first, 120), (second, 160)):
        with pikepdf.open(archive.file_path(one.paper_id, "searchable")) as pdf:
            assert len(pdf.pages) == 2
        picture = Pictures().picture(archive, one.paper_id, 1)
        assert abs(_red(picture) - shade) < 3
        ((_asked, piece),) = cut(archive, one.paper_id, {1: Frame(60, 80)}, [(1, None)]).items()
        assert abs(_red(piece) - shade) < 3
        with pytest.raises(UnreadableFile, match="no page 3"):
            Pictures().picture(archive, one.paper_id, 3)
    assert [hit.paper_id for hit in archive.search("bốn").hits] == [second.paper_id]
    left = archive.paper(paper.paper_id)
    assert (left.state, [file.role for file in left.files]) == (PaperState.WITHDRAWN, ["metadata"])
    assert left.events[-1].detail["to"] == [first.paper_id, second.paper_id]
    assert archive.figures().attached == figures.attached + 1
    assert archive.status().duplicates == ()  # the same bytes, and not the same paper
    copied = export(archive, [first.paper_id, second.paper_id], tmp_path / "out", SilentProgress())
    assert [one.detail.file.name for one in copied.outcomes if one.detail and one.detail.file] == [
        "scan 1-2.pdf",
        "scan 3-4.pdf",
    ]
    whole(archive)


def _red(jpeg: bytes) -> int:
    red = Image.open(io.BytesIO(jpeg)).convert("RGB").getpixel((5, 5))
    return red[0] if isinstance(red, tuple) else 0


def test_parts_are_split_again_and_put_together_again(archive: Archive, paper: PaperRecord) -> None:
    first, second = _split(archive, paper.paper_id, (1,), (2, 3, 4))
    two, rest = _split(archive, second.paper_id, (1,), (2, 3))
    assert [(one.name, one.part) for one in (two, rest)] == [("scan.pdf#2", (2,)), ("scan.pdf#3-4", (3, 4))]
    assert _shades(archive, rest) == [3, 4]
    (turned,) = done(archive, Kind.MERGE, rest.paper_id, first.paper_id).papers
    assert archive.paper(turned).name == "scan.pdf#3-4,1"
    assert _shades(archive, archive.paper(turned)) == [3, 4, 1]
    again = _split(archive, turned, (3,), (1, 2))
    (home,) = done(archive, Kind.MERGE, again[0].paper_id, two.paper_id, again[1].paper_id).papers
    assert home == paper.paper_id  # it is the paper that it was
    found = archive.paper(home)
    assert (found.part, found.pages, found.sha256) == ((), paper.pages, paper.sha256)
    whole(archive)


def test_what_people_said_goes_along_with_its_page(archive: Archive, paper: PaperRecord) -> None:
    _said(archive, paper, 1, "đầu")
    _said(archive, archive.paper(paper.paper_id), 3, "giữa bài")
    first, second = _split(archive, paper.paper_id, (1, 2), (3, 4))
    assert [[line.text for line in entry.correction.lines] for entry in history_of(archive, first)] == [["đầu"]]
    (entry,) = history_of(archive, second)
    assert ([line.page for line in entry.placed.lines], entry.pages) == ([1], (1, 2))
    assert second.pages[0] == "ba\ngiữa bài"
    (file,) = (file for file in second.files if file.role == "corrections")
    assert json.loads((archive.root / file.path).read_bytes())["paper"] == second.paper_id
    (one,) = done(archive, Kind.MERGE, second.paper_id, first.paper_id).papers
    lines = [line for entry in history_of(archive, archive.paper(one)) for line in entry.placed.lines]
    assert sorted((line.page, line.text) for line in lines) == [(1, "giữa bài"), (3, "đầu")]
    whole(archive)


def test_what_one_paper_was_done_for_does_not_settle_the_other(archive: Archive, scans: Path) -> None:
    doubted = [scan(scans, f"a_{n}.png", "một", dossier="HS-01", doubts=["odd-lines"]) for n in (1, 2)]
    one, other = _filed(archive, *doubted)
    _said(archive, one, 1, "xong")
    assert archive.paper(one.paper_id).doubts == ()
    (merged,) = done(archive, Kind.MERGE, one.paper_id, other.paper_id).papers
    assert "odd-lines" in archive.paper(merged).doubts
    assert archive.paper(merged).state is PaperState.REVIEW
    _said(archive, archive.paper(merged), 2, "xong cả")
    assert (archive.paper(merged).doubts, archive.paper(merged).state) == ((), PaperState.FILED)
    parts = _split(archive, merged, (1,), (2,))
    assert [part.state for part in parts] == [PaperState.REVIEW] * 2  # what each is nobody has said
    assert all("no-fields" in part.doubts for part in parts)


def test_that_it_is_to_be_scanned_again_holds_of_each_part(archive: Archive, paper: PaperRecord) -> None:
    _said(archive, paper, 1, "mờ", Decision.RESCAN)
    for part in _split(archive, paper.paper_id, (1,), (2, 3, 4)):
        assert "rescan-wanted" in part.doubts


def test_papers_become_one_with_all_their_files(archive: Archive, scans: Path) -> None:
    drafts = [
        scan(scans, "don_2.png", "hai", dossier="HS-01"),
        scan(scans, "don_1.tif", "một", "tiếp", dossier="HS-01"),
    ]
    second, first = _filed(archive, *drafts)
    (merged,) = map(archive.paper, done(archive, Kind.MERGE, first.paper_id, second.paper_id).papers)
    assert (merged.name, merged.part, merged.pages) == ("don_1.tif", (), ("một", "tiếp", "hai"))
    assert merged.sha256 not in (first.sha256, second.sha256)
    names = {file.role: file.path.rpartition("/")[2] for file in merged.files}
    assert (names["original"], names["original-2"]) == ("original.tif", "original.png")
    assert archive.file_path(merged.paper_id, "original-2").read_bytes() == (scans / "don_2.png").read_bytes()
    assert _shades(archive, merged) == [1, 2, 1]
    with pikepdf.open(archive.file_path(merged.paper_id, "searchable")) as pdf:
        assert len(pdf.pages) == 3
    for old in (first, second):
        left = archive.paper(old.paper_id)
        assert (left.state, left.events[-1].detail["to"]) == (PaperState.WITHDRAWN, [merged.paper_id])
    assert [one.paper_id for one in archive.list_papers().lines] == [merged.paper_id]
    _said(archive, merged, 3, "thêm")  # a correction writes all pages anew
    with pikepdf.open(archive.file_path(merged.paper_id, "searchable")) as pdf:
        assert len(pdf.pages) == 3
    apart = _split(archive, merged.paper_id, (1, 2), (3,))
    assert [(one.part, one.sha256) for one in apart] == [((), first.sha256), ((), second.sha256)]
    assert [_shades(archive, one) for one in apart] == [[1, 2], [1]]
    assert apart[0].paper_id == first.paper_id
    assert apart[1].pages == ("hai\nthêm",)
    whole(archive)


def test_colour_is_looked_for_in_the_part(archive: Archive, scans: Path) -> None:
    coloured = scan(scans, "a.png", "một", dossier="HS-01")
    grey = scan(scans, "b.png", "hai", dossier="HS-01", grey=True)
    one, other = _filed(archive, coloured, grey)
    (merged,) = done(archive, Kind.MERGE, one.paper_id, other.paper_id).papers
    assert "not-colour" not in archive.paper(merged).doubts  # as of a scan of both
    parts = _split(archive, merged, (1,), (2,))
    assert ["not-colour" in part.doubts for part in parts] == [False, True]


def test_the_link_goes_along_with_the_first_page_and_a_signature_with_none(archive: Archive, scans: Path) -> None:
    made = scan(scans, "a.pdf", "một", "hai", dossier="HS-01")
    signed = scans / "signed.pdf"
    signed.write_bytes(b"%PDF signed")
    kinds = ((LINK, {"dossier": "HS-07"}), ("digital signature generation", {"sha256": "0" * 64}))
    events = tuple(Event(LONG_AGO, kind, "success", "test", detail) for kind, detail in kinds)
    record = replace(made.record, events=(*made.record.events, *events))
    (paper,) = _filed(archive, Draft(record, {**made.files, "signed": signed}))
    first, second = _split(archive, paper.paper_id, (1,), (2,))
    assert [event.kind for event in first.events] == ["capture", LINK, "accession", "ingestion"]
    assert [event.kind for event in second.events] == ["capture", "accession", "ingestion"]
    assert "signed" not in {file.role for file in (*first.files, *second.files)}
    whole(archive)


def test_what_is_signed_is_said_before(archive: Archive, scans: Path) -> None:
    (signed,) = _filed(archive, draft(scans, "a.pdf", "một", dossier="HS-01", verdicts=["TOTAL_PASSED"]))
    made = order(archive, Kind.SPLIT, signed.paper_id, pages=((1,),))
    assert [one.code for one in cautions(archive, Split(archive, made))] == ["signature-left"]


def test_what_cannot_be_done_is_refused(archive: Archive, scans: Path, paper: PaperRecord) -> None:
    came = scan(scans, "came.pdf", "một", "hai", dossier="HS-01")
    files = {role: path for role, path in came.files.items() if role != "searchable"}
    (signed,) = _filed(archive, Draft(came.record, files))
    (elsewhere,) = _filed(archive, scan(scans / "x", "b.png", "hai", dossier="HS-02"), dossier="HS-02")
    (loose,) = _filed(archive, scan(scans / "y", "c.png", "hai"), dossier=None)
    one = paper.paper_id
    before = rows(archive.root)
    for made, said in (
        (order(archive, Kind.SPLIT, one, pages=((1, 2), (4,))), "in no part: 3"),
        (order(archive, Kind.SPLIT, one, pages=((1, 2, 3), (3, 4))), "in more than one part: 3"),
        (order(archive, Kind.SPLIT, one, pages=((1, 2, 3), (4, 5, 6))), "4 pages, and no page 5-6"),
        (order(archive, Kind.SPLIT, one, pages=((1, 2, 3, 4),)), "stay one paper"),
        (order(archive, Kind.SPLIT, signed.paper_id, pages=((1,), (2,))), "it came signed"),
        (order(archive, Kind.MERGE, one, signed.paper_id), "it came signed"),
        (order(archive, Kind.MERGE, one, elsewhere.paper_id), f"not in the dossier of {one}"),
        (order(archive, Kind.MERGE, loose.paper_id, one), f"not in the dossier of {loose.paper_id}"),
    ):
        with pytest.raises(OperationRefused, match=said):
            check(archive, made)
        (carried,) = submit(archive, [made])
        assert (carried.waiting, carried.problem and carried.problem.code) == (False, "operation-refused")
    assert rows(archive.root) == before
    parts = _split(archive, one, (1, 2), (3, 4))
    _filed(archive, scan(scans, "scan.pdf", "một", "hai", "ba", "bốn", dossier="HS-01"))  # brought back by somebody
    with pytest.raises(OperationRefused, match=f"there already: {one}"):
        check(archive, order(archive, Kind.MERGE, *(part.paper_id for part in parts)))


def test_a_paper_whose_text_is_damaged_waits(archive: Archive, scans: Path) -> None:
    made = scan(scans, "a.pdf", "một", "hai", dossier="HS-01")
    made.files["text"].write_text('{"format": "digidoc.text/1", "pages": [], "fields": []}')
    (paper,) = _filed(archive, made)
    (carried,) = submit(archive, [order(archive, Kind.SPLIT, paper.paper_id, pages=((1,), (2,)))])
    assert (carried.waiting, carried.problem and carried.problem.code) == (True, ArchiveDamaged.code)
    assert archive.paper(paper.paper_id).state is PaperState.FILED


def test_a_backup_has_the_parts(archive: Archive, scans: Path, paper: PaperRecord, tmp_path: Path) -> None:
    _split(archive, paper.paper_id, (1,), (2, 3, 4))
    pair = _filed(archive, *(scan(scans, f"b_{n}.png", "hai", dossier="HS-02") for n in (1, 2)), dossier="HS-02")
    done(archive, Kind.MERGE, *(one.paper_id for one in pair))
    before = rows(archive.root)
    backup(archive, tmp_path / "backup", silent)
    assert restore(tmp_path / "backup", tmp_path / "restored", silent, (silent, silent)).problems == ()
    after = rows(tmp_path / "restored")
    for sql, found in before.items():
        assert after[sql] == found, sql


def test_bookmarks_lead_to_the_pages_that_are_left(tmp_path: Path) -> None:
    files = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    for file in files:
        with pikepdf.new() as pdf:
            for _page in range(3):
                pdf.add_blank_page()
            with pdf.open_outline() as outline:
                outline.root += [pikepdf.OutlineItem(f"{file.stem}{n}", n) for n in range(3)]
            pdf.save(file)
    with open_paper(files, (5, 2)) as source:
        assert [(entry.title, entry.page) for entry in source.outline] == [("a1", 1), ("b1", 0)]
        assert [page.index for page in source.pages()] == [0, 1]
    with open_paper(files) as source:
        assert source.page_count == 6
    with pytest.raises(UnreadableFile, match="no page 7"):
        open_paper(files, (7,))


@pytest.mark.parametrize(
    ("pages", "said"), [((), ""), ((1,), "1"), ((1, 2, 3), "1-3"), ((3, 4, 1), "3-4,1"), ((1, 3, 2), "1,3,2")]
)
def test_pages_are_written_as_people_write_them(pages: tuple[int, ...], said: str) -> None:
    assert ranges(pages) == said


def test_what_was_split_or_merged_is_moved_and_renamed_as_it_is(archive: Archive, paper: PaperRecord) -> None:
    first, second = _split(archive, paper.paper_id, (1, 2), (3, 4))
    (moved,) = map(archive.paper, done(archive, Kind.MOVE, second.paper_id, to="HS-09").papers)
    assert (moved.name, moved.part, _shades(archive, moved)) == ("scan.pdf#3-4", (3, 4), [3, 4])
    (named,) = map(archive.paper, done(archive, Kind.RENAME, first.paper_id, to="Tờ trình.pdf").papers)
    assert (named.part, _shades(archive, named)) == ((1, 2), [1, 2])
    (back,) = done(archive, Kind.MOVE, moved.paper_id, to="HS-01").papers
    (merged,) = map(archive.paper, done(archive, Kind.MERGE, back, named.paper_id).papers)
    (elsewhere,) = map(archive.paper, done(archive, Kind.MOVE, merged.paper_id, to="").papers)
    assert (elsewhere.dossier, _shades(archive, elsewhere)) == (None, [3, 4, 1, 2])
    whole(archive)


def test_papers_of_several_files_are_moved_with_all_of_them(archive: Archive, scans: Path) -> None:
    pair = _filed(archive, *(scan(scans, f"b_{n}.png", "hai", dossier="HS-01", grey=n == 2) for n in (1, 2)))
    (merged,) = done(archive, Kind.MERGE, *(one.paper_id for one in pair)).papers
    (moved,) = map(archive.paper, done(archive, Kind.MOVE, merged, to="HS-09").papers)
    assert {"original", "original-2"} <= {file.role for file in moved.files}
    done(archive, Kind.WITHDRAW, moved.paper_id)
    done(archive, Kind.RESTORE, moved.paper_id)
    assert len(archive.paper(moved.paper_id).pages) == 2
    whole(archive)
