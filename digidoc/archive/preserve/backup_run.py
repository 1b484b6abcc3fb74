"""One run of a backup: snapshot of the catalogue, objects, refusals, the office's own folders, log; see `backup`."""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from digidoc import AGENT
from digidoc.archive.archive import Archive
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import translated
from digidoc.archive.errors import BackupRefused
from digidoc.archive.events import log
from digidoc.archive.inbox import enclosed
from digidoc.archive.layout import CATALOG, CONFIG, LOG, STORE, TARGETS, TRUST, ArchiveLayout
from digidoc.archive.preserve import backup_manifest
from digidoc.archive.preserve.backup_manifest import Manifest
from digidoc.archive.refusals import Refusals, digest_of
from digidoc.archive.store.copying import Copier
from digidoc.archive.store.inventory import Inventory
from digidoc.archive.store.layout import object_path
from digidoc.archive.store.ocfl import OcflStore
from digidoc.archive.store.protocol import FolderStore
from digidoc.errors import ArchiveDamaged, Problem, from_os
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.progress import Progress

Bar = Callable[[], AbstractContextManager[Progress]]
# The objects of papers that were erased, and of papers whose events named one.
_REWRITTEN: Final = """
    SELECT DISTINCT object_id FROM event
    WHERE object_id <> '' AND (kind = 'deletion' OR substr(detail, 1, 13) = '{"forgotten":')
"""
_TRIES, _PAUSE = 50, 0.05  # seconds; a batch needs two renames to replace an inventory
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


