"""Recipients: each entry of "Nơi nhận:", left of the signer, as it is printed, without its dash."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from digidoc.model import Box, ExtractedField, Line, PageText, Word
from digidoc.ocr.fields.finding import FAIR, field, in_doubt
from digidoc.ocr.fields.layout import split_at_gaps, unread_between
from digidoc.ocr.fields.vocabulary import misspelled, odd, texts
from digidoc.text import fold

# "Nơi nhận", perhaps misread, and nothing, a colon or an entry after it: "Nơi nhận hồ sơ" is text.
_HEAD: Final = re.compile(r"^\W*(?P<label>[a-z]{2,4}\s?[a-z]{3,5})\s*(?:$|[:.;,]\s*|(?=[-–—+]))")
_LABEL: Final = "noi nhan"
_LIKE: Final = 0.8
_DASH: Final = re.compile(r"^\s*[-–—+•*·~]\s*")
_KEPT: Final = re.compile(r"^luu\b")


class _List:
    """Where the list stands."""

    COLUMN: Final = 0.45  # share of the page's width in which its lines begin
    CROSSES: Final = 0.7  # share of the page's width: a line that ends farther right crosses the page
    APART: Final = 3.0  # heights of a line: the list ends where the next line is farther away
    MISSING: Final = 1.7  # usual distances between two lines: where they are farther apart a line is missing


@dataclass(frozen=True, slots=True)
class Recipients:
    """The list on one page.

    Attributes:
        page: from 1.
        lines: of the list, "Nơi nhận:" first; those that ran into the signer's block are cut.
        rest: the other lines of the page, cut likewise.

    """

    page: int
    lines: tuple[Line, ...]
    rest: tuple[Line, ...]


@dataclass(slots=True)
class _Entry:
    words: list[Word]
    doubted: bool = False


def recipients_of(pages: Sequence[PageText]) -> Recipients | None:
    """The first page's list that has one; forms and drafts that follow a paper may have lists of their own."""
    for number, page in enumerate(pages, 1):
        lines = split_at_gaps(line for line in page.lines if line.words)
        head = next((line for line in lines if _is_head(line, page)), None)
        if head is not None:
            chosen = _list(head, lines, page)
            held = {id(line) for line in chosen}
            return Recipients(number, tuple(chosen), tuple(line for line in lines if id(line) not in held))
    return None


def recipients(pages: Sequence[PageText], found: Recipients | None) -> list[ExtractedField]:
    """ToPlaces.Place for each entry; the last one is doubted where the list has no end or a line of it is missing."""
    if found is None:
        return []
    page = pages[found.page - 1]
    entries = _entries(found.lines)
    if not entries:
        return [field("ToPlaces.Place", "", found.lines[0].words, page=found.page, doubted=True)]
    ended = bool(_KEPT.match(fold(_value(entries[-1]))))
    entries[-1].doubted |= not ended or unread_between(page, Box.around([line.box for line in found.lines]))
    return [
        field(
            "ToPlaces.Place",
            _value(entry),
            entry.words,
            page=found.page,
            doubted=entry.doubted or _is_odd(entry),
            sure=FAIR,
        )
        for entry in entries
    ]


def _is_head(line: Line, page: PageText) -> bool:
    if line.box.x0 > _List.COLUMN * page.frame.level_size[0] or line.cells:
        return False
    match = _HEAD.match(fold(texts(line.words)))
    return match is not None and difflib.SequenceMatcher(None, match["label"], _LABEL).ratio() >= _LIKE


def _list(head: Line, lines: Sequence[Line], page: PageText) -> list[Line]:
    """Head and entries: the lines below it in its column, until one stands far off or crosses the page."""
    width = page.frame.level_size[0]
    below = sorted((ln for ln in lines if ln.box.y0 > head.box.y0 and ln is not head), key=lambda ln: ln.box.y0)
    chosen = [head]
    for line in below:
        if line.box.x0 > _List.COLUMN * width or line.box.y0 < (head.box.y0 + head.box.y1) / 2:
            continue
        last = chosen[-1]
        if (
            line.box.y0 > last.box.y1 + _List.APART * last.box.height
            or line.box.x1 > _List.CROSSES * width
            or line.cells
        ):
            break
        chosen.append(line)
        if _KEPT.match(_DASH.sub("", fold(line.text))) and line.text.rstrip().endswith("."):
            break
    return chosen


def _entries(lines: Sequence[Line]) -> list[_Entry]:
    entries: list[_Entry] = []
    head, *rest = lines
    label = _HEAD.match(fold(texts(head.words)))
    beside = head.words[len(texts(head.words)[: label.end() if label else 0].split()) :]
    if beside:
        entries.append(_Entry(list(beside), in_doubt([head])))
    pitch = median(b.box.y0 - a.box.y0 for a, b in pairwise(rest)) if len(rest) > 1 else 0.0
    for at, line in enumerate(rest):
        if not any(map(str.isalnum, line.text)):
            continue
        missing = at > 0 and pitch > 0 and line.box.y0 - rest[at - 1].box.y0 > _List.MISSING * pitch
        if missing and entries:
            entries[-1].doubted = True
        for words in _split(line.words):
            if words is not line.words[: len(words)] or not entries or _begins(entries[-1], words):
                entries.append(_Entry([]))
            entries[-1].words.extend(words)
        entries[-1].doubted |= in_doubt([line])
    return entries


def _split(words: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """The words of a line, split where a dash follows a semicolon: "- Như trên; - Lưu: VT"."""
    parts, start = [], 0
    for at in range(1, len(words)):
        if words[at - 1].text.endswith(";") and _DASH.match(words[at].text):
            parts.append(words[start:at])
            start = at
    return [*parts, words[start:]]


def _begins(last: _Entry, words: Sequence[Word]) -> bool:
    """Whether words begin an entry: with a dash, or after one that has its semicolon."""
    return bool(_DASH.match(texts(words))) or last.words[-1].text.endswith((";", "."))


def _value(entry: _Entry) -> str:
    return _DASH.sub("", texts(entry.words)).strip(" ;.,")


def _is_odd(entry: _Entry) -> bool:
    """Whether an entry has a word that is none; who keeps the file ("Lưu: VT, bnt.") writes initials."""
    if _KEPT.match(fold(_value(entry))):
        return False
    return not _value(entry) or odd(entry.words) or misspelled(_value(entry))
