"""The papers of an exported file, each with the pieces of its pages that a clerk needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.errors import DigidocError, Problem
from digidoc.pipeline.review.exporting.pieces import Asked, cut
from digidoc.pipeline.review.sheet import Item, Sheet, Wanted, sheet_of
from digidoc.pipeline.review.standing import NO_FIELDS, of_reading


@dataclass(frozen=True, slots=True)
class ExportedPaper:
    """A paper that goes into a file.

    Attributes:
        sheet: what is to be settled, and the rest.
        pictures: JPEG by the piece of the page, see `pieces.cut`.
        looked_at: numbers of the pages that a person has to see as a whole, for print of them may have been lost.
        whole: whether all that is doubtful of its fields is asked, so that the paper can be done with.
        problem: why its pages cannot be shown; None when they can.

    """

    sheet: Sheet
    pictures: Mapping[Asked, bytes]
    looked_at: tuple[int, ...]
    whole: bool
    problem: Problem | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes of what speaks of the reading as a whole, and is answered by whoever has seen the pages."""
        return of_reading(self.sheet.record.doubts)

    @property
    def asked(self) -> tuple[Item, ...]:
        """What is to be settled: fields and words in doubt, then places with ink that was not read."""
        return (*self.sheet.items, *self.sheet.unread)

    def picture(self, item: Item) -> bytes | None:
        """The piece of the page that shows an item; None when there is none."""
        return None if item.crop is None else self.pictures.get((item.page, item.crop))


def exported(archive: Archive, paper: str, wanted: Wanted) -> ExportedPaper:
    """A paper with its pictures; one whose pages cannot be shown is there without them, and says why.

    Raises:
        UnknownPaper: there is no such paper.

    """
    sheet = sheet_of(archive, paper, wanted)
    pages = tuple(_looked_at(sheet))
    needed: list[Asked] = [*((item.page, item.crop) for item in (*sheet.items, *sheet.unread) if item.crop is not None)]
    needed += [(number, None) for number in pages]
    frames = {number: page.frame for number, page in enumerate(sheet.pages, 1)}
    pictures: Mapping[Asked, bytes] = {}
    problem = None
    try:
        pictures = cut(archive, paper, frames, needed)
    except DigidocError as error:
        problem = error.problem
    asked = {item.place for item in sheet.items if item.kind == "field"}
    whole = all(place in asked for place, field in enumerate(sheet.record.fields) if field.review)
    return ExportedPaper(sheet, pictures, pages, whole and not sheet.left_out, problem)


_WITHOUT_FIELDS: Final = 1  # the page that says what a paper is, where nothing was found


def _looked_at(sheet: Sheet) -> Iterator[int]:
    doubts = of_reading(sheet.record.doubts)
    if not doubts:
        return
    for number, page in enumerate(sheet.pages, 1):
        first = NO_FIELDS in doubts and number == _WITHOUT_FIELDS
        if first or page.doubts or page.unread or any(line.doubt for line in page.lines):
            yield number
