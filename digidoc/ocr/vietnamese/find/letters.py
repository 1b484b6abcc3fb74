"""The letters of a page and the rows they stand in, by ink alone; and which boxes of lines they belong to.

Pieces of ink as large as letters that stand side by side are a row. Rows know nothing of the networks that find and
read the lines, so that the two can be held against each other (`second_look`); and a box that covers two rows, or cuts
through its letters, can be drawn anew before it is read (`repair`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.vietnamese.find.page_ink import LetterSizes, PageInk

# Wide limits: headings are larger than the usual line, and letters that touch are one piece.
_SIZES: Final = LetterSizes(high=(0.28, 1.6), wide=(0.06, 6.0))


class _Rows:
    """How letters are drawn out to make rows of them."""

    HALF: Final = 0.5  # size of the copy they are drawn in, against the copy of the ink
    CORE: Final = 0.4  # share of a letter's height that is drawn, at its middle: lines that nearly touch stay apart
    REACH: Final = 0.3  # heights of a usual line by which a letter is drawn out to either side


class _Held:
    """Which letters a box of a line holds."""

    AROUND: Final = 0.15  # share of the box's height by which a letter's middle may lie outside
    CUT: Final = 0.7  # share of its letters' height (median) below which a box cuts through them
    ENOUGH: Final = 3  # letters: fewer say nothing about a cut


class _TwoRows:
    """When the letters of one box are two rows of print; marks over capitals are low and rare, and are none."""

    APART: Final = 0.35  # share of the box's height between the middles of the rows
    LETTERS: Final = 3  # in either row
    TALL: Final = 0.14  # share of the box's height: lower pieces are not counted
    ALIKE: Final = 0.6  # height of the lower row's letters against the higher one's
    FILLED: Final = 0.4  # share of the width which the rows have in common that letters fill in either


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a page by their ink.

    Attributes:
        parts: left, top, right, bottom, pixels of the page, float64 [letters, 4].
        row: number of the row each belongs to, int32 [letters].
        row_y: middle of that row (the letters' median), pixels of the page, float64 [letters].
        height: the usual height of a line, pixels of the page.

    """

    parts: NDArray[np.float64]
    row: NDArray[np.int32]
    row_y: NDArray[np.float64]
    height: float

    @property
    def middle_x(self) -> NDArray[np.float64]:
        """Of each letter, pixels of the page."""
        return (self.parts[:, 0] + self.parts[:, 2]) / 2

    @property
    def middle_y(self) -> NDArray[np.float64]:
        """Of each letter, pixels of the page."""
        return (self.parts[:, 1] + self.parts[:, 3]) / 2


def find_letters(page: PageInk, height: float) -> Letters:
    """The letters of a page and their rows; rulings and check boxes are none.

    Args:
        page: its ink.
        height: the usual height of a line, pixels of the page.

    """
    chosen = page.as_large_as_letters(height, _SIZES) & ~page.ruled & ~page.boxed
    parts = page.pieces[chosen]
    row = _row_numbers(parts, page, height)
    return Letters(parts, row, _medians((parts[:, 1] + parts[:, 3]) / 2, row), height)


