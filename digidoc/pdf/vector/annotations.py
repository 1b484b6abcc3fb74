"""Annotations and fields that can be seen on a page: PDF/A takes few of them, so each becomes a small picture."""

import math

import numpy as np
import pikepdf
from numpy.typing import NDArray

from digidoc.pdf.content import PlacedImage
from digidoc.pdf.geometry import PageBox, Rectangle, bounds
from digidoc.pdf.image.recode import rendered
from digidoc.pdf.vector.look import is_seen
from digidoc.pdf.vector.refusal import NotVectorError

# Beyond these the page as a whole is the better picture.
_MOST = 400
_MOST_OF_PAGE = 0.5
_MARGIN = 2  # pixels: borders and smoothing reach over the edge


def places(page: pikepdf.Page, geometry: PageBox, size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Where the annotations of a page are seen: left, top, right, bottom in pixels of the page as displayed.

    Args:
        page: of the source.
        geometry: how it is shown.
        size: of the page as displayed, pixels.

    Raises:
        NotVectorError: they are broken, or so many or so large that the whole page should be a picture.

    """
    try:
        rects = [[float(edge) for edge in each.Rect] for each in page.obj.get("/Annots", []) if is_seen(each)]
        boxes = [_pixels((left, bottom, right, top), geometry, size) for left, bottom, right, top in rects]
    except Exception as error:
        raise NotVectorError("annotations", "a broken list of them") from error
    found = [box for box in boxes if box[2] > box[0] and box[3] > box[1]]
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in found)
    if len(found) > _MOST or area > _MOST_OF_PAGE * size[0] * size[1]:
        raise NotVectorError("annotations", "they cover the page")
    return found


def _pixels(rect: Rectangle, geometry: PageBox, size: tuple[int, int]) -> tuple[int, int, int, int]:
    if rect[0] == rect[2] or rect[1] == rect[3]:
        return 0, 0, 0, 0  # a field that shows nothing, such as a signature's
    width, height = geometry.size
    left, bottom, right, top = bounds(geometry.to_points, rect)
    return (
        max(0, math.floor(left / width * size[0]) - _MARGIN),
        max(0, math.floor((height - top) / height * size[1]) - _MARGIN),
        min(size[0], math.ceil(right / width * size[0]) + _MARGIN),
        min(size[1], math.ceil((height - bottom) / height * size[1]) + _MARGIN),
    )


def pictures(
    shown: NDArray[np.uint8], boxes: list[tuple[int, int, int, int]], points: tuple[float, float]
) -> tuple[PlacedImage, ...]:
    """What is seen at the places, with all that lies beneath, as images on the page.

    Args:
        shown: the page with its annotations, HxW or HxWx3.
        boxes: places in its pixels.
        points: its size as displayed.

    """
    height, width = shown.shape[:2]
    x, y = points[0] / width, points[1] / height
    return tuple(
        PlacedImage(
            rendered(np.ascontiguousarray(shown[top:bottom, left:right])),
            ((right - left) * x, 0.0, 0.0, (bottom - top) * y, left * x, (height - bottom) * y),
        )
        for left, top, right, bottom in boxes
    )
