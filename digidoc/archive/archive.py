"""One archive: a folder with the store, the catalogue and the settings; the only class that other areas talk to."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from digidoc.archive.browsing.api import BrowsingOfArchive
from digidoc.archive.catalog import batches, counts, duplicates, listing, settled
from digidoc.archive.catalog.batches import BatchRecord, RunningBatch
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.counts import ArchiveStatus
from digidoc.archive.catalog.listing import Queue, QueueOrder
from digidoc.archive.errors import BackupFolder, NotRefused
from digidoc.archive.events import clerk
from digidoc.archive.events.chain import Head
from digidoc.archive.folder import all_or_nothing, lay_out, located, system_errors
from digidoc.archive.ingest import Draft, Ingest, forgotten, refusal
from digidoc.archive.layout import ArchiveLayout
from digidoc.archive.lock import exclusive
from digidoc.archive.metadata import clean, cleaned
from digidoc.archive.refusals import Refusals, tidied
from digidoc.archive.register.api import RegisterOfArchive
from digidoc.archive.settings import FORMAT, ArchiveConfig, check_profile, check_stock, check_unit
from digidoc.archive.store.inventory import INVENTORY
from digidoc.archive.store.ocfl import OcflStore
from digidoc.archive.store.protocol import FolderStore
from digidoc.errors import (
    ArchiveExists,
    DiskFull,
    FileMissing,
    FolderExpected,
    ReadOnlyTarget,
    UnknownDossier,
    from_os,
)
from digidoc.files import disk
from digidoc.formats.codec import stamp
from digidoc.i18n import N_
from digidoc.model import ArchiveFigures, Event, PaperRecord, PaperState, Unit

_PAPER_ID: Final = re.compile(r"P-[0-9a-f]{16}")


def paper_id(dossier: str | None, name: str, sha256: str) -> str:
    """The stable id of a paper: `P-` and 16 hex digits.

    Args:
        dossier: code of the dossier; None for a loose paper.
        name: file name of the original.
        sha256: of the original, lower-case hex.

    """
    parts = (dossier or "", name, sha256)
    digest = hashlib.sha256("\0".join(map(clean, parts)).encode())
    return f"P-{digest.hexdigest()[:16]}"


def is_paper_id(text: str) -> bool:
    """Whether the text has the form of a paper's id."""
    return _PAPER_ID.fullmatch(text) is not None


