"""Papers that an archive may have twice: each is reported and noted in an event, never refused and never merged.

Two kinds. *Same bytes*: each paper's object holds all that belongs to it and can be taken out, checked and handed over
by itself, so the bytes are stored again, and an event links the two. Within one object equal content is kept once.
*Same document*: the same document id, or the same number, symbol and issuing organisation with other bytes, such as a
second scan or a corrected one. Source of the rule: NĐ 30/2020/NĐ-CP numbers an organisation's documents by year, so
papers whose dates of issue lie in different years are different documents.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlite_utils import Database

from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.index import facets_of
from digidoc.archive.events import clerk
from digidoc.archive.ingest import Draft
from digidoc.archive.register.schema import counting
from digidoc.masking import masked
from digidoc.model import PaperRecord
from digidoc.text import fold, tidy

Kind = Literal["same-bytes", "same-document-id", "same-number"]
EVENT: Final = "duplicate detection"
_NUMBER: Final = ("CodeNumber", "CodeNotation", "OrganName")
_DATE: Final = "IssuedDate"
_ID: Final = "DocumentId"
_FIELDS: Final = (*_NUMBER, _DATE, _ID)
_LISTED: Final = 20  # of each kind; a blank form may be there a thousand times


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another paper that may be the same, and what both say of themselves.

    Attributes:
        kind: why: the same bytes, the same document id, or the same number, symbol and organisation.
        paper_id: of the other paper.
        dossier: of the other paper; None for a loose one.
        name: file name of the other paper's original.
        number: number and symbol of the other paper, such as "15/QĐ-UBND"; empty when not known.
        organisation: that issued the other paper; empty when not known.
        date: of its issue; empty when not known.

    """

    kind: Kind
    paper_id: str
    dossier: str | None
    name: str
    number: str
    organisation: str
    date: str

    def to_json(self) -> dict[str, Any]:
        """The duplicate in JSON, in events and results."""
        return {
            "kind": self.kind,
            "paper": self.paper_id,
            "dossier": self.dossier,
            "name": self.name,
            "number": self.number,
            "organisation": self.organisation,
            "date": self.date,
        }


@dataclass(frozen=True, slots=True)
class _Other:
    """What is compared of a paper that is there already."""

    paper_id: str
    dossier: str | None
    name: str
    sha256: str
    part: tuple[int, ...]
    fields: Mapping[str, str]


