"""Place and date of issue: `Quảng Ngãi, ngày 05 tháng 02 năm 2025`, from the header, never from "Căn cứ …"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from digidoc.model import ExtractedField, Line, Word
from digidoc.ocr.fields.finding import SURE, field, in_doubt
from digidoc.ocr.fields.layout import Header
from digidoc.ocr.fields.vocabulary import odd, texts
from digidoc.text import fold

# "ngày" and "tháng" may be misread by a letter; what stands between them is what was read of day, month and year.
_DATE: Final = re.compile(
    r"ng[a-z]y\s*(?P<day>.{0,6}?)\s*th[a-z]ng\s*(?P<month>.{0,6}?)\s*n[a-z]m\s*(?P<year>\S{0,6})(?P<after>.*)$"
)
_PLACE: Final = re.compile(r"^(?P<place>.{2,60}?)\s*[,.]\s*$")
_DAY: Final = re.compile(r"^ng[a-z]y")
_TOUCHING: Final = re.compile(r"[^\W\d_]{2}\d|\d[^\W\d_]{2}")
_BASIS: Final = re.compile(r"^\W*(can cu|ban hanh|kem theo|theo|thuc hien|tai|thong tu|nghi dinh|so\b)|[(;:]|\bso\b|/")
# Words of the longest name of a place; more are taken for a misreading.
_PLACE_WORDS: Final = 7
# Heights of a line: between the words of a printed date stand blanks; wider gaps were left for a pen.
_GAP: Final = 1.0
_YEARS: Final = range(1945, 2100)
# Characters that may stand after the year of a date of issue: a full stop, specks.
_AFTER: Final = 3


@dataclass(frozen=True, slots=True)
class Issued:
    """Where and when a paper was issued, and whether number and day were filled in by hand, as clerks do at one go."""

    fields: tuple[ExtractedField, ...]
    by_hand: bool


def issued(header: Header, *, by_hand: bool) -> Issued:
    """IssuedDate and Place of the first line of the header that is a date of issue.

    Args:
        header: of the paper.
        by_hand: whether the number was filled in by hand.

    """
    for line in header.lines:
        text = texts(line.words)
        match = _DATE.search(fold(text))
        if match is None or line.cells:
            continue
        before = text[: match.start()]
        if _BASIS.search(fold(before)) or len(match["after"].strip()) > _AFTER or ";" in match["year"] + match["after"]:
            continue
        place = _PLACE.match(before)
        if place is None and (before.strip() or header.on_the_left(line)):
            continue
        by_hand = by_hand or (header.page.source == "ocr" and _filled_in(line))
        found = [_date(line, match, by_hand=by_hand)]
        if place is not None:
            found.append(_place(line, place["place"]))
        return Issued(tuple(found), by_hand)
    return Issued((), by_hand)


def _date(line: Line, match: re.Match[str], *, by_hand: bool) -> ExtractedField:
    value = _iso(match)
    dated = _dated(line)
    figures = [word for word in dated if any(map(str.isdecimal, word.text))]
    return field("IssuedDate", value, figures if value else dated, doubted=by_hand or in_doubt([line]), sure=SURE)


def _dated(line: Line) -> Sequence[Word]:
    """The words from "ngày" on."""
    at = next((i for i, word in enumerate(line.words) if _DAY.match(fold(word.text))), 0)
    return line.words[at:]


def _filled_in(line: Line) -> bool:
    """Whether a figure of the date touches the word beside it, or stands far from it: print does neither."""
    words = _dated(line)
    if any(_TOUCHING.search(word.text) for word in words):
        return True
    gaps = [after.box.x0 - before.box.x1 for before, after in pairwise(words)]
    return any(gap > _GAP * line.box.height for gap in gaps)


def _place(line: Line, text: str) -> ExtractedField:
    """The place; its words stand before "ngày"."""
    words = line.words[: len(text.split())]
    named = text.strip(" |._-")
    strange = len(words) > _PLACE_WORDS or not named[:1].isupper() or any(map(str.isdecimal, named))
    return field("Place", named, words, doubted=strange or odd(words) or in_doubt([line]))


def _iso(match: re.Match[str]) -> str:
    """ISO 8601 of day, month and year in digits; empty where they are no date."""
    parts = [match[name].strip(" .,") for name in ("day", "month", "year")]
    if not all(part.isdecimal() for part in parts) or int(parts[2]) not in _YEARS:
        return ""
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0])).isoformat()
    except ValueError:
        return ""
