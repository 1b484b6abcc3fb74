"""Finding the printed lines of a level page with trueocr's detector, splitting those that ink across them has joined.

The detector marks the core of each line; each core pixel also predicts how far above and below it its line ends.
Ink struck across two lines joins their cores into one component of ordinary height that lies between the two; the
middles that its pixels predict then have two humps, which is how such a component is found and split.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.page.shrink import shrunk

# Pixels: longer side of the network's input for a whole page. With 896 more words were read wrong (4.44 instead of
# 4.28 % on 50 pages, docs/explanation/ocr.md).
LONG_SIDE: Final = 1024


class _Network:
    """What trueocr's detector expects and answers, pixels."""

    STRIDE: Final = 2  # of its input for one of its answer: the resolution is halved
    MULTIPLE: Final = 32  # of which its input's sides are multiples
    SHORTER: Final = 0.15  # share of its height by which a core is shorter than its line at each end


class _Small:
    """When a page with small print is looked at again, enlarged; pixels of the network's input."""

    HEIGHT: Final = 9.0  # usual lines lower than this are looked for again
    WANTED: Final = 12.0  # their height then
    MAX_SIDE: Final = 2048  # of the enlarged input
    FEW: Final = 8  # lines: fewer do not show the usual height


class _Halving:
    """A page is shrunk by halving first, pixels."""

    LARGE: Final = 1000  # sides longer than this lose the last pixels that would be left over in halving
    EVEN: Final = 4  # of which they then are multiples


class _TwoLines:
    """When the pixels of one core belong to two lines. Measured on 13 real scans: split on the two right places."""

    SPREAD: Final = 0.6  # heights of a line over which the middles they predict are spread, between the percentiles
    PERCENTILES: Final = (3, 97)
    ROUNDS: Final = 8  # of k-means with two centres in one dimension, which settles in a few


@dataclass(frozen=True, slots=True)
class Core:
    """Pixels of one component: x and predicted top and bottom, network input pixels."""

    x: NDArray[np.float32]
    top: NDArray[np.float32]
    bottom: NDArray[np.float32]


def find_lines(
    session: Any, gray: Image, long_side: int, barriers: Image | None = None, area: Box | None = None
) -> list[Box]:
    """Boxes of the printed lines, in pixels of `gray`, in no particular order.

    Args:
        session: onnxruntime session of the detector.
        gray: level page.
        long_side: of the network's input for a whole page, pixels.
        barriers: of the whole page at any size: no line goes across what is not 0 (the rulings of tables).
        area: the part of the page to be looked at; None for all of it.

    """
    x0, y0, x1, y1 = _pixels(area, gray)
    part = _Part(gray[y0:y1, x0:x1], None if barriers is None else _crop(barriers, (x0, y0, x1, y1), gray))
    if not part.gray.size:
        return []
    boxes = _at_scale(session, part, long_side / max(gray.shape))
    if len(boxes) >= _Small.FEW:
        height = float(np.median([box.height for box in boxes])) * long_side / max(gray.shape)
        if height < _Small.HEIGHT:
            wanted = min(_Small.MAX_SIDE, int(long_side * _Small.WANTED / max(height, 1.0)))
            side = wanted // _Network.MULTIPLE * _Network.MULTIPLE
            if side > long_side:
                boxes = _at_scale(session, part, side / max(gray.shape))
    return [Box(x0 + b.x0, y0 + b.y0, x0 + b.x1, y0 + b.y1) for b in boxes]


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a page that is looked at, and the barriers in it at any size."""

    gray: Image
    barriers: Image | None


def _pixels(area: Box | None, gray: Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the area within the page, its sides such that it can be halved."""
    height, width = gray.shape
    x0, y0, x1, y1 = (0, 0, width, height) if area is None else (int(edge) for edge in area)
    x0, y0, x1, y1 = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
    return x0, y0, x0 + _halvable(x1 - x0), y0 + _halvable(y1 - y0)


