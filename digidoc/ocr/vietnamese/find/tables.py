"""Tables with rulings: where their cells are, found before the rulings are painted white.

Rulings are straight thin strokes, darker than the paper around them. Strokes that touch make a grid; what they enclose
are its cells, merged ones as they come. A table open at its sides is closed at the ends of its rulings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.page.ink import Ink
from digidoc.ocr.vietnamese.page.runs import runs


class _Stroke:
    """A ruling; shares of the page's longer side, lengths in millimetres for A4."""

    ACROSS: Final = 0.02  # shortest across (6 mm): letters and check boxes are smaller
    DOWN: Final = 0.02  # shortest down
    THICK: Final = 0.007  # a thicker one (2 mm) is a bar, a shadow or the edge of the paper
    GAP: Final = 0.006  # gaps up to this (1.7 mm) are closed
    LEAST: Final = (9, 5, 3)  # pixels, on small pages: least length, thickness of a bar, gap
    LEAN: Final = 0.03  # pixels down a pixel to the right: no ruling of a level page leans as much


class _CellShape:
    """What is enclosed by rulings; lengths are shares of the page's longer side."""

    WIDE: Final = 0.007  # shortest side across (2 mm on A4)
    HIGH: Final = 0.009  # shortest side down (3 mm on A4: a line of small print)
    FULL: Final = 0.6  # share of its box that a cell fills at least: what a leaning ruling cuts off is a wedge
    SAME_EDGE: Final = 0.005  # edges nearer than this (1.5 mm on A4) are one line of the grid


class _Whole:
    """A table as a whole."""

    FRAME: Final = 0.75  # share of the page's height: what is as high and has few cells is the frame of a page
    FEW_CELLS: Final = 3
    TILED: Final = 0.7  # share of its area that cells fill at least: a chart has less
    RULED: Final = 0.6  # share of its top and bottom along which rulings run at least
    ENDS: Final = (4, 50)  # rows looked at for its top and bottom: at least 4 pixels, or a fiftieth of its height


# Grey level: of a wall's blurred edge, enlarged to the page's size, what is whiter is no ruling any more.
_WALL: Final = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """What four rulings enclose: its box (pixels of the level frame), and where its top left corner is in the grid."""

    box: Box
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of at least two cells, cells row by row; `rows` and `columns` count its lines of cells."""

    box: Box
    cells: tuple[Cell, ...]
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Rulings:
    """The tables of a page, top to bottom, and a map of them in a copy of the page shrunk by `scale`.

    Attributes:
        tables: see `Table`.
        owner: int32 [height, width]: 1 + the number of the cell (counted through all tables), 0 outside, -1 rulings.
        scale: of `owner` against the page.

    """

    tables: tuple[Table, ...]
    owner: NDArray[np.int32]
    scale: float

    @property
    def walls(self) -> Image | None:
        """255 where rulings are, in the size of `owner`; None for a page without tables."""
        return np.asarray((self.owner < 0) * 255, np.uint8) if self.tables else None

    def cells(self) -> tuple[Cell, ...]:
        """All cells, numbered as in `owner` but from 0."""
        return tuple(cell for table in self.tables for cell in table.cells)

    def cell_at(self, x: float, y: float) -> int:
        """Number of the cell around a point of the level frame, from 0; -1 outside of all."""
        height, width = self.owner.shape
        column, row = int(x * self.scale), int(y * self.scale)
        return int(self.owner[row, column]) - 1 if 0 <= column < width and 0 <= row < height else -1


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table with its cells' regions: labels in its window of the small copy, one label a cell in the cells' order."""

    table: Table
    window: tuple[slice, slice]
    labels: NDArray[np.int32]
    order: tuple[int, ...]


