"""Whether a page is blank: nothing on it at all, nearly nothing, or something.

A back with a page number, a pencilled line or a pale stamp looks nearly like an empty one. So only a page on which
nothing is found is blank; one with very little ink may be, and a person decides. No page is left out because of that.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digidoc.scan.grouping import MAYBE, NO, YES

# Looked at where a page of A4 has 100 dpi: there the noise of scanners is gone and a pencilled line is still a line.
_LONG_SIDE: Final = 1169
_PAPER: Final = (
    41  # pixels: the tone of the paper is the median of its surroundings, so that folds and shadows are paper
)
_DARKER: Final = 10  # levels of 255: a pale stamp is 15 to 40 darker than its paper, noise at 100 dpi less than 8
_PIECE: Final = 6  # pixels that hang together: a full stop of 12 points has 9
_EDGE: Final = 12  # pixels, 3 mm: the shadow of the paper's edge
_LITTLE: Final = 0.003  # share of the page


def blankness(image: NDArray[np.uint8]) -> str:
    """YES, MAYBE or NO.

    Args:
        image: HxW grey or HxWx3.

    """
    import cv2

    scale = min(1.0, _LONG_SIDE / max(image.shape[:2]))
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    # Of a pale red stamp only blue and green are darker than the paper.
    darkest = np.ascontiguousarray(small.min(axis=2) if small.ndim == 3 else small)  # noqa: PLR2004 (colour)
    ink = (cv2.medianBlur(darkest, _PAPER).astype(np.int16) - darkest > _DARKER).astype(np.uint8)
    inner = ink[_EDGE:-_EDGE, _EDGE:-_EDGE]
    if not inner.size:
        return NO
    _count, _labels, facts, _centres = cv2.connectedComponentsWithStats(inner, connectivity=8)
    pieces = facts[1:, cv2.CC_STAT_AREA]
    if not (pieces >= _PIECE).any():
        return YES if float(np.median(darkest)) > _DARK_PAPER else NO
    return MAYBE if pieces[pieces >= _PIECE].sum() < _LITTLE * inner.size else NO


# A page without any contrast that is this dark is no paper: a photograph of nothing, or a scanner with its lamp off.
_DARK_PAPER: Final = 90