class Archive(RegisterOfArchive, BrowsingOfArchive):
    """An open archive. Close it, or use it as a context manager.

    Attributes:
        layout: where things lie in its folder.
        root: its folder.
        trust_folder: PEM files that the archivist puts there.
        config: what its digidoc.toml says.
        catalog: the catalogue, for the modules of this area.
        store: the store, likewise.

    """

    def __init__(self, layout: ArchiveLayout, config: ArchiveConfig, catalog: Catalog) -> None:
        self.layout = layout
        self.root = layout.root
        self.trust_folder = layout.trust
        self.config = config
        self.catalog = catalog
        self.store: FolderStore = OcflStore(layout.store, layout.scratch)

    @classmethod
    def create(
        cls, folder: Path, *, unit: Unit, profile: str, stock: int | None = None, target: str | None = None
    ) -> "Archive":
        """Make a new archive; when that fails, nothing of it is left.

        Args:
            folder: a new or empty folder.
            unit: the office.
            profile: commune, district or province.
            stock: results in force on paper; None when unknown.
            target: name of the target programme that reports compare with.

        Raises:
            ArchiveExists: the folder is not empty.
            FolderExpected: it is a file.
            UnknownProfile, BadConfiguration: a value cannot be used.
            PermissionMissing, DiskFull, ReadOnlyTarget, StorageError: the system's answer.

        """
        check_profile(profile)
        check_unit(unit)
        config = ArchiveConfig(FORMAT, unit, profile, check_stock(stock), target)
        try:
            if folder.exists() and not folder.is_dir():
                raise FolderExpected(file=folder, reason=N_("a file stands where the folder should be"))
            if folder.is_dir() and any(folder.iterdir()):
                raise ArchiveExists(file=folder)
            with all_or_nothing(folder):
                catalog = lay_out(ArchiveLayout(folder), config)
        except OSError as error:
            raise from_os(error, folder) from error
        return cls(ArchiveLayout(folder), config, catalog)

    @classmethod
    def locate(cls, folder: Path | None) -> "Archive":
        """Open the archive in `folder`; without one, that of the current folder or the nearest above it.

        Raises:
            NoArchive: there is none.
            ArchiveNewer: a later digidoc made it; nothing was changed.
            ArchiveDamaged: the catalogue or the store is missing or unreadable.
            BadConfiguration: its digidoc.toml cannot be used.

        """
        layout, config = located(folder)
        return cls(layout, config, Catalog.open(layout.catalog))

    def close(self) -> None:
        """Close the catalogue."""
        self.catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only process that writes while the context lasts; finishes what a killed one left in the store.

        Raises:
            ArchiveLocked: another process writes.
            BackupFolder: it is the backup of an archive.
            PermissionMissing, ReadOnlyTarget, DiskFull, StorageError: the system's answer.

        """
        if self.layout.backup.is_file():
            raise BackupFolder(file=self.root)
        with exclusive(self.layout.lock):
            with self.system_errors():
                disk.make_folder(self.layout.scratch)
                self.store.recover()
            self.catalog.write_unit(self.config.unit)
            yield

    def staging(self, task_key: str) -> Path:
        """A folder for the results of a task, made if missing; a rerun finds there what was finished before.

        Raises:
            PermissionMissing, ReadOnlyTarget, DiskFull, StorageError: the system's answer.

        """
        folder = self.layout.scratch / task_key
        with self.system_errors():
            disk.make_folder(folder)
        return folder

    def discard_staging(self, task_key: str) -> None:
        """Remove the results of a task that were filed; nothing happens when there are none."""
        with self.system_errors():
            disk.remove_tree(self.layout.scratch / task_key)

    def task_state(self, paper_id: str) -> tuple[str, PaperState] | None:
        """(task key, state) of a paper; None when it is not known."""
        return self.catalog.task_state(paper_id)

    def file(self, dossier: str | None, drafts: Sequence[Draft]) -> list[PaperRecord]:
        """Put papers into the store and the catalogue; call it while `writing`.

        All drafts of a dossier make one new version of its object, a loose paper is an object of its own. Then one
        transaction in the catalogue has all of them. A paper whose files the object's newest version has already (a
        process was killed between store and catalogue) makes no new version. A paper that is filed again with another
        task key replaces its derived files; older versions keep them. A paper that the archive seems to have already is
        filed all the same, with an event that names the other one; see `digidoc.archive.catalog.duplicates`.

        Args:
            dossier: its code; None for loose papers.
            drafts: papers with the files to store; a paper given twice counts once, the last.

        Returns:
            The records as the catalogue has them, one for each draft, in order.

        Raises:
            UnreadableFile: an original is not the one that was digitized.
            FileMissing, PermissionMissing, DiskFull, ReadOnlyTarget, StorageError: the system's answer. Nothing of the
                drafts is visible then, or the store has all of them and a rerun only adds them to the catalogue.
            ArchiveDamaged: the object in the store cannot be read.

        """
        with self.system_errors():
            code = None if dossier is None else clean(dossier)
            compared = duplicates.noted(self.catalog, code, drafts, datetime.now(UTC))
            records = Ingest(self.store, self.config.unit).file(code, compared)
        self.catalog.write(*records.values())
        self.publish_head()
        return [records[draft.record.paper_id] for draft in drafts]

    def caught_up(self, paper_id: str) -> PaperRecord:
        """A paper as the store has it; the catalogue is brought there where a killed process left it behind.

        Call it while `writing`.

        Raises:
            UnknownPaper: there is no such paper.
            ArchiveDamaged: its object cannot be read.
            DiskFull, ReadOnlyTarget, StorageError, PermissionMissing: the catalogue cannot be written.

        """
        record = self.catalog.paper(paper_id)
        if not record.object_id:
            return record
        with self.system_errors():
            inventory = self.store.inventory(record.object_id)
            stored = None if inventory is None else Ingest(self.store, self.config.unit).stored(inventory, paper_id)
        if stored is None or stored.object_version == record.object_version:
            return record
        self.catalog.write(stored)
        self.publish_head()
        return self.catalog.paper(paper_id)

    def next_version(self, object_id: str) -> str:
        """The number that the next version of an object will have, such as v3; call it while `writing`."""
        with self.system_errors():
            inventory = self.store.inventory(object_id)
        return "v1" if inventory is None else f"v{len(inventory.versions) + 1}"

    def version_costs(self, object_id: str) -> int:
        """Bytes that a further version of an object writes whatever it says: its inventory lists all versions."""
        try:
            return (self.store.folder(object_id) / INVENTORY).stat().st_size
        except FileNotFoundError:
            return 0

    def add_event(self, paper_id: str, event: Event) -> None:
        """Put an event of a filed paper into its object and into the catalogue; call it while `writing`.

        Raises:
            UnknownPaper: there is no such paper.
            ArchiveDamaged: its object cannot be read.
            DiskFull, ReadOnlyTarget, StorageError, PermissionMissing: nothing was changed, or the store has the event
                and a rerun adds it to the catalogue.

        """
        object_id = self.catalog.paper(paper_id).object_id
        with self.system_errors():
            record = Ingest(self.store, self.config.unit).add_event(paper_id, object_id, event)
        self.catalog.write(record)
        self.publish_head()

    def set_aside(self, paper_id: str, event: Event, to: Sequence[str] = (), *, bare: bool = False) -> PaperRecord:
        """Take a paper out of use, in its object and in the catalogue; call it while `writing`. Nothing is erased.

        Args:
            paper_id: the paper.
            event: who did so, and why: its detail has the `kind` and the id of the `operation`. Done twice, it counts
                once.
            to: ids of the papers that stand in its place.
            bare: its files, pages and fields went to these.

        Raises:
            UnknownPaper: there is no such paper.
            ArchiveDamaged: its object cannot be read.
            DiskFull, ReadOnlyTarget, StorageError, PermissionMissing: see `add_event`.

        """
        object_id = self.catalog.paper(paper_id).object_id
        with self.system_errors():
            record = Ingest(self.store, self.config.unit).set_aside(paper_id, object_id, event, to, bare=bare)
        return self._written(record)

    def take_back(self, paper_id: str, event: Event, state: PaperState) -> PaperRecord:
        """Bring a paper back into use that was set aside with its files; see `set_aside`.

        Args:
            paper_id: the paper.
            event: who did so, with the id of the `operation`.
            state: where it stood before.

        """
        object_id = self.catalog.paper(paper_id).object_id
        with self.system_errors():
            record = Ingest(self.store, self.config.unit).take_back(paper_id, object_id, event, state)
        return self._written(record)

    def _written(self, record: PaperRecord) -> PaperRecord:
        self.catalog.write(record)
        self.publish_head()
        return record

    def refuse(self, record: PaperRecord) -> None:
        """Note that a paper could not be taken: a file in `refused`, then an entry and an event in the catalogue.

        A refusal that is known from an earlier run is not noted again. A paper that is in the store already stays as it
        is, and only the event is added.

        Raises:
            DiskFull, ReadOnlyTarget, StorageError, ArchiveDamaged: it cannot be written.

        """
        known = self.catalog.task_state(record.paper_id)
        if known is not None and known[1] is PaperState.REFUSED and known[0] == record.task_key:
            return
        refused = refusal(cleaned(replace(record, problem=tidied(record.problem or {}))))
        with self.system_errors():
            refused = Refusals(self.layout.refused).put(refused, self.config.unit)
        if known is None or known[1] is PaperState.REFUSED:
            self.catalog.write(refused)
        else:
            self.catalog.write_events(refused.events, paper_id=record.paper_id)
        self.publish_head()

    def forget_refusal(self, paper_id: str) -> bool:
        """Note that nobody has to do anything about a refusal any more; call it while `writing`.

        The refusal stays, with one more file in `refused` and an event; it leaves the lists and the counts. The same
        file is not refused anew when it is met again.

        Returns:
            Whether there was something to do: a refusal that is settled already stays as it is.

        Raises:
            UnknownPaper: there is no such paper.
            NotRefused: it is in the archive.
            DiskFull, ReadOnlyTarget, StorageError, ArchiveDamaged: it cannot be written.

        """
        record = self.catalog.paper(paper_id)
        if record.state is not PaperState.REFUSED:
            raise NotRefused(paper=paper_id)
        if settled.is_settled(self.catalog.db, paper_id):
            return False
        with self.system_errors():
            record = Refusals(self.layout.refused).forget(forgotten(record), self.config.unit)
        self.catalog.write(record)
        self.publish_head()
        return True

    def queue(self, order: QueueOrder, limit: int, dossiers: Sequence[str] = ()) -> Queue:
        """The beginning of what a person has to look at; see `listing.queue`."""
        return listing.queue(self.catalog, order, limit, dossiers)

    def conflicted(self) -> tuple[str, ...]:
        """The papers of which people said different things."""
        return listing.conflicted(self.catalog)

    def paper(self, paper_id: str) -> PaperRecord:
        """All that is known of a paper; paths of its files count from `root`.

        Raises:
            UnknownPaper: there is no such paper.

        """
        return self.catalog.paper(paper_id)

    def papers_of(self, dossier: str) -> list[PaperRecord]:
        """The papers of a dossier in the order in which they came.

        Raises:
            UnknownDossier: there is no such dossier.

        """
        ids = self.catalog.papers_of(clean(dossier))
        if ids is None:
            raise UnknownDossier(dossier=dossier)
        return [self.catalog.paper(found) for found in ids]

    def unsigned(self) -> dict[str, tuple[str | None, PaperState]]:
        """The papers that have a searchable PDF and no signed one: dossiers and states by id, dossier by dossier."""
        return self.catalog.unsigned()

    def doubted(self, doubt: str) -> dict[str, tuple[str | None, PaperState]]:
        """The papers with a doubt of this code: likewise."""
        return self.catalog.doubted(doubt)

    def waiting(self) -> int:
        """How many corrections and decisions of people wait in the inbox to be taken in."""
        return sum(1 for _file in self.layout.inbox.rglob("*.json"))

    def status(self) -> ArchiveStatus:
        """How many papers stand where, and which need a person."""
        return counts.status(self.catalog)

    def figures(self, until: datetime | None = None) -> ArchiveFigures:
        """The plain numbers behind a report; what came after `until` is left out."""
        return counts.figures(self.catalog, self.config, until)

    def file_path(self, paper_id: str, role: str) -> Path:
        """Where a file of a paper lies.

        Raises:
            UnknownPaper: there is no such paper.
            FileMissing: it has no file of that role.

        """
        for file in self.paper(paper_id).files:
            if file.role == role:
                return self.layout.place(file.path)
        raise FileMissing(file=f"{paper_id} ({role})")

    def note(self, kind: str, outcome: str, detail: Mapping[str, Any], object_id: str = "") -> None:
        """Add an event to the chain: what was done to the archive or to one of its objects.

        Args:
            kind: word of the PREMIS event types, such as "fixity check".
            outcome: "success" or "fail".
            detail: what there is to say, as JSON has it.
            object_id: the OCFL object it is about; empty for the whole archive.

        Raises:
            DiskFull, ReadOnlyTarget, StorageError, ArchiveDamaged: it cannot be written.

        """
        self.catalog.write_events([clerk.event(kind, outcome, detail)], object_id=object_id)
        self.publish_head()

    @contextmanager
    def batch(self, options: Mapping[str, Any]) -> Iterator[RunningBatch]:
        """Write down that a run files papers; set the `counts` of what it gives before the context ends.

        Args:
            options: of the command, as JSON has them.

        """
        with batches.batch(self.catalog, options) as running:
            yield running
        # A full disk stands in the outcomes of the papers that it stopped; the next write updates log and head.
        with suppress(DiskFull, ReadOnlyTarget):
            self.publish_head()

    def batches(self) -> list[BatchRecord]:
        """The runs that filed papers, oldest first."""
        return batches.batches(self.catalog)

    def event_details(self, kind: str, since: datetime | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The papers and the details of all events of a kind; see `counts.details`."""
        return counts.details(self.catalog, kind, "" if since is None else stamp(since))

    def audit_head(self) -> Head:
        """The newest entry of the chain of events: its number and its hash. Whoever keeps it can check the chain."""
        return self.catalog.head()

    def publish_head(self) -> None:
        """Bring the files that keep the chain and its head up to date; see `digidoc.archive.events.events`.

        Raises:
            DiskFull, ReadOnlyTarget, StorageError, ArchiveDamaged: it cannot be written.

        """
        with self.system_errors():
            self.catalog.publish_head()

    def system_errors(self) -> AbstractContextManager[None]:
        """Turn what the operating system raises into an error of digidoc's."""
        return system_errors(self.root)
