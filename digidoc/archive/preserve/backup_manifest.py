"""backup.json: what a backup holds, of which archive, and whether its last run came to its end."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from digidoc import disk
from digidoc.archive.errors import BackupDamaged, NoBackup
from digidoc.archive.events.events import HEAD_FILE
from digidoc.archive.events.log import LOG_FILE
from digidoc.archive.register.owner_key import KEY_FILE
from digidoc.archive.store.inventory import INVENTORY
from digidoc.archive.store.walk import object_folders
from digidoc.errors import from_os
from digidoc.i18n import N_

NAME: Final = "backup.json"
FORMAT: Final = "digidoc.backup/1"
UNFINISHED: Final = "unfinished"  # files that are not whole yet
CATALOG, CONFIG, README, STORE, TRUST = "catalog.db", "digidoc.toml", "README.txt", "store", "trust"
SINGLE: Final = (CONFIG, README, HEAD_FILE, LOG_FILE, KEY_FILE)
_ANCHORS: Final = 8


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in backup.json.

    Attributes:
        unit: code of the office.
        archive: folder of the archive when it was backed up.
        agent: the program that made it.
        running: when a run began that has not come to its end; None after one that has.
        finished: when the last whole run ended; None before the first. Times are ISO 8601, UTC.
        counts: papers, objects, files and bytes.
        files: sha256 of the files outside the objects, by path.
        store_digest: sha256 over path and inventory digest of every object, in order of their paths.
        audit_head: the newest entry of the archive's chain of events in the backup.
        anchors: sha512 of the first inventories of some objects, by path: they tell the archive from any other.

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

    def write(self, folder: Path) -> None:
        """Put it into the place of the one that is there, durably.

        Raises:
            OSError: it cannot be written.

        """
        data = json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"
        disk.write_over(folder / NAME, data.encode("utf-8", "backslashreplace"), mode=disk.WRITABLE_MODE)


def read_manifest(folder: Path) -> Manifest:
    """The backup.json of a backup.

    Raises:
        NoBackup: there is none.
        BackupDamaged: it cannot be used.
        PermissionMissing, StorageError: it cannot be read.

    """
    file = folder / NAME
    try:
        document = json.loads(file.read_bytes())
        if document.pop("format") == FORMAT:
            return Manifest(**document)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NoBackup(file=folder) from error
    except OSError as error:
        raise from_os(error, file) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupDamaged(file=file, reason=N_("it is not a backup.json of digidoc")) from error
    raise BackupDamaged(file=file, reason=N_("it is not a backup.json of digidoc"))


def anchors(root: Path) -> dict[str, str]:
    """The first inventories of some objects of an archive; those that cannot be read are left out."""
    found = {}
    for path in islice(object_folders(root / STORE), _ANCHORS):
        name = f"{STORE}/{path}/v1/{INVENTORY}"
        if (root / name).is_file():
            found[name] = hashlib.sha512((root / name).read_bytes()).hexdigest()
    return found


def same_archive(known: Manifest, root: Path, unit: str) -> bool:
    """Whether a backup is that of this archive: of its office, and with an object that the archive has too."""
    if known.unit != unit:
        return False
    return not known.anchors or any(
        (root / name).is_file() and hashlib.sha512((root / name).read_bytes()).hexdigest() == digest
        for name, digest in known.anchors.items()
    )
