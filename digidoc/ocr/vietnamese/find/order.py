"""Reading order of an administrative paper (NĐ 30/2020/NĐ-CP, annex I).

Left header, right header, body, recipients, signer; lines that run two columns together are split first.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from digidoc.model import Box, Line
from digidoc.text import fold

# The first line of Quốc hiệu, or the Party's title.
MOTTO: Final = re.compile(r"cong hoa xa hoi|hoa xa hoi chu nghia|dang cong san viet nam")
_PLACE_AND_DATE: Final = re.compile(r"ngay\b.{0,12}\bthang\b.{0,12}\bnam\b")
_ADDRESSEE: Final = re.compile(r"^kinh gui")
_RECIPIENTS: Final = re.compile(r"^noi nh?an\s*[:.;]?")


class _Header:
    """The two columns of the header, shares of the page's width unless said otherwise."""

    DEPTH: Final = 0.3  # of the page's height in which the motto stands
    SLACK: Final = 0.1  # by which a line of a column may stand off the column
    CROSSING: Final = 4  # a line of the left column reaches into the right one by less than SLACK over this
    ABOVE: Final = 2  # heights of the motto: what stands farther above it is no header, but a page number or a stamp
    GAP: Final = 2  # heights of a line: a wider gap before place and date begins a column


class _Foot:
    """Recipients on the left, the signer on the right; shares of the page's width unless said otherwise."""

    LEFT: Final = 0.45  # where a line of the right column begins at least
    FARTHEST_LEFT: Final = 1.3  # a line whose middle is right of the page's begins at least at LEFT over this
    CROSSES: Final = (0.35, 0.6)  # a line that begins before the first and ends after the second crosses the page
    ABOVE: Final = 3.5  # heights of "Nơi nhận" by which the signer's block may begin above it
    SAME: Final = 0.5  # heights of "Nơi nhận" by which a recipient's line may begin above it
    OVER: Final = 0.3  # share of its height by which the last line of the body may reach into the block


class _Column:
    """When a line stands over another, heights of a usual line."""

    OVER: Final = 0.3  # by which two lines may reach into each other and still stand one over the other
    NEAR: Final = 3.0  # between two lines side by side: columns are farther apart


def split_joined(lines: Sequence[Line]) -> list[Line]:
    """The lines, those that run an issuer and the motto, or a number and place and date together, in two."""
    split: list[Line] = []
    for line in lines:
        at = _joint(line)
        split.extend([cut(line, 0, at), cut(line, at, len(line.words))] if at else [line])
    return split


def _joint(line: Line) -> int:
    """Index of the word that begins the right column, 0 for none.

    The motto begins a column wherever it stands; place and date do where a gap of two line heights stands before them.
    """
    folded = [fold(word.text) for word in line.words]
    for at in range(1, len(folded) - 2):
        if folded[at : at + 3] == ["cong", "hoa", "xa"]:
            return at
    if not _PLACE_AND_DATE.search(" ".join(folded)):
        return 0
    gaps = [(b.box.x0 - a.box.x1, i + 1) for i, (a, b) in enumerate(zip(line.words, line.words[1:], strict=False))]
    widest, at = max(gaps, default=(0.0, 0))
    return at if widest > _Header.GAP * line.box.height else 0


def cut(line: Line, start: int, end: int) -> Line:
    """The words from `start` to before `end` (at least one) as a line, as high as the whole one."""
    words = line.words[start:end]
    around = Box.around([word.box for word in words])
    return Line(words, around._replace(y0=line.box.y0, y1=line.box.y1), line.doubt)


def arrange(lines: Sequence[Line], size: tuple[int, int]) -> list[Line]:
    """The lines, given in the order of a general model, in the order in which such a paper is read.

    Args:
        lines: of one page.
        size: width and height of the level frame, pixels.

    """
    ordered = _header_first(_downwards(lines), size)
    return _recipients_then_signer(ordered, size)


