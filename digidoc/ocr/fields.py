"""What a paper says of itself: number, symbol, type, issuer, place, date, subject, signer.

By layout and grammar of NĐ 30/2020/NĐ-CP, annex I; names of the fields are those of its annex VI. Blank or handwritten
numbers and days are never guessed: the field is there, to be reviewed.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from digidoc.model import Box, ExtractedField, Line, PageText, Word
from digidoc.ocr.engines.order import part_joined
from digidoc.text import fold, tidy

# A value on which both readers agree has .996; anything less a person confirms.
_SURE: Final = 0.95
# Lines of a subject stand around one centre; lines of the body fill the page. Shares of the page's width.
_OFF_CENTRE: Final = 0.08
_BODY_WIDTH: Final = 0.72
# A text that holds a word less sure than this is looked at by a person.
_WEAK: Final = 0.5
_HEADER: Final = 0.45
_NUMBER_LINE: Final = re.compile(r"^s[oó0]\s*[:.;]?\s*(?P<number>.*?)\s*/\s*(?P<notation>\S.*)$")
_NUMBER: Final = re.compile(r"\d{1,7}[A-Za-zĐđ]?")
_NOTATION: Final = re.compile(r"(?:\d{4}/)?[A-ZĐƯƠÂÊÔĂa-z&]+\d*(?:-[A-ZĐƯƠÂÊÔĂa-z&]+\d*)*")
_DATE: Final = re.compile(r"ngay\s*(?P<day>\S{0,3})\s*thang\s*(?P<month>\S{0,3})\s*nam\s*(?P<year>\S{0,5})")
_ABOUT: Final = re.compile(r"^(v/v|ve viec|v/ v)\b")
_AUTHORITY: Final = re.compile(r"^(tm|kt|tl|tuq|q)\s*[.,]\s*\S")
_END_OF_SUBJECT: Final = re.compile(r"^(can cu|kinh gui|chu tich|uy ban|hoi dong|giam doc|bo truong|quyet dinh)\b|^_+$")
_MOTTO: Final = "cong hoa xa hoi"
_COUNCIL: Final = ("uy ban nhan dan", "hoi dong nhan dan")
_SECRET: Final = {"mat", "toi mat", "tuyet mat"}
# Authority, position, signature and seal stand within this share of the page's height above the name.
_SIGNATURE_ROOM: Final = 0.2
_SHORTEST_POSITION: Final = 4
_NAME_WORDS: Final = range(2, 7)


def extract(pages: Sequence[PageText]) -> tuple[ExtractedField, ...]:
    """The fields of a paper in the order of annex VI; a field that cannot be found is left out.

    Args:
        pages: of one paper, in order.

    """
    if not pages or not pages[0].lines:
        return ()
    first = pages[0]
    band = _HEADER * first.frame.level_size[1]
    # In a text layer one line may run both columns of the header; coloured ink there is a stamp of arrival.
    header = part_joined([ln for ln in first.lines if ln.box.y0 < band and ln.doubt != "coloured-ink"])
    found = [
        *_number_and_notation(header),
        _issued(header),
        _place(header),
        _organ(header),
        _type(header),
        _subject(first.lines, header, first.frame.level_size[0]),
        *_signer(pages),
    ]
    return tuple(field for field in found if field is not None)


def is_marked_secret(pages: Sequence[PageText]) -> bool:
    """Whether the first page bears MẬT, TỐI MẬT or TUYỆT MẬT as a line of its own."""
    lines = pages[0].lines[:12] if pages else ()
    return any(line.text.isupper() and fold(line.text).strip(" .:!-") in _SECRET for line in lines)


@cache
def _types() -> dict[str, str]:
    """Folded name -> name, longest first, from the data file."""
    data = tomllib.loads((files("digidoc.ocr") / "data" / "document-types.toml").read_text(encoding="utf-8"))
    names = [name for part in ("administrative", "other") for name, _ in data[part]["types"]]
    return {fold(name): name for name in sorted(names, key=len, reverse=True)}


def _number_and_notation(header: Iterable[Line]) -> list[ExtractedField]:
    for line in header:
        match = _NUMBER_LINE.match(fold(line.text))
        if match is None:
            continue
        printed = tidy(line.text)
        number = printed[slice(*match.span("number"))].strip(" .:")
        notation = printed[slice(*match.span("notation"))].split("  ")[0].strip(" .,").replace(" ", "")
        fields = []
        digits = _words_at(line, number)
        sure = min((word.confidence for word in digits), default=0.0)
        clear = bool(_NUMBER.fullmatch(number)) and sure >= _SURE
        fields.append(_field("CodeNumber", number if _NUMBER.fullmatch(number) else "", sure, line, review=not clear))
        good = _NOTATION.fullmatch(notation)
        sure = _mean(line.words[-1:])
        fields.append(_field("CodeNotation", notation, sure, line, review=not good or sure < _WEAK))
        return fields
    return []


def _words_at(line: Line, text: str) -> list[Word]:
    """The words of the line that the text is in."""
    return [word for word in line.words if text and any(part in word.text for part in text.split())]


def _issued(header: Iterable[Line]) -> ExtractedField | None:
    for line in header:
        folded = fold(line.text)
        match = _DATE.search(folded)
        if match is None or folded.startswith("can cu"):
            continue
        parts = [match[name].strip(".,") for name in ("day", "month", "year")]
        value = _iso(parts)
        sure = min((w.confidence for w in line.words if any(c.isdigit() for c in w.text)), default=0.0)
        return _field("IssuedDate", value, sure, line, review=not value or sure < _SURE)
    return None


def _iso(parts: Sequence[str]) -> str:
    """ISO 8601 of day, month, year in digits; empty where they are no date."""
    if not all(part.isdecimal() for part in parts):
        return ""
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0])).isoformat()
    except ValueError:
        return ""


def _place(header: Iterable[Line]) -> ExtractedField | None:
    for line in header:
        match = re.search(r"^(?P<place>[^,]{2,60}?)\s*,\s*ngay\b", fold(line.text))
        if match and not match["place"].startswith("can cu"):
            return _field(
                "Place", tidy(line.text)[slice(*match.span("place"))].strip(" |.,_-"), _mean(line.words), line
            )
    return None


def _organ(header: Sequence[Line]) -> ExtractedField | None:
    """Lines above the number, left of the motto. The first is the parent unless it needs the next to name anyone."""
    end = next((i for i, line in enumerate(header) if _NUMBER_LINE.match(fold(line.text))), None)
    if end is None:
        return None
    motto = next((line for line in header if _MOTTO in fold(line.text)), None)
    highest = 0.0 if motto is None else motto.box.y0 - motto.box.height / 2  # higher up stand stamps of arrival
    lines = [line for line in header[:end] if line.text.isupper() and line is not motto and line.box.y1 > highest]
    if not lines:
        return None
    whole = fold(lines[0].text).strip(" .") in _COUNCIL or len(lines) == 1
    chosen = lines if whole else lines[1:]
    text = " ".join(tidy(line.text).strip(" .-_") for line in chosen)
    words = [word for line in chosen for word in line.words]
    return _field("OrganName", text, _mean(words), chosen[0], review=_weakest(words) < _WEAK)


def _title(header: Iterable[Line]) -> tuple[Line, str] | None:
    """The line that names the type in capitals, and the type."""
    for line in header:
        folded = fold(line.text).strip(" .:*_-")
        if not line.text.isupper():
            continue
        for key, name in _types().items():
            if folded == key or (folded.startswith(f"{key} ") and len(folded) < 4 * len(key) + 20):
                return line, name
    return None


def _type(header: Sequence[Line]) -> ExtractedField | None:
    title = _title(header)
    if title is not None:
        return _field("TypeName", title[1], _mean(title[0].words), title[0])
    about = next((line for line in header if fold(line.text).startswith("v/v")), None)
    return None if about is None else _field("TypeName", "Công văn", _mean(about.words), about)


def _subject(lines: Sequence[Line], header: Sequence[Line], width: int) -> ExtractedField | None:
    """The lines below the title, or from "V/v" on, as long as they stand close together around one centre."""
    title = _title(header)
    if title is not None:
        start: int | None = next(i for i, line in enumerate(lines) if line is title[0]) + 1
    else:
        start = next((i for i, line in enumerate(lines) if _ABOUT.match(fold(line.text))), None)
    if start is None or start >= len(lines):
        return None
    chosen = [lines[start]]
    for line in lines[start + 1 : start + 6]:
        if not _goes_on(chosen, line, width):
            break
        chosen.append(line)
    text = " ".join(tidy(line.text).strip(" _") for line in chosen)
    words = [word for line in chosen for word in line.words]
    return _field("Subject", text[:500], _mean(words), chosen[0], review=_weakest(words) < _WEAK)


def _goes_on(subject: Sequence[Line], line: Line, width: int) -> bool:
    """Whether a line belongs to the subject begun: right below it, centred like it, not as wide as the body's lines."""
    last, folded = subject[-1], fold(line.text)
    near = last.box.y0 < line.box.y0 < last.box.y1 + 1.2 * last.box.height
    centre = (subject[0].box.x0 + subject[0].box.x1) / 2
    centred = abs((line.box.x0 + line.box.x1) / 2 - centre) < _OFF_CENTRE * width
    body = line.box.width > _BODY_WIDTH * width
    ended = _END_OF_SUBJECT.match(folded) or _MOTTO in folded or _DATE.search(folded)
    return near and centred and not body and not ended


