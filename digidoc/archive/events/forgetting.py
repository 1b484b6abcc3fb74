"""Entries of the chain whose details were erased with a paper that was purged: numbers, times, kinds and hashes stay.

The hash of an entry is made over its details, so it cannot be computed again without them. In their place stands the
number of the entry, and the event of the purge lists every such entry with the SHA-256 of the line that is left of it.
An entry without its details is as it should be only where a later, intact event of a purge lists it with that digest:
nobody can empty an entry, or change what is left of it, without adding to the chain, and that shows.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlite_utils import Database

from digidoc.archive.events.chain import Entry
from digidoc.archive.events.log import COLUMNS
from digidoc.model import PURGE

LISTED: Final = "forgotten"  # of the event of a purge: digest of what is left of an entry, by its number
# What stays whole: it says nothing of single papers, or it is what accounts for the erasing.
_KEPT: Final = (PURGE, "ingestion start", "ingestion end", "creation", "migration", "recovery")
_ABOUT: Final = f"""
    SELECT {COLUMNS} FROM event
    WHERE paper_id = :paper OR instr(detail, :paper) OR paper_id IS NULL AND (
        :name <> '' AND instr(detail, :name) OR :source <> '' AND instr(detail, :source))
    ORDER BY sequence
"""  # noqa: S608 (names from here)
_TRIGGER: Final = "SELECT sql FROM sqlite_master WHERE name = 'event_never_changed'"


def about(db: Database, paper_id: str, name: str, source: str) -> list[Entry]:
    """The entries whose details are to be erased with a paper: its own, and those of others that name it.

    Args:
        db: the catalogue.
        paper_id: the paper.
        name: the file name of its original.
        source: where it came from.

    """
    inside = [json.dumps(text, ensure_ascii=False)[1:-1] for text in (name, source)]
    values = {"paper": paper_id, "name": inside[0], "source": inside[1]}
    found = [Entry(*row) for row in db.execute(_ABOUT, values)]
    return [one for one in found if (one.paper_id == paper_id or one.kind not in _KEPT) and not one.is_bare]


def listed(entries: Iterable[Entry]) -> dict[str, str]:
    """The entries as the event of the purge lists them."""
    return {str(entry.sequence): entry.bare().left() for entry in entries}


def of_event(detail: Mapping[str, Any]) -> list[int]:
    """The numbers of the entries that the event of a purge lists."""
    return [int(number) for number in detail.get(LISTED, {})]


def forget(db: Database, numbers: Iterable[int]) -> None:
    """Erase the details of entries, in the transaction that is under way; done twice, it counts once."""
    (trigger,) = db.execute(_TRIGGER).fetchone()
    db.execute("DROP TRIGGER event_never_changed")
    for number in numbers:
        row = db.execute(f"SELECT {COLUMNS} FROM event WHERE sequence = ?", [number]).fetchone()  # noqa: S608
        if row is not None:
            db.execute("UPDATE event SET detail = ? WHERE sequence = ?", [Entry(*row).bare().detail, number])
    db.execute(trigger)


def allowed(db: Database) -> dict[int, tuple[int, str]]:
    """By the number of each entry that was emptied: that of the purge that lists it, and the digest of what is left."""
    found: dict[int, tuple[int, str]] = {}
    for row in db.execute(f"SELECT {COLUMNS} FROM event WHERE kind = ? ORDER BY sequence", [PURGE]):  # noqa: S608
        entry = Entry(*row)
        if entry.fits() and entry.outcome == "success":
            for number, left in json.loads(entry.detail).get(LISTED, {}).items():
                found[int(number)] = (entry.sequence, str(left))
    return found
