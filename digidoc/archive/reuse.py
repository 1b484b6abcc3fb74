"""Digitized papers that their owner need not hand in again: which are still valid, and which are not and why.

A paper is valid when it is filed, its signatures did not fail at the last check, and the register does not say that it
expired, was revoked, or was superseded: that a later result of the same owner has the same name or the same number.
A paper that is in no row of the register has no end that is known. A paper without a signature may be reused: its
verdict is stated, and whoever takes it decides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlite_utils import Database

from digidoc.archive.register import counts
from digidoc.archive.register.match import Digitized, comparable, comparable_number
from digidoc.archive.register.schema import counting, values
from digidoc.model import PaperState, Verdict
from digidoc.register import PaperKind

VALID, REFUSED, WITHDRAWN, NOT_YET, EXPIRED, REVOKED, SUPERSEDED, BAD_SIGNATURE = (
    "valid",
    "refused",
    "withdrawn",
    "not-yet-issued",
    "expired",
    "revoked",
    "superseded",
    "signature-failed",
)
_PAPERS: Final = """
    SELECT p.paper_id, p.name, p.state, p.verdict, p.conformant, coalesce(d.code, p.dossier, ''),
           coalesce(d.unit, ''), coalesce(d.procedure, ''), coalesce(d.owner_key, ''), d.received_on,
           r.is_result, coalesce(r.name, ''), coalesce(r.number, ''),
           coalesce(r.issued_on, CASE WHEN r.is_result THEN d.finished_on END), r.valid_until, r.revoked_on,
           coalesce(r.result_id, '')
    FROM paper AS p
    LEFT JOIN register_dossier AS d ON d.code = p.dossier
    LEFT JOIN register_paper AS r ON r.paper_id = p.paper_id AND r.live
"""
_OF_OWNER: Final = f"""
    {_PAPERS} WHERE d.owner_key = ? AND {counting("p")} ORDER BY d.received_on, d.id, p.rowid
"""
_OF_ID: Final = f"{_PAPERS} WHERE p.paper_id = ?"
_RESULTS: Final = """
    SELECT r.name, r.number, r.result_id, coalesce(r.issued_on, d.finished_on), d.code
    FROM register_dossier AS d JOIN register_paper AS r ON r.dossier = d.id
    WHERE d.owner_key = ? AND r.is_result AND r.live AND coalesce(r.issued_on, d.finished_on) IS NOT NULL
"""
_FIELDS: Final = (
    "SELECT paper_id, name, value FROM field WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY id"
)
_LINKS: Final = """
    SELECT paper_id, dossier FROM reuse_link WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY at, dossier
"""


@dataclass(frozen=True, slots=True)
class OwnedPaper:
    """A digitized paper and whether it may be taken again.

    Attributes:
        paper_id: of the paper.
        file_name: of the original.
        dossier: that it came with; empty for a loose paper.
        unit, procedure: of that dossier; empty when the register does not have it.
        kind: what it is to its dossier; None when it is in no row of the register.
        name: by the register, else type and subject as they were read; may be empty.
        number: by the register, else as it was read; may be empty.
        issued_on: by the register, ISO; else as it was read; may be empty.
        valid_until: last day on which it is in force, ISO; empty for no end that is known.
        signature: worst verdict of the last check (TOTAL_PASSED, INDETERMINATE, TOTAL_FAILED); empty when unsigned.
        why: valid, refused, withdrawn, not-yet-issued, expired, revoked, superseded, signature-failed.
        since: the day of that (ISO), or the dossier of the later result; empty for a valid one.
        linked: dossiers that it was taken for already, in that order.

    """

    paper_id: str
    file_name: str
    dossier: str
    unit: str
    procedure: str
    kind: PaperKind | None
    name: str
    number: str
    issued_on: str
    valid_until: str
    signature: str
    why: str
    since: str = ""
    linked: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether it may be reused."""
        return self.why == VALID

    def to_json(self) -> dict[str, Any]:
        """For scripts; nothing in it says whose it is."""
        return {
            "paper_id": self.paper_id,
            "file_name": self.file_name,
            "dossier": self.dossier,
            "unit": self.unit,
            "procedure": self.procedure,
            "kind": None if self.kind is None else self.kind.value,
            "name": self.name,
            "number": self.number,
            "issued_on": self.issued_on or None,
            "valid_until": self.valid_until or None,
            "signature": self.signature or None,
            "valid": self.valid,
            "why": self.why,
            "since": self.since or None,
            "linked": list(self.linked),
        }


