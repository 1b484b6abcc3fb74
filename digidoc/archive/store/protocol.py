"""What a store is: objects with versions, whatever they lie in. Each implementation passes one suite of tests.

There are two: `ocfl.OcflStore`, folders on a disk, and `memory.MemoryStore`, which is gone with the process: for tests,
and to see what would be stored.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from digidoc.archive.store.inventory import Inventory, VersionBlock
from digidoc.errors import ArchiveDamaged
from digidoc.files.disk import Written

# Given the logical path of a file and what reads it: the bytes that take its place, None to keep it as it is.
Changed = Callable[[str, Callable[[], bytes]], bytes | None]
# A further version: its block, whose state counts for nothing, and its files beside those of the version before.
Newest = tuple[VersionBlock, Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Content:
    """A file of a version that is being built: its content path from the object's folder, its sha256 and its size."""

    path: str
    sha256: str
    size: int


class NewVersion(Protocol):
    """A version that is being built; `commit` makes it the newest of its object.

    Attributes:
        base: the newest version so far; None for a new object.
        number: of the version that is being built, from 1.

    """

    base: Inventory | None
    number: int

    def copy(self, logical: str, source: Path) -> Content:
        """Add a file of this logical path with the content of `source`, which stays as it is.

        Content that the object has already, in any version, is kept once: the answer says where.

        Raises:
            OSError: the source cannot be read, the version has this file already, the disk is full, …

        """

    def write(self, logical: str, data: bytes) -> Content:
        """Add a file of this logical path with this content; see `copy`."""

    def drop(self, prefix: str) -> None:
        """Leave the files below a logical folder out of this version; earlier versions keep them."""

    def commit(self, *, message: str, at: datetime, agent: str, address: str) -> Inventory:
        """Make it the newest version: durable when the call returns."""


class Store(Protocol):
    """Objects by their ids. One writer at a time; what is written is never changed.

    Every object also has a path, `digidoc.archive.store.layout.object_path`; content paths count from there.

    Attributes:
        root: what all paths begin with where errors name a file.

    """

    root: Path

    def folder(self, object_id: str) -> Path:
        """Where the object lies or would lie, as errors name it."""

    def object_paths(self) -> Iterator[str]:
        """The paths of all objects, with `/`, in the order of their names; damaged objects are listed too.

        Raises:
            OSError: the store cannot be read.

        """

    def inventory(self, object_id: str) -> Inventory | None:
        """The inventory of an object; None when there is no such object.

        Raises:
            ArchiveDamaged: the inventory is missing, was changed by hand or is that of another object.
            OSError: it cannot be read.

        """

    def inventory_at(self, path: str) -> Inventory:
        """The inventory of the object with this path.

        Raises:
            ArchiveDamaged: see `inventory`.
            OSError: it cannot be read.

        """

    def raw(self, path: str) -> bytes:
        """The bytes of a file as they are, by its path from the store's root: for those who check them themselves.

        Raises:
            OSError: it is not there, or cannot be read.

        """

    def open(self, inventory: Inventory, logical: str) -> AbstractContextManager[BinaryIO]:
        """A large file of the newest version to be read bit by bit, checked against its digest before.

        Raises:
            ArchiveDamaged: there is no such file, or its content is missing or was changed.
            OSError: it cannot be read.

        """

    def read(self, inventory: Inventory, logical: str) -> bytes | None:
        """The content of a file of the newest version, checked against its digest; None when there is no such file.

        Raises:
            ArchiveDamaged: the content is missing or was changed.

        """

    def size(self, inventory: Inventory, logical: str) -> int | None:
        """Bytes of a file of the newest version; None when there is no such file.

        Raises:
            ArchiveDamaged: the content is missing.

        """

    def new_version(self, object_id: str) -> AbstractContextManager[NewVersion]:
        """Build the next version of an object; nothing of it is left when the context ends without `commit`.

        Raises:
            ArchiveDamaged: see `inventory`.
            OSError: the disk is full, a file cannot be read or written, …

        """

    def recover(self) -> None:
        """Finish or remove what a killed process left; only for the one writer.

        Raises:
            OSError: the disk forbids it.

        """


