"""What a person says of a paper that was read: corrections as values, and as the JSON that carries them.

`digidoc.correction/1` is what the clerk's page, an exported HTML file or a spreadsheet gives back: one paper, settled
by one person at one time. `digidoc.corrections/1` stands in the paper's object and holds all that were applied, oldest
first; nothing is ever taken out of it.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar
from unicodedata import category

from digidoc.archive.errors import BadCorrection
from digidoc.i18n import N_
from digidoc.model import Box
from digidoc.text import tidy

FORMAT: Final = "digidoc.correction/1"
HISTORY: Final = "digidoc.corrections/1"
LARGEST: Final = 1 << 20  # bytes of one correction
_ENTRIES: Final = 500  # fields, words and lines of one correction
_FIELD_LENGTH: Final = 1000  # characters
_WORD_LENGTH: Final = 200  # characters
_ID: Final = re.compile(r"[0-9a-f]{32}")
_PAPER: Final = re.compile(r"P-[0-9a-f]{16}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_VERSION: Final = re.compile(r"v[1-9][0-9]{0,8}")
_NAME: Final = re.compile(r"[A-Za-z]+(\.[A-Za-z]+)?")
_T = TypeVar("_T")


class Decision(StrEnum):
    """What the person decided of the paper as a whole."""

    DONE = "done"  # nothing is left to be looked at
    LATER = "later"  # not now; the paper stays in the queue
    RESCAN = "rescan"  # it has to be scanned again; the paper stays in the queue


class How(StrEnum):
    """How a field was settled."""

    TYPED = "typed"
    TWICE = "twice"  # keyed without sight of the reading, and equal to it
    CONFIRMED = "confirmed"  # looked at and left as it was read
    REGISTER = "register"  # keyed, and equal to the register
    BLANK = "blank"  # nothing stands there on the paper
    UNREADABLE = "unreadable"  # something stands there that nobody can read
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field as the person left it.

    Attributes:
        place: which of the paper's fields, from 0; None for one that is added.
        name: of NĐ 30/2020/NĐ-CP, annex VI, see `digidoc.model.ExtractedField`.
        was: the value that the person saw.
        value: the value that holds.
        how: how it was settled.
        page: where it stands, from 1.
        box: of it, pixels of the level page; None when it stands nowhere in particular.

    """

    place: int | None
    name: str
    was: str
    value: str
    how: How
    page: int
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class WordChange:
    """A word that was read wrongly: its page (from 1), its line and its place there (from 0), and both texts.

    A value with blanks is several words; an empty one takes the word away.
    """

    page: int
    line: int
    word: int
    was: str
    value: str


