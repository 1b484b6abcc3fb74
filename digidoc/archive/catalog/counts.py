"""What the catalogue counts: the state of the archive, and the plain numbers behind a report."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from digidoc.archive.catalog import duplicates, paper_sums
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.events import events
from digidoc.archive.register.counts import end_of
from digidoc.archive.settings import ArchiveConfig
from digidoc.clock import VIETNAM
from digidoc.formats.codec import stamp
from digidoc.model import ArchiveFigures, PaperState
from digidoc.register import PaperCounts


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
class DuplicateItem:
    """A paper that the archive seems to have twice, and the others, as `Duplicate.to_json` gives them."""

    paper_id: str
    dossier: str | None
    name: str
    duplicates: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DossierCount:
    """A dossier and how many papers of it are known, refused ones included unless they are settled."""

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

    """

    papers: Mapping[PaperState, int]
    pages: int
    dossiers: tuple[DossierCount, ...]
    review: tuple[ReviewItem, ...]
    refused: tuple[RefusedItem, ...]
    duplicates: tuple[DuplicateItem, ...] = ()
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
        SELECT code, count(paper_id) FROM dossier LEFT JOIN paper ON dossier = code AND settled_at = ''
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
            pages=db.execute("SELECT count(*) FROM page").fetchone()[0],
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
        )


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


def paper_counts(db: Database, as_of: date | None) -> PaperCounts:
    """Counts of papers: now from sums, at the end of a past day from the papers."""
    until = None if as_of is None else end_of(as_of)
    found = paper_sums.counted(db, until)
    checks = "SELECT min(checked_at), max(checked_at) FROM signature WHERE checked_at <= ?"
    first, last = db.execute(checks, [until or "9999"]).fetchone()
    return PaperCounts(
        attached=found["attached"],
        conformant=found["conformant"],
        with_signature=found["with_signature"],
        signed=found["signed"],
        reviewed=found["attached"] - found["review"],
        checked_first=_day(first),
        checked_last=_day(last),
    )


def _day(at: str | None) -> date | None:
    return None if at is None else datetime.fromisoformat(at).astimezone(VIETNAM).date()
