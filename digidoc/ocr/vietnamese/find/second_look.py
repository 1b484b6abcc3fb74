"""What was read, held against the rows of print that the ink shows: what does not fit is doubted, never kept silent.

A line over two rows, a line through its letters, a line of which hardly a letter was read, and a word of a row that no
line holds. Whole lines that were overlooked are the business of `unclaimed`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box, Line, Word
from digidoc.ocr.doubts import CUT, FEW, TWO_ROWS
from digidoc.ocr.vietnamese.find.boxes import CheckBox
from digidoc.ocr.vietnamese.find.drawings import SEAL_NEAR, is_drawn
from digidoc.ocr.vietnamese.find.segments import Print, find_print, is_cut, owners, rows_in
from digidoc.ocr.vietnamese.find.tables import Rulings
from digidoc.ocr.vietnamese.page.ink import Ink

# More ink for what was read than this, against the other lines of the page, means that letters are missing; so many
# letters at least make a line to judge by.
_MORE: Final = 1.75
_ENOUGH: Final = 4.0
# Capitals are wider than small letters, and some of these narrower or wider.
_CAPITAL, _THIN, _BROAD = 1.45, 0.62, 1.5
_THIN_ONES: Final = frozenset("iljftr1IíìỉĩịÍÌỈĨỊ")
_BROAD_ONES: Final = frozenset("mwMW")
# A row of which so many letters were read is print.
_READ: Final = 3
# A word lost out of a row is at least so wide (its letters may touch: ink in one piece is wider than a tick), its
# letters so high; and it stands on the row's line, by this much. All in heights of a line.
_WORD: Final = 0.6
_ALONE: Final = 0.85
_HIGH: Final = (0.33, 1.15)
_LEVEL: Final = 0.3
# The letters of the row that the line is known from.
_NEIGHBOURS: Final = 6
# So many pieces of ink as large as letters in a square of a line's height are a hatched ground.
_CROWD: Final = 8


def look_again(
    ink: Ink, lines: Sequence[Line], rulings: Rulings, squares: Sequence[CheckBox]
) -> tuple[list[Line], list[Box]]:
    """The lines, those that do not fit their ink doubted, and the places of words of a row that no line holds.

    About 0.01 CPU seconds a page.

    Args:
        ink: of the level page.
        lines: what was read, rows of tables too.
        rulings: with the tables.
        squares: the check boxes.

    """
    words = [word for line in lines for word in line.words]
    if not words:
        return list(lines), []
    found = find_print(ink, float(np.median([word.box.height for word in words])), rulings, squares)
    groups = [(number, group) for number, line in enumerate(lines) for group in _printed(line)]
    owner = owners(found, [[word.box for word in group] for _, group in groups])
    held = [np.flatnonzero(owner == number) for number in range(len(groups))]
    shares = [_ink_a_letter(found, letters, group) for letters, (_, group) in zip(held, groups, strict=True)]
    usual = float(np.median([share for share in shares if share] or [np.inf]))
    doubted = list(lines)
    for letters, share, (number, group) in zip(held, shares, groups, strict=True):
        doubt = _misfit(found, letters, group[0].box) or (FEW if share > _MORE * usual else "")
        if doubt:
            doubted[number] = replace(lines[number], doubt=doubt)
    drawn = is_drawn(found.parts, ink, found.height, rulings, [word.box for word in words], near=SEAL_NEAR)
    return doubted, _lost(found, owner < 0, drawn)


def _printed(line: Line) -> list[list[Word]]:
    """The words of a line by the printed line they are of: a row of a table has several."""
    groups: dict[tuple[float, float], list[Word]] = {}
    for word in line.words:
        groups.setdefault((word.box.y0, word.box.y1), []).append(word)
    return list(groups.values())


def _misfit(found: Print, letters: NDArray[np.intp], box: Box) -> str:
    if len(rows_in(found, letters, box.height)) > 1:
        return TWO_ROWS
    return CUT if is_cut(found, letters, box.y0, box.y1) else ""


def _ink_a_letter(found: Print, letters: NDArray[np.intp], words: Sequence[Word]) -> float:
    """Width of the ink for each letter read, in heights of the line; 0 where too little was read to judge by."""
    read = sum(_wide(sign) for word in words for sign in word.text if sign.isalnum())
    width = float((found.parts[letters, 2] - found.parts[letters, 0]).sum())
    return width / max(1.0, words[0].box.height) / read if read >= _ENOUGH else 0.0


def _wide(sign: str) -> float:
    """About how wide a letter is, in small letters."""
    if sign in _THIN_ONES:
        return _THIN
    if sign in _BROAD_ONES:
        return _BROAD
    return _CAPITAL if sign.isupper() else 1.0


def _lost(found: Print, free: NDArray[np.bool_], drawn: NDArray[np.bool_]) -> list[Box]:
    """Places of letters that stand in a row of read ones and in no word, as wide as a word, top to bottom."""
    read = np.bincount(found.row[~free], minlength=int(found.row.max(initial=0)) + 1)
    lost = free & (read[found.row] >= _READ) & ~drawn
    places: list[Box] = []
    for row in np.unique(found.row[lost]):
        own = np.flatnonzero(found.row == row)
        own = own[np.argsort(found.parts[own, 0])]
        for run in np.split(own, np.flatnonzero(np.diff(lost[own])) + 1):
            if lost[run[0]] and _is_word(found, run, own[~free[own]]):
                part = found.parts[run]
                places.append(Box(*map(float, (*part[:, :2].min(axis=0), *part[:, 2:].max(axis=0)))))
    return sorted(places, key=lambda box: box.y0)


def _is_word(found: Print, run: NDArray[np.intp], read: NDArray[np.intp]) -> bool:
    """Whether letters that stand side by side look like a word of the row whose other letters were read."""
    part, others = found.parts[run], found.parts[read]
    left, right = float(part[:, 0].min()), float(part[:, 2].max())
    high = float(np.median(part[:, 3] - part[:, 1])) / found.height
    near = others[np.argsort(np.abs(others[:, 0] - left))[:_NEIGHBOURS]]
    off = abs(float(np.median(part[:, 3]) - np.median(near[:, 3]))) / found.height
    if off > _LEVEL or not _HIGH[0] < high < _HIGH[1]:
        return False
    if right - left < (_WORD if len(run) > 1 else _ALONE) * found.height:
        return False
    x, y = found.middle_x, found.middle_y
    around = (x > left - found.height) & (x < right + found.height)
    around &= np.abs(y - float(np.median(y[run]))) < found.height
    return int(around.sum()) < _CROWD * ((right - left) / found.height + 2)
