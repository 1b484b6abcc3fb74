"""Standing a page upright and level before it is read: quarter turns, then skew. All images are grey uint8."""

import math
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Frame, Turn
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.page.shrink import shrunk, within
from digidoc.ocr.vietnamese.read.networks import open_network

# Degrees: levelling by less harms more than it helps (.0154 -> .0184 wrong letters on 13 real scans).
MIN_SKEW: Final = 0.7
# Degrees: scanned paper lies askew by a few; what is turned further is turned by quarters.
MAX_SKEW: Final = 6.0


class _Skew:
    """How the skew is searched."""

    SIDE: Final = 800  # pixels of the copy's longer side
    STRIP: Final = 8  # pixels: width of the strips that are moved up and down
    BLANK: Final = 0.003  # share of the page that is ink: with less there is no row to level
    COARSE: Final = 1.0  # degrees from one try to the next, over the whole range, on half the rows
    FINE: Final = 0.25  # likewise, within a degree of the best
    FINEST: Final = 0.1  # likewise, within two tenths of a degree of the best


class _Turn:
    """Quarter turns, found by trueocr's orientation network."""

    SIDE: Final = 768  # pixels of the square it takes
    SURE: Final = 0.95  # probability from which a turn is believed: a wrong one loses the page


_TURNS: Final = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def skew_of(gray: Image) -> float:
    """Degrees counter-clockwise that level the text rows, within ±`MAX_SKEW`, to 0.1; 0.0 for a blank page.

    The right angle is the one at which the sums of ink along the rows differ most from row to row. By a few degrees a
    page is turned well enough by moving narrow strips of it up and down, each summed up beforehand.
    """
    ink = np.asarray(255 - shrunk(gray, within(gray, _Skew.SIDE)), np.uint8)
    if ink.mean() < _Skew.BLANK * 255:
        return 0.0
    count = -(-ink.shape[1] // _Skew.STRIP)
    strips = cv2.resize(ink, (count, ink.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32)
    width = ink.shape[1] / count
    coarse = np.ascontiguousarray(strips[::2])
    tried = np.arange(-MAX_SKEW, MAX_SKEW + 0.1, _Skew.COARSE)
    best = max(tried, key=lambda angle: _sharpness(coarse, width / 2, angle))
    tried = np.arange(best - 1, best + 1.1, _Skew.FINE)  # the end is past the last try, for floats are not exact
    best = max((*tried, 0.0), key=lambda angle: _sharpness(strips, width, angle))
    tried = np.arange(best - 0.2, best + 0.21, _Skew.FINEST)
    best = max(tried, key=lambda angle: _sharpness(strips, width, angle))
    return float(round(min(MAX_SKEW, max(-MAX_SKEW, best)), 1))


def _sharpness(strips: NDArray[np.float32], width: float, angle: float) -> float:
    """How much the sums of ink along neighbouring rows differ when the strips are moved as the angle says.

    Each column of `strips` is a strip of the page, as wide as `width` rows are high.
    """
    height, count = strips.shape
    rise = math.tan(math.radians(angle)) * width
    moved = np.asarray([[1, 0, 0], [rise, 1, -rise * (count - 1) / 2]], np.float32)
    level = cv2.warpAffine(strips, moved, (count, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    steps = np.diff(cv2.reduce(level, 1, cv2.REDUCE_SUM)[:, 0])
    return float(steps @ steps)


def rotate(gray: Image, degrees: float, border: int = 255) -> Image:
    """The image rotated counter-clockwise about its centre, same size, corners filled with `border`."""
    height, width = gray.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(
        gray, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(border,)
    )
    return np.asarray(turned, np.uint8)


def turned(gray: Image, turn: Turn) -> Image:
    """The image turned clockwise by `turn` degrees; the image itself for 0."""
    return np.asarray(cv2.rotate(gray, _TURNS[turn]), np.uint8) if turn else gray


def levelled(gray: Image, frame: Frame) -> Image:
    """The page in its level frame (see `digidoc.model`)."""
    upright = turned(gray, frame.turn)
    return rotate(upright, frame.skew) if frame.skew else upright


class Uprighter:
    """Finds how a page must be turned and levelled; keeps trueocr's orientation network loaded (one thread)."""

    def __init__(self) -> None:
        self._network = open_network("orient")

    def frame(self, gray: Image, turn: Turn | None = None) -> Frame:
        """The level frame of a page as displayed; `turn` when it is known already."""
        height, width = gray.shape
        skew = skew_of(gray)
        if turn is None:
            small = shrunk(gray, within(gray, _Turn.SIDE))
            turn = self._turn(rotate(small, skew) if abs(skew) >= MIN_SKEW else small)
        if turn in (90, 270):
            skew = skew_of(turned(shrunk(gray, within(gray, _Skew.SIDE)), turn))
        return Frame(width, height, turn, skew if abs(skew) >= MIN_SKEW else 0.0)

    def _turn(self, small: Image) -> Turn:
        """The turn of a page that fits into the network's square, whose paper is 0 and ink 1."""
        square = np.zeros((1, 1, _Turn.SIDE, _Turn.SIDE), np.float32)
        square[0, 0, : small.shape[0], : small.shape[1]] = 1.0 - small.astype(np.float32) / 255.0
        likely = self._network.run(None, {"x": square})[0][0]
        quarters = int(likely.argmax())
        # The fifth class is vertical columns, which no Vietnamese paper has. A wrong turn loses the page.
        sure = quarters in range(4) and float(likely[quarters]) > _Turn.SURE
        return cast("Turn", quarters * 90 if sure else 0)
