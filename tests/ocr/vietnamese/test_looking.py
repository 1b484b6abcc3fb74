"""What is seen of a page before a letter is read: its lean, its ink, its colours, its lines, their general order."""

import cv2
import numpy as np
import pytest

from digidoc.model import Box, Line, Turn, Word
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.find.detector import LONG_SIDE, find_lines
from digidoc.ocr.vietnamese.find.layout import Layout
from digidoc.ocr.vietnamese.page.channels import coloured_area, greys, has_coloured_ink
from digidoc.ocr.vietnamese.page.geometry import MAX_SKEW, Uprighter, rotate, skew_of, turned
from digidoc.ocr.vietnamese.page.ink import find_ink
from digidoc.ocr.vietnamese.page.runs import runs
from digidoc.ocr.vietnamese.page.shrink import shrunk, within
from digidoc.ocr.vietnamese.read.networks import open_network
from tests.scans import LINES, page_with_words


@pytest.fixture(scope="module")
def gray() -> Image:
    return np.asarray(page_with_words((*LINES, *LINES[3:], *LINES[3:])).image.convert("L"))


@pytest.mark.parametrize("skew", [-5.5, -2.3, -0.7, 0.0, 0.4, 1.1, 4.8])
def test_the_lean_of_a_page_is_found_to_a_fifth_of_a_degree(gray: Image, skew: float) -> None:
    assert skew_of(rotate(gray, -skew)) == pytest.approx(skew, abs=0.2)


def test_a_blank_page_does_not_lean() -> None:
    assert skew_of(np.full((300, 200), 255, np.uint8)) == 0.0


def test_no_page_leans_by_more_than_is_looked_for() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (700, 500)).astype(np.uint8)
    assert abs(skew_of(noise)) <= MAX_SKEW


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 2.5])
def test_a_page_that_leans_is_stood_upright_from_any_side(gray: Image, turn: Turn, skew: float) -> None:
    back: Turn = {0: 0, 90: 270, 180: 180, 270: 90}[turn]  # type: ignore[assignment]
    frame = Uprighter().frame(turned(rotate(gray, -skew), back))
    assert frame.turn == turn
    assert frame.skew == pytest.approx(skew, abs=0.2)


@pytest.mark.parametrize("shape", [(401, 303), (800, 600), (5, 3), (1, 1)])
def test_a_small_copy_has_the_size_that_was_asked_for_and_the_means_of_the_page(shape: tuple[int, int]) -> None:
    page = cv2.blur(np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8), (25, 25)).astype(np.uint8)
    size = within(page, 100)
    small = shrunk(page, size)
    assert (small.shape[1], small.shape[0]) == size
    means = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - means).max() <= 4


@pytest.mark.parametrize("size", [(1169, 827), (2339, 1654), (3507, 2481), (7015, 4961)])
def test_ink_is_where_it_is_on_the_page_whatever_the_resolution(size: tuple[int, int]) -> None:
    height, width = size
    page = np.full(size, 255, np.uint8)
    box = (width // 2, height * 9 // 10, width // 20, height // 50)
    page[box[1] : box[1] + box[3], box[0] : box[0] + box[2]] = 0
    ink = find_ink(page)
    assert len(ink.stats) == 2
    assert ink.stats[1, :4] / ink.scale == pytest.approx(box, abs=1.5 / ink.scale)


def test_the_area_of_ink_leaves_out_specks_and_the_edges_of_the_scan() -> None:
    page = np.full((2400, 1700), 255, np.uint8)
    page[:, :30] = 0
    page[2390:, :] = 0
    page[100:102, 1500:1502] = 0
    page[600:640, 300:900] = 0
    area = find_ink(page).area()
    assert area == pytest.approx((300, 600, 900, 640), abs=4)


def test_a_page_without_ink_is_looked_at_whole() -> None:
    assert find_ink(np.full((1000, 700), 255, np.uint8)).area() == Box(0, 0, 700, 1000)


@pytest.mark.parametrize("down", [True, False])
def test_long_runs_are_those_of_a_morphological_opening(*, down: bool) -> None:
    mask = np.where(np.random.default_rng(7).random((300, 300)) < 0.999, np.uint8(255), np.uint8(0))
    mask[100:130, 100:130] = 0
    for length in (31, 33, 101, 129, 199, 299):
        shape = np.ones((length, 1) if down else (1, length), np.uint8)
        true = cv2.morphologyEx(mask, cv2.MORPH_OPEN, shape, borderType=cv2.BORDER_CONSTANT, borderValue=0)
        assert (runs(mask, length, down=down) == true).all()


def test_the_lines_of_an_area_are_those_of_the_page(gray: Image) -> None:
    detector = open_network("det")
    whole = find_lines(detector, gray, LONG_SIDE)
    area = find_ink(gray).area()
    part = find_lines(detector, gray, LONG_SIDE, None, area._replace(x0=area.x0 - 60, y0=area.y0 - 60))
    assert len(part) == len(whole)
    for one, other in zip(*(sorted(boxes, key=lambda box: box.y0) for boxes in (whole, part)), strict=True):
        assert one == pytest.approx(other, abs=0.3 * one.height)


def test_an_area_beside_the_page_has_no_lines(gray: Image) -> None:
    assert find_lines(open_network("det"), gray, LONG_SIDE, None, Box(5000, 10, 6000, 90)) == []


def coloured(gray: Image, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> Image:
    page = np.repeat(gray[:, :, None], 3, axis=2)
    x0, y0, x1, y1 = box
    part = page[y0:y1, x0:x1]
    part[gray[y0:y1, x0:x1] < 128] = colour
    return page


def test_a_red_heading_is_coloured_ink_at_its_place(gray: Image) -> None:
    ink = find_ink(gray).area()
    box = (0, int(ink.y0), gray.shape[1], int(ink.y0) + 60)
    red, luminance = greys(coloured(gray, box, (200, 20, 20)))
    assert has_coloured_ink(red, luminance)
    area = coloured_area(red, luminance)
    assert area is not None
    assert area.y0 == pytest.approx(ink.y0, abs=20)
    assert area.y1 < ink.y0 + 90


def test_a_page_in_black_has_no_coloured_ink(gray: Image) -> None:
    red, luminance = greys(np.repeat(gray[:, :, None], 3, axis=2))
    assert not has_coloured_ink(red, luminance)
    assert coloured_area(red, luminance) is None


def test_a_page_whose_paper_is_blue_is_read_in_its_luminance(gray: Image) -> None:
    page = np.repeat(gray[:, :, None], 3, axis=2)
    page[gray > 200] = (120, 200, 240)
    red, luminance = greys(page)
    assert red is luminance


def line(text: str, x0: float, y0: float, x1: float) -> Line:
    box = Box(x0, y0, x1, y0 + 20)
    return Line((Word(text, box, 0.99),), box)


def test_lines_one_below_the_other_are_read_downwards() -> None:
    lines = [line(str(n), 100 + 30 * (n % 3), 60 + 18 * n, 800) for n in range(12)]
    assert Layout().ordered(lines[::-1], (1000, 1400)) == lines
    assert Layout().ordered([], (1000, 1400)) == []


def test_columns_are_read_one_after_the_other() -> None:
    left = [line("Căn cứ Luật Tổ chức chính quyền", 100, 60 + 30 * n, 470) for n in range(10)]
    right = [line("Pursuant to the Law on Organization", 530, 60 + 30 * n, 900) for n in range(10)]
    mixed = [each for pair in zip(left, right, strict=True) for each in pair]
    assert Layout().ordered(mixed, (1000, 1400)) == [*left, *right]
