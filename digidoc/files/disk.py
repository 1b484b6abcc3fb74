"""The one seam between digidoc and the file system: whatever is written durably is written by these functions.

A file becomes visible under its final name only when its bytes are on the disk: written under a temporary name or in a
folder that nothing refers to, flushed, renamed, and the folder that got the new name flushed too.

Every step is announced before it is taken, as Python's audit event `digidoc.disk.STEP` (`sys.addaudithook`) with the
paths that it is about. Tests listen: they kill the process there, fill the disk there, and record the steps in order to
replay a loss of power. Steps: `mkdir`, `create`, `write`, `append`, `sync` (the bytes of a file), `sync-folder` (the
names in a folder), `rename` (from, to), `remove`, `rmdir`, `rmtree`.
"""

import hashlib
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

FOLDER_MODE: Final = 0o700
WRITABLE_MODE: Final = 0o600
READ_ONLY_MODE: Final = 0o400
_USUAL_MODE: Final = 0o666  # the system takes away from it what the user's umask says
_CHUNK: Final = 1 << 20
# Windows has neither folders that can be flushed nor renames over read-only files.
_WINDOWS: Final = os.name == "nt"


@dataclass(frozen=True, slots=True)
class Written:
    """What lies in a file: both digests (lower-case hex) and the size in bytes."""

    sha512: str
    sha256: str
    size: int


def make_folder(folder: Path) -> None:
    """Make the folder and what is missing above it, for the owner only; nothing happens when it is there.

    The new names are not flushed to the disk; `sync_folder` and `sync_tree` do that.
    """
    for missing in reversed([f for f in (folder, *folder.parents) if not f.exists()]):
        _step("mkdir", missing)
        missing.mkdir(mode=FOLDER_MODE)


def make_scratch(above: Path, prefix: str) -> Path:
    """Make a new folder of a random name that begins with `prefix`, for the owner only."""
    folder = above / f"{prefix}{secrets.token_hex(8)}"
    make_folder(folder)
    return folder


def write_new(path: Path, data: bytes, *, mode: int = READ_ONLY_MODE) -> Written:
    """Write a file that is not there yet and flush it to the disk.

    Raises:
        OSError: it is there, or cannot be written.

    """
    with _new_file(path, mode) as file:
        _step("write", path)
        file.write(data)
    return Written(hashlib.sha512(data).hexdigest(), hashlib.sha256(data).hexdigest(), len(data))


def copy_new(source: Path, target: Path) -> Written:
    """Copy `source` to a file that is not there yet, digesting on the way, and flush it to the disk.

    Raises:
        OSError: the source cannot be read, or the target is there or cannot be written.

    """
    return _copy(source, target, READ_ONLY_MODE)


def copy_result(source: Path, target: Path, sha256: str) -> bool:
    """Copy a file for a user, with the permissions that their system gives new files; never over another file.

    Returns:
        Whether it was copied: not when its bytes are not those of the digest.

    Raises:
        FileExistsError: the target is there.
        OSError: the source cannot be read, or the target cannot be written.

    """
    temporary = target.with_name(f".{os.getpid()}.part")
    remove_file(temporary)
    try:
        if _copy(source, temporary, None).sha256 != sha256:
            return False
        # Takes the name, and only if it is free: a rename alone would put the copy in another file's place.
        _step("create", target)
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _USUAL_MODE))
        try:
            replace(temporary, target)
        except BaseException:
            remove_file(target)
            raise
    finally:
        remove_file(temporary)
    sync_folder(target.parent)
    return True


def _copy(source: Path, target: Path, mode: int | None) -> Written:
    long, short, size = hashlib.sha512(), hashlib.sha256(), 0
    with source.open("rb") as incoming, _new_file(target, mode) as file:
        while chunk := incoming.read(_CHUNK):
            long.update(chunk)
            short.update(chunk)
            size += len(chunk)
            _step("write", target)
            file.write(chunk)
    return Written(long.hexdigest(), short.hexdigest(), size)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace(source: Path, target: Path) -> None:
    """Put `source` in the place of `target` in one step, whether `target` is there or not."""
    if _WINDOWS and target.exists():
        target.chmod(stat.S_IWRITE)
    _step("rename", source, target)
    source.replace(target)


