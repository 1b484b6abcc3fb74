"""An object anew without some of its content, in all its versions: what erasing a paper for good comes to.

The only thing in digidoc that takes bytes out of the store. The new object is built whole in a scratch folder and
flushed to the disk, then a marker says so, then the old object makes way for it by two renames; `finish` goes on from
any of these steps, so a process that was killed leaves the old object or the new one, for whoever writes next.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Final

from digidoc.archive.store import walk
from digidoc.archive.store.inventory import INVENTORY, SIDECAR, Inventory, VersionBlock, sidecar
from digidoc.archive.store.protocol import Changed, Newest
from digidoc.archive.store.stored_inventory import CHANGED
from digidoc.errors import ArchiveDamaged
from digidoc.files import disk

_MARKER: Final = "rewritten"
_NEW: Final = "new"
_OLD: Final = "old"


@dataclass(slots=True)
class _Plan:
    """What the new object consists of: content paths of the old one that stay, and bytes that are new."""

    manifest: dict[str, str] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    written: dict[str, bytes] = field(default_factory=dict)

    def put(self, path: str, data: bytes) -> str:
        """Enter new bytes unless the object has them; their sha512."""
        digest = hashlib.sha512(data).hexdigest()
        if digest not in self.manifest:
            self.manifest[digest] = path
            self.sha256[path] = hashlib.sha256(data).hexdigest()
            self.written[path] = data
        return digest


def rewrite(
    folder: Path,
    build: Path,
    place: PurePosixPath,
    old: Inventory,
    changed: Changed,
    gone: Callable[[str], bool],
    newest: Newest | None,
) -> Inventory:
    """Build the object anew in `build`, and put it into the place of the old one.

    Args:
        folder: of the object.
        build: an empty scratch folder on the same disk.
        place: path of the object from the store's root.
        old: its inventory.
        changed: what files of any version become.
        gone: which logical paths are left out of all versions.
        newest: a further version; None for none.

    Raises:
        ArchiveDamaged: content that stays is not what was put there.
        OSError: it cannot be written; nothing was changed.

    """
    plan, blocks, known = _Plan(), list[VersionBlock](), dict[tuple[str, str], str]()
    for number, block in enumerate(old.versions, 1):
        state = {}
        for logical, digest in block.state.items():
            if gone(logical):
                continue
            if (logical, digest) not in known:
                data = changed(logical, lambda at=old.manifest[digest]: (folder / at).read_bytes())  # type: ignore[misc]
                if data is None:
                    path = old.manifest[digest]
                    plan.manifest[digest], plan.sha256[path] = path, old.sha256[path]
                    known[logical, digest] = digest
                else:
                    known[logical, digest] = plan.put(f"v{number}/content/{logical}", data)
            state[logical] = known[logical, digest]
        blocks.append(replace(block, state=state))
    if newest is not None:
        block, files = newest
        number = len(blocks) + 1
        added = {logical: plan.put(f"v{number}/content/{logical}", data) for logical, data in files.items()}
        blocks.append(replace(block, state={**blocks[-1].state, **added}))
    new = Inventory(old.object_id, plan.manifest, plan.sha256, tuple(blocks))
    _build(folder, build / _NEW, new, plan)
    disk.sync_tree(build / _NEW)
    disk.write_over(build / _MARKER, str(place).encode())
    disk.sync_folder(build.parent)
    _swap(folder, build)
    return new


def finish(root: Path, build: Path) -> None:
    """Finish what a killed process has left in a scratch folder, if it left an object that was complete."""
    marker = build / _MARKER
    if marker.is_file():
        _swap(root / PurePosixPath(marker.read_text(encoding="utf-8")), build)


def _swap(folder: Path, build: Path) -> None:
    if (build / _NEW).is_dir():
        if folder.is_dir():
            disk.replace(folder, build / _OLD)
        disk.place_folder(build / _NEW, folder)
        disk.sync_folder(build)


def _build(folder: Path, target: Path, new: Inventory, plan: _Plan) -> None:
    """Write the object: kept content is copied and compared, for the old object stays whole until the new one is."""
    for digest, path in new.manifest.items():
        place = target / PurePosixPath(path)
        disk.make_folder(place.parent)
        data = plan.written.get(path)
        if data is not None:
            disk.write_new(place, data)
        elif disk.copy_new(folder / PurePosixPath(path), place).sha512 != digest:
            raise ArchiveDamaged(file=folder / PurePosixPath(path), reason=CHANGED)
    for number in range(1, len(new.versions) + 1):
        _write_inventory(target / f"v{number}", _up_to(new, number))
    _write_inventory(target, new)
    disk.write_new(target / walk.DECLARATION, b"ocfl_object_1.1\n")


def _up_to(new: Inventory, number: int) -> Inventory:
    """The inventory as it stood when this version was the newest."""
    blocks = new.versions[:number]
    used = {digest for block in blocks for digest in block.state.values()}
    manifest = {digest: path for digest, path in new.manifest.items() if digest in used}
    sha256 = {path: new.sha256[path] for path in manifest.values()}
    return Inventory(new.object_id, manifest, sha256, blocks)


def _write_inventory(folder: Path, inventory: Inventory) -> None:
    data = inventory.to_bytes()
    disk.make_folder(folder)
    disk.write_new(folder / INVENTORY, data)
    disk.write_new(folder / SIDECAR, sidecar(data))
