"""Shaded and hatched grounds, as under the heads of tables, made white before anything else looks at the page.

A ground is a rectangle that has no white in it for millimetres, at one level of grey when seen from afar. Print on it
is darker, or of thicker strokes than the hatching; rulings are longer.
"""

from typing import Final

import cv2
import numpy as np

from digidoc.ocr.engine import Image

# The page is looked at in squares of its longer side over this (1 mm on A4).
_SQUARES: Final = 297
# Print has white between its lines and words within so many squares.
_WHITE_WITHIN: Final = 5
# A ground is so much darker than the paper and lighter than that, at least so many squares wide and high, fills so much
# of its rectangle, and most of it differs so little in itself (grey levels).
_DARKER: Final = 24
_BLACK: Final = 90
_WIDE: Final = 10
_HIGH: Final = 5
_FULL: Final = 0.85
_EVEN: Final = 14.0
# Of a ground, darkest first, between these hundredths; at its edges squares are half paper.
_MOST: Final = (5, 60)
# Hatching leaves so many of its pixels so much lighter than the ground is on average.
_LIGHT: Final = 25
_HATCHED: Final = 0.25
# Strokes of hatching are thinner than this share of a square (0.34 mm on A4).
_THIN: Final = 0.34
# Rulings are straight for so many squares.
_RULING: Final = 5.0
# Paper is what is darker than the ground by less than this; print what is among the darkest in a hundred.
_NOISE: Final = 12
_PRINT: Final = 3


def without_grounds(gray: Image) -> Image:
    """The page, [height, width] uint8, its grounds painted white, what is printed on them kept; itself without any."""
    square = max(2, round(max(gray.shape) / _SQUARES))
    boxes = _grounds(gray, square)
    if not boxes:
        return gray
    clean = gray.copy()
    for box in boxes:
        clean[box] = _whitened(gray[box], square)
    return clean


def _grounds(gray: Image, square: int) -> list[tuple[slice, slice]]:
    """Rows and columns of the grounds, with a square of what is around them."""
    size = (max(1, gray.shape[1] // square), max(1, gray.shape[0] // square))
    small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    around = np.ones((_WHITE_WITHIN, _WHITE_WITHIN), np.uint8)
    ground = np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, around), np.uint8)
    paper = int(np.percentile(small, 90))
    shaded = ((ground < paper - _DARKER) & (ground > _BLACK)).astype(np.uint8)
    if not shaded.any():
        return []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(shaded, connectivity=4)
    found = []
    for at in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[at])
        if wide < _WIDE or high < _HIGH or area < _FULL * wide * high:
            continue
        if float(np.ptp(np.percentile(ground[labels == at], _MOST))) <= _EVEN:
            rows = slice(max(0, (y - 1) * square), (y + high + 1) * square)
            found.append((rows, slice(max(0, (x - 1) * square), (x + wide + 1) * square)))
    return found


def _whitened(part: Image, square: int) -> Image:
    inner = part[2 * square : -2 * square, 2 * square : -2 * square]
    if float((inner > inner.mean() + _LIGHT).mean()) > _HATCHED:
        thin, long = max(2, round(square * _THIN)), round(square * _RULING)
        part = np.minimum.reduce([_without(part, shape) for shape in ((thin, thin), (1, long), (long, 1))])
        inner = part[2 * square : -2 * square, 2 * square : -2 * square]
    low, high = float(np.percentile(inner, _PRINT)), float(np.median(inner)) - _NOISE
    if high - low < _LIGHT:  # a ground with nothing on it
        return np.full_like(part, 255)
    return np.asarray(np.clip((part.astype(np.float32) - low) * (255.0 / (high - low)), 0, 255), np.uint8)


def _without(part: Image, shape: tuple[int, int]) -> Image:
    """The picture without what is dark and does not hold a rectangle of (height, width) pixels."""
    return np.asarray(cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones(shape, np.uint8)), np.uint8)
