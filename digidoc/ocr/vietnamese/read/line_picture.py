"""The picture of a line as the line network gets it: the line at one height, and half of what is above and below it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.engine import Image

# Pixels: height of the line with a fifth of its height above and below it; height of all that is seen; width of a step
# of the network. Its weights were trained for these (scripts/recogniser).
LINE: Final = 48
SEEN: Final = 72
STEP: Final = 6
# A longer line is narrowed: a line of A4 at 13 points just fits.
MAX_WIDTH: Final = 1344
# What is seen beside and above the box, shares of its height.
BESIDE: Final = 0.3
ABOVE: Final = (1.4 * SEEN / LINE - 1) / 2


class _DarkGround:
    """Light print on a dark ground: its grey levels have the longer tail on the light side."""

    LONGER: Final = 2  # times as long as the dark tail, and
    LEVELS: Final = 8  # grey levels more
    PERCENTILES: Final = (2, 50, 98)  # ends of the tails, and the middle between them
    LIGHT: Final = 128  # grey level: a line lighter than this on average is not looked at
    STEP: Final = 3  # pixels: every third one is enough


# Times: shrinking by less needs no mean over pixels, which takes four times as long.
_MUCH: Final = 1.5


def line_picture(gray: Image, box: Box) -> Image:
    """Ink of one line, 0 paper, 255 black, dark ground turned light; [SEEN, pixels], pixels a multiple of STEP.

    Args:
        gray: level page.
        box: of the line as the detector gives it.

    """
    high = max(1.0, box.height)
    left, top = int(np.floor(box.x0 - BESIDE * high)), int(np.floor(box.y0 - ABOVE * high))
    right, bottom = int(np.floor(box.x1 + BESIDE * high)), int(np.floor(box.y1 + ABOVE * high))
    height, width = gray.shape
    part = gray[min(height - 1, max(0, top)) : max(1, bottom), min(width - 1, max(0, left)) : max(1, right)]
    dark = _is_dark(part)
    if top < 0 or left < 0 or bottom > height or right > width:
        beyond = (max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width))
        part = np.asarray(cv2.copyMakeBorder(part, *beyond, cv2.BORDER_CONSTANT, value=0 if dark else 255), np.uint8)
    wide = max(STEP, min(MAX_WIDTH, round(part.shape[1] * SEEN / part.shape[0] / STEP) * STEP))
    how = cv2.INTER_AREA if part.shape[0] > _MUCH * SEEN else cv2.INTER_LINEAR
    sized = np.asarray(cv2.resize(part, (wide, SEEN), interpolation=how), np.uint8)
    return sized if dark else 255 - sized


def _is_dark(part: NDArray[np.uint8]) -> bool:
    """Whether a line is printed light on a dark ground."""
    if not part.size or float(cv2.mean(part)[0]) > _DarkGround.LIGHT:
        return False
    low, middle, high = np.percentile(part[:: _DarkGround.STEP, :: _DarkGround.STEP], _DarkGround.PERCENTILES)
    return bool(high - middle > _DarkGround.LONGER * (middle - low) + _DarkGround.LEVELS)
