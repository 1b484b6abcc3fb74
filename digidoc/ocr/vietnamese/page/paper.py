"""Making the paper white and the ink black where a page needs it: shadows, folds, photographs, pale print, old paper.

Every other page stays as it is, for no filter improves a good scan. Whether a page needs it is measured on a small
copy: how much the brightness of its paper differs, and how many pixels lie between ink and paper.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.page.shrink import shrunk


class _Copy:
    """The small copy in which the paper is looked at."""

    SIDE: Final = 600  # pixels of its longer side
    CLOSED: Final = 13  # pixels that are closed to see the paper through the print (6 mm on A4)
    BLURRED: Final = 5  # pixels of the median that smooths what was closed


class _Paper:
    """The brightness of the paper, grey levels."""

    UNEVEN: Final = 30  # paper whose brightness differs by more, between the percentiles, lies in shadow
    PERCENTILES: Final = (3, 97)
    TABLE: Final = 50  # where it is darker than this it is the table under the page


class _Pixel:
    """Shares of the paper's brightness; measured on 40 pages and on pale and old ones."""

    INK: Final = 0.6  # what is darker is ink
    PAPER: Final = 0.93  # what is lighter is paper; between the two a pixel is neither
    TOO_MUCH: Final = 1.3  # times as many are neither as are ink: good scans had at most 1.04, others 1.5 to 25


class _Stretched:
    """From where to where the brightness is stretched."""

    WHITE: Final = 0.75  # of the way from ink to paper: from here on it is paper
    BLACK: Final = 0.8  # share of the paper's brightness: ink is taken to be no lighter
    DARKEST: Final = 0.1  # share of the usual ink, from the darkest on, that becomes black
    USUAL_INK: Final = 0.04  # share of a page that ink covers at most, as a rule
    BLANK: Final = 0.001  # share of a page that is not paper: with less its ink cannot be measured


@dataclass(frozen=True, slots=True)
class _Look:
    """The paper's brightness in a small copy of the page (grey), and what share of it ink and paper have."""

    paper: Image
    black: float
    white: float


def evened(gray: Image) -> Image:
    """The page with its paper white and its ink black if it needs that; else the page itself.

    Args:
        gray: the page, [height, width] uint8.

    """
    look = _look(gray)
    if look is None:
        return gray
    size = (gray.shape[1], gray.shape[0])
    paper = np.asarray(cv2.resize(look.paper, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    share = np.asarray(cv2.divide(gray, paper, scale=255), np.uint8)
    steps = (np.arange(256) / 255 - look.black) / (look.white - look.black)
    return np.asarray(cv2.LUT(share, (steps.clip(0, 1) * 255).astype(np.uint8)), np.uint8)


def _look(gray: Image) -> _Look | None:
    """What the page needs to be even, None where it needs nothing."""
    step = max(1, round(max(gray.shape) / _Copy.SIDE))
    size = (max(1, gray.shape[1] // step), max(1, gray.shape[0] // step))
    if min(size) < _Copy.CLOSED:
        return None
    closed = cv2.morphologyEx(shrunk(gray, size), cv2.MORPH_CLOSE, np.ones((_Copy.CLOSED, _Copy.CLOSED), np.uint8))
    paper = np.maximum(np.asarray(cv2.medianBlur(closed, _Copy.BLURRED), np.uint8), np.uint8(_Paper.TABLE))
    # Single pixels, not means of many: means would make grey of black strokes.
    points = gray[::step, ::step][: size[1], : size[0]]
    share = np.asarray(cv2.divide(np.ascontiguousarray(points), paper, scale=255), np.uint8)
    counts = np.bincount(share.ravel(), minlength=256) / share.size
    ink, neither = counts[: int(_Pixel.INK * 255)].sum(), counts[int(_Pixel.INK * 255) : int(_Pixel.PAPER * 255)].sum()
    low, high = np.percentile(paper, _Paper.PERCENTILES)
    if ink + neither < _Stretched.BLANK or (high - low <= _Paper.UNEVEN and neither <= _Pixel.TOO_MUCH * ink):
        return None
    darker = np.cumsum(counts[: int(_Pixel.PAPER * 255)])
    black = float(np.searchsorted(darker, _Stretched.DARKEST * min(darker[-1], _Stretched.USUAL_INK))) / 255
    black = min(black, _Stretched.BLACK)
    return _Look(paper, black, black + _Stretched.WHITE * (1 - black))
