"""Copying files of a store to another disk: each is digested on the way and only then gets its name there."""

from dataclasses import dataclass, field
from pathlib import Path

from digidoc import disk
from digidoc.archive.store.inventory import INVENTORY, SIDECAR, Inventory, sidecar
from digidoc.archive.store.objects import CHANGED, MISSING, sealed, understood
from digidoc.archive.store.walk import DECLARATION
from digidoc.errors import ArchiveDamaged, DiskFull, Problem, ReadOnlyTarget, from_os


@dataclass(slots=True)
class Copier:
    """Puts files below one folder, durable after `flush`.

    Attributes:
        target: the folder.
        scratch: a folder on the same disk for files that are not whole yet.
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

    def object(self, folder: Path, inventory: Inventory, data: bytes, relative: str) -> None:
        """Copy an object: its content first, then the inventories of its versions, its own inventory last.

        Args:
            folder: the object's.
            inventory: which content it has.
            data: the inventory.json that it was read from.
            relative: where to, from the target.

        Raises:
            DiskFull, ReadOnlyTarget, OSError: see `file`.

        """
        for sha512, path in sorted(inventory.manifest.items(), key=lambda item: item[1]):
            self.file(folder / path, f"{relative}/{path}", sha512=sha512)
        for number in range(1, len(inventory.versions) + 1):
            self._version(folder / f"v{number}", f"{relative}/v{number}")
        self.file(folder / DECLARATION, f"{relative}/{DECLARATION}")
        self.flush()
        if self.over(data, f"{relative}/{INVENTORY}"):
            self.flush()
        self.over(sidecar(data), f"{relative}/{SIDECAR}")
        self.flush()

    def _version(self, folder: Path, relative: str) -> None:
        try:
            data, _digest = sealed(folder)
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
        told = from_os(error, source)
        if isinstance(told, DiskFull | ReadOnlyTarget) or not self.scratch.is_dir():
            raise error
        return self._failed(told.problem)

    def _failed(self, problem: Problem) -> bool:
        self.problems.append(problem)
        return False


def newest_sealed(folder: Path, store: Path) -> tuple[bytes, Inventory, ArchiveDamaged | None]:
    """The inventory of an object, or, when it is damaged, that of its newest version, which is the same.

    An inventory whose digest file is still that of the version before is no damage: whoever replaced the two was killed
    in between.

    Returns:
        Its bytes, what they say, and what is wrong with the object's own one; None for nothing.

    Raises:
        ArchiveDamaged: none can be read.
        OSError: the disk cannot be read.

    """
    try:
        data, _digest = sealed(folder)
        return data, understood(data, folder, store), None
    except ArchiveDamaged as error:
        numbers = (path.name[1:] for path in folder.glob("v*") if path.is_dir() and path.name[1:].isdecimal())
        for number in sorted(map(int, numbers), reverse=True):
            try:
                data, _digest = sealed(folder / f"v{number}")
                inventory = understood(data, folder, store)
            except ArchiveDamaged:
                continue
            half = _content(folder / INVENTORY) == data
            half = half and _content(folder / SIDECAR) in (None, _content(folder / f"v{number - 1}" / SIDECAR))
            return data, inventory, None if half else error
        raise


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None
