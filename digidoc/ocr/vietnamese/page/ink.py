"""Where a level page has ink, in a copy of moderate size: what tables, check boxes and the search for lost ink need."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.page.pieces import pieces_of
from digidoc.ocr.vietnamese.page.shrink import halved, within


class _Copy:
    """The copy that is looked at."""

    SIDE: Final = 1750  # pixels of its longer side at most (A4: 150 dpi)
    NEAR: Final = 1.15  # times as large at most, where that spares shrinking by other than halves


class _Dark:
    """What is ink: pale print and print in shadow too."""

    DARKER: Final = 24  # grey levels darker than the paper around
    AROUND: Final = 0.034  # share of the longer side: the square whose mean is the paper around (10 mm on A4)
    SPECK: Final = 4  # pixels of the copy (0.7 mm on A4): a lower piece is a speck


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
        high = high[high >= _Dark.SPECK]
        return float(np.median(high)) / self.scale if len(high) else 0.0

    def area(self) -> Box:
        """The box, in pixels of the page, around all ink except specks and what reaches in from the edges.

        Shadows and the table under the paper reach in from the edges. Where there is no other ink it is the whole page.
        """
        height, width = self.dark.shape
        left, top, wide, high = self.stats[1:, :4].T
        right, bottom = left + wide, top + high
        inside = (left > 0) & (top > 0) & (right < width) & (bottom < height)
        inside &= np.maximum(wide, high) >= _Dark.SPECK
        if not inside.any():
            return Box(0.0, 0.0, width / self.scale, height / self.scale)
        edges = (left[inside].min(), top[inside].min(), right[inside].max(), bottom[inside].max())
        return Box(*(float(edge) / self.scale for edge in edges))


def find_ink(gray: Image) -> Ink:
    """The ink of a level page, [height, width] uint8."""
    small, scale = _copy(gray)
    around = max(3, round(max(small.shape) * _Dark.AROUND)) | 1
    paper = cv2.blur(small, (around, around))
    dark = np.asarray(cv2.threshold(cv2.subtract(paper, small), _Dark.DARKER, 255, cv2.THRESH_BINARY)[1], np.uint8)
    found = pieces_of(dark)
    return Ink(dark, found.labels, found.stats, scale)


def _copy(gray: Image) -> tuple[Image, float]:
    """The page halved, or at the wanted size, or itself, whichever is nearest to the wanted size; and its scale."""
    scale = 1.0
    while max(gray.shape) >= 2 * _Copy.SIDE / _Copy.NEAR and min(gray.shape) > 1:
        gray, scale = halved(gray), scale / 2
    if max(gray.shape) <= _Copy.SIDE * _Copy.NEAR:
        return gray, scale
    small = np.asarray(cv2.resize(gray, within(gray, _Copy.SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)
    return small, scale * max(small.shape) / max(gray.shape)
