"""Which pieces of ink belong to a signature, a seal, a picture, a shadow: they are not taken for lost print."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.vietnamese.find.page_ink import PageInk


class _Drawing:
    """What counts as drawn rather than printed; heights of a usual line unless said otherwise."""

    HIGH: Final = 2.2  # ink as high as this is drawn
    WIDE: Final = 4.4  # ink as wide as this is drawn too, if it is higher than an underline
    UNDERLINE: Final = 0.5
    # Share of the page's longer side (6 cm on A4: a seal, a signature): up to this size all that a drawing surrounds is
    # part of it. A frame, a fold or the edge of the paper surrounds the whole page: of these only the ink nearby is.
    SURROUNDS: Final = 0.2


class Near:
    """How far from a drawing ink is still part of it, heights of a usual line."""

    ROW: Final = 0.4  # of a whole row of print: the name under a signature is not much farther
    WORD: Final = 1.0  # of single words: strokes of a signature and the letters of a seal are taken for words


# Pixels of the small copy: every second one is enough to see what is near.
_STEP: Final = 2


def is_drawn(
    page: PageInk, parts: NDArray[np.float64], height: float, boxes: Sequence[Box], *, near: float
) -> NDArray[np.bool_]:
    """Which parts belong to a drawing.

    Args:
        page: its ink; the rulings of its tables are no drawings.
        parts: left, top, right, bottom, pixels of the page, [parts, 4].
        height: of a usual line, pixels of the page.
        boxes: of the words that were read: a piece of ink with its middle in one (a line struck through, a stamp) is no
            drawing.
        near: how far from a drawing ink is still part of it, heights of a line (see `Near`).

    """
    ink = page.ink
    drawn = np.zeros(len(parts), bool)
    unit = height * ink.scale
    wide, high = ink.stats[:, 2], ink.stats[:, 3]
    large = (high > _Drawing.HIGH * unit) | ((wide > _Drawing.WIDE * unit) & (high > _Drawing.UNDERLINE * unit))
    large[0] = False
    large[large] = ~_in_boxes(ink.stats[large, :4] / ink.scale, boxes)
    surrounding = large & (np.maximum(wide, high) <= _Drawing.SURROUNDS * ink.side)
    x0, y0, x1, y1 = parts.T
    for x, y, width, tall, _ in ink.stats[surrounding] / ink.scale:
        apart = np.maximum(np.maximum(x0 - x - width, x - x1), np.maximum(y0 - y - tall, y - y1))
        drawn |= apart < near * height
    if (large & ~surrounding).any() and len(parts):
        drawn |= _is_near(page, parts * (ink.scale / _STEP), large & ~surrounding, near * unit / _STEP)
    return drawn


def _in_boxes(stats: NDArray[np.float64], boxes: Sequence[Box]) -> NDArray[np.bool_]:
    """Which pieces of ink have their middle in one of the boxes."""
    x, y = (stats[:, at, None] + stats[:, at + 2, None] / 2 for at in (0, 1))
    x0, y0, x1, y1 = np.array(boxes, float).reshape(-1, 4).T
    return np.asarray(((x > x0) & (x < x1) & (y > y0) & (y < y1)).any(axis=1), bool)


def _is_near(page: PageInk, parts: NDArray[np.float64], large: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    """Which parts have ink of the large pieces at their middle or within `reach`; all in pixels of every `_STEP`."""
    mask = large[page.ink.labels[::_STEP, ::_STEP]] & (page.rulings.owner[::_STEP, ::_STEP] >= 0)
    around = np.ones((2 * max(1, round(reach)) + 1,) * 2, np.uint8)
    near = cv2.dilate(mask.astype(np.uint8), around) > 0
    rows = np.clip((parts[:, 1] + parts[:, 3]) / 2, 0, near.shape[0] - 1).astype(int)
    columns = np.clip((parts[:, 0] + parts[:, 2]) / 2, 0, near.shape[1] - 1).astype(int)
    return np.asarray(near[rows, columns], bool)
