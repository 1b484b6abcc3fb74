"""Leaders of forms: they go also from under what is written on them, and take neither letters nor points with them."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from digidoc.demo.layout import BODY, Sheet, font_of
from digidoc.model import Box
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.engines.registry import open_engine
from digidoc.ocr.vietnamese.find.leaders.clearing import Cleared, cleared, split_at_leaders
from digidoc.ocr.vietnamese.page.geometry import rotate
from digidoc.ocr.vietnamese.page.pieces import pieces_of
from tests.ocr.drawn_pages import DPI, Gray, array
from tests.programs import needs_vie
from tests.scans import page_with_words

HEIGHT = 40.0
LEFT, TOP = 200, 400


def written_on(value: str, sign: str = ".", *, label: str = "Họ và tên:", shift: float = 0.0) -> tuple[Gray, Gray]:
    """A line with a value on a leader, and the same line without the leader."""
    pages = []
    for dotted in (True, False):
        sheet = Sheet(DPI)
        sheet.line(label, BODY, LEFT, TOP)
        start = LEFT + sheet.width_of(label + " ", BODY)
        if value:
            sheet.line(value, BODY, start, TOP)
        if dotted:
            count = int(900 / sheet.width_of(sign, BODY))
            base = TOP + BODY.size * DPI / 72
            ImageDraw.Draw(sheet.image).text(
                (round(start + shift), round(base)), sign * count, fill=28, font=font_of(BODY, DPI), anchor="ls"
            )
        pages.append(array(sheet.image))
    return pages[0], pages[1]


def wrong(page: Gray, wanted: Gray) -> float:
    """Pixels that are ink in one and paper in the other, against the ink there should be."""
    return float(((page < 128) != (wanted < 128)).sum() / (wanted < 128).sum())


@pytest.mark.parametrize("lean", [0.0, 0.4, -0.4])
@pytest.mark.parametrize("value", ["Nguyễn Thị Minh", "0804700054"])
def test_dots_go_from_under_letters_and_figures_which_stay(value: str, lean: float) -> None:
    dotted, wanted = (rotate(page, lean) for page in written_on(value))
    page = cleared(dotted, HEIGHT)
    assert wrong(dotted, wanted) > 0.15
    assert wrong(page.image, wanted) < 0.1


def test_the_dots_behind_what_is_written_are_reported_as_an_empty_stretch() -> None:
    dotted, _ = written_on("An")
    page = cleared(dotted, HEIGHT)
    wide = [gap for gap in page.empty if gap.width > 0]
    assert len(wide) == 1
    assert wide[0].width > 700
    assert wide[0].x1 > 1150


@pytest.mark.parametrize("sign", ["…", "_", ". ", "- "])
def test_leaders_of_other_signs_go_too(sign: str) -> None:
    dotted, wanted = written_on("", sign)
    image = cleared(dotted, HEIGHT).image
    assert (image < 128).sum() == pytest.approx((wanted < 128).sum(), rel=0.03)


@pytest.mark.parametrize("shift", [0.0, 2.0, 4.0, 6.0])
def test_points_of_thousands_stay_wherever_the_dots_of_the_leader_fall(shift: float) -> None:
    dotted, wanted = written_on("556.837.000", shift=shift)
    sheet = Sheet(DPI)
    start = LEFT + sheet.width_of("Họ và tên: ", BODY)
    figures, point = sheet.width_of("556", BODY), sheet.width_of(".", BODY)
    image = cleared(dotted, HEIGHT).image
    base = round(TOP + BODY.size * DPI / 72)
    for number in (1, 2):
        left = round(start + number * figures + (number - 1) * point)
        window = np.s_[base - 5 : base + 1, left : round(left + point)]
        assert (image[window] < 128).sum() >= 0.5 * (wanted[window] < 128).sum()


def test_a_page_without_leaders_is_handed_back_as_it_is() -> None:
    gray = array(page_with_words().image)
    page = cleared(gray, HEIGHT)
    assert page.image is gray
    assert page.empty == ()


@pytest.mark.parametrize("edge", ["top", "bottom", "left"])
def test_leaders_at_the_edge_of_the_page_do_no_harm(edge: str) -> None:
    dotted, _ = written_on("1.250.000")
    rows, columns = np.nonzero(dotted < 128)
    cut = {
        "top": dotted[rows.max() - 2 :],
        "bottom": dotted[: rows.max() - 1],
        "left": dotted[:, columns.min() + 300 :],
    }
    page = cleared(np.ascontiguousarray(cut[edge]), HEIGHT)
    assert page.image.shape == cut[edge].shape
    assert (page.image < 128).sum() <= (cut[edge] < 128).sum()


def test_nothing_is_in_a_picture_without_pixels() -> None:
    assert len(pieces_of(np.zeros((0, 5), np.uint8)).stats) == 1


def test_three_dots_in_a_sentence_stay() -> None:
    gray = array(page_with_words(("Các giấy tờ, tài liệu, hồ sơ... kèm theo v.v...",)).image)
    assert cleared(gray, HEIGHT).image is gray


def test_a_line_is_split_where_its_leaders_are_empty_and_at_their_labels() -> None:
    lines = ("Sinh ngày: " + "." * 40 + " Giới tính: " + "." * 40,)
    gray = array(page_with_words(lines).image)
    rows, columns = np.nonzero(gray < 128)
    whole = Box(*(float(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)))
    other = Box(whole.x0, whole.y1 + 100, whole.x1, whole.y1 + 140)
    page = cleared(gray, HEIGHT)
    parts, untouched = split_at_leaders([whole, other], page)
    assert untouched == [other]
    assert len(parts) == 2
    assert parts[0].x1 < parts[1].x0 - 300
    empty = gray.copy()
    empty[:, : int(parts[0].x1)] = 255
    assert len(split_at_leaders([whole], Cleared(empty, page.empty))[0]) == 1


@needs_vie
@pytest.mark.parametrize("value", ["Nguyễn Thị Minh Khai", "27/12/2025", "000162670303", "1.250.000"])
def test_what_is_printed_on_dots_is_read(value: str) -> None:
    dotted, _ = written_on(value)
    noise = np.random.default_rng(3).normal(0, 2, dotted.shape)
    page = Image.fromarray(np.clip(dotted + noise, 0, 255).astype(np.uint8))
    text = open_engine(EngineSpec()).read(np.asarray(page), (DPI, DPI)).text
    assert value in text


@pytest.mark.parametrize("size", [6, 12, 16, 18])
def test_fat_dots_with_print_on_them_go_too(size: int) -> None:
    page = np.full((600, 1800), 255, np.uint8)
    for x in range(150, 1700, 3 * size):
        cv2.circle(page, (x, 300), size // 2, 20, -1)
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), size / 8), np.uint8)
    page[270:300, 900:1100:14] = 0
    clean = cleared(page, 100.0).image
    assert (clean[:, 1200:1650] < 128).mean() < 0.2 * (page[:, 1200:1650] < 128).mean()


def test_print_is_never_left_out_where_a_leader_is_said_to_be_empty() -> None:
    page = array(page_with_words(("ỦY BAN NHÂN DÂN",)).image)
    (box,) = (line.box for line in page_with_words(("ỦY BAN NHÂN DÂN",)).lines)
    middle = (box.x0 + box.x1) / 2
    gap = Box(middle - 20, box.y0 + 4, middle + 20, box.y0 + 8)
    assert split_at_leaders([box], Cleared(page, (gap,))) == [[box]]
