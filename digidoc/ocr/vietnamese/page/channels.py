"""Which grey view of a page is read, and where its coloured ink is, which that view does not show."""

from typing import Final

import cv2
import numpy as np

from digidoc.model import Box
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.page.paper import evened


class _Coloured:
    """Ink that the red channel does not see."""

    SHARE: Final = 0.0005  # of the page: with more it is looked through for lines
    DARK: Final = 128  # grey level: what is darker in luminance is ink
    PALE: Final = 160  # grey level: what is lighter in red is not seen there
    STEP: Final = 2  # pixels: every second one is looked at, across and down
    SPECK: Final = 0.004  # share of the page's longer side: smaller pieces are specks
    APART: Final = 0.006  # share of the page's longer side: pieces nearer together are one


class _RedPaper:
    """When the red channel is not the one to read in."""

    DARKER: Final = 8  # grey levels by which the page's median is darker in red than in luminance
    STEP: Final = 8  # pixels: every eighth one is enough for the median


def greys(image: Image) -> tuple[Image, Image]:
    """(the channel to read in, luminance), their paper white: red of a colour page, for seals lie over text.

    One and the same for a grey page, and for one whose paper is dark in red, where that channel would be noise.
    """
    if image.ndim == 2:  # noqa: PLR2004 (a grey page)
        gray = evened(image)
        return gray, gray
    luminance = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    red = np.asarray(cv2.extractChannel(image, 0), np.uint8)
    if _median(red) < _median(luminance) - _RedPaper.DARKER:
        gray = evened(luminance)
        return gray, gray
    even = evened(red)
    return even, luminance if even is red else evened(luminance)


def _median(gray: Image) -> float:
    return float(np.median(gray[:: _RedPaper.STEP, :: _RedPaper.STEP]))


def has_coloured_ink(red: Image, luminance: Image) -> bool:
    """Whether a page has ink that the red channel does not see: red headings, stamps, seals."""
    mask = _hues(red, luminance)
    return cv2.countNonZero(mask) >= _Coloured.SHARE * mask.size


def coloured_area(red: Image, luminance: Image) -> Box | None:
    """The box of all coloured ink of a page but for specks; None where there is none."""
    side = max(red.shape)
    reach = max(1, round(_Coloured.APART * side / _Coloured.STEP)) | 1
    joined = cv2.dilate(_hues(red, luminance), np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least = reach + _Coloured.SPECK * side / _Coloured.STEP
    large = [part for part in stats[1:count, :4].tolist() if max(part[2:]) >= least]
    if not large:
        return None
    return Box(
        float(min(x for x, _, _, _ in large) * _Coloured.STEP),
        float(min(y for _, y, _, _ in large) * _Coloured.STEP),
        float(max(x + width for x, _, width, _ in large) * _Coloured.STEP),
        float(max(y + height for _, y, _, height in large) * _Coloured.STEP),
    )


def _hues(red: Image, luminance: Image) -> Image:
    """255 where ink is coloured, in a copy of every second pixel across and down."""
    size = (-(-red.shape[1] // _Coloured.STEP), -(-red.shape[0] // _Coloured.STEP))
    bright, dark = (cv2.resize(gray, size, interpolation=cv2.INTER_NEAREST) for gray in (red, luminance))
    bright = cv2.threshold(bright, _Coloured.PALE, 255, cv2.THRESH_BINARY)[1]
    dark = cv2.threshold(dark, _Coloured.DARK - 1, 255, cv2.THRESH_BINARY_INV)[1]
    return np.asarray(cv2.bitwise_and(bright, dark), np.uint8)
