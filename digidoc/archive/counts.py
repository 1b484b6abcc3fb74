"""What the catalogue counts: the state of the archive, and the plain numbers behind a report."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from digidoc.archive import duplicates, events
from digidoc.archive.catalog import Catalog
from digidoc.archive.metadata import stamp
from digidoc.archive.settings import ArchiveConfig
from digidoc.model import ArchiveFigures, PaperState

# One line a paper that was registered by then, with the last verdict over its signatures that were made by then: one
# that passes today was as good on the day it was made, and a check repeated later takes nothing from that day. Attached
# papers of the same bytes are one paper for a report, and the best of them counts: the paper is digitized once it is
# anywhere.
_FIGURES: Final = """
    WITH verdict AS (
        SELECT paper_id,
               min(verdict = 'TOTAL_PASSED' AND min(checked_at, coalesce(signed_at, checked_at)) <= :until) AS passed,
               max(verdict = 'TOTAL_FAILED') AS failed,
               max(verdict <> 'TOTAL_PASSED' AND verdict <> 'TOTAL_FAILED') AS unsure
        FROM signature GROUP BY paper_id
    ),
    every AS (
        SELECT paper.sha256, paper.state, paper.conformant,
               coalesce(passed, 0) AS signed, coalesce(failed, 0) AS failed,
               coalesce(unsure AND NOT failed, 0) AS unsure
        FROM paper LEFT JOIN verdict USING (paper_id) WHERE registered_at <= :until
    ),
    attached AS (
        SELECT count(*) AS copies, max(conformant) AS conformant, max(signed) AS signed, max(failed) AS failed,
               max(unsure) AS unsure, max(state = 'review') AS review
        FROM every WHERE state <> 'refused' GROUP BY sha256
    )
    SELECT count(*) AS attached, coalesce(sum(conformant), 0) AS conformant, coalesce(sum(signed), 0) AS signed,
           coalesce(sum(failed AND NOT signed), 0) AS failed,
           coalesce(sum(unsure AND NOT signed AND NOT failed), 0) AS indeterminate,
           coalesce(sum(review), 0) AS review, coalesce(sum(copies - 1), 0) AS copies,
           (SELECT count(*) FROM every WHERE state = 'refused') AS refused
    FROM attached
"""
_END_OF_TIME: Final = "9999"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A paper that a person has to look at, why (codes), and the names of the fields to be confirmed."""

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
    """A dossier and how many papers of it are known, refused ones included."""

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
        refused: what could not be taken, oldest first.
        duplicates: what the archive seems to have twice, oldest first.

    """

    papers: Mapping[PaperState, int]
    pages: int
    dossiers: tuple[DossierCount, ...]
    review: tuple[ReviewItem, ...]
    refused: tuple[RefusedItem, ...]
    duplicates: tuple[DuplicateItem, ...] = ()


def status(catalog: Catalog) -> ArchiveStatus:
    """Count and list.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    listed = "SELECT paper_id, dossier, name, source, doubts, problem FROM paper WHERE state = ? ORDER BY rowid"
    counted = "SELECT code, count(paper_id) FROM dossier LEFT JOIN paper ON dossier = code GROUP BY code ORDER BY code"
    with catalog.reading() as db:
        found = dict(db.execute("SELECT state, count(*) FROM paper GROUP BY state").fetchall())
        review = list(db.query(listed, [PaperState.REVIEW.value]))
        refused = list(db.query(listed, [PaperState.REFUSED.value]))
        unsure: dict[str, list[str]] = {}
        for paper_id, name in db.execute("SELECT paper_id, name FROM field WHERE review = 1 ORDER BY id"):
            unsure.setdefault(paper_id, []).append(name)
        return ArchiveStatus(
            papers={state: found.get(state.value, 0) for state in PaperState},
            pages=db.execute("SELECT count(*) FROM page").fetchone()[0],
            dossiers=tuple(DossierCount(code, papers) for code, papers in db.execute(counted)),
            review=tuple(
                ReviewItem(
                    row["paper_id"],
                    row["dossier"],
                    row["name"],
                    tuple(json.loads(row["doubts"])),
                    tuple(unsure.get(row["paper_id"], ())),
                )
                for row in review
            ),
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


def figures(catalog: Catalog, config: ArchiveConfig, until: datetime | None) -> ArchiveFigures:
    """The numbers behind a report, in one query.

    Args:
        catalog: what is counted.
        config: unit, stock and target of the archive.
        until: papers registered and checks made later are left out; None for no limit.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    with catalog.reading() as db:
        newest = events.head(db)
        row = next(db.query(_FIGURES, {"until": _END_OF_TIME if until is None else stamp(until)}))
        return ArchiveFigures(
            unit=config.unit,
            stock=config.stock,
            target=config.target,
            registered=row["attached"] + row["refused"],
            audit_head=(newest.sequence, newest.hash),
            **row,
        )
