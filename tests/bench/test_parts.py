"""What the bench is made of: pieces of pages, pictures, leases, and what is asked of a paper."""

import io
import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digidoc.archive.archive import Archive
from digidoc.bench import pictures
from digidoc.bench.leases import SECONDS, Leases
from digidoc.bench.pictures import Pictures
from digidoc.bench.queue import waiting
from digidoc.errors import FileMissing, UnreadableFile
from digidoc.model import Box, ExtractedField, Frame, Line, PageText, Word
from digidoc.pipeline.review.crops import crop_of, levelling, signer_crop
from digidoc.pipeline.review.sheet import Sheet, Wanted, sheet_of
from digidoc.pipeline.review.worklist import Question
from tests.bench.made import DPI, NOTATION, RECIPIENT, SIGNER, SIZE, SUBJECT, Made, day, make_archive, number

# ------------------------------------------------------------------ pieces of pages


def _applied(transform: str, x: float, y: float) -> tuple[float, float]:
    """What SVG makes of a point: the last function of the list is applied first."""
    for name, given in reversed(re.findall(r"(\w+)\(([^)]*)\)", transform)):
        n = [float(part) for part in given.split()]
        if name == "matrix":
            x, y = n[0] * x + n[2] * y + n[4], n[1] * x + n[3] * y + n[5]
        else:
            angle, cx, cy = math.radians(n[0]), n[1], n[2]
            dx, dy = x - cx, y - cy
            x, y = cx + dx * math.cos(angle) - dy * math.sin(angle), cy + dx * math.sin(angle) + dy * math.cos(angle)
    return x, y


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, -1.2, 3.0])
def test_a_picture_is_turned_into_the_frame_of_the_boxes(turn: int, skew: float) -> None:
    frame = Frame(1654, 2339, turn, skew)  # type: ignore[arg-type]
    for point in ((0, 0), (100, 40), (900, 1500)):
        assert _applied(levelling(frame), *frame.to_displayed(*point)) == pytest.approx(point, abs=0.05)


def _page(*boxes: Box, dpi: float = 300.0) -> PageText:
    lines = tuple(Line((Word("x", box, 0.9),), box) for box in boxes)
    return PageText(Frame(2480, 3508), lines, (dpi, dpi), "ocr", "test")


def test_a_piece_has_the_whole_line_and_a_quarter_inch_around_it() -> None:
    crop = crop_of(_page(Box(300, 600, 1500, 650)), Box(1300, 600, 1500, 650))
    x, y, width, height = crop.view
    assert x <= 300 - 75
    assert y <= 600 - 75
    assert x + width >= 1500 + 75
    assert y + height >= 650 + 75


@pytest.mark.parametrize("line", [Box(300, 600, 1100, 654), Box(200, 600, 2300, 654)])
def test_print_is_shown_24_to_36_pixels_high(line: Box) -> None:
    crop = crop_of(_page(line), Box(line.x1 - 300, 600, line.x1, 654))
    assert 23.5 <= 54 * crop.width / crop.view[2] <= 36
    assert crop.view[0] + crop.view[2] >= line.x1


def test_a_long_value_is_shown_whole_all_the_same() -> None:
    box = Box(200, 600, 2300, 654)
    crop = crop_of(_page(box), box)
    assert crop.view[0] <= 200
    assert crop.view[0] + crop.view[2] >= 2300
    assert crop.width <= 680


def test_a_piece_ends_with_the_page() -> None:
    crop = crop_of(_page(Box(0, 0, 300, 40)), Box(0, 0, 300, 40))
    assert crop.view[:2] == (0, 0)


def test_of_a_signer_the_whole_block_is_shown() -> None:
    name = ExtractedField("SignerInfo.FullName", "", 0.0, 1, Box(1500, 2800, 1900, 2850), review=True)
    crop = signer_crop(_page(), None, [name], 1)
    assert crop is not None
    x, y, width, height = crop.view
    assert y < 2800 - 300
    assert y + height > 2850
    assert x < 1500
    assert x + width > 1900
    assert signer_crop(_page(), None, [name], 2) is None


