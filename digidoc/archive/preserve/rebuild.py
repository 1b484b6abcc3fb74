"""Making the catalogue anew from the store alone, and the chain of events from its log.

The store is gone through twice. First every paper's versions are put in the order in which they were filed, on the
disk, so that a million papers need no memory. Then they are written as they came: the new catalogue lists papers and
pages in the order of the old one, and what is found or reported from it comes out equal. The entries of the log come
first, with their numbers and hashes, and the chain goes on from them; events of papers that the log does not have,
because it is damaged or missing, are taken from the objects. The new file is made
beside the old one, checked, and only then renamed into its place.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from digidoc import AGENT, disk
from digidoc.archive import refusals
from digidoc.archive.archive import BACKUP, CATALOG, SCRATCH, STORE, located
from digidoc.archive.catalog import batches as registry
from digidoc.archive.catalog import signature_checks as checks
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import transaction, translated
from digidoc.archive.errors import BackupFolder
from digidoc.archive.events import events
from digidoc.archive.events import log as event_log
from digidoc.archive.events.chain import ORIGIN, Head
from digidoc.archive.events.log import LOG_FILE
from digidoc.archive.ingest import Ingest
from digidoc.archive.lock import LOCK, exclusive
from digidoc.archive.metadata import stamp
from digidoc.archive.preserve.retire import KEPT, retire
from digidoc.archive.register import files as register_files
from digidoc.archive.register import imports as register_import
from digidoc.archive.settings import ArchiveConfig
from digidoc.archive.store import objects as walk
from digidoc.archive.store.inventory import Inventory
from digidoc.archive.store.ocfl import OcflStore
from digidoc.archive.store.walk import object_folders
from digidoc.errors import ArchiveDamaged, Problem, StorageError, from_os
from digidoc.i18n import N_
from digidoc.model import Event, PaperRecord, PaperState
from digidoc.progress import Progress

Bar = Callable[[], AbstractContextManager[Progress]]
_WORKSHOP: Final = "rebuild"
_BROKEN: Final = "SELECT 1 FROM pragma_foreign_key_check WHERE \"table\" <> 'event'"
_METADATA: Final = "metadata.json"
_STEPS: Final = """
    CREATE TABLE step (
        at TEXT, object TEXT, version INTEGER, place INTEGER, paper TEXT, events INTEGER, final INTEGER, refusal TEXT
    )
"""
_IN_ORDER: Final = "SELECT object, paper, events, final, refusal FROM step ORDER BY at, object, version, place"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a new catalogue was made from.

    Attributes:
        root: the archive.
        papers: in the new catalogue, refused ones included.
        refused: of these.
        objects: that were read.
        events: entries of the chain that were taken from its log.
        kept: where the old catalogue is; None when there was none.
        problems: what is damaged and was left out.

    """

    root: Path
    papers: int
    refused: int
    objects: int
    events: int
    kept: Path | None
    problems: tuple[Problem, ...]


def rebuild(folder: Path | None, reading: Bar, writing: Bar) -> Rebuilt:
    """Make the catalogue of an archive anew; the old one is kept as `catalog.db.before-rebuild`.

    Args:
        folder: the archive, or None for the nearest; its catalogue may be missing or damaged.
        reading: opens the bar that counts objects.
        writing: opens the bar that counts papers.

    Raises:
        ArchiveLocked: another process writes, or reads the old catalogue without end.
        NoArchive, ArchiveNewer, BadConfiguration: see `Archive.locate`.
        BackupFolder: it is the backup of an archive.
        ArchiveDamaged: there is no store, or the new catalogue does not hold what it should.
        PermissionMissing, ReadOnlyTarget, DiskFull, StorageError: the system's answer; the old catalogue stays.

    """
    root, config = located(folder)
    if (root / BACKUP).is_file():
        raise BackupFolder(file=root)
    workshop = root / SCRATCH / _WORKSHOP
    _old_version_allows(root / CATALOG)
    with exclusive(root / LOCK), _system_errors(root):
        disk.make_folder(root / SCRATCH)
        _log_of_old(root)
        OcflStore(root / STORE, root / SCRATCH).recover()
        disk.remove_tree(workshop)
        disk.make_folder(workshop)
        try:
            return _Rebuild(root, config, workshop).run(reading, writing)
        finally:
            disk.remove_tree(workshop)


