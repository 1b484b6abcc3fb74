"""The text of tables: lines kept inside their cells, ink that the detector missed there, rows put together.

A row of a table becomes one `Line` whose words come cell by cell; a cell that covers several rows stands in its first.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from digidoc.model import Box, Line, Word
from digidoc.ocr.vietnamese.find.tables import Rulings, Table
from digidoc.ocr.vietnamese.page.ink import Ink, pieces

# Shares of the usual height of a line. Letters and figures are at least and at most so high.
_LETTER: Final = (0.35, 1.5)
# At most this share of a cell's pieces may be letters of two lines that touch.
_TOUCHING: Final = 0.2
# Centres of one line's letters lie nearer together than this.
_ONE_LINE: Final = 0.5
# Marks stand so far above or below the letters; signs so far beside them, specks (full stops) so small and so near.
_MARKS: Final = 0.25
_NEAR: Final = 1.2
_SPECK: Final = 0.15
_SPECK_NEAR: Final = 0.5
# White beside the ink that belongs to the box of a line.
_MARGIN: Final = 0.1
# A dash: this flat, this long.
_DASH_FLAT: Final = 0.22
_DASH_LONG: Final = (0.2, 1.6)
_DASH_SURE: Final = 0.9
# A cell with more ink than this share of it has a ground, and more pieces than this a hatched one.
_GROUND: Final = 0.35
_HATCHED: Final = 400
# Rows that no ruling parts: at least this share of the cells has the same number of lines, at the same heights.
_SAME_LINES: Final = 0.6
_OFF: Final = 0.5


def lines_in_cells(ink: Ink, boxes: Sequence[Box], rulings: Rulings) -> tuple[list[Box], list[Line]]:
    """The boxes of all lines, those in tables found anew from the ink of each cell; and lines that are a mere dash.

    The detector takes narrow columns for one line and overlooks single figures. A cell holds few letters, so that its
    ink says surely where its lines are, unless it is hatched, handwritten or sealed: there the detector's boxes stay.

    Args:
        ink: of the level page.
        boxes: the detector's.
        rulings: with the tables.

    """
    if not rulings.tables or not boxes:
        return list(boxes), []
    height = float(np.median([box.height for box in boxes]))
    cells = rulings.cells()
    found: dict[int, list[Box]] = {}
    kept: list[Box] = []
    for box in boxes:
        at = rulings.cell_at(*_centre(box))
        if at < 0:
            kept.append(box)
        else:
            edge = cells[at].box
            found.setdefault(at, []).append(box._replace(x0=max(box.x0, edge.x0), x1=min(box.x1, edge.x1)))
    parts: dict[int, list[Box]] = {}
    inside = np.where(rulings.owner > 0, ink.dark, np.uint8(0))
    inked = np.bincount(rulings.owner[inside > 0], minlength=len(cells) + 1)[1:] / ink.scale**2
    for part in pieces(inside, ink.scale):
        parts.setdefault(rulings.cell_at(*_centre(part)), []).append(part)
    dashes: list[Line] = []
    for at, cell in enumerate(cells):
        own = parts.get(at, [])
        hatched = len(own) > _HATCHED or inked[at] > _GROUND * cell.box.width * cell.box.height
        lines = None if hatched else _lines_of(own, height)
        kept.extend(found.get(at, []) if lines is None else lines)
        if not lines and at not in found and len(flat := [part for part in own if _is_dash(part, height)]) == 1:
            dashes.append(_dash(flat[0], height))
    return kept, dashes


def _lines_of(parts: Sequence[Box], height: float) -> list[Box] | None:
    """Boxes of a cell's lines, top to bottom; None where its ink is not of letters alone."""
    tall = [part for part in parts if part.height > _LETTER[1] * height]
    if tall and (len(tall) > _TOUCHING * len(parts) or max(part.height for part in tall) > 2 * _LETTER[1] * height):
        return None
    letters = [part for part in parts if _LETTER[0] * height <= part.height <= _LETTER[1] * height]
    letters.sort(key=lambda part: part.y0 + part.y1)
    lines: list[list[Box]] = []
    for part in letters:
        if lines and _centre(part)[1] - np.mean([_centre(p)[1] for p in lines[-1]]) < _ONE_LINE * height:
            lines[-1].append(part)
        else:
            lines.append([part])
    around = [_around(line) for line in lines]
    for part in tall:  # letters of two lines that touch
        for at, line in enumerate(around):
            if part.y0 < _centre(line)[1] < part.y1:
                around[at] = line._replace(x0=min(line.x0, part.x0), x1=max(line.x1, part.x1))
    cores = list(around)
    small = sorted((part for part in parts if part.height < _LETTER[0] * height), key=lambda part: part.x0)
    for part in (*small, *small[::-1]):  # from both sides: a dot may lead to the next
        reach = _NEAR * height if part.width > _SPECK * height else _SPECK_NEAR * height
        outside = [max(core.y0 - part.y0, part.y1 - core.y1) for core in cores]
        at = int(np.argmin(outside)) if cores else -1
        if at < 0 or outside[at] > _MARKS * height:
            continue
        if max(part.x0 - around[at].x1, around[at].x0 - part.x1) < reach:
            around[at] = _around([around[at], part])
    edge = _MARGIN * height
    around = [box._replace(x0=box.x0 - edge, x1=box.x1 + edge) for box in around]
    return [box for box in around if box.height > _LETTER[0] * height]


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
        at = rulings.cell_at(*_centre(line.box))
        (outside if at < 0 else inside.setdefault(at, [])).append(line)
    first = 0
    blocks: list[tuple[Table, list[Line]]] = []
    for table in rulings.tables:
        own = {at - first: inside[at] for at in range(first, first + len(table.cells)) if at in inside}
        first += len(table.cells)
        if table.rows > 1 and table.columns > 1:
            blocks.append((table, _rows(table, own)))
        else:  # a frame, or boxes side by side: lines like any others
            outside.extend(line for group in own.values() for line in group)
    ordered = arrange(outside)
    for table, rows in blocks:
        at = _place(table.box, ordered)
        ordered = [*ordered[:at], *rows, *ordered[at:]]
    return ordered


