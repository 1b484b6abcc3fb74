"""Choosing the words of a page among candidates, by what the network saw and what Vietnamese papers say.

Candidates for a word are its reading, the syllables that differ from it in marks only, and readings in which the
network's second choices stand for characters it was unsure of. A path through each line (Viterbi) weighs for each word
what the network saw of it, how usual it is after the word before it, and whether it is a syllable at all. Words with
digits and codes are never touched.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digidoc.ocr.vietnamese.read import ctc
from digidoc.ocr.vietnamese.read.language import BREAK, Language, ends_clause, usual_case
from digidoc.ocr.vietnamese.read.recognisers import Reading, Token
from digidoc.text import fold


class _Weight:
    """What speaks for and against a candidate, nats. Chosen on made-up pages."""

    SEEN: Final = 1.0  # times the logarithm of its probability by the network
    USUAL: Final = 0.5  # times the logarithm of how usual it is after the word before it
    INVALID: Final = -3.0  # for a word that is no syllable


class _Candidates:
    """Which candidates there are, by the network's probabilities."""

    RANGE: Final = 14.0  # nats below the best beyond which one is left out; 9 costs a third of the gain
    SURE: Final = 0.9  # a character surer than this has no second choice
    SECOND: Final = 0.02  # a second choice is at least so likely
    WEAKEST: Final = 3  # characters of a word, the least sure ones, for which second choices are tried


class _Certain:
    """A syllable of which the network is sure at every step: it gets no other candidates."""

    SURE: Final = 0.99  # probability of every step
    LEAD: Final = 16.0  # nats by which it would lead at least


# Words whose cost by themselves is remembered.
_REMEMBERED: Final = 1 << 15
# The number of a paragraph with a comma behind it, which is a full stop misread.
_COUNTED: Final = re.compile(r"\d,")
# Letters of the longest abbreviation in capitals that is taken for one (HĐND, TTATXH).
_ABBREVIATION: Final = 6
_ENDS: Final = ".,;:"
_WORD: Final = re.compile(r"([^\w]*)([^\W\d_]+)([^\w]*)")


@dataclass(slots=True)
class Place:
    """A word of a line and what may stand there.

    Attributes:
        token: as the network read it.
        texts: candidates; the first is the reading itself.
        seen: of each, the weighted logarithm of its probability by the network, and its validity.
        votes: added for candidates that another reader confirms.
        margin: by how much the chosen one is better than the next; infinite for a word without rivals.
        chosen: index of the candidate that stands.
        second: what the second reader has there; empty where it was not asked.

    """

    token: Token
    texts: list[str]
    seen: NDArray[np.float32] = field(default_factory=lambda: np.zeros(1, np.float32))
    votes: NDArray[np.float32] = field(default_factory=lambda: np.zeros(1, np.float32))
    margin: float = float("inf")
    chosen: int = 0
    second: str = ""

    @property
    def text(self) -> str:
        """What stands."""
        return self.texts[self.chosen]


def only_place(token: Token, margin: float) -> Place:
    """A word that stands as it is."""
    return Place(token, [token.text], margin=margin)


def is_plain(text: str) -> bool:
    """Whether a word is one run of letters with signs around it."""
    return _WORD.fullmatch(text) is not None