class _Rebuild:
    """One run; see the module."""

    def __init__(self, root: Path, config: ArchiveConfig, workshop: Path) -> None:
        self._root, self._config, self._workshop = root, config, workshop
        self._folder = root / STORE
        self._store = OcflStore(self._folder, root / SCRATCH)
        self._ingest = Ingest(self._store, root, config.unit)
        self._problems: list[Problem] = []
        self._last: tuple[str, Inventory] | None = None
        self._imports: list[str] = []

    def run(self, reading: Bar, writing: Bar) -> Rebuilt:
        new = self._workshop / CATALOG
        with closing(sqlite3.connect(self._workshop / "order.db", isolation_level=None)) as order:
            # A scratch file: what a crash leaves of it is thrown away.
            order.execute("PRAGMA journal_mode = OFF")
            order.execute("PRAGMA synchronous = OFF")
            order.execute(_STEPS)
            order.execute("BEGIN")
            with reading() as bar:
                objects = self._collect(order, bar)
            order.execute("COMMIT")
            with closing(Catalog.create(new)) as catalog, translated(new):
                catalog.db.execute("PRAGMA synchronous = OFF")  # flushed as a whole before it counts
                # A paper that is damaged is left out, the events that tell of it stay: the chain has no gaps.
                catalog.db.execute("PRAGMA foreign_keys = OFF")
                catalog.write_unit(self._config.unit)
                logged = self._chain(catalog)
                with writing() as bar:
                    self._replay(order, catalog, bar)
                self._replay_imports(catalog)
                detail = {
                    "catalogue": "made anew from the store",
                    "events_from_log": logged,
                    "left_out": len(self._problems),
                    "signatures_kept": checks.carry_over(self._root / CATALOG, catalog),
                    "head_before": self._head_before(),
                }
                catalog.write_events([Event(datetime.now(UTC), "recovery", "success", AGENT, detail)])
                counts = _checked(catalog)
                head = catalog.head()
                event_log.rewrite(catalog.db, self._workshop / LOG_FILE)
        disk.sync_file(new)
        kept = retire(self._root / CATALOG)
        # The log, then its head, then the catalogue: wherever this is killed, a rerun finds a head that the log has.
        disk.replace(self._workshop / LOG_FILE, self._root / LOG_FILE)
        disk.sync_folder(self._root)
        events.write_head(self._root / events.HEAD_FILE, head)
        disk.replace(new, self._root / CATALOG)
        disk.sync_folder(self._root)
        return Rebuilt(self._root, *counts, objects, logged, kept, tuple(self._problems))

    def _chain(self, catalog: Catalog) -> int:
        """Take the chain, and the batches that it tells of, from the log; how many entries that are."""
        log, number, hashes = self._root / LOG_FILE, 0, {0: ORIGIN}
        try:
            published = events.read_head(self._root / events.HEAD_FILE) or Head(0, ORIGIN)
        except ArchiveDamaged as error:
            self._problems.append(error.problem)
            published = Head(0, ORIGIN)
        with transaction(catalog.db):
            for entry in event_log.restored(log):
                number = entry.sequence
                if number == published.sequence:
                    hashes[number] = entry.hash
                events.insert(catalog.db, entry)
                registry.take(catalog.db, entry.at, entry.kind, entry.agent, json.loads(entry.detail))
        if hashes.get(published.sequence) != published.hash:
            there = log.is_file()
            if there:
                disk.copy_new(log, self._workshop / "damaged")
                disk.replace(self._workshop / "damaged", log.with_name(f"{log.name}{KEPT}"))
            self._problems.append(ArchiveDamaged(file=log, reason=walk.CHANGED if there else walk.MISSING).problem)
        return number

    def _collect(self, order: sqlite3.Connection, bar: Progress) -> int:
        """Note when every version of every paper was filed, and every refusal; how many objects there are."""
        objects = 0
        for path in object_folders(self._folder):
            folder = self._folder / path
            objects += 1
            with self._noted(folder):
                inventory = walk.inventory_of(folder, self._folder)
                if register_files.is_import(inventory):
                    self._imports.append(inventory.object_id)
                else:
                    self._collect_object(order, folder, inventory)
            bar.advance(folder.name)
        for file in refusals.Refusals(self._root / refusals.FOLDER).files():
            with self._noted(file):
                record = refusals.read(file)
                row = (stamp(record.events[-1].at), "", 0, 0, record.paper_id, 0, 1, str(file))
                order.execute("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return objects

    def _collect_object(self, order: sqlite3.Connection, folder: Path, inventory: Inventory) -> None:
        logical = [path.split("/") for path in inventory.state]
        papers = [parts[1] for parts in logical if len(parts) == 3 and parts[2] == _METADATA]  # noqa: PLR2004 (papers/ID/file)
        places = self._places(inventory)
        for paper_id in papers:
            with self._noted(folder):
                record = self._read(inventory, paper_id)
                filings = [i for i, event in enumerate(record.events, 1) if event.kind == "ingestion"]
                for end in filings or [len(record.events)]:
                    event = record.events[end - 1]
                    final = end == (filings[-1] if filings else end)
                    version = int(str(event.detail.get("version", "v0"))[1:])
                    row = (stamp(event.at), str(folder), version, places.get(paper_id, 0), paper_id, end, final, None)
                    order.execute("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _places(self, inventory: Inventory) -> dict[str, int]:
        """The order in which the papers of a dossier came; without it, its papers are still taken."""
        with self._noted(self._store.folder(inventory.object_id)):
            data = self._store.read(inventory, "dossier.json")
            if data is not None:
                return {paper["paper_id"]: place for place, paper in enumerate(json.loads(data)["papers"])}
        return {}

    def _read(self, inventory: Inventory, paper_id: str) -> PaperRecord:
        record = self._ingest.stored(inventory, paper_id)
        if record is None or not record.events:
            file = self._store.folder(inventory.object_id)
            raise ArchiveDamaged(file=file, reason=N_("it is not a metadata.json of digidoc"))
        return record

    def _replay(self, order: sqlite3.Connection, catalog: Catalog, bar: Progress) -> None:
        bar.expect(order.execute("SELECT count(*) FROM step").fetchone()[0])
        for folder, paper_id, end, final, refusal in order.execute(_IN_ORDER):
            record = self._step_record(folder, paper_id, refusal)
            bar.advance(paper_id)
            if record is None:
                continue
            if refusal is not None:
                _write_refusal(catalog, record)
            elif final:
                catalog.write(record)
            else:
                # An earlier filing: it gives the paper its place; what it held then was replaced since.
                bare = replace(record, events=record.events[:end], files=(), pages=(), page_dpi=())
                catalog.write(replace(bare, fields=(), signatures=()))

    def _replay_imports(self, catalog: Catalog) -> None:
        """Write the register, import by import; one that is damaged is left out whole."""
        for object_id in sorted(self._imports):
            with self._noted(self._store.folder(object_id)):
                inventory = self._store.inventory(object_id)
                if inventory is not None:
                    register_import.replay(catalog, self._store, inventory, self._config.unit)

    def _step_record(self, folder: str, paper_id: str, refusal: str | None) -> PaperRecord | None:
        record: PaperRecord | None = None
        with self._noted(Path(refusal or folder)):
            if refusal is not None:
                record = refusals.read(Path(refusal))
            else:
                if self._last is None or self._last[0] != folder:
                    self._last = (folder, walk.inventory_of(Path(folder), self._folder))
                record = self._read(self._last[1], paper_id)
        return record

    def _head_before(self) -> dict[str, Any] | None:
        """The head of the chain that ends here, as the file beside the old catalogue kept it."""
        try:
            kept = events.read_head(self._root / events.HEAD_FILE)
        except ArchiveDamaged:
            return None
        return None if kept is None else kept.to_json()

    @contextmanager
    def _noted(self, place: Path) -> Iterator[None]:
        """Damage of one object or file is named, and the others go on."""
        try:
            yield
        except ArchiveDamaged as error:
            self._problems.append(error.problem)
        except OSError as error:
            self._problems.append(from_os(error, error.filename or place).problem)
        except (ValueError, KeyError, TypeError):
            self._problems.append(ArchiveDamaged(file=place, reason=walk.CHANGED).problem)


def _log_of_old(root: Path) -> None:
    """Bring the log up to date from the old catalogue where that can be read: a killed process may have left it behind.

    Raises:
        OSError: it cannot be written.

    """
    with suppress(ArchiveDamaged, StorageError), closing(Catalog.open(root / CATALOG)) as old:
        old.publish_head()


def _write_refusal(catalog: Catalog, record: PaperRecord) -> None:
    """As `Archive.refuse` does: a paper that is filed stays so."""
    known = catalog.task_state(record.paper_id)
    if known is None or known[1] is PaperState.REFUSED:
        catalog.write(record)
    else:
        catalog.write_events(record.events, paper_id=record.paper_id)


def _old_version_allows(path: Path) -> None:
    """See that the old catalogue is not that of a later digidoc; damage is what this command is for.

    Raises:
        ArchiveNewer: it is.

    """
    try:
        if path.is_file():
            Catalog.open(path).close()
    except ArchiveDamaged:
        return


def _checked(catalog: Catalog) -> tuple[int, int]:
    """Papers and refused papers of the new catalogue, once it is known to be sound.

    Raises:
        ArchiveDamaged: it contradicts itself.

    """
    (answer,) = catalog.db.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok" or catalog.db.execute(_BROKEN).fetchone() is not None:
        raise ArchiveDamaged(file=catalog.path, reason=N_("the new catalogue contradicts itself"))
    counted = "SELECT count(*), coalesce(sum(state = 'refused'), 0) FROM paper"
    papers, refused = catalog.db.execute(counted).fetchone()
    catalog.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return papers, refused


@contextmanager
def _system_errors(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise from_os(error, error.filename or root) from error


def json_form(made: Rebuilt) -> dict[str, Any]:
    """The result for scripts."""
    return {
        "archive": str(made.root.absolute()),
        "papers": made.papers,
        "refused": made.refused,
        "objects": made.objects,
        "events": made.events,
        "left_out": len(made.problems),
        "kept": None if made.kept is None else str(made.kept.absolute()),
    }