def write_over(path: Path, data: bytes, *, mode: int = READ_ONLY_MODE) -> None:
    """Write a file in one step, whether it is there or not: readers see the old content or the new one."""
    write_over_from(path, (data,), mode=mode)


def write_over_from(path: Path, chunks: Iterable[bytes], *, mode: int = READ_ONLY_MODE) -> None:
    """As `write_over`, with content that comes in pieces."""
    _write_over(path, chunks, path.with_name(f".{path.name}.new"), mode)


def write_result(path: Path, data: bytes) -> None:
    """As `write_over`, for a file that a user asked for: with the permissions that their system gives new files.

    Two processes may write it at the same time; the last one counts.
    """
    _write_over(path, (data,), path.with_name(f".{path.name}.{os.getpid()}.part"), None)


def _write_over(path: Path, chunks: Iterable[bytes], temporary: Path, mode: int | None) -> None:
    remove_file(temporary)
    try:
        with _new_file(temporary, mode) as file:
            for chunk in chunks:
                _step("write", temporary)
                file.write(chunk)
        replace(temporary, path)
    except BaseException:
        remove_file(temporary)
        raise
    sync_folder(path.parent)


def append(path: Path, chunks: Iterable[bytes], *, at: int) -> None:
    """Add to a file behind its first `at` bytes, whatever a crash left there, and flush it to the disk.

    Raises:
        OSError: it is not there, or cannot be written.

    """
    with path.open("r+b") as file:
        _step("append", path)
        file.truncate(at)
        file.seek(at)
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        _step("sync", path)
        os.fsync(file.fileno())


def place_folder(source: Path, target: Path) -> None:
    """Give a finished folder its final name, which must be free, and flush that name to the disk."""
    sync_tree(source)
    _step("rename", source, target)
    source.rename(target)
    sync_folder(target.parent)


def sync_tree(folder: Path) -> None:
    """Flush the folder and all folders below it; their files are flushed when they are written."""
    for parent, _folders, _files in os.walk(folder, topdown=False):
        sync_folder(Path(parent))


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system can do so."""
    if _WINDOWS:
        return
    _step("sync-folder", folder)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Flush the bytes of a file that another library wrote to the disk."""
    with path.open("rb+") as file:
        _step("sync", path)
        os.fsync(file.fileno())


def remove_file(path: Path) -> None:
    """Remove a file; nothing happens when there is none."""
    if _WINDOWS and path.exists():
        path.chmod(stat.S_IWRITE)
    _step("remove", path)
    path.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove an empty folder."""
    _step("rmdir", folder)
    folder.rmdir()


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it; nothing happens when there is none."""
    if not folder.exists():
        return
    if _WINDOWS:
        for path in folder.rglob("*"):
            path.chmod(stat.S_IWRITE)
    _step("rmtree", folder)
    shutil.rmtree(folder)


@contextmanager
def _new_file(path: Path, mode: int | None) -> Iterator[BinaryIO]:
    binary = getattr(os, "O_BINARY", 0)
    _step("create", path)
    handle = os.open(
        path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, _USUAL_MODE if mode is None else WRITABLE_MODE
    )
    with os.fdopen(handle, "wb") as file:
        yield file
        file.flush()
        # Before the flush to the disk, which brings the permissions there too; whatever the user's umask is.
        if mode is not None:
            path.chmod(mode)
        _step("sync", path)
        os.fsync(file.fileno())


def _step(name: str, *paths: Path) -> None:
    sys.audit(f"digidoc.disk.{name}", *map(str, paths))
