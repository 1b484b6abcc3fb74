"""Type and subject: the title in capitals and the centred lines under it, or "V/v …" under the number of a letter."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digidoc.model import ExtractedField, Line, Word
from digidoc.ocr.fields.finding import FAIR, capitals, field, in_doubt
from digidoc.ocr.fields.layout import Header, Share, body_edges, middle
from digidoc.ocr.fields.number import first_code
from digidoc.ocr.fields.vocabulary import misspelled, odd, texts, types
from digidoc.ocr.vietnamese.find.order import cut
from digidoc.text import fold

_LETTER: Final = "Công văn"


class _Centred:
    """Lines that are set in the middle, shares of the page's width."""

    OFF_TITLE: Final = 0.08  # by which a line's middle may be off the title's
    OFF_BODY: Final = 0.035  # by which it may be off the middle, or an edge, of the body
    BODY_WIDTH: Final = 0.72  # a wider line is of the body, where the body's edges are not known


class _Below:
    """How far down a subject goes on, heights of a line."""

    TITLE: Final = 2.2  # between the title and its subject
    LINE: Final = 1.2  # between two lines of the subject
    LINES: Final = 10  # lines at most
    SEEN: Final = 3  # times as many lines below the title are looked at


class _Like:
    """What is doubted of a title and a subject."""

    TITLE: Final = 0.85  # likeness of a title with a letter read wrong to the name of its type (difflib's ratio)
    FEW: Final = 2  # words after the type's name in its line, and none below, may belong to the name
    LONGEST: Final = 500  # characters: a longer subject is cut, and doubted


class _Title:
    """How long a title may be, characters."""

    TIMES: Final = 4  # times as long as the name of its type, and
    MORE: Final = 20  # characters more


_ABOUT: Final = re.compile(r"^\W*(v\s?/\s?v|ve viec)\b")
_INNER_ABOUT: Final = re.compile(r"(?:^|\s)(v/v|ve viec)\s")
_HALF_ABOUT: Final = re.compile(r"v\s?/(?!\s?v\b)")
_BODY: Final = re.compile(
    r"^\W*(can cu|kinh gui|xet|theo de nghi|thuc hien nghi|chuong i|dieu 1|phan i)\b|^\W*\(|^[\W_]*$"
)
_RIGHT_HEADER: Final = re.compile(r"cong hoa xa hoi|doc lap|ngay .{0,12}thang")
# Of these every paper has a subject; of the others some have none.
_WITH_SUBJECT: Final = frozenset(
    {"Nghị quyết", "Quyết định", "Chỉ thị", "Thông báo", "Hướng dẫn", "Kế hoạch", "Báo cáo", "Tờ trình"}
)


@dataclass(frozen=True, slots=True)
class Title:
    """The line that names the type.

    Attributes:
        line: in capitals.
        name: of the type, as the data file has it.
        rest: words of the line after the type's name.
        exact: whether the name was read letter by letter, marks apart.

    """

    line: Line
    name: str
    rest: tuple[Word, ...]
    exact: bool


def title_of(header: Header) -> Title | None:
    """The first line that is a title; one that is only like a title where there is none."""
    lines = [line for line in header.lines if capitals(line.text) and not line.cells]
    for line in lines:
        folded = fold(texts(line.words))
        for name, _ in types():
            key = fold(name)
            bare = folded.lstrip(" .:*_-")
            if bare.rstrip(" .:*_-") == key or (
                bare.startswith(f"{key} ") and len(bare) < _Title.TIMES * len(key) + _Title.MORE
            ):
                return Title(line, name, line.words[len(name.split()) :] if bare != key else (), exact=True)
    below = [line for line in lines if header.motto is not None and line.box.y0 > header.motto.box.y1]
    for line in below:
        like = difflib.get_close_matches(fold(line.text), [fold(name) for name, _ in types()], 1, _Like.TITLE)
        if like:
            name = next(name for name, _ in types() if fold(name) == like[0])
            return Title(line, name, (), exact=False)
    return None


def type_and_subject(header: Header, title: Title | None) -> list[ExtractedField]:
    """TypeName and Subject. A paper with a number, no title, and "V/v" or "Kính gửi" is an official letter."""
    if title is not None:
        words = title.line.words[: len(title.line.words) - len(title.rest)]
        kind = field("TypeName", title.name, words, doubted=not title.exact or in_doubt([title.line]), sure=FAIR)
        return [kind, *_below_title(header, title)]
    code = first_code(header)
    if code is None:
        return []
    meant = _type_of_symbol(code[1].notation)
    about = next((line for line in header.page.lines if _begins_about(header, line)), None)
    if about is not None:
        return [field("TypeName", _LETTER, about.words[:1], doubted=bool(meant), sure=FAIR), *_about(header, about)]
    if meant:  # the title was not read
        signs = code[1].signs
        return [field("TypeName", meant, signs, doubted=True), field("Subject", "", signs, doubted=True)]
    addressed = next((line for line in header.lines if fold(line.text).startswith("kinh gui")), None)
    if addressed is None:
        return []
    return [field("TypeName", _LETTER, addressed.words), field("Subject", "", addressed.words, doubted=True)]


def _type_of_symbol(notation: str) -> str:
    """The type that a symbol begins with; empty for none. CT is a Chỉ thị, or a letter of a Cục Thuế."""
    short = re.split(r"[-/]", re.sub(r"^\d{4}/", "", notation))[0]
    return next((name for name, each in types() if each and each == short), "")


