"""Which pieces of ink belong to a signature, a seal, a picture, a shadow: they are not taken for lost print."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.vietnamese.find.tables import Rulings
from digidoc.ocr.vietnamese.page.ink import Ink

# Ink as high as this (heights of a line) is drawn, or as wide as that and higher than an underline.
_HIGH: Final = 2.2
_WIDE: Final = 4.4
_UNDERLINE: Final = 0.5
# Up to this share of the page's longer side (6 cm on A4: a seal, a signature) all that a drawing surrounds is part of
# it. A frame, a fold or the edge of the paper surrounds the whole page: there only what is near its ink.
_SURROUNDS: Final = 0.2
# So far from a drawing (heights of a line) ink is still part of it: of a whole row of print, for the name under a
# signature is not much farther; of single words, for strokes and the letters of seals are taken for them.
ROW_NEAR: Final = 0.4
SEAL_NEAR: Final = 1.0
# Every second pixel is enough to tell what is near.
_STEP: Final = 2


def is_drawn(
    parts: NDArray[np.float64], ink: Ink, height: float, rulings: Rulings, boxes: Sequence[Box], *, near: float
) -> NDArray[np.bool_]:
    """Which parts belong to a drawing.

    Args:
        parts: left, top, right, bottom, pixels of the page, [parts, 4].
        ink: of the level page.
        height: of a usual line, pixels of the page.
        rulings: with the tables, whose rulings are no drawings.
        boxes: of the words that were read; ink that has its middle in one (a line struck through, a stamp) is none.
        near: how far from a drawing ink is still part of it, heights of a line.

    """
    drawn = np.zeros(len(parts), bool)
    unit = height * ink.scale
    wide, high = ink.stats[:, 2], ink.stats[:, 3]
    large = (high > _HIGH * unit) | ((wide > _WIDE * unit) & (high > _UNDERLINE * unit))
    large[0] = False
    large[large] = ~_in_boxes(ink.stats[large, :4] / ink.scale, boxes)
    surrounding = large & (np.maximum(wide, high) <= _SURROUNDS * ink.side)
    x0, y0, x1, y1 = parts.T
    for x, y, width, tall, _ in ink.stats[surrounding] / ink.scale:
        apart = np.maximum(np.maximum(x0 - x - width, x - x1), np.maximum(y0 - y - tall, y - y1))
        drawn |= apart < near * height
    if (large & ~surrounding).any() and len(parts):
        drawn |= _is_near(parts * (ink.scale / _STEP), large & ~surrounding, ink, near * unit / _STEP, rulings)
    return drawn


def _in_boxes(stats: NDArray[np.float64], boxes: Sequence[Box]) -> NDArray[np.bool_]:
    x, y = (stats[:, at, None] + stats[:, at + 2, None] / 2 for at in (0, 1))
    x0, y0, x1, y1 = np.array(boxes, float).reshape(-1, 4).T
    return np.asarray(((x > x0) & (x < x1) & (y > y0) & (y < y1)).any(axis=1), bool)


def _is_near(
    parts: NDArray[np.float64], large: NDArray[np.bool_], ink: Ink, reach: float, rulings: Rulings
) -> NDArray[np.bool_]:
    """Which parts have ink of the large pieces at their middle or within `reach`; all in pixels of the small copy."""
    mask = large[ink.labels[::_STEP, ::_STEP]] & (rulings.owner[::_STEP, ::_STEP] >= 0)
    around = np.ones((2 * max(1, round(reach)) + 1,) * 2, np.uint8)
    near = cv2.dilate(mask.astype(np.uint8), around) > 0
    rows = np.clip((parts[:, 1] + parts[:, 3]) / 2, 0, near.shape[0] - 1).astype(int)
    columns = np.clip((parts[:, 0] + parts[:, 2]) / 2, 0, near.shape[1] - 1).astype(int)
    return np.asarray(near[rows, columns], bool)
