"""Small copies of a page, for what needs no fine detail: skew, orientation, the brightness of paper, the detector."""

import cv2
import numpy as np

from digidoc.ocr.engine import Image


def shrunk(gray: Image, size: tuple[int, int]) -> Image:
    """The page at `size` (width, height) pixels, each the mean of those it covers; never larger than it was.

    Halving costs a thirtieth of shrinking to any other size, so that it is done first as often as it can be.
    """
    width, height = (max(1, side) for side in size)
    while gray.shape[1] >= 2 * width and gray.shape[0] >= 2 * height:
        gray = halved(gray)
    if gray.shape[1] <= width and gray.shape[0] <= height:
        return gray
    return np.asarray(cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def halved(gray: Image) -> Image:
    """The page at half its size; an odd last row or column is left out. At least 2 x 2 pixels go in."""
    height, width = gray.shape
    even = gray[: height // 2 * 2, : width // 2 * 2]
    return np.asarray(cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)


def within(gray: Image, side: int) -> tuple[int, int]:
    """Width and height of the page shrunk so that the longer side has at most `side` pixels."""
    scale = min(1.0, side / max(gray.shape))
    return max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale))
