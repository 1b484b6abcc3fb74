"""Backing up an archive into a folder: only what is not there yet is copied, and a batch may run meanwhile.

Order. First a snapshot of the catalogue, then every object of the store: the catalogue is written after the store, so
all that the snapshot refers to is there. Files of a store never change and are copied once. An object's inventory is
copied after its files; one that a batch is just replacing is read again until it fits the digest beside it. At the end
the snapshot gets its name, and the log and the head of its chain of events follow. Whenever a run breaks off, the
backup holds the catalogue of the last whole run and all that it refers to, and the same command goes on.
"""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from digidoc import AGENT, disk
from digidoc.archive import refusals
from digidoc.archive.archive import Archive
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import translated
from digidoc.archive.errors import BackupRefused, NoBackup
from digidoc.archive.events import log as event_log
from digidoc.archive.events.events import HEAD_FILE
from digidoc.archive.events.log import LOG_FILE
from digidoc.archive.lock import LOCK, exclusive
from digidoc.archive.preserve import backup_manifest as manifests
from digidoc.archive.preserve.backup_manifest import CATALOG, CONFIG, README, STORE, TRUST, UNFINISHED, Manifest
from digidoc.archive.register.owner_key import KEY_FILE
from digidoc.archive.store.copying import Copier, newest_sealed
from digidoc.archive.store.inventory import Inventory
from digidoc.archive.store.objects import inventory_of, sealed
from digidoc.archive.store.walk import object_folders
from digidoc.errors import (
    ArchiveDamaged,
    ArchiveLocked,
    FolderExpected,
    PermissionMissing,
    Problem,
    StorageError,
    from_os,
)
from digidoc.i18n import N_
from digidoc.masking import masked
from digidoc.progress import Progress

