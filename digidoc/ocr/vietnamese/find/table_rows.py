"""The rows of tables in reading order: the lines of a row's cells become one line, cell by cell.

A cell that covers several rows stands in its first.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from digidoc.model import Box, Line, Word
from digidoc.ocr.vietnamese.find.tables import Rulings, Table


class _Split:
    """When a row between rulings is several rows of print."""

    SAME_LINES: Final = 0.6  # share of its cells with the same number of lines, at least
    OFF: Final = 0.5  # heights of a usual line by which lines of one row may stand higher or lower
    OVER: Final = 0.25  # share of a line's height by which the next one may reach into it and still stand below it


def in_order(lines: Sequence[Line], rulings: Rulings, arrange: Callable[[list[Line]], list[Line]]) -> list[Line]:
    """All lines in reading order, the rows of each table together, where the table stands.

    Args:
        lines: as they were read, each inside one cell or outside of all tables.
        rulings: with the tables.
        arrange: puts the lines outside of the tables into reading order.

    """
    inside: dict[int, list[Line]] = {}
    outside: list[Line] = []
    for line in lines:
        at = rulings.cell_at(*line.box.centre)
        (outside if at < 0 else inside.setdefault(at, [])).append(line)
    first = 0
    blocks: list[tuple[Table, list[Line]]] = []
    for table in rulings.tables:
        own = {at - first: inside[at] for at in range(first, first + len(table.cells)) if at in inside}
        first += len(table.cells)
        if table.rows > 1 and table.columns > 1:
            blocks.append((table, _rows_of(table, own)))
        else:  # a frame, or boxes side by side: lines like any others
            outside.extend(line for group in own.values() for line in group)
    ordered = arrange(outside)
    for table, rows in blocks:
        at = _place(table.box, ordered)
        ordered = [*ordered[:at], *rows, *ordered[at:]]
    return ordered


def _place(table: Box, ordered: Sequence[Line]) -> int:
    """The place in the order with the fewest lines below the table before it, and above the table after it."""
    below = np.asarray([line.box.centre[1] > table.y1 for line in ordered], int)
    above = np.asarray([line.box.centre[1] < table.y0 for line in ordered], int)
    wrong = np.concatenate(([0], np.cumsum(below))) + np.concatenate((np.cumsum(above[::-1])[::-1], [0]))
    return int(np.flatnonzero(wrong == wrong.min())[-1])


def _rows_of(table: Table, inside: Mapping[int, Sequence[Line]]) -> list[Line]:
    rows: list[Line] = []
    for row in range(table.rows):
        numbers = [at for at, cell in enumerate(table.cells) if cell.row == row and at in inside]
        columns = [(table.cells[at].column, sorted(inside[at], key=lambda line: line.box.centre[1])) for at in numbers]
        if columns:
            rows.extend(_row(part) for part in _split(columns))
    return rows


_Columns = list[tuple[int, list[Line]]]


def _split(columns: _Columns) -> list[_Columns]:
    """The row, or several rows where no ruling is between them but figures stand one below the other."""
    printed = [(column, _printed(lines)) for column, lines in columns]
    counts = [len(groups) for _, groups in printed]
    most = max(counts, key=lambda n: (counts.count(n), n))
    alike = [groups for _, groups in printed if len(groups) == most]
    if most < 2 or len(alike) < max(2.0, _Split.SAME_LINES * len(printed)):  # noqa: PLR2004
        return [_flat(printed)]
    middles = np.asarray([[group[0].box.centre[1] for group in groups] for groups in alike])
    height = float(np.median([group[0].box.height for groups in alike for group in groups]))
    figures = any(all(any(c.isdigit() for ln in group for c in ln.text) for group in groups) for groups in alike)
    if not figures or float(np.ptp(middles, axis=0).max()) > _Split.OFF * height:
        return [_flat(printed)]
    bands = middles.mean(axis=0)
    rows: list[_Columns] = [[] for _ in bands]
    for column, groups in printed:
        for group in groups:
            row = rows[int(np.abs(bands - group[0].box.centre[1]).argmin())]
            if row and row[-1][0] == column:
                row[-1][1].extend(group)
            else:
                row.append((column, list(group)))
    return rows


def _printed(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of a cell by the line they are printed on, each left to right."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and line.box.centre[1] < groups[-1][0].box.y1 - _Split.OVER * groups[-1][0].box.height:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [sorted(group, key=lambda line: line.box.x0) for group in groups]


def _flat(printed: Sequence[tuple[int, list[list[Line]]]]) -> _Columns:
    return [(column, [line for group in groups for line in group]) for column, groups in printed]


def _row(columns: _Columns) -> Line:
    """One line of all cells; `Line.cells` says at which word each column begins."""
    words: list[Word] = []
    cells: list[int] = []
    doubts: list[str] = []
    for column, lines in columns:
        cells.extend([len(words)] * (column + 1 - len(cells)))
        for line in lines:
            words.extend(line.words)
            doubts.append(line.doubt)
    around = Box.around([line.box for _, lines in columns for line in lines])
    return Line(tuple(words), around, next(filter(None, doubts), ""), tuple(cells))