class BackupRun:
    """One run; see the module."""

    def __init__(self, archive: Archive, target: ArchiveLayout, known: Manifest) -> None:
        self._layout, self._store, self._target = archive.layout, archive.store, target
        self._held = OcflStore(target.store, target.unfinished)
        self._manifest = replace(known, running=_now(), agent=AGENT, archive=str(archive.root.absolute()))
        self._copier = Copier(target.root, target.unfinished)
        self._left_out = _key_files(archive)
        self._digests: dict[str, str] = {}
        self._purged: frozenset[str] = frozenset()

    def run(self, bar: Bar) -> BackedUp:
        """Copy what is not there yet.

        Raises:
            OSError: the target takes nothing more; the earlier backup stays usable.

        """
        if not self._manifest.anchors:
            self._manifest = replace(self._manifest, anchors=backup_manifest.anchors(self._store))
        self._manifest.write(self._target)
        kept = self._layout.head
        head_file = kept.read_bytes() if kept.is_file() else None  # before the catalogue: never ahead of it
        self._single_files()
        self._inbox()  # before the objects: what is taken in meanwhile is in one of both
        snapshot = self._target.unfinished / CATALOG
        papers, head, expected = self._snapshot(snapshot)
        self._see_purged(snapshot)
        with bar() as shown:
            shown.expect(expected)
            objects, store_digest = self._objects(shown)
        for file in Refusals(self._layout.refused).files():
            self._copier.file(file, self._layout.path(file), sha256=digest_of(file))
        self._trust()
        self._targets()
        self._copier.flush()
        size = self._place_catalog(snapshot)
        self._log()
        if head_file is not None:
            self._single(kept, head_file)
            self._copier.flush()
        copier = self._copier
        counts = {"papers": papers, "objects": objects, "files": copier.files + 1, "bytes": copier.size + size}
        done = replace(self._manifest, running=None, finished=_now(), counts=counts, files=self._digests)
        anchors = backup_manifest.anchors(self._store)
        replace(done, store_digest=store_digest, audit_head=head, anchors=anchors).write(self._target)
        return BackedUp(
            self._target.root,
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

    def _place_catalog(self, snapshot: Path) -> int:
        """Give the copy of the catalogue its name; its size in bytes."""
        self._digests[CATALOG] = disk.sha256_of(snapshot)
        size = snapshot.stat().st_size
        disk.replace(snapshot, self._target.catalog)
        disk.sync_folder(self._target.root)
        return size

    def _snapshot(self, place: Path) -> tuple[int, Mapping[str, Any], int]:
        """Write a copy of the catalogue; its papers, the head of its chain of events, and how many objects it names."""
        disk.write_new(place, b"", mode=disk.WRITABLE_MODE)
        with (
            closing(Catalog.open(self._layout.catalog)) as catalog,
            closing(sqlite3.connect(place)) as copy,
            translated(place),
        ):
            catalog.db.conn.backup(copy)
            # One file that can be read from a disk that takes no writing, too.
            copy.execute("PRAGMA journal_mode = DELETE")
            (papers,) = copy.execute("SELECT count(*) FROM paper").fetchone()
            (objects,) = copy.execute("SELECT count(DISTINCT object_id) FROM paper").fetchone()
            head = copy.execute("SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1").fetchone()
        disk.sync_file(place)
        return papers, dict(zip(("sequence", "hash"), head or (0, ""), strict=True)), objects

    def _see_purged(self, snapshot: Path) -> None:
        """See which objects were written anew for a paper that was erased, and let go of refusals of such papers."""
        with closing(sqlite3.connect(snapshot)) as copy, translated(snapshot):
            papers = {paper for (paper,) in copy.execute("SELECT paper_id FROM paper WHERE state = 'purged'")}
            objects = copy.execute(_REWRITTEN).fetchall() if papers else []
        self._purged = frozenset(str(object_path(identifier)) for (identifier,) in objects)
        if papers:
            for file in [file for file in Refusals(self._target.refused).files() if file.name.split(".")[0] in papers]:
                disk.remove_file(file)

    def _log(self) -> None:
        """Bring the log of the events to where the catalogue is that the backup has now."""
        file = self._target.log
        before = file.stat().st_size if file.is_file() else 0
        with closing(Catalog.open(self._target.catalog)) as catalog:
            if self._purged or not log.publish(catalog.db, file):
                before = 0
                log.rewrite(catalog.db, file)
        size = file.stat().st_size
        self._digests[LOG] = disk.sha256_of(file)
        self._copier.files += 1
        self._copier.size += size
        self._copier.copied += size != before
        self._copier.copied_size += size - before

    def _objects(self, bar: Progress) -> tuple[int, str]:
        """Copy all objects; how many they are, and the digest over them."""
        number, digest = 0, hashlib.sha256()
        for path in self._store.object_paths():
            number += 1
            self._object(path)
            bar.advance(path.rsplit("/", 1)[-1])
            digest.update(backup_manifest.object_line(self._held, path))
        return number, digest.hexdigest()

    def _object(self, path: str) -> None:
        try:
            data, inventory, damage = _settled(self._store, path)
        except ArchiveDamaged as error:
            self._copier.problems.append(error.problem)
            return
        except OSError as error:
            self._copier.problems.append(from_os(error, self._store.root / path).problem)
            return
        if damage is not None:
            self._copier.problems.append(damage.problem)
        held = self._inventory_held(path)
        if held is not None and held.versions != inventory.versions[: len(held.versions)]:
            if path in self._purged:  # written anew without a paper: the backup must not carry that on
                disk.remove_tree(self._held.root / path)
                self._copier.object(self._store, path, inventory, data, f"{STORE}/{path}")
                return
            reason = N_("the backup holds another or a later history of this object")
            self._copier.problems.append(BackupRefused(file=self._held.root / path, reason=reason).problem)
            return
        self._copier.object(self._store, path, inventory, data, f"{STORE}/{path}")

    def _inventory_held(self, path: str) -> Inventory | None:
        """The inventory that the backup has of an object; None when it has none that is intact."""
        try:
            return self._held.inventory_at(path)
        except ArchiveDamaged:
            return None

    def _single_files(self) -> None:
        """The files outside the objects, but for those of the chain of events."""
        places = [self._layout.config, self._layout.readme, self._layout.owner_key]
        places += [self._store.root / path for path in self._store.own_files()]
        for place in places:
            if place.is_file():
                self._single(place, place.read_bytes())

    def _single(self, place: Path, data: bytes) -> None:
        name = self._layout.path(place)
        own = name == CONFIG or name.startswith((f"{TRUST}/", f"{TARGETS}/"))
        mode = disk.WRITABLE_MODE if own else disk.READ_ONLY_MODE
        self._copier.over(data, name, mode=mode)
        self._digests[name] = hashlib.sha256(data).hexdigest()

    def _trust(self) -> None:
        """Certificates, never keys; what the archivist trusts no longer must not come back with the backup."""
        named = {self._layout.place(name).resolve() for name in self._left_out}
        for place in sorted(path for path in self._layout.trust.rglob("*") if path.is_file()):
            data = place.read_bytes()
            if place.resolve() in named:
                continue
            if place.suffix.lower() in _KEY_FILES or b"PRIVATE KEY" in data:
                self._left_out.append(self._layout.path(place))
                continue
            self._single(place, data)
        disk.make_folder(self._target.trust)
        self._forget(self._target.trust)

    def _targets(self) -> None:
        """Target programmes; one that the office has given up must not come back with the backup."""
        for place in sorted(path for path in self._layout.targets.rglob("*") if path.is_file()):
            self._single(place, place.read_bytes())
        self._forget(self._target.targets)

    def _forget(self, folder: Path) -> None:
        """Remove from a folder of the backup what the archive does not have any more."""
        for place in sorted(path for path in folder.rglob("*") if path.is_file()):
            if self._target.path(place) not in self._digests:
                disk.remove_file(place)

    def _inbox(self) -> None:
        """What people said and the archive has not taken in yet; what was taken in since must not come back."""
        for place in sorted(path for path in self._layout.inbox.rglob("*.json") if path.is_file()):
            with suppress(FileNotFoundError):  # taken in meanwhile: the next run has it in an object
                for file in enclosed(place):  # first: it is there as long as what is said of it
                    self._enclosed(file)
                self._single(place, place.read_bytes())
        self._forget(self._target.inbox)

    def _enclosed(self, place: Path) -> None:
        """A file that somebody handed in: a scan, which may be large."""
        name = self._layout.path(place)
        digest = disk.sha256_of(place)
        if self._copier.file(place, name, sha256=digest):
            self._digests[name] = digest


def _settled(store: FolderStore, path: str) -> tuple[bytes, Inventory, ArchiveDamaged | None]:
    """The inventory of an object that a batch may be replacing: what is wrong for a moment only is no damage."""
    for _try in range(_TRIES):
        data, inventory, damage = store.newest_intact(path)
        if damage is None:
            break
        time.sleep(_PAUSE)
    return data, inventory, damage


def _key_files(archive: Archive) -> list[str]:
    """Key files and files of passphrases that digidoc.toml names, as it names them."""
    tables = archive.config.sign.values()
    return sorted({str(table[key]) for table in tables for key in ("key", "pin_file") if key in table})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
