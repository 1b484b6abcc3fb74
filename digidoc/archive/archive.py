"""One archive: a folder with the store, the catalogue and the settings; the only class that other areas talk to."""

import hashlib
import importlib.resources
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from digidoc import AGENT, disk
from digidoc.archive.catalog import batches as registry
from digidoc.archive.catalog import counts, duplicates
from digidoc.archive.catalog import search as searching
from digidoc.archive.catalog.batches import BatchRecord, RunningBatch
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.counts import ArchiveStatus
from digidoc.archive.catalog.query import Filters
from digidoc.archive.catalog.search import ANY, SearchResult
from digidoc.archive.errors import BackupFolder
from digidoc.archive.events.chain import Head
from digidoc.archive.ingest import Draft, Ingest, refusal
from digidoc.archive.lock import LOCK, exclusive
from digidoc.archive.metadata import clean, cleaned
from digidoc.archive.refusals import FOLDER as REFUSED
from digidoc.archive.refusals import Refusals, tidied
from digidoc.archive.register.api import RegisterOfArchive
from digidoc.archive.settings import (
    FORMAT,
    ArchiveConfig,
    check_profile,
    check_stock,
    check_unit,
    config_text,
    read_config,
)
from digidoc.archive.store.ocfl import OcflStore
from digidoc.errors import (
    ArchiveDamaged,
    ArchiveExists,
    DiskFull,
    FileMissing,
    FolderExpected,
    NoArchive,
    ReadOnlyTarget,
    UnknownDossier,
    from_os,
)
from digidoc.i18n import N_
from digidoc.model import ArchiveFigures, Event, PaperRecord, PaperState, Unit

CONFIG: Final = "digidoc.toml"
CATALOG: Final = "catalog.db"
BACKUP: Final = "backup.json"  # stands in the backup of an archive, which looks like one otherwise
STORE, TRUST, SCRATCH, README = "store", "trust", "tmp", "README.txt"


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


