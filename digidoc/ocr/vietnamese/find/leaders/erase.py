"""Taking the dots of a leader out of the picture: free ones are painted over, strokes under a dot are filled in.

What a dot hides is no darker than the dot itself. It is taken to go on straight from the ink at the dot's edges, across
and down.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.find.leaders.leader import Leader


class _Seen:
    """Which pixels belong to a dot."""

    DARKNESS: Final = 0.08  # share of its darkest pixel's darkness: darker ones are the dot's, and their neighbours
    BLUR: Final = 0.25  # share of its size by which a dot is blurred at each side, and a pixel at least
    BEYOND: Final = 3  # pixels of the patch that is looked at beyond all that belongs to the dot
    MODELS: Final = 40  # dots at most from which the usual grey of a dot is taken
    PAPER: Final = 80  # percentile of the grey around a dot that is as white as paper


Places = tuple[NDArray[np.intp], ...]


def erase(gray: Image, leader: Leader) -> None:
    """Paint a leader's dots out of a strip of the page, in place."""
    reach = _reach(leader)
    free = _places(gray, leader, leader.free, reach)
    patches = gray[free]
    if not len(patches):
        return
    dot = _dot(patches[:: max(1, len(patches) // _Seen.MODELS)], leader)
    _write(gray, free, dot, np.broadcast_to(_paper(patches), patches.shape))
    covered = _places(gray, leader, leader.covered, reach)
    _write(gray, covered, dot, _filled(gray[covered], dot))


def put_back(gray: Image, before: Image, leader: Leader, numbers: Sequence[int]) -> None:
    """Copy dots that are none of the leader from the strip as it was before."""
    rows, columns = _places(gray, leader, numbers, _reach(leader))
    side = np.abs(np.arange(rows.shape[1]) - rows.shape[1] // 2) <= leader.pitch / 2
    _write(gray, (rows, columns), np.outer(side, side), before[rows, columns])


def _reach(leader: Leader) -> int:
    """Pixels from a dot's centre to the edges of the patch that is looked at: beyond all that belongs to the dot."""
    side = max(leader.size)
    return int(side / 2 + max(1.0, _Seen.BLUR * side)) + _Seen.BEYOND


def _write(gray: Image, places: Places, which: NDArray[np.bool_], value: NDArray[np.generic]) -> None:
    """Set the chosen pixels of every patch; the others may belong to the next dot's."""
    rows, columns = places
    gray[rows[:, which], columns[:, which]] = value[:, which]


def _places(gray: Image, leader: Leader, numbers: Sequence[int], reach: int) -> Places:
    """Rows and columns around the dots, [dots, side, side], of those that lie wholly on the strip."""
    number = np.asarray(numbers, np.float64)
    row = np.rint(leader.y + number * leader.rise).astype(np.intp)
    column = np.rint(leader.x + number * leader.pitch).astype(np.intp)
    height, width = gray.shape
    inside = (row >= reach) & (row < height - reach) & (column >= reach) & (column < width - reach)
    off = np.arange(-reach, reach + 1)
    rows, columns = row[inside, None, None] + off[:, None], column[inside, None, None] + off
    return np.broadcast_arrays(rows, columns)


def _paper(patches: Image) -> NDArray[np.float32]:
    return np.percentile(patches, _Seen.PAPER, axis=(1, 2), keepdims=True).astype(np.float32)


def _dot(patches: Image, leader: Leader) -> NDArray[np.bool_]:
    """Which pixels around its centre belong to a dot of a leader, from some of its free dots."""
    usual = np.median(patches, axis=0)
    darkness = usual.max() - usual
    mask = cv2.dilate((darkness > _Seen.DARKNESS * darkness.max()).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    off = np.abs(np.arange(len(mask)) - len(mask) // 2)
    wide, high = (side / 2 + max(1.0, _Seen.BLUR * side) for side in leader.size)
    return np.asarray(mask & (off[:, None] <= high) & (off <= min(wide, leader.pitch / 2)), np.bool_)


def _filled(patches: Image, dot: NDArray[np.bool_]) -> Image:
    """The patches, what the dot hides filled from the ink at its edges."""
    value = patches.astype(np.float32)
    across_and_down = np.minimum(_bridged(value, dot), _bridged(value.transpose(0, 2, 1), dot.T).transpose(0, 2, 1))
    return np.where(dot, np.maximum(across_and_down, value), value).astype(np.uint8)


def _bridged(value: NDArray[np.float32], dot: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Each row with the dot's pixels on a straight line between the pixels before and after them."""
    side = len(dot)
    column, row = np.arange(side), np.arange(side)
    before = np.where(dot.any(axis=1), dot.argmax(axis=1) - 1, 0)[:, None]
    after = np.where(dot.any(axis=1), side - dot[:, ::-1].argmax(axis=1), side - 1)[:, None]
    share = ((column - before) / np.maximum(1, after - before)).astype(np.float32)
    left, right = value[:, row, before[:, 0], None], value[:, row, after[:, 0], None]
    return np.asarray(left + (right - left) * share, np.float32)
