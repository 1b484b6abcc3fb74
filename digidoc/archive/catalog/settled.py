"""Refusals that nobody has to do anything about any more: a later file took the paper's place, or a person said so.

Such a refusal keeps its row, its events and its file; it only leaves the lists and the counts, from the moment on that
stands in `settled_at` (ISO 8601, UTC; empty while it is open). Reports as of an earlier day still count it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlite_utils import Database

from digidoc.formats import codec
from digidoc.model import SET_ASIDE, PaperRecord, PaperState

FORGOTTEN: Final = SET_ASIDE  # kind of the event by which a person forgets a refusal
_OPEN: Final = "state = 'refused' AND settled_at = ''"
# What a paper settles: what was refused before it came, under its name or from its place, in its dossier.
_BY_PAPER: Final = f"""
    paper INDEXED BY idx_paper_open_refusal {{}} WHERE {_OPEN} AND dossier IS :dossier
    AND (name = :name OR source = :source) AND registered_at < :at
"""
_EARLIER: Final = """
    UPDATE paper SET settled_at = coalesce((
        SELECT min(later.registered_at) FROM paper AS later
        WHERE later.state <> 'refused' AND later.dossier IS paper.dossier
        AND (later.name = paper.name OR later.source = paper.source) AND later.registered_at > paper.registered_at
    ), '') WHERE state = 'refused'
"""


def create(db: Database) -> None:
    """Add the column, and settle what papers settled that are there already."""
    db.execute("ALTER TABLE paper ADD COLUMN settled_at TEXT NOT NULL DEFAULT ''")
    db.execute(f"CREATE INDEX idx_paper_open_refusal ON paper(dossier, name) WHERE {_OPEN}")
    db.execute(_EARLIER)


def forgotten_at(record: PaperRecord) -> str:
    """When a person forgot this refusal; empty for one that is open, and for a paper that is filed."""
    if record.state is not PaperState.REFUSED or record.events[-1].kind != FORGOTTEN:
        return ""
    return codec.stamp(record.events[-1].at)


def is_settled(db: Database, paper_id: str) -> bool:
    """Whether this refusal has left the lists and the counts."""
    return db.execute("SELECT 1 FROM paper WHERE paper_id = ? AND settled_at <> ''", [paper_id]).fetchone() is not None


def contents(db: Database, records: Iterable[PaperRecord]) -> Iterator[str]:
    """The digests of the refused files that these papers will settle."""
    for record in records:
        if record.state is not PaperState.REFUSED:
            for (sha256,) in db.execute(f"SELECT sha256 FROM {_BY_PAPER.format('')}", _values(db, record)):  # noqa: S608 (from here)
                yield sha256


def settle(db: Database, record: PaperRecord) -> None:
    """Settle what this paper settles, once it is written."""
    if record.state is not PaperState.REFUSED:
        db.execute(f"UPDATE {_BY_PAPER.format('SET settled_at = :at')}", _values(db, record))


def _values(db: Database, record: PaperRecord) -> dict[str, str | None]:
    """When the paper came, and where it belongs."""
    known = db.execute("SELECT registered_at FROM paper WHERE paper_id = ?", [record.paper_id]).fetchone()
    came = codec.stamp(min(event.at for event in record.events))
    at = min(came, known[0]) if known else came
    return {"dossier": record.dossier, "name": record.name, "source": record.source, "at": at}
