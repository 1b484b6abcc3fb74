"""Words that made-up papers are set together from, read from vocabulary.toml; and what spelling allows."""

import tomllib
from pathlib import Path
from typing import Final

_WORDS: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _list(name: str) -> tuple[str, ...]:
    return tuple(_WORDS[name])


def _pairs(name: str) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in _WORDS[name])


FAMILY: Final = _list("family")
MIDDLE: Final = _list("middle")
GIVEN: Final = _list("given")
ONSETS: Final = _list("onsets")
RHYMES: Final = _list("rhymes")
PROVINCES: Final = _list("provinces")
TYPES: Final = _pairs("types")
OFFICES: Final = _pairs("offices")
LAWS: Final = _list("laws")
SUBJECTS: Final = _list("subjects")
VERBS: Final = _list("verbs")
OBJECTS: Final = _list("objects")
TAILS: Final = _list("tails")
OPENERS: Final = _list("openers")
ENGLISH: Final = _list("english")
TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
STOPPED_TONES: Final = ("\u0301", "\u0323")
FRONT: Final = "ieêy"
BEFORE_FRONT: Final = {"c": "k", "g": "gh", "ng": "ngh"}
NO_GLIDE: Final = frozenset({"b", "m", "ph", "v", "c", "g", "r", "đ", "ng"})
