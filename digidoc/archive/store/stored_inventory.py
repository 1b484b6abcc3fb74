"""Reading the inventory of an object from the disk, where it may be damaged, or just being replaced by a writer."""

import hashlib
from pathlib import Path
from typing import Final

from digidoc.archive.store.inventory import INVENTORY, SIDECAR, Inventory, parse
from digidoc.archive.store.layout import object_path
from digidoc.errors import ArchiveDamaged
from digidoc.i18n import N_

CHANGED: Final = N_("the file was changed after it was filed")
MISSING: Final = N_("the file is missing")


def intact_bytes(folder: Path) -> tuple[bytes, str]:
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


def parsed(data: bytes, folder: Path, store: Path) -> Inventory:
    """The inventory of the object in `folder`, from the bytes of its inventory.json.

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


def intact_inventory(folder: Path, store: Path) -> Inventory:
    """The inventory of the object in `folder`, checked.

    Raises:
        ArchiveDamaged: see `intact_bytes` and `parsed`.
        OSError: it cannot be read.

    """
    return parsed(intact_bytes(folder)[0], folder, store)


def newest_intact(folder: Path, store: Path) -> tuple[bytes, Inventory, ArchiveDamaged | None]:
    """The inventory of an object, or, when it is damaged, that of its newest version, which is the same.

    An inventory whose digest file is still that of the version before is no damage: whoever replaced the two was killed
    in between.

    Returns:
        Its bytes, their content, and what is wrong with the object's own one; None for nothing.

    Raises:
        ArchiveDamaged: none can be read.
        OSError: the disk cannot be read.

    """
    try:
        data, _digest = intact_bytes(folder)
        return data, parsed(data, folder, store), None
    except ArchiveDamaged as error:
        numbers = (path.name[1:] for path in folder.glob("v*") if path.is_dir() and path.name[1:].isdecimal())
        for number in sorted(map(int, numbers), reverse=True):
            try:
                data, _digest = intact_bytes(folder / f"v{number}")
                inventory = parsed(data, folder, store)
            except ArchiveDamaged:
                continue
            half = _content(folder / INVENTORY) == data
            half = half and _content(folder / SIDECAR) in (None, _content(folder / f"v{number - 1}" / SIDECAR))
            return data, inventory, None if half else error
        raise


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None
