"""Making an archive from a backup: every file is digested on the way, and only what is intact is taken.

A catalogue that is damaged, or that belongs to an earlier run than the store, is made anew from the restored store.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from digidoc.archive import refusals
from digidoc.archive.archive import Archive
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import translated
from digidoc.archive.errors import BackupDamaged
from digidoc.archive.folder import all_or_nothing
from digidoc.archive.layout import CATALOG, CONFIG, LOG, STORE, TARGETS, TRUST, ArchiveLayout
from digidoc.archive.preserve.backup import check_apart
from digidoc.archive.preserve.backup_manifest import SINGLE, Manifest, read_manifest
from digidoc.archive.preserve.rebuild import rebuild
from digidoc.archive.settings import read_config
from digidoc.archive.store.copying import Copier
from digidoc.archive.store.ocfl import OcflStore
from digidoc.errors import ArchiveDamaged, ArchiveExists, FolderExpected, Problem, from_os
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.progress import Progress

Bar = Callable[[], AbstractContextManager[Progress]]
_WORKSHOP: Final = "restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """An archive that was made from a backup.

    Attributes:
        folder: the archive.
        objects: in the backup's store.
        files: that were copied, `size` in bytes.
        index: "copied", or "rebuilt" when the backup's catalogue could not be taken as it is.
        problems: what is damaged in the backup and was not restored, or was restored from a second copy.

    """

    folder: Path
    objects: int
    files: int
    size: int
    index: str
    problems: tuple[Problem, ...]

    def to_json(self) -> dict[str, Any]:
        """The result for scripts."""
        return {
            "folder": str(self.folder.absolute()),
            "objects": self.objects,
            "files": self.files,
            "size": self.size,
            "index": self.index,
            "damaged": len(self.problems),
        }


def restore(folder: Path, target: Path, bar: Bar, rebuilding: tuple[Bar, Bar]) -> Restored:
    """Make an archive from a backup; the backup stays as it is.

    Args:
        folder: the backup.
        target: a new or empty folder.
        bar: opens the bar that counts objects.
        rebuilding: open the bars of `rebuild`.

    Raises:
        NoBackup: there is none.
        BackupDamaged: its backup.json cannot be used.
        BadConfiguration, ArchiveNewer: its digidoc.toml cannot be used.
        ArchiveExists, FolderExpected, BackupRefused: the archive cannot be made there.
        DiskFull, ReadOnlyTarget, PermissionMissing, StorageError: the system's answer; nothing is left there.

    """
    backup = ArchiveLayout(folder)
    manifest = read_manifest(backup)
    read_config(backup.config)
    check_apart(folder, target)
    try:
        if target.exists() and not target.is_dir():
            raise FolderExpected(file=target, reason=N_("a file stands where the folder should be"))
        if target.is_dir() and any(target.iterdir()):
            raise ArchiveExists(file=target)
        with all_or_nothing(target):
            return _Run(backup, ArchiveLayout(target), manifest).run(bar, rebuilding)
    except OSError as error:
        raise from_os(error, error.filename or target) from error


class _Run:
    """One run; see the module."""

    def __init__(self, backup: ArchiveLayout, target: ArchiveLayout, manifest: Manifest) -> None:
        self._backup, self._target, self._manifest = backup, target, manifest
        self._store = OcflStore(backup.store, backup.unfinished)
        self._copier = Copier(target.root, target.scratch / _WORKSHOP)
        self._catalog_intact = False

    def run(self, bar: Bar, rebuilding: tuple[Bar, Bar]) -> Restored:
        self._target.root.chmod(disk.FOLDER_MODE)
        for folder in (self._target.store, self._target.trust, self._copier.scratch):
            disk.make_folder(folder)
        with bar() as shown:
            shown.expect(self._manifest.counts.get("objects", 0))
            objects = self._objects(shown)
        for file in refusals.Refusals(self._backup.refused).files():
            self._copier.file(file, self._backup.path(file), sha256=refusals.digest_of(file))
        for name, sha256 in sorted(self._single_files().items()):
            self._single(name, sha256)
        if not self._target.config.exists():
            # It was named as damaged, but it can be used, and without it there is no archive.
            self._copier.over(self._backup.config.read_bytes(), CONFIG, mode=disk.WRITABLE_MODE)
        self._copier.flush()
        disk.remove_tree(self._copier.scratch)
        index = self._index(rebuilding)
        disk.sync_tree(self._target.root)
        copier = self._copier
        problems = tuple(map(self._of_backup, copier.problems))
        with Archive.locate(self._target.root) as made, made.writing():
            detail = {"from": "backup", "made": self._manifest.finished, "index": index, "damaged": len(problems)}
            made.note("recovery", "fail" if problems else "success", detail)
        return Restored(self._target.root, objects, copier.copied, copier.copied_size, index, problems)

    def _objects(self, bar: Progress) -> int:
        objects = 0
        for path in self._store.object_paths() if self._backup.store.is_dir() else ():
            objects += 1
            try:
                data, inventory, damage = self._store.newest_intact(path)
            except ArchiveDamaged as error:
                self._copier.problems.append(error.problem)
            else:
                if damage is not None:
                    self._copier.problems.append(damage.problem)
                self._copier.object(self._store, path, inventory, data, f"{STORE}/{path}")
            bar.advance(path.rsplit("/", 1)[-1])
        return objects

    def _single_files(self) -> dict[str, str | None]:
        """The files outside the objects with their sha256; after a run that broke off they may be newer than known."""
        if self._manifest.running is None:
            return dict(self._manifest.files)
        own = self._store.own_files() if self._backup.store.is_dir() else ()
        places = [*map(self._backup.place, SINGLE), *(self._store.root / path for path in own)]
        for folder in (self._backup.trust, self._backup.targets, self._backup.inbox):
            places += folder.rglob("*")
        return {self._backup.path(path): None for path in places if path.is_file()}

    def _single(self, name: str, sha256: str | None) -> None:
        source = self._backup.place(name)
        copied = self._copier.file(source, name, sha256=sha256)
        if name == CATALOG:
            self._catalog_intact = copied
        elif copied:
            own = name in (CONFIG, LOG) or name.startswith((f"{TRUST}/", f"{TARGETS}/"))
            self._target.place(name).chmod(disk.WRITABLE_MODE if own else disk.READ_ONLY_MODE)

    def _index(self, rebuilding: tuple[Bar, Bar]) -> str:
        place = self._target.catalog
        if self._catalog_intact:
            place.chmod(disk.WRITABLE_MODE)
            with closing(Catalog.open(place)) as catalog, translated(place):
                catalog.db.enable_wal()
            return "copied"
        made = rebuild(self._target.root, *rebuilding)
        self._copier.problems.extend(made.problems)
        return "rebuilt"

    def _of_backup(self, problem: Problem) -> Problem:
        """What is wrong with a file of the backup, said of the backup."""
        if problem.code != ArchiveDamaged.code:
            return problem
        return BackupDamaged(file=problem.file, **problem.params).problem
