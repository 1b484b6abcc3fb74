"""Deciding between two readings of a line: what Tesseract saw becomes votes for candidates of the first reading.

Beside trueocr's network, which is weak about marks, Tesseract was the better reader of marks. digidoc's own network is
right about letters and marks (0.16 % of letters wrong on 30 made-up pages, with Tesseract 0.13 %), so that a vote has
half the weight it had.
"""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from digidoc.ocr.vietnamese.read.chooser import Chooser, Place, is_plain, only_place
from digidoc.ocr.vietnamese.read.recognisers import Reading, Token
from digidoc.text import fold


class _Vote:
    """What Tesseract's word is worth."""

    NATS: Final = 3.0  # at a confidence of 1; half of what it was with trueocr's network
    FLOOR: Final = 0.5  # confidence below which it is a guess and worth nothing


class _Figures:
    """Whose figures and signs stand where the two differ in these only: who was right in 46 and 29 cases."""

    TESSERACT: Final = 0.95  # from this confidence on Tesseract's
    NETWORK: Final = 0.965  # else the network's, from this probability on


class _Sure:
    """Words that only one of the two has, by confidence."""

    SURE: Final = 0.9  # from here on such a word stands
    PLAIN: Final = 0.6  # likewise where it is a plain, valid syllable


# Nats by which a word leads that is taken without candidates, where it is sure.
_LEAD: Final = 2.0
_SIGNS: Final = ".,;:!?'\"“”‘’*_|-–()[]"


def weigh(
    chooser: Chooser,
    reading: Reading,
    places: Sequence[Place],
    second: Sequence[Token],
    *,
    whole: tuple[bool, bool] = (True, True),
) -> list[Place]:
    """The places of a line, or of some neighbouring words of it, with what the second reader saw counted in.

    Args:
        chooser: scores candidates that only the second reader has.
        reading: of the whole line, by the network.
        places: as the network read them.
        second: the words that Tesseract read there.
        whole: whether these words begin and end the line; where they do not, what Tesseract has beyond them is the
            edge of a neighbour.

    """
    left, right = [fold(p.text) for p in places], [fold(t.text) for t in second]
    weighed: list[Place] = []
    for what, a0, a1, b0, b1 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        mine, other = places[a0:a1], second[b0:b1]
        if what == "equal" or len(mine) == len(other):
            weighed.extend(_one(chooser, reading, p, t) for p, t in zip(mine, other, strict=True))
        elif mine or not ((b0 == 0 and not whole[0]) or (b1 == len(second) and not whole[1])):
            weighed.extend(_other_count(chooser, mine, other))
    return weighed


def agreement(second: Sequence[Token], first: Sequence[Token]) -> float:
    """How alike the two readings are with marks and case left out, 0-1; 1 for two empty readings."""
    left, right = (fold("".join(t.text for t in tokens)) for tokens in (second, first))
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _one(chooser: Chooser, reading: Reading, place: Place, token: Token) -> Place:
    """One word each."""
    raw = place.token.text
    place.second = token.text
    if any(c.isdigit() for c in raw + token.text):
        return _figures(place, token)
    text = _without_specks(raw, token)
    if text not in place.texts:
        chooser.add(reading, place, text)
    if text in place.texts:
        place.votes[place.texts.index(text)] += (
            _Vote.NATS * max(0.0, token.confidence - _Vote.FLOOR) / (1 - _Vote.FLOOR)
        )
    return place


def _figures(place: Place, token: Token) -> Place:
    """A number is never made up: one of the two readings stands; signs around it are Tesseract's where it is firm."""
    raw = place.token
    if raw.text == token.text:
        return place
    firm = token.confidence >= _Figures.TESSERACT
    same = raw.text.strip(_SIGNS) == token.text.strip(_SIGNS)
    if same:
        text = token.text if firm or token.text[:-1] == raw.text.rstrip(_SIGNS) else raw.text
    else:
        text = raw.text if not firm and raw.confidence > _Figures.NETWORK else token.text
    made = only_place(replace(raw, text=text, raw=raw.text), margin=_LEAD if same else 0.0)
    made.second = token.text
    return made


def _without_specks(raw: str, token: Token) -> str:
    """Tesseract's word; signs around it that it alone saw, unsurely, are specks."""
    if token.confidence >= _Figures.TESSERACT:
        return token.text
    core, rival = token.text.strip(_SIGNS), raw.strip(_SIGNS)
    if not core or not rival or fold(core) != fold(rival):
        return token.text
    before, _, after = token.text.partition(core)
    other_before, _, other_after = raw.partition(rival)
    return (before if other_before else "") + core + (after if other_after else "")


def _other_count(chooser: Chooser, mine: Sequence[Place], other: Sequence[Token]) -> list[Place]:
    """Words that one of the two has joined, split, or not seen."""
    if not other:
        return [p for p in mine if p.token.confidence > _Sure.SURE or chooser.is_word(p.text)]
    if not mine:
        return [
            only_place(t, margin=_LEAD if t.confidence >= _Sure.SURE else 0.0)
            for t in other
            if t.confidence >= _Sure.SURE
            or (t.confidence >= _Sure.PLAIN and is_plain(t.text) and chooser.valid(t.text))
        ]
    joined = ["".join(fold(text) for text in texts) for texts in ([p.text for p in mine], [t.text for t in other])]
    good = [
        sum(chooser.valid(text) for text in texts) / len(texts)
        for texts in ([p.text for p in mine], [t.text for t in other])
    ]
    mean = sum(t.confidence for t in other) / len(other)
    # Where only the blanks differ more syllables are valid where they are right; else the second must be sure, too.
    takes_second = good[1] >= good[0] and (joined[0] == joined[1] or mean >= _Sure.SURE)
    if takes_second:
        return [only_place(t, margin=_LEAD if mean >= _Sure.SURE else 0.0) for t in other]
    return list(mine)
