"""Tables with rulings: their cells, the lines in them, their rows in reading order."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from digidoc.model import Box, Line, PageText, Word
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.engines.registry import open_engine
from digidoc.ocr.vietnamese.find.cells import lines_in_cells
from digidoc.ocr.vietnamese.find.page_ink import Findings, page_ink
from digidoc.ocr.vietnamese.find.table_rows import in_order
from digidoc.ocr.vietnamese.find.tables import Rulings, without_rulings
from digidoc.ocr.vietnamese.page.geometry import rotate
from digidoc.ocr.vietnamese.page.grounds import without_grounds
from digidoc.ocr.vietnamese.page.runs import runs
from tests.ocr.drawn_pages import array, table_page
from tests.programs import needs_vie
from tests.scans import page_with_words

ROWS = [
    ["STT", "Tên đơn vị", "Số hồ sơ", "Tỷ lệ (%)"],
    ["1", "Xã An Bình", "1.205", "98,7"],
    ["2", "Xã Hòa Phú và các thôn\nkhó khăn", "314", "-"],
    ["3", "Phường Tân Lập", "60.481", "100"],
]
WIDTHS = [100, 460, 220, 220]


def rulings_of(gray: np.ndarray) -> Rulings:
    return page_ink(gray).rulings


def line(text: str, box: Box) -> Line:
    return Line((Word(text, box, 0.99),), box)


@pytest.mark.parametrize("lean", [0.0, 0.5, -0.5])
def test_every_cell_is_found_on_a_page_that_still_leans(lean: float) -> None:
    sheet, box = table_page(ROWS, WIDTHS)
    rulings = rulings_of(rotate(array(sheet.image), lean))
    (table,) = rulings.tables
    assert (table.rows, table.columns, len(table.cells)) == (4, 4, 16)
    assert [(cell.row, cell.column) for cell in table.cells] == [(r, c) for r in range(4) for c in range(4)]
    assert all(abs(a - b) < 20 for a, b in zip(table.box, box, strict=True))


def test_merged_cells_and_open_sides() -> None:
    sheet, box = table_page([["A", "B", "C"], ["1", "2", "3"], ["4", "5", "6"]], [300, 300, 300], sides=False)
    gray = array(sheet.image).copy()
    gray[425:478, 790:810] = 255  # the first row's second and third cell become one
    rulings = rulings_of(gray)
    (table,) = rulings.tables
    assert [(cell.row, cell.column) for cell in table.cells] == [
        (0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2),
    ]  # fmt: skip
    assert table.cells[1].box.x1 == pytest.approx(box.x1, abs=10)


def test_underlines_frames_and_text_are_no_tables() -> None:
    gray = array(page_with_words().image).copy()
    assert rulings_of(gray).tables == ()
    cv2.rectangle(gray, (100, 100), (1500, 1200), 0, 3)
    cv2.line(gray, (600, 1300), (900, 1300), 0, 3)
    rulings = rulings_of(gray)
    assert rulings.tables == ()
    assert rulings.walls is None
    assert without_rulings(gray, rulings) is gray


def test_painting_the_rulings_white_leaves_the_text() -> None:
    sheet, box = table_page(ROWS, WIDTHS)
    gray = array(sheet.image)
    clean = without_rulings(gray, rulings_of(gray))
    x0, y0, x1, y1 = (int(v) for v in box)
    assert clean[y0 - 1 : y0 + 4, x0:x1].min() > 200
    assert clean[y0:y1, x0 - 1 : x0 + 4].min() > 200
    assert (clean[y0:y1, x0:x1] < 128).sum() > 0.8 * (gray[y0 + 5 : y0 + 55, x0 + 5 : x1 - 5] < 128).sum()


def test_a_row_of_figures_overlooked_or_joined_by_the_detector_is_found_in_the_cells() -> None:
    sheet, box = table_page(ROWS, WIDTHS)
    page = page_ink(array(sheet.image))
    rulings = page.rulings
    joined = Box(box.x0 + 5, box.y0 + 70, box.x1 - 5, box.y0 + 105)  # one line across the first row of figures
    outside = Box(200, 300, 1400, 330)
    found = lines_in_cells(page, Findings((joined, outside)))
    assert outside in found.boxes
    cells = rulings.cells()
    inside = [box for box in found.boxes if box != outside]
    owners = [rulings.cell_at((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for b in inside]
    assert sorted(owners) == sorted(
        [*range(11), 9, 12, 13, 14, 15]
    )  # the ninth cell has two lines, the eleventh a dash
    assert [(dash.text, rulings.cell_at(dash.box.x0, (dash.box.y0 + dash.box.y1) / 2)) for dash in found.dashes] == [
        ("-", 11)
    ]
    assert all(
        b.x0 >= cells[at].box.x0 - 5 and b.x1 <= cells[at].box.x1 + 5 for b, at in zip(inside, owners, strict=True)
    )


def test_rows_come_cell_by_cell_where_the_table_stands() -> None:
    sheet, box = table_page(ROWS, WIDTHS)
    rulings = rulings_of(array(sheet.image))
    lines = [line("sau", Box(200, box.y1 + 80, 900, box.y1 + 110)), line("trước", Box(200, 300, 900, 330))]
    for cell in rulings.cells():
        for n, text in enumerate(ROWS[cell.row][cell.column].split("\n")):
            x0, y0 = cell.box.x0 + 10, cell.box.y0 + 12 + 60 * n
            lines.append(line(text, Box(x0, y0, x0 + 60, y0 + 30)))
    ordered = in_order(lines[::-1], rulings, lambda free: sorted(free, key=lambda line: line.box.y0))
    flat = [[cell.replace("\n", " ") for cell in row] for row in ROWS]
    assert [line.text for line in ordered] == ["trước", *("\t".join(row) for row in flat), "sau"]


def test_empty_cells_keep_their_columns() -> None:
    box = Box(0, 0, 9, 9)
    words = tuple(Word(text, box, 0.9) for text in ("a", "b", "c"))
    assert Line(words, box, "", (0, 1, 1, 2)).text == "a\t\tb\tc"
    assert Line(words, box).text == "a b c"


def test_rows_without_rulings_between_them_are_split_by_their_figures() -> None:
    rows = [["Chỉ tiêu", "Năm 2023", "Năm 2024"], ["Thu\nChi\nCòn lại", "12,5\n10,1\n2,4", "13,0\n11,2\n1,8"]]
    sheet, _ = table_page(rows, [400, 300, 300])
    rulings = rulings_of(array(sheet.image))
    lines = []
    for cell in rulings.cells():
        for n, text in enumerate(rows[cell.row][cell.column].split("\n")):
            x0, y0 = cell.box.x0 + 10, cell.box.y0 + 12 + 60 * n
            lines.append(line(text, Box(x0, y0, x0 + 60, y0 + 30)))
    ordered = [line.text for line in in_order(lines, rulings, list)]
    assert ordered == ["Chỉ tiêu\tNăm 2023\tNăm 2024", "Thu\t12,5\t13,0", "Chi\t10,1\t11,2", "Còn lại\t2,4\t1,8"]


@needs_vie
def test_a_table_is_read_row_by_row_with_its_figures() -> None:
    sheet, _ = table_page(ROWS, WIDTHS)
    page = open_engine(EngineSpec()).read(array(sheet.image), (200, 200))
    assert isinstance(page, PageText)
    rows = [line for line in page.lines if line.cells]
    assert len(rows) == len(ROWS)
    for row, true in zip(rows, ROWS, strict=True):
        read = row.text.split("\t")
        assert len(read) == len(true)
        for cell, text in zip(read, true, strict=True):
            if any(c.isdigit() for c in text) and cell != text:
                doubted = [word for word in row.words if any(c.isdigit() for c in word.text)]
                assert min(word.confidence for word in doubted) < 0.9
    assert rows[2].text.split("\t")[3] == "-"
    assert page.to_json()["lines"][page.lines.index(rows[0])]["cells"] == [0, 1, 4, 7]


def test_runs_are_those_of_a_morphological_opening() -> None:
    noise = np.random.default_rng(5)
    mask = np.where(noise.random((80, 120)) < 0.8, np.uint8(255), np.uint8(0))
    for length, down in ((1, False), (5, False), (7, True), (13, False), (200, True)):
        shape = np.ones((length, 1) if down else (1, length), np.uint8)
        true = cv2.morphologyEx(mask, cv2.MORPH_OPEN, shape, borderType=cv2.BORDER_CONSTANT, borderValue=0)
        if length > max(mask.shape):
            true = np.zeros_like(mask)
        assert (runs(mask, length, down=down) == true).all()


def test_boxes_of_rows_do_not_cross() -> None:
    sheet, _ = table_page(ROWS, WIDTHS)
    rulings = rulings_of(array(sheet.image))
    (table,) = rulings.tables
    for row in range(table.rows):
        cells = [cell.box for cell in table.cells if cell.row == row]
        assert all(a.x1 <= b.x0 for a, b in pairwise(cells))


@pytest.mark.parametrize("ground", ["grey", "dark", "hatched", "dotted"])
def test_grounds_go_and_what_is_printed_on_them_stays(ground: str) -> None:
    sheet, box = table_page(ROWS, WIDTHS)
    plain = array(sheet.image)
    x0, y0, x1, _ = (int(v) for v in box)
    head = np.s_[y0 + 4 : y0 + 50, x0 + 4 : x1 - 4]
    y, x = np.mgrid[:46, : x1 - x0 - 8]
    grounds = {
        "grey": np.full(x.shape, 200),
        "dark": np.full(x.shape, 150),
        "hatched": np.where((x + y) % 8 < 2, 90, 255),
        "dotted": np.where((x % 4 < 2) & (y % 4 < 2), 60, 255),
    }
    shaded = plain.copy()
    shaded[head] = np.minimum(plain[head], grounds[ground])
    clean = without_grounds(shaded)
    assert (clean[head] > 200).mean() > 0.8
    kept = (clean[head] < 128) & (plain[head] < 128)
    assert kept.sum() > 0.7 * (plain[head] < 128).sum()
    (table,) = rulings_of(clean).tables
    assert (table.rows, table.columns) == (4, 4)


def test_pages_without_grounds_stay_as_they_are() -> None:
    for gray in (array(table_page(ROWS, WIDTHS)[0].image), array(page_with_words().image)):
        assert without_grounds(gray) is gray
