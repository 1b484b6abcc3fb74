"""What was read, held against the ink: what is joined, cut, hardly read or left out of a row does not stay silent."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageDraw

from digidoc.model import Box, Line
from digidoc.ocr.doubts import CUT, FEW, TWO_ROWS, doubts_of
from digidoc.ocr.vietnamese.find import second_look
from digidoc.ocr.vietnamese.find.drawings import Near, is_drawn
from digidoc.ocr.vietnamese.find.letters import find_letters
from digidoc.ocr.vietnamese.find.page_ink import Findings, PageInk, page_ink
from digidoc.ocr.vietnamese.find.repair import repaired
from digidoc.ocr.vietnamese.find.unclaimed import unclaimed
from tests.ocr.drawn_pages import array, check_box, table_page
from tests.scans import LINES, TruePage, page_with_words

BODY = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Theo đề nghị của Chánh Văn phòng Ủy ban nhân dân tỉnh tại Tờ trình",
    "số 153 về việc công bố danh mục thủ tục hành chính được sửa đổi, bổ",
    "sung trong lĩnh vực đường bộ thuộc phạm vi chức năng quản lý của Sở",
    "QUYẾT ĐỊNH CÔNG BỐ DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI",
    "Điều 1. Ban hành kèm theo Quyết định này quy chế tiếp công dân tại",
    "trụ sở cơ quan hành chính nhà nước các cấp trên địa bàn tỉnh, gồm cả",
)


def looked_at(page: TruePage) -> PageInk:
    return page_ink(array(page.image))


def look_again(ink: PageInk, lines: Sequence[Line]) -> tuple[list[Line], list[Box]]:
    """The lines after the second look, and the places of words that it misses."""
    found = second_look.look_again(ink, Findings(lines=tuple(lines)))
    return list(found.lines), list(found.unread)


def repaired_boxes(ink: PageInk, boxes: Sequence[Box]) -> list[Box]:
    return list(repaired(ink, Findings(tuple(boxes))).boxes)


def between(line: Line, top: float, bottom: float) -> Line:
    """The line as if its box went from `top` to `bottom`."""
    words = tuple(replace(word, box=Box(word.box.x0, top, word.box.x1, bottom)) for word in line.words)
    return replace(line, words=words, box=Box(line.box.x0, top, line.box.x1, bottom))


def as_detected(lines: Sequence[Line]) -> list[Line]:
    """The lines with boxes as detectors make them: all of one height, whatever marks and tails a line has."""
    high = float(np.median([line.box.height for line in lines]))
    return [between(line, sum(line.box[1::2]) / 2 - high / 2, sum(line.box[1::2]) / 2 + high / 2) for line in lines]


def meets(places: Sequence[Box], box: Box) -> bool:
    return any(min(p.x1, box.x1) > max(p.x0, box.x0) and min(p.y1, box.y1) > max(p.y0, box.y0) for p in places)


@pytest.fixture(scope="module", params=[100, 200, 300])
def page(request: pytest.FixtureRequest) -> TruePage:
    return page_with_words(BODY, dpi=request.param)


def test_a_page_that_was_read_well_has_no_doubts(page: TruePage) -> None:
    ink = looked_at(page)
    for lines in (list(page.lines), as_detected(page.lines)):
        assert look_again(ink, lines) == (lines, [])


def test_a_word_of_three_letters_that_was_not_read_is_missed(page: TruePage) -> None:
    ink = looked_at(page)
    lines = as_detected(page.lines)
    for at, line in enumerate(lines):
        for n, word in enumerate(line.words):
            if sum(sign.isalpha() for sign in word.text) < 3:
                continue
            less = replace(line, words=line.words[:n] + line.words[n + 1 :])
            _, lost = look_again(ink, [*lines[:at], less, *lines[at + 1 :]])
            assert meets(lost, word.box), word.text


def test_a_whole_line_that_was_not_read_is_reported(page: TruePage) -> None:
    ink = looked_at(page)
    for at, line in enumerate(page.lines):
        rest = [other.box for n, other in enumerate(page.lines) if n != at]
        assert meets(unclaimed(ink, rest), line.box)


@pytest.mark.parametrize("how", ["around both", "between the two", "over one and a half"])
def test_two_lines_in_one_box_are_doubted(page: TruePage, how: str) -> None:
    ink = looked_at(page)
    lines = as_detected(page.lines)
    for at in range(len(lines) - 1):
        upper, lower = lines[at].box, lines[at + 1].box
        middle, half = (upper.y0 + lower.y1) / 2, upper.height / 2
        edges = {
            "around both": (upper.y0, lower.y1),
            "between the two": (middle - half, middle + half),
            "over one and a half": (upper.y0, lower.y0 + half),
        }[how]
        joined = between(lines[at], *edges)
        found, lost = look_again(ink, [*lines[:at], joined, *lines[at + 2 :]])
        reported = unclaimed(ink, [line.box for line in [*lines[:at], joined, *lines[at + 2 :]]])
        assert found[at].doubt in (TWO_ROWS, CUT) or meets([*lost, *reported], lower)
        assert all(not line.doubt for n, line in enumerate(found) if n != at)


@pytest.mark.parametrize("side", [0, 1])
def test_a_line_cut_in_half_is_doubted(page: TruePage, side: int) -> None:
    ink = looked_at(page)
    lines = as_detected(page.lines)
    for at, line in enumerate(lines):
        middle = (line.box.y0 + line.box.y1) / 2
        half = between(line, *((line.box.y0, middle), (middle, line.box.y1))[side])
        found, lost = look_again(ink, [*lines[:at], half, *lines[at + 1 :]])
        assert found[at].doubt in (CUT, FEW) or meets(lost, line.box)


def test_far_fewer_letters_than_ink_are_doubted(page: TruePage) -> None:
    ink = looked_at(page)
    lines = as_detected(page.lines)
    for at, line in enumerate(lines):
        kept = [
            replace(word, box=word.box._replace(x1=line.words[min(n + 1, len(line.words) - 1)].box.x1))
            for n, word in enumerate(line.words)
            if n % 3 == 0
        ]
        found, lost = look_again(ink, [*lines[:at], replace(line, words=tuple(kept)), *lines[at + 1 :]])
        assert found[at].doubt == FEW or lost


def test_the_code_of_the_page_says_that_lines_are_odd() -> None:
    page = page_with_words(LINES)
    odd = [replace(page.lines[0], doubt=TWO_ROWS), *page.lines[1:]]
    assert doubts_of(odd, array(page.image)) == ("odd-lines",)
    assert doubts_of(page.lines, array(page.image)) == ()


def test_boxes_over_two_rows_and_through_letters_are_drawn_anew_before_reading(page: TruePage) -> None:
    ink = looked_at(page)
    boxes = [line.box for line in as_detected(page.lines)]
    assert repaired_boxes(ink, boxes) == boxes
    first, second = boxes[:2]
    joined = Box(min(first.x0, second.x0), first.y0, max(first.x1, second.x1), second.y1)
    cut = boxes[3]._replace(y1=(boxes[3].y0 + boxes[3].y1) / 2)
    anew = repaired_boxes(ink, [joined, boxes[2], cut, *boxes[4:]])
    assert len(anew) == len(boxes)
    for box, line in zip(sorted(anew, key=lambda box: box.y0), page.lines, strict=True):
        assert abs((box.y0 + box.y1) - (line.box.y0 + line.box.y1)) / 2 < 0.3 * line.box.height
        assert box.x0 - line.box.x0 < line.box.height
        assert line.box.x1 - box.x1 < line.box.height


def test_cells_of_several_lines_are_no_joined_lines() -> None:
    sheet, _ = table_page([["Số\nthứ tự", "Tên đơn vị\nbáo cáo"], ["1", "Sở Y tế"]], [300, 600])
    lines = as_detected(sheet.lines)
    assert look_again(page_ink(array(sheet.image)), lines) == (lines, [])


def test_a_page_without_words_or_without_ink_has_nothing_to_compare() -> None:
    ink = looked_at(page_with_words())
    assert look_again(ink, []) == ([], [])
    assert repaired_boxes(ink, []) == []
    white = page_ink(np.full((1000, 700), 255, np.uint8))
    lines = list(page_with_words(LINES, dpi=100).lines)
    assert look_again(white, lines) == (lines, [])


def test_check_boxes_are_no_letters() -> None:
    page = page_with_words()
    check_box(page.image, 900, 1500)
    ink = looked_at(page)
    height = page.lines[0].box.height
    assert len(ink.squares) == 1
    without = replace(ink, squares=())
    assert len(find_letters(ink, height).parts) == len(find_letters(without, height).parts) - 1


def test_a_frame_around_the_page_makes_no_drawing_of_what_it_surrounds() -> None:
    page = page_with_words()
    width, height = page.image.size
    ImageDraw.Draw(page.image).rectangle((40, 40, width - 40, height - 40), outline=0, width=5)
    ink = looked_at(page)
    box = page.lines[2].box
    assert not is_drawn(ink, np.array([box]), box.height, [], near=Near.ROW).any()
    rest = [line.box for line in page.lines if line.box != box]
    assert meets(unclaimed(ink, rest), box)


def test_the_name_under_a_signature_is_print_and_the_signature_is_not() -> None:
    page = page_with_words((*LINES, "", "", "", "Nguyễn Thị Minh Khai"))
    name = page.lines[-1].box
    pen = ImageDraw.Draw(page.image)
    foot = name.y0 - 0.6 * name.height
    pen.line([(name.x0 + 30 * n, foot - (n % 2) * 110) for n in range(9)], fill=0, width=4)
    ink = looked_at(page)
    (place,) = unclaimed(ink, [line.box for line in page.lines[:-1]])
    assert meets([place], name)
    assert place.y0 > foot
