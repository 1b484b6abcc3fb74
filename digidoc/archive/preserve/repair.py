"""Bringing damaged files of the store back from another copy of it.

Nothing is trusted that does not prove itself: a file from the copy is taken only when its SHA-512 is the one that the
inventory of the damaged object names; an inventory only when it fits its own digest file and names the same object and
version. What is in the place of a damaged file is replaced in one step, when the intact copy is on the disk.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from digidoc.archive import refusals
from digidoc.archive.archive import Archive
from digidoc.archive.catalog.database import transaction, translated
from digidoc.archive.events.chain import canonical
from digidoc.archive.layout import REFUSED, STORE, ArchiveLayout
from digidoc.archive.preserve.scrub import Damage, Finding, Wanted, check_object
from digidoc.archive.store.inventory import INVENTORY, SIDECAR, parse_checked
from digidoc.archive.store.layout import object_path
from digidoc.errors import FolderExpected
from digidoc.files import disk
from digidoc.i18n import N_

KIND: Final = "repair"
_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair came to: paths from the archive's folder that are intact again, and what is still wrong."""

    restored: tuple[str, ...]
    left: tuple[Finding, ...]


def source_of(backup: Path) -> ArchiveLayout:
    """The layout of a backup, once it is known to have a store.

    Raises:
        FolderExpected: it has none.

    """
    layout = ArchiveLayout(backup)
    if not layout.store.is_dir():
        raise FolderExpected(file=backup, reason=N_("it is not a backup: it has no folder named store"))
    return layout


def repair(archive: Archive, run: int, backup: Path) -> Repaired:
    """Bring back what the copy has intact; extra files stay where they are, for a person to look at.

    Args:
        archive: the damaged one.
        run: number of the fixity check whose findings are to be repaired.
        backup: a folder that `digidoc backup` made.

    Raises:
        ArchiveLocked: another process writes.
        FolderExpected: the backup has no store.
        DiskFull, ReadOnlyTarget, StorageError, PermissionMissing: the system's answer.

    """
    source, db = source_of(backup), archive.catalog.db
    damaged = "SELECT object_path, findings FROM fixity WHERE run = ? AND findings <> '[]' ORDER BY object_path"
    with archive.catalog.reading():
        rows = [
            (path, [Finding.from_json(one) for one in json.loads(found)]) for path, found in db.execute(damaged, [run])
        ]
    restored: list[str] = []
    left: list[Finding] = []
    with archive.writing(), archive.system_errors(), archive.store.workshop() as workshop:
        for folder, found in rows:
            still = _Work(archive.layout, source, workshop, folder).carry_out(found)
            paths = {finding.path for finding in still}
            restored += [finding.path for finding in found if finding.path not in paths]
            left += still
            with translated(archive.catalog.path), transaction(db):
                listed = canonical([finding.to_json() for finding in still])
                db.execute("UPDATE fixity SET findings = ? WHERE object_path = ?", [listed, folder])
    if rows:
        detail = {"run": run, "restored": restored, "left": [finding.path for finding in left]}
        archive.note(KIND, "fail" if left else "success", detail)
    return Repaired(tuple(restored), tuple(left))


class _Work:
    """The repair of one object, or of what lies beside the objects when its folder is empty; see the module."""

    def __init__(self, layout: ArchiveLayout, source: ArchiveLayout, workshop: Path, folder: str) -> None:
        self._layout, self._source, self._workshop, self._folder = layout, source, workshop, folder
        self._object = layout.store / folder

    def carry_out(self, findings: Sequence[Finding]) -> list[Finding]:
        """Repair until nothing more can be done; what is left. An inventory that is back may show more damage."""
        versions = [int(PurePosixPath(one.path).name[1:]) for one in findings if one.damage is Damage.OUTDATED]
        wanted = Wanted(self._folder, max(versions, default=0))
        left = list(findings)
        for _round in range(_ROUNDS):
            done = [self._bring_back(finding) for finding in left]
            if not self._folder:
                return [finding for finding, repaired in zip(left, done, strict=True) if not repaired]
            checked = check_object(self._layout.store, wanted)
            left = [replace(one, path=f"{STORE}/{one.path}") for one in checked.findings]
            if not left or not any(done):
                break
        return left

    def _bring_back(self, finding: Finding) -> bool:
        path = PurePosixPath(finding.path)
        if finding.damage in (Damage.EXTRA, Damage.MISPLACED):
            return False
        if path.parts[0] == REFUSED:
            return self._refusal(finding.path)
        if not self._folder:
            return False
        if finding.sha512:
            return self._file(finding.path, finding.sha512)
        if path.name in (INVENTORY, SIDECAR):
            return self._inventory(path.parent.relative_to(f"{STORE}/{self._folder}").as_posix())
        return self._whole()

    def _file(self, path: str, sha512: str) -> bool:
        """One file whose digest is known."""
        copy = self._workshop / secrets.token_hex(8)
        try:
            written = disk.copy_new(self._source.place(path), copy)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False
        if written.sha512 != sha512:
            return False
        self._place(copy, self._layout.place(path))
        return True

    def _refusal(self, path: str) -> bool:
        """A refusal, whose digest stands in its name."""
        file = self._source.place(path)
        if not refusals.intact(file):
            return False
        copy = self._workshop / secrets.token_hex(8)
        disk.copy_new(file, copy)
        self._place(copy, self._layout.place(path))
        return True

    def _inventory(self, version: str) -> bool:
        """Inventory and digest file of the object ("." for `version`) or of one of its versions."""
        newest = max((int(one.name[1:]) for one in self._object.glob("v[0-9]*") if one.name[1:].isdecimal()), default=0)
        number = newest if version == "." else int(version[1:])
        places = [self._source.store / self._folder / version]
        if number == newest:  # the object's inventory and that of its newest version are the same
            places = [self._object / f"v{number}", self._object, *places]
        for place in places:
            try:
                data, digest = (place / INVENTORY).read_bytes(), (place / SIDECAR).read_bytes()
                inventory = parse_checked(data, digest)
            except (OSError, ValueError):
                continue
            named = object_path(inventory.object_id).as_posix()
            if named == self._folder and len(inventory.versions) == number:
                for name, content in ((INVENTORY, data), (SIDECAR, digest)):
                    copy = self._workshop / secrets.token_hex(8)
                    disk.write_new(copy, content)
                    self._place(copy, self._object / version / name)
                return True
        return False

    def _whole(self) -> bool:
        """The object as the copy has it, when nothing of it is there or the copy has a newer version."""
        source, tree = self._source.store / self._folder, self._workshop / secrets.token_hex(8)
        if not source.is_dir():
            return False
        for file in sorted(path for path in source.rglob("*") if path.is_file()):
            target = tree / self._folder / file.relative_to(source)
            disk.make_folder(target.parent)
            disk.copy_new(file, target)
        if check_object(tree, Wanted(self._folder)).findings:
            return False
        if self._object.exists():
            disk.replace(self._object, self._workshop / secrets.token_hex(8))
        disk.make_folder(self._object.parent)
        disk.place_folder(tree / self._folder, self._object)
        self._sync_above(self._object.parent)
        return True

    def _place(self, copy: Path, target: Path) -> None:
        disk.make_folder(target.parent)
        if target.is_dir() and not target.is_symlink():
            disk.replace(target, self._workshop / secrets.token_hex(8))
        disk.replace(copy, target)
        self._sync_above(target.parent)

    def _sync_above(self, folder: Path) -> None:
        """Flush the names of all folders up to the archive's: some may be new."""
        while folder != self._layout.root:
            disk.sync_folder(folder)
            folder = folder.parent
