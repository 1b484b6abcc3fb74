"""Administrative papers as values, and how they are set on sheets as NĐ 30/2020/NĐ-CP, annex I lays them out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from digidoc.demo.layout import BODY, BOLD, ITALIC, Face, Sheet

NATION: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
_CAPS: Final = Face(12)
_CAPS_BOLD: Final = Face(12, bold=True)
_SMALL: Final = Face(11)


@dataclass(frozen=True, slots=True)
class Text:
    """A justified paragraph."""

    text: str
    face: Face = BODY
    indent_mm: float = 10.0


@dataclass(frozen=True, slots=True)
class Centred:
    """A centred line, such as "QUYẾT ĐỊNH:"."""

    text: str
    face: Face = BOLD


@dataclass(frozen=True, slots=True)
class Fields:
    """A row of a form: (label, value) pairs on dotted leaders; an empty value leaves the dots alone."""

    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table whose first row is its head; `shares` of the text's width add up to 1."""

    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NextPage:
    """The text goes on on a new sheet, with the page's number on top."""


Block = Text | Centred | Fields | Ruled | NextPage


@dataclass(frozen=True, slots=True)
class Head:
    """The top of a paper that an office issues.

    `about` holds the lines of an official letter's "V/v …". A number `by_hand` is left blank, for a pen to fill in.
    """

    organ: tuple[tuple[str, bool], ...]
    number: str
    notation: str
    place_and_date: str
    about: tuple[str, ...] = ()
    by_hand: bool = False

    @property
    def number_line(self) -> str:
        """As it is printed: "Số: 15/QĐ-UBND"; without the number where a pen fills it in."""
        return f"Số: {'' if self.by_hand else self.number}/{self.notation}"


@dataclass(frozen=True, slots=True)
class End:
    """The foot: receivers on the left (none on a citizen's paper), authority, position and name on the right."""

    authority: tuple[str, ...]
    name: str
    receivers: tuple[str, ...] = ()
    place_and_date: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper.

    Attributes:
        type_name: its title in capitals; empty for an official letter.
        subject: lines under the title.
        head: None for a citizen's paper, which has the nation's name in the middle.
        blocks: what it says.
        end: who signed.
        date: of issue, yyyy-mm-dd.

    """

    type_name: str
    subject: tuple[str, ...]
    head: Head | None
    blocks: tuple[Block, ...]
    end: End
    date: str

    @property
    def organ(self) -> str:
        """The organisation that issued it; empty for a citizen's paper."""
        return " ".join(text for text, bold in self.head.organ if bold) if self.head else ""

    @property
    def fields(self) -> Mapping[str, str]:
        """What a person reads on it, by the names of NĐ 30/2020 annex VI (see `digidoc.model.ExtractedField`)."""
        subject = self.subject or (self.head.about if self.head else ())
        return {
            "TypeName": self.type_name or "CÔNG VĂN",
            "Subject": " ".join(subject),
            "OrganName": self.organ,
            "CodeNumber": self.head.number if self.head else "",
            "CodeNotation": self.head.notation if self.head else "",
            "IssuedDate": self.date,
            "SignerInfo.FullName": self.end.name,
        }


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper on sheets, and where on the last one the signer's block is: left, top and width in pixels."""

    sheets: tuple[Sheet, ...]
    signer: tuple[float, float, float]


def print_paper(paper: Paper, dpi: int) -> Printed:
    """Set the paper on A4 sheets of `dpi` pixels an inch."""
    sheet = Sheet(dpi)
    sheets = [sheet]
    if paper.head is None:
        _citizen_head(sheet)
    else:
        _office_head(sheet, paper.head)
    if paper.type_name:
        sheet.middle(paper.type_name, Face(14, bold=True))
    for row in paper.subject:
        sheet.middle(row, BOLD)
    if paper.subject and paper.head is not None:
        middle, half = (sheet.left + sheet.right) / 2, sheet.mm(20)
        sheet.rule(middle - half, middle + half, sheet.y + sheet.mm(0.4))
    sheet.y += sheet.mm(4)
    for block in paper.blocks:
        if isinstance(block, NextPage):
            sheet = Sheet(dpi)
            sheets.append(sheet)
            sheet.centred(str(len(sheets)), BODY, sheet.left, sheet.right, sheet.mm(11))
        else:
            _set(sheet, block)
    return Printed(tuple(sheets), _foot(sheet, paper.end))


