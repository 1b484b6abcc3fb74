"""What was read, held against the rows of print that the ink shows: what does not fit is doubted, never kept silent.

A line over two rows, a line through its letters, a line of which hardly a letter was read, and a word of a row that no
line holds. Whole lines that were overlooked are found by `unclaimed`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box, Line, Word
from digidoc.ocr.doubts import CUT, FEW, TWO_ROWS
from digidoc.ocr.vietnamese.find.drawings import Near, is_drawn
from digidoc.ocr.vietnamese.find.letters import Letters, find_letters, is_cut, owners, rows_in
from digidoc.ocr.vietnamese.find.page_ink import Findings, PageInk, usual_height


class _TooFew:
    """When a line has far fewer letters than its ink is wide."""

    MORE: Final = 1.75  # times the page's usual width of ink for a letter read
    ENOUGH: Final = 4.0  # widths of a small letter: a line with less that was read is not measured


class _Width:
    """About how wide letters are, in widths of a usual small letter."""

    CAPITAL: Final = 1.45
    NARROW: Final = 0.62
    BROAD: Final = 1.5
    NARROW_ONES: Final = frozenset("iljftr1IíìỉĩịÍÌỈĨỊ")
    BROAD_ONES: Final = frozenset("mwMW")


class _Missing:
    """What is a word that was lost out of a row; heights of a usual line unless said otherwise."""

    READ: Final = 3  # letters of a row that were read at least: then the row is print
    WIDE: Final = 0.6  # its width at least
    ALONE: Final = 0.85  # likewise, of ink in one piece (its letters may touch): wider than a tick
    HIGH: Final = (0.33, 1.15)  # its letters (median), least and most
    LEVEL: Final = 0.3  # by which its foot may be off the foot of the row
    NEIGHBOURS: Final = 6  # letters of the row that were read, from which its foot is known
    CROWD: Final = 8  # pieces of ink as large as letters in a square of a line's height: more are a hatched ground


def look_again(page: PageInk, found: Findings) -> Findings:
    """Doubt the lines that do not fit their ink, and add the places of words of a row that no line holds to `unread`.

    Takes about 0.01 CPU seconds a page. Rows of tables are looked at printed line by printed line.
    """
    lines = found.lines
    words = [word.box for line in lines for word in line.words]
    if not words:
        return found
    shown = find_letters(page, usual_height(words))
    groups = [(number, group) for number, line in enumerate(lines) for group in _printed(line)]
    owner = owners(shown, [[word.box for word in group] for _, group in groups])
    held = [np.flatnonzero(owner == number) for number in range(len(groups))]
    shares = [_ink_a_letter(shown, letters, group) for letters, (_, group) in zip(held, groups, strict=True)]
    usual = float(np.median([share for share in shares if share] or [np.inf]))
    doubted = list(lines)
    for letters, share, (number, group) in zip(held, shares, groups, strict=True):
        doubt = _misfit(shown, letters, group[0].box) or (FEW if share > _TooFew.MORE * usual else "")
        if doubt:
            doubted[number] = replace(lines[number], doubt=doubt)
    drawn = is_drawn(page, shown.parts, shown.height, words, near=Near.WORD)
    return replace(found, lines=tuple(doubted), unread=(*found.unread, *_missing(shown, owner < 0, drawn)))


def _printed(line: Line) -> list[list[Word]]:
    """The words of a line by the printed line they are of: a row of a table has several."""
    groups: dict[tuple[float, float], list[Word]] = {}
    for word in line.words:
        groups.setdefault((word.box.y0, word.box.y1), []).append(word)
    return list(groups.values())


def _misfit(shown: Letters, letters: NDArray[np.intp], box: Box) -> str:
    """What doubt there is about a line by its letters; empty for none."""
    if len(rows_in(shown, letters, box.height)) > 1:
        return TWO_ROWS
    return CUT if is_cut(shown, letters, box.y0, box.y1) else ""


def _ink_a_letter(shown: Letters, letters: NDArray[np.intp], words: Sequence[Word]) -> float:
    """Width of the ink for each letter read, in heights of the line; 0 where too little was read to measure."""
    read = sum(_width(sign) for word in words for sign in word.text if sign.isalnum())
    width = float((shown.parts[letters, 2] - shown.parts[letters, 0]).sum())
    return width / max(1.0, words[0].box.height) / read if read >= _TooFew.ENOUGH else 0.0


def _width(sign: str) -> float:
    """About how wide a letter is, in small letters."""
    if sign in _Width.NARROW_ONES:
        return _Width.NARROW
    if sign in _Width.BROAD_ONES:
        return _Width.BROAD
    return _Width.CAPITAL if sign.isupper() else 1.0


def _missing(shown: Letters, free: NDArray[np.bool_], drawn: NDArray[np.bool_]) -> list[Box]:
    """Places of letters that stand in a row of read ones and in no word, as wide as a word, top to bottom."""
    read = np.bincount(shown.row[~free], minlength=int(shown.row.max(initial=0)) + 1)
    lost = free & (read[shown.row] >= _Missing.READ) & ~drawn
    places: list[Box] = []
    for row in np.unique(shown.row[lost]):
        own = np.flatnonzero(shown.row == row)
        own = own[np.argsort(shown.parts[own, 0])]
        for run in np.split(own, np.flatnonzero(np.diff(lost[own])) + 1):
            if lost[run[0]] and _is_word(shown, run, own[~free[own]]):
                part = shown.parts[run]
                places.append(Box(*map(float, (*part[:, :2].min(axis=0), *part[:, 2:].max(axis=0)))))
    return sorted(places, key=lambda box: box.y0)


def _is_word(shown: Letters, run: NDArray[np.intp], read: NDArray[np.intp]) -> bool:
    """Whether letters that stand side by side look like a word of the row whose other letters were read."""
    part, others = shown.parts[run], shown.parts[read]
    left, right = float(part[:, 0].min()), float(part[:, 2].max())
    high = float(np.median(part[:, 3] - part[:, 1])) / shown.height
    near = others[np.argsort(np.abs(others[:, 0] - left))[: _Missing.NEIGHBOURS]]
    off = abs(float(np.median(part[:, 3]) - np.median(near[:, 3]))) / shown.height
    if off > _Missing.LEVEL or not _Missing.HIGH[0] < high < _Missing.HIGH[1]:
        return False
    if right - left < (_Missing.WIDE if len(run) > 1 else _Missing.ALONE) * shown.height:
        return False
    x, y = shown.middle_x, shown.middle_y
    around = (x > left - shown.height) & (x < right + shown.height)
    around &= np.abs(y - float(np.median(y[run]))) < shown.height
    return int(around.sum()) < _Missing.CROWD * ((right - left) / shown.height + 2)
