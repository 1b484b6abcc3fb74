"""What the line network is shown of a page."""

import numpy as np
import pytest

from digidoc.model import Box
from digidoc.ocr.vietnamese.read.line_picture import MAX_WIDTH, SEEN, STEP, line_picture


def bar(ground: int, ink: int) -> np.ndarray:
    """A page with letters' worth of bars along one line."""
    page = np.full((200, 600), ground, np.uint8)
    for left in range(50, 550, 12):
        page[90:110, left : left + 4] = ink
    return page


def test_ink_is_high_and_paper_low_whatever_the_print() -> None:
    box = Box(50, 88, 550, 112)
    black_on_white, white_on_black = line_picture(bar(255, 0), box), line_picture(bar(0, 255), box)
    assert np.abs(black_on_white.astype(int) - white_on_black).max() <= 1
    assert black_on_white[SEEN // 2].max() > 200
    assert black_on_white[:4].max() == 0


@pytest.mark.parametrize(
    "box",
    [
        Box(50, 88, 550, 112),
        Box(0, 0, 600, 200),
        Box(-30, -10, 20, 10),
        Box(590, 195, 640, 230),
        Box(10, 10, 10, 10),
        Box(5, 99, 595, 100.5),
    ],
)
def test_every_box_gives_a_picture_of_whole_steps(box: Box) -> None:
    picture = line_picture(bar(255, 0), box)
    assert picture.dtype == np.uint8
    assert picture.shape[0] == SEEN
    assert picture.shape[1] % STEP == 0
    assert STEP <= picture.shape[1] <= MAX_WIDTH


def test_what_lies_beyond_the_page_is_paper() -> None:
    page = np.full((40, 300), 255, np.uint8)
    page[10:30, 0:4] = 0
    picture = line_picture(page, Box(0, 10, 300, 30))
    assert picture[:, :STEP].max() == 0
    assert picture.max() > 200


def test_one_pixel_is_enough() -> None:
    assert line_picture(np.zeros((1, 1), np.uint8), Box(0, 0, 1, 1)).shape == (SEEN, picture_width())


def picture_width() -> int:
    """Of a square box: once its height, and what is seen beside it."""
    return line_picture(np.full((1, 1), 255, np.uint8), Box(0, 0, 1, 1)).shape[1]
