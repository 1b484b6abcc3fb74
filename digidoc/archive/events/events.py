"""Events on their way into the chain, and the chain's head in a file beside the catalogue; its log is `log`.

Why a file: against a catalogue that was cut short or put back to an older copy of itself, the chain alone says nothing,
for what is left of it is consistent. The head outside the catalogue shows it. It is written after the transaction, so a
killed process leaves a head that is behind, never one ahead; the next write brings it up to date. A head that the
catalogue does not have is never overwritten: writing must not wipe out what shows that entries are gone.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from digidoc.archive.events import log
from digidoc.archive.events.chain import ORIGIN, Entry, Head, canonical
from digidoc.archive.layout import ArchiveLayout
from digidoc.errors import ArchiveDamaged
from digidoc.files import codec, disk
from digidoc.i18n import N_
from digidoc.model import Event

_FORMAT: Final = "digidoc.audit-head/1"
_CHANGED: Final = N_("the file was changed after it was filed")
_KNOWN: Final = """
    SELECT 1 FROM event WHERE paper_id = ? AND at = ? AND kind = ? AND outcome = ? AND agent = ? AND detail = ?
"""


def append(db: Database, new: Iterable[Event], *, object_id: str, paper_id: str | None) -> None:
    """Add events to the chain, in the transaction that is under way; what is known of a paper is not added again.

    Args:
        db: the catalogue, in a transaction.
        new: in the order in which they happened.
        object_id: OCFL object; with `paper_id`: the object's metadata.json holds the events too.
        paper_id: the paper that they are about; None for none.

    """
    newest = head(db)
    for event in new:
        row = codec.plain(event)
        facts = (row["at"], row["kind"], row["outcome"], row["agent"])
        detail = canonical(row["detail"])
        if paper_id is not None and db.execute(_KNOWN, [paper_id, *facts, detail]).fetchone():
            continue
        entry = Entry.after(newest.sequence, newest.hash, *facts, object_id, paper_id, detail)
        insert(db, entry)
        newest = Head(entry.sequence, entry.hash)


def insert(db: Database, entry: Entry) -> None:
    """Write an entry that continues the chain, in the transaction that is under way."""
    db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entry.row)


def head(db: Database) -> Head:
    """The newest entry of the chain."""
    row = db.execute("SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1").fetchone()
    return Head(0, ORIGIN) if row is None else Head(*row)


def holds(db: Database, kept: Head) -> bool:
    """Whether the chain has this entry, or had it: every chain holds the head of the empty one."""
    if not kept.sequence:
        return kept.hash == ORIGIN
    row = db.execute("SELECT hash FROM event WHERE sequence = ?", [kept.sequence]).fetchone()
    return row is not None and bool(row[0] == kept.hash)


def publish(db: Database, layout: ArchiveLayout) -> None:
    """Bring the log up to date, then the file with the head, each durably, unless it contradicts the catalogue.

    Args:
        db: the catalogue.
        layout: of the archive.

    Raises:
        OSError: one of them cannot be written.

    """
    try:
        kept = read_head(layout.head)
    except ArchiveDamaged:
        # `audit verify` names it; overwriting would hide that somebody was at it
        log.publish(db, layout.log)
        return
    log.publish(db, layout.log, least=0 if kept is None else kept.sequence)
    newest = head(db)
    if kept != newest and (kept is None or holds(db, kept)):
        write_head(layout.head, newest)


def write_head(file: Path, newest: Head) -> None:
    """Write the file anew whatever stands in it: for a catalogue that was made anew from the store, or restored.

    Raises:
        OSError: it cannot be written.

    """
    disk.write_over(file, f"{json.dumps({'format': _FORMAT, **newest.to_json()})}\n".encode())


def read_head(file: Path) -> Head | None:
    """The head that the file keeps; None when there is none.

    Raises:
        ArchiveDamaged: it is not the file of digidoc.
        OSError: it cannot be read.

    """
    try:
        document = {"format": None, **json.loads(file.read_bytes())}
        if document["format"] == _FORMAT:
            return Head(int(document["sequence"]), str(document["hash"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveDamaged(file=file, reason=_CHANGED) from error
    raise ArchiveDamaged(file=file, reason=_CHANGED)
