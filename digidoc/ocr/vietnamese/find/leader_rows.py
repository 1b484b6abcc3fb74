"""Where the dots of leaders are, also under what is printed on them: a row of like dots with one pitch, followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.ocr.engine import Image

# A leader's dot is at most so large against the height of a line; so many in a row are a leader.
_DOT: Final = 0.22
DOTS: Final = 6
# On a page with leaders so few with the pitch of one of them are looked at too.
FEW: Final = 3
# A dash is at most so many times as wide.
_DASH: Final = 2.0
# Of one that is mostly written on so many are seen free.
_FREE: Final = 5
# The next dot follows within this share of the height of a line.
_GAP: Final = 0.75
# Share of the pitch by which a dot may stand off its place in the row.
_OFF: Final = 0.2
# Of the dots in a chain so many keep the pitch; specks do not.
_REGULAR: Final = 0.7
# Dots of one leader are alike in width and height by this share and a pixel; what is larger, up to so many times, is a
# point or a comma with or without a dot of the leader.
_ALIKE: Final = 0.15
_MARK: Final = (2.2, 2.6)
# Dots under strokes are full in this share of their pixels.
_FULL: Final = 0.9
# So many dots in a row may have been lost; so many under strokes are believed without a free one behind them.
_LOST: Final = 2
_BELIEVED: Final = 2
# The upper dot of a colon stands so far above the lower one, shares of the line's height.
_COLON: Final = (0.15, 0.6)
# Fewest pixels from dot to dot in which a pitch can be followed.
_PITCH: Final = 3.0


# From a dot to the next: pixels across and down.
Pitch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ink:
    """Pieces of ink of a strip of the page: labels [height, width] int32, stats [n, 5] int32 (OpenCV's), centres."""

    labels: NDArray[np.int32]
    stats: NDArray[np.int32]
    centres: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Leader:
    """One leader: dot number k has its centre at (x + k * pitch, y + k * rise), pixels of the strip.

    Attributes:
        x: of the first dot's centre.
        y: likewise.
        pitch: pixels from a dot to the next.
        rise: pixels down from a dot to the next.
        size: width and height of a dot, pixels.
        free: numbers of the dots that touch nothing.
        covered: numbers of those that touch what is printed on the leader.

    """

    x: float
    y: float
    pitch: float
    rise: float
    size: tuple[float, float]
    free: tuple[int, ...]
    covered: tuple[int, ...]

    def at(self, number: int) -> tuple[float, float]:
        """Centre of a dot."""
        return self.x + number * self.pitch, self.y + number * self.rise


def find_leaders(dark: Image, line_height: float, known: Sequence[Pitch] = ()) -> list[Leader]:
    """The leaders in a strip of a page, the longest first.

    Args:
        dark: 255 where there is ink.
        line_height: usual height of a line, pixels.
        known: of leaders of the same page: a few dots with one of these pitches may be a leader, most of whose dots
            lie under what is written on it.

    """
    ink = pieces_of(dark)
    size = max(3.0, line_height * _DOT)
    dots = small(ink, size)
    found: list[Leader] = []
    taken = np.zeros(len(ink.stats), bool)
    least = FEW if known else DOTS
    rows = chains(dots, ink.centres, line_height * _GAP, max(2.0, size / 2), least)
    for chain in sorted(rows, key=len, reverse=True):
        rest = chain[~taken[chain]]
        if len(rest) < max(least, len(chain) / 2):
            continue
        seed = fitted(rest, ink) if len(rest) >= DOTS else None
        seed = seed or _like_one(rest, ink, known)
        if seed is None:
            continue
        leader = _followed(seed, ink, dots, line_height)
        if len(leader.free) >= _FREE:
            taken[[_label(ink, leader, number) for number in leader.free]] = True
            found.append(leader)
    return found


def pieces_of(dark: Image) -> Ink:
    """The connected pieces of a mask; the first is the paper."""
    if not dark.size:  # OpenCV would crash
        return Ink(np.zeros(dark.shape, np.int32), np.zeros((1, 5), np.int32), np.zeros((1, 2)))
    _, labels, stats, centres = cv2.connectedComponentsWithStatsWithAlgorithm(dark, 8, cv2.CV_32S, cv2.CCL_BBDT)
    return Ink(np.asarray(labels, np.int32), np.asarray(stats, np.int32), np.asarray(centres, np.float64))


def small(ink: Ink, size: float) -> NDArray[np.intp]:
    """Numbers of the pieces no higher than a dot and no wider than a dash."""
    wide, high = ink.stats[1:, cv2.CC_STAT_WIDTH], ink.stats[1:, cv2.CC_STAT_HEIGHT]
    return np.flatnonzero((wide <= _DASH * size) & (high <= size)) + 1


def chains(
    dots: NDArray[np.intp], centres: NDArray[np.float64], gap: float, level: float, least: int
) -> list[NDArray[np.intp]]:
    """The dots in rows of at least so many, left to right, each within `gap` of the last, none off it by `level`."""
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


def fitted(chain: NDArray[np.intp], ink: Ink) -> Leader | None:
    """The chain as a leader; None where its dots keep no pitch."""
    x, y = ink.centres[chain, 0], ink.centres[chain, 1]
    pitch = float(np.median(np.diff(x)))
    if pitch < _PITCH:
        return None
    for _ in range(2):
        number = np.concatenate(([0], np.cumsum(np.round(np.diff(x) / pitch)))).astype(int)
        if number[-1] < DOTS - 1:
            return None
        (pitch, start), (rise, top) = _line(number, x), _line(number, y)
        good = np.abs(x - start - number * pitch) <= _OFF * pitch
        good &= np.abs(y - top - number * rise) <= max(1.5, _OFF * pitch)
        if good.sum() < max(DOTS, _REGULAR * len(x)) or (np.diff(number[good]) == 1).mean() < _REGULAR:
            return None
        x, y, chain, number = x[good], y[good], chain[good], number[good]
    size = np.median(ink.stats[chain, 2:4], axis=0)
    first = int(number[0])
    free = tuple(int(at) - first for at in number)
    return Leader(start + first * pitch, top + first * rise, pitch, rise, (float(size[0]), float(size[1])), free, ())


def _like_one(chain: NDArray[np.intp], ink: Ink, known: Sequence[Pitch]) -> Leader | None:
    """The chain as a leader with the known pitch that is nearest to its own; None where its dots do not keep it."""
    x, y = ink.centres[chain, 0], ink.centres[chain, 1]
    step = float(np.median(np.diff(x)))
    pitch, rise = min(known, key=lambda pitch: abs(pitch[0] - step), default=(0.0, 0.0))
    if pitch < _PITCH:
        return None
    number = np.round((x - x[0]) / pitch).astype(int)
    start, top = float(np.median(x - number * pitch)), float(np.median(y - number * rise))
    good = np.abs(x - start - number * pitch) <= _OFF * pitch
    good &= np.abs(y - top - number * rise) <= max(1.5, _OFF * pitch)
    if good.sum() < max(FEW, _REGULAR * len(x)) or (np.diff(number[good]) > 1).any():
        return None
    size = np.median(ink.stats[chain[good], 2:4], axis=0)
    first = int(number[good][0])
    free = tuple(int(at) - first for at in number[good])
    return Leader(start + first * pitch, top + first * rise, pitch, rise, (float(size[0]), float(size[1])), free, ())


def _line(number: NDArray[np.intp], value: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and value at 0 of the straight line through (number, value), by least squares."""
    off = number - number.mean()
    slope = float((off * value).sum() / (off * off).sum())
    return slope, float(value.mean() - slope * number.mean())


def _followed(seed: Leader, ink: Ink, dots: NDArray[np.intp], line_height: float) -> Leader:
    """The leader with its dots in the holes of the chain and beyond its ends, as far as there are any."""
    free = {number: _label(ink, seed, number) for number in seed.free}
    inner = [number for number in range(max(free)) if number not in free]
    covered = {number for number in inner if _look(seed, number, ink)[0] == "covered"}
    leader = seed
    for end, onward in ((0, -1), (max(free), 1)):
        waiting: list[int] = []
        lost, number = 0, end
        while lost <= _LOST:
            number += onward
            seen, label = _look(leader, number, ink)
            if seen in ("free", "mark"):
                if _is_colon(leader, number, ink, dots, line_height):
                    break
                covered.update(waiting)
                waiting, lost = [], 0
                if seen == "free":
                    free[number] = label
                    leader = _through(leader, free, ink)
            elif seen == "covered" and not lost:
                waiting.append(number)
            else:
                if not lost and len(waiting) >= _BELIEVED:
                    covered.update(waiting)
                waiting = []
                lost += 1
    if _is_colon(leader, min(free), ink, dots, line_height):
        del free[min(free)]
    return replace(leader, free=tuple(sorted(free)), covered=tuple(sorted(covered)))


def _through(leader: Leader, free: Mapping[int, int], ink: Ink) -> Leader:
    """The leader with its place and pitch taken anew from its free dots: pieces of ink by number."""
    number, label = np.fromiter(free, np.intp), np.fromiter(free.values(), np.intp)
    (pitch, x), (rise, y) = _line(number, ink.centres[label, 0]), _line(number, ink.centres[label, 1])
    return replace(leader, x=x, y=y, pitch=pitch, rise=rise)


def _label(ink: Ink, leader: Leader, number: int) -> int:
    """The piece of ink at a dot's place: four of its nine middle pixels belong to it; 0 for paper."""
    x, y = leader.at(number)
    column, row = round(x), round(y)
    height, width = ink.labels.shape
    if not (1 <= column < width - 1 and 1 <= row < height - 1):
        return 0
    near = ink.labels[row - 1 : row + 2, column - 1 : column + 2].ravel()
    middle = int(near[4]) or int(near.max())
    return middle if middle and int((near == middle).sum()) > 3 else 0  # noqa: PLR2004 (of nine)


def _look(leader: Leader, number: int, ink: Ink) -> tuple[str, int]:
    """What stands at a dot's place, and the number of that piece of ink.

    "free", "mark" (with or on a point or comma), "covered" by strokes, "" nothing.
    """
    label = _label(ink, leader, number)
    if not label:
        return "", 0
    wide, high = (int(v) for v in ink.stats[label, 2:4])
    across, down = leader.size
    if wide <= (1 + _ALIKE) * across + 1 and high <= (1 + _ALIKE) * down + 1:
        x, y = leader.at(number)
        off = max(abs(ink.centres[label, 0] - x), abs(ink.centres[label, 1] - y))
        return "free" if off <= max(1.5, _OFF * leader.pitch) else "mark", label
    if wide <= _MARK[0] * across + 1 and high <= _MARK[1] * down + 1:
        return "mark", label
    return "covered" if _fullness(leader, number, ink) >= _FULL else "", label


def _fullness(leader: Leader, number: int, ink: Ink) -> float:
    """Share of the dot's pixels, its outermost left out, that are ink."""
    x, y = leader.at(number)
    across, down = (max(1.0, (side - 1) / 2) for side in leader.size)
    left, top = round(x - across), round(y - down)
    rows, columns = np.ogrid[top : round(y + down) + 1, left : round(x + across) + 1]
    disc = ((rows - y) / across) ** 2 + ((columns - x) / down) ** 2 <= 1
    part = ink.labels[max(0, top) : round(y + down) + 1, max(0, left) : round(x + across) + 1] > 0
    return float(part[disc].mean()) if part.shape == disc.shape and disc.any() else 0.0


def _is_colon(leader: Leader, number: int, ink: Ink, dots: NDArray[np.intp], line_height: float) -> bool:
    """Whether another dot stands straight above: the lower dot of the colon before the leader."""
    x, y = leader.at(number)
    up = y - ink.centres[dots, 1]
    above = (up > _COLON[0] * line_height) & (up < _COLON[1] * line_height)
    return bool((above & (np.abs(ink.centres[dots, 0] - x) < max(1.5, leader.pitch / 4))).any())
