"""Separator sheets as a PDF/A-2u file: the dossier in large letters, and its code twice on every side."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from digidoc.i18n import tr as _
from digidoc.pdf.font.face import Face, faces
from digidoc.pdf.typeset.blocks import INK, PALE
from digidoc.pdf.typeset.file import pdf_a
from digidoc.pdf.typeset.sheet import UPRIGHT, Sheet, width_of, wrapped
from digidoc.scan.codes import EndCode, SheetCode, written

_MM: Final = 72 / 25.4  # points
_MARGIN: Final = 20 * _MM  # no scanner's feeder cuts that off
# With error correction H a third of a code may be missing. The codes of usual dossiers have 29 to 33 modules a side.
_SIDE: Final = 40 * _MM
_LEAST_MODULE: Final = 0.8 * _MM  # larger codes, of long and of lower-case names, become larger on paper
_BLACK: Final = "#000000"
_SIZES: Final = (64.0, 48.0, 36.0, 28.0, 22.0)  # of the dossier's code; the first in which it fits on two lines


def sheet_codes(dossiers: Sequence[str], *, end: bool) -> tuple[SheetCode | EndCode, ...]:
    """What the sheets of some dossiers say; a dossier that is named twice gets two, one for each of its papers."""
    count = len(dossiers)
    sheets = (SheetCode(dossier, number, count) for number, dossier in enumerate(dossiers, 1))
    return (*sheets, EndCode(count)) if end else tuple(sheets)


def sheets_pdf(codes: Sequence[SheetCode | EndCode], made: datetime, *, two_sided: bool) -> bytes:
    """The file.

    Args:
        codes: a sheet each.
        made: when, with a time zone.
        two_sided: print every sheet on both sides, so that in a duplex scanner its back is no blank page.

    """
    words = [_Words(code) for code in codes]
    cut = faces({letter for said in words for text in said.texts for letter in text})
    pages = []
    for said in words:
        page = _page(said, cut)
        pages += [page, page] if two_sided else [page]
    return pdf_a(pages, cut, _("Separator sheets"), made)


class _Words:
    """What is written on a sheet."""

    def __init__(self, code: SheetCode | EndCode) -> None:
        self.code = written(code)
        if isinstance(code, EndCode):
            self.title = _("END OF THE STACK")
            self.name = _("Number of sheets: {number}").format(number=code.count)
            self.place = ""
            self.hints = (
                _("Put this sheet behind the last page of the stack."),
                _("digidoc counts the sheets before it and says when one was not seen."),
            )
        else:
            self.title = _("SEPARATOR SHEET")
            self.name = code.dossier
            self.place = f"{code.number} / {code.count}"
            self.hints = (
                _("Put this sheet on top of the papers of this dossier, then put all into the feeder."),
                _("Keep the sheets in the order of their numbers. This sheet itself is not filed."),
            )

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.code, self.title, self.name, self.place, *self.hints)


def _page(said: _Words, cut: Mapping[bool, Face]) -> Sheet:
    page = Sheet(UPRIGHT, cut)
    rows = _modules(said.code)
    side = max(_SIDE, len(rows) * _LEAST_MODULE)
    _draw(page, rows, _MARGIN, _MARGIN, side)
    _draw(page, rows, UPRIGHT.width - _MARGIN - side, UPRIGHT.height - _MARGIN - side, side)
    right = UPRIGHT.width - _MARGIN
    page.text(said.place, right - width_of(said.place, 44.0, cut[True]), _MARGIN + 36, 44.0, INK, bold=True)
    y = _MARGIN + side + 40 * _MM
    page.text(said.title, _MARGIN, y, 18.0, PALE, bold=True)
    inner = UPRIGHT.width - 2 * _MARGIN
    size, lines = _fitting(said.name, inner, cut[True])
    for line in lines:
        y += size * 1.25
        page.text(line, _MARGIN, y, size, INK, bold=True)
    y += 14
    for hint in said.hints:
        for line in wrapped(hint, 12.0, inner, cut[False]):
            y += 12.0 * 1.4
            page.text(line, _MARGIN, y, 12.0, INK)
    small = list(wrapped(said.code, 8.0, inner - side - 12, cut[False]))
    for number, line in enumerate(small):
        page.text(line, _MARGIN, UPRIGHT.height - _MARGIN - (len(small) - 1 - number) * 10, 8.0, PALE)
    return page


def _fitting(name: str, width: float, face: Face) -> tuple[float, list[str]]:
    """Size and lines of the dossier's code: on one line where it fits, else cut by its length, never left out."""
    for size in _SIZES:
        if width_of(name, size, face) <= width:
            return size, [name]
    size = _SIZES[-1]
    return size, list(wrapped(name, size, width, face))


def _modules(text: str) -> list[bytes]:
    """The rows of the code, a byte a module, 1 for black, without the white frame that the margin gives."""
    import segno

    code = segno.make(text, error="h", micro=False, boost_error=False, encoding="utf-8")
    return [bytes(row) for row in code.matrix]


def _draw(page: Sheet, rows: Sequence[bytes], left: float, top: float, side: float) -> None:
    module = side / len(rows)
    for number, row in enumerate(rows):
        for start, length in _runs(row):
            # A hair higher than a row, so that viewers show no white lines between rows.
            page.box(left + start * module, top + number * module, length * module, module * 1.02, _BLACK)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Start and length of each run of black modules."""
    start = None
    for place, black in enumerate((*row, 0)):
        if black and start is None:
            start = place
        elif not black and start is not None:
            yield start, place - start
            start = None
