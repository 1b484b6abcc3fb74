"""A small archive that has everything, and the hands that damage it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from digidoc.archive.archive import Archive
from digidoc.archive.events.chain import ORIGIN, Entry
from tests.papers import draft, refused

TRIGGERS = ("event_never_changed", "event_never_removed", "event_only_appended")


def fill(archive: Archive, scans: Path) -> None:
    """Two dossiers, one of them with two versions, a loose paper and a refused one."""
    with archive.writing():
        archive.file("A", [draft(scans, f"a{n}.tif", "một", dossier="A", content=b"a%d" % n * 999) for n in range(3)])
        archive.file("A", [draft(scans, "later.tif", "hai", dossier="A", content=b"later" * 999)])
        archive.file("B", [draft(scans, "b.tif", "ba", dossier="B", content=b"b" * 999)])
        archive.file(None, [draft(scans, "c.tif", "bốn", content=b"c" * 999)])
        archive.refuse(refused("d.tif"))


def flip(path: Path, at: int = -1) -> None:
    """Change one byte of a read-only file."""
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[at] ^= 0x20
    path.write_bytes(data)


def swap(first: Path, second: Path) -> None:
    """Exchange two files or folders."""
    between = first.with_name("between")
    first.rename(between)
    second.rename(first)
    between.rename(second)


@contextmanager
def by_hand(root: Path) -> Iterator[sqlite3.Connection]:
    """The catalogue without its triggers, as somebody has it who opens it with another program."""
    with closing(sqlite3.connect(root / "catalog.db")) as connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield connection
        connection.commit()


def forge(connection: sqlite3.Connection, change: Callable[[list[Entry]], list[Entry]]) -> Entry:
    """Write the whole chain anew after a change, every hash right again; the newest entry."""
    columns = "sequence, at, kind, outcome, agent, object_id, paper_id, detail, previous, hash"
    listed = connection.execute(f"SELECT {columns} FROM event ORDER BY sequence")  # noqa: S608 (names from here)
    entries = change([Entry(*row) for row in listed])
    connection.execute("DELETE FROM event")
    previous, made = ORIGIN, []
    for number, entry in enumerate(entries):
        made.append(Entry.after(number, previous, *entry.row[1:8]))
        previous = made[-1].hash
    marks = ", ".join("?" * len(made[0].row))
    connection.executemany(f"INSERT INTO event VALUES ({marks})", [entry.row for entry in made])  # noqa: S608 (likewise)
    return made[-1]


def is_root() -> bool:
    """Whether permissions bind this process."""
    return os.name == "posix" and os.geteuid() == 0