def _halvable(side: int) -> int:
    return side // _Halving.EVEN * _Halving.EVEN if side > _Halving.LARGE else side


def _crop(barriers: Image, area: tuple[int, int, int, int], gray: Image) -> Image:
    """The barriers of an area of the page."""
    across, down = barriers.shape[1] / gray.shape[1], barriers.shape[0] / gray.shape[0]
    x0, y0, x1, y1 = area
    left, top = int(x0 * across), int(y0 * down)
    return barriers[top : max(top + 1, round(y1 * down)), left : max(left + 1, round(x1 * across))]


def _at_scale(session: Any, part: _Part, scale: float) -> list[Box]:
    """The lines of the part, found in a copy of it shrunk or enlarged by `scale`, in the part's own pixels."""
    high, wide = part.gray.shape
    height, width = max(1, round(high * scale)), max(1, round(wide * scale))
    if scale < 1:
        small = shrunk(part.gray, (width, height))
    else:
        small = np.asarray(cv2.resize(part.gray, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    padded = tuple(-(-side // _Network.MULTIPLE) * _Network.MULTIPLE for side in (height, width))
    ink = np.zeros(padded, np.float32)
    ink[:height, :width] = 1.0 - small.astype(np.float32) / 255.0
    answer = session.run(None, {"x": ink[None, None]})[0][0]
    if part.barriers is not None:
        size = (-(-width // _Network.STRIDE), -(-height // _Network.STRIDE))
        walls = cv2.resize(part.barriers, size, interpolation=cv2.INTER_AREA) > 0
        answer[0][: walls.shape[0], : walls.shape[1]][walls] = -1.0
    found = [_box(each) for core in _cores(answer) for each in _split(core)]
    across, down = wide / width, high / height
    return [
        Box(max(0.0, b.x0 * across), max(0.0, b.y0 * down), min(wide, b.x1 * across), min(float(high), b.y1 * down))
        for b in found
    ]


def _cores(answer: NDArray[np.float32]) -> list[Core]:
    """Components of the core mask (logit > 0, that is p > .5) of at least two pixels."""
    mask = (answer[0] > 0).astype(np.uint8)
    count, labels = cv2.connectedComponents(mask, connectivity=4)
    ys, xs = np.nonzero(mask)
    label = labels[ys, xs]
    order = np.argsort(label, kind="stable")
    ys, xs, label = ys[order], xs[order], label[order]
    middle = (ys.astype(np.float32) + 0.5) * _Network.STRIDE
    top, bottom = middle - answer[1][ys, xs], middle + answer[2][ys, xs]
    x = xs.astype(np.float32) * _Network.STRIDE
    ends = np.searchsorted(label, np.arange(1, count + 1))
    return [Core(x[a:b], top[a:b], bottom[a:b]) for a, b in pairwise(ends) if b - a > 1]


def _split(core: Core) -> list[Core]:
    """The core, or its two halves where its pixels belong to two lines."""
    middle = (core.top + core.bottom) / 2
    height = float(np.mean(core.bottom - core.top))
    low, high = np.percentile(middle, _TwoLines.PERCENTILES)
    if high - low <= _TwoLines.SPREAD * height:
        return [core]
    border = (low + high) / 2
    for _ in range(_TwoLines.ROUNDS):
        upper = middle <= border
        if upper.all() or not upper.any():
            return [core]
        border = (float(middle[upper].mean()) + float(middle[~upper].mean())) / 2
    return [Core(core.x[side], core.top[side], core.bottom[side]) for side in (middle <= border, middle > border)]


def _box(core: Core) -> Box:
    top, bottom = float(core.top.mean()), float(core.bottom.mean())
    extra = _Network.SHORTER * max(1.0, bottom - top)
    return Box(float(core.x.min()) - extra, top, float(core.x.max()) + _Network.STRIDE + extra, bottom)
