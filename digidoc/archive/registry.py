"""What the catalogue knows beside papers and the register: the batches in which papers came."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from digidoc.archive.catalog import Catalog
from digidoc.archive.chain import canonical
from digidoc.archive.database import transaction, translated
from digidoc.archive.metadata import stamp
from digidoc.errors import DiskFull, ReadOnlyTarget


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
        options: what it was told, as JSON has it.
        counts: papers by outcome; empty for one that has not ended.

    """

    number: int
    started: datetime
    ended: datetime | None
    agent: str
    options: Mapping[str, Any]
    counts: Mapping[str, int]


@contextmanager
def batch(catalog: Catalog, agent: str, options: Mapping[str, Any]) -> Iterator[RunningBatch]:
    """Write down that a batch begins, and what it came to when the context ends.

    Raises:
        DigidocError: see `translated`; the beginning cannot be written.

    """
    with translated(catalog.path), transaction(catalog.db):
        cursor = catalog.db.execute(
            "INSERT INTO batch(started, agent, options, counts) VALUES (?, ?, ?, '{}')",
            [stamp(datetime.now(UTC)), agent, canonical(options)],
        )
        running = RunningBatch(int(cursor.lastrowid or 0))
    yield running
    # A full disk has stopped the papers too and is told with them: it must not take the place of their outcomes. The
    # batch then stays without an end, like one that was killed.
    with suppress(DiskFull, ReadOnlyTarget), translated(catalog.path), transaction(catalog.db):
        catalog.db.execute(
            "UPDATE batch SET ended = ?, counts = ? WHERE id = ?",
            [stamp(datetime.now(UTC)), canonical(dict(running.counts)), running.number],
        )


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
