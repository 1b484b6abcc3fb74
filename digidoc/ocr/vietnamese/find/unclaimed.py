"""Ink that no line claims: what looks like print outside of every line, so that nothing printed is lost in silence.

It is looked for twice: before reading, to be read as further lines; and after it, to be reported with its places.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.vietnamese.find.boxes import CheckBox
from digidoc.ocr.vietnamese.find.drawings import ROW_NEAR, is_drawn
from digidoc.ocr.vietnamese.find.tables import Rulings
from digidoc.ocr.vietnamese.page.ink import Ink

# So far around a line's box (share of its height) ink still belongs to the line: marks, tails.
_AROUND: Final = 0.2
# Shares of the usual height of a line: how high and wide a letter is, how far apart the letters of a word stand.
_HIGH: Final = (0.4, 1.25)
_WIDE: Final = (0.08, 1.8)
_APART: Final = 0.7
# Letters of a line overlap by this share of the lower one's height, and the line is no higher than this.
_LEVEL: Final = 0.5
_LINE: Final = 1.7
# So many letters in a row are print; fewer are specks, ticks, page ornaments. To be looked at fewer are enough: the
# line network reads what is no print as nothing.
_LETTERS: Final = 4
WORTH_READING: Final = 3
# A figure alone in a cell is at least so high (share of the height of a line).
_FIGURE: Final = 0.5
# Print is not found nearer to the edges of the page than this share of its sides.
_SIDES: Final = 0.015
# More pieces of ink than this for each line height of the width are a hatched ground.
_CROWD: Final = 8


def unclaimed(
    ink: Ink, boxes: Sequence[Box], rulings: Rulings, squares: Sequence[CheckBox], letters: int = _LETTERS
) -> list[Box]:
    """Places of print outside of all lines, in pixels of the level page, top to bottom.

    Args:
        ink: of the level page.
        boxes: of the lines or words found; without any there is nothing to tell the size of letters by.
        rulings: with the tables.
        squares: the check boxes.
        letters: so many in a row are told.

    """
    if not boxes:
        return []
    height = float(np.median([box.height for box in boxes]))
    parts = _free(ink, [*boxes, *(square.ink for square in squares)], rulings)
    wide, high = parts[:, 2] - parts[:, 0], parts[:, 3] - parts[:, 1]
    likely = (_HIGH[0] * height <= high) & (high <= _HIGH[1] * height)
    likely &= (_WIDE[0] * height <= wide) & (wide <= _WIDE[1] * height)
    size = np.asarray(ink.dark.shape[::-1]) / ink.scale
    likely &= ((parts[:, :2] > _SIDES * size) & (parts[:, 2:] < (1 - _SIDES) * size)).all(axis=1)
    likely[likely] = ~is_drawn(parts[likely], ink, height, rulings, boxes, near=ROW_NEAR)
    rows = _rows([Box(*map(float, part)) for part in parts[likely]], height)
    found = [_around(row) for row in rows if _is_print(row, height, rulings, letters)]
    centres = (parts[:, :2] + parts[:, 2:]) / 2
    return sorted((box for box in found if not _is_hatched(box, centres, height)), key=lambda box: box.y0)


def _free(ink: Ink, boxes: Sequence[Box], rulings: Rulings) -> NDArray[np.float64]:
    """Left, top, right, bottom (pixels of the page) of the pieces of ink outside of the boxes and of the rulings."""
    claimed = rulings.owner < 0
    for box in boxes:
        pad = _AROUND * box.height
        x0, y0 = (max(0, int((v - pad) * ink.scale)) for v in (box.x0, box.y0))
        claimed[y0 : int((box.y1 + pad) * ink.scale) + 1, x0 : int((box.x1 + pad) * ink.scale) + 1] = True
    stats = ink.stats[1:]
    middle_y, middle_x = stats[:, 1] + stats[:, 3] // 2, stats[:, 0] + stats[:, 2] // 2
    free = stats[~claimed[middle_y, middle_x], :4].astype(float) / ink.scale
    return np.column_stack((free[:, :2], free[:, :2] + free[:, 2:]))


def _rows(letters: Sequence[Box], height: float) -> list[list[Box]]:
    """Letters that stand side by side, left to right."""
    rows: list[list[Box]] = []
    for letter in sorted(letters, key=lambda letter: letter.x0):
        for row in rows:
            last = row[-1]
            both = min(letter.y1, last.y1) - max(letter.y0, last.y0)
            if letter.x0 - last.x1 < _APART * height and both > _LEVEL * min(letter.height, last.height):
                row.append(letter)
                break
        else:
            rows.append([letter])
    return rows


def _is_print(row: Sequence[Box], height: float, rulings: Rulings, letters: int) -> bool:
    """Whether letters in a row are print; in a cell of a table a single figure is."""
    box = _around(row)
    in_cell = rulings.cell_at((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) >= 0
    enough = box.height >= _FIGURE * height if in_cell else len(row) >= letters
    return enough and box.height <= _LINE * height


def _is_hatched(box: Box, centres: NDArray[np.float64], height: float) -> bool:
    """Whether the ground around is full of specks: a grey ground of a table's head, print that shines through."""
    low, high = (box.x0 - height, box.y0 - height), (box.x1 + height, box.y1 + height)
    around = int(((centres > low) & (centres < high)).all(axis=1).sum())
    return around > _CROWD * (box.width / height + 2)


def _around(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