class Archive(RegisterOfArchive):
    """An open archive. Close it, or use it as a context manager.

    Attributes:
        root: its folder.
        config: what its digidoc.toml says.
        trust_folder: PEM files that the archivist puts there.

    """

    def __init__(self, root: Path, config: ArchiveConfig, catalog: Catalog) -> None:
        self.root = root
        self.config = config
        self.trust_folder = root / TRUST
        self._catalog = catalog
        self._store = OcflStore(root / STORE, root / SCRATCH)

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
                catalog = _lay_out(folder, config)
        except OSError as error:
            raise from_os(error, folder) from error
        return cls(folder, config, catalog)

    @classmethod
    def locate(cls, folder: Path | None) -> "Archive":
        """Open the archive in `folder`; without one, that of the current folder or the nearest above it.

        Raises:
            NoArchive: there is none.
            ArchiveNewer: a later digidoc made it; nothing was changed.
            ArchiveDamaged: the catalogue or the store is missing or unreadable.
            BadConfiguration: its digidoc.toml cannot be used.

        """
        root, config = located(folder)
        return cls(root, config, Catalog.open(root / CATALOG))

    def close(self) -> None:
        """Let go of the catalogue."""
        self._catalog.close()

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
        if (self.root / BACKUP).is_file():
            raise BackupFolder(file=self.root)
        with exclusive(self.root / LOCK):
            with self.system_errors():
                disk.make_folder(self.root / SCRATCH)
                self._store.recover()
            self._catalog.write_unit(self.config.unit)
            yield

    def staging(self, task_key: str) -> Path:
        """A folder for the results of a task, made if missing; a rerun finds there what was finished before.

        Raises:
            PermissionMissing, ReadOnlyTarget, DiskFull, StorageError: the system's answer.

        """
        folder = self.root / SCRATCH / task_key
        with self.system_errors():
            disk.make_folder(folder)
        return folder

    def discard_staging(self, task_key: str) -> None:
        """Remove the results of a task that were filed; nothing happens when there are none."""
        with self.system_errors():
            disk.remove_tree(self.root / SCRATCH / task_key)

    def task_state(self, paper_id: str) -> tuple[str, PaperState] | None:
        """(task key, state) of a paper; None when it is not known."""
        return self._catalog.task_state(paper_id)

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
            compared = duplicates.noted(self._catalog, code, drafts, datetime.now(UTC))
            records = Ingest(self._store, self.root, self.config.unit).file(code, compared)
        self._catalog.write(*records.values())
        self.publish_head()
        return [records[draft.record.paper_id] for draft in drafts]

    def add_event(self, paper_id: str, event: Event) -> None:
        """Put an event of a filed paper into its object and into the catalogue; call it while `writing`.

        Raises:
            UnknownPaper: there is no such paper.
            ArchiveDamaged: its object cannot be read.
            DiskFull, ReadOnlyTarget, StorageError, PermissionMissing: nothing was changed, or the store has the event
                and a rerun adds it to the catalogue.

        """
        object_id = self._catalog.paper(paper_id).object_id
        with self.system_errors():
            record = Ingest(self._store, self.root, self.config.unit).add_event(paper_id, object_id, event)
        self._catalog.write(record)
        self.publish_head()

    def refuse(self, record: PaperRecord) -> None:
        """Note that a paper could not be taken: a file in `refused`, then an entry and an event in the catalogue.

        A refusal that is known from an earlier run is not noted again. A paper that is in the store already stays as it
        is, and only the event is added.

        Raises:
            DiskFull, ReadOnlyTarget, StorageError, ArchiveDamaged: it cannot be written.

        """
        known = self._catalog.task_state(record.paper_id)
        if known is not None and known[1] is PaperState.REFUSED and known[0] == record.task_key:
            return
        refused = refusal(cleaned(replace(record, problem=tidied(record.problem or {}))))
        with self.system_errors():
            refused = Refusals(self.root / REFUSED).put(refused, self.config.unit)
        if known is None or known[1] is PaperState.REFUSED:
            self._catalog.write(refused)
        else:
            self._catalog.write_events(refused.events, paper_id=record.paper_id)
        self.publish_head()

    def search(self, query: str, limit: int = 20, *, offset: int = 0, filters: Filters = ANY) -> SearchResult:
        """Papers that match, best first; see `digidoc.archive.catalog.search`. No query is an error."""
        return searching.search(self._catalog, query, limit, offset=offset, filters=filters)

    def paper(self, paper_id: str) -> PaperRecord:
        """All that is known of a paper; paths of its files count from `root`.

        Raises:
            UnknownPaper: there is no such paper.

        """
        return self._catalog.paper(paper_id)

    def papers_of(self, dossier: str) -> list[PaperRecord]:
        """The papers of a dossier in the order in which they came.

        Raises:
            UnknownDossier: there is no such dossier.

        """
        ids = self._catalog.papers_of(clean(dossier))
        if ids is None:
            raise UnknownDossier(dossier=dossier)
        return [self._catalog.paper(found) for found in ids]

    def unsigned(self) -> dict[str, str | None]:
        """The papers that have a searchable PDF and no signed one: id and dossier, the papers of a dossier together."""
        return self._catalog.unsigned()

    def status(self) -> ArchiveStatus:
        """How many papers stand where, and which need a person."""
        return counts.status(self._catalog)

    def figures(self, until: datetime | None = None) -> ArchiveFigures:
        """The plain numbers behind a report; what came after `until` is left out."""
        return counts.figures(self._catalog, self.config, until)

    def file_path(self, paper_id: str, role: str) -> Path:
        """Where a file of a paper lies.

        Raises:
            UnknownPaper: there is no such paper.
            FileMissing: it has no file of that role.

        """
        for file in self.paper(paper_id).files:
            if file.role == role:
                return self.root / file.path
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
        event = Event(datetime.now(UTC), kind, outcome, AGENT, detail)
        self._catalog.write_events([event], object_id=object_id)
        self.publish_head()

    @contextmanager
    def batch(self, options: Mapping[str, Any]) -> Iterator[RunningBatch]:
        """Write down that a run files papers; set the `counts` of what it gives before the context ends.

        Args:
            options: what the run was told, as JSON has it.

        """
        with registry.batch(self._catalog, AGENT, options) as running:
            yield running
        # A full disk is told with the papers that it stopped; the next write brings the files beside the catalogue on.
        with suppress(DiskFull, ReadOnlyTarget):
            self.publish_head()

    def batches(self) -> list[BatchRecord]:
        """The runs that filed papers, oldest first."""
        return registry.batches(self._catalog)

    @property
    def catalog(self) -> Catalog:
        """The catalogue, for the modules of this area."""
        return self._catalog

    @property
    def store_folder(self) -> Path:
        """The OCFL storage root."""
        return self.root / STORE

    def audit_head(self) -> Head:
        """The newest entry of the chain of events: its number and its hash. Whoever keeps it can check the chain."""
        return self._catalog.head()

    def publish_head(self) -> None:
        """Bring the files that keep the chain and its head up to date; see `digidoc.archive.events.events`.

        Raises:
            DiskFull, ReadOnlyTarget, StorageError, ArchiveDamaged: it cannot be written.

        """
        with self.system_errors():
            self._catalog.publish_head()

    def system_errors(self) -> AbstractContextManager[None]:
        """Turn what the operating system raises into an error of digidoc's."""
        return _from_os(self.root)


