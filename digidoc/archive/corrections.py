"""What a person says of a paper that was read: corrections as values, and as the JSON that carries them.

`digidoc.correction/1` is what the clerk's page, an exported HTML file or a spreadsheet gives back: one paper, settled
by one person at one time. `digidoc.corrections/1` stands in the paper's object and holds all that were applied, oldest
first; nothing is ever taken out of it.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from digidoc.archive.errors import BadCorrection
from digidoc.formats import codec
from digidoc.formats.outside import NotAllowed, OutsideTable
from digidoc.i18n import N_
from digidoc.model import Box

FORMAT: Final = "digidoc.correction/1"
HISTORY: Final = "digidoc.corrections/1"
LARGEST: Final = 1 << 20  # bytes of one correction
_ENTRIES: Final = 500  # fields, words and lines of one correction
FIELD_LENGTH: Final = 1000  # characters
WORD_LENGTH: Final = 200  # characters
_ID: Final = re.compile(r"[0-9a-f]{32}")
_PAPER: Final = re.compile(r"P-[0-9a-f]{16}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_VERSION: Final = re.compile(r"v[1-9][0-9]{0,8}")
_NAME: Final = re.compile(r"[A-Za-z]+(\.[A-Za-z]+)?")


class Decision(StrEnum):
    """What the person decided of the paper as a whole."""

    DONE = "done"  # the paper was looked at, and nothing of its text is left in doubt
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
class Conflict:
    """What a correction says of something that another has changed since its clerk saw it; what is stored stays.

    Attributes:
        what: name of the field, or "word".
        nth: number of the field among those of its name, from 0; 0 of a word.
        page: from 1.
        was: what the clerk saw.
        stored: what stands there now; empty when nothing does.
        value: what the clerk says.
        box: of a word, pixels of the page as displayed.

    """

    what: str
    nth: int
    page: int
    was: str
    stored: str
    value: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A correction tied to its paper: what holds, and what met another value than its clerk saw."""

    fields: tuple[FieldPlaced, ...] = ()
    words: tuple[TextPlaced, ...] = ()
    lines: tuple[TextPlaced, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A correction that was applied.

    Attributes:
        correction: as the clerk made it.
        applied_at: when, with a zone.
        version: of the paper's object that has it first.
        placed: what came of it.

    """

    correction: Correction
    applied_at: datetime
    version: str
    placed: Placed


def read(data: bytes) -> Correction:
    """The correction in a JSON document from outside, with its texts in NFC and single blanks.

    Raises:
        BadCorrection: it is none, or something in it cannot be.

    """
    try:
        return _correction(OutsideTable.parse(data, LARGEST))
    except NotAllowed as error:
        raise BadCorrection(reason=error.reason, **error.params) from error


def from_json(document: object) -> Correction:
    """The correction that a JSON value holds; see `read`."""
    try:
        return _correction(OutsideTable.of(document))
    except NotAllowed as error:
        raise BadCorrection(reason=error.reason, **error.params) from error


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


def encoded(correction: Correction) -> bytes:
    """The correction as a file; equal ones have equal bytes."""
    return (json.dumps(to_json(correction), ensure_ascii=False, indent=1) + "\n").encode()


def digest(correction: Correction) -> str:
    """The SHA-256 of `encoded`, lower-case hex."""
    return hashlib.sha256(encoded(correction)).hexdigest()


def history_to_json(paper: str, entries: Sequence[Entry]) -> bytes:
    """The corrections.json of a paper: all that people said of it, oldest first."""
    said = [
        {
            **to_json(entry.correction),
            "applied_at": entry.applied_at.isoformat(),
            "version": entry.version,
            "placed": codec.plain(entry.placed),
        }
        for entry in entries
    ]
    document = {"format": HISTORY, "paper": paper, "entries": said}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def history_from_json(data: bytes) -> tuple[Entry, ...]:
    """The entries that `history_to_json` wrote.

    Raises:
        ValueError: it is no corrections.json.

    """
    try:
        document = json.loads(data)
        if document["format"] != HISTORY:
            raise ValueError(f"unknown format {document['format']!r}")
        return tuple(map(_entry, document["entries"]))
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def _entry(document: dict[str, Any]) -> Entry:
    return Entry(
        correction=_correction(OutsideTable.of(document)),
        applied_at=datetime.fromisoformat(document["applied_at"]),
        version=str(document["version"]),
        placed=codec.read(Placed, document["placed"]),
    )


def _correction(table: OutsideTable) -> Correction:
    if table.text("format", 40) != FORMAT:
        raise NotAllowed(N_("it is not of the format {format}"), format=FORMAT)
    base = table.table("base")
    made = Correction(
        id=table.matching("id", _ID),
        paper=table.matching("paper", _PAPER),
        clerk=table.text("clerk", WORD_LENGTH, needed=True),
        made_at=table.moment("made_at"),
        version=base.matching("version", _VERSION),
        text_sha256=base.matching("text_sha256", _SHA256),
        decision=table.one_of("verdict", Decision),
        seconds=table.number("seconds", 0),
        keys=table.whole("keys", 0),
        fields=tuple(map(_field_change, table.tables("fields"))),
        words=tuple(map(_word_change, table.tables("words"))),
        lines=tuple(map(_line_added, table.tables("lines"))),
        note=table.text("note", FIELD_LENGTH),
    )
    if len(made.fields) + len(made.words) + len(made.lines) > _ENTRIES:
        raise NotAllowed(N_("it has more than {most} entries"), most=str(_ENTRIES))
    return made


def _plain(entry: FieldChange | WordChange | LineAdded) -> dict[str, Any]:
    found = {part.name: getattr(entry, part.name) for part in fields(entry)}
    return {name: list(value) if isinstance(value, Box) else value for name, value in found.items()}


def _field_change(table: OutsideTable) -> FieldChange:
    how = table.one_of("how", How)
    place = None if table.missing("place") else table.whole("place", 0)
    if (place is None) != (how is How.ADDED):
        raise NotAllowed(N_("{key} does not go with {value}"), key=f"{table.where}place", value=how.value)
    return FieldChange(
        place=place,
        name=table.matching("name", _NAME),
        was=table.text("was", FIELD_LENGTH),
        value=table.text("value", FIELD_LENGTH, needed=how in (How.TYPED, How.TWICE, How.REGISTER, How.ADDED)),
        how=how,
        page=table.whole("page", 1),
        box=table.box("box"),
    )


def _word_change(table: OutsideTable) -> WordChange:
    return WordChange(
        page=table.whole("page", 1),
        line=table.whole("line", 0),
        word=table.whole("word", 0),
        was=table.text("was", WORD_LENGTH, needed=True),
        value=table.text("value", WORD_LENGTH),
    )


def _line_added(table: OutsideTable) -> LineAdded:
    box = table.box("box")
    if box is None:
        raise NotAllowed(N_("{key} is missing"), key=f"{table.where}box")
    return LineAdded(table.whole("page", 1), box, table.text("text", FIELD_LENGTH, needed=True))
