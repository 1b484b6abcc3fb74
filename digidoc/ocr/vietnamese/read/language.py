"""A model of Vietnamese as administrative papers write it: syllables, how usual each is, and which follows which.

The data (`digidoc/ocr/data/language.npz`, made by `scripts/make_language.py`, which says where it is from) holds the
syllables that orthography allows and a bigram model with absolute discounting; it is loaded in about 20 ms.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Classes of what is no known syllable; syllables are numbered from FIRST on.
BREAK: Final = 0
NUMBER: Final = 1
UNKNOWN: Final = 2
FIRST: Final = 3
# Logarithms of the pairs are stored in steps of 1/16.
STEPS: Final = 16

_REMEMBERED: Final = 1 << 15
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_STOPS: Final = ".;:!?"


class Language:
    """See the module. Words are compared in lower case; the places of the tone mark in hòa and hoà are the same."""

    def __init__(self) -> None:
        source = files("digidoc.ocr") / "data" / "language.npz"
        with source.open("rb") as file, np.load(file) as data:
            written = data["words"].tobytes().decode()
            self._alone: NDArray[np.float32] = data["alone"]
            self._back: NDArray[np.float32] = data["back"]
            self._keys: NDArray[np.uint32] = data["keys"]
            self._pairs: NDArray[np.uint8] = data["pairs"]
        self._ids: dict[str, int] = {}
        self._alike: dict[str, tuple[str, ...]] = {}
        number = FIRST
        for row in written.split("\n"):
            bare, *words = row.split(" ")
            for word in words:
                for form in word.split("/"):
                    self._ids[form] = number
                number += 1
            self._alike[bare] = tuple(form for word in words for form in word.split("/"))
        # The number of a word of the text: its one run of letters as a syllable, else NUMBER or UNKNOWN.
        self.class_of = lru_cache(maxsize=_REMEMBERED)(partial(class_of, ids=self._ids))

    def __contains__(self, word: str) -> bool:
        """Whether a word, letters only, in any case, is a syllable that orthography allows."""
        return word.lower() in self._ids

    def alike(self, folded: str) -> tuple[str, ...]:
        """The syllables, in lower case, that are `folded` without marks."""
        return self._alike.get(folded, ())

    def pairs(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float32]:
        """Natural logarithms of the probability that `right` follows `left`, for arrays of numbers of one shape."""
        keys = (left << 16 | right).astype(np.uint32)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = self._keys[at] == keys
        fallen = self._back[left] + self._alone[right]
        return np.where(known, -self._pairs[at].astype(np.float32) / STEPS, fallen)


def class_of(word: str, ids: Mapping[str, int]) -> int:
    """The number of a word: its one run of letters as a syllable, else NUMBER or UNKNOWN."""
    runs = _LETTERS.findall(word)
    if len(runs) == 1 and not any(c.isdigit() for c in word):
        return ids.get(runs[0].lower(), UNKNOWN)
    return UNKNOWN if runs else NUMBER


def ends_clause(word: str) -> bool:
    """Whether what follows the word begins anew."""
    return word[-1:] in _STOPS and word[-1:] != ""


def classes_of(words: Iterable[str], ids: Mapping[str, int]) -> list[int]:
    """The numbers of the words of a line, with BREAK after each that ends a clause."""
    chain: list[int] = []
    for word in words:
        chain.append(class_of(word, ids))
        if ends_clause(word):
            chain.append(BREAK)
    return chain


@lru_cache(maxsize=1)
def load() -> Language:
    """The model, once a process."""
    return Language()


def usual_case(words: Sequence[str]) -> bool:
    """Whether every run of letters is in lower case, in capitals, or has a capital first letter only."""
    return all(r.islower() or r.isupper() or r[1:].islower() for word in words for r in _LETTERS.findall(word))
