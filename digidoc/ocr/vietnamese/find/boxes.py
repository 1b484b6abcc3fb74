"""Check boxes: drawn squares, empty or ticked, become the words ☐ and ☒ at their place in a line.

Squares are found in the ink of the level page and painted white before lines are looked for: read as letters they would
be L, D, O or brackets. A row of squares for one character each (numbers of identity cards) is none of check boxes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box, Line, Word
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.find.tables import Rulings
from digidoc.ocr.vietnamese.page.ink import Ink, runs

EMPTY: Final = "\N{BALLOT BOX}"
TICKED: Final = "\N{BALLOT BOX WITH X}"
# Shares of the longer side of the page: the sides of a check box (2.2 to 7 mm on A4); with its tick it is so much more.
_SIDE: Final = (0.0075, 0.024)
_TICK: Final = 2.2
# A side is drawn along at least this share of its length, no thicker than this share; sides are alike within a factor.
_DRAWN: Final = 0.94
# Shorter strokes than this share of the smallest side are none.
_STRAIGHT: Final = 0.7
_THIN: Final = 0.16
_SQUARE: Final = 1.18
# At most this share of a box can be reached from outside.
_OPEN: Final = 0.1
# Of the inside (without the inner edge of the sides): less ink is an empty box, more a ticked one, between is doubted.
_EDGE: Final = 0.2
_INSIDE: Final = (0.03, 0.08)
_SURE: Final = 0.97
_UNSURE: Final = 0.6
# So many squares in a row, nearer together than this share of a side, are for one character each.
_COMB: Final = 4
_COMB_GAP: Final = 0.5
# A box belongs to the lines at its height that end so many of its sides before it, or begin so many after it.
_REACH: Final = (6.0, 1.5)


@dataclass(frozen=True, slots=True)
class CheckBox:
    """A check box: its square (level frame), all its ink with the tick, whether it is ticked, how sure that is."""

    box: Box
    ink: Box
    ticked: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class _Strokes:
    """Where the ink of a page lies in straight strokes, across and down, [height, width]."""

    across: NDArray[np.bool_]
    down: NDArray[np.bool_]

    @classmethod
    def of(cls, ink: Ink, length: int) -> Self:
        """The strokes of at least this length, pixels of the copy."""
        return cls(*(runs(ink.dark, length, down=down) > 0 for down in (False, True)))


def find_boxes(ink: Ink) -> list[CheckBox]:
    """The check boxes on a level page, top to bottom."""
    least, most = (ink.side * share for share in _SIDE)
    found: list[CheckBox] = []
    strokes = _Strokes.of(ink, max(3, round(least * _STRAIGHT)))
    for label in _likely(ink, strokes, least, most):
        x, y, width, height = (int(v) for v in ink.stats[label, :4])
        window = np.s_[y : y + height, x : x + width]
        piece = ink.labels[window] == label
        sums = (strokes.across[window] & piece).sum(axis=1), (strokes.down[window] & piece).sum(axis=0)
        if (square := _square(piece, sums, least, most)) is not None:
            found.append(_box(ink.dark[window] > 0, square, (x, y), ink.scale))
    return _without_combs(sorted(found, key=lambda found: (found.box.y0, found.box.x0)))


def without_boxes(gray: Image, boxes: Sequence[CheckBox]) -> Image:
    """The page with its check boxes and their ticks painted white; the page itself where it has none."""
    if not boxes:
        return gray
    clean = gray.copy()
    for found in boxes:
        x0, y0, x1, y1 = found.ink
        clean[max(0, int(y0) - 1) : int(y1) + 2, max(0, int(x0) - 1) : int(x1) + 2] = 255
    return clean


def parted_at(boxes: Sequence[Box], squares: Sequence[CheckBox]) -> list[Box]:
    """The boxes of lines, those with check boxes in them in parts: across the white a reader would join two words."""
    parts = list(boxes)
    for square in squares:
        parts = [part for box in parts for part in _parted(box, square)]
    return parts


def _parted(box: Box, square: CheckBox) -> list[Box]:
    if not box.y0 < _centre(square.box)[1] < box.y1 or square.ink.x1 <= box.x0 or square.ink.x0 >= box.x1:
        return [box]
    sides = (box._replace(x1=square.ink.x0), box._replace(x0=square.ink.x1))
    return [side for side in sides if side.width > box.height / 2]


def with_boxes(lines: Sequence[Line], boxes: Sequence[CheckBox], rulings: Rulings) -> list[Line]:
    """The lines, each check box a word of the line it stands in, before or after; lines with one between them are one.

    A box without a line near it is a line of its own. Nothing is joined across the rulings of a table.
    """
    made = list(lines)
    for found in boxes:
        word = Word(TICKED if found.ticked else EMPTY, found.box, found.confidence)
        cell = rulings.cell_at(*_centre(found.box))
        near = [line for line in made if _is_near(found.box, line) and rulings.cell_at(*_centre(line.box)) == cell]
        words = sorted((word, *(word for line in near for word in line.words)), key=lambda word: sum(word.box[::2]))
        edges = [found.box, *(line.box for line in near)]
        tall = [line.box for line in near] or [found.box]
        around = Box(
            min(box.x0 for box in edges), min(box.y0 for box in tall), max(box.x1 for box in edges),
            max(box.y1 for box in tall),
        )  # fmt: skip
        made = [line for line in made if not any(line is other for other in near)]
        made.append(Line(tuple(words), around, next((line.doubt for line in near if line.doubt), "")))
    return made


def _is_near(box: Box, line: Line) -> bool:
    middle = (box.y0 + box.y1) / 2
    level = line.box.y0 - 0.2 * line.box.height < middle < line.box.y1 + 0.2 * line.box.height
    return level and line.box.x0 - box.x1 <= _REACH[1] * box.height and box.x0 - line.box.x1 <= _REACH[0] * box.height


def _centre(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _likely(ink: Ink, strokes: _Strokes, least: float, most: float) -> list[int]:
    """Numbers of the pieces of ink that may be check boxes, by their size and their strokes.

    Whatever a tick or a cross adds, there are two straight sides across and two down; few letters have so much of both.
    """
    wide, high = ink.stats[1:, 2], ink.stats[1:, 3]
    fits = (wide >= least) & (high >= least) & (wide <= most * _TICK) & (high <= most * _TICK)
    for drawn in (strokes.across, strokes.down):
        fits &= np.bincount(ink.labels[drawn], minlength=len(ink.stats))[1:] >= 2 * _DRAWN * least
    return [int(label) for label in np.flatnonzero(fits) + 1]


def _square(
    piece: NDArray[np.bool_], sums: tuple[NDArray[np.intp], NDArray[np.intp]], least: float, most: float
) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of the square that a piece of ink is, or that a tick goes out of; None for no square.

    Args:
        piece: the ink, [height, width].
        sums: its pixels in straight strokes, of each row and of each column.
        least: side of a box, pixels.
        most: likewise.

    """
    # The sides are the longest strokes; a steep tick has short ones.
    ys, xs = (np.flatnonzero(one * 2 > max(1, int(one.max()))) for one in sums)
    if not len(ys) or not len(xs):
        return None
    x0, x1, y0, y1 = int(xs.min()), int(xs.max()) + 1, int(ys.min()), int(ys.max()) + 1
    width, height = x1 - x0, y1 - y0
    if not least <= min(width, height) <= max(width, height) <= min(most, _SQUARE * min(width, height)):
        return None
    part = piece[y0:y1, x0:x1]
    drawn = all(_is_stroke(side) for side in (part, part[::-1], part.T, part.T[::-1]))
    return (x0, y0, x1, y1) if drawn and _open_to_outside(part) < _OPEN else None


