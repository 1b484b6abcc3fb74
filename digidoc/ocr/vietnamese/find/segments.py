"""Where the print of a page stands, by its ink alone: letters, their rows, and whether a box fits them.

Pieces of ink as large as letters that stand side by side are a row. Rows know nothing of the networks that find and
read the lines, so that the two can be held against each other (`second_look`); and a box that covers two rows, or cuts
through its letters, can be mended before it is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.vietnamese.find.boxes import CheckBox
from digidoc.ocr.vietnamese.find.tables import Rulings
from digidoc.ocr.vietnamese.page.ink import Ink

# Shares of the usual height of a line: how high and wide a letter is, or letters that touch (headings are larger).
_HIGH: Final = (0.28, 1.6)
_WIDE: Final = (0.06, 6.0)
# The rows are drawn in a copy of the ink of half the size.
_HALF: Final = 0.5
# Of a letter's height, what is left of it at its middle when rows are drawn: lines that nearly touch stay apart.
_CORE: Final = 0.4
# How far (heights of a line) letters reach to their neighbours.
_REACH: Final = 0.3
# A box holds the letters whose middle lies in it, or so far around (share of its height).
_AROUND: Final = 0.15
# In a box of two rows the middles of the rows are so far apart (share of its height), and either has so many letters,
# so high (share of the box), so much like the other's, and side by side: marks over capitals are low and rare.
_APART: Final = 0.35
_LETTERS: Final = 3
_LEAST: Final = 0.14
_ALIKE: Final = 0.6
_FILLED: Final = 0.4
# A box that holds less of its letters' height than this is cut.
_HELD: Final = 0.7
# White around the letters in a mended box (shares of their height), for marks and stops, no letters by their size.
_MARGIN: Final = 0.2
_BESIDE: Final = 0.6
_TALL: Final = (20, 80)


@dataclass(frozen=True, slots=True)
class Print:
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


def find_print(ink: Ink, height: float, rulings: Rulings, squares: Sequence[CheckBox]) -> Print:
    """The letters of a level page and their rows.

    Args:
        ink: of the level page.
        height: the usual height of a line, pixels of the page.
        rulings: with the tables; their ink is none of print.
        squares: the check boxes, neither.

    """
    stats = ink.stats[1:]
    unit = height * ink.scale
    wide, high = stats[:, 2], stats[:, 3]
    fits = (_HIGH[0] * unit <= high) & (high <= _HIGH[1] * unit) & (_WIDE[0] * unit <= wide) & (wide <= _WIDE[1] * unit)
    stats = stats[fits]
    ruled = rulings.owner[stats[:, 1] + stats[:, 3] // 2, stats[:, 0] + stats[:, 2] // 2] < 0
    stats = stats[~ruled]
    parts = np.column_stack((stats[:, :2], stats[:, :2] + stats[:, 2:4])).astype(np.float64) / ink.scale
    x, y = (parts[:, 0] + parts[:, 2]) / 2, (parts[:, 1] + parts[:, 3]) / 2
    kept = np.ones(len(parts), bool)
    for square in squares:
        x0, y0, x1, y1 = square.ink
        kept &= (x < x0) | (x > x1) | (y < y0) | (y > y1)
    parts, y = parts[kept], y[kept]
    row = _rows(parts, ink, height)
    return Print(parts, row, _medians(y, row), height)


def _rows(parts: NDArray[np.float64], ink: Ink, height: float) -> NDArray[np.int32]:
    """Number of the row of each letter: what touches when the letters' middles are drawn out to the sides."""
    scale = ink.scale * _HALF
    size = tuple(int(side * _HALF) + 2 for side in ink.dark.shape)
    x0, x1 = (parts[:, 0] - _REACH * height) * scale, (parts[:, 2] + _REACH * height) * scale
    middle, half = (parts[:, 1] + parts[:, 3]) / 2, (parts[:, 3] - parts[:, 1]) * _CORE / 2
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


