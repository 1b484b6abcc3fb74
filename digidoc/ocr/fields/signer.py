"""Who signed: authority (TM. KT. TL. TUQ. Q.), position, name, from the block over the name on the right.

Seals and signatures lie over these lines more than over any others. What is not plainly read is left to a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digidoc.model import Box, ExtractedField, Line, PageText, Word
from digidoc.ocr.fields.finding import capitals, field, in_doubt, weakest
from digidoc.ocr.fields.layout import middle, split_at_gaps, unread_between
from digidoc.ocr.fields.recipients import Recipients
from digidoc.ocr.fields.vocabulary import begins, misspelled, odd, phrases, spelled, texts
from digidoc.text import fold


class _Block:
    """Where the lines of one signer stand."""

    HIGH: Final = 0.2  # share of the page's height: authority, position, signature and seal over the name
    OFF: Final = 0.065  # share of the page's width by which the middles of its lines differ at most
    SAME_HEIGHT: Final = 0.05  # share of the page's height: names nearer to each other (down) are of a joint paper
    NEAR: Final = 1.6  # heights of a line: scraps nearer to the block's lines are lines of it under a seal
    WEAK: Final = 0.5  # confidence below which a word of a line is not taken as read
    LETTERS: Final = 4  # of a line that is an authority or a position, at least


class _Beside:
    """Where the signer is looked for beside the recipients, when no block was read there."""

    MIDDLE: Final = 0.42  # share of the page's width: the middle of a line is farther right
    LEFT: Final = 0.3  # share of the page's width: a line begins farther right
    ABOVE: Final = 2  # heights of "Nơi nhận" by which a line may stand above it
    BELOW: Final = 1.2  # times as far below as a block is high


class _Longest:
    """What is kept of a value, characters."""

    POSITION: Final = 100
    NAME: Final = 50


# Words of a person's name.
_NAME_WORDS: Final = range(2, 7)
_ABBREVIATED: Final = re.compile(r"^(?P<short>[a-z]{1,3})\s*[.,]\s*\S")
_LIKE_AUTHORITY: Final = re.compile(r"^[a-z0-9]{1,3}\s*[.,]\s*\S|^q\s")
_ACTING: Final = re.compile(r"^q\s*[.,]")
_DEPUTY_OF: Final = re.compile(r"^kt\s*[.,]")
_DEGREE: Final = re.compile(r"^(?:[^\W\d_]{1,5}\.)+$")


@dataclass(frozen=True, slots=True)
class _Signer:
    """One signer: the lines of authority and position from top to bottom, and the name."""

    above: tuple[Line, ...]
    name: Line
    stained: bool


def signers(pages: Sequence[PageText], found: Recipients | None) -> list[ExtractedField]:
    """SignerInfo.Competence, .Position and .FullName; of a joint paper for each signer, from left to right."""
    numbers = [found.page] if found is not None else range(len(pages), 0, -1)
    for number in numbers:
        page = pages[number - 1]
        lines = list(found.rest) if found is not None else split_at_gaps(line for line in page.lines if line.words)
        blocks = _blocks(page, lines)
        if blocks:
            return [each for block in blocks for each in _fields(block, number)]
    return [] if found is None else _unknown(pages[found.page - 1], found)


def _blocks(page: PageText, lines: Sequence[Line]) -> list[_Signer]:
    """The blocks of the lowest name under an authority or a position, and of the names beside it."""
    blocks = [block for line in lines if is_name(line) and (block := _block(page, lines, line))]
    if not blocks:
        return []
    lowest = max(blocks, key=lambda block: block.name.box.y0).name.box.y0
    high = lowest - _Block.SAME_HEIGHT * page.frame.level_size[1]
    same = [block for block in blocks if block.name.box.y0 > high]
    known = {id(block.name) for block in same}
    beside = [line for line in lines if is_name(line) and line.box.y0 > high and id(line) not in known]
    same += [_Signer((), line, stained=True) for line in beside if any(map(_is_plain, _around(page, lines, line)))]
    return sorted(same, key=lambda block: block.name.box.x0)


def _around(page: PageText, lines: Sequence[Line], name: Line) -> list[Line]:
    """The lines over a name in whose block they can stand, from top to bottom."""
    width, height = page.frame.level_size
    found = [
        line
        for line in lines
        if name.box.y0 - _Block.HIGH * height < line.box.y0 < name.box.y0
        and line.box.y1 < name.box.y1
        and abs(middle(line) - middle(name)) < _Block.OFF * width
        and not line.cells
    ]
    return sorted(found, key=lambda line: line.box.y0)


def _block(page: PageText, lines: Sequence[Line], name: Line) -> _Signer | None:
    around = _around(page, lines, name)
    plain = [line for line in around if _is_plain(line)]
    first = next((at for at, line in enumerate(plain) if _begins_block(line)), None)
    if first is None:
        return None
    above = tuple(plain[first:])
    scraps = [line for line in around if line not in above and capitals(line.text) and _touches(line, above)]
    stained = bool(scraps) or unread_between(page, Box.around([line.box for line in above]))
    return _Signer(above, name, stained)


def _begins_block(line: Line) -> bool:
    """Whether a block can begin with a line: an authority, a position, or (on joint papers) the office itself."""
    return _is_office(line) or _is_authority(line) or _position(line) is not None


def _is_office(line: Line) -> bool:
    return begins(texts(line.words), "organs", "heads") is not None


def _is_plain(line: Line) -> bool:
    """Whether a line can be an authority or a position: capitals that were read, no scraps of a seal."""
    letters = sum(map(str.isalpha, line.text))
    return capitals(line.text) and letters >= _Block.LETTERS and not line.doubt and weakest(line.words) >= _Block.WEAK


def _touches(line: Line, above: Sequence[Line]) -> bool:
    """Whether a line stands close above or below one of the others, so that it can be a line of the same block."""

    def is_near(upper: Line, lower: Line) -> bool:
        return lower.box.y0 < upper.box.y1 + _Block.NEAR * upper.box.height

    return any(is_near(each, line) and is_near(line, each) for each in above)


def _is_authority(line: Line) -> bool:
    return bool(_LIKE_AUTHORITY.match(fold(line.text)))


def _is_known(line: Line) -> bool:
    """Whether an authority is one of those there are, and what follows it is spelled as an office or a position."""
    match = _ABBREVIATED.match(fold(line.text))
    if match is None or match["short"] not in phrases("signer", "authority"):
        return False
    rest = texts(line.words)[match.end() - 1 :]
    found = begins(rest, "signer", "positions") or begins(rest, "organs", "heads")
    return found is not None and found[1]


def _position(line: Line) -> tuple[str, bool] | None:
    """The position that a line begins with, and whether its marks are right too."""
    return begins(texts(line.words), "signer", "positions")


def is_name(line: Line) -> bool:
    """Whether a line is a person's name: two to six words with initials, or all in capitals after a family name."""
    words = _bare_name(line.words)
    if len(words) not in _NAME_WORDS or line.cells:
        return False
    written = [word.text for word in words]
    if all((text.isalpha() and text[0].isupper() and text[1:].islower()) or text == "Y" for text in written):
        return True
    family = spelled(written[0]) in phrases("signer", "families")
    return family and all(text.isalpha() and text.isupper() for text in written) and not _position(line)