Bar = Callable[[], AbstractContextManager[Progress]]
_TRIES, _PAUSE = 50, 0.05  # seconds; a batch needs two renames to replace an inventory
_KIND: Final = "replication"  # PREMIS event type
_KEY_FILES: Final = frozenset({".p12", ".pfx", ".key"})


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds after a run.

    Attributes:
        folder: the backup.
        papers: in its catalogue.
        objects: in its store.
        files: of the whole backup, `size` in bytes.
        copied: files that this run copied, `copied_size` in bytes.
        noted: whether the archive has an event that says so; one that takes no writing has none.
        left_out: key files that are named in digidoc.toml or lie in `trust`; no backup has them.
        problems: what is damaged in the archive and could not be copied.

    """

    folder: Path
    papers: int
    objects: int
    files: int
    size: int
    copied: int
    copied_size: int
    noted: bool
    left_out: tuple[str, ...]
    problems: tuple[Problem, ...]


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
    with _system_errors(target):
        known = _known(archive, target)
        disk.make_folder(target)
        with exclusive(target / LOCK):
            disk.remove_tree(target / UNFINISHED)
            disk.make_folder(target / UNFINISHED)
            try:
                done = _Run(archive, target, known).run(bar)
            finally:
                disk.remove_tree(target / UNFINISHED)
    return replace(done, noted=_noted(archive, done))


def _noted(archive: Archive, done: BackedUp) -> bool:
    """Add an event to the archive, after the backup was made: it is in the next one. Whether that could be done."""
    if (archive.root / manifests.NAME).is_file():
        return False  # the archive is a backup itself, and stays as it is
    counts = {"papers": done.papers, "objects": done.objects, "files": done.files, "bytes": done.size}
    detail = {"folder": str(done.folder.absolute()), **counts, "damaged": len(done.problems)}
    try:
        archive.note(_KIND, "fail" if done.problems else "success", masked(detail))
    except (StorageError, PermissionMissing, ArchiveLocked):
        return False  # the backup is whole all the same
    return True


class _Run:
    """One run; see the module."""

    def __init__(self, archive: Archive, target: Path, known: Manifest) -> None:
        self._root, self._config, self._target = archive.root, archive.config, target
        self._manifest = replace(known, running=_now(), agent=AGENT, archive=str(archive.root.absolute()))
        self._copier = Copier(target, target / UNFINISHED)
        self._left_out = _key_files(archive)
        self._digests: dict[str, str] = {}

    def run(self, bar: Bar) -> BackedUp:
        if not self._manifest.anchors:
            self._manifest = replace(self._manifest, anchors=manifests.anchors(self._root))
        self._manifest.write(self._target)
        kept = self._root / HEAD_FILE
        head_file = kept.read_bytes() if kept.is_file() else None  # before the catalogue: never ahead of it
        self._single_files()
        snapshot = self._target / UNFINISHED / CATALOG
        papers, head, expected = self._snapshot(snapshot)
        with bar() as shown:
            shown.expect(expected)
            objects, store_digest = self._objects(shown)
        for file in refusals.Refusals(self._root / refusals.FOLDER).files():
            place = file.relative_to(self._root).as_posix()
            self._copier.file(file, place, sha256=file.name.split(".")[1])
        self._trust()
        self._copier.flush()
        self._digests[CATALOG] = disk.sha256_of(snapshot)
        size = snapshot.stat().st_size
        disk.replace(snapshot, self._target / CATALOG)
        disk.sync_folder(self._target)
        self._log()
        if head_file is not None:
            self._single(kept, head_file)
            self._copier.flush()
        copier = self._copier
        counts = {"papers": papers, "objects": objects, "files": copier.files + 1, "bytes": copier.size + size}
        done = replace(self._manifest, running=None, finished=_now(), counts=counts, files=self._digests)
        done = replace(done, store_digest=store_digest, audit_head=head, anchors=manifests.anchors(self._root))
        done.write(self._target)
        return BackedUp(
            self._target,
            papers,
            objects,
            copier.files + 1,
            copier.size + size,
            copier.copied + 1,
            copier.copied_size + size,
            False,
            tuple(self._left_out),
            tuple(copier.problems),
        )

    def _snapshot(self, place: Path) -> tuple[int, Mapping[str, Any], int]:
        """Write a copy of the catalogue; its papers, the head of its chain of events, and how many objects it names."""
        disk.write_new(place, b"", mode=disk.WRITABLE_MODE)
        source = self._root / CATALOG
        with closing(Catalog.open(source)) as catalog, closing(sqlite3.connect(place)) as copy, translated(place):
            catalog.db.conn.backup(copy)
            # One file that can be read from a disk that takes no writing, too.
            copy.execute("PRAGMA journal_mode = DELETE")
            (papers,) = copy.execute("SELECT count(*) FROM paper").fetchone()
            (objects,) = copy.execute("SELECT count(DISTINCT object_id) FROM paper").fetchone()
            head = copy.execute("SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1").fetchone()
        disk.sync_file(place)
        return papers, dict(zip(("sequence", "hash"), head or (0, ""), strict=True)), objects

    def _log(self) -> None:
        """Bring the log of the events to where the catalogue is that the backup has now."""
        log = self._target / LOG_FILE
        before = log.stat().st_size if log.is_file() else 0
        with closing(Catalog.open(self._target / CATALOG)) as catalog:
            if not event_log.publish(catalog.db, log):
                before = 0
                event_log.rewrite(catalog.db, log)
        size = log.stat().st_size
        self._digests[LOG_FILE] = disk.sha256_of(log)
        self._copier.files += 1
        self._copier.size += size
        self._copier.copied += size != before
        self._copier.copied_size += size - before

    def _objects(self, bar: Progress) -> tuple[int, str]:
        """Copy all objects; how many they are, and the digest over them."""
        number, digest = 0, hashlib.sha256()
        for path in object_folders(self._root / STORE):
            number += 1
            self._object(path)
            bar.advance(path.rsplit("/", 1)[-1])
            digest.update(object_line(self._target, path))
        return number, digest.hexdigest()

    def _object(self, path: str) -> None:
        folder, store = self._root / STORE / path, self._root / STORE
        try:
            data, inventory, damage = _settled(folder, store)
        except (ArchiveDamaged, OSError) as error:
            told = error if isinstance(error, ArchiveDamaged) else from_os(error, folder)
            self._copier.problems.append(told.problem)
            return
        if damage is not None:
            self._copier.problems.append(damage.problem)
        held = _held(self._target / STORE / path, self._target / STORE)
        if held is not None and held.versions != inventory.versions[: len(held.versions)]:
            reason = N_("the backup holds another or a later history of this object")
            self._copier.problems.append(BackupRefused(file=self._target / STORE / path, reason=reason).problem)
            return
        self._copier.object(folder, inventory, data, f"{STORE}/{path}")

    def _single_files(self) -> None:
        """The files outside the objects, but for those of the chain of events."""
        places = [self._root / name for name in (CONFIG, README, KEY_FILE)]
        places += [path for path in sorted((self._root / STORE).iterdir()) if path.is_file()]
        places += sorted(path for path in (self._root / STORE / "extensions").rglob("*") if path.is_file())
        for place in places:
            if place.is_file():
                self._single(place, place.read_bytes())

    def _single(self, place: Path, data: bytes) -> None:
        name = place.relative_to(self._root).as_posix()
        mode = disk.WRITABLE_MODE if name == CONFIG or name.startswith(TRUST) else disk.READ_ONLY_MODE
        self._copier.over(data, name, mode=mode)
        self._digests[name] = hashlib.sha256(data).hexdigest()

    def _trust(self) -> None:
        """Certificates, never keys; what the archivist trusts no longer must not come back with the backup."""
        named = {(self._root / name).resolve() for name in self._left_out}
        for place in sorted(path for path in (self._root / TRUST).rglob("*") if path.is_file()):
            data = place.read_bytes()
            if place.resolve() in named:
                continue
            if place.suffix.lower() in _KEY_FILES or b"PRIVATE KEY" in data:
                self._left_out.append(place.relative_to(self._root).as_posix())
                continue
            self._single(place, data)
        disk.make_folder(self._target / TRUST)
        for place in (path for path in (self._target / TRUST).rglob("*") if path.is_file()):
            if place.relative_to(self._target).as_posix() not in self._digests:
                disk.remove_file(place)


def object_line(root: Path, path: str) -> bytes:
    """What goes into the digest over a store for one object: its path and the digest of its inventory."""
    try:
        return f"{path} {sealed(root / STORE / path)[1]}\n".encode()
    except ArchiveDamaged:
        return f"{path} -\n".encode()


def _known(archive: Archive, target: Path) -> Manifest:
    """The backup.json of an earlier run, or a new one.

    Raises:
        BackupRefused, FolderExpected, BackupDamaged: see `backup`.

    """
    apart(archive.root, target)
    unit = archive.config.unit.code
    if target.exists() and not target.is_dir():
        raise FolderExpected(file=target, reason=N_("a file stands where the folder should be"))
    try:
        known = manifests.read_manifest(target)
    except NoBackup:
        if target.is_dir() and any(path.name not in (UNFINISHED, LOCK) for path in target.iterdir()):
            raise BackupRefused(file=target, reason=N_("the folder is not empty and holds no backup")) from None
        return Manifest(unit, str(archive.root.absolute()), AGENT)
    if not manifests.same_archive(known, archive.root, unit):
        raise BackupRefused(file=target, reason=N_("it is the backup of another archive"))
    return known


def apart(one: Path, other: Path) -> None:
    """See that neither folder lies in the other.

    Raises:
        BackupRefused: one does.

    """
    first, second = one.resolve(), other.resolve()
    if first == second or first in second.parents or second in first.parents:
        raise BackupRefused(file=other, reason=N_("archive and backup must not lie in each other"))


def _settled(folder: Path, store: Path) -> tuple[bytes, Inventory, ArchiveDamaged | None]:
    """The inventory of an object that a batch may be replacing: what is wrong for a moment only is no damage."""
    for _try in range(_TRIES):
        data, inventory, damage = newest_sealed(folder, store)
        if damage is None:
            break
        time.sleep(_PAUSE)
    return data, inventory, damage


def _held(folder: Path, store: Path) -> Inventory | None:
    """The inventory that the backup has of an object; None when it has none that is sound."""
    try:
        return inventory_of(folder, store)
    except ArchiveDamaged:
        return None


def _key_files(archive: Archive) -> list[str]:
    """Key files and files of passphrases that digidoc.toml names, as it names them."""
    tables = archive.config.sign.values()
    return sorted({str(table[key]) for table in tables for key in ("key", "pin_file") if key in table})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _system_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise from_os(error, error.filename or target) from error


def json_form(done: BackedUp) -> dict[str, Any]:
    """The result for scripts."""
    data = asdict(replace(done, problems=()))
    del data["problems"]
    return {**data, "folder": str(done.folder.absolute()), "left_out": list(done.left_out)}
