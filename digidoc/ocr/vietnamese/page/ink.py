"""Where a level page has ink, in a copy of moderate size: what tables, check boxes and the search for lost ink need."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.page.shrink import halved, within

# The copy's longer side has at most so many pixels (A4: 150 dpi).
_SIDE: Final = 1750
# It may be so much larger, where that spares shrinking by other than halves.
_NEAR: Final = 1.15
# So much darker than the paper around it (a square of 10 mm) is ink, grey levels: pale print and shadows are met too.
_DARKER: Final = 24
_AROUND: Final = 0.034
# Pieces of ink that are smaller are specks, pixels of the copy (0.7 mm).
_SPECK: Final = 4
# Shorter runs across and down are looked for by OpenCV's own filter, which is quicker down.
_SHORT: Final = (32, 128)
_NO_INK: Final = cv2.BORDER_CONSTANT


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink of a page in a copy shrunk by `scale`.

    Attributes:
        dark: 255 where there is ink, uint8 [height, width].
        labels: number of the connected piece of ink, int32 [height, width]; 0 for the paper.
        stats: left, top, width, height, area of each piece, int32 [pieces, 5]; the first is the paper.
        scale: of the copy against the page.

    """

    dark: Image
    labels: NDArray[np.int32]
    stats: NDArray[np.int32]
    scale: float

    @property
    def side(self) -> int:
        """The longer side of the copy, pixels."""
        return int(max(self.dark.shape))

    def letter(self) -> float:
        """The usual height, in pixels of the page, of the pieces of ink that are no specks; 0 without any."""
        high = self.stats[1:, 3]
        high = high[high >= _SPECK]
        return float(np.median(high)) / self.scale if len(high) else 0.0

    def area(self) -> Box:
        """The box, in pixels of the page, of all ink but specks and what comes in from the edges: shadows, the table.

        The whole page where there is no other ink.
        """
        height, width = self.dark.shape
        left, top, wide, high = self.stats[1:, :4].T
        right, bottom = left + wide, top + high
        inside = (left > 0) & (top > 0) & (right < width) & (bottom < height) & (np.maximum(wide, high) >= _SPECK)
        if not inside.any():
            return Box(0.0, 0.0, width / self.scale, height / self.scale)
        edges = (left[inside].min(), top[inside].min(), right[inside].max(), bottom[inside].max())
        return Box(*(float(edge) / self.scale for edge in edges))


def find_ink(gray: Image) -> Ink:
    """The ink of a level page, [height, width] uint8."""
    small, scale = _copy(gray)
    around = max(3, round(max(small.shape) * _AROUND)) | 1
    paper = cv2.blur(small, (around, around))
    dark = np.asarray(cv2.threshold(cv2.subtract(paper, small), _DARKER, 255, cv2.THRESH_BINARY)[1], np.uint8)
    # The block-based algorithm (Grana 2010) takes half the time of OpenCV's default.
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(dark, 8, cv2.CV_32S, cv2.CCL_BBDT)
    return Ink(dark, np.asarray(labels, np.int32), np.asarray(stats, np.int32), scale)


def _copy(gray: Image) -> tuple[Image, float]:
    """The page halved, or at `_SIDE` pixels, or itself: whichever of them is nearest to `_SIDE`; and its scale."""
    scale = 1.0
    while max(gray.shape) >= 2 * _SIDE / _NEAR and min(gray.shape) > 1:
        gray, scale = halved(gray), scale / 2
    if max(gray.shape) <= _SIDE * _NEAR:
        return gray, scale
    small = np.asarray(cv2.resize(gray, within(gray, _SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)
    return small, scale * max(small.shape) / max(gray.shape)


def runs(mask: Image, length: int, *, down: bool) -> Image:
    """What of a mask (0 and 255) lies in straight runs of at least `length` pixels: a morphological opening.

    By doubling, for OpenCV's filter takes as many steps as a run has pixels; and only in the rows (columns) where there
    is a shorter run at all, which on a page of text are few.
    """
    have = min(length, _SHORT[down])
    shape = np.ones((have, 1) if down else (1, have), np.uint8)
    ends = (0, have - 1) if down else (have - 1, 0)
    starts = np.asarray(cv2.erode(mask, shape, anchor=(0, 0), borderType=_NO_INK, borderValue=(0.0,)), np.uint8)
    if have == length:
        return np.asarray(cv2.dilate(starts, shape, anchor=ends, borderType=_NO_INK, borderValue=(0.0,)), np.uint8)
    full = np.zeros_like(mask)
    lanes = np.flatnonzero(starts.max(axis=0 if down else 1))
    if length > mask.shape[0 if down else 1] or not len(lanes):
        return full
    kept = np.ascontiguousarray(starts[:, lanes].T if down else starts[lanes])
    size = kept.shape
    while have < length:
        step = min(have, length - have)
        kept = kept[:, :-step] & kept[:, step:]
        have += step
    if not kept.any():
        return full
    wide = np.zeros(size, np.uint8)
    wide[:, : kept.shape[1]] = kept
    have = 1
    while have < length:
        step = min(have, length - have)
        wide[:, step:] |= wide[:, :-step]
        have += step
    if down:
        full[:, lanes] = wide.T
    else:
        full[lanes] = wide
    return full


def pieces(mask: Image, scale: float) -> list[Box]:
    """Boxes of the connected pieces of a mask, in pixels of the page."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    parts = stats[1:count, :4].astype(float) / scale
    return [Box(float(x), float(y), float(x + w), float(y + h)) for x, y, w, h in parts]