def _bare_name(words: Sequence[Word]) -> Sequence[Word]:
    """The words of a name without rank and degrees before it."""
    while words and _DEGREE.match(words[0].text):
        words = words[1:]
    rank = begins(texts(words), "signer", "ranks") if words else None
    return words[len(rank[0].split()) :] if rank and len(words) > len(rank[0].split()) + 1 else words


def _fields(block: _Signer, number: int) -> list[ExtractedField]:
    authority, position = _authority_and_position(block.above)
    doubted = block.stained or in_doubt(block.above)
    found = []
    if any(map(_is_authority, authority)):
        words = [word for line in authority for word in line.words]
        against = doubted or odd(words[1:], capitals=True) or not all(map(_is_known, filter(_is_authority, authority)))
        found.append(field("SignerInfo.Competence", texts(words), words, page=number, doubted=against))
    words = [word for line in position for word in line.words]
    against = doubted or not position or _is_against(authority, position)
    stands = words or (block.above[-1].words if block.above else block.name.words)
    found.append(field("SignerInfo.Position", texts(words)[: _Longest.POSITION], stands, page=number, doubted=against))
    return [*found, _name(block.name, number)]


def _authority_and_position(above: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """(lines of the authority, lines of the position). Q. (acting) belongs to the position, for it is no authority."""
    last = max((at for at, line in enumerate(above) if _is_authority(line)), default=-1)
    start = last + 1
    while start < len(above) and _position(above[start]) is None and (start or _is_office(above[0])):
        start += 1  # the office's name, or the rest of it: TM. ỦY BAN NHÂN DÂN / XÃ …
    authority, position = list(above[:start]), list(above[start:])
    if not position and authority and _ACTING.match(fold(authority[-1].text)):
        position = authority[-1:]
    return authority, position


def _is_against(authority: Sequence[Line], position: Sequence[Line]) -> bool:
    """Whether a position cannot be right: unknown, a mark off, or no deputy's where one signs for the head."""
    words = [word for line in position for word in line.words]
    text = _ACTING.sub("", fold(texts(words))).strip()
    known = begins(texts(words)[len(texts(words)) - len(text) :], "signer", "positions")
    if known is None or not known[1] or odd(words[1:], capitals=True) or misspelled(texts(words)):
        return True
    deputy = begins(texts(words), "signer", "deputies") is not None
    if authority and _DEPUTY_OF.match(fold(authority[-1].text)):
        return not deputy
    # A deputy's line under the head's own: KT. was lost.
    lower = [begins(texts(line.words), "signer", "deputies") is not None for line in position]
    return not lower[0] and any(lower[1:])


def _name(line: Line, number: int) -> ExtractedField:
    words = _bare_name(line.words)
    name = texts(words)
    strange = odd(words, capitals=True) or spelled(words[0].text) not in phrases("signer", "families")
    return field("SignerInfo.FullName", name[: _Longest.NAME], words, page=number, doubted=strange or in_doubt([line]))


def _unknown(page: PageText, found: Recipients) -> list[ExtractedField]:
    """Where recipients stand but no block was read beside them: the last line there may be the name, for a person."""
    width, height = page.frame.level_size
    head = found.lines[0]
    highest = head.box.y0 - _Beside.ABOVE * head.box.height
    lowest = head.box.y0 + _Beside.BELOW * _Block.HIGH * height
    beside = [
        line
        for line in found.rest
        if middle(line) > _Beside.MIDDLE * width
        and highest < line.box.y0 < lowest
        and line.box.x0 > _Beside.LEFT * width
    ]
    names = [line for line in beside if is_name(line)]
    if names:
        return [
            field("SignerInfo.Position", "", names[-1].words, page=found.page, doubted=True),
            _name(names[-1], found.page),
        ]
    words = beside[-1].words if beside else head.words
    return [
        field(name, "", words, page=found.page, doubted=True) for name in ("SignerInfo.Position", "SignerInfo.FullName")
    ]
