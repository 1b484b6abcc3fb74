"""Making an archive from a backup: every file is digested on the way, and only what is intact is taken.

A catalogue that is damaged, or that belongs to an earlier run than the store, is made anew from the restored store.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from digidoc import disk
from digidoc.archive import refusals
from digidoc.archive.archive import SCRATCH, Archive, all_or_nothing
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import translated
from digidoc.archive.errors import BackupDamaged
from digidoc.archive.events.log import LOG_FILE
from digidoc.archive.preserve.backup import apart
from digidoc.archive.preserve.backup_manifest import CATALOG, CONFIG, SINGLE, STORE, TRUST, Manifest, read_manifest
from digidoc.archive.preserve.rebuild import rebuild
from digidoc.archive.settings import read_config
from digidoc.archive.store.copying import Copier, newest_sealed
from digidoc.archive.store.walk import object_folders
from digidoc.errors import ArchiveDamaged, ArchiveExists, FolderExpected, Problem, from_os
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
    manifest = read_manifest(folder)
    read_config(folder / CONFIG)
    apart(folder, target)
    try:
        if target.exists() and not target.is_dir():
            raise FolderExpected(file=target, reason=N_("a file stands where the folder should be"))
        if target.is_dir() and any(target.iterdir()):
            raise ArchiveExists(file=target)
        with all_or_nothing(target):
            return _Run(folder, target, manifest).run(bar, rebuilding)
    except OSError as error:
        raise from_os(error, error.filename or target) from error


class _Run:
    """One run; see the module."""

    def __init__(self, folder: Path, target: Path, manifest: Manifest) -> None:
        self._folder, self._target, self._manifest = folder, target, manifest
        self._copier = Copier(target, target / SCRATCH / _WORKSHOP)
        self._catalog_sound = False

    def run(self, bar: Bar, rebuilding: tuple[Bar, Bar]) -> Restored:
        self._target.chmod(disk.FOLDER_MODE)
        for folder in (STORE, TRUST, f"{SCRATCH}/{_WORKSHOP}"):
            disk.make_folder(self._target / folder)
        with bar() as shown:
            shown.expect(self._manifest.counts.get("objects", 0))
            objects = self._objects(shown)
        for file in refusals.Refusals(self._folder / refusals.FOLDER).files():
            place = file.relative_to(self._folder).as_posix()
            self._copier.file(file, place, sha256=file.name.split(".")[1])
        for name, sha256 in sorted(self._single_files().items()):
            self._single(name, sha256)
        if not (self._target / CONFIG).exists():
            # It was named as damaged, but it can be used, and without it there is no archive.
            self._copier.over((self._folder / CONFIG).read_bytes(), CONFIG, mode=disk.WRITABLE_MODE)
        self._copier.flush()
        disk.remove_tree(self._target / SCRATCH / _WORKSHOP)
        index = self._index(rebuilding)
        disk.sync_tree(self._target)
        copier = self._copier
        problems = tuple(map(self._of_backup, copier.problems))
        with Archive.locate(self._target) as made, made.writing():
            detail = {"from": "backup", "made": self._manifest.finished, "index": index, "damaged": len(problems)}
            made.note("recovery", "fail" if problems else "success", detail)
        return Restored(self._target, objects, copier.copied, copier.copied_size, index, problems)

    def _objects(self, bar: Progress) -> int:
        objects, store = 0, self._folder / STORE
        for path in object_folders(store) if store.is_dir() else ():
            objects += 1
            try:
                data, inventory, damage = newest_sealed(store / path, store)
            except ArchiveDamaged as error:
                self._copier.problems.append(error.problem)
            else:
                if damage is not None:
                    self._copier.problems.append(damage.problem)
                self._copier.object(store / path, inventory, data, f"{STORE}/{path}")
            bar.advance(path.rsplit("/", 1)[-1])
        return objects

    def _single_files(self) -> dict[str, str | None]:
        """The files outside the objects with their sha256; after a run that broke off they may be newer than known."""
        if self._manifest.running is None:
            return dict(self._manifest.files)
        trees = [path for folder in (TRUST, f"{STORE}/extensions") for path in (self._folder / folder).rglob("*")]
        places = [*(self._folder / name for name in SINGLE), *(self._folder / STORE).glob("*"), *trees]
        return {path.relative_to(self._folder).as_posix(): None for path in places if path.is_file()}

    def _single(self, name: str, sha256: str | None) -> None:
        source = self._folder / name
        copied = self._copier.file(source, name, sha256=sha256)
        if name == CATALOG:
            self._catalog_sound = copied
        elif copied:
            own = name in (CONFIG, LOG_FILE) or name.startswith(f"{TRUST}/")
            (self._target / name).chmod(disk.WRITABLE_MODE if own else disk.READ_ONLY_MODE)

    def _index(self, rebuilding: tuple[Bar, Bar]) -> str:
        place = self._target / CATALOG
        if self._catalog_sound:
            place.chmod(disk.WRITABLE_MODE)
            with closing(Catalog.open(place)) as catalog, translated(place):
                catalog.db.enable_wal()
            return "copied"
        made = rebuild(self._target, *rebuilding)
        self._copier.problems.extend(made.problems)
        return "rebuilt"

    def _of_backup(self, problem: Problem) -> Problem:
        """What is wrong with a file of the backup, said of the backup."""
        if problem.code != ArchiveDamaged.code:
            return problem
        return BackupDamaged(file=problem.file, **problem.params).problem
