"""The chain of events in a file of its own, events.jsonl: what a new catalogue takes it from, and anyone can read.

One entry a line: the JSON that its hash is made over (see `chain`), and the hash. Lines are only added, after the
transaction that added the entries to the catalogue: a killed process leaves a log that is behind, never one ahead, and
the next write brings it on. So whatever was acknowledged is in the log. What a loss of power leaves of a line is cut
off. A whole line that the catalogue does not have is never overwritten: it shows that entries are gone there.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from sqlite_utils import Database

from digidoc.archive.events.chain import ORIGIN, Entry, Head
from digidoc.files import disk

COLUMNS: Final = "sequence, at, kind, outcome, agent, object_id, paper_id, detail, previous, hash"
_FROM: Final = f"SELECT {COLUMNS} FROM event WHERE sequence >= ? ORDER BY sequence"  # noqa: S608 (names from here)
_WINDOW: Final = 1 << 14  # bytes at the end of the log; the last line is among them nearly always
_CHUNK: Final = 1 << 20


def publish(db: Database, file: Path, *, least: int = 0) -> bool:
    """Add to the log what the catalogue has beyond it, durably; without a log, one with all entries is made.

    Args:
        db: the catalogue.
        file: the log.
        least: number of an entry that is known to have been in the log.

    Returns:
        Whether the log agrees with the catalogue; if not, it stays as it is, and `audit.verify` says what is wrong.

    Raises:
        OSError: it cannot be written.

    """
    if not file.is_file():
        rewrite(db, file)
        return True
    last, end = _last(file)
    rows = _entries(db, max(last.sequence, 1))
    if last.sequence:
        same = next(rows, None)
        if same is None or same.hash != last.hash or last.sequence < least:
            return False
    elif least or end:
        return False
    first = next(rows, None)
    if first is not None or file.stat().st_size > end:
        disk.append(file, _chunks(() if first is None else (first, *rows)), at=end)
    return True


def rewrite(db: Database, file: Path) -> None:
    """Write the whole log anew, durably and in one step.

    Raises:
        OSError: it cannot be written.

    """
    disk.write_over_from(file, _chunks(_entries(db, 1)), mode=disk.WRITABLE_MODE)


def restored(file: Path) -> Iterator[Entry]:
    """The entries of the log from the first on, as far as each follows the one before; none when there is no log.

    Raises:
        OSError: it cannot be read.

    """
    if not file.is_file():
        return
    before = Head(0, ORIGIN)
    with file.open("rb") as lines:
        for line in lines:
            try:
                entry = Entry.of_line(line)
            except ValueError:
                return
            if (entry.sequence, entry.previous) != (before.sequence + 1, before.hash):
                return
            yield entry
            before = Head(entry.sequence, entry.hash)


def _entries(db: Database, first: int) -> Iterator[Entry]:
    """The entries of the catalogue from a number on, up to the first that does not fit its hash."""
    for row in db.execute(_FROM, [first]):
        entry = Entry(*row)
        if not entry.stands:
            return
        yield entry


def _chunks(entries: Iterable[Entry]) -> Iterator[bytes]:
    waiting = bytearray()
    for entry in entries:
        waiting += entry.line()
        if len(waiting) >= _CHUNK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _last(file: Path) -> tuple[Head, int]:
    """The last whole line of the log, and where it ends; number 0 and the log's size when there is no such line."""
    with file.open("rb") as log:
        size, window = log.seek(0, os.SEEK_END), _WINDOW
        while True:
            found = _last_within(log, max(size - window, 0), size)
            if found is not None:
                return found
            if window >= size:
                return Head(0, ORIGIN), size
            window *= 8


def _last_within(log: BinaryIO, start: int, end: int) -> tuple[Head, int] | None:
    log.seek(start)
    tail = log.read(end - start)
    stop = len(tail)
    while (stop := tail.rfind(b"\n", 0, stop)) >= 0:
        begin = tail.rfind(b"\n", 0, stop) + 1
        if begin == 0 and start:
            return None  # the line may begin before the window
        try:
            entry = Entry.of_line(tail[begin : stop + 1])
        except ValueError:
            continue
        return Head(entry.sequence, entry.hash), start + stop + 1
    return None
