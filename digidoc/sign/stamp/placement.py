"""Where on a page a stamp goes: as near as possible to its prescribed place, and never over the ink."""

from itertools import pairwise
from math import ceil, floor
from typing import Final

import numpy as np
import numpy.typing as npt

from digidoc.pdf.geometry import POINTS_A_MM, PageBox, Rectangle
from digidoc.pdf.ink import Ink

_CLEAR_MM: Final = 1.0  # left free around a stamp
# Around what is drawn of a picture: between position and name a seal of 36 mm has no more room.
_CLEAR_DRAWN_MM: Final = 0.3
_HALF_DIAGONAL: Final = 0.71  # of a square
_EDGE_MM: Final = 3.0  # printers leave this much of a page white
# The signer's block stands in the right half; its last line is the name (NĐ 30/2020/NĐ-CP, annex I).
_RIGHT_HALF: Final = (0.48, 0.9)
_USUAL_CENTRE: Final = 0.72  # of the page's width: the middle of the right half, within margins of 30 and 15 mm
_SCANNER_EDGE: Final = 0.02  # of the page's height: what ends above is the edge of the sheet
_FOOTER: Final = 0.93  # of the page's height: what begins below is a page number
_LINE_GAP_MM: Final = 2.5  # lines nearer than this belong together
_ROOM_MM: Final = 12.0  # the least room for a signature between position and name
_MOST_ROOM_MM: Final = 60.0  # and the most: more is the end of the text and a page number
_LAST_BLOCKS: Final = 4  # the gap is looked for between these: a note may stand below the name
_NAME_MM: Final = 14.0  # the most that a printed name takes: two lines


Squares = npt.NDArray[np.bool_]


def placed(corner: tuple[float, float], size: tuple[float, float]) -> Rectangle:
    """What a stamp covers with its upper left corner there."""
    return (*corner, corner[0] + size[0], corner[1] + size[1])


def print_under(
    ink: Ink, corner: tuple[float, float], size: tuple[float, float], drawn: Squares | None = None
) -> Rectangle | None:
    """Where the ink is that a stamp would lie over, as displayed, user space units; None when it lies over none.

    Args:
        ink: of the page.
        corner: the stamp's upper left corner as displayed, user space units.
        size: width and height of the stamp.
        drawn: what of the stamp is drawn, see `Laid.drawn`; None for all of it.

    """
    first, top = round(corner[0] * ink.scale), round(corner[1] * ink.scale)
    shape = _footprint(ink, size, drawn, 0)
    under = ink.mask[top : top + shape.shape[0], first : first + shape.shape[1]]
    rows, columns = np.nonzero(under & shape[: under.shape[0], : under.shape[1]])
    if not rows.size:
        return None
    edges = (first + columns.min(), top + rows.min(), first + columns.max() + 1, top + rows.max() + 1)
    left, upper, right, lower = (float(edge) / ink.scale for edge in edges)
    return left, upper, right, lower


def share_down_to(page: PageBox, bottom: float) -> float:
    """The share of the page's height that shows what a stamp down to `bottom` covers, and a little more."""
    return min(1.0, (bottom + 3 * _CLEAR_MM * POINTS_A_MM * page.point) / page.displayed[1])


def is_clear(ink: Ink, page: PageBox, corner: tuple[float, float], size: tuple[float, float]) -> bool:
    """Whether a stamp there has no ink below it nor close to it."""
    clear = _CLEAR_MM * POINTS_A_MM * page.point
    left, top = corner
    return not ink.covers((left - clear, top - clear, left + size[0] + clear, top + size[1] + clear))


def free_place(
    ink: Ink,
    page: PageBox,
    corner: tuple[float, float],
    size: tuple[float, float],
    reach: tuple[float, float],
    drawn: Squares | None = None,
) -> Rectangle | None:
    """The free place nearest to the prescribed one; None where there is none.

    Args:
        ink: of the page; nothing below the part it shows is looked at.
        page: how the page is shown.
        corner: prescribed upper left corner as displayed, user space units.
        size: width and height of the stamp.
        reach: how far it may go sideways, and up or down, user space units.
        drawn: what of the stamp is drawn, see `Laid.drawn`; None for all of it.

    """
    if is_clear(ink, page, corner, size):
        return placed(corner, size)
    clear = (_CLEAR_MM if drawn is None else _CLEAR_DRAWN_MM) * POINTS_A_MM * page.point
    left, top = corner
    free = _free_corners(ink.mask, _footprint(ink, size, drawn, clear))
    if not free.size:
        return None
    # Corners of the stamp itself, in user space units, for each free square.
    x = np.arange(free.shape[1]) / ink.scale + clear
    y = np.arange(free.shape[0]) / ink.scale + clear
    edge = min(_EDGE_MM * POINTS_A_MM * page.point, *corner) if min(corner) > 0 else 0.0
    width, height = page.displayed
    across = (np.abs(x - left) <= reach[0]) & (x >= edge) & (x + size[0] <= width - edge)
    down = (np.abs(y - top) <= reach[1]) & (y >= edge) & (y + size[1] <= height - edge)
    free = free & down[:, None] & across[None, :]
    if not free.any():
        return None
    distance = np.abs(x - left)[None, :] + np.abs(y - top)[:, None]
    row, column = np.unravel_index(int(np.where(free, distance, np.inf).argmin()), free.shape)
    return placed((float(x[column]), float(y[row])), size)