def _downwards(lines: Sequence[Line]) -> list[Line]:
    """The lines in their order, but none before a line that stands over it: in any column one reads from top to bottom.

    A line stands over another when it ends above it and they share some of their width; of two lines with nothing
    beside them it is enough that they are near: the last word of a paragraph lies left of an indented line.
    """
    if not lines:
        return []
    x0, y0, x1, y1 = np.asarray([line.box for line in lines], float).T
    height = float(np.median(y1 - y0))
    slack = _Column.OVER * height
    above = y1[:, None] <= y0[None, :] + slack
    shared = np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0)
    alone = (above | above.T).sum(axis=1) == len(lines) - 1
    over = above & ((shared > slack) | (alone[:, None] & alone & (shared > -_Column.NEAR * height)))
    np.fill_diagonal(over, val=False)
    waiting = over.sum(axis=0)
    left = np.ones(len(lines), bool)
    ordered: list[Line] = []
    while left.any():
        free = np.flatnonzero(left & (waiting == 0))
        at = int(free[0]) if len(free) else int(np.flatnonzero(left)[0])
        ordered.append(lines[at])
        left[at] = False
        waiting = waiting - over[at]
    return ordered


def _header_first(lines: list[Line], size: tuple[int, int]) -> list[Line]:
    width, height = size
    motto = next((ln for ln in lines if ln.box.y0 < _Header.DEPTH * height and MOTTO.search(fold(ln.text))), None)
    if motto is None:
        return lines
    left: list[Line] = []
    right: list[Line] = []
    for line in sorted(lines, key=_middle_y):
        if line.box.y1 < motto.box.y0 - _Header.ABOVE * motto.box.height:
            continue  # above the header: a page number, a stamp of arrival
        if line.box.x0 >= motto.box.x0 - _Header.SLACK * width:
            right.append(line)
        elif line.box.x1 <= motto.box.x0 + _Header.SLACK / _Header.CROSSING * width and _in_column(line, left, width):
            left.append(line)
        else:
            break
    header = {id(line) for line in (*left, *right)}
    before = [ln for ln in lines if id(ln) not in header and ln.box.y1 < motto.box.y0]
    skipped = {id(line) for line in before}
    rest = [ln for ln in lines if id(ln) not in header and id(ln) not in skipped]
    return [*before, *left, *right, *rest]


def _in_column(line: Line, column: Sequence[Line], width: int) -> bool:
    """Whether a line of the left header is centred under the ones above it."""
    if _ADDRESSEE.search(fold(line.text)):
        return False
    if not column:
        return True
    centre = sum(_middle_x(ln) for ln in column[:2]) / len(column[:2])
    return abs(_middle_x(line) - centre) < _Header.SLACK * width


def _recipients_then_signer(lines: list[Line], size: tuple[int, int]) -> list[Line]:
    width, _ = size
    head = next((ln for ln in lines if _RECIPIENTS.search(fold(ln.text)) and ln.box.x0 < _Foot.LEFT * width), None)
    if head is None:
        return lines
    start = head.box.y0 - _Foot.ABOVE * head.box.height
    for line in lines:
        if _crosses(line, width) and line.box.y1 < head.box.y1:
            start = max(start, line.box.y1 - _Foot.OVER * line.box.height)
    left: list[Line] = []
    right: list[Line] = []
    for line in sorted(lines, key=_middle_y):
        if _middle_y(line) < start:
            continue
        if _crosses(line, width):
            break
        if _is_right(line, width):
            right.append(line)
        elif line.box.y0 >= head.box.y0 - _Foot.SAME * head.box.height:
            left.append(line)
    block = {id(line) for line in (*left, *right)}
    first = next(i for i, ln in enumerate(lines) if id(ln) in block)
    before = [ln for ln in lines[:first] if id(ln) not in block]
    after = [ln for ln in lines[first:] if id(ln) not in block]
    above = [ln for ln in after if ln.box.y1 <= head.box.y0 and id(ln) not in block]
    after = [ln for ln in after if ln not in above]
    return [*before, *above, *left, *right, *after]


def _is_right(line: Line, width: int) -> bool:
    """Whether a line at the foot of the page is in the right column."""
    least = _Foot.LEFT / _Foot.FARTHEST_LEFT if _middle_x(line) > width / 2 else _Foot.LEFT
    return line.box.x0 > least * width


def _crosses(line: Line, width: int) -> bool:
    return line.box.x0 < _Foot.CROSSES[0] * width and line.box.x1 > _Foot.CROSSES[1] * width


def _middle_y(line: Line) -> float:
    return line.box.centre[1]


def _middle_x(line: Line) -> float:
    return line.box.centre[0]
