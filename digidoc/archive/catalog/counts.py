"""What the catalogue counts: the state of the archive, and the plain numbers behind a report."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from digidoc.archive.catalog import duplicates, paper_sums
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.events import events
from digidoc.archive.register.counts import end_of
from digidoc.archive.register.schema import counting
from digidoc.archive.settings import ArchiveConfig
from digidoc.clock import VIETNAM
from digidoc.formats.codec import stamp
from digidoc.model import SET_ASIDE, ArchiveFigures, PaperState
from digidoc.register import PaperCounts

_PAGES = f"SELECT count(*) FROM page CROSS JOIN paper ON paper.paper_id = page.paper_id WHERE {counting()}"  # noqa: S608
# The first or the last check; found through the index by time, for there may be millions.
_CHECK = f"""
    SELECT checked_at FROM signature CROSS JOIN paper ON paper.paper_id = signature.paper_id
    WHERE checked_at <= ? AND {counting()} ORDER BY checked_at {{}} LIMIT 1
"""  # noqa: S608 (a text from there)


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A paper with something in doubt: codes of doubts, and the names of the fields in doubt."""

    paper_id: str
    dossier: str | None
    name: str
    doubts: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefusedItem:
    """A paper that could not be taken, and why: the problem as `Problem.to_json` gives it."""

    paper_id: str
    dossier: str | None
    name: str
    source: str
    problem: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WithdrawnItem:
    """A paper that was taken out of use, and the detail of the event that says why and what stands in its place."""

    paper_id: str
    dossier: str | None
    name: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DuplicateItem:
    """A paper that the archive seems to have twice, and the others, as `Duplicate.to_json` gives them."""

    paper_id: str
    dossier: str | None
    name: str
    duplicates: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DossierCount:
    """A dossier and how many papers of it are known, refused ones that are not settled included, withdrawn ones not."""

    code: str
    papers: int


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """Where the archive stands.

    Attributes:
        papers: count by state, every state present.
        pages: pages of the papers in the store.
        dossiers: in order of their codes.
        review: what a person has to look at, oldest first.
        slight: papers that are filed though a field of theirs is in doubt, oldest first.
        refused: what could not be taken and is not settled, oldest first.
        duplicates: what the archive seems to have twice, oldest first.
        withdrawn: what was taken out of use, oldest first.

    """

    papers: Mapping[PaperState, int]
    pages: int
    dossiers: tuple[DossierCount, ...]
    review: tuple[ReviewItem, ...]
    refused: tuple[RefusedItem, ...]
    duplicates: tuple[DuplicateItem, ...] = ()
    withdrawn: tuple[WithdrawnItem, ...] = ()
    slight: tuple[ReviewItem, ...] = ()


