"""The table `reuse_link`: which papers were taken for which other dossiers; see `digidoc.archive.reuse_link`."""

from typing import Final

from sqlite_utils import Database

from digidoc.formats.codec import stamp
from digidoc.model import PaperRecord

EVENT: Final = "reuse"


def targets(record: PaperRecord) -> dict[str, str]:
    """The dossiers that a paper was tied to, and when (ISO 8601, UTC)."""
    found: dict[str, str] = {}
    for event in record.events:
        if event.kind == EVENT and event.outcome == "success" and "dossier" in event.detail:
            found.setdefault(str(event.detail["dossier"]), stamp(event.at))
    return found


def put(db: Database, record: PaperRecord) -> None:
    """Write the links of a paper, in the transaction that writes the paper; within `facts.papers_changing`."""
    db.execute("DELETE FROM reuse_link WHERE paper_id = ?", [record.paper_id])
    # A paper that was withdrawn stands for none in the other dossier any more; its events keep the links.
    links = targets(record) if record.state.counts else {}
    rows = [(record.paper_id, dossier, at) for dossier, at in links.items()]
    db.conn.executemany("INSERT INTO reuse_link(paper_id, dossier, at) VALUES (?, ?, ?)", rows)