def _is_stroke(part: NDArray[np.bool_]) -> bool:
    """Whether a thin stroke runs along the whole first side; stems with serifs (H, M) are thick or leave a gap."""
    rows = part[: max(3, round(_THIN * len(part) * 1.5))].mean(axis=1)
    return bool(
        rows[: max(2, round(_THIN * len(part)))].max() >= _DRAWN and (rows >= _DRAWN).sum() <= _THIN * len(part) + 1
    )


def _open_to_outside(part: NDArray[np.bool_]) -> float:
    """Share of a square's ground that is reached from outside: nearly none of a box, the bays of a letter H."""
    _, ground = cv2.connectedComponents(np.pad(~part, 1, constant_values=True).astype(np.uint8), connectivity=4)
    return float((ground == ground[0, 0])[1:-1, 1:-1].mean())


def _box(window: NDArray[np.bool_], square: tuple[int, int, int, int], at: tuple[int, int], scale: float) -> CheckBox:
    x0, y0, x1, y1 = square
    # Of the smallest boxes one pixel is left inside.
    edge = min(max(2, round(_EDGE * (x1 - x0))), (min(x1 - x0, y1 - y0) - 1) // 2)
    inside = float(window[y0 + edge : y1 - edge, x0 + edge : x1 - edge].mean())
    left, top = at
    box = Box(*((v / scale) for v in (left + x0, top + y0, left + x1, top + y1)))
    whole = Box(*((v / scale) for v in (left, top, left + window.shape[1], top + window.shape[0])))
    doubtful = _INSIDE[0] < inside < _INSIDE[1]
    return CheckBox(box, whole, inside > sum(_INSIDE) / 2, _UNSURE if doubtful else _SURE)


def _without_combs(boxes: Sequence[CheckBox]) -> list[CheckBox]:
    kept: list[CheckBox] = []
    for found in boxes:
        side = found.box.height
        row = [other for other in boxes if abs(other.box.y0 - found.box.y0) < side / 2]
        row.sort(key=lambda other: other.box.x0)
        near = [b.box.x0 - a.box.x1 < _COMB_GAP * side for a, b in pairwise(row)]
        at = row.index(found)
        left = next((n for n in range(at) if not near[at - 1 - n]), at)
        right = next((n for n in range(len(near) - at) if not near[at + n]), len(near) - at)
        if left + right + 1 < _COMB:
            kept.append(found)
    return kept