def _begins_about(header: Header, line: Line) -> bool:
    """Whether "V/v" stands in the left column of the header."""
    high = line.box.y0 < Share.HEADER * header.page.frame.level_size[1]
    return high and bool(_ABOUT.match(fold(line.text))) and header.on_the_left(cut(line, 0, 1))


def _below_title(header: Header, title: Title) -> list[ExtractedField]:
    """The subject: what follows the type's name in its line, and the lines centred under it."""
    chosen = [cut(title.line, len(title.line.words) - len(title.rest), len(title.line.words))] if title.rest else []
    last, trimmed = title.line, False
    below = sorted(
        (line for line in header.page.lines if line.box.y0 > title.line.box.y0), key=lambda line: line.box.y0
    )
    for line in below[: _Below.SEEN * _Below.LINES]:
        candidate = line
        if not chosen:
            candidate, stained = _without_stain(line)
            trimmed = trimmed or stained
        if _is_beside(candidate, last):
            continue
        if len(chosen) == _Below.LINES or not _goes_on(header, title.line, chosen, last, candidate):
            break
        chosen.append(candidate)
        last = candidate
    if not chosen:
        wanted = title.name in _WITH_SUBJECT and header.motto is not None
        return [field("Subject", "", title.line.words, doubted=True)] if wanted else []
    return [
        _subject(chosen, doubted=trimmed or (bool(title.rest) and len(chosen) == 1 and len(title.rest) <= _Like.FEW))
    ]


def _subject(lines: Sequence[Line], *, doubted: bool = False) -> ExtractedField:
    words = [word for line in lines for word in line.words]
    while len(words) > 1 and not any(map(str.isalnum, words[-1].text)):
        words.pop()
    text = texts(words).strip(" _")
    strange = (
        any(odd(line.words, capitals=capitals(line.text)) for line in lines)
        or in_doubt(lines)
        or bool(_HALF_ABOUT.match(fold(text)))
        or misspelled(text)
    )
    return field("Subject", text[: _Like.LONGEST], words, doubted=doubted or strange or len(text) > _Like.LONGEST)


def _without_stain(line: Line) -> tuple[Line, bool]:
    """The line from "về việc" on, where what stands before it is no word: a stamp ran into the line."""
    inner = _INNER_ABOUT.search(fold(texts(line.words)))
    if inner is None or not inner.start():
        return line, False
    at = len(texts(line.words)[: inner.start(1)].split())
    return (cut(line, at, len(line.words)), True) if odd(line.words[:at]) else (line, False)


def _is_beside(line: Line, last: Line) -> bool:
    """Whether a line stands on the height of the last one, away from it."""
    return line.box.centre[1] < last.box.y1


def _goes_on(header: Header, title: Line, chosen: Sequence[Line], last: Line, line: Line) -> bool:
    """Whether a line belongs to the subject: right below, centred under the title, and not the body's first."""
    folded = fold(line.text)
    room = (_Below.LINE if chosen else _Below.TITLE) * last.box.height
    if line.box.y0 >= last.box.y1 + room or line.cells:
        return False
    if abs(middle(line) - middle(title)) > _Centred.OFF_TITLE * header.width or _is_body(header, line):
        return False
    # Below a subject in small letters a line in capitals says who decides.
    decides = bool(chosen) and capitals(line.text) and not capitals(chosen[-1].text)
    return not decides and not _BODY.match(folded) and not _RIGHT_HEADER.search(folded)


def _is_body(header: Header, line: Line) -> bool:
    """Whether a line is set as the body is: as wide, or up to its right edge without being centred."""
    edges = body_edges(header.page)
    if edges is None:
        return line.box.width > _Centred.BODY_WIDTH * header.width
    off = abs((line.box.x0 - edges[0]) - (edges[1] - line.box.x1))
    return off > _Centred.OFF_BODY * header.width and line.box.x1 > edges[1] - _Centred.OFF_BODY * header.width


def _about(header: Header, first: Line) -> list[ExtractedField]:
    """The subject of a letter: from "V/v" on down the left column; what ran into its lines from beside is cut off."""
    lines = sorted((line for line in header.page.lines if line.box.y0 > first.box.y0), key=lambda line: line.box.y0)
    begun, doubted = _in_column(header, first)
    chosen = [begun]
    for line in lines:
        last = chosen[-1]
        if _is_beside(line, last) or not header.on_the_left(cut(line, 0, 1)):
            continue
        near = line.box.y0 < last.box.y1 + _Below.LINE * last.box.height
        if not near or len(chosen) == _Below.LINES or line.cells or _BODY.match(fold(line.text)):
            break
        kept, stained = _in_column(header, line)
        doubted = doubted or stained
        if abs(middle(kept) - middle(begun)) < _Centred.OFF_TITLE * header.width:
            chosen.append(kept)
    return [_subject(chosen, doubted=doubted)]


def _in_column(header: Header, line: Line) -> tuple[Line, bool]:
    """The line, cut at its widest gap near the left column's end if it runs into the right one; whether it does."""
    motto = header.width if header.motto is None else header.motto.box.x0
    if line.box.x1 <= motto + _Centred.OFF_BODY * header.width:
        return line, False
    above = [each.box.x1 for each in header.lines if each.box.y1 < line.box.y1 and header.on_the_left(each)]
    first, last = max(above, default=motto) - _Centred.OFF_BODY * header.width, motto + _Centred.OFF_BODY * header.width
    joints = [at for at in range(1, len(line.words)) if first < line.words[at].box.x0 < last]
    at = max(joints, key=lambda at: line.words[at].box.x0 - line.words[at - 1].box.x1, default=1)
    return cut(line, 0, at), True
