"""What the inventory of an object says, in a store that may be damaged and may be written to meanwhile."""

import hashlib
from pathlib import Path
from typing import Final

from digidoc.archive.store.inventory import INVENTORY, SIDECAR, Inventory, parse
from digidoc.archive.store.layout import object_path
from digidoc.errors import ArchiveDamaged
from digidoc.i18n import N_

CHANGED: Final = N_("the file was changed after it was filed")
MISSING: Final = N_("the file is missing")


def sealed(folder: Path) -> tuple[bytes, str]:
    """The bytes of the inventory.json in a folder and their SHA-512, which the file beside it agrees with.

    Raises:
        ArchiveDamaged: one of the two is missing, or they do not fit together.
        OSError: they cannot be read.

    """
    try:
        data = (folder / INVENTORY).read_bytes()
        written = (folder / SIDECAR).read_bytes().split()[:1]
    except FileNotFoundError as error:
        raise ArchiveDamaged(file=error.filename, reason=MISSING) from error
    digest = hashlib.sha512(data).hexdigest()
    if written != [digest.encode()]:
        raise ArchiveDamaged(file=folder / INVENTORY, reason=CHANGED)
    return data, digest


def understood(data: bytes, folder: Path, store: Path) -> Inventory:
    """The inventory of the object in `folder`.

    Raises:
        ArchiveDamaged: it is none, or that of another object.

    """
    try:
        inventory = parse(data)
    except ValueError as error:
        raise ArchiveDamaged(file=folder / INVENTORY, reason=CHANGED) from error
    if folder != store / object_path(inventory.object_id):
        raise ArchiveDamaged(file=folder / INVENTORY, reason=N_("it is the inventory of another object"))
    return inventory


def inventory_of(folder: Path, store: Path) -> Inventory:
    """The inventory of the object in `folder`, checked.

    Raises:
        ArchiveDamaged: see `sealed` and `understood`.
        OSError: it cannot be read.

    """
    return understood(sealed(folder)[0], folder, store)
