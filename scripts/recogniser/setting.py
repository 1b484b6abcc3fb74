"""A line of text set in type on a sheet."""

import random
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import stacked
from faces import Cut
from PIL import Image, ImageDraw
from sheet import Picture, Sheet

# Share of lines with handwriting before or behind the print, and of these with it before.
_WITH_HAND: Final = 0.06
_HAND_BEFORE: Final = 0.25
# Share of lines with a wide gap between two words; and words behind which papers leave room for a number or a day.
_WITH_GAP: Final = 0.12
_BEFORE_BLANKS: Final = frozenset({"Số:", "ngày"})
# Share of lines whose tones stand right above the roofs.
_STACKED: Final = 0.55
# Em of paper beside the line, above its base line and below it.
_SIDE, _ABOVE, _BELOW = 1.2, 1.9, 1.4


class _Placed(NamedTuple):
    x: float
    word: str
    cut: Cut


@dataclass(frozen=True, slots=True)
class Line:
    """What was set.

    Attributes:
        sheet: with the print and nothing else.
        text: which of the words found room.
        hand: from pixel to pixel: room left for handwriting beside the print; None where there is none.
        gap: from pixel to pixel: room between two words; None where there is none.

    """

    sheet: Sheet
    text: str
    hand: tuple[float, float] | None
    gap: tuple[float, float] | None


def set_line(chance: random.Random, words: list[str], cuts: list[Cut], em: int) -> Line | None:
    """As many of the words as a line of an A4 page takes; None where they have no ink."""
    side, base = round(_SIDE * em), round(_ABOVE * em)
    hand = em * chance.uniform(1.0, 9.0) if chance.random() < _WITH_HAND else 0.0
    first = float(side)
    if hand and chance.random() < _HAND_BEFORE:
        first += hand + em * chance.uniform(0.2, 1)
    over = chance.random() < _STACKED
    placed, gap = _placed(chance, words, cuts, em, first)
    last = placed[-1]
    end = last.x + last.cut.font(em).getlength(last.word)
    right = end + (hand + em * chance.uniform(0.1, 0.8) if hand and first == side else 0.0)
    ink = _printed(chance, placed, em, (base + round(_BELOW * em), round(right) + side), base, over=over)
    rows = np.flatnonzero(ink[:, : round(end)].any(axis=1))
    if not len(rows):
        return None
    sheet = Sheet(ink, base, em, side, round(right), end, int(rows[0]), int(rows[-1]) + 1)
    start = side if first > side else right - hand
    return Line(sheet, " ".join(one.word for one in placed), (start, start + hand) if hand else None, gap)


def _placed(
    chance: random.Random, words: list[str], cuts: list[Cut], em: int, first: float
) -> tuple[list[_Placed], tuple[float, float] | None]:
    """Words side by side from `first` on, and where there is room between two of them."""
    limit = round(em * chance.uniform(29, 38))  # a line of an A4 page
    wide = chance.uniform(1.0, 2.2) if chance.random() < 0.3 else chance.uniform(0.85, 1.15)
    blank = cuts[0].font(em).getlength(" ") * wide
    gap_at = chance.randrange(len(words)) if chance.random() < _WITH_GAP else -1
    if words[0] in _BEFORE_BLANKS:
        gap_at = 0
    gap = chance.uniform(3, 9) if chance.random() < 0.6 else chance.uniform(8, 24)
    placed: list[_Placed] = []
    x = first
    for i, (word, cut) in enumerate(zip(words, cuts, strict=True)):
        length = cut.font(em).getlength(word)
        if placed and x + length - first > limit:
            break
        placed.append(_Placed(x, word, cut))
        x += length + blank * (gap if i == gap_at else 1)
    if not 0 <= gap_at < len(placed) - 1:
        return placed, None
    before, behind = placed[gap_at : gap_at + 2]
    start = before.x + before.cut.font(em).getlength(before.word) + 0.15 * em
    return placed, (start, min(behind.x - 0.3 * em, start + gap * blank))


def _printed(
    chance: random.Random, placed: list[_Placed], em: int, size: tuple[int, int], base: int, *, over: bool
) -> Picture:
    """Ink of the words, [rows, pixels] as `size` says; `over`: tones stand over the roofs."""
    canvas = Image.new("L", size[::-1], 255)
    pen = ImageDraw.Draw(canvas)
    bare = [stacked.split(one.word) if over else (one.word, []) for one in placed]
    for one, (word, _tones) in zip(placed, bare, strict=True):
        pen.text((round(one.x), base), word, fill=0, font=one.cut.font(em), anchor="ls")
    ink: Picture = 255 - np.asarray(canvas)
    rise, high = chance.uniform(-0.02, 0.03), chance.uniform(0.75, 1.0)
    for one, (word, tones) in zip(placed, bare, strict=True):
        stacked.put(ink, word, tones, one.cut.font(em), round(one.x), base, rise=rise, high=high)
    return ink
