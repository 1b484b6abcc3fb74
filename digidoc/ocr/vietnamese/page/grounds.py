"""Shaded and hatched grounds, as under the heads of tables, made white before anything else looks at the page.

A ground is a rectangle that has no white in it for millimetres, at one level of grey when seen from afar. Print on it
is darker, or has thicker strokes than the hatching; rulings are longer.
"""

from typing import Final

import cv2
import numpy as np

from digidoc.ocr.engine import Image


class _Square:
    """The page is looked at in squares."""

    COUNT: Final = 297  # along its longer side (1 mm each on A4)
    LEAST: Final = 2  # pixels of a side


class _Ground:
    """What is a ground; lengths in squares."""

    WHITE_WITHIN: Final = 5  # print has white between its lines and words within this distance; a ground has none
    DARKER: Final = 24  # grey levels by which it is darker than the paper, at least
    BLACK: Final = 90  # grey level: what is darker than this is no ground
    WIDE: Final = 10  # least width
    HIGH: Final = 5  # least height
    FULL: Final = 0.85  # share of its rectangle that it fills at least
    EVEN: Final = 14.0  # grey levels by which it differs in itself at most, between the percentiles
    PERCENTILES: Final = (5, 60)  # from the darkest on: at its edges squares are half paper
    PAPER: Final = 90  # percentile of the page that is the paper's grey


class _Hatching:
    """A ground drawn by thin strokes or dots."""

    LIGHT: Final = 25  # grey levels by which its light pixels are lighter than the ground on average
    SHARE: Final = 0.25  # of its pixels that are light, at least
    THIN: Final = 0.34  # squares: its strokes are thinner (0.34 mm on A4), those of print are thicker
    RULING: Final = 5.0  # squares: rulings are straight for as long


class _Print:
    """The print on a ground."""

    DARKEST: Final = 3  # percentile of the ground's grey levels that becomes black
    NOISE: Final = 12  # grey levels: what is darker than the ground's median by less becomes white


def without_grounds(gray: Image) -> Image:
    """The page, [height, width] uint8, its grounds painted white, what is printed on them kept; itself without any."""
    square = max(_Square.LEAST, round(max(gray.shape) / _Square.COUNT))
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
    around = np.ones((_Ground.WHITE_WITHIN, _Ground.WHITE_WITHIN), np.uint8)
    ground = np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, around), np.uint8)
    paper = int(np.percentile(small, _Ground.PAPER))
    shaded = ((ground < paper - _Ground.DARKER) & (ground > _Ground.BLACK)).astype(np.uint8)
    if not shaded.any():
        return []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(shaded, connectivity=4)
    found = []
    for at in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[at])
        if wide < _Ground.WIDE or high < _Ground.HIGH or area < _Ground.FULL * wide * high:
            continue
        if float(np.ptp(np.percentile(ground[labels == at], _Ground.PERCENTILES))) <= _Ground.EVEN:
            rows = slice(max(0, (y - 1) * square), (y + high + 1) * square)
            found.append((rows, slice(max(0, (x - 1) * square), (x + wide + 1) * square)))
    return found


def _whitened(part: Image, square: int) -> Image:
    """A ground made white, with the print on it kept."""
    inner = part[2 * square : -2 * square, 2 * square : -2 * square]
    if float((inner > inner.mean() + _Hatching.LIGHT).mean()) > _Hatching.SHARE:
        thin, long = max(2, round(square * _Hatching.THIN)), round(square * _Hatching.RULING)
        part = np.minimum.reduce([_without(part, shape) for shape in ((thin, thin), (1, long), (long, 1))])
        inner = part[2 * square : -2 * square, 2 * square : -2 * square]
    low, high = float(np.percentile(inner, _Print.DARKEST)), float(np.median(inner)) - _Print.NOISE
    if high - low < _Hatching.LIGHT:  # a ground with nothing on it
        return np.full_like(part, 255)
    return np.asarray(np.clip((part.astype(np.float32) - low) * (255.0 / (high - low)), 0, 255), np.uint8)


def _without(part: Image, shape: tuple[int, int]) -> Image:
    """The picture without what is dark and does not hold a rectangle of (height, width) pixels."""
    return np.asarray(cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones(shape, np.uint8)), np.uint8)