class _Chain:
    """The candidates of a line as the numbers of a language model: which pairs are asked for, and what they decide.

    Attributes:
        left: of each pair of neighbouring candidates (and the line's ends) the number that comes first.
        right: the number that follows.

    """

    def __init__(self, places: Sequence[Place], language: Language) -> None:
        self._places = places
        lasts = [np.asarray([BREAK], np.int64)]
        firsts: list[NDArray[np.int64]] = []
        self._own = [place.seen + place.votes for place in places]
        for place in places:
            numbers = [language.class_of(text) for text in place.texts]
            ends = [BREAK if ends_clause(text) else number for text, number in zip(place.texts, numbers, strict=True)]
            firsts.append(np.asarray(numbers, np.int64))
            lasts.append(np.asarray(ends, np.int64))
        firsts.append(np.asarray([BREAK], np.int64))
        self._shapes = [(len(one), len(other)) for one, other in zip(lasts, firsts, strict=True)]
        self.left = np.concatenate([np.repeat(one, n) for one, (_, n) in zip(lasts, self._shapes, strict=True)])
        self.right = np.concatenate([np.tile(other, n) for other, (n, _) in zip(firsts, self._shapes, strict=True)])

    def settle(self, follows: NDArray[np.float32]) -> None:
        """Choose, given the weighted logarithms of the pairs: forwards and back along the line (Viterbi)."""
        moves, at = [], 0
        for shape in self._shapes:
            moves.append(follows[at : at + shape[0] * shape[1]].reshape(shape))
            at += shape[0] * shape[1]
        forward = [moves[0][0] + self._own[0]]
        for move, own in zip(moves[1:-1], self._own[1:], strict=True):
            forward.append((forward[-1][:, None] + move).max(axis=0) + own)
        back = moves[-1][:, 0]
        for number in range(len(self._places) - 1, -1, -1):
            place, total = self._places[number], forward[number] + back
            place.chosen = int(total.argmax())
            if len(total) > 1:
                others = np.partition(total, -2)
                place.margin = float(others[-1] - others[-2])
            back = (moves[number] + (back + self._own[number])[None, :]).max(axis=1)


