"""Backing up an archive into a folder: only what is not there yet is copied, and a batch may run meanwhile.

Order. First a snapshot of the catalogue, then every object of the store: the catalogue is written after the store, so
all that the snapshot refers to is there. Files of a store never change and are copied once. An object's inventory is
copied after its files; one that a batch is just replacing is read again until it fits the digest beside it. At the end
the snapshot gets its name, and the log and the head of its chain of events follow. Whenever a run breaks off, the
backup holds the catalogue of the last complete run and all that it refers to, and the same command goes on.
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from digidoc import AGENT
from digidoc.archive.archive import Archive
from digidoc.archive.errors import BackupRefused, NoBackup
from digidoc.archive.events import events
from digidoc.archive.events.chain import Head
from digidoc.archive.folder import system_errors
from digidoc.archive.layout import LOCK, UNFINISHED, ArchiveLayout
from digidoc.archive.lock import exclusive
from digidoc.archive.preserve.backup_manifest import Manifest, read_manifest, same_archive
from digidoc.archive.preserve.backup_run import BackedUp, BackupRun, Bar
from digidoc.errors import ArchiveLocked, FolderExpected, PermissionMissing, StorageError
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.masking import masked

_KIND: Final = "replication"  # PREMIS event type


def backup(archive: Archive, target: Path, bar: Bar) -> BackedUp:
    """Bring the backup of an archive up to date, or begin one.

    Args:
        archive: the archive; another process may write to it.
        target: a new or empty folder, or an earlier backup of the same archive.
        bar: opens the bar that counts objects.

    Raises:
        BackupRefused: the folder cannot be a backup of this archive.
        FolderExpected: it is a file.
        BackupDamaged: its backup.json cannot be read.
        ArchiveLocked: another process writes to the backup.
        DiskFull, ReadOnlyTarget, PermissionMissing, StorageError: the system's answer; the earlier backup stays usable.

    """
    layout = ArchiveLayout(target)
    with system_errors(target):
        known = _known(archive, layout)
        disk.make_folder(target)
        with exclusive(layout.lock):
            disk.remove_tree(layout.unfinished)
            disk.make_folder(layout.unfinished)
            try:
                done = BackupRun(archive, layout, known).run(bar)
            finally:
                disk.remove_tree(layout.unfinished)
    return replace(done, noted=_noted(archive, done))


def _noted(archive: Archive, done: BackedUp) -> bool:
    """Add an event to the archive, after the backup was made: it is in the next one. Whether that could be done."""
    if archive.layout.backup.is_file():
        return False  # the archive is a backup itself, and stays as it is
    counts = {"papers": done.papers, "objects": done.objects, "files": done.files, "bytes": done.size}
    detail = {"folder": str(done.folder.absolute()), **counts, "damaged": len(done.problems)}
    try:
        archive.note(_KIND, "fail" if done.problems else "success", masked(detail))
    except (StorageError, PermissionMissing, ArchiveLocked):
        return False  # the backup is complete all the same
    return True


def _known(archive: Archive, target: ArchiveLayout) -> Manifest:
    """The backup.json of an earlier run, or a new one.

    Raises:
        BackupRefused, FolderExpected, BackupDamaged: see `backup`.

    """
    folder = target.root
    check_apart(archive.root, folder)
    unit = archive.config.unit.code
    if folder.exists() and not folder.is_dir():
        raise FolderExpected(file=folder, reason=N_("a file stands where the folder should be"))
    try:
        known = read_manifest(target)
    except NoBackup:
        if folder.is_dir() and any(path.name not in (UNFINISHED, LOCK) for path in folder.iterdir()):
            raise BackupRefused(file=folder, reason=N_("the folder is not empty and holds no backup")) from None
        return Manifest(unit, str(archive.root.absolute()), AGENT)
    if not same_archive(known, archive.store, unit) and not _same_chain(known, archive):
        raise BackupRefused(file=folder, reason=N_("it is the backup of another archive"))
    return known


def _same_chain(known: Manifest, archive: Archive) -> bool:
    """Whether the archive's chain of events has the newest event of the backup: its objects may be written anew."""
    head = known.audit_head or {}
    if known.unit != archive.config.unit.code or not head.get("sequence"):
        return False
    with archive.catalog.reading() as db:
        return events.holds(db, Head(int(head["sequence"]), str(head["hash"])))


def check_apart(one: Path, other: Path) -> None:
    """See that neither folder lies in the other.

    Raises:
        BackupRefused: one does.

    """
    first, second = one.resolve(), other.resolve()
    if first == second or first in second.parents or second in first.parents:
        raise BackupRefused(file=other, reason=N_("archive and backup must not lie in each other"))


def json_form(done: BackedUp) -> dict[str, Any]:
    """The result for scripts."""
    data = asdict(replace(done, problems=()))
    del data["problems"]
    return {**data, "folder": str(done.folder.absolute()), "left_out": list(done.left_out)}