def without_rulings(gray: Image, rulings: Rulings) -> Image:
    """The page with the rulings of its tables painted white; the page itself where it has none."""
    walls = rulings.walls
    if walls is None:
        return gray
    full = cv2.resize(walls, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
    clean = gray.copy()
    clean[full > _WALL] = 255
    return clean


def find_tables(ink: Ink) -> Rulings:
    """The tables with rulings on a level page, from its ink."""
    side, scale = ink.side, ink.scale
    owner = np.zeros(ink.dark.shape, np.int32)
    down = _strokes(ink.dark, side, down=True)
    if not down.any():
        return Rulings((), owner, scale)
    across = _strokes(ink.dark, side, down=False)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(across | down, connectivity=8)
    grids: list[_Grid] = []
    for index in range(1, count):
        x, y, width, height = (int(v) for v in stats[index, :4])
        if width < _Stroke.ACROSS * side or height < 2 * _CellShape.HIGH * side:
            continue
        window = np.s_[y : y + height, x : x + width]
        grid = _grid(labels[window] == index, across[window] > 0, window, side, scale)
        is_frame = height > _Whole.FRAME * ink.dark.shape[0]
        if grid is not None and not (is_frame and len(grid.table.cells) < _Whole.FEW_CELLS):
            grids.append(grid)
    grids.sort(key=lambda grid: grid.table.box.y0)
    _enter(owner, grids)
    return Rulings(tuple(grid.table for grid in grids), owner, scale)


def _enter(owner: NDArray[np.int32], grids: Sequence[_Grid]) -> None:
    """Write the numbers of all cells, from 1 on, and -1 for rulings into the map of the page, in place."""
    first = 1
    for grid in grids:
        number = np.zeros(int(grid.labels.max()) + 1, np.int32)
        number[list(grid.order)] = np.arange(first, first + len(grid.order))
        number[0] = -1
        part = owner[grid.window]
        np.copyto(part, number[grid.labels], where=number[grid.labels] != 0)
        first += len(grid.order)


def _strokes(dark: Image, side: int, *, down: bool) -> Image:
    """Thin straight strokes of one direction, gaps closed: a mask of 0 and 255."""
    long, thick, gap = _Stroke.LEAST
    long = max(long, round(side * (_Stroke.DOWN if down else _Stroke.ACROSS)))
    thick, gap = max(thick, round(side * _Stroke.THICK)), max(gap, round(side * _Stroke.GAP)) | 1

    def shape(along: int, over: int) -> NDArray[np.uint8]:
        return np.ones((along, over) if down else (over, along), np.uint8)

    # Thickened by a pixel at both sides, a stroke that leans by half a degree still runs straight for its length.
    wide = np.asarray(cv2.dilate(dark, shape(1, 3)), np.uint8)
    strokes = runs(wide, long, down=down)
    if not strokes.any():
        return strokes
    strokes[runs(strokes, thick, down=not down) > 0] = 0
    closed = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, shape(gap, 1))
    # Rulings may end just before they meet.
    return np.asarray(cv2.dilate(closed, shape(gap // 2 | 1, 1)), np.uint8)


def _grid(
    strokes: NDArray[np.bool_], across: NDArray[np.bool_], window: tuple[slice, slice], side: int, scale: float
) -> _Grid | None:
    """The cells that a component of strokes encloses; None for fewer than two.

    Args:
        strokes: of the component, in its window; the sides of the window are drawn into it.
        across: the strokes across in that window, of other components too.
        window: rows and columns of the small copy.
        side: the copy's longer side, pixels.
        scale: of the copy.

    """
    across = across & strokes
    slope = _slope(across)
    if not _closed(across, slope):
        return None
    strokes[[0, -1], :] = True  # open sides
    strokes[:, [0, -1]] = True
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~strokes).astype(np.uint8), connectivity=4)
    wide, high, area = (stats[:, at].astype(float) for at in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    # What a leaning ruling cuts off the frame is a wedge, no cell.
    good = (wide > _CellShape.WIDE * side) & (high > _CellShape.HIGH * side) & (area > _CellShape.FULL * wide * high)
    good[0] = False
    chosen = np.flatnonzero(good)
    # One box is a frame; boxes that leave much of the ground between them are a chart.
    if len(chosen) < 2 or area[chosen].sum() < _Whole.TILED * strokes.size:  # noqa: PLR2004
        return None
    x, y, width, height = (stats[chosen, at].astype(float) for at in range(4))
    # The grid leans by the slope: a cell's highest point is at the end where its upper ruling is highest.
    rows = _ranks(y - slope * (x if slope > 0 else x + width), side)
    columns = _ranks(x + slope * (y + height if slope > 0 else y), side)
    order = np.lexsort((columns, rows))
    left, top = window[1].start, window[0].start
    cells = []
    for at in order:
        edges = (left + x[at], top + y[at], left + x[at] + width[at], top + y[at] + height[at])
        cells.append(Cell(Box(*(float(v) / scale for v in edges)), int(rows[at]), int(columns[at])))
    box = Box(*(v / scale for v in (left, top, left + strokes.shape[1], top + strokes.shape[0])))
    table = Table(box, tuple(cells), int(rows.max()) + 1, int(columns.max()) + 1)
    return _Grid(table, window, np.asarray(labels, np.int32), tuple(int(v) for v in chosen[order]))


def _closed(across: NDArray[np.bool_], slope: float) -> bool:
    """Whether rulings run along most of the top and of the bottom."""
    height, width = across.shape
    band = round(abs(slope) * width) + max(_Whole.ENDS[0], height // _Whole.ENDS[1])
    ends = (across[:band], across[-band:]) if height > 2 * band else ()
    return bool(ends) and all(end.any(axis=0).mean() > _Whole.RULED for end in ends)


def _slope(across: NDArray[np.bool_]) -> float:
    """Pixels down a pixel to the right, of the widest ruling across; 0 where there is none."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(across.astype(np.uint8), connectivity=8)
    if count < 2:  # noqa: PLR2004 (the ground alone)
        return 0.0
    ys, xs = np.nonzero(labels == 1 + int(stats[1:, cv2.CC_STAT_WIDTH].argmax()))
    slope = float(np.polyfit(xs, ys, 1)[0]) if np.ptp(xs) else 0.0
    return slope if abs(slope) < _Stroke.LEAN else 0.0


def _ranks(edges: NDArray[np.float64], side: int) -> NDArray[np.intp]:
    """For each edge the number of the grid's line it lies on, from 0."""
    order = np.argsort(edges, kind="stable")
    steps = np.concatenate(([0], np.diff(edges[order]) > _CellShape.SAME_EDGE * side))
    ranks = np.empty(len(edges), np.intp)
    ranks[order] = np.cumsum(steps)
    return ranks