class Chooser:
    """See the module."""

    def __init__(self, language: Language, chars: Sequence[str]) -> None:
        self._language = language
        self._chars = chars
        self._codes: Mapping[str, int] = {char: number for number, char in enumerate(chars, 1)}
        self._habit = lru_cache(maxsize=_REMEMBERED)(self._habit_of)

    def places(self, readings: Sequence[Reading]) -> list[list[Place]]:
        """The words of each line with their candidates, each scored by the network."""
        lines = [self._line(reading) for reading in readings]
        offsets = np.cumsum([0, *(len(reading.steps) for reading in readings)])
        labels, spans = [], []
        for places, reading, offset in zip(lines, readings, offsets, strict=False):
            for place, (first, last) in zip(places, reading.spans, strict=True):
                if len(place.texts) > 1:
                    labels += [self._label(text) for text in place.texts]
                    spans += [(offset + first, offset + last)] * len(place.texts)
        if labels:
            steps = np.concatenate([reading.steps for reading in readings])
            seen = ctc.score(steps, np.asarray(spans, np.int64), labels)
            at = 0
            for place in (place for places in lines for place in places):
                if len(place.texts) > 1:
                    until = at + len(place.texts)
                    self._keep(place, seen[at:until])
                    at = until
        return lines

    def _line(self, reading: Reading) -> list[Place]:
        sure = np.exp(reading.steps.max(axis=1)) if len(reading.steps) else np.zeros(0, np.float32)
        places = []
        for token, (first, last) in zip(reading.tokens, reading.spans, strict=True):
            if self.is_word(token.text) and float(sure[first:last].min()) > _Certain.SURE:
                places.append(Place(token, [token.text], margin=_Certain.LEAD))
            else:
                places.append(Place(token, self._candidates(token.text, reading.steps[first:last])))
        return places

    def _keep(self, place: Place, seen: NDArray[np.float32]) -> None:
        kept = np.flatnonzero(seen >= seen.max() - _Candidates.RANGE)
        if 0 not in kept:
            kept = np.concatenate(([0], kept))
        place.texts = [place.texts[i] for i in kept]
        place.seen = _Weight.SEEN * seen[kept] + np.asarray([self._habit(text) for text in place.texts], np.float32)
        place.votes = np.zeros(len(kept), np.float32)

    def _habit_of(self, text: str) -> float:
        """What speaks against a word wherever it stands: no syllable, or a comma behind the number of a paragraph."""
        return _Weight.INVALID if not self.valid(text) or _COUNTED.fullmatch(text) else 0.0

    def add(self, reading: Reading, place: Place, text: str) -> None:
        """One more candidate for a word of the line, unless the network has no letter for one of its characters."""
        if not text or not all(c in self._codes for c in text):
            return
        span = next((s for s, t in zip(reading.spans, reading.tokens, strict=True) if t is place.token), None)
        if span is None:
            return
        texts = [text] if len(place.texts) > 1 else [place.texts[0], text]
        spans = np.asarray([span] * len(texts), np.int64)
        seen = _Weight.SEEN * ctc.score(reading.steps, spans, [self._label(t) for t in texts]) + np.asarray(
            [self._habit(t) for t in texts], np.float32
        )
        place.texts = [*place.texts, text]
        place.seen = np.concatenate([place.seen, seen]) if len(texts) == 1 else seen
        place.votes = np.zeros(len(place.texts), np.float32)

    def choose(self, lines: Sequence[Sequence[Place]]) -> None:
        """Set what stands for every word, and by what lead: the best path through its line against the next."""
        chains = [_Chain(places, self._language) for places in lines if places]
        if not chains:
            return
        left = np.concatenate([chain.left for chain in chains])
        right = np.concatenate([chain.right for chain in chains])
        follows = _Weight.USUAL * self._language.pairs(left, right)
        at = 0
        for chain in chains:
            chain.settle(follows[at : at + len(chain.left)])
            at += len(chain.left)

    def _candidates(self, text: str, steps: NDArray[np.float32]) -> list[str]:
        found = {text: None}
        for variant in (text, *self._second_choices(text, steps)):
            found.setdefault(variant)
            parts = _WORD.fullmatch(variant)
            if parts is None:
                continue
            before, core, after = parts.groups()
            for shape in _shapes(core):
                found.update(dict.fromkeys(before + shape(word) + after for word in self._language.alike(fold(core))))
        return [t for t in found if t and all(c in self._codes for c in t)] or [text]

    def _second_choices(self, text: str, steps: NDArray[np.float32]) -> list[str]:
        """The reading with one of its least sure characters replaced, left out or added."""
        if not len(steps):
            return []
        ids = steps.argmax(axis=1)
        sure = np.exp(steps[np.arange(len(ids)), ids])
        weak = np.flatnonzero(sure < _Candidates.SURE)
        weak = weak[np.argsort(sure[weak])][: _Candidates.WEAKEST]
        found = []
        for at in weak:
            for other in np.argsort(steps[at])[-3:-1]:
                if np.exp(steps[at, other]) < _Candidates.SECOND or other == self._codes[" "]:
                    continue
                changed = ids.copy()
                changed[at] = other
                # The whole run of a character changes with its step.
                if ids[at] != 0:
                    run = at
                    while run + 1 < len(ids) and ids[run + 1] == ids[at]:
                        run += 1
                        changed[run] = other
                    run = at
                    while run > 0 and ids[run - 1] == ids[at]:
                        run -= 1
                        changed[run] = other
                found.append(self._text(changed))
        if any(c.isdigit() for c in text):  # a number is never changed, the sign behind it may be
            found = [other for other in found if other.rstrip(_ENDS) == text.rstrip(_ENDS)]
        return [other for other in found if other]

    def _text(self, ids: NDArray[np.int64]) -> str:
        kept = ids[(ids != 0) & np.concatenate(([True], ids[1:] != ids[:-1]))]
        return "".join(self._chars[i - 1] for i in kept).strip()

    def _label(self, text: str) -> list[int]:
        return [self._codes[char] for char in text]

    def is_word(self, text: str) -> bool:
        """Whether a word is a Vietnamese syllable, with or without signs around it."""
        parts = _WORD.fullmatch(text)
        return parts is not None and parts[2] in self._language

    def valid(self, text: str) -> bool:
        """Whether a word is a syllable in a usual case, an abbreviation, or no word of letters at all."""
        parts = _WORD.fullmatch(text)
        if parts is None:
            return not any(c.isalpha() for c in text) or any(c.isdigit() for c in text)
        core = parts[2]
        return usual_case([core]) and (core in self._language or (core.isupper() and len(core) <= _ABBREVIATION))


def _shapes(core: str) -> tuple[Callable[[str], str], ...]:
    """How a word in lower case is written in the case of `core`; all three ways where it is in none."""
    if core.islower():
        return (str,)
    if core.isupper() and len(core) > 1:
        return (str.upper,)
    if len(core) == 1 or (core[0].isupper() and core[1:].islower()):
        return (str.capitalize,)
    return (str, str.upper, str.capitalize)
