"""Checking the chain of events: against itself, its log, the head kept beside it, and the objects in the store.

What each of them finds. Inside the chain: an entry that was edited, one that is missing, two that do not follow each
other. The log: which entries those were. The head: entries cut off at the end, a catalogue put back to an older copy, a
chain computed anew. The objects: a chain that was forged as a whole, log and head included, for each object holds the
events of its papers.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.events import events, forgetting
from digidoc.archive.events.chain import ORIGIN, Entry, Head, canonical
from digidoc.archive.events.clerk import KEY
from digidoc.archive.events.log import COLUMNS
from digidoc.archive.layout import STORE, ArchiveLayout
from digidoc.archive.store.inventory import INVENTORY, parse
from digidoc.archive.store.protocol import Store
from digidoc.errors import ArchiveDamaged
from digidoc.formats import codec

_ROWS: Final = f"SELECT {COLUMNS} FROM event NOT INDEXED ORDER BY sequence"  # noqa: S608 (names from here)
_OF_PAPER: Final = """
    SELECT sequence, object_id <> '', at, kind, outcome, agent, detail FROM event WHERE paper_id = ? ORDER BY sequence
"""
_PAPERS: Final = """
    SELECT min(sequence), paper_id FROM event WHERE paper_id NOT NULL AND object_id <> '' GROUP BY paper_id
