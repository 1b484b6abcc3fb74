"""Taking out of the picture what is ink but no text: dotted leaders of forms and the rulings of tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from digidoc.model import Box
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.find.leaders.erase import erase, put_back
from digidoc.ocr.vietnamese.find.leaders.leader import Count, Dot, Leader, Pitch
from digidoc.ocr.vietnamese.find.leaders.points import points_on
from digidoc.ocr.vietnamese.find.leaders.rows import chains, find_leaders, fitted, small_pieces
from digidoc.ocr.vietnamese.page.pieces import pieces_of
from digidoc.ocr.vietnamese.page.runs import runs
from digidoc.ocr.vietnamese.page.shrink import halved


class _Ruling:
    """Straight strokes that are taken out, heights of a line."""

    ACROSS: Final = 5.0  # shortest across
    DOWN: Final = 2.5  # shortest down
    LEAST: Final = 15  # pixels: none is shorter, however low the lines are


class _Dark:
    """Grey levels."""

    INK: Final = 160  # darker is ink of a leader or a ruling
    INK_HALVED: Final = 205  # likewise in a copy of half the size, where a dot is half as dark
    PRINT: Final = 128  # darker is print, where it is asked whether there is any


class _Search:
    """How rows of dots are looked for."""

    FINE: Final = 24  # pixels: lines lower than this have dots too small_pieces to be seen at half the size
    SAME: Final = 0.08  # share by which pitches of one size of type differ at most, and a pixel
    ABOVE: Final = 1.1  # heights of a line above its dots that belong to what stands on a leader
    BELOW: Final = 0.5  # likewise below


class _Empty:
    """Stretches of a leader with nothing written on them."""

    WIDE: Final = 1.0  # heights of a line: a wider one splits what is before it from what is behind
    SPECKS: Final = 0.01  # share of the stretch that is ink: less is dirt
    INNER: Final = 0.15  # share of the line's height left out at its top and bottom when ink is looked for
    BELOW: Final = 0.2  # share of the line's height by which the dots may lie below its box


class _Label:
    """The blank between a label and what is written on the leader behind it, heights of a line."""

    BLANK: Final = 0.1  # its least width
    BEFORE: Final = 0.8  # how far before the first dot it is looked for
    AFTER: Final = 0.3  # how far after it


@dataclass(frozen=True, slots=True)
class Cleared:
    """A page without leaders and rulings.

    Attributes:
        image: the page; the one that was given where it has neither.
        empty: where leaders have nothing written on them, pixels, one box a stretch; before what is written on them a
            box without width.

    """

    image: Image
    empty: tuple[Box, ...] = ()


def cleared(gray: Image, line_height: float) -> Cleared:
    """The level page with dotted leaders and rulings painted over.

    Args:
        gray: level page.
        line_height: usual height of a line, pixels; it sets what is small_pieces and what is long.

    """
    dark = np.asarray(cv2.threshold(gray, _Dark.INK, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    lines = _rulings(dark, line_height)
    strips, pitches = _strips(gray, line_height)
    ruled = bool(lines.any())
    if not ruled and not strips:
        return Cleared(gray)
    clean = gray.copy()
    if ruled:
        clean[cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0] = 255
        dark[lines > 0] = 0
    empty: list[Box] = []
    for top, bottom in strips:
        for leader in find_leaders(dark[top:bottom], line_height, pitches):
            erase(clean[top:bottom], leader)
            points = points_on(clean[top:bottom], leader, line_height)
            put_back(clean[top:bottom], gray[top:bottom], leader, points)
            empty += _empty(leader, top, line_height)
            empty += _before(clean[top:bottom], leader, top, line_height)
    return Cleared(clean, tuple(empty))


def split_at_leaders(boxes: Sequence[Box], page: Cleared) -> list[list[Box]]:
    """Of each line's box the parts that have ink, left to right: without the empty stretches of leaders.

    Lines are read in parts because a reader squeezes long lines, and joins words across white.
    """
    return [_parts(box, page) for box in boxes]


def _parts(box: Box, page: Cleared) -> list[Box]:
    within = [gap for gap in page.empty if box.y0 < gap.y0 and gap.y1 < box.y1 + _Empty.BELOW * box.height]
    within = sorted(gap for gap in within if gap.x1 > box.x0 and gap.x0 < box.x1 and _is_white(page.image, box, gap))
    if not within:
        return [box]
    edges = [box.x0, *(x for gap in within for x in (gap.x0, gap.x1)), box.x1]
    parts = [box._replace(x0=a, x1=b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]
    return [part for part in parts if _has_ink(page.image, part)]


def _is_white(gray: Image, line: Box, gap: Box) -> bool:
    """Whether nothing is printed in the line where a leader is said to be empty: serifs in a row look like dots."""
    inner = _Empty.INNER * line.height
    rows = slice(max(0, int(line.y0 + inner)), int(line.y1 - inner) + 1)
    part = gray[rows, max(0, int(gap.x0)) : int(gap.x1)]
    return not part.size or float((part < _Dark.PRINT).mean()) < _Empty.SPECKS


def _has_ink(gray: Image, box: Box) -> bool:
    part = gray[max(0, int(box.y0)) : int(box.y1) + 1, max(0, int(box.x0)) : int(box.x1) + 1]
    return bool(part.size) and int(part.min()) < _Dark.PRINT


def _empty(leader: Leader, top: int, line_height: float) -> list[Box]:
    """Stretches of free dots, side by side, pixels of the page."""
    free = np.asarray(leader.free)
    ends = np.flatnonzero(np.diff(free) > 1)
    starts, stops = np.concatenate(([0], ends + 1)), np.concatenate((ends, [len(free) - 1]))
    found = [_box(leader, int(free[a]), int(free[b]), top) for a, b in zip(starts, stops, strict=True)]
    return [box for box in found if box.width > _Empty.WIDE * line_height]


def _before(clean: Image, leader: Leader, top: int, line_height: float) -> list[Box]:
    """The white between a label and what is written on the leader behind it, as a box without width; none without."""
    number = min((*leader.free[:1], *leader.covered[:1]))
    if number not in leader.covered:
        return []
    x, y = leader.at(number)
    left, right = max(0, int(x - _Label.BEFORE * line_height)), max(1, int(x + _Label.AFTER * line_height))
    rows = clean[max(0, int(y - _Search.ABOVE * line_height)) : int(y + _Search.BELOW * line_height), left:right]
    white = np.flatnonzero(np.concatenate(([False], rows.min(axis=0) > _Dark.PRINT, [False])) == 0)
    gaps = np.diff(white) - 1
    if not len(gaps) or gaps.max() < _Label.BLANK * line_height:
        return []
    widest = int(gaps.argmax())
    at = left + float(white[widest] + white[widest + 1] - 1) / 2
    high = leader.size[1] / 2
    return [Box(at, top + y - high, at, top + y + high)]


def _box(leader: Leader, first: int, last: int, top: int) -> Box:
    (x0, y0), (x1, y1) = leader.at(first), leader.at(last)
    wide, high = leader.size[0] / 2, leader.size[1] / 2
    return Box(x0 - wide, top + min(y0, y1) - high, x1 + wide, top + max(y0, y1) + high)


def _rulings(dark: Image, line_height: float) -> Image:
    across = runs(dark, max(_Ruling.LEAST, round(line_height * _Ruling.ACROSS)), down=False)
    return across | runs(dark, max(_Ruling.LEAST, round(line_height * _Ruling.DOWN)), down=True)


def _strips(gray: Image, line_height: float) -> tuple[list[tuple[int, int]], list[Pitch]]:
    """Top and bottom of the strips of the page with rows of dots, and the pitches of those rows.

    They are looked for in a copy of half the size: most pages have none, and looking closer is slow. On a page with
    leaders short rows with the pitch of one of them count too: the rest of a row may lie under what is written on it.
    """
    scale = 1 if line_height < _Search.FINE or min(gray.shape) < 2 else 2  # noqa: PLR2004 (nothing to halve)
    half = gray if scale == 1 else halved(gray)
    limit = _Dark.INK if scale == 1 else _Dark.INK_HALVED
    ink = pieces_of(np.asarray(cv2.threshold(half, limit, 255, cv2.THRESH_BINARY_INV)[1], np.uint8))
    size = max(Dot.LEAST, line_height * Dot.SIZE / scale)
    rows = chains(
        small_pieces(ink, size), ink.centres, line_height * Dot.GAP / scale, max(Dot.NEAREST, size / 2), Count.FEW
    )
    seeds = [leader for leader in (fitted(row, ink) for row in rows if len(row) >= Count.LEADER) if leader is not None]
    if not seeds:
        return [], []
    pitches = sorted({(leader.pitch * scale, leader.rise * scale) for leader in seeds})
    marked = np.zeros(gray.shape[0] + 1, bool)
    for row in rows:
        x, y = ink.centres[row].T * scale
        step = float(np.median(np.diff(x)))
        pitch, rise = min(pitches, key=lambda known: abs(known[0] - step))
        if abs(step - pitch) > _Search.SAME * pitch + 1:
            continue
        ends = np.median(y) + rise / pitch * (np.asarray([0.0, gray.shape[1]]) - np.median(x))
        above, below = _Search.ABOVE * line_height, _Search.BELOW * line_height
        marked[max(0, int(ends.min() - above)) : max(0, int(ends.max() + below))] = True
    marked[-1] = False
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marked))))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)], pitches