def _signer(pages: Sequence[PageText]) -> list[ExtractedField]:
    """The last block that begins with an authority or a position in capitals on the right, and the name below it."""
    for number in range(len(pages), 0, -1):
        page = pages[number - 1]
        half = page.frame.level_size[0] * 0.42
        right = [line for line in page.lines if line.box.x0 > half]
        for i in range(len(right) - 1, -1, -1):
            name = right[i]
            if not _is_name(name.text):
                continue
            highest = name.box.y0 - _SIGNATURE_ROOM * page.frame.level_size[1]
            above = [ln for ln in right[max(0, i - 5) : i] if _is_position(ln) and highest < ln.box.y0 < name.box.y0]
            if not above:
                continue
            position = " ".join(tidy(line.text) for line in above if not _AUTHORITY.match(fold(line.text)))
            position = position or tidy(above[-1].text)
            words = [word for line in above for word in line.words]
            return [
                _field("SignerInfo.Position", position[:100], _mean(words), above[0], number),
                _field("SignerInfo.FullName", tidy(name.text)[:50], _mean(name.words), name, number),
            ]
    return []


def _is_position(line: Line) -> bool:
    """Whether a line can be an authority or a position: capitals, and no scraps of a seal."""
    readable = line.text.isupper() and sum(map(str.isalpha, line.text)) >= _SHORTEST_POSITION
    return readable and not line.doubt and _weakest(line.words) >= _WEAK


def _is_name(text: str) -> bool:
    words = text.split()
    return len(words) in _NAME_WORDS and all(w.isalpha() and w[0].isupper() and w[1:].islower() for w in words)


def _mean(words: Sequence[Word]) -> float:
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def _weakest(words: Sequence[Word]) -> float:
    return min((word.confidence for word in words), default=0.0)


def _field(
    name: str, value: str, confidence: float, line: Line, page: int = 1, *, review: bool = False
) -> ExtractedField:
    box = Box(*(round(v) for v in line.box))
    return ExtractedField(name, value, round(confidence, 3), page, box, review)
