"""Taking out of the picture what is ink but no text: dotted leaders of forms and the rulings of tables."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.ocr.engines import Image
from digidoc.ocr.engines.ink import runs

# A leader's dot is at most so large against the height of a line, and a leader has at least so many dots.
_DOT: Final = 0.22
_DOTS: Final = 6
# The next dot follows within this share of the height of a line.
_GAP: Final = 0.75
# A leader goes on under text: its next dot is seen within so many line heights, so nearly a whole number of pitches
# further on, at the same level (share of the line height).
_HIDDEN: Final = 5.0
_OFF_PITCH: Final = 0.22
_LEVEL: Final = 0.06
# Dots of one leader are alike in height by this share of the greatest dot; a colon's upper dot stands so far above.
_ALIKE: Final = 0.15
_COLON: Final = (0.15, 0.6)
# A dot with strokes so near at both sides (share of the line height) may part the thousands of a number.
_CLOSE: Final = 0.14
# A ruling is a straight stroke at least so many line heights long.
_RULE_ACROSS: Final = 5.0
_RULE_DOWN: Final = 2.5
_DARK: Final = 160
# Lines lower than this (pixels) have dots too small to be seen at half the size; there a dot is half as dark.
_FINE: Final = 24
_DARK_HALF: Final = 205


def without_leaders(gray: Image, line_height: float) -> Image:
    """A copy of the level page with dotted leaders and rulings painted white.

    Args:
        gray: level page.
        line_height: usual height of a line, pixels; it sets what is small and what is long.

    """
    dark = np.asarray(cv2.threshold(gray, _DARK, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    erase = _rulings(dark, line_height)
    dark[erase > 0] = 0
    if _has_leaders(gray, line_height):
        erase |= _leaders(dark, line_height)
    if not erase.any():
        return gray
    clean = gray.copy()
    clean[cv2.dilate(erase, np.ones((3, 3), np.uint8)) > 0] = 255
    return clean


def _rulings(dark: Image, line_height: float) -> Image:
    across = runs(dark, max(15, round(line_height * _RULE_ACROSS)), down=False)
    return across | runs(dark, max(15, round(line_height * _RULE_DOWN)), down=True)


def _has_leaders(gray: Image, line_height: float) -> bool:
    """Whether a copy of half the size shows rows of dots: most pages have none, and looking closer is slow."""
    if line_height < _FINE:
        return True
    half = cv2.resize(gray, (gray.shape[1] // 2, gray.shape[0] // 2), interpolation=cv2.INTER_AREA)
    dark = np.asarray(cv2.threshold(half, _DARK_HALF, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    size = max(3.0, line_height * _DOT / 2)
    dots = np.flatnonzero((stats[:, cv2.CC_STAT_WIDTH] <= size) & (stats[:, cv2.CC_STAT_HEIGHT] <= size))
    return bool(_chains(dots, np.asarray(centres, np.float64), line_height * _GAP / 2, max(1.5, size / 2)))


def _leaders(dark: Image, line_height: float) -> Image:
    count, labels, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    size = max(3.0, line_height * _DOT)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    dots = np.flatnonzero((width <= size) & (height <= size) & (np.arange(count) > 0))
    chains = _chains(dots, np.asarray(centres, np.float64), line_height * _GAP, max(2.0, size / 2))
    if not chains:
        return np.zeros_like(dark)
    wanted = np.zeros(count, np.uint8)
    for chain in chains:
        wanted[chain] = 255
        like = dots[np.abs(height[dots] - np.median(height[chain])) <= max(1.0, _ALIKE * size)]
        under = _under_text(chain, like, np.asarray(centres, np.float64), line_height)
        wanted[[dot for dot in under if not _is_separator(dark, stats[dot], line_height)]] = 255
    return np.asarray(wanted[labels], np.uint8)


def _is_separator(dark: Image, dot: NDArray[np.int32], line_height: float) -> bool:
    """Whether a dot stands as close between two strokes as the points in 1.250.000 do."""
    x, y, width, height = (int(v) for v in dot[:4])
    near, rise = max(2, round(_CLOSE * line_height)), round(0.3 * line_height)
    band = dark[max(0, y - rise) : y + height]
    return bool(band[:, max(0, x - near) : x].any() and band[:, x + width : x + width + near].any())


def _under_text(
    chain: NDArray[np.intp], dots: NDArray[np.intp], places: NDArray[np.float64], line_height: float
) -> list[int]:
    """Dots of a leader that goes on under what is written on it.

    They keep their pitch: the next one that is seen lies a whole number of pitches further on. The lower dot of a
    colon, which ends the label before the leader, stays.
    """
    found: list[int] = []
    pitch = float(np.median(np.diff(places[chain, 0])))
    level = float(np.median(places[chain, 1]))
    if pitch < 2:  # noqa: PLR2004 (pixels: no pitch to count in)
        return found
    near = dots[np.abs(places[dots, 1] - level) < max(1.5, _LEVEL * line_height)]
    above = dots[
        (places[dots, 1] < level - _COLON[0] * line_height) & (places[dots, 1] > level - _COLON[1] * line_height)
    ]
    for end, onward in ((int(chain[0]), -1), (int(chain[-1]), 1)):
        ahead = near[(places[near, 0] - places[end, 0]) * onward > pitch / 2]
        at = places[end, 0]
        for dot in ahead[np.argsort(places[ahead, 0] * onward)]:
            pitches = abs(places[dot, 0] - at) / pitch
            colon = bool((np.abs(places[above, 0] - places[dot, 0]) < pitch / 2).any())
            if colon or pitches * pitch > _HIDDEN * line_height:
                break
            if abs(pitches - round(pitches)) <= _OFF_PITCH:
                found.append(int(dot))
                at = places[dot, 0]
    return found


def _chains(dots: NDArray[np.intp], centres: NDArray[np.float64], gap: float, level: float) -> list[NDArray[np.intp]]:
    """The dots in rows of at least `_DOTS`, left to right, each within `gap` of the last, none off it by `level`."""
    if len(dots) < _DOTS:
        return []
    band = np.round(centres[dots, 1] / (2 * level))
    found: list[NDArray[np.intp]] = []
    # A row that lies across the border of two bands is met whole in the second pass, whose bands are moved by half.
    for rows in (band, np.round(centres[dots, 1] / (2 * level) + 0.5)):
        order = np.lexsort((centres[dots, 0], rows))
        row, x, y = rows[order], centres[dots[order], 0], centres[dots[order], 1]
        broken = (np.diff(row) != 0) | (np.diff(x) > gap) | (np.abs(np.diff(y)) > level)
        chains = np.split(order, np.flatnonzero(broken) + 1)
        found.extend(dots[chain] for chain in chains if len(chain) >= _DOTS)
    return [_after_colon(chain, dots, centres, gap) for chain in found]


def _after_colon(
    chain: NDArray[np.intp], dots: NDArray[np.intp], centres: NDArray[np.float64], gap: float
) -> NDArray[np.intp]:
    """The leader without its first dot if that is the lower dot of the label's colon."""
    x, y = centres[chain[0]]
    dx, up = np.abs(centres[dots, 0] - x), y - centres[dots, 1]
    return chain[1:] if bool(((dx < gap / 8) & (up > gap / 5) & (up < gap)).any()) else chain
