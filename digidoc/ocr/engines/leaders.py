"""Taking out of the picture what is ink but no text: dotted leaders of forms and the rulings of tables."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.ocr.engines import Image

# A leader's dot is at most so large against the height of a line, and a leader has at least so many dots.
_DOT: Final = 0.22
_DOTS: Final = 6
# The next dot follows within this share of the height of a line.
_GAP: Final = 0.75
# A ruling is a straight stroke at least so many line heights long.
_RULE_ACROSS: Final = 5.0
_RULE_DOWN: Final = 2.5
_DARK: Final = 160


def without_leaders(gray: Image, line_height: float) -> Image:
    """A copy of the level page with dotted leaders and rulings painted white.

    Args:
        gray: level page.
        line_height: usual height of a line, pixels; it sets what is small and what is long.

    """
    dark = np.asarray(cv2.threshold(gray, _DARK, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    erase = _rulings(dark, line_height)
    dark[erase > 0] = 0
    erase |= _leaders(dark, line_height)
    if not erase.any():
        return gray
    clean = gray.copy()
    clean[cv2.dilate(erase, np.ones((3, 3), np.uint8)) > 0] = 255
    return clean


def _rulings(dark: Image, line_height: float) -> Image:
    across = np.ones((1, max(15, round(line_height * _RULE_ACROSS))), np.uint8)
    down = np.ones((max(15, round(line_height * _RULE_DOWN)), 1), np.uint8)
    strokes = [np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, shape), np.uint8) for shape in (across, down)]
    return np.bitwise_or(*strokes)


def _leaders(dark: Image, line_height: float) -> Image:
    count, labels, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    size = max(3.0, line_height * _DOT)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    dots = np.flatnonzero((width <= size) & (height <= size) & (np.arange(count) > 0))
    chained = _chains(dots, np.asarray(centres, np.float64), line_height * _GAP, max(2.0, size / 2))
    if not len(chained):
        return np.zeros_like(dark)
    wanted = np.zeros(count, np.uint8)
    wanted[chained] = 255
    return np.asarray(wanted[labels], np.uint8)


def _chains(dots: NDArray[np.intp], centres: NDArray[np.float64], gap: float, level: float) -> NDArray[np.intp]:
    """Indices of the dots that stand in rows of at least `_DOTS`, each within `gap` of the last, none off `level`."""
    if len(dots) < _DOTS:
        return dots[:0]
    band = np.round(centres[dots, 1] / (2 * level))
    found: list[NDArray[np.intp]] = []
    # A row that lies across the border of two bands is met whole in the second pass, whose bands are moved by half.
    for rows in (band, np.round(centres[dots, 1] / (2 * level) + 0.5)):
        order = np.lexsort((centres[dots, 0], rows))
        row, x, y = rows[order], centres[dots[order], 0], centres[dots[order], 1]
        broken = (np.diff(row) != 0) | (np.diff(x) > gap) | (np.abs(np.diff(y)) > level)
        chains = np.split(order, np.flatnonzero(broken) + 1)
        found.extend(dots[chain] for chain in chains if len(chain) >= _DOTS)
    return np.unique(np.concatenate(found)) if found else dots[:0]
