"""Where a page already has ink: it is rendered small, and what differs from the paper around it counts.

This works for scans as for born-digital pages: the paper may be yellow, grey or uneven.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Final

import numpy as np
import numpy.typing as npt

from digidoc.pdf.geometry import PageBox, Rectangle
from digidoc.pdf.pdfium import PdfiumPage

# The short side of the rendered page: 0.7 mm a pixel on A4, where 10 pt type is five pixels high.
_SHORT: Final = 300
_LONGEST: Final = 6000  # pixels of a strip many times longer than wide
_TILE: Final = 24  # pixels: the paper's colour is taken from tiles of this size, and their neighbours
_PAPER_RANK: Final = 0.75  # in a tile sorted from dark to light: lighter than type, darker than glare
_CONTRAST: Final = 28  # of 255: pencil on paper
_NOISE: Final = 6  # times the median deviation of a noisy scan
_DARK: Final = 110  # of 255: on such a ground neither black type nor a blue signature can be read

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ink:
    """The upper part of a page as displayed, in small squares.

    Attributes:
        mask: True where there is ink; rows from the top, columns from the left.
        scale: squares a user space unit.

    """

    mask: Mask
    scale: float

    def covers(self, rect: Rectangle) -> bool:
        """Whether there is ink within a rectangle: left, top, right, bottom as displayed, user space units."""
        left, top, right, bottom = self._squares(rect)
        return bool(self.mask[top:bottom, left:right].any())

    def with_taken(self, rectangles: Iterable[Rectangle]) -> "Ink":
        """The same with rectangles (as displayed) that count as ink too."""
        mask = self.mask.copy()
        for rect in rectangles:
            left, top, right, bottom = self._squares(rect)
            mask[top:bottom, left:right] = True
        return replace(self, mask=mask)

    def _squares(self, rect: Rectangle) -> tuple[int, int, int, int]:
        left, top, right, bottom = (edge * self.scale for edge in rect)
        return max(floor(left), 0), max(floor(top), 0), max(ceil(right), 0), max(ceil(bottom), 0)


def see_ink(page: PdfiumPage, box: PageBox, share: float = 1.0) -> Ink:
    """Render the upper `share` of a page and find its ink.

    Args:
        page: as pdfium has opened it; as long as it stays open, its pictures are decoded once.
        box: how the page is shown.
        share: of its height, 0 to 1; the rest is not rendered.

    Raises:
        PdfiumError: the page cannot be rendered.

    """
    width, height = box.displayed
    scale = min(_SHORT / min(width, height), _LONGEST / max(width, height))
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    return Ink(find_ink(page.render_top(across, down, max(1, ceil(down * share)))), scale)


def find_ink(pixels: npt.NDArray[np.uint8]) -> Mask:
    """Which pixels differ from the paper around them, or are too dark to be written on.

    Args:
        pixels: rows x columns x 3, any order of the colours.

    """
    paper = _paper(pixels)
    deviation = np.abs(pixels.astype(np.int16) - paper).max(axis=2)
    threshold = max(_CONTRAST, _NOISE * float(np.median(deviation)))
    ink: Mask = (deviation > threshold) | (pixels.max(axis=2) < _DARK)
    return _without_dust(ink)


def _paper(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.int16]:
    """The colour of the paper at each pixel: that of its tile and the tiles around it."""
    rows, columns = pixels.shape[:2]
    down, across = -(-rows // _TILE), -(-columns // _TILE)
    padded = np.pad(pixels, ((0, down * _TILE - rows), (0, across * _TILE - columns), (0, 0)), mode="edge")
    tiles = padded.reshape(down, _TILE, across, _TILE, 3).swapaxes(1, 2).reshape(down, across, _TILE * _TILE, 3)
    rank = int(_TILE * _TILE * _PAPER_RANK)
    light = np.partition(tiles, rank, axis=2)[:, :, rank]
    around = np.pad(light, ((1, 1), (1, 1), (0, 0)), mode="edge")
    nine = np.stack([around[y : y + down, x : x + across] for y in range(3) for x in range(3)])
    smooth = np.median(nine, axis=0).astype(np.int16)
    paper: npt.NDArray[np.int16] = smooth.repeat(_TILE, axis=0).repeat(_TILE, axis=1)[:rows, :columns]
    return paper


def _without_dust(ink: Mask) -> Mask:
    """Single pixels without a neighbour are specks of the scanner."""
    rows, columns = ink.shape
    around = np.pad(ink, 1).astype(np.uint8)
    sums = sum(around[y : y + rows, x : x + columns] for y in range(3) for x in range(3))
    return ink & (np.asarray(sums) > 1)
