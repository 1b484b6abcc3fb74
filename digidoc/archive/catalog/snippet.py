"""The piece of a page around a match, as it was read, with the places to mark."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from digidoc.text import fold, nfc

_BEFORE, _LENGTH = 60, 200
_BETWEEN: Final = r"[\W_]+"
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text on one line, and what matches in it: (start, end) of each place, in characters."""

    text: str
    marks: tuple[tuple[int, int], ...]


def snippet(text: str, phrases: tuple[tuple[str, ...], ...]) -> Snippet:
    """The piece of `text` that shows the best match of a query.

    Args:
        text: a page, NFC.
        phrases: words of the query that belong together, in lower case.

    """
    text = nfc(text)
    # Folding keeps the number of characters, so places in the folded text are places in the original.
    folded = fold(text)
    marks = _marks(text, folded, phrases)
    start = max(0, marks[0][0] - _BEFORE) if marks else 0
    end = min(len(text), max(start + _LENGTH, marks[0][1] if marks else 0))
    start, end = _whole_words(text, start, end)
    head, tail = _ELLIPSIS if start > 0 else "", _ELLIPSIS if end < len(text) else ""
    shift = len(head) - start
    # Blank for blank, so that the places stay right.
    line = text[start:end].replace("\n", " ")
    if not line.isprintable():
        line = "".join(" " if char.isspace() or not char.isprintable() else char for char in line)
    inside = tuple((a + shift, b + shift) for a, b in marks if start <= a and b <= end)
    return Snippet(f"{head}{line}{tail}", inside)


def _marks(text: str, folded: str, phrases: tuple[tuple[str, ...], ...]) -> list[tuple[int, int]]:
    """Places to mark, from the strictest reading that the page has: all as typed, folded, then piece by piece."""
    words = tuple(word for phrase in phrases for word in phrase)
    if not words:
        return []
    lower = text.lower()
    typed = _find(words, lower) if len(lower) == len(text) else []
    bare = tuple(map(fold, words))
    pieces = {tuple(map(fold, phrase)) for phrase in phrases}
    return typed or _find(bare, folded) or _apart(place for piece in pieces for place in _find(piece, folded))


def _apart(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places in order, without those that begin inside another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _find(words: tuple[str, ...], text: str) -> list[tuple[int, int]]:
    pattern = rf"(?<![^\W_]){_BETWEEN.join(map(re.escape, words))}(?![^\W_])"
    return [match.span() for match in re.finditer(pattern, text)]


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends to blanks, so that no word is cut, unless that takes in too much."""
    for _ in range(20):
        if start == 0 or text[start - 1].isspace():
            break
        start -= 1
    for _ in range(20):
        if end == len(text) or text[end].isspace():
            break
        end += 1
    return start, end