class FolderStore(Store, Protocol):
    """A store whose files lie in folders of a disk, in OCFL: what a backup copies, and `fixity` checks and repairs.

    These commands are about the files and not about the objects. A store that keeps its objects elsewhere leaves
    copies and checks to what it keeps them in, and has no such commands. `root` is the folder of the store.
    """

    def own_files(self) -> Iterator[str]:
        """Paths of the files that describe the store itself: its declaration, its layout, its extensions.

        Raises:
            OSError: a folder cannot be read.

        """

    def stray_files(self) -> Iterator[str]:
        """Paths of the files that belong neither to the store itself nor to an object.

        Raises:
            OSError: a folder cannot be read.

        """

    def workshop(self) -> AbstractContextManager[Path]:
        """A folder on the store's disk for files on their way into it; `recover` removes what a killed process leaves.

        Raises:
            OSError: it cannot be made.

        """

    def rewrite(
        self, object_id: str, changed: Changed, gone: Callable[[str], bool], newest: Newest | None = None
    ) -> Inventory:
        """Put an object without some of its content into its place, in all its versions: see `store.rewriting`.

        Args:
            object_id: of the object.
            changed: what files of any version become.
            gone: which logical paths are left out of all versions.
            newest: a further version; None for none.

        Raises:
            ArchiveDamaged: the object is not as it was written; nothing was changed.
            OSError: it cannot be written; the old object is there, or the new one.

        """

    def inventory_bytes(self, path: str) -> tuple[bytes, str]:
        """The inventory.json of an object, or of a version of one, and its SHA-512, checked against the file beside it.

        Raises:
            ArchiveDamaged: one of the two is missing, or they do not fit together.
            OSError: they cannot be read.

        """

    def newest_intact(self, path: str) -> tuple[bytes, Inventory, ArchiveDamaged | None]:
        """The inventory of an object, or, when it is damaged, that of its newest version, which is the same.

        Returns:
            Its bytes, their content, and what is wrong with the object's own one; None for nothing.

        Raises:
            ArchiveDamaged: none can be read.
            OSError: they cannot be read.

        """


class Ledger:
    """What a version that is being built consists of, in the terms of its inventory.

    Args:
        object_id: URI of the object.
        base: the newest version so far; None for a new object.

    """

    def __init__(self, object_id: str, base: Inventory | None) -> None:
        self._object_id = object_id
        self._versions = base.versions if base else ()
        self._state: dict[str, str] = dict(base.state) if base else {}
        self._manifest: dict[str, str] = dict(base.manifest) if base else {}
        self._sha256: dict[str, str] = dict(base.sha256) if base else {}
        self.number = 1 + len(self._versions)

    def path(self, logical: str) -> str:
        """The content path of a new file: `vN/content/LOGICAL`."""
        return f"v{self.number}/content/{logical}"

    def take(self, logical: str, written: Written) -> Content:
        """Enter a file that was written at `path(logical)`.

        Returns:
            Where its content lies: elsewhere when the object had it already, and the file just written is superfluous.

        """
        path = self._manifest.setdefault(written.sha512, self.path(logical))
        self._sha256[path] = written.sha256
        self._state[logical] = written.sha512
        return Content(path, written.sha256, written.size)

    def drop(self, prefix: str) -> None:
        """See `NewVersion.drop`."""
        for logical in [path for path in self._state if path.startswith(f"{prefix}/")]:
            del self._state[logical]

    def inventory(self, *, message: str, at: datetime, agent: str, address: str) -> Inventory:
        """The object's inventory with the new version."""
        block = VersionBlock(at, dict(self._state), message, agent, address)
        return Inventory(self._object_id, dict(self._manifest), dict(self._sha256), (*self._versions, block))
