"""Check boxes: drawn squares, empty or ticked.

They are found in the ink of the level page and painted white before lines are looked for: read as letters they would be
L, D, O or brackets. Squares in a row for one character each (numbers of identity cards) are no check boxes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.page.ink import Ink
from digidoc.ocr.vietnamese.page.runs import runs


class _Size:
    """How large a check box is, shares of the page's longer side."""

    SIDE: Final = (0.0075, 0.024)  # shortest and longest side (2.2 to 7 mm on A4)
    WITH_TICK: Final = 2.2  # times as large at most with the tick that goes out of it
    SQUARE: Final = 1.18  # times as long as the shorter side is the longer one at most


class _Side:
    """How its sides are drawn, shares of a side's length."""

    DRAWN: Final = 0.94  # a side is drawn along at least this share
    THICK: Final = 0.16  # and no thicker than this
    SEARCHED: Final = 1.5  # times its thickness: how far from the edge it is looked for
    STRAIGHT: Final = 0.7  # shorter strokes, as a share of the smallest side, are not counted
    OPEN: Final = 0.1  # share of the square that can be reached from outside at most: bays of the letter H are more


class _Tick:
    """When a box counts as ticked, by the share of its inside that is ink."""

    EDGE: Final = 0.2  # share of the side left out along the edges: the inner edge of the sides
    INSIDE: Final = (0.03, 0.08)  # less is an empty box, more a ticked one, what lies between is doubted
    SURE: Final = 0.97  # confidence of what is plain
    UNSURE: Final = 0.6  # confidence of what lies between


class _Comb:
    """Squares for one character each, as for the number of an identity card."""

    LEAST: Final = 4  # squares in a row
    GAP: Final = 0.5  # nearer together than this share of a side


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
    least, most = (ink.side * share for share in _Size.SIDE)
    found: list[CheckBox] = []
    strokes = _Strokes.of(ink, max(3, round(least * _Side.STRAIGHT)))
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


def _likely(ink: Ink, strokes: _Strokes, least: float, most: float) -> list[int]:
    """Numbers of the pieces of ink that may be check boxes, by their size and their strokes.

    Whatever a tick or a cross adds, there are two straight sides across and two down; few letters have both.
    """
    wide, high = ink.stats[1:, 2], ink.stats[1:, 3]
    fits = (wide >= least) & (high >= least) & (wide <= most * _Size.WITH_TICK) & (high <= most * _Size.WITH_TICK)
    for drawn in (strokes.across, strokes.down):
        fits &= np.bincount(ink.labels[drawn], minlength=len(ink.stats))[1:] >= 2 * _Side.DRAWN * least
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
    if not least <= min(width, height) <= max(width, height) <= min(most, _Size.SQUARE * min(width, height)):
        return None
    part = piece[y0:y1, x0:x1]
    drawn = all(_is_stroke(side) for side in (part, part[::-1], part.T, part.T[::-1]))
    return (x0, y0, x1, y1) if drawn and _open_to_outside(part) < _Side.OPEN else None


def _is_stroke(part: NDArray[np.bool_]) -> bool:
    """Whether a thin stroke runs along the whole top of a part; stems with serifs (H, M) are thick or leave a gap."""
    thick = _Side.THICK * len(part)
    drawn = part[: max(3, round(thick * _Side.SEARCHED))].mean(axis=1) >= _Side.DRAWN
    return bool(drawn[: max(2, round(thick))].any() and drawn.sum() <= thick + 1)


def _open_to_outside(part: NDArray[np.bool_]) -> float:
    """Share of a square's area that is reached from outside: hardly any of a check box, the bays of a letter H."""
    _, ground = cv2.connectedComponents(np.pad(~part, 1, constant_values=True).astype(np.uint8), connectivity=4)
    return float((ground == ground[0, 0])[1:-1, 1:-1].mean())


def _box(window: NDArray[np.bool_], square: tuple[int, int, int, int], at: tuple[int, int], scale: float) -> CheckBox:
    x0, y0, x1, y1 = square
    # Of the smallest boxes one pixel is left inside.
    edge = min(max(2, round(_Tick.EDGE * (x1 - x0))), (min(x1 - x0, y1 - y0) - 1) // 2)
    inside = float(window[y0 + edge : y1 - edge, x0 + edge : x1 - edge].mean())
    left, top = at
    box = Box(*((v / scale) for v in (left + x0, top + y0, left + x1, top + y1)))
    whole = Box(*((v / scale) for v in (left, top, left + window.shape[1], top + window.shape[0])))
    doubtful = _Tick.INSIDE[0] < inside < _Tick.INSIDE[1]
    return CheckBox(box, whole, inside > sum(_Tick.INSIDE) / 2, _Tick.UNSURE if doubtful else _Tick.SURE)


def _without_combs(boxes: Sequence[CheckBox]) -> list[CheckBox]:
    """The check boxes without the squares that stand in a row for one character each."""
    kept: list[CheckBox] = []
    for found in boxes:
        side = found.box.height
        row = [other for other in boxes if abs(other.box.y0 - found.box.y0) < side / 2]
        row.sort(key=lambda other: other.box.x0)
        near = [b.box.x0 - a.box.x1 < _Comb.GAP * side for a, b in pairwise(row)]
        at = row.index(found)
        left = next((n for n in range(at) if not near[at - 1 - n]), at)
        right = next((n for n in range(len(near) - at) if not near[at + n]), len(near) - at)
        if left + right + 1 < _Comb.LEAST:
            kept.append(found)
    return kept
