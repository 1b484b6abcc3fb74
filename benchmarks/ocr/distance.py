"""Edit distances with their alignment, row by row in numpy; a piece of a text found in a longer one."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Stands for anything from nothing to so many letters: what is written by hand may be read as anything.
WILD: Final = "\ue000"
WILD_SPAN: Final = 14
_WILD_CODE: Final = 0
_Codes = NDArray[np.int32]


def _codes(a: Sequence[Hashable], b: Sequence[Hashable]) -> tuple[_Codes, _Codes]:
    numbers: dict[Hashable, int] = {WILD: _WILD_CODE}
    return tuple(  # type: ignore[return-value]
        np.fromiter((numbers.setdefault(item, len(numbers)) for item in items), np.int32, len(items))
        for items in (a, b)
    )


def _next_row(row: _Codes, symbol: int, across: _Codes, steps: _Codes) -> _Codes:
    if symbol == _WILD_CODE:
        new = row.copy()
        for span in range(1, min(WILD_SPAN, len(across)) + 1):
            new[span:] = np.minimum(new[span:], row[:-span])
        return new
    new = row + 1
    new[1:] = np.minimum(new[1:], row[:-1] + (across != symbol))
    # An insertion costs one a step: the running minimum along the row, seen from a slope of one.
    return np.asarray(np.minimum.accumulate(new - steps) + steps, np.int32)


def distance(truth: Sequence[Hashable], read: Sequence[Hashable]) -> int:
    """Insertions, deletions and substitutions that make one of the other."""
    a, b = _codes(truth, read)
    steps = np.arange(len(b) + 1, dtype=np.int32)
    row = steps.copy()
    for symbol in a:
        row = _next_row(row, int(symbol), b, steps)
    return int(row[-1])


@dataclass(frozen=True, slots=True)
class Found:
    """Where a piece lies in a text.

    Attributes:
        cost: edits between the piece and that place.
        start: where the place begins.
        end: behind its last item.
        pairs: (index in the piece, index in the text) of items that stand for each other, equal or substituted.
        spans: (start, end) in the text of what stands for a `WILD`, in the order of the piece.

    """

    cost: int
    start: int
    end: int
    pairs: tuple[tuple[int, int], ...]
    spans: tuple[tuple[int, int], ...]


def align(truth: Sequence[Hashable], read: Sequence[Hashable]) -> Found:
    """All of one with all of the other."""
    return _trace(truth, read, anywhere=False)


def find(piece: Sequence[Hashable], text: Sequence[Hashable]) -> Found:
    """The place in the text that is most like the piece; the first of several."""
    return _trace(piece, text, anywhere=True)


def _trace(truth: Sequence[Hashable], read: Sequence[Hashable], *, anywhere: bool) -> Found:
    a, b = _codes(truth, read)
    steps = np.arange(len(b) + 1, dtype=np.int32)
    rows = [np.zeros_like(steps) if anywhere else steps]
    for symbol in a:
        rows.append(_next_row(rows[-1], int(symbol), b, steps))
    i, j = len(a), int(np.argmin(rows[-1])) if anywhere else len(b)
    end, cost = j, int(rows[-1][j])
    pairs, spans = [], []
    while i or (j and not anywhere):
        if i and a[i - 1] == _WILD_CODE:
            span = next(n for n in range(WILD_SPAN + 1) if n <= j and rows[i - 1][j - n] == rows[i][j])
            spans.append((j - span, j))
            i, j = i - 1, j - span
        elif i and j and rows[i][j] == rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return Found(cost, j, end, tuple(reversed(pairs)), tuple(reversed(spans)))


def least(piece: str, text: str) -> int:
    """Edits between the piece and the place in the text most like it."""
    a, b = _codes(piece, text)
    steps = np.arange(len(b) + 1, dtype=np.int32)
    row = np.zeros_like(steps)
    for symbol in a:
        row = _next_row(row, int(symbol), b, steps)
    return int(row.min())
