"""What stands on the pages of a report, before it is set: lines, names with values, tables, drawings, pictures.

Lengths are points; colours are "#rrggbb".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

INK: Final = "#17212b"
PALE: Final = "#55616c"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph.

    Attributes:
        text: of it.
        size: of the letters.
        bold: of the letters.
        colour: of the letters.
        above: empty space.
        together: what has to follow on the same page.
        indent: empty space on the left.
        rule: colour of a line above it; empty for none.

    """

    text: str
    size: float = 9.5
    bold: bool = False
    colour: str = INK
    above: float = 0.0
    together: float = 0.0
    indent: float = 0.0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and its value, in two columns."""

    name: str
    value: str
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class Gauge:
    """A bar from 0 to 100, and where a mark stands on it; None for no mark."""

    percent: float
    mark: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: a text, or a bar. `align` is left, right or middle; an empty `fill` is none."""

    text: str = ""
    align: str = "left"
    colour: str = INK
    fill: str = ""
    bold: bool = False
    gauge: Gauge | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A title of a table: over which columns, in which row of titles, and how many of those rows high."""

    text: str
    column: int
    columns: int = 1
    row: int = 0
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; its titles are repeated on every page.

    Attributes:
        heads: titles; empty for none.
        rows: cells, as many in each row.
        widths: of the columns; empty lets the texts decide.
        size: of the letters; they become smaller where the table would be too wide.
        rules: lines between the rows.
        pad: empty space within a cell, left and right.

    """

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...] = ()
    size: float = 7.5
    rules: bool = True
    pad: float = 3.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Part of a drawing: a filled box when it has no text and two points, a line with more, or a text at the first.

    Attributes:
        points: left top and right bottom of a box; the corners of a line; the base point of a text. From the top left
            of the drawing, downwards.
        colour: of it.
        stroke: width of the line; 0 fills a box.
        text: what is written.
        anchor: start, middle or end.
        size: of the letters.
        bold: of the letters.

    """

    points: tuple[tuple[float, float], ...]
    colour: str
    stroke: float = 0.0
    text: str = ""
    anchor: str = "start"
    size: float = 8.0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as wide as the page allows; `width` and `height` are in the unit of its marks."""

    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG in colour, with its size in pixels."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """Two pictures side by side with a caption each; None where there is none, then `missing` is said.

    One of the two is there.
    """

    captions: tuple[str, str]
    pictures: tuple[Picture | None, Picture | None]
    missing: str


Block = Line | Pair | Grid | Drawing | Pictures


def letters(blocks: Sequence[Block]) -> set[str]:
    """All letters that some blocks have."""
    return {letter for block in blocks for text in _texts(block) for letter in text}


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Line):
        yield block.text
    elif isinstance(block, Pair):
        yield from (block.name, block.value)
    elif isinstance(block, Drawing):
        yield from (mark.text for mark in block.marks)
    elif isinstance(block, Pictures):
        yield from (*block.captions, block.missing)
    else:
        yield from (head.text for head in block.heads)
        yield from (cell.text for row in block.rows for cell in row)