def _row_numbers(parts: NDArray[np.float64], page: PageInk, height: float) -> NDArray[np.int32]:
    """Number of the row of each letter: what touches when the letters' middles are drawn out to the sides."""
    scale = page.ink.scale * _Rows.HALF
    size = tuple(int(side * _Rows.HALF) + 2 for side in page.ink.dark.shape)
    x0, x1 = (parts[:, 0] - _Rows.REACH * height) * scale, (parts[:, 2] + _Rows.REACH * height) * scale
    middle, half = (parts[:, 1] + parts[:, 3]) / 2, (parts[:, 3] - parts[:, 1]) * _Rows.CORE / 2
    y0, y1 = (middle - half) * scale, (middle + half) * scale
    left, top = np.clip(x0, 0, size[1] - 2).astype(int), np.clip(y0, 0, size[0] - 2).astype(int)
    right = np.clip(np.ceil(x1), left + 1, size[1] - 1).astype(int)
    bottom = np.clip(np.ceil(y1), top + 1, size[0] - 1).astype(int)
    # All rectangles at once: the sums over their corners are above 0 inside of them.
    drawn = np.zeros(size, np.int16)
    for at_y, at_x, step in ((top, left, 1), (bottom, right, 1), (top, right, -1), (bottom, left, -1)):
        np.add.at(drawn, (at_y, at_x), step)
    mask = (np.cumsum(np.cumsum(drawn, axis=0, dtype=np.int16), axis=1, dtype=np.int16) > 0).astype(np.uint8)
    _, labels = cv2.connectedComponents(mask, connectivity=4)
    return np.asarray(labels[(top + bottom) // 2, (left + right) // 2], np.int32)


def _medians(values: NDArray[np.float64], group: NDArray[np.int32]) -> NDArray[np.float64]:
    """For each value the median of its group."""
    if not len(values):
        return values
    order = np.lexsort((values, group))
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    counts = np.diff(starts, append=len(order))
    result = np.empty_like(values)
    result[order] = np.repeat(values[order[starts + counts // 2]], counts)
    return result


def owners(found: Letters, groups: Sequence[Sequence[Box]]) -> NDArray[np.int32]:
    """For each letter the number of the group of boxes that holds it, the nearest one of several; -1 for none.

    Args:
        found: the letters.
        groups: boxes of one printed line each, of the same top and bottom.

    """
    owner = np.full(len(found.parts), -1, np.int32)
    nearest = np.full(len(found.parts), np.inf)
    middle_x, middle_y = found.middle_x, found.middle_y
    for number, boxes in enumerate(groups):
        height = max(1.0, boxes[0].height)
        off = np.abs(middle_y - (boxes[0].y0 + boxes[0].y1) / 2) / height
        near = np.flatnonzero(off < np.minimum(nearest, 0.5 + _Held.AROUND))
        left, right = (np.array([box[side] for box in boxes]) for side in (0, 2))
        x, pad = middle_x[near, None], _Held.AROUND * height
        own = near[((x > left - pad) & (x < right + pad)).any(axis=1)]
        owner[own], nearest[own] = number, off[own]
    return owner


def rows_in(found: Letters, letters: NDArray[np.intp], height: float) -> list[NDArray[np.intp]]:
    """The letters of a box, `height` pixels high, in one group; in two when they stand in rows one over the other."""
    tall = letters[found.parts[letters, 3] - found.parts[letters, 1] > _TwoRows.TALL * height]
    if len(tall) < 2 * _TwoRows.LETTERS:
        return [letters]
    order = tall[np.argsort(found.row_y[tall])]
    steps = np.diff(found.row_y[order])
    at = int(np.argmax(steps)) + 1
    if steps[at - 1] < _TwoRows.APART * height or not _TwoRows.LETTERS <= at <= len(order) - _TwoRows.LETTERS:
        return [letters]
    upper, lower = found.parts[order[:at]], found.parts[order[at:]]
    left = max(upper[:, 0].min(), lower[:, 0].min())
    right = min(upper[:, 2].max(), lower[:, 2].max())
    if right - left < height:
        return [letters]
    filled = [(np.minimum(part[:, 2], right) - np.maximum(part[:, 0], left)).clip(0).sum() for part in (upper, lower)]
    heights = [float(np.median(part[:, 3] - part[:, 1])) for part in (upper, lower)]
    two = min(filled) > _TwoRows.FILLED * (right - left) and min(heights) > _TwoRows.ALIKE * max(heights)
    return [order[:at], order[at:]] if two else [letters]


def is_cut(found: Letters, letters: NDArray[np.intp], top: float, bottom: float) -> bool:
    """Whether a line from `top` to `bottom` goes through its letters instead of around them."""
    parts = found.parts[letters]
    if len(parts) < _Held.ENOUGH:
        return False
    held = np.minimum(parts[:, 3], bottom) - np.maximum(parts[:, 1], top)
    return float(np.median(held / (parts[:, 3] - parts[:, 1]))) < _Held.CUT