def _set(sheet: Sheet, block: Text | Centred | Fields | Ruled) -> None:
    match block:
        case Text():
            sheet.paragraph(block.text, block.face, indent_mm=block.indent_mm)
        case Centred():
            sheet.middle(block.text, block.face)
        case Fields():
            sheet.field_row(block.parts)
        case Ruled():
            sheet.table(block.rows, block.shares)


def _rows(sheet: Sheet, rows: list[tuple[str, Face]], left: float, right: float, y: float) -> float:
    for text, face in rows:
        sheet.centred(text, face, left, right, y)
        y += sheet.leading(face)
    return y


def _office_head(sheet: Sheet, head: Head) -> None:
    """Left column first, then the right one: the order in which such a head is read."""
    middle = sheet.left + (sheet.right - sheet.left) * 0.41
    left, right = (sheet.left - sheet.mm(6), middle), (middle + sheet.mm(1), sheet.right + sheet.mm(5))
    organ = [(text, _CAPS_BOLD if bold else _CAPS) for text, bold in head.organ]
    y = _rows(sheet, organ, *left, sheet.y)
    centre = (left[0] + left[1]) / 2
    sheet.rule(centre - sheet.mm(13), centre + sheet.mm(13), y + sheet.mm(0.6))
    _number_line(sheet, head, *left, y + sheet.mm(2.6))
    about = [(text, Face(12)) for text in head.about]
    left_end = _rows(sheet, about, *left, y + sheet.mm(2.6) + sheet.leading(BODY))
    y = _nation(sheet, *right, sheet.y)
    sheet.centred(head.place_and_date, ITALIC, *right, y + sheet.mm(2.6))
    sheet.y = max(left_end, y + sheet.mm(2.6) + sheet.leading(ITALIC)) + sheet.mm(5)


def _number_line(sheet: Sheet, head: Head, left: float, right: float, y: float) -> None:
    """Print the number and the symbol, or leave room for a pen between both."""
    if not head.by_hand:
        sheet.centred(head.number_line, BODY, left, right, y)
        return
    before, after = head.number_line.split()
    room = sheet.mm(14)
    x = (left + right - sheet.width_of(before, BODY) - room - sheet.width_of(after, BODY)) / 2
    sheet.put([(x, before, BODY), (x + sheet.width_of(before, BODY) + room, after, BODY)], y)


def _nation(sheet: Sheet, left: float, right: float, y: float) -> float:
    motto = Face(13, bold=True)
    y = _rows(sheet, [(NATION, _CAPS_BOLD), (MOTTO, motto)], left, right, y)
    half = sheet.width_of(MOTTO, motto) / 2
    sheet.rule((left + right) / 2 - half, (left + right) / 2 + half, y + sheet.mm(0.6))
    return y


def _citizen_head(sheet: Sheet) -> None:
    sheet.y = _nation(sheet, sheet.left, sheet.right, sheet.y) + sheet.mm(7)


def _foot(sheet: Sheet, end: End) -> tuple[float, float, float]:
    """Receivers left, then the signer's block right; gives back where that is."""
    sheet.y += sheet.mm(4)
    top = sheet.y
    if end.receivers:
        y = top
        sheet.line("Nơi nhận:", Face(12, bold=True, italic=True), sheet.left, y)
        y += sheet.leading(Face(12))
        for receiver in end.receivers:
            sheet.line(receiver, _SMALL, sheet.left, y)
            y += sheet.leading(_SMALL)
    left, right = sheet.left + (sheet.right - sheet.left) * 0.5, sheet.right
    if end.place_and_date:
        sheet.centred(end.place_and_date, ITALIC, left, right, top)
        top += sheet.leading(ITALIC)
    y = _rows(sheet, [(text, BOLD) for text in end.authority], left, right, top)
    if end.note:
        y = _rows(sheet, [(end.note, ITALIC)], left, right, y)
    sheet.centred(end.name, BOLD, left, right, y + sheet.mm(24))
    return left, y, right - left
