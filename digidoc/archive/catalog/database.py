"""Opening the catalogue's SQLite file, its transactions, and what SQLite's errors amount to."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from digidoc.archive.catalog.schema import MIGRATIONS, VERSION
from digidoc.archive.events import clerk, events
from digidoc.archive.layout import ArchiveLayout
from digidoc.archive.lock import exclusive
from digidoc.errors import (
    ArchiveDamaged,
    ArchiveLocked,
    ArchiveNewer,
    DigidocError,
    DiskFull,
    PermissionMissing,
    ReadOnlyTarget,
    StorageError,
    from_os,
)
from digidoc.files import disk
from digidoc.files.disk import WRITABLE_MODE
from digidoc.i18n import N_

# With 100 ms, 17 of 8,000 commits of 8 processes were lost; with 30 s none (measured).
_BUSY_SECONDS: Final = 30.0
_DAMAGED: Final = N_("it is not a catalogue, or its content contradicts itself")
_CACHE_KIB: Final = 32 << 10  # 2 MB, SQLite's own choice, is less than one query reads in a million papers
_LEAST_ROOM: Final = 1 << 16  # bytes; the shared memory of the write-ahead log takes half of it
_PRIMARY: Final = 0xFF  # the low byte of SQLite's extended error codes
_BY_CODE: Final[Mapping[int, type[DigidocError]]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_READONLY: ReadOnlyTarget,
    sqlite3.SQLITE_PERM: PermissionMissing,
    sqlite3.SQLITE_AUTH: PermissionMissing,
    sqlite3.SQLITE_CANTOPEN: PermissionMissing,
}


def create_database(path: Path) -> Database:
    """Make a new catalogue.

    Raises:
        DigidocError: see `translated`.

    """
    with translated(path):
        db = _connect(path, "mode=rwc")
        try:
            # SQLite gives the files beside it (-wal, -shm) the same permissions.
            path.chmod(WRITABLE_MODE)
            db.enable_wal()
            with transaction(db):
                for migrate in MIGRATIONS:
                    migrate(db)
                db.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            db.close()
            raise
    return db


def open_database(path: Path) -> Database:
    """Open a catalogue; on a disk that takes no writing, for reading only.

    A catalogue of an earlier digidoc is brought to today's form first, after a copy of it was made beside it
    (catalog.db.v1.bak for version 1).

    Raises:
        ArchiveDamaged: it is missing, or no catalogue.
        ArchiveNewer: a later digidoc made it.
        ArchiveLocked: it is an earlier one's, and another process writes.
        DigidocError: see `translated`.

    """
    if not path.is_file():
        raise ArchiveDamaged(file=path, reason=N_("the file is missing"))
    try:
        with translated(path):
            db = _connect(path, "mode=rw")
            if 1 <= _check(db, path) < VERSION:
                _migrate(db, path)
    except (ReadOnlyTarget, PermissionMissing, StorageError):
        log = path.with_name(f"{path.name}-wal")
        if log.is_file() and log.stat().st_size:
            raise
        # Readers of a write-ahead log need a file of shared memory beside it. Where that cannot be made, an empty log
        # lets the database be read as it stands: `immutable` promises that nobody changes it meanwhile.
        with translated(path):
            db = _connect(path, "immutable=1")
            if _check(db, path) < VERSION:
                db.close()
                raise
    return db


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All or nothing, durable when the context ends; it takes the write lock at once, so it never has to retry."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into an error of digidoc's.

    Raises:
        DiskFull, ReadOnlyTarget, PermissionMissing, StorageError, ArchiveLocked, ArchiveDamaged: by SQLite's code.

    """
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error


def _translate(error: sqlite3.Error, path: Path) -> DigidocError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & _PRIMARY
    if code == sqlite3.SQLITE_IOERR:
        # Making the file of shared memory on a full disk is an I/O error for SQLite.
        full = shutil.disk_usage(path.parent).free < _LEAST_ROOM
        return DiskFull(file=path) if full else StorageError(file=path, reason=str(error))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ArchiveLocked(file=path, holder=path.name)
    kind = _BY_CODE.get(code)
    return damaged(path) if kind is None else kind(file=path)


def damaged(path: Path) -> ArchiveDamaged:
    """The error for rows that do not hold what they should."""
    return ArchiveDamaged(file=path, reason=_DAMAGED)


def _connect(path: Path, mode: str) -> Database:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=_BUSY_SECONDS)
    try:
        db = Database(connection, execute_plugins=False)
        # FULL: a commit is on the disk when it returns.
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return db


def _check(db: Database, path: Path) -> int:
    """The version of the catalogue, which this digidoc can read or bring to its own."""
    try:
        return _check_version(db, path)
    except BaseException:
        db.close()
        raise


def _check_version(db: Database, path: Path) -> int:
    found = _version(db)
    if found > VERSION:
        raise ArchiveNewer(file=path, found=found, known=VERSION)
    if found < 1:
        raise damaged(path)
    # Reads the schema, and with it the first page: what is no database shows here.
    db.execute("SELECT paper_id, task_key, state FROM paper LIMIT 1").fetchone()
    return found


def _version(db: Database) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _migrate(db: Database, path: Path) -> None:
    """Bring an older catalogue to today's form, all or nothing; two processes at once do it once."""
    layout = ArchiveLayout(path.parent)
    try:
        with exclusive(layout.lock):
            found = _version(db)
            if found == VERSION:
                return
            _back_up(db, path.with_name(f"{path.name}.v{found}.bak"))
            with transaction(db):
                for step in MIGRATIONS[found:]:
                    step(db)
                db.execute(f"PRAGMA user_version = {VERSION}")
                made = clerk.event("migration", "success", {"from": found, "to": VERSION})
                events.append(db, [made], object_id="", paper_id=None)
            events.publish(db, layout)
    except BaseException as error:
        db.close()
        if isinstance(error, OSError):
            raise from_os(error, error.filename or path) from error
        raise


def _back_up(db: Database, copy: Path) -> None:
    """A copy of the catalogue as it is, durable when the call returns; one that an earlier try left is replaced."""
    unfinished = copy.with_name(f".{copy.name}.new")
    disk.remove_file(unfinished)
    disk.write_new(unfinished, b"", mode=WRITABLE_MODE)
    with closing(sqlite3.connect(unfinished)) as target:
        target.execute("PRAGMA synchronous = FULL")
        db.conn.backup(target)
    disk.replace(unfinished, copy)
    disk.sync_folder(copy.parent)
