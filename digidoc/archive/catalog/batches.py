"""What the catalogue knows beside papers and the register: the batches in which papers came."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database

from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import transaction, translated
from digidoc.archive.events import clerk, events
from digidoc.archive.events.chain import canonical
from digidoc.errors import DiskFull, ReadOnlyTarget
from digidoc.formats.codec import stamp
from digidoc.masking import masked
from digidoc.model import Event

STARTED: Final = "ingestion start"  # PREMIS event types
ENDED: Final = "ingestion end"


@dataclass(slots=True)
class RunningBatch:
    """A batch that is under way; its counts are written down when it ends."""

    number: int
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One run of a command that files papers.

    Attributes:
        number: from 1.
        started: when.
        ended: None for one that was killed, or is under way.
        agent: the program.
        options: of the command, as JSON has them.
        counts: papers by outcome; empty for one that has not ended.

    """

    number: int
    started: datetime
    ended: datetime | None
    agent: str
    options: Mapping[str, Any]
    counts: Mapping[str, int]


@contextmanager
def batch(catalog: Catalog, options: Mapping[str, Any]) -> Iterator[RunningBatch]:
    """Write down that a batch begins, and what it came to when the context ends, each with an event.

    Raises:
        DigidocError: see `translated`; the beginning cannot be written.

    """
    given = masked(dict(options))
    with translated(catalog.path), transaction(catalog.db):
        (number,) = catalog.db.execute("SELECT coalesce(max(id), 0) + 1 FROM batch").fetchone()
        running = RunningBatch(number)
        _note(catalog, clerk.event(STARTED, "success", {"batch": number, "options": given}))
    yield running
    # A full disk has stopped the papers too and stands in their outcomes, which an error here would hide. The batch
    # then stays without an end, like one that was killed.
    with suppress(DiskFull, ReadOnlyTarget), translated(catalog.path), transaction(catalog.db):
        counts = {"batch": running.number, "counts": dict(running.counts)}
        _note(catalog, clerk.event(ENDED, "success", counts))


def _note(catalog: Catalog, event: Event) -> None:
    events.append(catalog.db, [event], object_id="", paper_id=None)
    take(catalog.db, stamp(event.at), event.kind, event.agent, event.detail)


def take(db: Database, at: str, kind: str, agent: str, detail: Mapping[str, Any]) -> None:
    """Write down in the table of batches what an event says of one; other events say nothing of any.

    Args:
        db: the catalogue, in a transaction.
        at: ISO 8601, UTC.
        kind: of the event; likewise the others.
        agent: the program.
        detail: of the event.

    """
    if kind == STARTED:
        row = [detail["batch"], at, agent, canonical(detail["options"])]
        db.execute("INSERT INTO batch(id, started, agent, options, counts) VALUES (?, ?, ?, ?, '{}')", row)
    elif kind == ENDED:
        row = [at, canonical(detail["counts"]), detail["batch"]]
        db.execute("UPDATE batch SET ended = ?, counts = ? WHERE id = ?", row)


def batches(catalog: Catalog) -> list[BatchRecord]:
    """All batches, oldest first.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    with catalog.reading() as db:
        rows = db.execute("SELECT id, started, ended, agent, options, counts FROM batch ORDER BY id")
        return [
            BatchRecord(
                number,
                datetime.fromisoformat(started),
                None if ended is None else datetime.fromisoformat(ended),
                agent,
                json.loads(options),
                json.loads(counts),
            )
            for number, started, ended, agent, options, counts in rows
        ]
