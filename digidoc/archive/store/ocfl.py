"""The store: an OCFL 1.1 storage root of plain folders that are readable without digidoc.

Order of writing. A version is built in a scratch folder that nothing refers to and flushed to the disk. A new object
then gets its place by one rename. A new version of an object is renamed into the object's folder, and the object's
inventory and its digest are replaced last. A crash between the two leaves a complete version that the inventory does
not name yet; `recover` finishes it, because a version folder is complete whenever it is there.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from digidoc.archive.store import rewriting, stored_inventory, walk
from digidoc.archive.store.inventory import ALGORITHM, INVENTORY, SIDECAR, Inventory, parse, sidecar
from digidoc.archive.store.layout import LAYOUT, TUPLE, TUPLES, object_path
from digidoc.archive.store.protocol import Changed, Content, Ledger, Newest
from digidoc.archive.store.stored_inventory import CHANGED, MISSING, intact_bytes
from digidoc.errors import ArchiveDamaged
from digidoc.files import disk
from digidoc.i18n import N_

_VERSION: Final = re.compile(r"v([1-9][0-9]*)")
_BUILD: Final = "build-"
_MARKER: Final = "object"
STORE_DECLARATION: Final = "0=ocfl_1.1"


class OcflStore:
    """Objects below one storage root; see `Store` and `FolderStore` in `digidoc.archive.store.protocol`.

    Args:
        root: the OCFL storage root.
        scratch: a folder on the same disk for versions that are being built.

    """

    def __init__(self, root: Path, scratch: Path) -> None:
        self.root = root
        self.scratch = scratch

    @classmethod
    def create(cls, root: Path, scratch: Path) -> "OcflStore":
        """Make a new storage root in a folder that is not there yet.

        Raises:
            OSError: it cannot be made.

        """
        config = {"extensionName": LAYOUT, "digestAlgorithm": "sha256", "tupleSize": TUPLE, "numberOfTuples": TUPLES}
        layout = {"extension": LAYOUT, "description": "Objects lie in folders named by the SHA-256 of their id."}
        extension = root / walk.EXTENSIONS / LAYOUT
        disk.make_folder(extension)
        disk.make_folder(scratch)
        disk.write_new(extension / "config.json", _json(config))
        disk.write_new(root / "ocfl_layout.json", _json(layout))
        disk.write_new(root / STORE_DECLARATION, b"ocfl_1.1\n")
        disk.sync_tree(root)
        return cls(root, scratch)

    def folder(self, object_id: str) -> Path:
        """See `Store.folder`."""
        return self.root / object_path(object_id)

    def inventory(self, object_id: str) -> Inventory | None:
        """See `Store.inventory`."""
        folder = self.folder(object_id)
        if not folder.exists():
            return None
        return stored_inventory.intact_inventory(folder, self.root)

    def object_paths(self) -> Iterator[str]:
        """See `Store.object_paths`."""
        return walk.object_folders(self.root)

    def inventory_at(self, path: str) -> Inventory:
        """See `Store.inventory_at`."""
        return stored_inventory.intact_inventory(self.root / path, self.root)

    def inventory_bytes(self, path: str) -> tuple[bytes, str]:
        """See `FolderStore.inventory_bytes`."""
        return stored_inventory.intact_bytes(self.root / path)

    def newest_intact(self, path: str) -> tuple[bytes, Inventory, ArchiveDamaged | None]:
        """See `FolderStore.newest_intact`."""
        return stored_inventory.newest_intact(self.root / path, self.root)

    def own_files(self) -> Iterator[str]:
        """See `FolderStore.own_files`."""
        return walk.own_files(self.root)

    def stray_files(self) -> Iterator[str]:
        """See `FolderStore.stray_files`."""
        return walk.stray_files(self.root)

    def raw(self, path: str) -> bytes:
        """See `Store.raw`."""
        return (self.root / path).read_bytes()

    @contextmanager
    def open(self, inventory: Inventory, logical: str) -> Iterator[BinaryIO]:
        """See `Store.open`."""
        path = inventory.content_path(logical)
        file = self.folder(inventory.object_id) / (path or logical)
        if path is None or not file.is_file():
            raise ArchiveDamaged(file=file, reason=MISSING)
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, ALGORITHM).hexdigest() != inventory.state[logical]:
                raise ArchiveDamaged(file=file, reason=CHANGED)
            stream.seek(0)
            yield stream

    def read(self, inventory: Inventory, logical: str) -> bytes | None:
        """See `Store.read`."""
        path = inventory.content_path(logical)
        if path is None:
            return None
        file = self.folder(inventory.object_id) / path
        try:
            data = file.read_bytes()
        except FileNotFoundError as error:
            raise ArchiveDamaged(file=file, reason=MISSING) from error
        if hashlib.sha512(data).hexdigest() != inventory.state[logical]:
            raise ArchiveDamaged(file=file, reason=CHANGED)
        return data

    def size(self, inventory: Inventory, logical: str) -> int | None:
        """See `Store.size`."""
        path = inventory.content_path(logical)
        if path is None:
            return None
        file = self.folder(inventory.object_id) / path
        try:
            return file.stat().st_size
        except FileNotFoundError as error:
            raise ArchiveDamaged(file=file, reason=MISSING) from error

    @contextmanager
    def new_version(self, object_id: str) -> Iterator["OcflVersion"]:
        """See `Store.new_version`."""
        folder = self.folder(object_id)
        _finish_version(folder)
        base = self.inventory(object_id)
        build = disk.make_scratch(self.scratch, _BUILD)
        version = OcflVersion(self, object_id, base, build)
        try:
            yield version
        finally:
            if not version.half_placed:  # what `recover` needs in order to finish it stays
                disk.remove_tree(build)

    @contextmanager
    def workshop(self) -> Iterator[Path]:
        """See `FolderStore.workshop`."""
        folder = disk.make_scratch(self.scratch, _BUILD)
        try:
            yield folder
        finally:
            disk.remove_tree(folder)

    def rewrite(
        self, object_id: str, changed: Changed, gone: Callable[[str], bool], newest: Newest | None = None
    ) -> Inventory:
        """See `FolderStore.rewrite`."""
        folder = self.folder(object_id)
        old = stored_inventory.intact_inventory(folder, self.root)
        build = disk.make_scratch(self.scratch, _BUILD)
        try:
            return rewriting.rewrite(folder, build, object_path(object_id), old, changed, gone, newest)
        except BaseException:
            rewriting.finish(self.root, build)
            raise
        finally:
            disk.remove_tree(build)

    def recover(self) -> None:
        """See `Store.recover`."""
        for build in sorted(self.scratch.glob(f"{_BUILD}*")):
            target = build / _MARKER
            rewriting.finish(self.root, build)
            if target.is_file():
                _finish_version(self.root / PurePosixPath(target.read_text(encoding="utf-8")))
            disk.remove_tree(build)


class OcflVersion:
    """A version that is being built in a scratch folder; see `digidoc.archive.store.protocol.NewVersion`."""

    def __init__(self, store: OcflStore, object_id: str, base: Inventory | None, build: Path) -> None:
        self.base = base
        self._store = store
        self._object_id = object_id
        self._build = build
        self._ledger = Ledger(object_id, base)
        self.number = self._ledger.number
        self.half_placed = False
        relative = object_path(object_id)
        # A new object is built with the folders above it, so that one rename places them all: OCFL forbids empty ones.
        self._object = build / "tree" / relative if base is None else build

    def copy(self, logical: str, source: Path) -> Content:
        """Add a file of this logical path with the content of `source`, which stays as it is."""
        return self._take(logical, disk.copy_new(source, self._target(logical)))

    def write(self, logical: str, data: bytes) -> Content:
        """Add a file of this logical path with this content."""
        return self._take(logical, disk.write_new(self._target(logical), data))

    def drop(self, prefix: str) -> None:
        """Leave the files below a logical folder out of this version; earlier versions keep them."""
        self._ledger.drop(prefix)

    def commit(self, *, message: str, at: datetime, agent: str, address: str) -> Inventory:
        """Make it the newest version: durable when the call returns."""
        inventory = self._ledger.inventory(message=message, at=at, agent=agent, address=address)
        version = self._object / inventory.head
        disk.make_folder(version)
        _write_inventory(version, inventory.to_bytes())
        if self.base is None:
            self._place_object(inventory.to_bytes())
        else:
            self._place_version(version, inventory.to_bytes())
        return inventory

    def _target(self, logical: str) -> Path:
        target = self._object / PurePosixPath(self._ledger.path(logical))
        disk.make_folder(target.parent)
        return target

    def _take(self, logical: str, written: disk.Written) -> Content:
        content = self._ledger.take(logical, written)
        if content.path != self._ledger.path(logical):
            target = self._target(logical)
            disk.remove_file(target)
            self._remove_empty(target.parent)
        return content

    def _remove_empty(self, folder: Path) -> None:
        while folder != self._object and not any(folder.iterdir()):
            disk.remove_folder(folder)
            folder = folder.parent

    def _place_object(self, inventory: bytes) -> None:
        _write_inventory(self._object, inventory)
        disk.write_new(self._object / walk.DECLARATION, b"ocfl_object_1.1\n")
        source, target = self._build / "tree", self._store.root
        for part in object_path(self._object_id).parts:
            source, target = source / part, target / part
            if not target.exists():
                break
        disk.place_folder(source, target)

    def _place_version(self, version: Path, inventory: bytes) -> None:
        folder = self._store.folder(self._object_id)
        # All that needs space is written before the first rename: a full disk stops it before anything is placed.
        _write_inventory(self._build, inventory)
        # Half a marker would name another folder: it must be there completely or not at all, after a loss of power too.
        disk.write_over(self._build / _MARKER, str(object_path(self._object_id)).encode())
        disk.sync_folder(self._build.parent)
        self.half_placed = True
        disk.place_folder(version, folder / version.name)
        disk.replace(self._build / INVENTORY, folder / INVENTORY)
        # Its digest says that the inventory is the new one: it must not reach the disk before it.
        disk.sync_folder(folder)
        disk.replace(self._build / SIDECAR, folder / SIDECAR)
        disk.sync_folder(folder)
        self.half_placed = False


def _finish_version(folder: Path) -> None:
    """Finish a version that a killed process has placed: the object's digest file is the last that it replaces.

    Raises:
        ArchiveDamaged: the object is in a state that no crash leaves behind.

    """
    if not folder.exists():
        return
    numbers = [int(m[1]) for m in map(_VERSION.fullmatch, (p.name for p in folder.iterdir())) if m]
    if not numbers:
        raise ArchiveDamaged(file=folder, reason=N_("the object has no version"))
    newest, before = folder / f"v{max(numbers)}", folder / f"v{max(numbers) - 1}"
    try:
        digest = (folder / SIDECAR).read_bytes()
        if digest == (newest / SIDECAR).read_bytes():
            return
        if digest != (before / SIDECAR).read_bytes():
            raise ArchiveDamaged(file=folder / SIDECAR, reason=CHANGED)
    except FileNotFoundError as error:
        raise ArchiveDamaged(file=error.filename, reason=MISSING) from error
    try:
        parse(intact_bytes(newest)[0])
    except ValueError as error:
        raise ArchiveDamaged(file=newest / INVENTORY, reason=CHANGED) from error
    for name in (INVENTORY, SIDECAR):
        disk.write_over(folder / name, (newest / name).read_bytes())


def _write_inventory(folder: Path, data: bytes) -> None:
    disk.write_new(folder / INVENTORY, data)
    disk.write_new(folder / SIDECAR, sidecar(data))


def _json(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, indent=2) + "\n").encode()