"""


class Flaw(StrEnum):
    """What is wrong with an entry of the chain."""

    EDITED = "edited"  # its content does not fit its hash
    REMOVED = "removed"  # there is none of this number
    BROKEN_LINK = "broken-link"  # it does not follow the entry before it
    TRUNCATED = "truncated"  # entries at the end are gone: cut off, or the catalogue is an older copy
    REPLACED = "replaced"  # another entry than the head that was kept says
    HEAD_MISSING = "head-missing"  # the file that keeps the head is gone
    HEAD_DAMAGED = "head-damaged"  # it was edited
    LOG_MISSING = "log-missing"  # the file that keeps all entries is gone
    LOG_DAMAGED = "log-damaged"  # it does not hold this entry as the catalogue does
    NOT_IN_CHAIN = "not-in-chain"  # an event that the object holds
    NOT_IN_OBJECT = "not-in-object"  # an event that the object should hold
    OBJECT_UNREADABLE = "object-unreadable"  # nothing to compare with


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        flaw: what.
        first: number of the first entry concerned; None when it has none.
        last: of the last one; the same as `first` for a single entry.
        paper_id: the paper it is about; None for none.
        what: the kind of the event, or the path of the file from the archive's folder.

    """

    flaw: Flaw
    first: int | None = None
    last: int | None = None
    paper_id: str | None = None
    what: str = ""

    def to_json(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "flaw": self.flaw.value,
            "first": self.first,
            "last": self.last,
            "paper_id": self.paper_id,
            "what": self.what,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found.

    Attributes:
        entries: how many there are.
        head: the newest of them.
        papers: papers whose events were compared with those in their objects.
        findings: in the order: chain, log, head, objects; empty when all is well.

    """

    entries: int
    head: Head
    papers: int
    findings: tuple[Finding, ...]


def verify(catalog: Catalog, layout: ArchiveLayout, store: Store, kept: Iterable[Head] = ()) -> Verdict:
    """Check all entries.

    Args:
        catalog: holds the chain.
        layout: of the archive, whose folder keeps the log and the head.
        store: holds the objects.
        kept: heads that somebody kept elsewhere, from a report for instance.

    Raises:
        ArchiveDamaged: the catalogue cannot be read at all.
        OSError: a folder of the store cannot be read.

    """
    findings = list(_chain(catalog))
    findings += _log(catalog, layout)
    findings += _heads(catalog, layout.head, kept)
    seen: set[str] = set()
    findings += _objects(catalog, store, seen)
    findings += _without_object(catalog, seen)
    with catalog.reading() as db:
        entries = db.execute("SELECT count(*) FROM event NOT INDEXED").fetchone()[0]
    return Verdict(entries, catalog.head(), len(seen), tuple(dict.fromkeys(findings)))


def log(
    catalog: Catalog,
    *,
    paper_id: str | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    clerk: str | None = None,
    limit: int | None = None,
) -> list[Entry]:
    """The newest entries that fit, oldest first.

    Args:
        catalog: holds the chain.
        paper_id: only those about this paper.
        kind: only those of this kind.
        since: only those from then on.
        until: only those up to then.
        clerk: only what this clerk did.
        limit: at most so many; None for all.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    wanted = (
        ("paper_id = ?", paper_id),
        ("kind = ?", kind),
        ("at >= ?", None if since is None else codec.stamp(since)),
        ("at <= ?", None if until is None else codec.stamp(until)),
        # An edited detail may be no JSON: `verify` names it, a list leaves it out.
        (f"CASE WHEN json_valid(detail) THEN json_extract(detail, '$.{KEY}') END = ?", clerk),
    )
    chosen = [(sql, value) for sql, value in wanted if value is not None]
    where = " AND ".join(sql for sql, _value in chosen) or "1"
    values = [*(value for _sql, value in chosen), -1 if limit is None else limit]
    sql = f"SELECT {COLUMNS} FROM event WHERE {where} ORDER BY sequence DESC LIMIT ?"  # noqa: S608 (texts from here)
    with catalog.reading() as db:
        return [Entry(*row) for row in db.execute(sql, values)][::-1]


def _chain(catalog: Catalog) -> Iterator[Finding]:
    before = Head(0, ORIGIN)
    with catalog.reading() as db:
        purged = forgetting.allowed(db)
        for row in db.execute(_ROWS):
            entry = Entry(*row)
            if entry.sequence > before.sequence + 1:
                yield Finding(Flaw.REMOVED, before.sequence + 1, entry.sequence - 1)
            elif entry.previous != before.hash:
                yield Finding(Flaw.BROKEN_LINK, entry.sequence, entry.sequence, entry.paper_id, str(entry.kind))
            if not entry.fits() and not _in_order(entry, purged):
                yield Finding(Flaw.EDITED, entry.sequence, entry.sequence, entry.paper_id, str(entry.kind))
            before = Head(entry.sequence, entry.hash)


def _in_order(entry: Entry, purged: Mapping[int, tuple[int, str]]) -> bool:
    """Whether the entry lost its details with a paper that was purged, and what is left of it is as it was then."""
    by, left = purged.get(entry.sequence, (0, ""))
    return entry.is_bare and by > entry.sequence and entry.left() == left


def _log(catalog: Catalog, layout: ArchiveLayout) -> Iterator[Finding]:
    """Compare the log with the catalogue line by line; it may be behind, as a killed process leaves it."""
    file = layout.log
    try:
        published = events.read_head(layout.head)
    except ArchiveDamaged:
        published = None
    try:
        size = file.stat().st_size  # what is added from now on may be newer than what the catalogue gives
    except FileNotFoundError:
        yield Finding(Flaw.LOG_MISSING, what=file.name)
        return
    least = 0 if published is None else published.sequence
    done, other = 0, list[int]()
    with catalog.reading() as db, file.open("rb") as log:
        for row in db.execute(_ROWS):
            entry, line = Entry(*row), log.readline()
            size -= len(line)
            if size < 0 or not line or (entry.sequence > least and not line.endswith(b"\n")):
                break
            if entry.stands and line != entry.line():
                other.append(entry.sequence)
            done = entry.sequence
        else:
            # Whole lines beyond the catalogue's last entry: it is an older copy, or was cut short.
            beyond = sum(line.endswith(b"\n") for line in log) if size > 0 else 0
            if beyond:
                yield Finding(Flaw.TRUNCATED, done + 1, done + beyond)
    other += range(done + 1, least + 1)
    if other:
        yield Finding(Flaw.LOG_DAMAGED, other[0], other[-1], what=file.name)


def _heads(catalog: Catalog, file: Path, kept: Iterable[Head]) -> Iterator[Finding]:
    heads = list(kept)
    try:
        beside = events.read_head(file)
    except ArchiveDamaged:
        yield Finding(Flaw.HEAD_DAMAGED, what=file.name)
    else:
        if beside is None:
            yield Finding(Flaw.HEAD_MISSING, what=file.name)
        else:
            heads.insert(0, beside)
    newest = catalog.head()
    with catalog.reading() as db:
        for head in dict.fromkeys(heads):
            if head.sequence > newest.sequence:
                yield Finding(Flaw.TRUNCATED, newest.sequence + 1, head.sequence)
            elif not events.holds(db, head):
                yield Finding(Flaw.REPLACED, head.sequence, head.sequence)


def _objects(catalog: Catalog, store: Store, seen: set[str]) -> Iterator[Finding]:
    """Compare the papers of all objects; their ids go into `seen`."""
    for folder in store.object_paths():
        try:
            inventory = parse(store.raw(f"{folder}/{INVENTORY}"))
        except (OSError, ValueError):
            yield Finding(Flaw.OBJECT_UNREADABLE, what=f"{STORE}/{folder}/{INVENTORY}")
            continue
        for logical, digest in inventory.state.items():
            if not logical.endswith("/metadata.json"):
                continue
            path = f"{folder}/{inventory.manifest[digest]}"
            paper_id = logical.split("/")[-2]
            seen.add(paper_id)
            try:
                document = json.loads(store.raw(path))
                held = [_facts(event) for event in document["events"]]
            except (OSError, ValueError, KeyError, TypeError):
                yield Finding(Flaw.OBJECT_UNREADABLE, paper_id=paper_id, what=f"{STORE}/{path}")
                continue
            yield from _compare(catalog, paper_id, held)


def _compare(catalog: Catalog, paper_id: str, held: list[tuple[str, ...]]) -> Iterator[Finding]:
    with catalog.reading() as db:
        rows = db.execute(_OF_PAPER, [paper_id]).fetchall()
    chained = {tuple(row[2:]) for row in rows}
    for facts in held:
        if facts not in chained:
            yield Finding(Flaw.NOT_IN_CHAIN, paper_id=paper_id, what=f"{facts[1]} {facts[0]}")
    for row in rows:
        if row[1] and tuple(row[2:]) not in held:
            yield Finding(Flaw.NOT_IN_OBJECT, row[0], row[0], paper_id, str(row[3]))


def _without_object(catalog: Catalog, seen: set[str]) -> Iterator[Finding]:
    with catalog.reading() as db:
        for sequence, paper_id in db.execute(_PAPERS):
            if paper_id not in seen:
                yield Finding(Flaw.OBJECT_UNREADABLE, sequence, sequence, paper_id)


def _facts(event: Mapping[str, Any]) -> tuple[str, ...]:
    """An event of a metadata.json in the form of the columns of the chain."""
    return (event["at"], event["kind"], event["outcome"], event["agent"], canonical(event["detail"]))
