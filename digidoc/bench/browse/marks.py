"""Where the words of a query stand on a page: boxes in its level frame, from the text that was read there."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from digidoc.archive.catalog.index import folded_words, words_of
from digidoc.archive.catalog.query import Unit, contains
from digidoc.model import Box, PageText
from digidoc.text import fold, nfc

_MOST: Final = 200  # marks on a page: a word that stands there more often is seen all the same


class _Token(NamedTuple):
    """A word as the index has it, with accents and without, and where it stands: line and box."""

    typed: str
    bare: str
    line: int
    box: Box


def marks(page: PageText, units: Sequence[Unit]) -> tuple[Box, ...]:
    """The places of a query on a page, in reading order; words side by side have one box.

    From the strictest reading that the page has: all words as typed and in a row, then without accents, then each unit
    of the query by itself; as the piece of text of a hit is marked.
    """
    words = tuple(word for unit in units for word in unit.words)
    if not words:
        return ()
    tokens = [
        _Token(word, fold(word), number, printed.box)
        for number, line in enumerate(page.lines)
        for printed in line.words
        for word in words_of(printed.text)
    ]
    bare = [token.bare for token in tokens]
    places = _places([token.typed for token in tokens], words) or _places(bare, tuple(map(fold, words)))
    if not places:
        places = sorted({place for unit in units for place in _places(bare, unit.bare.words)})
    return tuple(box for first, end in places for box in _boxes(tokens[first:end]))[:_MOST]


def matching_pages(pages: Sequence[str], units: Sequence[Unit]) -> tuple[int, ...]:
    """Numbers, from 1, of the pages of a paper that have every unit of a query; none of no query."""
    wanted = [unit.bare.words for unit in units]
    if not wanted:
        return ()
    texts = (tuple(folded_words(nfc(text))) for text in pages)
    return tuple(n for n, words in enumerate(texts, 1) if all(contains(words, unit) for unit in wanted))


def _places(tokens: Sequence[str], words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the words stand in a row: the first of them, and the end."""
    length = len(words)
    return [
        (start, start + length)
        for start in range(len(tokens) - length + 1)
        if tokens[start] == words[0] and tuple(tokens[start : start + length]) == words
    ]


def _boxes(tokens: Sequence[_Token]) -> list[Box]:
    """One box for each line that they stand on."""
    lines = groupby(((token.line, token.box) for token in tokens), key=itemgetter(0))
    return [Box.around([box for _line, box in group]) for _number, group in lines]
