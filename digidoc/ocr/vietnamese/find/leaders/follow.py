"""Following a leader beyond the dots that touch nothing: under what is written on it, and past its ends."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digidoc.ocr.vietnamese.find.leaders.leader import Dot, Leader, fitted_line
from digidoc.ocr.vietnamese.page.pieces import Pieces


class _Shape:
    """What stands at a dot's place."""

    ALIKE: Final = 0.15  # share by which dots of one leader may be larger than usual, and a pixel
    MARK: Final = (2.2, 2.6)  # times a dot's width and height: up to this a point or a comma, with or without a dot
    FULL: Final = 0.9  # share of a dot's pixels that are ink where a dot lies under a stroke
    MIDDLE: Final = 4  # of the nine pixels in the middle of a dot's place that belong to the piece of ink there


class _Hidden:
    """Dots that are not seen by themselves."""

    LOST: Final = 2  # places in a row without a dot after which a leader still goes on
    BELIEVED: Final = 2  # dots in a row under strokes that are believed without a free one behind them


class _Colon:
    """Where the upper dot of a colon stands."""

    ABOVE: Final = (0.15, 0.6)  # heights of the line above the lower one, least and most
    BESIDE: Final = 0.25  # share of the leader's pitch by which it may stand beside it


def followed(seed: Leader, ink: Pieces, dots: NDArray[np.intp], line_height: float) -> Leader:
    """The leader with its dots in the holes of the chain and beyond its ends, as far as there are any."""
    free = {number: label_at(ink, seed, number) for number in seed.free}
    inner = [number for number in range(max(free)) if number not in free]
    covered = {number for number in inner if _look(seed, number, ink)[0] == "covered"}
    leader = seed
    for end, onward in ((0, -1), (max(free), 1)):
        waiting: list[int] = []
        lost, number = 0, end
        while lost <= _Hidden.LOST:
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
                if not lost and len(waiting) >= _Hidden.BELIEVED:
                    covered.update(waiting)
                waiting = []
                lost += 1
    if _is_colon(leader, min(free), ink, dots, line_height):
        del free[min(free)]
    return replace(leader, free=tuple(sorted(free)), covered=tuple(sorted(covered)))


def _through(leader: Leader, free: Mapping[int, int], ink: Pieces) -> Leader:
    """The leader with its place and pitch taken anew from its free dots: pieces of ink by number."""
    number, label = np.fromiter(free, np.intp), np.fromiter(free.values(), np.intp)
    (pitch, x), (rise, y) = fitted_line(number, ink.centres[label, 0]), fitted_line(number, ink.centres[label, 1])
    return replace(leader, x=x, y=y, pitch=pitch, rise=rise)


def label_at(ink: Pieces, leader: Leader, number: int) -> int:
    """The piece of ink at a dot's place: four of its nine middle pixels belong to it; 0 for paper."""
    x, y = leader.at(number)
    column, row = round(x), round(y)
    height, width = ink.labels.shape
    if not (1 <= column < width - 1 and 1 <= row < height - 1):
        return 0
    near = ink.labels[row - 1 : row + 2, column - 1 : column + 2].ravel()
    middle = int(near[4]) or int(near.max())
    return middle if middle and int((near == middle).sum()) >= _Shape.MIDDLE else 0


def _look(leader: Leader, number: int, ink: Pieces) -> tuple[str, int]:
    """What stands at a dot's place, and the number of that piece of ink.

    "free", "mark" (with or on a point or comma), "covered" by strokes, "" nothing.
    """
    label = label_at(ink, leader, number)
    if not label:
        return "", 0
    wide, high = (int(v) for v in ink.stats[label, 2:4])
    across, down = leader.size
    if wide <= (1 + _Shape.ALIKE) * across + 1 and high <= (1 + _Shape.ALIKE) * down + 1:
        x, y = leader.at(number)
        off = max(abs(ink.centres[label, 0] - x), abs(ink.centres[label, 1] - y))
        return "free" if off <= max(Dot.NEAREST, Dot.OFF * leader.pitch) else "mark", label
    if wide <= _Shape.MARK[0] * across + 1 and high <= _Shape.MARK[1] * down + 1:
        return "mark", label
    return "covered" if _fullness(leader, number, ink) >= _Shape.FULL else "", label


def _fullness(leader: Leader, number: int, ink: Pieces) -> float:
    """Share of the dot's pixels, its outermost left out, that are ink."""
    x, y = leader.at(number)
    across, down = (max(1.0, (side - 1) / 2) for side in leader.size)
    left, top = round(x - across), round(y - down)
    rows, columns = np.ogrid[top : round(y + down) + 1, left : round(x + across) + 1]
    disc = ((rows - y) / across) ** 2 + ((columns - x) / down) ** 2 <= 1
    part = ink.labels[max(0, top) : round(y + down) + 1, max(0, left) : round(x + across) + 1] > 0
    return float(part[disc].mean()) if part.shape == disc.shape and disc.any() else 0.0


def _is_colon(leader: Leader, number: int, ink: Pieces, dots: NDArray[np.intp], line_height: float) -> bool:
    """Whether another dot stands straight above: the lower dot of the colon before the leader."""
    x, y = leader.at(number)
    up = y - ink.centres[dots, 1]
    above = (up > _Colon.ABOVE[0] * line_height) & (up < _Colon.ABOVE[1] * line_height)
    return bool((above & (np.abs(ink.centres[dots, 0] - x) < max(Dot.NEAREST, leader.pitch * _Colon.BESIDE))).any())
