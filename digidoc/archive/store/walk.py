"""Walking through a store as it lies on the disk, whatever the catalogue says of it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from digidoc.archive.store.inventory import INVENTORY, SIDECAR

DECLARATION: Final = "0=ocfl_object_1.1"
EXTENSIONS: Final = "extensions"


def object_folders(store: Path) -> Iterator[str]:
    """Folders of the store's objects, from the storage root and with `/`, in the order of their names.

    A folder is an object's when it has a declaration, an inventory or a version; damaged ones are listed too.

    Raises:
        OSError: a folder cannot be read.

    """
    yield from _below(store, "")


def own_files(store: Path) -> Iterator[str]:
    """Files of the storage root itself and of its extensions, from the storage root and with `/`, in order.

    Raises:
        OSError: a folder cannot be read.

    """
    yield from sorted(path.name for path in store.iterdir() if path.is_file())
    extensions = (path for path in (store / EXTENSIONS).rglob("*") if path.is_file())
    yield from (path.relative_to(store).as_posix() for path in sorted(extensions))


def stray_files(store: Path) -> Iterator[str]:
    """Files between the storage root and the objects, which OCFL does not allow.

    Raises:
        OSError: a folder cannot be read.

    """
    for entry in _entries(store):
        if entry.is_dir(follow_symlinks=False) and entry.name != EXTENSIONS:
            yield from _strays(store, entry.name)


def _below(store: Path, relative: str) -> Iterator[str]:
    entries = _entries(store / relative)
    if relative and any(map(_belongs_to_object, entries)):
        yield relative
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False) and (relative or entry.name != EXTENSIONS):
            yield from _below(store, f"{relative}/{entry.name}" if relative else entry.name)


def _strays(store: Path, relative: str) -> Iterator[str]:
    entries = _entries(store / relative)
    if any(map(_belongs_to_object, entries)):
        return
    for entry in entries:
        path = f"{relative}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _strays(store, path)
        else:
            yield path


def _belongs_to_object(entry: "os.DirEntry[str]") -> bool:
    if entry.is_dir(follow_symlinks=False):
        return entry.name[:1] == "v" and entry.name[1:].isdecimal()
    return entry.name in (DECLARATION, INVENTORY, SIDECAR)


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: entry.name)
