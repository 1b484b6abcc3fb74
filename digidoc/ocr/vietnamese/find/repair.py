"""Drawing boxes of lines anew that do not fit the rows of print they hold, before they are read."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.vietnamese.find.letters import Letters, find_letters, is_cut, owners, rows_in
from digidoc.ocr.vietnamese.find.page_ink import Findings, PageInk, usual_height


class _Drawn:
    """The box drawn around a row, with white for marks and stops, which are smaller than letters."""

    MARGIN: Final = 0.2  # white above and below, shares of the letters' height
    BESIDE: Final = 0.6  # white beside, likewise
    TOP: Final = 20  # percentile of the letters' tops: as high as most letters with marks
    BOTTOM: Final = 80  # percentile of the letters' bottoms


def repaired(page: PageInk, found: Findings) -> Findings:
    """Draw the boxes of lines anew that cover two rows of print, or cut through their letters.

    Without any box there is nothing that shows the size of letters, and nothing to do.
    """
    boxes = found.boxes
    if not boxes:
        return found
    shown = find_letters(page, usual_height(boxes))
    owner = owners(shown, [(box,) for box in boxes])
    result: list[Box] = []
    for number, box in enumerate(boxes):
        letters = np.flatnonzero(owner == number)
        rows = rows_in(shown, letters, box.height)
        if len(rows) > 1 or is_cut(shown, letters, box.y0, box.y1):
            result.extend(_around(shown, row, box) for row in rows)
        else:
            result.append(box)
    return replace(found, boxes=tuple(result))


def _around(shown: Letters, letters: NDArray[np.intp], box: Box) -> Box:
    """A box around a row: its letters and the stops beside them, within `box`, as high as most letters with marks."""
    parts = shown.parts[letters]
    top = float(np.percentile(parts[:, 1], _Drawn.TOP))
    bottom = float(np.percentile(parts[:, 3], _Drawn.BOTTOM))
    margin, beside = _Drawn.MARGIN * (bottom - top), _Drawn.BESIDE * (bottom - top)
    left, right = float(parts[:, 0].min()), float(parts[:, 2].max())
    return Box(
        min(left, max(box.x0, left - beside)), top - margin, max(right, min(box.x1, right + beside)), bottom + margin
    )
