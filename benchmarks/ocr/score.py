"""How well a page was read: error rates of letters and words, order-sensitive and order-free, with and without marks.

`python -m benchmarks.ocr.score READINGS TRUTHS` prints them for every TRUTHS/name.txt; a page that has no
READINGS/name.txt counts as read without a word.

CER and WER are edits over the length of the truth, the whole page in reading order. Order-free: each true line is
looked up wherever it stands in the reading, the longest first, and what no line claims counts as too much. What is not
counted, and what counts as the same sign, truth.py says.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Final

from benchmarks.ocr.distance import align, distance
from benchmarks.ocr.truth import Truth, claims, printed, truth_of, without_marks

DIGITS: Final = re.compile(r"\d(?:[\d.,/-]*\d)?")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one page or of several; the rates are pooled, so that long pages weigh more.

    Attributes:
        letters: of the truth, blanks counted.
        words: of the truth.
        letter_edits: between truth and reading, in order.
        word_edits: likewise, of words.
        bare_edits: of letters without marks.
        free_letters: of the true lines.
        free_edits: of letters, wherever the lines stand.
        free_bare_edits: likewise, without marks.
        common: words in both, wherever they stand.
        read_words: of the reading.
        cells: in tables.
        cells_right: cells read exactly and in their place.
        figures: groups of digits in the truth.
        figures_right: those read exactly and in their place.

    """

    letters: int = 0
    words: int = 0
    letter_edits: int = 0
    word_edits: int = 0
    bare_edits: int = 0
    free_letters: int = 0
    free_edits: int = 0
    free_bare_edits: int = 0
    common: int = 0
    read_words: int = 0
    cells: int = 0
    cells_right: int = 0
    figures: int = 0
    figures_right: int = 0

    @property
    def cer(self) -> float:
        """Letter error rate, order-sensitive."""
        return self.letter_edits / max(1, self.letters)

    @property
    def wer(self) -> float:
        """Word error rate, order-sensitive."""
        return self.word_edits / max(1, self.words)

    @property
    def cer_bare(self) -> float:
        """Letter error rate without marks, order-sensitive."""
        return self.bare_edits / max(1, self.letters)

    @property
    def cer_free(self) -> float:
        """Letter error rate, order-free."""
        return self.free_edits / max(1, self.free_letters)

    @property
    def cer_free_bare(self) -> float:
        """Letter error rate without marks, order-free."""
        return self.free_bare_edits / max(1, self.free_letters)

    @property
    def missed(self) -> float:
        """Share of the true words that the reading does not have, wherever."""
        return 1 - self.common / max(1, self.words)


def pooled(scores: Iterable[Score]) -> Score:
    """All counts added up."""
    every = list(scores)
    return Score(*(sum(getattr(score, field.name) for score in every) for field in fields(Score)))


def score(read: str, truth: Truth) -> Score:
    """Compare a reading (a line a printed line, in reading order) with the truth."""
    text = printed(read, truth)
    page = truth.text
    true_words, words = page.split(), text.split()
    bare_lines, bare_text = tuple(map(without_marks, truth.lines)), without_marks(text)
    exact = _exact(page, text)
    cells = list(_cells(page, truth))
    figures = [match.span() for match in DIGITS.finditer(page)]
    return Score(
        letters=len(page),
        words=len(true_words),
        letter_edits=distance(page, text),
        word_edits=distance(true_words, words),
        bare_edits=distance(without_marks(page), bare_text),
        free_letters=sum(map(len, truth.lines)),
        free_edits=_free(truth.lines, text),
        free_bare_edits=_free(bare_lines, bare_text),
        common=sum((Counter(true_words) & Counter(words)).values()),
        read_words=len(words),
        cells=len(cells),
        cells_right=sum(_whole(span, exact) for span in cells),
        figures=len(figures),
        figures_right=sum(_whole(span, exact) for span in figures),
    )


def _free(lines: tuple[str, ...], text: str) -> int:
    places, rest = claims(lines, text)
    found = sum(places[n].cost if n in places else len(line) for n, line in enumerate(lines))
    return found + sum(char not in "\0 " for char in rest)


def _exact(page: str, text: str) -> dict[int, int]:
    """For each letter of the page that was read right in its place, where in the reading it is."""
    return {i: j for i, j in align(page, text).pairs if page[i] == text[j]}


def _whole(span: tuple[int, int], exact: dict[int, int]) -> bool:
    """Whether all letters of the span were read right, with nothing between them."""
    at = [exact.get(i, -1) for i in range(*span)]
    return at[0] >= 0 and all(b == a + 1 for a, b in pairwise(at))


def _cells(page: str, truth: Truth) -> Iterable[tuple[int, int]]:
    """Where the cells of tables stand in the page's text; empty ones are none."""
    at = 0
    for row in truth.rows:
        filled = [cell for cell in row if cell]
        at = page.index(" ".join(filled), at)
        for cell in filled:
            at = page.index(cell, at)
            yield at, at + len(cell)
            at += len(cell)


COLUMNS: Final = ("CER", "WER", "CER bare", "CER free", "free bare", "words missed", "cells", "figures")


def row(counted: Score) -> tuple[str, ...]:
    """The figures of `COLUMNS`, for people."""
    rates = (counted.cer, counted.wer, counted.cer_bare, counted.cer_free, counted.cer_free_bare, counted.missed)
    shares = ((counted.cells_right, counted.cells), (counted.figures_right, counted.figures))
    return (*(f"{100 * rate:.2f}" for rate in rates), *(f"{right}/{of}" for right, of in shares))


def line(name: str, cells: Iterable[str]) -> str:
    """A row of a table on the terminal."""
    return f"{name:<28}" + "".join(f"{cell:>13}" for cell in cells)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ocr.score", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("readings", type=Path)
    parser.add_argument("truths", type=Path)
    given = parser.parse_args()
    print(line("page (rates in %)", COLUMNS))
    scores = []
    for truth in sorted(given.truths.glob("*.txt")):
        reading = given.readings / truth.name
        read = reading.read_text(encoding="utf-8") if reading.exists() else ""
        scores.append(score(read, truth_of(truth)))
        print(line(truth.stem + ("" if reading.exists() else " (no reading)"), row(scores[-1])))
    print(line("all", row(pooled(scores))))


if __name__ == "__main__":
    main()
