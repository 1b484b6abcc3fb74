"""Lists of what the archive holds, newest first, and the queue of what a person has to look at.

Papers, or dossiers, are listed that the filters of a search let through.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.query import Filters
from digidoc.archive.catalog.search import fields_to_confirm, first_values, let_through
from digidoc.archive.metadata import clean
from digidoc.archive.register.schema import counting
from digidoc.model import PaperState

LineT = TypeVar("LineT")
_A_DOSSIER: Final = 8  # papers, as a first guess: so many are looked at for each dossier that is wanted


@dataclass(frozen=True, slots=True)
class Listing(Generic[LineT]):
    """A piece of a list.

    Attributes:
        offset: how many lines come before these.
        lines: newest first.
        more: whether there are more than the limit let through.

    """

    offset: int
    lines: tuple[LineT, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper in a list.

    Attributes:
        paper_id: its id.
        dossier: code of its dossier; None for a loose paper.
        name: file name of the original.
        state: where it stands.
        pages: how many it has.
        number: CodeNumber, empty when not known; likewise the others.
        notation: CodeNotation.
        kind: TypeName.
        date: IssuedDate.
        organisation: OrganName.
        subject: Subject.
        verdict: the worst that the last check said of its signatures; empty when it has none.
        conformant: whether it is a conformant copy.
        doubts: codes of what is in doubt about it.
        review: names of the fields that a person has to confirm.

    """

    paper_id: str
    dossier: str | None
    name: str
    state: PaperState
    pages: int
    number: str
    notation: str
    kind: str
    date: str
    organisation: str
    subject: str
    verdict: str
    conformant: bool
    doubts: tuple[str, ...]
    review: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DossierLine:
    """A dossier in a list.

    Attributes:
        code: its code.
        procedure: code of the procedure that the register has for it; empty when it is not in the register.
        title: what the register calls it; likewise.
        papers: how many of its papers are in the archive.
        review: of these, those that a person has to look at.
        signed: of these, those with a signature.

    """

    code: str
    procedure: str
    title: str
    papers: int
    review: int
    signed: int


