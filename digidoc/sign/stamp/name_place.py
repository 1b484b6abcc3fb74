"""Where a document prints its signer's name, by its text layer and its ink, and whether it is a letter to the signer.

A name is mentioned in many places: in the letterhead, as the addressee, in sentences. The signer's block has it alone
on its row, room for a signature above it, and the signer's position above that (NĐ 30/2020/NĐ-CP, annex I).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from digidoc.pdf.geometry import POINTS_A_MM, PageBox, Rectangle
from digidoc.pdf.ink import Ink
from digidoc.pdf.pdfium import PdfiumDocument
from digidoc.text import fold, nfc

_RIGHT: Final = 0.45  # of the page's width: the signer's block stands right of this
_FEWEST: Final = 4  # letters; a shorter name is found within other words
_COLUMN_MM: Final = 8.0  # print farther away on a row is another column
_TITLE: Final = re.compile(r"([a-z]{1,5}\.)+|(dai|thuong|trung|thieu)(ta|uy|tuong)|daituong")
_ROOM_MM: Final = 12.0  # free above the name: a signature has room there
_MARKS_MM: Final = 1.5  # above a name's box there may still be its marks
_POSITION_MM: Final = 60.0  # not farther above the name stands the position
_LEAST_HALF_MM: Final = 15.0  # half the width of a block: a position is wider than a short name
_MARGINS: Final = (0.3, 0.7)  # of the page's width: a line from the one side to the other is body text
_ADDRESS: Final = "kinh gui"
_ENTRY: Final = "-+*•"  # begins an entry of a list

_Letter = tuple[Rectangle, str]


def name_places(document: PdfiumDocument, number: int, page: PageBox, name: str) -> list[Rectangle]:
    """Where the name stands alone on its row in the right half of a page, in the order of the text.

    Args:
        document: the file.
        number: of the page, from 0.
        page: how it is shown.
        name: of the signer, as the certificate has it; the case of letters does not count.

    Returns:
        Left, top, right, bottom as displayed, user space units; none where the page has no such text.

    Raises:
        PdfiumError: the page cannot be read.

    """
    wanted = nfc(name.strip())
    if len(wanted) < _FEWEST:
        return []
    with document.page(number) as opened, opened.text() as text:
        places = [page.rectangle_to_displayed(found) for found in text.places_of(wanted)]
        right = [place for place in places if (place[0] + place[2]) / 2 > _RIGHT * page.displayed[0]]
        if not right:
            return []
        letters = [
            (page.rectangle_to_displayed(one.box), chr(one.code)) for one in text.characters() if one.box is not None
        ]
    gap = _COLUMN_MM * POINTS_A_MM * page.point
    return [place for place in right if _alone(place, letters, gap)]


def _alone(place: Rectangle, letters: Iterable[_Letter], gap: float) -> bool:
    """Whether nothing but a title or a rank stands beside a name; what is farther away is another column."""
    left, top, right, bottom = place
    row = sorted((box, letter) for box, letter in letters if top <= (box[1] + box[3]) / 2 <= bottom)
    if any(right <= (box[0] + box[2]) / 2 and box[0] - right < gap for box, _letter in row):
        return False
    before = ""
    for box, letter in reversed(row):
        if (box[0] + box[2]) / 2 < left:
            if left - box[2] >= gap:
                break
            before, left = letter + before, box[0]
    return not before or _TITLE.fullmatch(fold(before)) is not None


def is_block(ink: Ink, page: PageBox, name: Rectangle) -> bool:
    """Whether a name is that of a signer's block: room above it, a position above that, and no body text below.

    Args:
        ink: of the whole page.
        page: how it is shown.
        name: left, top, right, bottom as displayed, user space units.

    """
    unit = POINTS_A_MM * page.point
    width, height = page.displayed
    middle, half = (name[0] + name[2]) / 2, max((name[2] - name[0]) / 2, _LEAST_HALF_MM * unit)
    free = name[1] - (_MARKS_MM + _ROOM_MM) * unit
    if ink.covers((middle - half, free, middle + half, name[1] - _MARKS_MM * unit)):
        return False
    if not ink.covers((middle - half, max(0.0, name[1] - _POSITION_MM * unit), middle + half, free)):
        return False
    if (name[1] + name[3]) / 2 > height / 2:
        return True
    below = ink.mask[round(name[3] * ink.scale) :]
    first, last = (round(share * width * ink.scale) for share in _MARGINS)
    return not (below[:, :first].any(axis=1) & below[:, last:].any(axis=1)).any()


def addressed_to(document: PdfiumDocument, name: str) -> bool:
    """Whether the first page is a letter to the bearer of the name.

    Raises:
        PdfiumError: the page cannot be read.

    """
    wanted = fold(" ".join(nfc(name).split()))
    if len(wanted) < _FEWEST:
        return False
    with document.page(0) as opened, opened.text() as text:
        lines = fold("".join(chr(one.code) for one in text.characters())).splitlines()
    return wanted in " ".join(_addressees([" ".join(line.split()) for line in lines]))


def _addressees(lines: Iterable[str]) -> Iterator[str]:
    """The lines, folded, that say to whom a letter goes: what stands after "Kính gửi", and the entries of a list."""
    inside = awaited = False
    for line in filter(None, lines):
        _before, address, after = line.partition(_ADDRESS)
        if address:
            entry = after.strip(" :")
            inside, awaited = True, not entry
        elif inside and (awaited or line[0] in _ENTRY):
            entry, awaited = line, False
        else:
            inside = False
            continue
        yield entry
