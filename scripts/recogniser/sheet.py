"""A strip of paper with one line on it, and drawing on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


@dataclass(slots=True)
class Sheet:
    """A line with room around it.

    Attributes:
        ink: 0 paper to 255 black, [rows, pixels].
        base: row of the base line.
        em: pixels.
        left: pixel where the line begins, handwriting before it included.
        right: pixel where it ends, handwriting behind it included.
        end: pixel where the print ends.
        top: first row with print.
        bottom: row below the last one with print.

    """

    ink: Picture
    base: int
    em: int
    left: int
    right: int
    end: float
    top: int
    bottom: int


@contextmanager
def layer(ink: Picture) -> Iterator[Picture]:
    """An empty layer to draw on; the darker of it and what was there stays, so that no stroke makes print paler."""
    drawn = np.zeros_like(ink)
    yield drawn
    np.maximum(ink, drawn, out=ink)


def lay(ink: Picture, strip: Picture, top: int, left: int) -> None:
    """Put a strip there, as far as it is on the paper; the darker of both stays."""
    height, width = ink.shape
    y0, y1 = max(0, top), min(height, top + strip.shape[0])
    x0, x1 = max(0, left), min(width, left + strip.shape[1])
    if y0 < y1 and x0 < x1:
        part = ink[y0:y1, x0:x1]
        np.maximum(part, strip[y0 - top : y1 - top, x0 - left : x1 - left], out=part)
