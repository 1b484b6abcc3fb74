"""Checking a backup: every digest is computed again and compared with inventories, names and backup.json."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from digidoc.archive import refusals
from digidoc.archive.layout import (
    BACKUP,
    CATALOG,
    INBOX,
    LOCK,
    REFUSED,
    STORE,
    TARGETS,
    TRUST,
    UNFINISHED,
    ArchiveLayout,
)
from digidoc.archive.preserve.backup_manifest import SINGLE, Manifest, object_line, read_manifest
from digidoc.archive.store.inventory import INVENTORY, SIDECAR, Inventory
from digidoc.archive.store.layout import DEPTH
from digidoc.archive.store.ocfl import OcflStore
from digidoc.archive.store.walk import DECLARATION, EXTENSIONS
from digidoc.errors import ArchiveDamaged, from_os
from digidoc.progress import Progress

Bar = Callable[[], AbstractContextManager[Progress]]
_OWN: Final = frozenset({*SINGLE, CATALOG, BACKUP, STORE, TRUST, TARGETS, INBOX, REFUSED, UNFINISHED, LOCK})
_AT_ONCE: Final = 256  # objects; so many paths are in memory


@dataclass(slots=True)
class Checked:
    """What a check found; paths count from the backup's folder.

    Attributes:
        folder: the backup.
        files: that were read, `size` in bytes.
        damaged: files with another content than was put there.
        missing: files that should be there.
        extra: files that nothing refers to.
        unfinished: whether the last run broke off; the one before is still complete then.

    """

    folder: Path
    files: int = 0
    size: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    unfinished: bool = False

    @property
    def intact(self) -> bool:
        """Whether everything is as it should be."""
        return not (self.damaged or self.missing or self.extra)

    def to_json(self) -> dict[str, Any]:
        """The result for scripts."""
        return {
            "folder": str(self.folder.absolute()),
            "sound": self.intact,
            "unfinished": self.unfinished,
            "files": self.files,
            "size": self.size,
            "damaged": self.damaged,
            "missing": self.missing,
            "extra": self.extra,
        }


def verify_backup(folder: Path, bar: Bar) -> Checked:
    """Check a backup; nothing is changed.

    Args:
        folder: the backup.
        bar: opens the bar that counts objects.

    Raises:
        NoBackup: there is none.
        BackupDamaged: its backup.json cannot be used.
        PermissionMissing, StorageError: a folder cannot be read.

    """
    layout = ArchiveLayout(folder)
    manifest = read_manifest(layout)
    try:
        return _Check(layout, manifest).run(bar)
    except OSError as error:
        raise from_os(error, error.filename or folder) from error


class _Check:
    """One check; see the module."""

    def __init__(self, layout: ArchiveLayout, manifest: Manifest) -> None:
        self._layout, self._manifest = layout, manifest
        self._store = OcflStore(layout.store, layout.unfinished)
        self._found = Checked(layout.root, unfinished=manifest.running is not None)
        self._inventory: tuple[str, Inventory | None] = ("", None)
        self._listed: set[str] = set()

    def run(self, bar: Bar) -> Checked:
        for name, sha256 in self._manifest.files.items():
            # While a run is under way, or after one that broke off, these may be newer than backup.json says.
            if self._exists(name) and not self._equal(name, "sha256", sha256) and not self._found.unfinished:
                self._list(self._found.damaged, name)
        with bar() as shown:
            shown.expect(self._manifest.counts.get("objects", 0))
            digest = hashlib.sha256()
            for path, line, found in self._objects():
                self._merge(found)
                digest.update(line)
                shown.advance(path.rsplit("/", 1)[-1])
        self._refusals()
        self._references()
        self._extras()
        swapped = self._manifest.store_digest not in ("", digest.hexdigest())
        if self._found.intact and swapped and not self._found.unfinished:
            self._list(self._found.damaged, STORE)  # whole objects were exchanged, or put back to an earlier version
        return self._found

    def _objects(self) -> Iterator[tuple[str, bytes, Checked]]:
        """Path of every object, its line in the digest over the store, and what is wrong with it, in order.

        Digests are computed by threads, one a core: hashlib and the disk let the others go on.
        """
        paths = self._store.object_paths() if self._layout.store.is_dir() else iter(())
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            while some := list(islice(paths, _AT_ONCE)):
                yield from threads.map(self._one, some)

    def _one(self, path: str) -> tuple[str, bytes, Checked]:
        check = _Check(self._layout, self._manifest)
        check._object(path)
        return path, object_line(self._store, path), check._found

    def _merge(self, part: Checked) -> None:
        self._found.files += part.files
        self._found.size += part.size
        for name in ("damaged", "missing", "extra"):
            for path in getattr(part, name):
                self._list(getattr(self._found, name), path)

    def _object(self, path: str) -> None:
        folder, name = self._store.root / path, f"{STORE}/{path}"
        try:
            _data, inventory, damage = self._store.newest_intact(path)
        except ArchiveDamaged as error:
            self._list_damage(error, folder)
            return
        if damage is not None:
            self._list_damage(damage, folder)
        expected = {DECLARATION, INVENTORY, SIDECAR}
        for sha512, content in inventory.manifest.items():
            expected.add(content)
            if self._exists(f"{name}/{content}") and not self._equal(f"{name}/{content}", "sha512", sha512):
                self._list(self._found.damaged, f"{name}/{content}")
        for number in range(1, len(inventory.versions) + 1):
            expected |= {f"v{number}/{INVENTORY}", f"v{number}/{SIDECAR}"}
            self._version(f"{path}/v{number}")
        self._exists(f"{name}/{DECLARATION}")
        for file in _files(folder):
            if file not in expected:
                self._list(self._found.extra, f"{name}/{file}")

    def _version(self, path: str) -> None:
        there = [self._exists(f"{STORE}/{path}/{name}") for name in (INVENTORY, SIDECAR)]
        if all(there):
            try:
                self._store.inventory_bytes(path)
            except ArchiveDamaged:
                self._list(self._found.damaged, f"{STORE}/{path}/{INVENTORY}")

    def _refusals(self) -> None:
        folder = self._layout.refused
        known = set(refusals.Refusals(folder).files())
        for file in known:
            name = self._layout.path(file)
            if not self._equal(name, "sha256", refusals.digest_of(file)):
                self._list(self._found.damaged, name)
        for name in _files(folder) if folder.is_dir() else ():
            if folder / name not in known:
                self._list(self._found.extra, f"{REFUSED}/{name}")

    def _references(self) -> None:
        """What the catalogue says of every file must fit what the inventories say of it."""
        if not self._exists(CATALOG) or CATALOG in self._listed:
            return
        uri = f"{self._layout.catalog.absolute().as_uri()}?immutable=1"
        try:
            with closing(sqlite3.connect(uri, uri=True)) as catalog:
                if catalog.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                    self._list(self._found.damaged, CATALOG)
                    return
                for path, sha256 in catalog.execute("SELECT path, sha256 FROM file ORDER BY path"):
                    self._reference(path, sha256)
        except sqlite3.Error:
            self._list(self._found.damaged, CATALOG)

    def _reference(self, path: str, sha256: str) -> None:
        parts = path.split("/")
        name = "/".join(parts[1 : DEPTH + 1])
        if self._inventory[0] != name:
            try:
                self._inventory = (name, self._store.inventory_at(name))
            except ArchiveDamaged:
                self._inventory = (name, None)
        inventory = self._inventory[1]
        known = None if inventory is None else inventory.sha256.get("/".join(parts[DEPTH + 1 :]))
        if self._exists(path) and known not in (None, sha256):
            self._list(self._found.damaged, path)

    def _extras(self) -> None:
        for entry in sorted(self._layout.root.iterdir()):
            if entry.name not in _OWN:
                self._list(self._found.extra, entry.name)
        if self._layout.store.is_dir():
            for name in self._store.stray_files():
                self._list(self._found.extra, f"{STORE}/{name}")
        listed = self._manifest.files
        folders = [TRUST, TARGETS, INBOX, f"{STORE}/{EXTENSIONS}"]
        names = [f"{folder}/{name}" for folder in folders for name in _files(self._layout.place(folder))]
        if not self._found.unfinished:
            for name in names:
                if name not in listed:
                    self._list(self._found.extra, name)

    def _exists(self, name: str) -> bool:
        if self._layout.place(name).is_file():
            return True
        self._list(self._found.missing, name)
        return False

    def _equal(self, name: str, algorithm: str, digest: str) -> bool:
        """Whether a file has this digest; one that the disk cannot read has not."""
        try:
            with self._layout.place(name).open("rb") as file:
                found = hashlib.file_digest(file, algorithm).hexdigest()
                self._found.size += file.tell()
        except OSError:
            return False
        self._found.files += 1
        return found == digest

    def _list_damage(self, error: ArchiveDamaged, folder: Path) -> None:
        name = self._layout.path(Path(error.file or folder))
        self._list(self._found.damaged if self._layout.place(name).exists() else self._found.missing, name)

    def _list(self, where: list[str], name: str) -> None:
        if name not in self._listed:
            self._listed.add(name)
            where.append(name)


def _files(folder: Path) -> Iterator[str]:
    """Every file below a folder, from there and with `/`, in order."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield (Path(parent) / name).relative_to(folder).as_posix()
