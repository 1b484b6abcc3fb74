"""Points of thousands that fall on a dot of the leader beneath: 1.250.000 written on dots must not lose them.

Such a point looks like any dot of the leader. It is known by what stands around it: three figures behind it, one to
three before it, all of one height, as far from each other as a point needs.
"""

from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.find.leaders.leader import Leader
from digidoc.ocr.vietnamese.page.pieces import pieces_of


class _Figures:
    """Groups of figures, shares of a figure's height unless said otherwise."""

    HIGH: Final = 0.3  # heights of the line: least of a figure
    ALIKE: Final = 0.21  # by which tops and feet of a group differ at most
    NEAR: Final = 0.95  # between the middles of neighbours in a group, at most
    POINT: Final = 1.9  # between the middles of figures beside a point, at most
    THREE: Final = (1.8, 2.9)  # width of three figures in narrow and wide types; one to three are no wider


class _Point:
    """A point of its own beside the leader's dot."""

    AROUND: Final = 1.0  # pitches of the leader within which it stands
    LIKE: Final = (0.6, 1.5)  # times as wide and high as the dot, least and most
    SLANT: Final = 0.15  # pitches by which in italics the foot of a gap lies before its middle


# Grey level: darker is ink.
_INKED: Final = 160

# Left, top, right, bottom of a piece of ink.
_Glyphs = NDArray[np.float64]


def points_on(clean: Image, leader: Leader, line_height: float) -> list[int]:
    """Numbers of the leader's dots that are points of thousands.

    Args:
        clean: the strip of the page without the leader.
        leader: with dots taken out from under what is written on it; without any there is nothing to be seen.
        line_height: usual height of a line, pixels.

    """
    if not leader.covered:
        return []
    groups = _groups(_glyphs(clean, leader, line_height))
    gaps = [(a, b) for a, b in pairwise(groups) if _has_room_for_point(a, b)]
    found = (_dot_between(clean, leader, before[-1], after[0]) for before, after in gaps)
    return [number for number in found if number is not None]


def _glyphs(clean: Image, leader: Leader, line_height: float) -> _Glyphs:
    """The pieces of ink as high as figures over the covered dots, left to right, the dots' own height left out."""
    (x0, y0), (x1, y1) = leader.at(leader.covered[0]), leader.at(leader.covered[-1])
    left, right = max(0, int(x0 - 2 * line_height)), int(x1 + 2 * line_height)
    top = max(0, int(min(y0, y1) - line_height))
    part = clean[top : int(max(y0, y1)), left:right] < _INKED
    foot = np.rint(y0 - leader.size[1] - top + (np.arange(part.shape[1]) + left - x0) * leader.rise / leader.pitch)
    part &= np.arange(len(part))[:, None] <= foot
    stats = pieces_of(part.astype(np.uint8)).stats
    tall = stats[1:][stats[1:, cv2.CC_STAT_HEIGHT] >= _Figures.HIGH * line_height].astype(np.float64)
    boxes = np.column_stack((tall[:, 0], tall[:, 1], tall[:, 0] + tall[:, 2], tall[:, 1] + tall[:, 3]))
    boxes = boxes[np.argsort(boxes[:, 0])] + (left, top, left, top)
    # A row that leans lies level here.
    boxes[:, [1, 3]] -= (boxes[:, :1] - x0) * leader.rise / leader.pitch
    boxes[:, 3] += leader.size[1]
    return boxes


def _groups(glyphs: _Glyphs) -> list[_Glyphs]:
    """Pieces side by side; between two groups there is a point, a blank, or a letter of another height."""
    if not len(glyphs):
        return []
    height = glyphs[:, 3] - glyphs[:, 1]
    near = np.diff(_middles(glyphs)) < _Figures.NEAR * np.maximum(height[1:], height[:-1])
    return np.split(glyphs, np.flatnonzero(~near) + 1)


def _middles(glyphs: _Glyphs) -> NDArray[np.float64]:
    return np.asarray((glyphs[:, 0] + glyphs[:, 2]) / 2, np.float64)


def _has_room_for_point(before: _Glyphs, after: _Glyphs) -> bool:
    """Whether three figures follow one to three of their height, as far from them as a point needs."""
    height = float(np.median(after[:, 3] - after[:, 1]))
    both = np.concatenate((before, after))
    level = max(np.ptp(both[:, 1]), np.ptp(both[:, 3])) <= _Figures.ALIKE * height
    three = _Figures.THREE[0] * height <= after[-1, 2] - after[0, 0] <= _Figures.THREE[1] * height
    few = before[-1, 2] - before[0, 0] <= _Figures.THREE[1] * height
    apart = _middles(after)[0] - _middles(before)[-1]
    return bool(level and three and few and apart <= _Figures.POINT * height)


def _dot_between(clean: Image, leader: Leader, before: NDArray[np.float64], after: NDArray[np.float64]) -> int | None:
    """The leader's dot in the middle between two figures; None where a point of its own stands there."""
    middle = float(_middles(np.stack((before, after))).mean())
    number = round((middle - _Point.SLANT * leader.pitch - leader.x) / leader.pitch)
    if number not in leader.free and number not in leader.covered:
        return None
    x, y = leader.at(number)
    wide, high = leader.size
    left, top = max(0, int(x - _Point.AROUND * leader.pitch)), max(0, int(y - 2 * high))
    part = clean[top : int(y + 2 * high), left : int(x + _Point.AROUND * leader.pitch) + 1] < _INKED
    stats = pieces_of(part.astype(np.uint8)).stats
    sizes = stats[1:, 2:4] / (wide, high)
    own = ((sizes > _Point.LIKE[0]) & (sizes < _Point.LIKE[1])).all(axis=1)
    own &= (stats[1:, 0] > 0) & (stats[1:, 1] > 0) & (stats[1:, 0] + stats[1:, 2] < part.shape[1])
    return None if own.any() else number
