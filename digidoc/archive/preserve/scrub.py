"""Checking objects of the store byte by byte: what a worker of `digidoc fixity` does. Nothing heavy is imported.

The rules are OCFL 1.1's: the inventory fits its sidecar, every file of the manifest is there with its digest, every
version has its own inventory, and there is nothing else. When the inventory in the object's folder is damaged, the copy
in its newest version says what should be there.
"""

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeVar

from digidoc.archive.store.inventory import INVENTORY, SIDECAR
from digidoc.archive.store.layout import object_path
from digidoc.archive.store.walk import DECLARATION

_T = TypeVar("_T")
_DECLARED: Final = b"ocfl_object_1.1\n"
_BLOCK: Final = 1 << 20
# A version that is being placed looks like damage for a moment.
_PLACING_SECONDS: Final = 0.2


class Damage(StrEnum):
    """What is wrong with a file of the store."""

    DAMAGED = "damaged"  # its content is not what was filed
    MISSING = "missing"
    EXTRA = "extra"  # nothing says that it belongs there
    UNREADABLE = "unreadable"  # the system cannot read it
    INVENTORY = "inventory"  # the inventory does not fit its digest, or is not one
    MISPLACED = "misplaced"  # the inventory is that of another object
    OUTDATED = "outdated"  # the catalogue knows a newer version of the object


