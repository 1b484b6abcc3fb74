"""Setting a table: columns as wide as their texts ask for, titles again on every page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from digidoc.pdf.font.face import Face
from digidoc.pdf.typeset.blocks import INK, Cell, Gauge, Grid, Head
from digidoc.pdf.typeset.sheet import Sheet, width_of, wrapped

_ABOVE: Final = 3.0  # empty space in a row
_GAUGE: Final = 5.0  # points that a bar is high at most
_LEADING: Final = 1.25
_LEAST: Final = 4.5  # size of letters
_TITLE: Final = 70.0  # a title alone makes no column wider than that, unless by a word
_HEAD_FILL: Final = "#e8eff6"
_RULE: Final = "#c5cdd5"
_TRACK: Final = "#d5dce3"
_BAR: Final = "#2f6ea5"
_MARK: Final = "#b34700"


class Pages(Protocol):
    """Where a table is set; see `digidoc.pdf.typeset.setter.Setter`."""

    y: float

    @property
    def sheet(self) -> Sheet:
        """The page that is being filled."""

    def room(self, height: float) -> bool:
        """See that so much fits below; True when that took a new page."""


class GridSetter:
    """Sets one table.

    Args:
        pages: where to.
        grid: what.
        faces: the typefaces, by whether they are bold.

    """

    def __init__(self, pages: Pages, grid: Grid, faces: Mapping[bool, Face]) -> None:
        self._pages, self._grid, self._faces = pages, grid, faces
        self._size, self._pad = grid.size, grid.pad
        self._paper = pages.sheet.paper
        self._widths = list(grid.widths) or self._fitted()
        self._lefts = [self._paper.margin + sum(self._widths[:place]) for place in range(len(self._widths) + 1)]
        self._head_heights = self._heights()

    def set(self) -> None:
        """Set it, from where the pages stand."""
        rows = [(row, self._lines(row)) for row in self._grid.rows]
        first = self._height(rows[0][1]) if rows else 0.0
        self._pages.room(sum(self._head_heights) + first)
        self._titles()
        for row, lines in rows:
            if self._pages.room(self._height(lines)):
                self._titles()
            self._row(row, lines)

    def _fitted(self) -> list[float]:
        """Widths of the columns: as the texts ask, or as narrow as their longest words; then smaller letters."""
        asked = list(self._asked())
        least, natural = [low for low, _ in asked], [high for _, high in asked]
        inner = self._paper.inner
        if sum(least) > inner:
            scale = inner / sum(least)
            self._size = max(_LEAST, self._size * scale)
            return [width * scale for width in least]
        spare = sum(natural) - sum(least)
        share = 1.0 if spare <= 0 else min(1.0, (inner - sum(least)) / spare)
        return [low + (high - low) * share for low, high in asked]

    def _asked(self) -> Iterator[tuple[float, float]]:
        """Of each column the width of the longest word, and that of the longest text."""
        for column in range(len(self._grid.rows[0]) if self._grid.rows else len(self._grid.heads)):
            least, natural = 8.0, 8.0
            titles = {h.text for h in self._grid.heads if h.column == column and h.columns == 1}
            for text in titles:
                word = max(self._wide(part, bold=True) for part in text.split(" "))
                least = max(least, word)
                natural = max(natural, word, min(_TITLE, self._wide(text, bold=True)))
            for text, bold in {(row[column].text, row[column].bold) for row in self._grid.rows}:
                words = text.split(" ")
                longest = max(self._wide(part, bold=bold) for part in words)
                least = max(least, longest if _is_number(text) else min(longest, _TITLE * 2))
                natural = max(natural, self._wide(text, bold=bold))
            yield least + 2 * self._pad, max(least, natural) + 2 * self._pad

    def _wide(self, text: str, *, bold: bool) -> float:
        return width_of(text, self._size, self._faces[bold])

    def _lines(self, row: Sequence[Cell]) -> list[list[str]]:
        return [
            list(wrapped(cell.text, self._size, self._widths[place] - 2 * self._pad + 0.1, self._faces[cell.bold]))
            for place, cell in enumerate(row)
        ]

    def _height(self, lines: Sequence[Sequence[str]]) -> float:
        return max(len(found) for found in lines) * self._size * _LEADING + _ABOVE

    def _head_lines(self, head: Head) -> list[str]:
        width = sum(self._widths[head.column : head.column + head.columns]) - 2 * self._pad + 0.1
        return list(wrapped(head.text, self._size, width, self._faces[True]))

    def _heights(self) -> list[float]:
        """Of the rows of titles; the last one is stretched where a title over all of them asks for it."""
        count = max((head.row + head.rows for head in self._grid.heads), default=0)
        heights = [0.0] * count
        for head in sorted(self._grid.heads, key=lambda head: head.rows):
            asked = len(self._head_lines(head)) * self._size * _LEADING + 2 * _ABOVE
            rows = range(head.row, head.row + head.rows)
            short = asked - sum(heights[row] for row in rows)
            if short > 0:
                heights[rows[-1]] += short
        return heights

    def _titles(self) -> None:
        if not self._head_heights:
            return
        sheet, top = self._pages.sheet, self._pages.y
        sheet.box(self._lefts[0], top, self._lefts[-1] - self._lefts[0], sum(self._head_heights), _HEAD_FILL)
        for head in self._grid.heads:
            left, right = self._lefts[head.column], self._lefts[head.column + head.columns]
            upper = top + sum(self._head_heights[: head.row])
            height = sum(self._head_heights[head.row : head.row + head.rows])
            lines = self._head_lines(head)
            y = upper + (height - len(lines) * self._size * _LEADING) / 2
            for text in lines:
                y += self._size * _LEADING
                x = (left + right - self._wide(text, bold=True)) / 2
                sheet.text(text, x, y - self._size * 0.3, self._size, INK, bold=True)
            if head.columns > 1:
                edge = upper + height
                sheet.line([(left + self._pad, edge), (right - self._pad, edge)], _RULE, 0.6)
        self._pages.y += sum(self._head_heights)

    def _row(self, row: Sequence[Cell], lines: Sequence[Sequence[str]]) -> None:
        sheet, top, height = self._pages.sheet, self._pages.y, self._height(lines)
        for place, cell in enumerate(row):
            left, width = self._lefts[place], self._widths[place]
            if cell.fill:
                sheet.box(left, top, width, height, cell.fill)
            if cell.gauge is not None:
                _gauge(sheet, cell.gauge, left + self._pad, top, (width - 2 * self._pad, height))
            for number, text in enumerate(lines[place], 1):
                y = top + number * self._size * _LEADING
                room = width - 2 * self._pad - self._wide(text, bold=cell.bold)
                x = left + self._pad + {"left": 0.0, "middle": 0.5, "right": 1.0}[cell.align] * room
                sheet.text(text, x, y, self._size, cell.colour, bold=cell.bold)
        self._pages.y += height
        if self._grid.rules:
            sheet.line([(self._lefts[0], self._pages.y), (self._lefts[-1], self._pages.y)], _RULE, 0.4)


def _is_number(text: str) -> bool:
    """Whether a text is a number, which must not be cut."""
    return any(letter.isdigit() for letter in text) and all(not letter.isalpha() for letter in text)


def _gauge(sheet: Sheet, gauge: Gauge, left: float, top: float, size: tuple[float, float]) -> None:
    width, height = size
    bar = min(_GAUGE, height / 2)
    y = top + (height - bar) / 2
    sheet.box(left, y, width, bar, _TRACK)
    sheet.box(left, y, width * min(100.0, gauge.percent) / 100, bar, _BAR)
    if gauge.mark is not None:
        sheet.box(left + width * min(100.0, gauge.mark) / 100 - 1, y - 1.5, 1.6, bar + 3, _MARK)