def noted(catalog: Catalog, dossier: str | None, drafts: Sequence[Draft], at: datetime) -> list[Draft]:
    """The drafts; one whose duplicates have changed has an event that names them, the last of its events.

    Compared with the papers in the catalogue, and with those that stand before it in `drafts`.

    Args:
        catalog: of the archive that they are to be filed in.
        dossier: of the drafts.
        drafts: papers about to be filed.
        at: the time of the event.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    found: list[Draft] = []
    before: list[_Other] = []
    for draft in drafts:
        record = draft.record
        fields = _values((field.name, field.value) for field in record.fields)
        own = _Other(record.paper_id, dossier, record.name, record.sha256, record.part, fields)
        with catalog.reading() as db:
            near = (*_candidates(db, own), *before)
            others = {other.paper_id: other for other in near if other.paper_id not in draft.replaces}
            known = _noted_before(db, record.paper_id)
        duplicates = masked([duplicate.to_json() for duplicate in _duplicates(own, others.values())])
        before.append(own)
        if duplicates != known:
            made = clerk.event(EVENT, "warning", {"duplicates": duplicates}, at=at)
            draft = replace(draft, record=replace(record, events=(*record.events, made)))  # noqa: PLW2901
        found.append(draft)
    return found


def _noted_before(db: Database, paper_id: str) -> list[dict[str, Any]]:
    newest = "SELECT detail FROM event WHERE paper_id = ? AND kind = ? ORDER BY sequence DESC LIMIT 1"
    row = db.execute(newest, [paper_id, EVENT]).fetchone()
    return [] if row is None else list(json.loads(row[0]).get("duplicates", ()))


def of(record: PaperRecord) -> list[dict[str, Any]]:
    """The duplicates of a paper as they were when it was filed last, as `Duplicate.to_json` gives them."""
    for event in reversed(record.events):
        if event.kind == EVENT:
            return [dict(entry) for entry in event.detail.get("duplicates", ())]
    return []


def listed(db: Database) -> list[tuple[str, str | None, str, list[dict[str, Any]]]]:
    """(id, dossier, name, duplicates) of each paper that has any, oldest first; only papers that count."""
    newest = f"""
        SELECT paper_id, dossier, name, detail, max(sequence) FROM event JOIN paper USING (paper_id)
        WHERE kind = ? AND {counting()} GROUP BY paper_id ORDER BY 5
    """  # noqa: S608
    rows = [(row[0], row[1], row[2], _that_count(db, row[3])) for row in db.execute(newest, [EVENT])]
    return [row for row in rows if row[3]]


def _that_count(db: Database, detail: str) -> list[dict[str, Any]]:
    """The duplicates that an event names, without those that were withdrawn since."""
    known = f"SELECT 1 FROM paper WHERE paper_id = ? AND {counting()}"  # noqa: S608
    return [one for one in json.loads(detail).get("duplicates", ()) if db.execute(known, [one["paper"]]).fetchone()]


def _values(fields: Iterable[Sequence[str]]) -> dict[str, str]:
    """The first value of each field that is compared."""
    found: dict[str, str] = {}
    for name, value in fields:
        if name in _FIELDS and tidy(value):
            found.setdefault(name, tidy(value))
    return found


def _duplicates(own: _Other, others: Iterable[_Other]) -> Iterator[Duplicate]:
    for other in others:
        kind = None if other.paper_id == own.paper_id else _kind(own, other)
        if kind is not None:
            number = "/".join(other.fields[name] for name in _NUMBER[:2] if name in other.fields)
            organisation, date = other.fields.get("OrganName", ""), other.fields.get(_DATE, "")
            yield Duplicate(kind, other.paper_id, other.dossier, other.name, number, organisation, date)


def _kind(own: _Other, other: _Other) -> Kind | None:
    if own.sha256 == other.sha256:
        # Papers that were split from one file are different ones.
        return "same-bytes" if own.part == other.part else None
    if _ID in own.fields and _same(own, other, _ID):
        return "same-document-id"
    if not all(_same(own, other, name) for name in _NUMBER):
        return None
    years = {fields[_DATE][:4] for fields in (own.fields, other.fields) if _DATE in fields}
    return "same-number" if len(years) < 2 else None  # noqa: PLR2004 (two papers)


def _same(own: _Other, other: _Other, name: str) -> bool:
    return name in own.fields and name in other.fields and _key(name, own.fields) == _key(name, other.fields)


def _key(name: str, fields: Mapping[str, str]) -> str:
    """A value without what people write in different ways: case, accents, dashes, zeros before a number."""
    folded = fold(fields[name]).replace(" ", "")
    return folded.lstrip("0") if name == "CodeNumber" else folded


def _candidates(db: Database, own: _Other) -> Iterator[_Other]:
    """Papers of the catalogue that may be the same, few enough to be compared one by one."""
    same_bytes = f"SELECT paper_id FROM paper WHERE sha256 = ? AND {counting()} ORDER BY rowid LIMIT ?"  # noqa: S608
    ids = [paper_id for (paper_id,) in db.execute(same_bytes, [own.sha256, _LISTED + 1])]
    indexed = """
        SELECT DISTINCT page.paper_id FROM page_index CROSS JOIN page ON page.id = page_index.rowid
        WHERE page_index MATCH ? ORDER BY page_index.rowid LIMIT ?
    """
    for question in _questions(own):
        ids += [paper_id for (paper_id,) in db.execute(indexed, [question, _LISTED + 1])]
    for paper_id in dict.fromkeys(ids):
        dossier, name, sha256, part = db.execute(
            "SELECT dossier, name, sha256, part FROM paper WHERE paper_id = ?", [paper_id]
        ).fetchone()
        fields = db.execute("SELECT name, value FROM field WHERE paper_id = ? ORDER BY id", [paper_id]).fetchall()
        yield _Other(paper_id, dossier, name, sha256, tuple(json.loads(part)), _values(fields))


def _questions(own: _Other) -> Iterator[str]:
    """What the index is asked: the tokens that each paper with the same fields has."""
    if _ID in own.fields:
        yield _all_of([(_ID, own.fields[_ID])])
    if all(name in own.fields for name in _NUMBER):
        number = own.fields["CodeNumber"]
        bare = number.lstrip("0")
        for written in dict.fromkeys((number, bare, bare.zfill(2), bare.zfill(3))):
            fields = {**own.fields, "CodeNumber": written}
            yield _all_of([(name, fields[name]) for name in _NUMBER])


def _all_of(fields: Sequence[tuple[str, str]]) -> str:
    return " AND ".join(f'"{token}"' for token in facets_of(None, fields))
