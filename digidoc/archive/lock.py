"""One writer at a time: whoever writes to an archive holds the lock on a file in its folder, which says who it is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from digidoc.clock import iso
from digidoc.errors import ArchiveLocked, from_os
from digidoc.files.lock import lock


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
            lock(file)
        except OSError as error:
            raise ArchiveLocked(file=path.parent, holder=_holder(file)) from error
        # On a full disk the holder's name cannot be written; the lock holds all the same.
        _sign(file, f"{os.getpid()} {iso(datetime.now(UTC))}\n")
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