# ------------------------------------------------------------------ pictures


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    papers = [
        Made("a.png", [number("16"), day("2024-11-22"), NOTATION, SUBJECT, SIGNER, RECIPIENT]),
        Made("b.tif", [number("")], pages=3),
        Made("c.png", [number("15", 0.97)], unsure={"nhà": ("nha", 0.5), "riêng": ("rieng", 0.85)}),
        Made("turned.png", [number("15")], turn=90),
    ]
    with Archive.locate(make_archive(tmp_path_factory.mktemp("parts"), papers)) as opened:
        yield opened


def _paper(archive: Archive, name: str) -> str:
    return next(line.paper_id for line in archive.list_papers().lines if line.name == name)


def test_a_page_becomes_a_jpeg_of_1240_pixels(archive: Archive) -> None:
    data = Pictures().picture(archive, _paper(archive, "a.png"), 1)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("JPEG", SIZE)
    assert len(data) <= 200_000
    turned = Image.open(io.BytesIO(Pictures().picture(archive, _paper(archive, "turned.png"), 1)))
    assert turned.size == SIZE[::-1]


def test_colours_are_those_of_the_page(tmp_path: Path) -> None:
    made = make_archive(tmp_path, [Made("a.png", [number("1")])])
    with Archive.locate(made) as archive:
        paper = _paper(archive, "a.png")
        original = archive.file_path(paper, "original")
        original.chmod(0o600)
        Image.new("RGB", (2480, 3508), (200, 30, 40)).save(original)
        pixel = Image.open(io.BytesIO(Pictures().picture(archive, paper, 1))).getpixel((600, 600))
        assert np.abs(np.subtract(pixel, (200, 30, 40))).max() < 6


def test_every_page_is_there_and_no_other(archive: Archive) -> None:
    shown, paper = Pictures(), _paper(archive, "b.tif")
    assert all(shown.picture(archive, paper, number) for number in (1, 2, 3))
    with pytest.raises(UnreadableFile, match="no page 4"):
        shown.picture(archive, paper, 4)


