"""Copying files of a store to another disk: each is digested on the way and only then gets its name there."""

from dataclasses import dataclass, field
from pathlib import Path

from digidoc.archive.store.inventory import INVENTORY, SIDECAR, Inventory, sidecar
from digidoc.archive.store.protocol import FolderStore
from digidoc.archive.store.stored_inventory import CHANGED, MISSING
from digidoc.archive.store.walk import DECLARATION
from digidoc.errors import ArchiveDamaged, DiskFull, Problem, ReadOnlyTarget, from_os
from digidoc.files import disk


@dataclass(slots=True)
class Copier:
    """Puts files below one folder, durable after `flush`.

    Attributes:
        target: the folder.
        scratch: a folder on the same disk for files that are not complete yet.
        problems: what could not be copied, for it is damaged or cannot be read.
        files: how many were asked for; `size` of them in bytes.
        copied: how many were not there yet; `copied_size` of them in bytes.

    """

    target: Path
    scratch: Path
    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    size: int = 0
    copied: int = 0
    copied_size: int = 0
    _fresh: set[Path] = field(default_factory=set)

    def file(self, source: Path, relative: str, *, sha512: str | None = None, sha256: str | None = None) -> bool:
        """Copy a file that never changes, unless one of its size is there already.

        Args:
            source: the file.
            relative: where to, from the target, with `/`.
            sha512: what it must be; None when only `sha256` is known, or nothing.
            sha256: likewise.

        Returns:
            Whether the file is in its place; if not, a problem says why.

        Raises:
            DiskFull, ReadOnlyTarget: the target takes nothing more.
            OSError: the target is gone.

        """
        place = self.target / relative
        try:
            size = source.stat().st_size
            self.files += 1
            self.size += size
            if place.is_file() and place.stat().st_size == size:
                return True
            made = self._fetch(source)
        except FileNotFoundError:
            return self._failed(ArchiveDamaged(file=source, reason=MISSING).problem)
        except OSError as error:
            return self._unreadable(error, source)
        if sha512 not in (None, made.sha512) or sha256 not in (None, made.sha256):
            disk.remove_file(self.scratch / "file")
            return self._failed(ArchiveDamaged(file=source, reason=CHANGED).problem)
        self._place(place)
        self.copied += 1
        self.copied_size += made.size
        return True

    def over(self, data: bytes, relative: str, *, mode: int = disk.READ_ONLY_MODE) -> bool:
        """Write a small file that may change, unless it is there with this content; whether it had to be written."""
        place = self.target / relative
        self.files += 1
        self.size += len(data)
        if place.is_file() and place.read_bytes() == data:
            return False
        disk.remove_file(self.scratch / "file")
        disk.write_new(self.scratch / "file", data, mode=mode)
        self._place(place)
        self.copied += 1
        self.copied_size += len(data)
        return True

    def flush(self) -> None:
        """Flush every name that was given to the disk."""
        for folder in self._fresh:
            disk.sync_folder(folder)
        self._fresh.clear()

    def object(self, store: FolderStore, path: str, inventory: Inventory, data: bytes, relative: str) -> None:
        """Copy an object: its content first, then the inventories of its versions, its own inventory last.

        Args:
            store: where the object is.
            path: of its folder, from the storage root.
            inventory: which content it has.
            data: the inventory.json that it was read from.
            relative: where to, from the target.

        Raises:
            DiskFull, ReadOnlyTarget, OSError: see `file`.

        """
        folder = store.root / path
        for sha512, content in sorted(inventory.manifest.items(), key=lambda item: item[1]):
            self.file(folder / content, f"{relative}/{content}", sha512=sha512)
        for number in range(1, len(inventory.versions) + 1):
            self._version(store, f"{path}/v{number}", f"{relative}/v{number}")
        self.file(folder / DECLARATION, f"{relative}/{DECLARATION}")
        self.flush()
        if self.over(data, f"{relative}/{INVENTORY}"):
            self.flush()
        self.over(sidecar(data), f"{relative}/{SIDECAR}")
        self.flush()

    def _version(self, store: FolderStore, path: str, relative: str) -> None:
        try:
            data, _digest = store.inventory_bytes(path)
        except ArchiveDamaged as error:
            self._failed(error.problem)
        else:
            self.over(data, f"{relative}/{INVENTORY}")
            self.over(sidecar(data), f"{relative}/{SIDECAR}")

    def _fetch(self, source: Path) -> disk.Written:
        disk.remove_file(self.scratch / "file")
        return disk.copy_new(source, self.scratch / "file")

    def _place(self, place: Path) -> None:
        for missing in (folder for folder in (place.parent, *place.parent.parents) if not folder.exists()):
            self._fresh.add(missing.parent)
        disk.make_folder(place.parent)
        disk.replace(self.scratch / "file", place)
        self._fresh.add(place.parent)

    def _unreadable(self, error: OSError, source: Path) -> bool:
        failure = from_os(error, source)
        if isinstance(failure, DiskFull | ReadOnlyTarget) or not self.scratch.is_dir():
            raise error
        return self._failed(failure.problem)

    def _failed(self, problem: Problem) -> bool:
        self.problems.append(problem)
        return False
