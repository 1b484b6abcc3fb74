"""What people said and the archive has not taken in yet: one small file each, durable before it is acknowledged.

Whoever files holds the archive's lock, a batch for hours; a clerk must not wait for it. So what a clerk says is put
into the inbox, and taken in by whoever holds the lock next, or now. A file is written once, under the id that its maker
drew, and removed when the store and the catalogue have what it says.

What is said may come with a file, a better scan of a paper. It lies beside what is said, under the same id, and is
there before; so what a killed process left of one without the other is known by that, and is cleared away by whoever
writes next. Who hands a file in holds a lock meanwhile, for its file is not to be taken for such a rest.
"""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from digidoc.archive.errors import IdTaken
from digidoc.archive.lock import exclusive
from digidoc.errors import ArchiveLocked, UnreadableFile
from digidoc.files import disk
from digidoc.i18n import N_

_ID: Final = re.compile(r"[0-9a-f]{32}")
_ENDING: Final = re.compile(r"\.[a-z0-9]{1,10}")
_SAID: Final = ".json"
_PAUSE: Final = 0.05  # seconds
_PATIENCE: Final = 60.0  # seconds that a file may take to be copied


class Inbox:
    """One folder of an archive's inbox.

    Args:
        folder: where the files lie; it is made with the first of them.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, identifier: str, data: bytes) -> bool:
        """Keep what somebody says, durable when the call returns.

        Args:
            identifier: 32 hex digits that its maker drew: the same id is the same thing, said again.
            data: what is said.

        Returns:
            Whether it is new: not when the same bytes wait there already.

        Raises:
            IdTaken: other bytes of the same id wait there.
            ValueError: it is no id.
            OSError: it cannot be written.

        """
        if not _ID.fullmatch(identifier):
            raise ValueError(f"no id: {identifier!r}")
        place = self.place(identifier)
        known = _bytes_of(place)
        if known is None:
            self._make_folder()
            disk.write_over(place, data)
        elif known != data:
            raise IdTaken(file=place, id=identifier)
        else:
            disk.sync_folder(self.folder)  # the process that wrote it may have been killed before it did
        return known is None

    def waiting(self) -> list[Path]:
        """The files that wait, those that were written first before the others."""
        if not self.folder.is_dir():
            return []
        found = []
        for place in self.folder.glob("*.json"):
            try:
                found.append((place.stat().st_mtime_ns, place.name, place))
            except FileNotFoundError:
                continue  # taken in meanwhile
        return [place for _at, name, place in sorted(found) if _ID.fullmatch(name.removesuffix(".json"))]

    def place(self, identifier: str) -> Path:
        """The file in which something waits, or would."""
        return self.folder / f"{identifier}.json"

    def read(self, place: Path) -> bytes | None:
        """What a waiting file says; None when it was taken in meanwhile."""
        return _bytes_of(place)

    def remove(self, identifier: str) -> None:
        """Let go of what the archive has taken in; nothing happens when that was done before."""
        place = self.place(identifier)
        if place.exists():
            disk.remove_file(place)
            disk.sync_folder(self.folder)
        for file in enclosed(place):
            disk.remove_file(file)

    def enclose(self, identifier: str, source: Path, sha256: str) -> None:
        """Keep the file that comes with what somebody is about to say, durable when the call returns; `put` it next.

        Call it while `handing_in`.

        Args:
            identifier: see `put`.
            source: the file.
            sha256: of it, as it was looked at.

        Raises:
            UnreadableFile: it is another file by now.
            OSError: it cannot be read, or not be kept.

        """
        self._make_folder()
        ending = source.suffix.lower()
        # Known by the id alone: a file cannot be taken for what somebody says, whatever it is called.
        place = self.folder / f"{identifier}.file{ending if _ENDING.fullmatch(ending) and ending != _SAID else ''}"
        disk.remove_file(place)
        if disk.copy_new(source, place).sha256 != sha256:
            disk.remove_file(place)
            raise UnreadableFile(file=source, reason=N_("it was changed while it was being handed in"))
        disk.sync_folder(self.folder)

    def clear(self, lock: Path) -> None:
        """Remove files that came with something that was never said, or was taken in; call it while `writing`.

        Args:
            lock: see `handing_in`. Nothing is removed while another process holds it: the next one that writes does.

        """
        rests = [file for file in self.folder.glob("*.file*") if not self.place(file.name.partition(".")[0]).exists()]
        if not rests:
            return
        try:
            with exclusive(lock):
                for file in rests:
                    # It may have been said since it was looked for.
                    if not self.place(file.name.partition(".")[0]).exists():
                        disk.remove_file(file)
        except ArchiveLocked:
            return

    def _make_folder(self) -> None:
        disk.make_folder(self.folder)
        disk.sync_folder(self.folder.parent.parent)
        disk.sync_folder(self.folder.parent)


def enclosed(place: Path) -> list[Path]:
    """The file that came with what a file of an inbox says: one, or none.

    Args:
        place: see `Inbox.place`.

    """
    return sorted(place.parent.glob(f"{place.stem}.file*"))


@contextmanager
def handing_in(lock: Path) -> Iterator[None]:
    """Be the only process that hands files in while the context lasts; waits for another one, which only copies a file.

    Args:
        lock: file in the archive's folder.

    Raises:
        ArchiveLocked: another process does not come to an end.
        PermissionMissing, ReadOnlyTarget, StorageError: the lock cannot be made.

    """
    until = time.monotonic() + _PATIENCE
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(exclusive(lock))
                break
            except ArchiveLocked:
                if time.monotonic() > until:
                    raise
            time.sleep(_PAUSE)
        yield


def _bytes_of(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
