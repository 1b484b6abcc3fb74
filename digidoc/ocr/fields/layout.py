"""Where things stand on a page: the two columns of its header, lines split at wide gaps, the body's edges."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from digidoc.model import Box, Line, PageText
from digidoc.ocr.vietnamese.find.order import MOTTO, cut, split_joined
from digidoc.text import fold


class Share:
    """Where things stand on a page, shares of its height and width."""

    HEADER: Final = 0.45  # of the height: the upper part of a first page
    MIDDLE: Final = 0.5  # of the width: where the left column ends on a page without a motto
    MOTTO: Final = 0.3  # of the width: least width of the left column, wherever the motto begins
    BODY: Final = 0.5  # of the width: lines of the body are wider, the line of the number is not


class _NumberLine:
    """Where the line of the number stands."""

    DEPTH: Final = 10.0  # heights of the motto below its top, at most: an issuer has up to six lines


class _BodyEdges:
    """Where the edges of the body are."""

    ENOUGH: Final = 5  # lines that show them, at least
    OUTERMOST: Final = 0.1  # share of these lines that may stick out


# Heights of a line: a wider gap is between things that stand side by side.
_GAP: Final = 2.0
# "Số:", perhaps misread, or a symbol (…/BC-UBND) whose "Số:" was not read at all.
_NUMBER_LINE: Final = re.compile(
    r"^(?:luat |phap lenh |nghi quyet )?s(?:\S{0,2}?\s*[:.;,]|[o06]\s*(?=[\d/]))"
    r"|^[^/]{0,12}/\s*(?:\d{4}/)?[a-z]{2,5}-[a-z]{2}"
)


@dataclass(frozen=True)
class Header:
    """The upper part of a first page.

    Attributes:
        page: the whole page.
        lines: of the upper part in reading order; those that run both columns are split, coloured ink (a stamp of
            arrival or an electronic seal) is left out.

    """

    page: PageText
    lines: tuple[Line, ...]

    @staticmethod
    def of(page: PageText) -> "Header":
        """The header of a page."""
        band = Share.HEADER * page.frame.level_size[1]
        inked = [line for line in page.lines if line.box.y0 < band and line.doubt != "coloured-ink" and line.words]
        return Header(page, tuple(split_joined(inked)))

    @property
    def width(self) -> int:
        """Of the page, pixels."""
        return self.page.frame.level_size[0]

    @cached_property
    def motto(self) -> Line | None:
        """The first line of Quốc hiệu, or the Party's title."""
        return next((line for line in self.lines if MOTTO.search(fold(line.text))), None)

    @cached_property
    def number_lines(self) -> list[Line]:
        """Lines of the left column that begin with "Số:", not far below the motto; the body's name other papers."""
        lowest = Share.HEADER * self.page.frame.level_size[1]
        if self.motto is not None:
            lowest = self.motto.box.y0 + _NumberLine.DEPTH * self.motto.box.height
        return [
            line
            for line in self.lines
            if _NUMBER_LINE.match(fold(line.text)) and not line.cells
            if not line.text[0].islower() or ":" in line.words[0].text  # "số 12/…" goes on from the line above
            if self.on_the_left(line) and line.box.y0 < lowest and line.box.width < Share.BODY * self.width
        ]

    def on_the_left(self, line: Line) -> bool:
        """Whether a line stands in the left column: its middle left of the motto, or of the page's middle."""
        edge = Share.MIDDLE * self.width if self.motto is None else max(self.motto.box.x0, Share.MOTTO * self.width)
        return middle(line) < edge


def split_at_gaps(lines: Iterable[Line], gap: float = _GAP) -> list[Line]:
    """The lines, cut where a gap of `gap` line heights stands between two words; rows of tables stay whole."""
    found: list[Line] = []
    for line in lines:
        start = 0
        for at in range(1, len(line.words)):
            before, after = line.words[at - 1], line.words[at]
            if not line.cells and after.box.x0 - before.box.x1 > gap * line.box.height:
                found.append(cut(line, start, at))
                start = at
        found.append(cut(line, start, len(line.words)) if start else line)
    return found


def middle(line: Line) -> float:
    """Where the middle of a line is, pixels from the left."""
    return line.box.centre[0]


def body_edges(page: PageText) -> tuple[float, float] | None:
    """Left and right edge of the body, pixels; None where too few lines are long enough to show it."""
    wide = [line for line in page.lines if line.box.width > Share.BODY * page.frame.level_size[0] and not line.cells]
    if len(wide) < _BodyEdges.ENOUGH:
        return None
    outside = int(_BodyEdges.OUTERMOST * len(wide))
    return sorted(line.box.x0 for line in wide)[outside], sorted(line.box.x1 for line in wide)[-1 - outside]


def unread_between(page: PageText, box: Box) -> bool:
    """Whether there is ink within the box that was not read."""
    return any(each.x0 < box.x1 and each.x1 > box.x0 and each.y0 < box.y1 and each.y1 > box.y0 for each in page.unread)
