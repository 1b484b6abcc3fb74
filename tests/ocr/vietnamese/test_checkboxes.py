"""Check boxes as words, leaders that leave their labels, paper made even where a page needs it."""

import cv2
import numpy as np
import pytest

from digidoc.demo.layout import BODY, BOLD, Sheet
from digidoc.model import Box, Line, Word
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.engines.registry import open_engine
from digidoc.ocr.vietnamese.find.box_words import EMPTY, TICKED, split_at_check_boxes, with_check_boxes
from digidoc.ocr.vietnamese.find.check_boxes import find_boxes, without_boxes
from digidoc.ocr.vietnamese.find.leaders.clearing import cleared
from digidoc.ocr.vietnamese.find.page_ink import Findings, page_ink
from digidoc.ocr.vietnamese.page.ink import find_ink
from digidoc.ocr.vietnamese.page.paper import evened
from tests.ocr.drawn_pages import DPI, array, check_box
from tests.programs import needs_vie
from tests.scans import page_with_words


def form() -> np.ndarray:
    sheet = Sheet(DPI)
    sheet.line("Đề nghị cấp bản sao trích lục hộ tịch cho người có tên dưới đây:", BODY, 200, 300)
    sheet.line("Giới tính:", BODY, 200, 400)
    sheet.line("Nam", BODY, 400, 400)
    sheet.line("Nữ", BODY, 560, 400)
    check_box(sheet.image, 360, 404)
    check_box(sheet.image, 520, 404, mark="x")
    sheet.line("Nhận kết quả tại nhà", BODY, 240, 500)
    check_box(sheet.image, 200, 504, mark="v")
    return array(sheet.image)


def test_empty_and_ticked_boxes_are_distinguished() -> None:
    found = find_boxes(find_ink(form()))
    assert [box.ticked for box in found] == [False, True, True]
    assert [round(box.box.x0 / 10) for box in found] == [36, 52, 20]
    assert all(0.5 < box.confidence < 1 for box in found)


def test_a_cross_beyond_every_corner_ticks_its_box() -> None:
    sheet = Sheet(DPI)
    check_box(sheet.image, 400, 400)
    gray = array(sheet.image).copy()
    rows, columns = np.nonzero(gray < 128)
    x0, y0, x1, y1 = (int(v) for v in (columns.min(), rows.min(), columns.max(), rows.max()))
    cv2.line(gray, (x0 - 8, y0 - 8), (x1 + 8, y1 + 8), 28, 3)
    cv2.line(gray, (x1 + 8, y0 - 8), (x0 - 8, y1 + 8), 28, 3)
    (found,) = find_boxes(find_ink(gray))
    assert found.ticked
    assert found.box.x0 == pytest.approx(x0, abs=3)
    assert found.ink.x0 <= x0 - 6
    assert find_boxes(find_ink(without_boxes(gray, [found]))) == []


def test_letters_are_no_boxes() -> None:
    sheet = Sheet(DPI)
    for n, text in enumerate(("HỘI ĐỒNG NHÂN DÂN HUYỆN", "DOANH NGHIỆP H M E B D O 0 8", "mạng lưới [ ] n m u thống")):
        for at, face in enumerate((BODY, BOLD)):
            sheet.line(text, face, 200, 300 + 120 * n + 60 * at)
    assert find_boxes(find_ink(array(sheet.image))) == []


def test_squares_for_the_digits_of_a_number_are_no_check_boxes() -> None:
    sheet = Sheet(DPI)
    for n in range(12):
        check_box(sheet.image, 300 + 34 * n, 400)
    assert find_boxes(find_ink(array(sheet.image))) == []


def test_a_box_joins_the_words_around_it() -> None:
    gray = form()
    page = page_ink(gray)
    row = Box(200, 398, 600, 434)
    parts = split_at_check_boxes(page, Findings((row,))).boxes
    assert len(parts) == 3
    lines = [Line((Word(text, box, 0.9),), box) for text, box in zip(("tính:", "Nam", "Nữ"), parts, strict=True)]
    joined = with_check_boxes(page, Findings(lines=tuple(lines))).lines
    assert [line.text for line in joined] == [f"tính: {EMPTY} Nam {TICKED} Nữ", TICKED]
    clean = without_boxes(gray, page.squares)
    assert find_boxes(find_ink(clean)) == []
    assert without_boxes(gray, []) is gray


@needs_vie
def test_a_form_is_read_with_its_boxes() -> None:
    text = open_engine(EngineSpec()).read(form(), (DPI, DPI)).text
    assert f"{EMPTY} Nam {TICKED} Nữ" in text
    assert f"{TICKED} Nhận kết quả" in text


@pytest.mark.parametrize("label", ["Họ và tên:", "Số điện thoại (nếu có):"])
def test_a_leader_goes_and_its_label_stays(label: str) -> None:
    with_dots = page_with_words((label + " " + "." * 60,)).image
    without = page_with_words((label,)).image
    clean = cleared(array(with_dots), 40.0).image
    kept = (clean < 128).sum() / (array(without) < 128).sum()
    assert kept == pytest.approx(1.0, abs=0.02)


def test_dots_under_what_is_written_on_a_leader_go_too() -> None:
    sheet = Sheet(DPI)
    dotted = np.full((sheet.image.height, sheet.image.width), 255, np.uint8)
    for x in range(300, 1300, 12):
        dotted[420:423, x : x + 3] = 0
    for x in (510, 546, 582):  # three strokes of a word that stands on the leader
        dotted[380:424, x : x + 4] = 0
    clean = cleared(dotted, 40.0).image
    assert (clean[415:430, 516:544] < 128).sum() == 0
    assert (clean[385:415, 510:514] < 128).all()


def test_good_pages_stay_as_they_are() -> None:
    gray = array(page_with_words().image)
    assert evened(gray) is gray
    assert evened(np.full((30, 20), 255, np.uint8)).min() == 255


@pytest.mark.parametrize("kind", ["pale", "shadow"])
def test_pale_print_and_shadows_are_evened(kind: str) -> None:
    gray = array(page_with_words().image)
    if kind == "pale":
        spoilt = (255 - (255 - gray.astype(int)) * 0.4).astype(np.uint8)
    else:
        light = np.linspace(1.0, 0.35, gray.shape[1])
        spoilt = (gray * light).astype(np.uint8)
    even = evened(spoilt)
    assert even is not spoilt
    assert np.median(even[:, -200:]) > 230
    black = gray < 60
    assert even[black].mean() < 60
    assert cv2.absdiff(even, gray).mean() < 6