def located(folder: Path | None) -> tuple[Path, ArchiveConfig]:
    """The archive in `folder`, or that of the current folder or the nearest above it: its folder and its settings.

    Raises:
        NoArchive, ArchiveNewer, BadConfiguration: see `Archive.locate`.
        ArchiveDamaged: the store is missing.

    """
    here = Path.cwd() if folder is None else folder
    above = (here, *here.parents) if folder is None else (here,)
    try:
        root = next((place for place in above if (place / CONFIG).is_file()), None)
    except OSError as error:
        raise from_os(error, here) from error
    if root is None:
        raise NoArchive(file=here)
    config = read_config(root / CONFIG)
    if not (root / STORE).is_dir():
        raise ArchiveDamaged(file=root / STORE, reason=N_("the folder is missing"))
    return root, config


@contextmanager
def _from_os(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise from_os(error, error.filename or root) from error


@contextmanager
def all_or_nothing(folder: Path) -> Iterator[None]:
    """Make a folder; when the work in it fails, leave things as they were."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        disk.make_folder(folder)
        yield
        for place in made:
            disk.sync_folder(place.parent)
    except BaseException:
        for entry in folder.iterdir() if folder.is_dir() else ():
            disk.remove_tree(entry) if entry.is_dir() else disk.remove_file(entry)
        for place in made:
            if place.is_dir():
                place.rmdir()
        raise


def _lay_out(folder: Path, config: ArchiveConfig) -> Catalog:
    """Write an archive into an empty folder; digidoc.toml comes last, for it is what makes the folder an archive."""
    folder.chmod(disk.FOLDER_MODE)
    OcflStore.create(folder / STORE, folder / SCRATCH)
    disk.make_folder(folder / TRUST)
    readme = importlib.resources.files("digidoc.archive").joinpath(README).read_text(encoding="utf-8")
    disk.write_new(folder / README, readme.encode())
    catalog = Catalog.create(folder / CATALOG)
    try:
        catalog.write_unit(config.unit)
        made = {"unit": config.unit.code, "profile": config.profile}
        catalog.write_events([Event(datetime.now(UTC), "creation", "success", AGENT, made)])
        catalog.publish_head()
        disk.sync_folder(folder)
        disk.write_over(folder / CONFIG, config_text(config).encode(), mode=disk.WRITABLE_MODE)
    except BaseException:
        catalog.close()
        raise
    return catalog
