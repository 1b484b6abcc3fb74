"""Where a level page has ink, in a copy of moderate size: what tables, check boxes and the search for lost ink need."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.engines import Image

# The copy's longer side has at most so many pixels (A4: 150 dpi).
_SIDE: Final = 1750
# So much darker than the paper around it (a square of 10 mm) is ink, grey levels: pale print and shadows are met too.
_DARKER: Final = 24
_AROUND: Final = 0.034


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


def find_ink(gray: Image) -> Ink:
    """The ink of a level page, [height, width] uint8."""
    scale = min(1.0, _SIDE / max(gray.shape))
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    small = gray if scale == 1.0 else np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    around = max(3, round(max(small.shape) * _AROUND)) | 1
    paper = np.asarray(cv2.blur(small, (around, around)), np.uint8)
    dark = (small < np.maximum(paper, _DARKER) - np.uint8(_DARKER)).astype(np.uint8) * np.uint8(255)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    return Ink(dark, np.asarray(labels, np.int32), np.asarray(stats, np.int32), scale)


def runs(mask: Image, length: int, *, down: bool) -> Image:
    """What of a mask (0 and 255) lies in straight runs of at least `length` pixels: a morphological opening.

    By doubling: for runs of 150 pixels it takes eight passes, where OpenCV's filter takes as many steps as pixels.
    """
    lines = mask.T if down else mask
    kept, have = lines, 1
    if length > lines.shape[1]:
        return np.zeros_like(mask)
    while have < length:
        step = min(have, length - have)
        kept = kept[:, :-step] & kept[:, step:]
        have += step
    full = np.zeros(lines.shape, np.uint8) if not down else np.zeros(mask.shape, np.uint8).T
    if kept.any():
        full[:, : kept.shape[1]] = kept
        have = 1
        while have < length:
            step = min(have, length - have)
            full[:, step:] |= full[:, :-step]
            have += step
    return full.T if down else full


def pieces(mask: Image, scale: float) -> list[Box]:
    """Boxes of the connected pieces of a mask, in pixels of the page."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    parts = stats[1:count, :4].astype(float) / scale
    return [Box(float(x), float(y), float(x + w), float(y + h)) for x, y, w, h in parts]
