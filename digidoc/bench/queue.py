"""Which papers wait for the clerk, and on which of them people contradict each other."""

from dataclasses import dataclass, replace
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.pipeline.review.contradictions import Contradiction, contradictions_of
from digidoc.pipeline.review.worklist import Question, ReviewPaper, worklist
from digidoc.text import plain

_LISTED: Final = 50  # papers in the worklist


@dataclass(frozen=True, slots=True)
class Row:
    """A paper in the worklist: its id, file name and dossier, and why a person has to look at it."""

    paper: str
    name: str
    dossier: str
    why: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The worklist: how many papers are open, how many corrections wait, how many papers have conflicts; the first."""

    open: int
    waiting: int
    conflicts: int
    rows: tuple[Row, ...]


def waiting(archive: Archive, asked: Question) -> Waiting:
    """The worklist."""
    found = worklist(archive, replace(asked, limit=_LISTED, fields=()))
    return Waiting(found.open, found.waiting, found.conflicts, tuple(map(_row, found.papers)))


def following(archive: Archive, asked: Question, limit: int, out: set[str]) -> tuple[str, ...]:
    """Ids of the first papers of the queue, those in `out` left out."""
    papers = asked.papers or archive.queue(asked.order, limit + len(out), asked.dossiers).papers
    return tuple(paper for paper in papers if paper not in out)[:limit]


def contradictions(archive: Archive) -> list[Contradiction]:
    """All values on which people said different things."""
    return [one for paper in archive.conflicted() for one in contradictions_of(archive, paper)]


def _row(paper: ReviewPaper) -> Row:
    return Row(paper.paper, plain(paper.name), plain(paper.dossier or ""), paper.why())