def owners(found: Print, groups: Sequence[Sequence[Box]]) -> NDArray[np.int32]:
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
        near = np.flatnonzero(off < np.minimum(nearest, 0.5 + _AROUND))
        left, right = (np.array([box[side] for box in boxes]) for side in (0, 2))
        x, pad = middle_x[near, None], _AROUND * height
        own = near[((x > left - pad) & (x < right + pad)).any(axis=1)]
        owner[own], nearest[own] = number, off[own]
    return owner


def rows_in(found: Print, letters: NDArray[np.intp], height: float) -> list[NDArray[np.intp]]:
    """The letters of a box, `height` pixels high, in one group; in two when they stand in rows one over the other."""
    tall = letters[found.parts[letters, 3] - found.parts[letters, 1] > _LEAST * height]
    if len(tall) < 2 * _LETTERS:
        return [letters]
    order = tall[np.argsort(found.row_y[tall])]
    steps = np.diff(found.row_y[order])
    at = int(np.argmax(steps)) + 1
    if steps[at - 1] < _APART * height or not _LETTERS <= at <= len(order) - _LETTERS:
        return [letters]
    upper, lower = found.parts[order[:at]], found.parts[order[at:]]
    left = max(upper[:, 0].min(), lower[:, 0].min())
    right = min(upper[:, 2].max(), lower[:, 2].max())
    if right - left < height:
        return [letters]
    filled = [(np.minimum(part[:, 2], right) - np.maximum(part[:, 0], left)).clip(0).sum() for part in (upper, lower)]
    heights = [float(np.median(part[:, 3] - part[:, 1])) for part in (upper, lower)]
    two = min(filled) > _FILLED * (right - left) and min(heights) > _ALIKE * max(heights)
    return [order[:at], order[at:]] if two else [letters]


def is_cut(found: Print, letters: NDArray[np.intp], top: float, bottom: float) -> bool:
    """Whether a line from `top` to `bottom` goes through its letters instead of around them."""
    parts = found.parts[letters]
    if len(parts) < _LETTERS:
        return False
    held = np.minimum(parts[:, 3], bottom) - np.maximum(parts[:, 1], top)
    return float(np.median(held / (parts[:, 3] - parts[:, 1]))) < _HELD


def mended(ink: Ink, boxes: Sequence[Box], rulings: Rulings, squares: Sequence[CheckBox]) -> list[Box]:
    """The boxes of lines before they are read: those over two rows, or through their letters, drawn anew around rows.

    Args:
        ink: of the level page.
        boxes: of the lines found; without any there is nothing to tell the size of letters by.
        rulings: with the tables.
        squares: the check boxes.

    """
    if not boxes:
        return []
    found = find_print(ink, float(np.median([box.height for box in boxes])), rulings, squares)
    owner = owners(found, [(box,) for box in boxes])
    result: list[Box] = []
    for number, box in enumerate(boxes):
        letters = np.flatnonzero(owner == number)
        rows = rows_in(found, letters, box.height)
        if len(rows) > 1 or is_cut(found, letters, box.y0, box.y1):
            result.extend(_around(found, row, box) for row in rows)
        else:
            result.append(box)
    return result


def _around(found: Print, letters: NDArray[np.intp], box: Box) -> Box:
    """A box around a row: its letters and the stops beside them, within `box`, as high as most letters with marks."""
    parts = found.parts[letters]
    top = float(np.percentile(parts[:, 1], _TALL[0]))
    bottom = float(np.percentile(parts[:, 3], _TALL[1]))
    margin, beside = _MARGIN * (bottom - top), _BESIDE * (bottom - top)
    left, right = float(parts[:, 0].min()), float(parts[:, 2].max())
    return Box(
        min(left, max(box.x0, left - beside)), top - margin, max(right, min(box.x1, right + beside)), bottom + margin
    )