def _place(table: Box, ordered: Sequence[Line]) -> int:
    """The place in the order with the fewest lines below the table before it, and above the table after it."""
    below = np.asarray([_centre(line.box)[1] > table.y1 for line in ordered], int)
    above = np.asarray([_centre(line.box)[1] < table.y0 for line in ordered], int)
    wrong = np.concatenate(([0], np.cumsum(below))) + np.concatenate((np.cumsum(above[::-1])[::-1], [0]))
    return int(np.flatnonzero(wrong == wrong.min())[-1])


def _rows(table: Table, inside: Mapping[int, Sequence[Line]]) -> list[Line]:
    rows: list[Line] = []
    for row in range(table.rows):
        numbers = [at for at, cell in enumerate(table.cells) if cell.row == row and at in inside]
        columns = [
            (table.cells[at].column, sorted(inside[at], key=lambda line: _centre(line.box)[1])) for at in numbers
        ]
        if columns:
            rows.extend(_row(part) for part in _parted(columns))
    return rows


Columns = list[tuple[int, list[Line]]]


def _parted(columns: Columns) -> list[Columns]:
    """The row, or the rows that it is made of where no ruling parts them but figures stand one below the other."""
    printed = [(column, _printed(lines)) for column, lines in columns]
    counts = [len(groups) for _, groups in printed]
    most = max(counts, key=lambda n: (counts.count(n), n))
    alike = [groups for _, groups in printed if len(groups) == most]
    if most < 2 or len(alike) < max(2.0, _SAME_LINES * len(printed)):  # noqa: PLR2004
        return [_flat(printed)]
    middles = np.asarray([[_centre(group[0].box)[1] for group in groups] for groups in alike])
    height = float(np.median([group[0].box.height for groups in alike for group in groups]))
    figures = any(all(any(c.isdigit() for ln in group for c in ln.text) for group in groups) for groups in alike)
    if not figures or float(np.ptp(middles, axis=0).max()) > _OFF * height:
        return [_flat(printed)]
    bands = middles.mean(axis=0)
    rows: list[Columns] = [[] for _ in bands]
    for column, groups in printed:
        for group in groups:
            row = rows[int(np.abs(bands - _centre(group[0].box)[1]).argmin())]
            if row and row[-1][0] == column:
                row[-1][1].extend(group)
            else:
                row.append((column, list(group)))
    return rows


def _printed(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of a cell by the line they are printed on, each left to right."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _centre(line.box)[1] < groups[-1][0].box.y1 - 0.25 * groups[-1][0].box.height:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [sorted(group, key=lambda line: line.box.x0) for group in groups]


def _flat(printed: Sequence[tuple[int, list[list[Line]]]]) -> Columns:
    return [(column, [line for group in groups for line in group]) for column, groups in printed]


def _row(columns: Columns) -> Line:
    """One line of all cells; `Line.cells` says at which word each column begins."""
    words: list[Word] = []
    cells: list[int] = []
    doubts: list[str] = []
    for column, lines in columns:
        cells.extend([len(words)] * (column + 1 - len(cells)))
        for line in lines:
            words.extend(line.words)
            doubts.append(line.doubt)
    around = _around([line.box for _, lines in columns for line in lines])
    return Line(tuple(words), around, next(filter(None, doubts), ""), tuple(cells))


def _is_dash(part: Box, height: float) -> bool:
    return part.height <= _DASH_FLAT * height and _DASH_LONG[0] * height <= part.width <= _DASH_LONG[1] * height


def _dash(part: Box, height: float) -> Line:
    x0, (_, y), x1 = part.x0, _centre(part), part.x1
    box = Box(x0, y - height / 2, x1, y + height / 2)
    return Line((Word("-", box, _DASH_SURE),), box)


def _around(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _centre(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
