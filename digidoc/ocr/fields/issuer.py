"""The organisation that issued a paper: of the names over the number, the last; the ones before are its parents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from digidoc.model import ExtractedField, Line, Word
from digidoc.ocr.fields import finding
from digidoc.ocr.fields.layout import Header
from digidoc.ocr.fields.number import first_code
from digidoc.ocr.fields.vocabulary import begins, misspelled, odd, phrases, spelled, texts

# Heights of the motto below it within which the name stands, where no number shows how far down it goes.
_DEPTH: Final = 4.0
# Characters that are kept of a name.
_LONGEST: Final = 200
_STRAY: Final = " .,:;_*|-–—'`\"~"


@dataclass(slots=True)
class _Organ:
    """Lines of one organisation's name, and whether a line began it as such names begin."""

    known: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def words(self) -> list[Word]:
        """Of the name, without specks and dashes at its ends."""
        words = [word for line in self.lines for word in line.words]
        while words and not words[-1].text.strip(_STRAY):
            words.pop()
        while words and not words[0].text.strip(_STRAY):
            words.pop(0)
        return words

    @property
    def name(self) -> str:
        """The name on one line."""
        return texts(self.words).strip(_STRAY)


def issuer(header: Header) -> list[ExtractedField]:
    """OrganName; of a joint paper the names of all of them, for a person to confirm."""
    lines = _name_lines(header)
    organs = [organ for organ in _organs(lines) if organ.words]
    if not organs:
        return []
    joint = _is_joint(lines)
    chosen = organs if joint else organs[-1:]
    words = [word for organ in chosen for word in organ.words]
    doubted = joint or not all(organ.known for organ in chosen) or odd(words, capitals=True) or finding.in_doubt(lines)
    name = " - ".join(organ.name for organ in chosen)
    return [finding.field("OrganName", name[:_LONGEST], words, doubted=doubted or misspelled(name))]


def _name_lines(header: Header) -> list[Line]:
    """The capital lines of the left column from the motto's height down to the number, from top to bottom."""
    motto = header.motto
    code = first_code(header)
    numbers = [code[0]] if code is not None else header.number_lines
    if motto is None and not numbers:
        return []
    highest = 0.0 if motto is None else motto.box.y0 - motto.box.height / 2  # higher up stand stamps of arrival
    if numbers:
        lowest = numbers[0].box.y0 + numbers[0].box.height / 2
    else:
        lowest = (motto.box.y1 if motto else 0.0) + _DEPTH * (motto.box.height if motto else 0.0)
    found = [
        line
        for line in header.lines
        if line is not motto
        and header.on_the_left(line)
        and line.box.y1 > highest
        and line.box.centre[1] < lowest
        and finding.capitals(line.text)
        and line not in numbers
    ]
    return sorted(found, key=lambda line: line.box.centre[1])


def _organs(lines: Iterable[Line]) -> list[_Organ]:
    organs: list[_Organ] = []
    for line in lines:
        text = texts(line.words).strip(_STRAY)
        head = None if begins(text, "organs", "not_heads") else begins(text, "organs", "heads")
        if not organs or (head is not None and not _unfinished(organs[-1])):
            organs.append(_Organ(head is not None and head[1]))
        organs[-1].lines.append(line)
    return organs


def _unfinished(organ: _Organ) -> bool:
    """Whether a name needs the next line to name anyone."""
    name = spelled(organ.name)
    return name in phrases("organs", "unfinished") or name.endswith((" và", " của", " các", ","))


def _is_joint(lines: Sequence[Line]) -> bool:
    """Whether organisations stand side by side, or a dash stands between the lines of two."""
    heads = [begins(texts(line.words).strip(_STRAY), "organs", "heads") is not None for line in lines]
    dashed = any(
        heads[at + 1] and (lines[at].text.rstrip().endswith(("-", "–")) or lines[at + 1].text.startswith(("-", "–")))
        for at in range(len(lines) - 1)
    )
    beside = any(
        heads[at] and heads[at + 1] and lines[at + 1].box.y0 < lines[at].box.centre[1] for at in range(len(lines) - 1)
    )
    return dashed or beside
