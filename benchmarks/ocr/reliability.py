"""Do confidences mean something: how many of the sure words are right, how many wrong figures go unflagged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from benchmarks.ocr.score import DIGITS
from benchmarks.ocr.truth import Truth, claims, masked, normal
from digidoc.model import Line, PageText, Word
from digidoc.ocr.doubts import DOUBTED

EDGES: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
SURE: Final = 0.9


@dataclass(slots=True)
class Reliability:
    """Counts over pages.

    Attributes:
        words: of each bin of `EDGES`, those read and to be counted; the last bin includes 1.
        right: of each bin, those that stand so in the truth.
        figures: groups of digits in the truth.
        wrong: of them, read otherwise.
        unflagged: of the wrong ones, those that nothing points to: no word in their place has a confidence below
            `DOUBTED`, their line has no doubt, their page is not doubted as a whole.
        invented: words with a digit, sure and without a doubt, that stand for nothing printed.
        examples: (truth, reading) of figures wrong and unflagged.

    """

    words: list[int] = field(default_factory=lambda: [0] * (len(EDGES) - 1))
    right: list[int] = field(default_factory=lambda: [0] * (len(EDGES) - 1))
    figures: int = 0
    wrong: int = 0
    unflagged: int = 0
    invented: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)

    def add(self, page: PageText, truth: Truth) -> None:
        """Count one page that was read."""
        said = _Reading(page, truth)
        for word, right in said.compared():
            number = next((n for n, edge in enumerate(EDGES[1:]) if word.confidence < edge), len(EDGES) - 2)
            self.words[number] += 1
            self.right[number] += right
        self.invented += sum(1 for _word in said.invented())
        for figure, read, flagged in said.figures():
            self.figures += 1
            self.wrong += read != figure
            if read != figure and not flagged:
                self.unflagged += 1
                self.examples.append((figure, read))

    def of_sure(self) -> tuple[int, int]:
        """(right, all) of the words with a confidence of at least `SURE`."""
        first = EDGES.index(SURE)
        return sum(self.right[first:]), sum(self.words[first:])

    def report(self) -> list[str]:
        """The table as lines for a terminal."""
        lines = [f"{'confidence':<14}{'words':>8}{'right':>8}{'share':>9}"]
        for (low, high), words, right in zip(pairwise(EDGES), self.words, self.right, strict=True):
            share = f"{right / words:9.2%}" if words else f"{'-':>9}"
            lines.append(f"{low:.2f} - {high:.2f}   {words:>8}{right:>8}{share}")
        right, words = self.of_sure()
        lines.append(f"of the {words} words at {SURE} and more {right / max(1, words):.2%} are right")
        lines.append(
            f"groups of digits: {self.figures}, read otherwise {self.wrong}, of these unflagged {self.unflagged};"
            f" read where none is printed, unflagged: {self.invented}"
        )
        return [*lines, *(f"  unflagged: {true} read as {read or 'nothing'}" for true, read in self.examples[:12])]


class _Reading:
    """A page's words laid beside the truth, wherever on the page its lines stand."""

    def __init__(self, page: PageText, truth: Truth) -> None:
        self._doubted = bool(page.doubts)
        self._spans: list[tuple[int, int, Word, Line]] = []
        lines = []
        at = 0
        for line in page.lines:
            said = []
            for word in line.words:
                text = "".join(normal(word.text).split())
                if text:
                    self._spans.append((at, at + len(text), word, line))
                    said.append(text)
                    at += len(text) + 1
            if said:
                lines.append(" ".join(said))
        self._text = " ".join(lines)
        self._shown = masked(lines, truth)
        self._truth = truth
        self._places, _rest = claims(truth.lines, self._shown)
        self._true_of = {j: (n, i) for n, place in self._places.items() for i, j in place.pairs}

    def _counted(self) -> Iterable[tuple[int, int, Word, Line]]:
        """The words no letter of which stands for handwriting or a stamp."""
        return (span for span in self._spans if " " not in self._shown[span[0] : span[1]])

    def compared(self) -> Iterable[tuple[Word, bool]]:
        """Every counted word, and whether it is right."""
        for start, end, word, _line in self._counted():
            yield word, self._is_right(start, end)

    def _is_right(self, start: int, end: int) -> bool:
        true = [self._true_of.get(j) for j in range(start, end)]
        if true[0] is None:
            return False
        number, first = true[0]
        line = self._truth.lines[number]
        if true != [(number, i) for i in range(first, first + end - start)]:
            return False
        whole = (first == 0 or line[first - 1] == " ") and line[first + end - start :][:1] in {"", " "}
        return whole and line[first : first + end - start] == self._shown[start:end]

    def invented(self) -> Iterable[Word]:
        """Words with digits, unflagged, in whose place the truth has nothing."""
        for start, end, word, line in self._counted():
            nothing = not any(j in self._true_of for j in range(start, end))
            if nothing and DIGITS.search(self._shown[start:end]) and not self._flagged([(word, line)]):
                yield word

    def _flagged(self, words: Sequence[tuple[Word, Line]]) -> bool:
        return self._doubted or any(word.confidence < DOUBTED or line.doubt for word, line in words)

    def figures(self) -> Iterable[tuple[str, str, bool]]:
        """Every group of digits in the truth, what was read in its place, and whether that is flagged."""
        for number, line in enumerate(self._truth.lines):
            place = self._places.get(number)
            read_at = dict(place.pairs) if place else {}
            for match in DIGITS.finditer(line):
                at = [read_at[i] for i in range(*match.span()) if i in read_at]
                if not at:
                    yield match.group(), "", self._doubted
                    continue
                touched = [span for span in self._spans if span[0] <= max(at) and span[1] > min(at)]
                read = self._figure_at(min(at), max(at))
                yield match.group(), read, self._flagged([(word, seen) for _s, _e, word, seen in touched])

    def _figure_at(self, first: int, last: int) -> str:
        """What was read from one letter to another, with the digits that join it."""
        while first > 0 and self._text[first - 1].isdigit():
            first -= 1
        while last + 1 < len(self._text) and self._text[last + 1].isdigit():
            last += 1
        return self._text[first : last + 1]
