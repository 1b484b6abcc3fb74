"""Pixels of a PDF page: how many, and the page's one image laid where the page shows it."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.pdf.geometry import Matrix
from digidoc.pdf.image.pixels import MAX_PIXELS, is_grey
from digidoc.pdf.pdfium import PdfiumError, PdfiumPage

PAGE_DPI = 300.0
_MAX_DPI = 600.0
_COLOURLESS = 8  # what rounding and smoothing leave on a page without colour


def render(page: PdfiumPage, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The page with annotations and filled forms at `size` pixels: HxW grey if it has no colour, else HxWx3 RGB."""
    width, height = page.size
    # pdfium takes one scale; a page whose pixels are not square is stretched afterwards.
    array = page.render(max(size[0] / width, size[1] / height))
    if (array.shape[1], array.shape[0]) != size:
        array = cv2.resize(array, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return array[:, :, 1].copy() if is_grey(array, slack=_COLOURLESS) else array


def render_size(points: tuple[float, float], dpi: tuple[float, float]) -> tuple[int, int]:
    """Pixels of a page of that size at that resolution, within 600 dpi and 40 megapixels."""
    width, height = (side / 72 * min(each, _MAX_DPI) for side, each in zip(points, dpi, strict=True))
    scale = min(1.0, math.sqrt(MAX_PIXELS / max(1.0, width * height)))
    return max(1, int(width * scale + 0.5)), max(1, int(height * scale + 0.5))


def only_image(page: PdfiumPage) -> NDArray[np.uint8] | None:
    """The decoded pixels of the last image on the page as stored: HxW or HxWx3; None when pdfium cannot say."""
    try:
        pixels = page.last_image()
    except PdfiumError:
        return None
    if pixels is None or pixels.ndim == 2:  # noqa: PLR2004
        return pixels
    return pixels[:, :, 1].copy() if is_grey(pixels, slack=0) else pixels


def upright(pixels: NDArray[np.uint8], placed: Matrix) -> NDArray[np.uint8]:
    """The pixels turned and mirrored as the matrix (to the page as displayed, y upwards) shows them."""
    a, b, c, d = placed[:4]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        flips = (d < 0, a < 0)
    else:
        pixels = np.swapaxes(pixels, 0, 1)
        flips = (b > 0, c > 0)
    pixels = pixels[::-1] if flips[0] else pixels
    pixels = pixels[:, ::-1] if flips[1] else pixels
    return np.ascontiguousarray(pixels)


def on_page(pixels: NDArray[np.uint8], left: int, top: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The pixels laid on white paper of `size` with their corner at (left, top), what sticks out cut off."""
    height, width = pixels.shape[:2]
    if (left, top, width, height) == (0, 0, *size):
        return pixels
    paper = np.full((size[1], size[0], *pixels.shape[2:]), 255, dtype=np.uint8)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(size[0], left + width), min(size[1], top + height)
    if x1 > x0 and y1 > y0:
        paper[y0:y1, x0:x1] = pixels[y0 - top : y1 - top, x0 - left : x1 - left]
    return paper