def status(catalog: Catalog) -> ArchiveStatus:
    """Count and list.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    listed = """
        SELECT paper_id, dossier, name, source, doubts, problem FROM paper WHERE state = ? AND settled_at = ''
        ORDER BY rowid
    """
    doubted = """
        SELECT paper_id, dossier, name, doubts FROM paper
        WHERE state = ? AND paper_id IN (SELECT paper_id FROM field WHERE review = 1)
        ORDER BY rowid
    """
    counted = """
        SELECT code, count(paper_id) FROM dossier
        LEFT JOIN paper ON dossier = code AND settled_at = '' AND state NOT IN ('withdrawn', 'purged')
        GROUP BY code ORDER BY code
    """
    with catalog.reading() as db:
        found = dict(db.execute("SELECT state, count(*) FROM paper WHERE settled_at = '' GROUP BY state").fetchall())
        review = list(db.query(listed, [PaperState.REVIEW.value]))
        refused = list(db.query(listed, [PaperState.REFUSED.value]))
        slight = list(db.query(doubted, [PaperState.FILED.value]))
        unsure: dict[str, list[str]] = {}
        for paper_id, name in db.execute(
            "SELECT paper_id, name FROM field WHERE review = 1 GROUP BY paper_id, name ORDER BY min(id)"
        ):
            unsure.setdefault(paper_id, []).append(name)
        return ArchiveStatus(
            papers={state: found.get(state.value, 0) for state in PaperState},
            pages=db.execute(_PAGES).fetchone()[0],
            dossiers=tuple(DossierCount(code, papers) for code, papers in db.execute(counted)),
            review=tuple(_in_doubt(row, unsure) for row in review),
            slight=tuple(_in_doubt(row, unsure) for row in slight),
            refused=tuple(
                RefusedItem(
                    row["paper_id"], row["dossier"], row["name"], row["source"], json.loads(row["problem"] or "{}")
                )
                for row in refused
            ),
            duplicates=tuple(
                DuplicateItem(paper_id, dossier, name, tuple(others))
                for paper_id, dossier, name, others in duplicates.listed(db)
            ),
            withdrawn=tuple(_withdrawn(db)),
        )


def _withdrawn(db: Database) -> Iterator[WithdrawnItem]:
    sql = "SELECT paper_id, dossier, name FROM paper WHERE state = ? ORDER BY rowid"
    newest = "SELECT detail FROM event WHERE paper_id = ? AND kind = ? ORDER BY sequence DESC LIMIT 1"
    for paper_id, dossier, name in db.execute(sql, [PaperState.WITHDRAWN.value]).fetchall():
        row = db.execute(newest, [paper_id, SET_ASIDE]).fetchone()
        yield WithdrawnItem(paper_id, dossier, name, {} if row is None else json.loads(row[0]))


def _in_doubt(row: Mapping[str, Any], unsure: Mapping[str, Sequence[str]]) -> ReviewItem:
    fields = unsure.get(row["paper_id"], ())
    return ReviewItem(row["paper_id"], row["dossier"], row["name"], tuple(json.loads(row["doubts"])), tuple(fields))


def figures(catalog: Catalog, config: ArchiveConfig, until: datetime | None) -> ArchiveFigures:
    """The numbers behind a report.

    Args:
        catalog: what is counted.
        config: unit, stock and target of the archive.
        until: papers registered and checks made later are left out; None for no limit.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    with catalog.reading() as db:
        newest = events.head(db)
        found = paper_sums.counted(db, None if until is None else stamp(until))
        del found["with_signature"]
        return ArchiveFigures(
            unit=config.unit,
            stock=config.stock,
            target=config.target,
            registered=found["attached"] + found["refused"],
            audit_head=(newest.sequence, newest.hash),
            **found,
        )


def details(catalog: Catalog, kind: str, since: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The papers and the details of all events of a kind, oldest first; an index finds them among any number.

    Args:
        catalog: that is asked.
        kind: of the events.
        since: no earlier ones, a time as events have it; empty for all.

    """
    with catalog.reading() as db:
        for paper_id, detail in db.execute(
            "SELECT paper_id, detail FROM event WHERE kind = ? AND at >= ? AND paper_id NOT NULL ORDER BY at, sequence",
            [kind, since],
        ):
            yield paper_id, json.loads(detail)


def paper_counts(db: Database, as_of: date | None) -> PaperCounts:
    """Counts of papers: now from sums, at the end of a past day from the papers."""
    until = None if as_of is None else end_of(as_of)
    found = paper_sums.counted(db, until)
    first, last = (db.execute(_CHECK.format(order), [until or "9999"]).fetchone() for order in ("ASC", "DESC"))
    return PaperCounts(
        attached=found["attached"],
        conformant=found["conformant"],
        with_signature=found["with_signature"],
        signed=found["signed"],
        reviewed=found["attached"] - found["review"],
        checked_first=_day(first and first[0]),
        checked_last=_day(last and last[0]),
    )


def _day(at: str | None) -> date | None:
    return None if at is None else datetime.fromisoformat(at).astimezone(VIETNAM).date()
