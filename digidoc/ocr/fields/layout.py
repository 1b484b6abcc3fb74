"""Where things stand on a page: the two columns of its header, lines parted at wide gaps, the body's edges."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from digidoc.model import Box, Line, PageText
from digidoc.ocr.vietnamese.find.order import part_joined
from digidoc.text import fold

# Shares of the page's height and width.
_HEADER: Final = 0.45
_MIDDLE: Final = 0.5
_BODY: Final = 0.5
# The number stands at most so many heights of the motto below its top: an issuer has up to six lines.
_DEPTH: Final = 10.0
# A gap of so many line heights parts what stands side by side.
_GAP: Final = 2.0
# So many lines show where the body's edges are; the outermost tenth of them may stick out.
_ENOUGH: Final = 5
_OUTERMOST: Final = 0.1
_MOTTO: Final = re.compile(r"cong hoa xa hoi|hoa xa hoi chu nghia|dang cong san viet nam")
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
        lines: of the upper part in reading order; those that run both columns are parted, coloured ink (a stamp of
            arrival or an electronic seal) is left out.

    """

    page: PageText
    lines: tuple[Line, ...]

    @staticmethod
    def of(page: PageText) -> "Header":
        """The header of a page."""
        band = _HEADER * page.frame.level_size[1]
        inked = [line for line in page.lines if line.box.y0 < band and line.doubt != "coloured-ink" and line.words]
        return Header(page, tuple(part_joined(inked)))

    @property
    def width(self) -> int:
        """Of the page, pixels."""
        return self.page.frame.level_size[0]

    @cached_property
    def motto(self) -> Line | None:
        """The first line of Quốc hiệu, or the Party's title."""
        return next((line for line in self.lines if _MOTTO.search(fold(line.text))), None)

    @cached_property
    def number_lines(self) -> list[Line]:
        """Lines of the left column that begin with "Số:", not far below the motto; the body's name other papers."""
        lowest = _HEADER * self.page.frame.level_size[1]
        if self.motto is not None:
            lowest = self.motto.box.y0 + _DEPTH * self.motto.box.height
        return [
            line
            for line in self.lines
            if _NUMBER_LINE.match(fold(line.text)) and not line.cells
            if not line.text[0].islower() or ":" in line.words[0].text  # "số 12/…" goes on from the line above
            if self.on_the_left(line) and line.box.y0 < lowest and line.box.width < _BODY * self.width
        ]

    def on_the_left(self, line: Line) -> bool:
        """Whether a line stands in the left column: its middle left of the motto, or of the page's middle."""
        edge = _MIDDLE * self.width if self.motto is None else max(self.motto.box.x0, 0.3 * self.width)
        return middle(line) < edge


def parted(lines: Iterable[Line], gap: float = _GAP) -> list[Line]:
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


def cut(line: Line, start: int, end: int) -> Line:
    """The words from `start` to before `end` (at least one) as a line."""
    words = line.words[start:end]
    box = Box(min(word.box.x0 for word in words), line.box.y0, max(word.box.x1 for word in words), line.box.y1)
    return Line(words, box, line.doubt)


def middle(line: Line) -> float:
    """Where the middle of a line is, pixels from the left."""
    return (line.box.x0 + line.box.x1) / 2


def body_edges(page: PageText) -> tuple[float, float] | None:
    """Left and right edge of the body, pixels; None where too few lines are long enough to show it."""
    wide = [line for line in page.lines if line.box.width > _BODY * page.frame.level_size[0] and not line.cells]
    if len(wide) < _ENOUGH:
        return None
    outside = int(_OUTERMOST * len(wide))
    return sorted(line.box.x0 for line in wide)[outside], sorted(line.box.x1 for line in wide)[-1 - outside]


def unread_between(page: PageText, box: Box) -> bool:
    """Whether there is ink within the box that was not read."""
    return any(each.x0 < box.x1 and each.x1 > box.x0 and each.y0 < box.y1 and each.y1 > box.y0 for each in page.unread)


def spanned(lines: Sequence[Line]) -> Box:
    """The box around lines; there must be one."""
    return Box(
        min(line.box.x0 for line in lines),
        min(line.box.y0 for line in lines),
        max(line.box.x1 for line in lines),
        max(line.box.y1 for line in lines),
    )
