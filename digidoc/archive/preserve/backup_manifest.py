"""backup.json: what a backup holds, of which archive, and whether its last run came to its end."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Final

from digidoc.archive.errors import BackupDamaged, NoBackup
from digidoc.archive.layout import CONFIG, HEAD, LOG, OWNER_KEY, README, STORE, ArchiveLayout
from digidoc.archive.store.inventory import INVENTORY
from digidoc.archive.store.protocol import FolderStore, Store
from digidoc.errors import ArchiveDamaged, from_os
from digidoc.files import disk
from digidoc.i18n import N_

FORMAT: Final = "digidoc.backup/1"
SINGLE: Final = (CONFIG, README, HEAD, LOG, OWNER_KEY)
_ANCHORS: Final = 8


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in backup.json.

    Attributes:
        unit: code of the office.
        archive: folder of the archive when it was backed up.
        agent: the program that made it.
        running: when a run began that has not come to its end; None after one that has.
        finished: when the last complete run ended; None before the first. Times are ISO 8601, UTC.
        counts: papers, objects, files and bytes.
        files: sha256 of the files outside the objects, by path.
        store_digest: sha256 over path and inventory digest of every object, in order of their paths.
        audit_head: the newest entry of the archive's chain of events in the backup.
        anchors: sha512 of the first inventories of some objects, by path: no other archive has the same.

    """

    unit: str
    archive: str
    agent: str
    running: str | None = None
    finished: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    store_digest: str = ""
    audit_head: Mapping[str, Any] | None = None
    anchors: Mapping[str, str] = field(default_factory=dict)

    def write(self, layout: ArchiveLayout) -> None:
        """Put it into the place of the one that is there, durably.

        Raises:
            OSError: it cannot be written.

        """
        data = json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"
        disk.write_over(layout.backup, data.encode("utf-8", "backslashreplace"), mode=disk.WRITABLE_MODE)


def read_manifest(layout: ArchiveLayout) -> Manifest:
    """The backup.json of a backup.

    Raises:
        NoBackup: there is none.
        BackupDamaged: it cannot be used.
        PermissionMissing, StorageError: it cannot be read.

    """
    file = layout.backup
    try:
        document = json.loads(file.read_bytes())
        if document.pop("format") == FORMAT:
            return Manifest(**document)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NoBackup(file=layout.root) from error
    except OSError as error:
        raise from_os(error, file) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupDamaged(file=file, reason=N_("it is not a backup.json of digidoc")) from error
    raise BackupDamaged(file=file, reason=N_("it is not a backup.json of digidoc"))


def anchors(store: Store) -> dict[str, str]:
    """The first inventories of some objects of an archive; those that are missing are left out."""
    paths = (f"{path}/v1/{INVENTORY}" for path in islice(store.object_paths(), _ANCHORS))
    found = {f"{STORE}/{path}": _sha512(store, path) for path in paths}
    return {name: digest for name, digest in found.items() if digest is not None}


def same_archive(known: Manifest, store: Store, unit: str) -> bool:
    """Whether a backup is that of this archive: of its office, and with an object that the archive has too."""
    if known.unit != unit:
        return False
    held = ((name.removeprefix(f"{STORE}/"), digest) for name, digest in known.anchors.items())
    return not known.anchors or any(_sha512(store, path) == digest for path, digest in held)


def object_line(store: FolderStore, path: str) -> bytes:
    """What goes into the digest over a store for one object: its path and the digest of its inventory."""
    try:
        return f"{path} {store.inventory_bytes(path)[1]}\n".encode()
    except ArchiveDamaged:
        return f"{path} -\n".encode()


def _sha512(store: Store, path: str) -> str | None:
    try:
        return hashlib.sha512(store.raw(path)).hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