def test_pictures_are_kept_by_their_size(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, paper = Pictures(), _paper(archive, "b.tif")
    first = shown.picture(archive, paper, 1)
    assert shown.picture(archive, paper, 1) is first
    monkeypatch.setattr(pictures, "_KEPT", len(first) * 2)
    for number_ in (2, 3):
        shown.picture(archive, paper, number_)
    assert shown.size <= len(first) * 2
    assert shown.picture(archive, paper, 1) is not first


def test_a_page_that_cannot_be_shown_says_so(tmp_path: Path) -> None:
    with Archive.locate(make_archive(tmp_path, [Made("a.png", [number("1")])])) as archive:
        paper = _paper(archive, "a.png")
        original = archive.file_path(paper, "original")
        original.chmod(0o600)
        original.write_bytes(original.read_bytes()[:5000])
        with pytest.raises(UnreadableFile):
            Pictures().picture(archive, paper, 1)
        original.unlink()
        with pytest.raises(FileMissing):
            Pictures().picture(archive, paper, 1)


# ------------------------------------------------------------------ leases


def test_a_paper_is_open_in_one_window_for_two_minutes() -> None:
    now = [0.0]
    leases = Leases(lambda: now[0])
    assert leases.take("P-1", "Lan", "w1").window == "w1"
    assert leases.take("P-1", "Minh", "w2").clerk == "Lan"
    assert leases.passed_over("w2") == {"P-1"}
    assert leases.passed_over("w1") == set()
    now[0] = SECONDS - 1
    leases.take("P-1", "Lan", "w1")
    now[0] = 2 * SECONDS - 2
    assert leases.passed_over("w2") == {"P-1"}, "it was taken anew"
    now[0] = 2 * SECONDS
    assert leases.take("P-1", "Minh", "w2").window == "w2"


def test_a_window_that_goes_on_lets_go_and_what_is_done_is_passed_over() -> None:
    leases = Leases()
    leases.take("P-1", "Lan", "w1")
    leases.take("P-2", "Lan", "w1")
    assert leases.passed_over("w2") == {"P-2"}
    leases.let_go("P-2")
    leases.pass_over("P-2")
    assert leases.passed_over("w1") == leases.passed_over("w2") == {"P-2"}
    assert leases.held() == {}


# ------------------------------------------------------------------ what is asked of a paper


def _sheet(archive: Archive, name: str, wanted: Wanted = Wanted()) -> Sheet:  # noqa: B008 (frozen)
    return sheet_of(archive, _paper(archive, name), wanted)


def test_only_the_doubtful_is_asked_in_the_order_of_the_page_recipients_last(archive: Archive) -> None:
    sheet = _sheet(archive, "a.png")
    asked = [item.name for item in sheet.items]
    assert asked == ["CodeNumber", "IssuedDate", "Subject", "SignerInfo.FullName", "ToPlaces.Place"]
    rest = [item.name for item in sheet.rest]
    assert rest == ["CodeNotation", "OrganName", "TypeName", "SignerInfo.Position"]
    assert [item.place for item in sheet.rest] == [2, None, None, None]


def test_numbers_and_days_that_a_pen_wrote_are_keyed_blind(archive: Archive) -> None:
    assert [item.name for item in _sheet(archive, "a.png").items if item.blind] == ["CodeNumber", "IssuedDate"]
    assert not [item for item in _sheet(archive, "a.png", Wanted(shown=True)).items if item.blind]
    assert not _sheet(archive, "c.png").items[0].blind


def test_a_day_is_shown_as_it_is_keyed_and_brings_its_month(archive: Archive) -> None:
    item = _sheet(archive, "a.png").items[1]
    assert (item.was, item.shown, item.months) == ("2024-11-22", "22/11/2024", "2024-11")


def test_month_and_year_of_a_day_that_was_not_read_are_those_of_the_print(tmp_path: Path) -> None:
    with Archive.locate(make_archive(tmp_path, [Made("a.png", [day("")])])) as archive:
        assert _sheet(archive, "a.png").items[0].months == "2024-11"


def test_words_are_asked_when_they_are_wanted_and_not_twice(archive: Archive) -> None:
    assert [item.kind for item in _sheet(archive, "c.png").items] == ["field"]
    sheet = _sheet(archive, "c.png", Wanted(words=0.8))
    assert [(item.kind, item.was) for item in sheet.items] == [("field", "15"), ("word", "nha")]
    assert len(_sheet(archive, "c.png", Wanted(words=0.9)).items) == 3
    inside = _sheet(archive, "a.png", Wanted(words=1.0)).items
    assert not [item for item in inside if item.kind == "word" and item.was in ("cấp", "15")]


def test_only_the_fields_that_are_wanted_are_stops(archive: Archive) -> None:
    sheet = _sheet(archive, "a.png", Wanted(frozenset({"Subject"})))
    assert [item.name for item in sheet.items] == ["Subject"]
    assert "CodeNumber" in [item.name for item in sheet.rest]


def test_a_paper_without_its_text_has_its_fields(tmp_path: Path) -> None:
    with Archive.locate(make_archive(tmp_path, [Made("a.png", [number("16"), SUBJECT])])) as archive:
        text = archive.file_path(_paper(archive, "a.png"), "text")
        for content in (b'{"format": "digidoc.text/0"}', b"\xff", None):
            text.chmod(0o600) if text.exists() else None
            text.unlink() if content is None else text.write_bytes(content)
            sheet = _sheet(archive, "a.png")
            assert [item.was for item in sheet.items] == ["16", SUBJECT.value]
            assert (sheet.pages, sheet.pages_there) == ((), 1)


def test_places_that_were_not_read_can_be_keyed(tmp_path: Path) -> None:
    made = Made("a.png", [number("16")], unread=(Box(200, 900, 600, 940),), doubts=("unclaimed-ink",))
    with Archive.locate(make_archive(tmp_path, [made])) as archive:
        [item] = _sheet(archive, "a.png").unread
        assert (item.kind, item.page, item.box) == ("line", 1, Box(200, 900, 600, 940))
        assert item.crop is not None


def test_boxes_are_in_pixels_of_the_page(archive: Archive) -> None:
    [item] = _sheet(archive, "turned.png").items
    assert item.crop is not None
    assert item.box is not None
    assert item.box.y1 < 2 * DPI


# ------------------------------------------------------------------ the worklist


def test_the_worklist_says_what_is_grave_before_what_is_slight(tmp_path: Path) -> None:
    root = make_archive(tmp_path, [Made("a.png", [RECIPIENT, number("16")], doubts=("low-dpi", "low-confidence"))])
    with Archive.locate(root) as archive:
        (row,) = waiting(archive, Question()).rows
    assert row.why == (
        "a page read with little confidence; to confirm: number; slight: recipient; scanned at less than 200 dpi"
    )
