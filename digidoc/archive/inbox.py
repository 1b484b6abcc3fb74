"""What people said and the archive has not taken in yet: one small file each, durable before it is acknowledged.

Whoever files holds the archive's lock, a batch for hours; a clerk must not wait for it. So what a clerk says is put
into the inbox, and taken in by whoever holds the lock next, or now. A file is written once, under the id that its maker
drew, and removed when the store and the catalogue have what it says.
"""

import re
from pathlib import Path
from typing import Final

from digidoc.archive.errors import IdTaken
from digidoc.files import disk

_ID: Final = re.compile(r"[0-9a-f]{32}")


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
            disk.make_folder(self.folder)
            disk.sync_folder(self.folder.parent.parent)
            disk.sync_folder(self.folder.parent)
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


def _bytes_of(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
