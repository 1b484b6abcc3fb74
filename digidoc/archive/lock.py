"""One writer at a time: a lock file held open, let go by the operating system even when the process is killed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from digidoc.errors import ArchiveLocked, from_os

# Windows forbids others to read a locked byte, so the lock lies far behind the text that says who holds it.
_LOCKED_BYTE: Final = 1 << 30
LOCK: Final = "digidoc.lock"  # its name in the archive's folder

if sys.platform == "win32":
    import msvcrt

    def _take(file: BinaryIO) -> None:
        """Lock the open file, or raise OSError when another process has."""
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: BinaryIO) -> None:
        """Lock the open file, or raise OSError when another process has."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file at `path` while the context lasts.

    The file stays for good: removing it would let two processes hold two files of the same name. It says who holds it:
    the process id and since when.

    Raises:
        ArchiveLocked: another process holds it.
        PermissionMissing, ReadOnlyTarget, StorageError: it cannot be made or opened.

    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        raise from_os(error, path) from error
    with os.fdopen(handle, "r+b", buffering=0) as file:
        try:
            _take(file)
        except OSError as error:
            raise ArchiveLocked(file=path.parent, holder=_holder(file)) from error
        # On a full disk the holder's name cannot be written; the lock holds all the same.
        _sign(file, f"{os.getpid()} {datetime.now(UTC).isoformat(timespec='seconds')}\n")
        try:
            yield
        finally:
            _sign(file, "")


def _sign(file: BinaryIO, text: str) -> None:
    try:
        file.seek(0)
        file.truncate()
        file.write(text.encode())
    except OSError as error:
        if from_os(error).code != "disk-full":
            raise from_os(error, file.name) from error


def _holder(file: BinaryIO) -> str:
    file.seek(0)
    pid, _, since = file.read(100).decode("ascii", "replace").strip().partition(" ")
    return f"PID {pid}, {since}" if pid else "PID ?"
