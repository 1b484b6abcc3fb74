"""Vietnamese as Times New Roman and the older offices' fonts set it: the tone right above the circumflex or the breve.

The free typefaces with the same widths (Tinos, Liberation, FreeSerif) set it to the right of the roof, so that a
network which has seen only these takes the ể of real papers for ễ.
"""

import unicodedata
from typing import Final

import cv2
import numpy as np
from PIL.ImageFont import FreeTypeFont
from sheet import Picture

_ROOFS: Final = frozenset("\u0302\u0306")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309")
# How far from the middle of the letter the middle of the mark stands, shares of the em.
_ASIDE: Final = {"\u0300": -0.05, "\u0301": 0.05, "\u0303": 0.0, "\u0309": 0.01}
# Rows: what is lower is no mark.
_LOWEST: Final = 2


def split(word: str) -> tuple[str, list[tuple[int, str]]]:
    """The word without tones over roofs, and (place, tone) of these; Ể has one, ẻ and ệ have none."""
    letters, tones = [], []
    for place, letter in enumerate(word):
        apart = unicodedata.normalize("NFD", letter)
        marks = set(apart[1:])
        tone = next(iter(marks & _TONES), "")
        if tone and marks & _ROOFS:
            tones.append((place, tone))
            letters.append(unicodedata.normalize("NFC", apart.replace(tone, "")))
        else:
            letters.append(letter)
    return "".join(letters), tones


def put(
    ink: Picture,
    word: str,
    tones: list[tuple[int, str]],
    font: FreeTypeFont,
    x: float,
    base: int,
    *,
    rise: float,
    high: float,
) -> None:
    """Draw the tones over a word that stands at x on the base line.

    Args:
        ink: of the page, 255 black.
        word: without them.
        tones: as `split` gives them.
        font: Pillow's.
        x: left end of the word.
        base: row of the base line.
        rise: of the mark over the roof, shares of the em; less than nothing: into it.
        high: of the mark, times its usual height.

    """
    em = font.size
    for place, tone in tones:
        letter = word[place]
        left, top, right, _bottom = font.getbbox(letter, anchor="ls")
        mark = _mark(font, tone, upper=letter.isupper())
        if mark is None:
            continue
        size = (mark.shape[1], max(2, round(mark.shape[0] * high)))
        mark = np.asarray(cv2.resize(mark, size, interpolation=cv2.INTER_AREA), np.uint8)
        middle = x + font.getlength(word[:place]) + (left + right) / 2 + _ASIDE[tone] * em
        x0, y1 = round(middle - mark.shape[1] / 2), round(base + top - rise * em)
        y0 = y1 - mark.shape[0]
        if y0 < 0 or x0 < 0 or x0 + mark.shape[1] > ink.shape[1]:
            continue
        part = ink[y0:y1, x0 : x0 + mark.shape[1]]
        np.maximum(part, mark, out=part)


def _mark(font: FreeTypeFont, tone: str, *, upper: bool) -> Picture | None:
    """The mark alone, what è has above the top of e; None where it is too small to be seen."""
    plain = "E" if upper else "e"
    whole = unicodedata.normalize("NFC", plain + tone)
    rows = int(font.getbbox(plain, anchor="ls")[1] - font.getbbox(whole, anchor="ls")[1])
    if rows < _LOWEST:
        return None
    mask = font.getmask(whole, "L")
    mark = np.asarray(mask, np.uint8).reshape(mask.size[::-1])[:rows]
    columns, lines = np.flatnonzero(mark.any(axis=0)), np.flatnonzero(mark.any(axis=1))
    if not len(columns):
        return None
    return np.ascontiguousarray(mark[lines[0] : lines[-1] + 1, columns[0] : columns[-1] + 1])
