"""The cells of a report's tables: numbers that are still numbers, and how people read them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from digidoc.report import words
from digidoc.report.document import Status

Cell = str | int | Decimal | Status | None


class Kind(Enum):
    """What a column holds: texts, whole numbers, percentages, points with two decimals, or met and missed."""

    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"
    POINTS = "points"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `band` is the title that it shares with its neighbours, above its own."""

    title: str
    kind: Kind
    band: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        code: short English name of what it is.
        title: for people.
        columns: what it has.
        rows: cells in the order of the columns.
        sums: the last row adds the others up.
        official: the titles are those of a Vietnamese form.

    """

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sums: bool = False
    official: bool = False


def shown(cell: Cell, kind: Kind) -> str:
    """A cell as people read it."""
    if cell is None:
        return "–" if kind is Kind.PERCENT else ""
    if isinstance(cell, Status):
        return words.status(cell)
    if isinstance(cell, Decimal):
        return words.percent(cell)
    return words.number(cell) if isinstance(cell, int) else cell


def bands(columns: Sequence[Column]) -> Iterator[tuple[int, int, str]]:
    """First and last column, and title, of each run of columns that share one."""
    first = 0
    for place in range(1, len(columns) + 1):
        if place == len(columns) or columns[place].band != columns[first].band:
            yield first, place - 1, columns[first].band
            first = place


def trimmed(table: Table) -> Table:
    """Without the columns in which nothing stands: those of the target where none is asked."""
    kept = [
        place
        for place, column in enumerate(table.columns)
        if any(row[place] != "" and (row[place] is not None or column.kind is Kind.PERCENT) for row in table.rows)
    ]
    return replace(
        table,
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in table.rows),
    )
