"""Urgency (KHẨN, THƯỢNG KHẨN, HỎA TỐC …) and secrecy (MẬT, TỐI MẬT, TUYỆT MẬT): stamps that stand by themselves."""

import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from digidoc.model import ExtractedField, Line, PageText
from digidoc.ocr.fields.finding import FAIR, capitals, field, in_doubt
from digidoc.ocr.fields.layout import Share, split_at_gaps
from digidoc.ocr.fields.vocabulary import marks, spelled, texts
from digidoc.text import fold

# Heights of a line: a stamp may touch what is printed beside it and is split from it at such a gap.
_GAP: Final = 1.5
_FRAME: Final = " .:!-_|[](){}'\"*"


class _Misread:
    """A mark that is known with a letter wrong."""

    LONG: Final = 6  # letters at least: shorter ones are too like other words
    LIKE: Final = 0.84  # likeness to the mark (difflib's ratio), at least


def stamped(page: PageText) -> list[ExtractedField]:
    """Priority and Secrecy of a first page; a mark misread, or out of its place, is left to a person."""
    band = Share.HEADER * page.frame.level_size[1]
    found = []
    for name, key in (("Priority", "urgency"), ("Secrecy", "secrecy")):
        read = [(_mark(text, key), text, line) for line, text in _alone(page)]
        known = [(mark, text, line) for mark, text, line in read if mark]
        if known:
            mark, text, line = max(known, key=lambda each: (spelled(each[1]) == spelled(each[0]), len(each[0])))
            doubted = spelled(text) != spelled(mark) or in_doubt([line]) or line.box.y0 >= band
            found.append(field(name, mark, line.words, doubted=doubted, sure=FAIR))
    return found


def is_marked_secret(pages: Sequence[PageText]) -> bool:
    """Whether the first page bears MẬT, TỐI MẬT or TUYỆT MẬT by itself, with marks lost too; MẮT (eyes) is no mark."""
    if not pages:
        return False
    band = Share.HEADER * pages[0].frame.level_size[1]
    return any(line.box.y0 < band and _is_secret(text) for line, text in _alone(pages[0]))


def _is_secret(text: str) -> bool:
    mark = marks("secrecy").get(fold(text))
    if mark is None or len(mark) >= _Misread.LONG:
        return mark is not None
    return all(
        set(unicodedata.normalize("NFD", read)) <= set(unicodedata.normalize("NFD", meant))
        for read, meant in zip(text.lower(), mark.lower(), strict=True)
    )


def _alone(page: PageText) -> Iterator[tuple[Line, str]]:
    """Lines, and parts of lines that stand off, in capitals, without the frame around them."""
    whole = [line for line in page.lines if line.words and not line.cells]
    for line in (*whole, *(part for part in split_at_gaps(whole, _GAP) if part not in whole)):
        text = texts(line.words).strip(_FRAME)
        if capitals(text):
            yield line, text


def _mark(text: str, key: str) -> str:
    """The mark that a text is, or is nearly; empty for none."""
    known, folded = marks(key), fold(text)
    if folded in known:
        return known[folded]
    like = difflib.get_close_matches(folded, [bare for bare in known if len(bare) >= _Misread.LONG], 1, _Misread.LIKE)
    return known[like[0]] if like else ""
