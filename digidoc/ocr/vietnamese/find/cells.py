"""Lines in the cells of tables: kept inside their cells, and found anew from the cells' own ink."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from digidoc.model import Box, Line, Word
from digidoc.ocr.vietnamese.find.page_ink import Findings, PageInk, usual_height
from digidoc.ocr.vietnamese.find.tables import Cell, Rulings
from digidoc.ocr.vietnamese.page.pieces import boxes_of


class _Letter:
    """Letters and figures in a cell; heights of a usual line unless said otherwise."""

    HIGH: Final = (0.35, 1.5)  # least and most
    ONE_LINE: Final = 0.5  # centres of letters nearer together (down) than this are of one line
    TOUCHING: Final = 0.2  # share of a cell's pieces that may be higher: letters of two lines that touch
    HIGHEST: Final = 2  # times the most: what is higher still is no two letters, but drawn


class _Small:
    """Marks and signs, lower than a letter; heights of a usual line."""

    OUTSIDE: Final = 0.25  # how far above or below the letters they stand at most
    NEAR: Final = 1.2  # how far beside the letters
    SPECK: Final = 0.15  # width up to which a piece is a speck (a full stop)
    SPECK_NEAR: Final = 0.5  # how far beside the letters a speck stands at most
    MARGIN: Final = 0.1  # white beside the ink that belongs to the box of a line


class _Dash:
    """A dash that stands alone in a cell; heights of a usual line."""

    FLAT: Final = 0.22  # no higher
    LONG: Final = (0.2, 1.6)  # width, least and most
    SURE: Final = 0.9  # confidence of the word "-"


class _Ground:
    """When a cell's ink is not of letters alone, and the detector's boxes stay."""

    FULL: Final = 0.35  # share of the cell that is ink: more is a ground
    PIECES: Final = 400  # pieces of ink: more are hatching


def lines_in_cells(page: PageInk, found: Findings) -> Findings:
    """Find the lines in table cells anew from the ink of each cell, and the cells that hold a mere dash.

    The detector takes narrow columns for one line and overlooks single figures. A cell holds few letters, so that its
    ink says surely where its lines are, unless it is hatched, handwritten or sealed: there the detector's boxes stay.
    """
    rulings = page.rulings
    if not rulings.tables or not found.boxes:
        return found
    height = usual_height(found.boxes)
    cells = rulings.cells()
    kept, detected = _by_cell(found.boxes, rulings)
    parts: dict[int, list[Box]] = {}
    inside = np.where(rulings.owner > 0, page.ink.dark, np.uint8(0))
    inked = np.bincount(rulings.owner[inside > 0], minlength=len(cells) + 1)[1:] / page.ink.scale**2
    for part in boxes_of(inside, page.ink.scale):
        parts.setdefault(rulings.cell_at(*part.centre), []).append(part)
    dashes: list[Line] = []
    for at, cell in enumerate(cells):
        own = parts.get(at, [])
        lines = None if _has_ground(cell, own, float(inked[at])) else _lines_of(own, height)
        kept.extend(detected.get(at, []) if lines is None else lines)
        if not lines and at not in detected and len(flat := [part for part in own if _is_dash(part, height)]) == 1:
            dashes.append(_dash(flat[0], height))
    return replace(found, boxes=tuple(kept), dashes=tuple(dashes))


def with_dashes(_page: PageInk, found: Findings) -> Findings:
    """Put the dashes before the lines that were read."""
    return replace(found, lines=(*found.dashes, *found.lines))


def _by_cell(boxes: Sequence[Box], rulings: Rulings) -> tuple[list[Box], Mapping[int, list[Box]]]:
    """The boxes outside of tables, and those in each cell by its number, none wider than the cell."""
    outside: list[Box] = []
    inside: dict[int, list[Box]] = {}
    cells = rulings.cells()
    for box in boxes:
        at = rulings.cell_at(*box.centre)
        if at < 0:
            outside.append(box)
        else:
            edge = cells[at].box
            inside.setdefault(at, []).append(box._replace(x0=max(box.x0, edge.x0), x1=min(box.x1, edge.x1)))
    return outside, inside


def _has_ground(cell: Cell, parts: Sequence[Box], inked: float) -> bool:
    """Whether a cell with `inked` pixels of ink has a shaded or hatched ground."""
    return len(parts) > _Ground.PIECES or inked > _Ground.FULL * cell.box.width * cell.box.height


def _lines_of(parts: Sequence[Box], height: float) -> list[Box] | None:
    """Boxes of a cell's lines, top to bottom; None where its ink is not of letters alone."""
    low, high = _Letter.HIGH[0] * height, _Letter.HIGH[1] * height
    tall = [part for part in parts if part.height > high]
    if len(tall) > _Letter.TOUCHING * len(parts) or any(part.height > _Letter.HIGHEST * high for part in tall):
        return None
    around = [Box.around(line) for line in _grouped([part for part in parts if low <= part.height <= high], height)]
    for part in tall:  # letters of two lines that touch
        for at, line in enumerate(around):
            if part.y0 < line.centre[1] < part.y1:
                around[at] = line._replace(x0=min(line.x0, part.x0), x1=max(line.x1, part.x1))
    around = _with_small_ones(around, [part for part in parts if part.height < low], height)
    edge = _Small.MARGIN * height
    around = [box._replace(x0=box.x0 - edge, x1=box.x1 + edge) for box in around]
    return [box for box in around if box.height > low]


def _grouped(letters: Sequence[Box], height: float) -> list[list[Box]]:
    """The letters of a cell by the line they stand in, top to bottom."""
    lines: list[list[Box]] = []
    for part in sorted(letters, key=lambda part: part.y0 + part.y1):
        if lines and part.centre[1] - np.mean([each.centre[1] for each in lines[-1]]) < _Letter.ONE_LINE * height:
            lines[-1].append(part)
        else:
            lines.append([part])
    return lines


def _with_small_ones(lines: Sequence[Box], small: Sequence[Box], height: float) -> list[Box]:
    """The boxes of lines grown by the marks, stops and dashes that stand near their letters."""
    around = list(lines)
    ordered = sorted(small, key=lambda part: part.x0)
    for part in (*ordered, *ordered[::-1]):  # from both sides: a dot may lead to the next
        reach = _Small.NEAR * height if part.width > _Small.SPECK * height else _Small.SPECK_NEAR * height
        outside = [max(line.y0 - part.y0, part.y1 - line.y1) for line in lines]
        at = int(np.argmin(outside)) if lines else -1
        if at < 0 or outside[at] > _Small.OUTSIDE * height:
            continue
        if max(part.x0 - around[at].x1, around[at].x0 - part.x1) < reach:
            around[at] = Box.around([around[at], part])
    return around


def _is_dash(part: Box, height: float) -> bool:
    return part.height <= _Dash.FLAT * height and _Dash.LONG[0] * height <= part.width <= _Dash.LONG[1] * height


def _dash(part: Box, height: float) -> Line:
    """A line of one dash, as high as a usual line."""
    middle = part.centre[1]
    box = Box(part.x0, middle - height / 2, part.x1, middle + height / 2)
    return Line((Word("-", box, _Dash.SURE),), box)