@dataclass(frozen=True, slots=True)
class LineAdded:
    """A line that was not read: its page (from 1), where it stands (pixels of the level page), its text."""

    page: int
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What one person says of one paper.

    Attributes:
        id: 32 hex digits, drawn by whoever makes it; the same id is the same correction.
        paper: id of the paper.
        clerk: who says it.
        made_at: when, with a zone.
        version: of the paper's object that the person saw, such as v2; for people.
        text_sha256: of the text.json that the person saw, hex: what `was`, `line` and `word` refer to.
        decision: see `Decision`.
        seconds: how long it took.
        keys: how many keys were pressed.
        fields: those that were settled.
        words: those that were changed.
        lines: those that were added.
        note: for people; may be empty.

    """

    id: str
    paper: str
    clerk: str
    made_at: datetime
    version: str
    text_sha256: str
    decision: Decision
    seconds: float = 0.0
    keys: int = 0
    fields: tuple[FieldChange, ...] = ()
    words: tuple[WordChange, ...] = ()
    lines: tuple[LineAdded, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class FieldPlaced:
    """What holds of a field, in a form that finds it again in another reading: the `nth` of its name, from 0."""

    name: str
    nth: int
    value: str
    how: How
    page: int
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class TextPlaced:
    """What stands at a place of a page (from 1), in pixels of the page as displayed; nothing where it is empty."""

    page: int
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A correction that was applied.

    Attributes:
        correction: as the clerk made it.
        applied_at: when, with a zone.
        version: of the paper's object that has it first.
        fields: what holds of fields.
        words: what stands in the place of words.
        lines: what was added.
        undecided: what met another value than the clerk saw, and was left as it was.

    """

    correction: Correction
    applied_at: datetime
    version: str
    fields: tuple[FieldPlaced, ...] = ()
    words: tuple[TextPlaced, ...] = ()
    lines: tuple[TextPlaced, ...] = ()
    undecided: tuple["Conflict", ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry of a correction that meets another value than the one its clerk saw.

    Attributes:
        what: name of the field, or "word".
        place: of the field among the paper's, of the word in its line, from 0.
        page: from 1.
        was: what the clerk saw.
        stored: what stands there now; empty when nothing does.
        value: what the clerk says.

    """

    what: str
    place: int
    page: int
    was: str
    stored: str
    value: str


def read(data: bytes) -> Correction:
    """The correction in a JSON document from outside, with its texts in NFC and single blanks.

    Raises:
        BadCorrection: it is none, or something in it cannot be.

    """
    if len(data) > LARGEST:
        raise BadCorrection(reason=N_("it is larger than 1 MiB"))
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadCorrection(reason=N_("it is not JSON")) from error
    return from_json(document)


def from_json(document: object) -> Correction:
    """The correction that a JSON value holds; see `read`."""
    table = _Table.of(document, "")
    if table.text("format", 40) != FORMAT:
        raise BadCorrection(reason=N_("it is not of the format {format}"), format=FORMAT)
    base = table.table("base")
    made = Correction(
        id=table.matching("id", _ID),
        paper=table.matching("paper", _PAPER),
        clerk=table.text("clerk", _WORD_LENGTH, needed=True),
        made_at=table.moment("made_at"),
        version=base.matching("version", _VERSION),
        text_sha256=base.matching("text_sha256", _SHA256),
        decision=table.one_of("verdict", Decision),
        seconds=table.number("seconds", 0),
        keys=int(table.number("keys", 0)),
        fields=tuple(map(_field_change, table.tables("fields"))),
        words=tuple(map(_word_change, table.tables("words"))),
        lines=tuple(map(_line_added, table.tables("lines"))),
        note=table.text("note", _FIELD_LENGTH),
    )
    if len(made.fields) + len(made.words) + len(made.lines) > _ENTRIES:
        raise BadCorrection(reason=N_("it has more than {most} entries"), most=str(_ENTRIES))
    return made


def to_json(correction: Correction) -> dict[str, Any]:
    """The correction as JSON has it; `from_json` reads it back equal."""
    return {
        "format": FORMAT,
        "id": correction.id,
        "paper": correction.paper,
        "clerk": correction.clerk,
        "made_at": correction.made_at.isoformat(),
        "base": {"version": correction.version, "text_sha256": correction.text_sha256},
        "verdict": correction.decision.value,
        "seconds": correction.seconds,
        "keys": correction.keys,
        "fields": [_plain(change) for change in correction.fields],
        "words": [_plain(change) for change in correction.words],
        "lines": [_plain(line) for line in correction.lines],
        "note": correction.note,
    }


def _plain(entry: FieldChange | WordChange | LineAdded) -> dict[str, Any]:
    found = {part.name: getattr(entry, part.name) for part in fields(entry)}
    return {name: list(value) if isinstance(value, Box) else value for name, value in found.items()}


def _field_change(table: "_Table") -> FieldChange:
    how = table.one_of("how", How)
    place = None if table.missing("place") else int(table.number("place", 0))
    if (place is None) != (how is How.ADDED):
        raise BadCorrection(reason=N_("{key} does not go with {value}"), key=f"{table.where}place", value=how.value)
    return FieldChange(
        place=place,
        name=table.matching("name", _NAME),
        was=table.text("was", _FIELD_LENGTH),
        value=table.text("value", _FIELD_LENGTH, needed=how in (How.TYPED, How.TWICE, How.REGISTER, How.ADDED)),
        how=how,
        page=int(table.number("page", 1)),
        box=table.box("box"),
    )


def _word_change(table: "_Table") -> WordChange:
    return WordChange(
        page=int(table.number("page", 1)),
        line=int(table.number("line", 0)),
        word=int(table.number("word", 0)),
        was=table.text("was", _WORD_LENGTH, needed=True),
        value=table.text("value", _WORD_LENGTH),
    )


def _line_added(table: "_Table") -> LineAdded:
    box = table.box("box")
    if box is None:
        raise BadCorrection(reason=N_("{key} is missing"), key=f"{table.where}box")
    return LineAdded(int(table.number("page", 1)), box, table.text("text", _FIELD_LENGTH, needed=True))


@dataclass(frozen=True, slots=True)
class _Table:
    """A JSON object from outside, every value checked as it is taken; `where` names it in messages."""

    values: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, value: object, where: str) -> "_Table":
        if not isinstance(value, dict):
            raise BadCorrection(reason=N_("{key} is no object"), key=where.rstrip(".") or "JSON")
        return cls(value, where)

    def missing(self, key: str) -> bool:
        return self.values.get(key) is None

    def table(self, key: str) -> "_Table":
        return _Table.of(self.values.get(key), f"{self.where}{key}.")

    def tables(self, key: str) -> Sequence["_Table"]:
        found = self.values.get(key, [])
        if not isinstance(found, list):
            raise self._bad(key)
        return [_Table.of(value, f"{self.where}{key}[{place}].") for place, value in enumerate(found)]

    def text(self, key: str, longest: int, *, needed: bool = False) -> str:
        found = self.values.get(key, "")
        if not isinstance(found, str) or len(found) > longest or any(category(char)[0] == "C" for char in found):
            raise self._bad(key)
        tidied = tidy(found)
        if needed and not tidied:
            raise BadCorrection(reason=N_("{key} is missing"), key=f"{self.where}{key}")
        return tidied

    def matching(self, key: str, pattern: re.Pattern[str]) -> str:
        def whole(found: str) -> str | None:
            return found if pattern.fullmatch(found) else None

        return self._of(key, str, whole)

    def one_of(self, key: str, kind: type[_T]) -> _T:
        return self._of(key, str, kind)

    def moment(self, key: str) -> datetime:
        found = self._of(key, str, datetime.fromisoformat)
        if found.tzinfo is None:
            raise self._bad(key)
        return found

    def number(self, key: str, least: int) -> float:
        found = self.values.get(key, least)
        if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found < 1 << 31:
            raise self._bad(key)
        return found

    def box(self, key: str) -> Box | None:
        found = self.values.get(key)
        if found is None:
            return None
        numbers = found if isinstance(found, list) and len(found) == len(Box._fields) else []
        real = [n for n in numbers if isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 1 << 31]
        if len(real) != len(Box._fields) or real[0] > real[2] or real[1] > real[3]:
            raise self._bad(key)
        return Box(*real)

    def _of(self, key: str, kind: type[Any], made: Callable[[Any], _T | None]) -> _T:
        found = self.values.get(key)
        if not isinstance(found, kind):
            raise self._bad(key)
        try:
            value = made(found)
        except ValueError as error:
            raise self._bad(key) from error
        if value is None:
            raise self._bad(key)
        return value

    def _bad(self, key: str) -> BadCorrection:
        if key not in self.values:
            return BadCorrection(reason=N_("{key} is missing"), key=f"{self.where}{key}")
        return BadCorrection(reason=N_("{key} cannot have this value"), key=f"{self.where}{key}")
