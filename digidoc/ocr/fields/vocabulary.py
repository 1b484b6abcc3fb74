"""The words that fields are known by, from the data files, and whether a word that was read can be one at all."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from digidoc.files.toml_table import parse
from digidoc.model import Word
from digidoc.ocr.vietnamese.read import language
from digidoc.text import fold, nfc

# The tone mark has two places in use: hòa and hoà, ủy and uỷ. Compared by the first.
_LATE: Final = {
    first + plain: toned + last
    for first, last, toneds, plains in (
        ("o", "a", "òóỏõọ", "àáảãạ"), ("o", "e", "òóỏõọ", "èéẻẽẹ"), ("u", "y", "ùúủũụ", "ỳýỷỹỵ"),
    )
    for toned, plain in zip(toneds, plains, strict=True)
}  # fmt: skip
_LATE_TONE: Final = re.compile(rf"(?<!q)(?:{'|'.join(_LATE)})\b")
_TONE: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
# Letters: what is in capitals and longer without being a syllable is no abbreviation, but words run together or noise.
_LONGEST_SHORT: Final = 12


@cache
def _data(name: str) -> dict[str, Any]:
    return parse((files("digidoc.ocr") / "data" / f"{name}.toml").read_bytes(), f"{name}.toml")


@cache
def phrases(part: str, key: str) -> tuple[str, ...]:
    """Phrases of fields.toml, longest first, as `spelled` writes them."""
    return tuple(sorted(map(spelled, _data("fields")[part][key]), key=len, reverse=True))


@cache
def types() -> tuple[tuple[str, str], ...]:
    """(name, abbreviation or "") of each type of paper, longest name first."""
    data = _data("document-types")
    found = [(name, short) for part in ("administrative", "other") for name, short in data[part]["types"]]
    return tuple(sorted(found, key=lambda each: len(each[0]), reverse=True))


@cache
def marks(key: str) -> dict[str, str]:
    """Folded mark of urgency or secrecy -> as the data file has it."""
    return {fold(mark): mark for mark in _data("fields")["marks"][key]}


def spelled(text: str) -> str:
    """NFC, lower case, tone marks in their first place: how texts are compared with their marks."""
    return _LATE_TONE.sub(lambda match: _LATE[match[0]], nfc(text).lower())


def begins(text: str, part: str, key: str) -> tuple[str, bool] | None:
    """The longest phrase of fields.toml that a text begins with, and whether its marks are right too.

    A phrase ends where a word ends; None where the text begins with none of them.
    """
    bare, exact = fold(text), spelled(text)
    for phrase in phrases(part, key):
        if bare.startswith(fold(phrase)) and not bare[len(phrase) : len(phrase) + 1].isalnum():
            return phrase, exact.startswith(phrase)
    return None


def odd(words: Iterable[Word], *, capitals: bool = False) -> bool:
    """Whether one of the words cannot be a word: no syllable, no abbreviation, not in the list of known words, no code.

    Args:
        words: as they were read.
        capitals: whether the text is set in capitals, where an abbreviation must be a known one.

    """
    plain = [nfc(word.text) for word in words if not any(map(str.isdecimal, word.text))]
    return any(_is_odd(run, capitals) for text in plain for run in _LETTERS.findall(text))


def misspelled(text: str) -> bool:
    """Whether one of the usual phrases stands in a text with other marks than it has."""
    bare, exact = fold(text), spelled(text)
    return any(
        exact[match.start() : match.end()] != phrase
        for phrase in phrases("spelling", "phrases")
        for match in re.finditer(rf"\b{re.escape(fold(phrase))}\b", bare)
    )


def _is_odd(run: str, capitals: bool) -> bool:
    if len(run) > 1 and run.isupper() and not capitals and _TONE.search(unicodedata.normalize("NFD", run)):
        return True  # abbreviations bear no tones: XỈ was XII
    if run in language.load() or run in _known() or len(run) == 1:
        return False
    return capitals or not run.isupper() or len(run) > _LONGEST_SHORT


@cache
def _known() -> frozenset[str]:
    data = _data("fields")
    words = [*data["words"]["known"], *data["organs"]["short"], *data["signer"]["authority"]]
    return frozenset(form for word in words for form in (word, word.upper()))


def texts(words: Sequence[Word]) -> str:
    """The words with one blank between them, NFC."""
    return nfc(" ".join(word.text for word in words))
