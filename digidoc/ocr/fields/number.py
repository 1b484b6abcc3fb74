"""Number and symbol: `Số: 15/QĐ-UBND`, `Số: 12/2024/NQ-HĐND`, `Số 09-NQ/TU`, `Luật số: 54/2014/QH13`.

A number that stands apart from its symbol was written or stamped into a gap: it is shown, but never believed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digidoc.model import ExtractedField, Line, Word
from digidoc.ocr.fields.finding import SURE, field
from digidoc.ocr.fields.layout import Header
from digidoc.ocr.fields.vocabulary import phrases, texts, types
from digidoc.text import fold

_LABEL: Final = re.compile(r"^(?:luat |phap lenh |nghi quyet )?s(?:\S{0,2}?\s*[:.;,]|[o06])\s*")
_SYMBOL_AT: Final = re.compile(r"/\s*(?=(?:(?:19|20)\d\d\s*/\s*)?[^\W\d_])")
_PARTY: Final = re.compile(r"^(?P<number>\d{1,7}[a-zđ]?)\s*-\s*(?=[A-ZĐ]{2,5}r?\s*/\s*[A-ZĐ])", re.IGNORECASE)
# One letter may follow the number, to distinguish papers that got the same number. Other letters were misread digits.
_NUMBER: Final = re.compile(r"\d{1,7}[a-eđA-EĐ]?")
_PART: Final = r"[A-ZĐ][A-Za-zĐđÂÊÔĂƠƯâêôăơưÀ-ỹ.&]*\d{0,4}"
_NOTATION: Final = re.compile(rf"(?:(?:19|20)\d\d/)?{_PART}(?:[-/]{_PART})*")
_OPEN: Final = ("-", "/", "&", ",")
# Heights of a line: words of a symbol stand closer than this.
_CLOSE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Code:
    """A number and symbol as they stand on one line.

    Attributes:
        number: digits, and a letter where there is one; empty where they cannot be read.
        notation: the symbol, without blanks.
        digits: words that the number was read from.
        signs: words of the symbol.
        apart: whether a gap parts the two, as where a number is filled in by hand, or none is there.

    """

    number: str
    notation: str
    digits: tuple[Word, ...]
    signs: tuple[Word, ...]
    apart: bool


def first_code(header: Header) -> tuple[Line, Code] | None:
    """The first line of the header that bears number and symbol."""
    codes = ((line, code_of(line)) for line in header.number_lines)
    return next(((line, code) for line, code in codes if code is not None), None)


def number_and_notation(header: Header, title: str, *, by_hand: bool) -> list[ExtractedField]:
    """CodeNumber and CodeNotation.

    Args:
        header: of the paper.
        title: its type as the title says it, or empty.
        by_hand: whether number or day of issue were filled in by hand.

    """
    found = first_code(header)
    if found is not None:
        line, code = found
        return [
            field("CodeNumber", code.number, code.digits or line.words, doubted=by_hand, sure=SURE),
            field("CodeNotation", code.notation, code.signs, doubted=_is_odd(code.notation, title)),
        ]
    left = header.number_lines
    return [field("CodeNumber", "", left[0].words, doubted=True)] if left and header.motto is not None else []


def code_of(line: Line) -> Code | None:
    """Number and symbol of a line that begins with "Số"; None where it bears no symbol.

    Where "Số" itself was not read, neither is the number that follows it.
    """
    text = texts(line.words)
    label = _LABEL.match(fold(text))
    rest = label.end() if label else 0
    party = _PARTY.match(text[rest:])
    slash = _SYMBOL_AT.search(text, rest)
    if party:
        end, start = rest + party.end("number"), rest + party.end()
    elif slash:
        end, start = slash.start(), slash.end()
    else:
        return None
    number = text[rest:end].strip(" .:…_") if label else ""
    return _code(line, number, (rest, end), start)


def _code(line: Line, number: str, span: tuple[int, int], start: int) -> Code:
    ends = _ends(line.words)
    first = next(i for i, end in enumerate(ends) if end > start)
    digits = tuple(
        word
        for word, end in zip(line.words, ends, strict=True)
        if end > span[0] and end - len(word.text) < span[1] and any(map(str.isalnum, word.text))
    )
    last = first
    while last + 1 < len(line.words) and _goes_on(line, last):
        last += 1
    whole = texts(line.words[: last + 1])
    attached = bool(digits) and (digits[-1] is line.words[first] or digits[-1].text.endswith("/"))
    return Code(
        number if _NUMBER.fullmatch(number) else "",
        whole[start:].replace(" ", "").strip(".,_:;"),
        digits,
        line.words[first : last + 1],
        not attached,
    )


def _ends(words: Sequence[Word]) -> list[int]:
    """Where each word ends in the text of them all."""
    ends, at = [], 0
    for word in words:
        at += len(word.text)
        ends.append(at)
        at += 1
    return ends


def _goes_on(line: Line, at: int) -> bool:
    """Whether the symbol goes on after the word at `at`: across a sign that joins, or close by in capitals."""
    word, after = line.words[at], line.words[at + 1]
    if word.text.endswith(_OPEN) or after.text.startswith(_OPEN):
        return any(map(str.isalnum, after.text)) or after.text in _OPEN
    return after.box.x0 - word.box.x1 < _CLOSE * line.box.height and after.text.isupper()


def _is_odd(notation: str, title: str) -> bool:
    """Whether a symbol is against the grammar, against the title, or has a part that lost a mark."""
    if not _NOTATION.fullmatch(notation):
        return True
    parts = re.split(r"[-/]", re.sub(r"^\d{4}/", "", notation))
    if any(fold(part) == fold(known) and part.upper() != known.upper() for part in parts for known in _organs()):
        return True
    wanted = dict(types()).get(title, "")
    shorts = [short for _, short in types() if short]
    if any(fold(parts[0]) == fold(short) and parts[0] != short for short in shorts) and parts[0] not in shorts:
        return True
    return bool(wanted) and parts[0] != wanted and (parts[0] in shorts or fold(parts[0]) == fold(wanted))


def _organs() -> list[str]:
    return [phrase.upper() for phrase in phrases("organs", "symbols")]
