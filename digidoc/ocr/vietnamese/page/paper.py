"""Making the paper white and the ink black where a page needs it: shadows, folds, photographs, pale print, old paper.

Every other page stays as it is: what is right already is not bettered by a filter. Whether a page needs it is measured
on a small copy: how far the brightness of its paper goes apart, and how many pixels lie between ink and paper.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.page.shrink import shrunk

# The small copy's longer side, pixels, and what is closed in it to see the paper through the print (6 mm on A4).
_SIDE: Final = 600
_CLOSED: Final = 13
# Paper whose brightness goes apart by more grey levels than this lies in shadow.
_UNEVEN: Final = 30
# Of the paper's brightness: ink is darker than the first; what lies between the first and the second is neither ink nor
# paper. Good scans have no more of it than ink (at most 1.04 times on 40 pages); pale and old ones 1.5 to 25 times.
_INK: Final = 0.6
_NEITHER: Final = 0.93
_TOO_MUCH: Final = 1.3
# Of the way from ink to paper: from here on it is paper.
_WHITE: Final = 0.75
# Where paper is darker than this it is the table under the page.
_TABLE: Final = 50
# Share of a page that ink covers at most, as a rule.
_USUAL_INK: Final = 0.04
# A page with less ink than this share of it tells nothing about its ink.
_BLANK: Final = 0.001


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
    step = max(1, round(max(gray.shape) / _SIDE))
    size = (max(1, gray.shape[1] // step), max(1, gray.shape[0] // step))
    if min(size) < _CLOSED:
        return None
    closed = cv2.morphologyEx(shrunk(gray, size), cv2.MORPH_CLOSE, np.ones((_CLOSED, _CLOSED), np.uint8))
    paper = np.maximum(np.asarray(cv2.medianBlur(closed, 5), np.uint8), np.uint8(_TABLE))
    # Single pixels, not means of many: means would make grey of black strokes.
    points = gray[::step, ::step][: size[1], : size[0]]
    share = np.asarray(cv2.divide(np.ascontiguousarray(points), paper, scale=255), np.uint8)
    counts = np.bincount(share.ravel(), minlength=256) / share.size
    ink, neither = counts[: int(_INK * 255)].sum(), counts[int(_INK * 255) : int(_NEITHER * 255)].sum()
    low, high = np.percentile(paper, (3, 97))
    if ink + neither < _BLANK or (high - low <= _UNEVEN and neither <= _TOO_MUCH * ink):
        return None
    darker = np.cumsum(counts[: int(_NEITHER * 255)])
    black = float(np.searchsorted(darker, 0.1 * min(darker[-1], _USUAL_INK))) / 255
    black = min(black, 0.8)
    return _Look(paper, black, black + _WHITE * (1 - black))
