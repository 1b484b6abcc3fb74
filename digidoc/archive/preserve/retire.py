"""Taking a catalogue out of service, with the files that SQLite keeps beside it."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from digidoc.errors import ArchiveLocked
from digidoc.files import disk

KEPT: Final = ".before-rebuild"
_TRIES, _PAUSE = 300, 0.1  # seconds; readers of the old catalogue are done within moments


def retire(path: Path) -> Path | None:
    """Move the old catalogue aside, to a name that ends in `.before-rebuild`; where that is, None when there is none.

    A write-ahead log belongs to the file beside it by name alone: what is left of the old one must not be taken for
    that of the new. So an intact catalogue is first put into the mode without one, which also shows that nobody reads
    it.

    Raises:
        ArchiveLocked: somebody reads it without end.
        OSError: the disk forbids it.

    """
    kept = path.with_name(f"{path.name}{KEPT}")
    if path.is_file():
        for suffix in ("", "-wal", "-shm"):
            disk.remove_file(path.with_name(f"{kept.name}{suffix}"))
        _without_log(path)
        disk.replace(path, kept)
    log = path.with_name(f"{path.name}-wal")
    if log.is_file():
        disk.replace(log, path.with_name(f"{kept.name}-wal"))
    disk.remove_file(path.with_name(f"{path.name}-shm"))
    return kept if kept.is_file() else None


def _without_log(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, timeout=0)) as old:
            for _try in range(_TRIES):
                try:
                    old.execute("PRAGMA journal_mode = DELETE")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                        raise
                    time.sleep(_PAUSE)
                else:
                    return
    except sqlite3.DatabaseError:
        return  # it is damaged, and kept as it is
    raise ArchiveLocked(file=path.parent, holder=path.name)