def _footprint(ink: Ink, size: tuple[float, float], drawn: Squares | None, clear: float) -> Squares:
    """The squares that a stamp takes up, with so much room left free around what is drawn."""
    wide, high = (ceil((length + 2 * clear) * ink.scale) + 1 for length in size)
    if drawn is None:
        return np.ones((high, wide), dtype=np.bool_)
    rows, columns = (
        np.floor(((np.arange(count) + 0.5) / ink.scale - clear) / length * cells).astype(np.intp)
        for count, length, cells in ((high, size[1], drawn.shape[0]), (wide, size[0], drawn.shape[1]))
    )
    inside_rows, inside_columns = (rows >= 0) & (rows < drawn.shape[0]), (columns >= 0) & (columns < drawn.shape[1])
    shape = np.zeros((high, wide), dtype=np.bool_)
    shape[np.ix_(inside_rows, inside_columns)] = drawn[np.ix_(rows[inside_rows], columns[inside_columns])]
    radius = clear * ink.scale + _HALF_DIAGONAL
    steps = range(-floor(radius), floor(radius) + 1)
    margin = floor(radius)
    padded = np.pad(shape, 2 * margin)
    around = [np.roll(padded, (y, x), (0, 1)) for y in steps for x in steps if x * x + y * y <= radius * radius]
    near: Squares = np.logical_or.reduce(around)[2 * margin : 2 * margin + high, 2 * margin : 2 * margin + wide]
    return near


def _free_corners(mask: Squares, shape: Squares) -> Squares:
    """For each upper left square whether a stamp of that shape has no ink below it."""
    (rows, columns), (high, wide) = mask.shape, shape.shape
    if high > rows or wide > columns:
        return np.zeros((0, 0), dtype=np.bool_)
    if shape.all():  # by a table of sums
        sums = np.zeros((rows + 1, columns + 1), dtype=np.int32)
        sums[1:, 1:] = mask.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
        counts = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    else:  # by the theorem of convolution; the stamp never reaches over an edge, so nothing is wrapped around
        spectrum = np.fft.rfft2(mask) * np.conj(np.fft.rfft2(shape, s=mask.shape))
        counts = np.rint(np.fft.irfft2(spectrum, s=mask.shape))[: rows - high + 1, : columns - wide + 1]
    return counts == 0  # type: ignore[no-any-return]  # numpy's stubs give Any


def signer_centre(ink: Ink, page: PageBox, height: float, name: Rectangle | None = None) -> tuple[float, float]:
    """Where the middle of a signature belongs: between position and name, or after the last text on the right.

    Args:
        ink: of the whole page.
        page: how it is shown.
        height: of the signature, user space units.
        name: where the signer's name is printed, as displayed; None when the text does not tell.

    Returns:
        From the left and from the top as displayed, user space units.

    """
    width, tall = page.displayed
    unit = POINTS_A_MM * page.point
    columns = ink.mask.shape[1]
    first, last = (round(share * columns) for share in _RIGHT_HALF)
    rows = round(tall * ink.scale) if name is None else max(0, int(name[1] * ink.scale))
    gap = max(1, round(_LINE_GAP_MM * unit * ink.scale))
    body = slice(round(_SCANNER_EDGE * tall * ink.scale), round(_FOOTER * tall * ink.scale))
    blocks = _blocks(ink.mask[:rows, first:last], gap, body)
    text = blocks or _blocks(ink.mask[:rows], gap, body)
    lowest_text = text[-1][1] / ink.scale if text else 0.0
    if name is not None:
        above = max(lowest_text, name[1] - _MOST_ROOM_MM * unit)
        return (name[0] + name[2]) / 2, min((above + name[1]) / 2, name[1] - height / 2)
    for (_, above), (top, end) in reversed(list(pairwise(blocks[-_LAST_BLOCKS:]))):
        room, printed = (top - above) / ink.scale, (end - top) / ink.scale
        if printed > _NAME_MM * unit:
            break  # a paragraph, or a block that is signed already: no name stands above it
        if _ROOM_MM * unit <= room <= _MOST_ROOM_MM * unit:
            inked = np.flatnonzero(ink.mask[top:end, first:last].any(axis=0)) + first
            return float(inked[0] + inked[-1] + 1) / 2 / ink.scale, (above + top) / 2 / ink.scale
    lowest = tall - _EDGE_MM * unit - height / 2
    return _USUAL_CENTRE * width, min(lowest_text + 2 * _CLEAR_MM * unit + height / 2, lowest)


def _blocks(mask: npt.NDArray[np.bool_], gap: int, body: slice) -> list[tuple[int, int]]:
    """First row and row after the last of each run of rows with ink; runs nearer than `gap` are one.

    What ends above or begins below the `body` of the page is none of them.
    """
    blocks: list[tuple[int, int]] = []
    for row in np.flatnonzero(mask.any(axis=1)).tolist():
        if blocks and row - blocks[-1][1] < gap:
            blocks[-1] = (blocks[-1][0], row + 1)
        else:
            blocks.append((row, row + 1))
    return [(top, end) for top, end in blocks if end > body.start and top < body.stop]
