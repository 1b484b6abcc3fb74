"""What the clerk has before them of one paper: what is to be settled, in the order of the pages, and all the rest."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from digidoc import words
from digidoc.archive.archive import Archive
from digidoc.archive.errors import PaperGone
from digidoc.i18n import tr as _
from digidoc.model import Box, ExtractedField, PageText, PaperRecord, PaperState
from digidoc.pipeline.review.contradictions import Contradiction, contradictions_of
from digidoc.pipeline.review.crops import Crop, crop_of, lies_on, signer_crop
from digidoc.pipeline.review.reading import Reading
from digidoc.pipeline.review.standing import CONFLICT
from digidoc.text import fold

Kind = Literal["field", "word", "line"]

# Numbers and days that a pen wrote, or that were read with no more confidence than this: their readings were wrong so
# often (5 of 21) that a person who is shown them overlooks it. The clerk keys them without seeing the reading.
BLIND_UP_TO: Final = 0.5
_BLIND: Final = frozenset({"CodeNumber", "IssuedDate"})
_DATE: Final = "IssuedDate"
_LISTED: Final = "ToPlaces.Place"
# What may be added where nothing was found, in the order of NĐ 30/2020/NĐ-CP, annex VI.
_MAIN: Final = (
    "CodeNumber", "CodeNotation", "IssuedDate", "OrganName", "TypeName", "Subject", "SignerInfo.Position",
    "SignerInfo.FullName",
)  # fmt: skip
# A correction has at most 500 entries.
_MOST_WORDS: Final = 300
_MOST_LINES: Final = 100
_MONTHS: Final = re.compile(r"th[a-z]ng\s*(?P<month>\d{1,2})\s*n[a-z]m\s*(?P<year>(?:19|20)\d\d)\b")
_DECEMBER: Final = 12
_ROWS: Final = 0.3  # inches: what lies no further apart is read from left to right
_WITHIN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be settled, or that can be.

    Attributes:
        kind: a field, a word that was read with doubt, or a place with ink that was not read.
        name: of the field; empty otherwise.
        label: what the clerk calls it.
        was: the value as it is kept; empty when there is none.
        shown: the same as it is shown.
        page: from 1.
        place: of the field among the paper's, or of the line on its page, from 0; None for a field that is missing.
        word: of a word its place in its line, from 0.
        box: in the level frame.
        crop: the piece of the page that shows it; None when the page was not read.
        blind: whether it is keyed without seeing the reading.
        register: what the register says, as `was`; empty when it says nothing.
        months: of a date, year and month as they were read (yyyy-mm), to complete what is keyed; empty when unknown.
        follows: whether the piece of the item before shows it too.
        said: what other clerks say of it, where they contradict what stands there.

    """

    kind: Kind
    name: str
    label: str
    was: str
    shown: str
    page: int
    place: int | None
    word: int | None = None
    box: Box | None = None
    crop: Crop | None = None
    blind: bool = False
    register: str = ""
    months: str = ""
    follows: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper, ready to be settled.

    Attributes:
        record: what the archive knows of it.
        pages: as read; empty when its text is missing.
        pages_there: how many pages it has.
        text_sha256: of the text that the clerk sees; empty when it is missing.
        items: what is to be settled, in order.
        rest: the other fields, and those that are missing.
        unread: places with ink that is in no word.
        left_out: how many doubtful words there are beyond those that one correction can hold.

    """

    record: PaperRecord
    pages: tuple[PageText, ...]
    pages_there: int
    text_sha256: str
    items: tuple[Item, ...]
    rest: tuple[Item, ...]
    unread: tuple[Item, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the clerk wants to be stopped at.

    Attributes:
        fields: names of the fields; empty for all that are doubtful.
        words: words with less confidence than this too; None for none.
        shown: whether readings are shown that would be keyed blind.

    """

    fields: frozenset[str] = frozenset()
    words: float | None = None
    shown: bool = False


def sheet_of(archive: Archive, paper: str, wanted: Wanted) -> Sheet:
    """All that the clerk needs of a paper.

    Raises:
        UnknownPaper: there is no such paper.
        PaperGone: it was refused or withdrawn.

    """
    record = archive.paper(paper)
    if record.state in (PaperState.REFUSED, PaperState.WITHDRAWN, PaperState.PURGED):
        raise PaperGone(paper=paper, file=record.name)
    text = next((file for file in record.files if file.role == "text"), None)
    reading: Reading | None = None
    if text is not None:
        # A text that is missing or of an older form leaves the fields, which the catalogue has.
        with suppress(OSError, ValueError):
            reading = Reading.from_json(archive.layout.place(text.path).read_bytes())
    pages = reading.pages if reading is not None else ()
    said = contradictions_of(archive, paper) if CONFLICT in record.doubts else []
    maker = _Maker(record, pages, archive.registered(paper), said, wanted)
    asked, rest = maker.fields()
    doubtful = maker.words() if wanted.words is not None else []
    return Sheet(
        record=record,
        pages=pages,
        pages_there=max(len(record.pages), len(pages)),
        text_sha256=text.sha256 if text is not None else "",
        items=_joined(sorted([*asked, *doubtful[:_MOST_WORDS]], key=maker.order)),
        rest=_joined(rest),
        unread=tuple(maker.unread())[:_MOST_LINES],
        left_out=max(0, len(doubtful) - _MOST_WORDS),
    )


def shown_day(value: str) -> str:
    """A day as the clerk keys it; what is no day as it is."""
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value