def papers(catalog: Catalog, filters: Filters, limit: int | None, offset: int) -> Listing[PaperLine]:
    """The papers in the store that the filters let through; refused and withdrawn ones are not among them.

    Args:
        catalog: where to look.
        filters: what the papers have to be.
        limit: most papers to give, from 1; None for all.
        offset: how many papers to leave out at the beginning, from 0.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    with catalog.reading():
        end = None if limit is None else offset + limit
        found = let_through(catalog, filters, end)
        lines = tuple(_paper(catalog, paper_id) for paper_id in found[offset:end])
    return Listing(offset, lines, end is not None and len(found) > end)


def dossiers(catalog: Catalog, filters: Filters, limit: int | None, offset: int) -> Listing[DossierLine]:
    """The dossiers that have a paper in the store that the filters let through; see `papers` for the rest."""
    with catalog.reading():
        end = None if limit is None else offset + limit
        found = _codes(catalog, filters, end)
        lines = tuple(_dossier(catalog, code) for code in found[offset:end])
    return Listing(offset, lines, end is not None and len(found) > end)


def _codes(catalog: Catalog, filters: Filters, wanted: int | None) -> list[str]:
    """Codes of dossiers that have such a paper, newest first: all, or more than are wanted where there are more."""
    papers = None if wanted is None else _A_DOSSIER * wanted
    while True:
        ids = let_through(catalog, filters, papers)
        rows = (catalog.db.execute("SELECT dossier FROM paper WHERE paper_id = ?", [one]).fetchone() for one in ids)
        found = list(dict.fromkeys(code for (code,) in rows if code is not None))
        if papers is None or wanted is None or len(ids) <= papers or len(found) > wanted:
            return found
        papers *= _A_DOSSIER


def _paper(catalog: Catalog, paper_id: str) -> PaperLine:
    sql = """
        SELECT dossier, name, state, verdict, conformant, doubts,
               (SELECT count(*) FROM page WHERE page.paper_id = paper.paper_id)
        FROM paper WHERE paper_id = ?
    """
    dossier, name, state, verdict, conformant, doubts, pages = catalog.db.execute(sql, [paper_id]).fetchone()
    fields = first_values(catalog.db, paper_id)
    return PaperLine(
        paper_id=paper_id,
        dossier=dossier,
        name=name,
        state=PaperState(state),
        pages=pages,
        number=fields.get("CodeNumber", ""),
        notation=fields.get("CodeNotation", ""),
        kind=fields.get("TypeName", ""),
        date=fields.get("IssuedDate", ""),
        organisation=fields.get("OrganName", ""),
        subject=fields.get("Subject", ""),
        verdict=verdict,
        conformant=bool(conformant),
        doubts=tuple(json.loads(doubts)),
        review=fields_to_confirm(catalog.db, paper_id),
    )


def _dossier(catalog: Catalog, code: str) -> DossierLine:
    sql = f"""
        SELECT count(*), count(*) FILTER (WHERE state = ?), count(*) FILTER (WHERE verdict <> '')
        FROM paper WHERE dossier = ? AND {counting()}
    """  # noqa: S608 (a text from there)
    number, review, signed = catalog.db.execute(sql, [PaperState.REVIEW.value, code]).fetchone()
    known = "SELECT procedure, title FROM register_dossier WHERE code = ?"
    procedure, title = catalog.db.execute(known, [code]).fetchone() or ("", "")
    return DossierLine(code, procedure, title, number, review, signed)


class QueueOrder(StrEnum):
    """Which papers of the queue come first."""

    DOSSIER = "dossier"  # dossier by dossier, papers as they came; those without a dossier first
    OLDEST = "oldest"  # as they came
    FEWEST = "fewest"  # those with the fewest fields to confirm


_ORDERS: Final = {
    QueueOrder.DOSSIER: "paper.dossier, paper.rowid",
    QueueOrder.OLDEST: "paper.rowid",
    QueueOrder.FEWEST: "coalesce(unsure.fields, 0), paper.rowid",
}
_COUNTED: Final = """
    LEFT JOIN (SELECT paper_id, count(*) AS fields FROM field WHERE review = 1 GROUP BY paper_id) AS unsure
    USING (paper_id)
"""


_CONFLICTED: Final = "WHERE instr(doubts, '\"correction-conflict\"')"


@dataclass(frozen=True, slots=True)
class Queue:
    """What a person has to look at.

    Attributes:
        open: how many papers that are, of those that were asked for.
        conflicts: how many papers of the archive have corrections that contradict each other.
        papers: ids, in order.

    """

    open: int
    conflicts: int
    papers: tuple[str, ...]


def queue(catalog: Catalog, order: QueueOrder, limit: int, dossiers: Sequence[str] = ()) -> Queue:
    """The beginning of the queue.

    Args:
        catalog: that is asked.
        order: see `QueueOrder`.
        limit: papers at most; what the queue costs does not grow with its length, but for the order by fields.
        dossiers: codes; none for all.

    """
    codes = [clean(code) for code in dossiers]
    of = f" AND dossier IN ({', '.join('?' * len(codes))})" if codes else ""
    counted = _COUNTED if order is QueueOrder.FEWEST else ""
    with catalog.reading() as db:
        (waiting,) = db.execute(f"SELECT count(*) FROM paper WHERE state = 'review'{of}", codes).fetchone()  # noqa: S608 (from here)
        conflicts = f"SELECT count(*) FROM paper {_CONFLICTED}"  # noqa: S608 (from here)
        rows = db.execute(
            f"SELECT paper_id FROM paper {counted} WHERE state = 'review'{of} ORDER BY {_ORDERS[order]} LIMIT ?",  # noqa: S608 (from here)
            [*codes, limit],
        )
        papers = tuple(paper_id for (paper_id,) in rows)
        return Queue(waiting, db.execute(conflicts).fetchone()[0], papers)


def conflicted(catalog: Catalog) -> tuple[str, ...]:
    """Ids of the papers that have corrections that contradict each other, in the order in which they came."""
    with catalog.reading() as db:
        found = db.execute(f"SELECT paper_id FROM paper {_CONFLICTED} ORDER BY rowid")  # noqa: S608 (from here)
        return tuple(paper_id for (paper_id,) in found)
