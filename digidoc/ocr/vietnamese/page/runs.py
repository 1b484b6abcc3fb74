"""Straight strokes in a mask: what of it lies in long runs across or down."""

from typing import Final

import cv2
import numpy as np

from digidoc.ocr.engine import Image

# Pixels: up to this length runs across, and runs down, are looked for by OpenCV's own filter, which is quicker down.
_BY_FILTER: Final = (32, 128)
_NO_INK: Final = cv2.BORDER_CONSTANT


def runs(mask: Image, length: int, *, down: bool) -> Image:
    """What of a mask (0 and 255) lies in straight runs of at least `length` pixels: a morphological opening.

    By doubling, for OpenCV's filter takes as many steps as a run has pixels; and only in the rows (columns) where there
    is a shorter run at all, which on a page of text are few.
    """
    have = min(length, _BY_FILTER[down])
    shape = np.ones((have, 1) if down else (1, have), np.uint8)
    ends = (0, have - 1) if down else (have - 1, 0)
    starts = np.asarray(cv2.erode(mask, shape, anchor=(0, 0), borderType=_NO_INK, borderValue=(0.0,)), np.uint8)
    if have == length:
        return np.asarray(cv2.dilate(starts, shape, anchor=ends, borderType=_NO_INK, borderValue=(0.0,)), np.uint8)
    full = np.zeros_like(mask)
    lanes = np.flatnonzero(starts.max(axis=0 if down else 1))
    if length > mask.shape[0 if down else 1] or not len(lanes):
        return full
    wide = _long_ones(np.ascontiguousarray(starts[:, lanes].T if down else starts[lanes]), have, length)
    if wide is None:
        return full
    if down:
        full[:, lanes] = wide.T
    else:
        full[lanes] = wide
    return full


def _long_ones(starts: Image, have: int, length: int) -> Image | None:
    """The runs across of at least `length` pixels; None where there is no such run.

    Args:
        starts: 255 where a run of `have` pixels begins.
        have: pixels.
        length: pixels, no shorter than `have`.

    """
    size = starts.shape
    while have < length:
        step = min(have, length - have)
        starts = starts[:, :-step] & starts[:, step:]
        have += step
    if not starts.any():
        return None
    wide = np.zeros(size, np.uint8)
    wide[:, : starts.shape[1]] = starts
    have = 1
    while have < length:
        step = min(have, length - have)
        wide[:, step:] |= wide[:, :-step]
        have += step
    return wide
