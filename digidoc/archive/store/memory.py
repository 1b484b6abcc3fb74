"""A store that keeps its objects in memory and is gone with the process: for tests, and to see what would be stored."""

import errno
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from digidoc.archive.store.inventory import INVENTORY, SIDECAR, Inventory, parse_checked, sidecar
from digidoc.archive.store.layout import object_path
from digidoc.archive.store.protocol import Content, Ledger
from digidoc.errors import ArchiveDamaged
from digidoc.files.disk import Written
from digidoc.i18n import N_

_ROOT: Final = Path("store")


class MemoryStore:
    """See `digidoc.archive.store.protocol.Store`.

    Args:
        root: what the paths of its objects begin with; no such folder is made.

    Attributes:
        objects: content by path (from the object's folder), by the id of the object; inventories are among it.

    """

    def __init__(self, root: Path = _ROOT) -> None:
        self.root = root
        self.objects: dict[str, dict[str, bytes]] = {}

    def folder(self, object_id: str) -> Path:
        """See `Store.folder`; nothing lies there."""
        return self.root / object_path(object_id)

    def object_paths(self) -> Iterator[str]:
        """See `Store.object_paths`."""
        paths = sorted(map(object_path, self.objects), key=lambda path: path.parts)
        return (path.as_posix() for path in paths)

    def inventory_at(self, path: str) -> Inventory:
        """See `Store.inventory_at`."""
        held = next((one for one in self.objects if object_path(one).as_posix() == path), None)
        inventory = None if held is None else self.inventory(held)
        if inventory is None:
            raise ArchiveDamaged(file=self.root / path / INVENTORY, reason=N_("the file is missing"))
        return inventory

    def raw(self, path: str) -> bytes:
        """See `Store.raw`."""
        for held, files in self.objects.items():
            name = path.removeprefix(f"{object_path(held)}/")
            if name != path and name in files:
                return files[name]
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.root / path))

    @contextmanager
    def open(self, inventory: Inventory, logical: str) -> Iterator[BinaryIO]:
        """See `Store.open`."""
        data = self.read(inventory, logical)
        if data is None:
            raise ArchiveDamaged(file=self.folder(inventory.object_id) / logical, reason=N_("the file is missing"))
        yield io.BytesIO(data)

    def inventory(self, object_id: str) -> Inventory | None:
        """See `Store.inventory`."""
        files = self.objects.get(object_id)
        if files is None:
            return None
        place = self.folder(object_id) / INVENTORY
        if INVENTORY not in files or SIDECAR not in files:
            raise ArchiveDamaged(file=place, reason=N_("the file is missing"))
        try:
            inventory = parse_checked(files[INVENTORY], files[SIDECAR])
        except ValueError as error:
            raise ArchiveDamaged(file=place, reason=N_("the file was changed after it was filed")) from error
        if inventory.object_id != object_id:
            raise ArchiveDamaged(file=place, reason=N_("it is the inventory of another object"))
        return inventory

    def read(self, inventory: Inventory, logical: str) -> bytes | None:
        """See `Store.read`."""
        data = self._content(inventory, logical)
        if data is not None and hashlib.sha512(data).hexdigest() != inventory.state[logical]:
            place = self.folder(inventory.object_id) / (inventory.content_path(logical) or "")
            raise ArchiveDamaged(file=place, reason=N_("the file was changed after it was filed"))
        return data

    def size(self, inventory: Inventory, logical: str) -> int | None:
        """See `Store.size`."""
        data = self._content(inventory, logical)
        return None if data is None else len(data)

    @contextmanager
    def new_version(self, object_id: str) -> Iterator["MemoryVersion"]:
        """See `Store.new_version`."""
        yield MemoryVersion(self, object_id, self.inventory(object_id))

    def recover(self) -> None:
        """Nothing outlives a killed process."""

    def _content(self, inventory: Inventory, logical: str) -> bytes | None:
        path = inventory.content_path(logical)
        if path is None:
            return None
        data = self.objects.get(inventory.object_id, {}).get(path)
        if data is None:
            raise ArchiveDamaged(file=self.folder(inventory.object_id) / path, reason=N_("the file is missing"))
        return data


class MemoryVersion:
    """See `digidoc.archive.store.protocol.NewVersion`."""

    def __init__(self, store: MemoryStore, object_id: str, base: Inventory | None) -> None:
        self.base = base
        self._store = store
        self._object_id = object_id
        self._ledger = Ledger(object_id, base)
        self._files: dict[str, bytes] = {}
        self.number = self._ledger.number

    def copy(self, logical: str, source: Path) -> Content:
        """See `NewVersion.copy`."""
        return self.write(logical, source.read_bytes())

    def write(self, logical: str, data: bytes) -> Content:
        """See `NewVersion.write`."""
        path = self._ledger.path(logical)
        if path in self._files:
            raise FileExistsError(17, "File exists", str(self._store.folder(self._object_id) / PurePosixPath(path)))
        written = Written(hashlib.sha512(data).hexdigest(), hashlib.sha256(data).hexdigest(), len(data))
        content = self._ledger.take(logical, written)
        if content.path == path:
            self._files[path] = data
        return content

    def drop(self, prefix: str) -> None:
        """See `NewVersion.drop`."""
        self._ledger.drop(prefix)

    def commit(self, *, message: str, at: datetime, agent: str, address: str) -> Inventory:
        """See `NewVersion.commit`; it is as durable as the process."""
        inventory = self._ledger.inventory(message=message, at=at, agent=agent, address=address)
        data = inventory.to_bytes()
        for folder in ("", f"{inventory.head}/"):
            self._files |= {f"{folder}{INVENTORY}": data, f"{folder}{SIDECAR}": sidecar(data)}
        self._store.objects[self._object_id] = self._store.objects.get(self._object_id, {}) | self._files
        return inventory