@dataclass(frozen=True, slots=True)
class Finding:
    """One file that is not as it should be: its path from the storage root, what is wrong, and its sha512 if known."""

    path: str
    damage: Damage
    sha512: str = ""

    def to_json(self) -> dict[str, str]:
        """For scripts and for the catalogue."""
        return {"path": self.path, "damage": self.damage.value, "sha512": self.sha512}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> "Finding":
        """What `to_json` made."""
        return cls(data["path"], Damage(data["damage"]), data["sha512"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object to be checked: its folder from the storage root; the version that the catalogue knows, 0 for none."""

    folder: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """What a worker gets at once: the storage root and some of its objects."""

    store: Path
    objects: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """An object that was checked: files and bytes that were read, and what is wrong, empty when nothing is."""

    folder: str
    files: int
    bytes: int
    findings: tuple[Finding, ...]


def check_group(group: Group) -> tuple[Checked, ...]:
    """Check some objects; the task of the engine. Damage is an answer, never an exception."""
    return tuple(check_object(group.store, wanted) for wanted in group.objects)


def check_object(store: Path, wanted: Wanted) -> Checked:
    """Check one object; one with findings is looked at twice, for it may have got a new version meanwhile."""
    found = _Object(store, wanted).check()
    if found.findings and (store / wanted.folder).is_dir():
        time.sleep(_PLACING_SECONDS)
        found = _Object(store, wanted).check()
    return found


class _Object:
    """One look at one object."""

    def __init__(self, store: Path, wanted: Wanted) -> None:
        self._root = store / wanted.folder
        self._wanted = wanted
        self._findings: dict[str, Finding] = {}
        self._files, self._bytes = 0, 0

    def check(self) -> Checked:
        present = set(self._present())
        if not present:
            self._note("", Damage.MISSING)
        else:
            self._check_present(present)
        listed = tuple(self._findings[name] for name in sorted(self._findings))
        return Checked(self._wanted.folder, self._files, self._bytes, listed)

    def _check_present(self, present: set[str]) -> None:
        inventory = self._inventory("")
        numbers = [int(name[1:].split("/")[0]) for name in present if _version_of(name)]
        newest = f"v{max(numbers)}/" if numbers else ""
        if inventory is None and newest:
            inventory = self._inventory(newest)
        if inventory is None:
            return
        if object_path(inventory.id).as_posix() != self._wanted.folder:
            self._note(INVENTORY, Damage.MISPLACED)
        if inventory.head < self._wanted.version:
            self._note(f"v{self._wanted.version}", Damage.OUTDATED)
        expected = {DECLARATION, INVENTORY, SIDECAR, *inventory.content}
        self._compare(DECLARATION, hashlib.sha512(_DECLARED).hexdigest())
        for number in range(1, inventory.head + 1):
            folder = f"v{number}/"
            expected |= {folder + INVENTORY, folder + SIDECAR}
            own = self._inventory(folder)
            if own is not None and (own.id, own.head) != (inventory.id, number):
                self._note(folder + INVENTORY, Damage.MISPLACED)
        for path, digest in inventory.content.items():
            self._compare(path, digest)
        for path in present - expected:
            self._note(path, Damage.EXTRA)

    def _present(self) -> Iterator[str]:
        for parent, folders, files in os.walk(self._root, onerror=self._cannot_list):
            relative = Path(parent).relative_to(self._root).as_posix()
            prefix = "" if relative == "." else f"{relative}/"
            links = [name for name in folders if (Path(parent) / name).is_symlink()]
            yield from (prefix + name for name in (*files, *links))

    def _cannot_list(self, error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            self._note(Path(error.filename).relative_to(self._root).as_posix(), Damage.UNREADABLE)

    def _inventory(self, folder: str) -> "_Inventory | None":
        """The inventory in the object's folder or in a version's, None when it cannot be trusted."""
        data, sidecar = self._read(folder + INVENTORY), self._read(folder + SIDECAR)
        if data is None or sidecar is None:
            return None
        if sidecar.split() != [hashlib.sha512(data).hexdigest().encode(), INVENTORY.encode()]:
            self._note(folder + INVENTORY, Damage.INVENTORY)
            return None
        try:
            return _parse(data)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._note(folder + INVENTORY, Damage.INVENTORY)
            return None

    def _read(self, path: str) -> bytes | None:
        data = self._attempt(path, "", Path.read_bytes)
        if data is not None:
            self._files += 1
            self._bytes += len(data)
        return data

    def _compare(self, path: str, expected: str) -> None:
        found = self._attempt(path, expected, sha512_of)
        if found is None:
            return
        self._files += 1
        self._bytes += found[1]
        if found[0] != expected:
            self._note(path, Damage.DAMAGED, expected)

    def _attempt(self, path: str, expected: str, read: Callable[[Path], _T]) -> _T | None:
        """What `read` makes of a regular file; None, and a finding, when there is no such file."""
        try:
            if not stat.S_ISREG((self._root / path).lstat().st_mode):
                self._note(path, Damage.DAMAGED, expected)
                return None
            return read(self._root / path)
        except (FileNotFoundError, NotADirectoryError):
            self._note(path, Damage.MISSING, expected)
            return None
        except (OSError, ValueError):
            self._note(path, Damage.UNREADABLE, expected)
            return None

    def _note(self, path: str, damage: Damage, sha512: str = "") -> None:
        full = f"{self._wanted.folder}/{path}" if path else self._wanted.folder
        self._findings.setdefault(full, Finding(full, damage, sha512))


@dataclass(frozen=True, slots=True)
class _Inventory:
    id: str
    head: int
    content: Mapping[str, str]  # sha512 by path


def _parse(data: bytes) -> _Inventory:
    document: Any = json.loads(data)
    content = {path: digest for digest, paths in document["manifest"].items() for path in paths}
    if any(".." in PurePosixPath(path).parts or path.startswith("/") for path in content):
        raise ValueError("a path leads out of the object")
    return _Inventory(str(document["id"]), int(document["head"].removeprefix("v")), content)


def _version_of(path: str) -> bool:
    first = path.split("/", maxsplit=1)[0]
    return first[:1] == "v" and first[1:].isdecimal()


def sha512_of(path: Path) -> tuple[str, int]:
    """SHA-512 (lower-case hex) and size of a file, in bytes.

    Raises:
        OSError: it cannot be read.

    """
    digest, size = hashlib.sha512(), 0
    block = bytearray(_BLOCK)
    view = memoryview(block)
    # Unbuffered: blocks go from the system to the digest without a copy between.
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(block):
            digest.update(view[:count])
            size += count
    return digest.hexdigest(), size
