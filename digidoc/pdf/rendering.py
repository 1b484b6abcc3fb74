"""PDF pages as pixels, by pdfium."""

import math

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from digidoc.pdf.content import Matrix
from digidoc.pdf.pixels import MAX_PIXELS, is_grey

PAGE_DPI = 300.0
_MAX_DPI = 600.0
_COLOURLESS = 8  # what rounding and smoothing leave on a page without colour
_MAX_DEPTH = 8


def render(page: pdfium.PdfPage, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The page with annotations and filled forms at `size` pixels: HxW grey if it has no colour, else HxWx3 RGB."""
    width, height = page.get_size()
    # pdfium takes one scale; a page whose pixels are not square is stretched afterwards.
    scale = max(size[0] / width, size[1] / height)
    bitmap = page.render(scale=scale, rev_byteorder=True, fill_color=(255, 255, 255, 255), may_draw_forms=True)
    array = _three_channels(bitmap.to_numpy())
    if (array.shape[1], array.shape[0]) != size:
        array = cv2.resize(array, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return array[:, :, 1].copy() if is_grey(array, slack=_COLOURLESS) else array


def _three_channels(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A copy as RGB: pdfium answers in three or four channels, the fourth of no meaning, and owns the memory."""
    if pixels.shape[2] == 3:  # noqa: PLR2004
        return pixels.copy()
    return cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB).astype(np.uint8, copy=False)


def render_size(points: tuple[float, float], dpi: tuple[float, float]) -> tuple[int, int]:
    """Pixels of a page of that size at that resolution, within 600 dpi and 40 megapixels."""
    width, height = (side / 72 * min(each, _MAX_DPI) for side, each in zip(points, dpi, strict=True))
    scale = min(1.0, math.sqrt(MAX_PIXELS / max(1.0, width * height)))
    return max(1, int(width * scale + 0.5)), max(1, int(height * scale + 0.5))


def only_image(page: pdfium.PdfPage) -> NDArray[np.uint8] | None:
    """The decoded pixels of the last image on the page as stored: HxW or HxWx3; None when pdfium cannot say."""
    last: pdfium.PdfImage | None = None
    for found in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=_MAX_DEPTH):
        last = found
    if last is None:
        return None
    try:
        bitmap = last.get_bitmap(render=False)
    except pdfium.PdfiumError:
        return None
    array = bitmap.to_numpy()
    pixels = np.array(array if array.ndim == 2 else array[:, :, 2::-1], dtype=np.uint8)  # noqa: PLR2004 (BGR to RGB)
    if pixels.ndim == 3 and pixels.shape[2] == 1:  # noqa: PLR2004
        pixels = pixels[:, :, 0].copy()
    return pixels[:, :, 1].copy() if pixels.ndim == 3 and is_grey(pixels, slack=0) else pixels  # noqa: PLR2004


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