def _joined(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items, each piece of a page once where several in a row are shown by it."""
    made = list[Item]()
    last: tuple[int, Crop] | None = None
    for item in items:
        same = item.crop is not None and last is not None and last == (item.page, replace(item.crop, box=last[1].box))
        made.append(replace(item, crop=None, follows=True) if same else item)
        if item.crop is not None:
            last = (item.page, item.crop)
        elif not same:
            last = None
    return tuple(made)


class _Maker:
    """Makes the items of one paper."""

    def __init__(
        self,
        record: PaperRecord,
        pages: Sequence[PageText],
        registered: tuple[str, str],
        said: Sequence[Contradiction],
        wanted: Wanted,
    ) -> None:
        self._record, self._pages, self._said, self._wanted = record, pages, said, wanted
        number, issued_on = registered
        # The register writes number and symbol as one; the symbol begins at the first sign that joins them.
        self._registered = {"CodeNumber": number.split("/")[0].split("-")[0].strip(), _DATE: issued_on[:10]}
        # A paper that is settled comes back to be corrected again: what a person said of it is asked then.
        self._settled = record.state is not PaperState.REVIEW

    def _asked(self, field: ExtractedField) -> bool:
        """Whether a field is to be settled: what is doubtful, and what a person said of a paper that is settled."""
        return field.source != "read" or field.review if self._settled else field.review

    def fields(self) -> tuple[list[Item], list[Item]]:
        """The fields to be settled, and the others with those that are missing."""
        asked, rest = list[Item](), list[Item]()
        for place, field in enumerate(self._record.fields):
            wanted = not self._wanted.fields or field.name in self._wanted.fields
            stops = self._asked(field) and wanted
            (asked if stops else rest).append(self._field(place, field, stops=stops))
        found = {field.name for field in self._record.fields}
        rest += [Item("field", name, words.field(name), "", "", 1, None) for name in _MAIN if name not in found]
        return asked, rest

    def words(self) -> list[Item]:
        """Words that were read with doubt, in reading order, but those inside a field that is to be settled."""
        limit = self._wanted.words or 0.0
        asked = [(f.page, f.box) for f in self._record.fields if self._asked(f) and f.box is not None]
        found = []
        for number, page in enumerate(self._pages, 1):
            taken = [box for of, box in asked if of == number]
            for line, place, word, box in _words_of(page):
                if word[1] < limit and not any(_inside(box, other) for other in taken):
                    crop = crop_of(page, box)
                    item = Item("word", "", _("word"), word[0], word[0], number, line, place, box, crop)
                    found.append(item)
        return found

    def unread(self) -> Iterator[Item]:
        """Places with ink that is in no word."""
        for number, page in enumerate(self._pages, 1):
            lines = [(line.box, line.doubt) for line in page.lines if line.doubt and not line.words]
            for box in (*page.unread, *(box for box, _doubt in lines)):
                crop = crop_of(page, box, whole_line=False)
                yield Item("line", "", _("print that was not read"), "", "", number, None, None, box, crop)

    def order(self, item: Item) -> tuple[object, ...]:
        """By page and place on it; recipients, of which there are many, come last."""
        dpi = min(self._pages[item.page - 1].dpi) if item.page <= len(self._pages) else 1.0
        box = item.box or Box(0, 0, 0, 0)
        return (item.name == _LISTED, item.page, int(box.y0 / (_ROWS * dpi)), box.x0, item.place or 0)

    def _field(self, place: int, field: ExtractedField, *, stops: bool) -> Item:
        is_date = field.name == _DATE
        crop = self._crop(field)
        blind = stops and field.name in _BLIND and field.source == "read" and field.confidence <= BLIND_UP_TO
        return Item(
            kind="field",
            name=field.name,
            label=words.field(field.name),
            was=field.value,
            shown=shown_day(field.value) if is_date else field.value,
            page=field.page,
            place=place,
            box=crop.box if crop is not None else field.box,
            crop=crop,
            blind=blind and not self._wanted.shown,
            register=self._registered.get(field.name, ""),
            said="; ".join(
                f"{shown_day(one.value)} ({one.clerk})"
                for one in self._said
                if (one.what, one.stored) == (field.name, field.value)
            ),
            months=self._months(field) if is_date else "",
        )

    def _months(self, field: ExtractedField) -> str:
        """Year and month of a date (yyyy-mm): of its value, or of the print on its line when the day was not read."""
        if field.value or field.box is None or field.page > len(self._pages):
            return field.value[:7]
        for line in self._pages[field.page - 1].lines:
            found = _MONTHS.search(fold(line.text)) if lies_on(line.box, field.box) else None
            if found is not None and 1 <= int(found["month"]) <= _DECEMBER:
                return f"{found['year']}-{int(found['month']):02}"
        return ""

    def _crop(self, field: ExtractedField) -> Crop | None:
        if field.page > len(self._pages):
            return None
        page = self._pages[field.page - 1]
        if field.name.startswith("SignerInfo."):
            return signer_crop(page, field.box if field.value else None, self._record.fields, field.page)
        return None if field.box is None else crop_of(page, field.box)


def _words_of(page: PageText) -> Iterable[tuple[int, int, tuple[str, float], Box]]:
    for line, printed in enumerate(page.lines):
        for place, word in enumerate(printed.words):
            yield line, place, (word.text, word.confidence), word.box


def _inside(box: Box, other: Box) -> bool:
    wide = min(box.x1, other.x1) - max(box.x0, other.x0)
    high = min(box.y1, other.y1) - max(box.y0, other.y0)
    return wide > 0 and high > 0 and wide * high >= _WITHIN * box.width * box.height
