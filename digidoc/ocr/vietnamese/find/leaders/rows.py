"""Where the dots of leaders are: rows of like dots with one pitch."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.find.leaders.follow import followed, label_at
from digidoc.ocr.vietnamese.find.leaders.leader import Count, Dot, Leader, Pitch, fitted_line
from digidoc.ocr.vietnamese.page.pieces import Pieces, pieces_of


class _Regular:
    """When dots in a chain are a leader."""

    SHARE: Final = 0.7  # of its dots that keep the pitch, and of the steps that skip none: specks do not
    PITCH: Final = 3.0  # pixels from dot to dot, fewest in which a pitch can be followed


# Times as wide as a dot that a dash is at most.
_DASH: Final = 2.0


def find_leaders(dark: Image, line_height: float, known: Sequence[Pitch] = ()) -> list[Leader]:
    """The leaders in a strip of a page, the longest first.

    Args:
        dark: 255 where there is ink.
        line_height: usual height of a line, pixels.
        known: of leaders of the same page: a few dots with one of these pitches may be a leader, most of whose dots
            lie under what is written on it.

    """
    ink = pieces_of(dark)
    size = max(Dot.LEAST, line_height * Dot.SIZE)
    dots = small_pieces(ink, size)
    found: list[Leader] = []
    taken = np.zeros(len(ink.stats), bool)
    least = Count.FEW if known else Count.LEADER
    rows = chains(dots, ink.centres, line_height * Dot.GAP, max(2.0, size / 2), least)
    for chain in sorted(rows, key=len, reverse=True):
        rest = chain[~taken[chain]]
        if len(rest) < max(least, len(chain) / 2):
            continue
        seed = fitted(rest, ink) if len(rest) >= Count.LEADER else None
        seed = seed or _like_known(rest, ink, known)
        if seed is None:
            continue
        leader = followed(seed, ink, dots, line_height)
        if len(leader.free) >= Count.FREE:
            taken[[label_at(ink, leader, number) for number in leader.free]] = True
            found.append(leader)
    return found


def small_pieces(ink: Pieces, size: float) -> NDArray[np.intp]:
    """Numbers of the pieces no higher than a dot and no wider than a dash."""
    wide, high = ink.stats[1:, cv2.CC_STAT_WIDTH], ink.stats[1:, cv2.CC_STAT_HEIGHT]
    return np.flatnonzero((wide <= _DASH * size) & (high <= size)) + 1


def chains(
    dots: NDArray[np.intp], centres: NDArray[np.float64], gap: float, level: float, least: int
) -> list[NDArray[np.intp]]:
    """The dots that stand in rows of at least `least`, left to right.

    From a dot to the next it is at most `gap` to the right and at most `level` up or down, pixels.
    """
    if len(dots) < least:
        return []
    band = np.round(centres[dots, 1] / (2 * level))
    found: list[NDArray[np.intp]] = []
    # A row that lies across the border of two bands is met whole in the second pass, whose bands are moved by half.
    for rows in (band, np.round(centres[dots, 1] / (2 * level) + 0.5)):
        order = np.lexsort((centres[dots, 0], rows))
        row, x, y = rows[order], centres[dots[order], 0], centres[dots[order], 1]
        broken = (np.diff(row) != 0) | (np.diff(x) > gap) | (np.abs(np.diff(y)) > level)
        edges = np.concatenate(([0], np.flatnonzero(broken) + 1, [len(order)]))
        found.extend(dots[order[a:b]] for a, b in pairwise(edges) if b - a >= least)
    return found


def fitted(chain: NDArray[np.intp], ink: Pieces) -> Leader | None:
    """The chain as a leader; None where its dots keep no pitch."""
    x, y = ink.centres[chain, 0], ink.centres[chain, 1]
    pitch = float(np.median(np.diff(x)))
    if pitch < _Regular.PITCH:
        return None
    for _ in range(2):
        number = np.concatenate(([0], np.cumsum(np.round(np.diff(x) / pitch)))).astype(int)
        if number[-1] < Count.LEADER - 1:
            return None
        (pitch, start), (rise, top) = fitted_line(number, x), fitted_line(number, y)
        good = np.abs(x - start - number * pitch) <= Dot.OFF * pitch
        good &= np.abs(y - top - number * rise) <= max(Dot.NEAREST, Dot.OFF * pitch)
        if good.sum() < max(Count.LEADER, _Regular.SHARE * len(x)):
            return None
        if (np.diff(number[good]) == 1).mean() < _Regular.SHARE:
            return None
        x, y, chain, number = x[good], y[good], chain[good], number[good]
    return _of_dots(chain, number, ink, (start, top), (pitch, rise))


def _like_known(chain: NDArray[np.intp], ink: Pieces, known: Sequence[Pitch]) -> Leader | None:
    """The chain as a leader with the known pitch that is nearest to its own; None where its dots do not keep it."""
    x, y = ink.centres[chain, 0], ink.centres[chain, 1]
    step = float(np.median(np.diff(x)))
    pitch, rise = min(known, key=lambda pitch: abs(pitch[0] - step), default=(0.0, 0.0))
    if pitch < _Regular.PITCH:
        return None
    number = np.round((x - x[0]) / pitch).astype(int)
    start, top = float(np.median(x - number * pitch)), float(np.median(y - number * rise))
    good = np.abs(x - start - number * pitch) <= Dot.OFF * pitch
    good &= np.abs(y - top - number * rise) <= max(Dot.NEAREST, Dot.OFF * pitch)
    if good.sum() < max(Count.FEW, _Regular.SHARE * len(x)) or (np.diff(number[good]) > 1).any():
        return None
    return _of_dots(chain[good], number[good], ink, (start, top), (pitch, rise))


def _of_dots(
    chain: NDArray[np.intp], number: NDArray[np.intp], ink: Pieces, start: tuple[float, float], pitch: Pitch
) -> Leader:
    """The leader of dots whose numbers are known, counted from the first of them on.

    Args:
        chain: the pieces of ink that are its dots.
        number: of each dot.
        ink: the pieces.
        start: centre of the place with number 0.
        pitch: from a dot to the next.

    """
    wide, high = np.median(ink.stats[chain, 2:4], axis=0)
    first = int(number[0])
    free = tuple(int(at) - first for at in number)
    x, y = start[0] + first * pitch[0], start[1] + first * pitch[1]
    return Leader(x, y, *pitch, (float(wide), float(high)), free, ())
