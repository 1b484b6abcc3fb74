"""Ink that no line claims: what looks like print outside of every line, so that nothing printed is lost in silence.

It is looked for twice: before reading, to be read as further lines; and after it, to be reported with its places.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.vietnamese.find.drawings import Near, is_drawn
from digidoc.ocr.vietnamese.find.page_ink import Findings, LetterSizes, PageInk, usual_height

# Narrower limits than for letters that a line holds: here nothing but its size says that a piece is a letter.
_SIZES: Final = LetterSizes(high=(0.4, 1.25), wide=(0.08, 1.8))


class _Free:
    """Which ink belongs to no line."""

    AROUND: Final = 0.2  # share of a line's height around its box in which ink still is the line's: marks, tails
    EDGE: Final = 0.015  # share of the page's sides: nearer to its edges no print is looked for


class _Row:
    """When free letters side by side are a line of print; heights of a usual line unless said otherwise."""

    APART: Final = 0.7  # widest gap between two letters
    LEVEL: Final = 0.5  # share of the lower letter's height by which two neighbours overlap at least
    HIGH: Final = 1.7  # the whole row is no higher
    FIGURE: Final = 0.5  # least height of a figure alone in a cell
    CROWD: Final = 8  # pieces of ink for each height of the width: more are a hatched ground


class Enough:
    """Letters in a row that are taken for print; fewer are specks, ticks, ornaments."""

    REPORTED: Final = 4
    READ: Final = 3  # the line network reads what is no print as nothing


def read_overlooked(page: PageInk, found: Findings) -> Findings:
    """Add the places of print that is in no box to the boxes to be read."""
    return replace(found, boxes=(*found.boxes, *unclaimed(page, found.boxes, Enough.READ)))


def report_unclaimed(page: PageInk, found: Findings) -> Findings:
    """Add the places of print that is in no word that was read to those reported."""
    words = [word.box for line in found.lines for word in line.words]
    return replace(found, unread=(*unclaimed(page, words), *found.unread))


def unclaimed(page: PageInk, boxes: Sequence[Box], letters: int = Enough.REPORTED) -> list[Box]:
    """Places of print outside of all lines, in pixels of the level page, top to bottom.

    Args:
        page: its ink.
        boxes: of the lines or words found; without any there is nothing that shows the size of letters.
        letters: fewest in a row.

    """
    if not boxes:
        return []
    height = usual_height(boxes)
    free = _free(page, [*boxes, *(square.ink for square in page.squares)])
    parts = page.pieces[free]
    size = np.asarray(page.ink.dark.shape[::-1]) / page.ink.scale
    likely = page.as_large_as_letters(height, _SIZES)[free]
    likely &= ((parts[:, :2] > _Free.EDGE * size) & (parts[:, 2:] < (1 - _Free.EDGE) * size)).all(axis=1)
    likely[likely] = ~is_drawn(page, parts[likely], height, boxes, near=Near.ROW)
    rows = _side_by_side([Box(*map(float, part)) for part in parts[likely]], height)
    found = [Box.around(row) for row in rows if _is_print(page, row, height, letters)]
    centres = (parts[:, :2] + parts[:, 2:]) / 2
    return sorted((box for box in found if not _is_hatched(box, centres, height)), key=lambda box: box.y0)


def _free(page: PageInk, boxes: Sequence[Box]) -> NDArray[np.bool_]:
    """Which pieces of ink lie outside of the boxes and of the rulings."""
    claimed = np.zeros(page.ink.dark.shape, bool)
    scale = page.ink.scale
    for box in boxes:
        pad = _Free.AROUND * box.height
        x0, y0 = (max(0, int((v - pad) * scale)) for v in (box.x0, box.y0))
        claimed[y0 : int((box.y1 + pad) * scale) + 1, x0 : int((box.x1 + pad) * scale) + 1] = True
    return np.asarray(~(claimed[page.middles] | page.ruled), bool)


def _side_by_side(letters: Sequence[Box], height: float) -> list[list[Box]]:
    """Letters that stand side by side, left to right."""
    rows: list[list[Box]] = []
    for letter in sorted(letters, key=lambda letter: letter.x0):
        for row in rows:
            last = row[-1]
            both = min(letter.y1, last.y1) - max(letter.y0, last.y0)
            level = both > _Row.LEVEL * min(letter.height, last.height)
            if letter.x0 - last.x1 < _Row.APART * height and level:
                row.append(letter)
                break
        else:
            rows.append([letter])
    return rows


def _is_print(page: PageInk, row: Sequence[Box], height: float, letters: int) -> bool:
    """Whether letters in a row are print; in a cell of a table a single figure is."""
    box = Box.around(row)
    in_cell = page.rulings.cell_at(*box.centre) >= 0
    enough = box.height >= _Row.FIGURE * height if in_cell else len(row) >= letters
    return enough and box.height <= _Row.HIGH * height


def _is_hatched(box: Box, centres: NDArray[np.float64], height: float) -> bool:
    """Whether the ground around is full of specks: a grey ground of a table's head, print that shines through."""
    low, high = (box.x0 - height, box.y0 - height), (box.x1 + height, box.y1 + height)
    around = int(((centres > low) & (centres < high)).all(axis=1).sum())
    return around > _Row.CROWD * (box.width / height + 2)