@dataclass(frozen=True, slots=True)
class _Row:
    """What the catalogue has of a paper: its columns in the order of `_PAPERS`, and the fields that were read."""

    paper_id: str
    file_name: str
    state: str
    signature: str
    conformant: int
    dossier: str
    unit: str
    procedure: str
    owner_key: str
    received_on: str | None
    is_result: int | None
    name: str
    number: str
    issued_on: str | None
    valid_until: str | None
    revoked_on: str | None
    result_id: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def read_number(self) -> str:
        """Number and symbol as they were read."""
        return "/".join(self.fields[name] for name in ("CodeNumber", "CodeNotation") if name in self.fields)

    @property
    def read_name(self) -> str:
        """Type and subject as they were read."""
        return " ".join(self.fields[name] for name in ("TypeName", "Subject") if name in self.fields)

    def is_about(self, words: Iterable[str]) -> bool:
        """Whether name, type, subject or file name have all the words (comparable)."""
        written = Digitized(self.paper_id, self.file_name, self.conformant, self.signature, self.fields).names
        have = set(" ".join((comparable(self.name), *written)).split())
        return have.issuperset(words)


@dataclass(frozen=True, slots=True)
class _Result:
    """A result of the owner in the register, with comparable name and number."""

    name: str
    number: str
    result_id: str
    issued_on: str
    dossier: str


def of_owner(db: Database, owner_key: str, words: str = "") -> list[OwnedPaper]:
    """The filed papers of all dossiers of an owner, in the order in which these were received.

    Args:
        db: the catalogue.
        owner_key: see `Archive.owner_key_of`.
        words: only papers in whose name, type, subject or file name these stand, accents and case aside.

    """
    wanted = comparable(words).split()
    return [_assessed(db, row) for row in _rows(db, _OF_OWNER, owner_key) if row.is_about(wanted)]


def of_id(db: Database, paper_id: str) -> tuple[OwnedPaper, str]:
    """A paper that the catalogue has, and the keyed hash of the owner of its dossier; empty when not known."""
    row = next(_rows(db, _OF_ID, paper_id))
    return _assessed(db, row), row.owner_key


def _rows(db: Database, sql: str, key: str) -> Iterator[_Row]:
    found = [_Row(*row) for row in db.execute(sql, [key])]
    by_id = {row.paper_id: row for row in found}
    for paper_id, name, value in db.execute(_FIELDS, [values(list(by_id))]):
        by_id[paper_id].fields.setdefault(name, value)
    yield from found


def _assessed(db: Database, row: _Row) -> OwnedPaper:
    why, since = _why(db, row)
    linked = db.execute(_LINKS, [values([row.paper_id])])
    return OwnedPaper(
        paper_id=row.paper_id,
        file_name=row.file_name,
        dossier=row.dossier,
        unit=row.unit,
        procedure=row.procedure,
        kind=None if row.is_result is None else PaperKind.RESULT if row.is_result else PaperKind.COMPONENT,
        name=row.name or row.read_name,
        number=row.number or row.read_number,
        issued_on=row.issued_on or row.fields.get("IssuedDate", ""),
        valid_until=row.valid_until or "",
        signature=row.signature,
        why=why,
        since=since,
        linked=tuple(dossier for _paper, dossier in linked),
    )


def _why(db: Database, row: _Row) -> tuple[str, str]:
    """A code, and the day or the dossier that goes with it."""
    today = counts.today().isoformat()
    if not PaperState(row.state).counts:
        return row.state, ""  # refused or withdrawn
    if row.revoked_on is not None and row.revoked_on <= today:
        return REVOKED, row.revoked_on
    if row.valid_until is not None and row.valid_until < today:
        return EXPIRED, row.valid_until
    if row.issued_on is not None and row.issued_on > today:
        return NOT_YET, row.issued_on
    if row.signature == Verdict.TOTAL_FAILED:
        return BAD_SIGNATURE, ""
    later = _later(db, row, today)
    return (VALID, "") if later is None else (SUPERSEDED, later.dossier)


def _later(db: Database, row: _Row, today: str) -> _Result | None:
    """The last result of the same owner that stands for this paper now.

    A component without a day of issue was issued by the day on which its dossier was received.
    """
    issued = row.issued_on or _iso(row.fields.get("IssuedDate", "")) or row.received_on
    if not row.owner_key or issued is None:
        return None
    name = comparable(row.name)
    numbers = {comparable_number(number) for number in (row.number, row.read_number)} - {""}
    found = [
        result
        for result in _results(db, row.owner_key)
        if issued < result.issued_on <= today
        and not (row.result_id and result.result_id == row.result_id)
        and ((name and name == result.name) or result.number in numbers)
    ]
    return max(found, key=lambda result: (result.issued_on, result.dossier), default=None)


def _results(db: Database, owner_key: str) -> Iterator[_Result]:
    for name, number, result_id, issued_on, dossier in db.execute(_RESULTS, [owner_key]):
        yield _Result(comparable(name), comparable_number(number), result_id, issued_on, dossier)


def _iso(text: str) -> str | None:
    """A day as it was read, when it is one."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
