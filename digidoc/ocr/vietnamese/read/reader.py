"""Reading the lines of a page: the network, the best path through its candidates, a second reader in doubt.

Accurate: Tesseract reads again what is doubtful, with a word of context on either side. Draft: it is never asked.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from digidoc.model import Box
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.read import language as language_model
from digidoc.ocr.vietnamese.read.arbiter import agreement, weigh
from digidoc.ocr.vietnamese.read.chooser import Chooser, Place
from digidoc.ocr.vietnamese.read.confidence import confidence_of
from digidoc.ocr.vietnamese.read.recognisers import LineNetwork, Reading, TesseractLineReader, Token, cut

# Lines read at once: what the network saw of a letter takes 3 kB, and a page of 40 megapixels has 60,000 letters.
_AT_ONCE: Final = 128


class _Doubtful:
    """Which words Tesseract reads again, see "Reading again" in docs/explanation/ocr.md."""

    LEAD: Final = 2.5  # nats by which the best candidate leads at least for a word not to be read again
    SURE: Final = 0.97  # the network's probability likewise, for a word without rivals (a number, a code)
    APART: Final = 2  # words: nearer ones are read in one go, for starting Tesseract costs as much as two words


class _Gap:
    """The gap between two words."""

    SLACK: Final = 0.3  # heights of the line beside the network's places in which it is looked for
    PALER: Final = 24  # grey levels: columns darker than the whitest by no more than this are white


class _NoPrint:
    """When a line may be no print: a stamp, a signature, a speck.

    A suspect line is left out when Tesseract reads it quite differently. On 13 real scans leaving such lines out took
    the letters read wrong from 1.51 to 1.29 %.
    """

    ALIKE: Final = 0.5  # likeness of the two readings below which a suspect line is left out
    UNSURE: Final = 0.62  # the network's mean probability below which a line is suspect
    FEW: Final = 3  # letters: a line with no more is suspect sooner, if its height is unusual
    FEW_UNSURE: Final = 0.85  # the network's mean probability below which such a short line is suspect
    ODD: Final = 0.25  # share by which a line's height differs from the usual one to be unusual
    WORDLESS: Final = 0.8  # the same probability for a line without a syllable: codes and numbers are read surely


class LineReader:
    """See the module. Keeps the network, the language model and, if there is one, Tesseract loaded."""

    def __init__(self, tesseract: TesseractLineReader | None) -> None:
        self._network = LineNetwork()
        self._chooser = Chooser(language_model.load(), self._network.chars)
        self._tesseract = tesseract

    @property
    def weights(self) -> str:
        """Which weights the network has, see `LineNetwork`."""
        return self._network.weights

    def read(self, gray: Image, boxes: Sequence[Box]) -> list[list[Token]]:
        """The words of each line, in the order of `boxes`; none where there is no print."""
        if not boxes:
            return []
        usual = float(np.median([box.height for box in boxes]))
        return [
            tokens
            for start in range(0, len(boxes), _AT_ONCE)
            for tokens in self._read(gray, boxes[start : start + _AT_ONCE], usual)
        ]

    def _read(self, gray: Image, boxes: Sequence[Box], usual: float) -> list[list[Token]]:
        readings = self._network.read(gray, boxes)
        lines = self._chooser.places(readings)
        self._chooser.choose(lines)
        weighed = [
            self._weighed(gray, box, reading, places, odd=abs(box.height / usual - 1) > _NoPrint.ODD)
            if places
            else places
            for box, reading, places in zip(boxes, readings, lines, strict=True)
        ]
        self._chooser.choose([new for new, old in zip(weighed, lines, strict=True) if new is not old])
        return [[_token(place) for place in places] for places in weighed]

    def _weighed(self, gray: Image, box: Box, reading: Reading, places: list[Place], *, odd: bool) -> list[Place]:
        """The words of a line with the second reader's votes; the same list where not asked; none without print."""
        words = sum(self._chooser.is_word(place.text) for place in places)
        suspect = _suspect(reading, odd=odd) or (not words and reading.confidence < _NoPrint.WORDLESS)
        if self._tesseract is None:
            return [] if suspect and 2 * words < len(places) else places
        if suspect:
            second = self._tesseract.read(gray, box)
            if agreement(second, reading.tokens) < _NoPrint.ALIKE:
                return []
            return weigh(self._chooser, reading, places, second)
        return self._read_again(self._tesseract, gray, box, reading, places)

    def _read_again(
        self, tesseract: TesseractLineReader, gray: Image, box: Box, reading: Reading, places: list[Place]
    ) -> list[Place]:
        """The places, the doubtful ones with Tesseract's votes; the same list where nothing is doubtful."""
        stretches = _stretches(places)
        if not stretches:
            return places
        result: list[Place] = []
        done = 0
        for start, end in stretches:
            whole = (start == 0, end == len(places))
            second = tesseract.read(gray, _around(gray, box, places, start, end), whole=whole)
            result += places[done:start]
            stretch = places[start:end]
            result += weigh(self._chooser, reading, stretch, second, whole=whole) if second else stretch
            done = end
        return result + places[done:]

    def close(self) -> None:
        """Give Tesseract's memory back."""
        if self._tesseract is not None:
            self._tesseract.close()


def _suspect(reading: Reading, *, odd: bool) -> bool:
    """Whether a line may be no print: a stamp, a signature, a speck."""
    letters = sum(len(token.text) for token in reading.tokens)
    sure = reading.confidence
    return sure < _NoPrint.UNSURE or (letters <= _NoPrint.FEW and sure < _NoPrint.FEW_UNSURE and odd)


def _stretches(places: Sequence[Place]) -> list[tuple[int, int]]:
    """First and end of the stretches of words that hold a doubtful one, a word of context on either side."""
    found: list[tuple[int, int]] = []
    for at, place in enumerate(places):
        if not _doubtful(place):
            continue
        start, end = max(0, at - 1), min(len(places), at + 2)
        if found and start <= found[-1][1] + _Doubtful.APART - 1:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _doubtful(place: Place) -> bool:
    if place.margin < math.inf:
        return place.margin < _Doubtful.LEAD
    return place.token.confidence < _Doubtful.SURE


def _around(gray: Image, box: Box, places: Sequence[Place], start: int, end: int) -> Box:
    """The part of the line that holds the words, split from its neighbours where there is least ink."""
    x0 = _gap(gray, box, places[start - 1].token, places[start].token) if start else box.x0
    x1 = _gap(gray, box, places[end - 1].token, places[end].token) if end < len(places) else box.x1
    return Box(x0, box.y0, max(x1, x0 + 1), box.y1)


def _gap(gray: Image, box: Box, left: Token, right: Token) -> float:
    """The middle of the whitest columns between two words, whose places are known to a quarter of a line's height."""
    slack = _Gap.SLACK * box.height
    first = min(left.x1, right.x0) - slack
    picture = cut(gray, Box(first, box.y0, max(left.x1, right.x0) + slack, box.y1))
    columns = picture.min(axis=0).astype(np.int32)
    white = np.flatnonzero(columns >= columns.max() - _Gap.PALER)
    runs = np.split(white, np.flatnonzero(np.diff(white) > 1) + 1)
    widest = max(runs, key=len)
    return max(0.0, first) + float(widest[0] + widest[-1] + 1) / 2


def _token(place: Place) -> Token:
    """The word that stands, and what the network read where that is another."""
    raw = place.token.raw or place.token.text
    return replace(place.token, text=place.text, confidence=confidence_of(place), raw=raw if raw != place.text else "")
