"""Making the catalogue anew from the store alone, and the chain of events from its log.

The entries of the log come first, with their numbers and hashes, and the chain goes on from them; then what the store
holds, see `filings`. Events of papers that the log does not have, because it is damaged or missing, are taken from the
objects. The new file is made beside the old one, checked, and only then renamed into its place.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from digidoc.archive.catalog import batches, signature_checks
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import transaction, translated
from digidoc.archive.errors import BackupFolder
from digidoc.archive.events import clerk, events, log
from digidoc.archive.events.chain import ORIGIN, Head
from digidoc.archive.folder import located, system_errors
from digidoc.archive.layout import CATALOG, LOG, ArchiveLayout
from digidoc.archive.lock import exclusive
from digidoc.archive.preserve.filings import Filings
from digidoc.archive.preserve.retire import KEPT, retire
from digidoc.archive.settings import ArchiveConfig
from digidoc.archive.store.ocfl import OcflStore
from digidoc.archive.store.stored_inventory import CHANGED, MISSING
from digidoc.errors import ArchiveDamaged, Problem, StorageError
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.progress import Progress

Bar = Callable[[], AbstractContextManager[Progress]]
_WORKSHOP: Final = "rebuild"
_BROKEN: Final = "SELECT 1 FROM pragma_foreign_key_check WHERE \"table\" <> 'event'"


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
    layout, config = located(folder)
    if layout.backup.is_file():
        raise BackupFolder(file=layout.root)
    workshop = layout.scratch / _WORKSHOP
    _old_version_allows(layout.catalog)
    with exclusive(layout.lock), system_errors(layout.root):
        disk.make_folder(layout.scratch)
        _log_of_old(layout)
        OcflStore(layout.store, layout.scratch).recover()
        disk.remove_tree(workshop)
        disk.make_folder(workshop)
        try:
            return _Rebuild(layout, config, workshop).run(reading, writing)
        finally:
            disk.remove_tree(workshop)


class _Rebuild:
    """One run; see the module."""

    def __init__(self, layout: ArchiveLayout, config: ArchiveConfig, workshop: Path) -> None:
        self._layout, self._config, self._workshop = layout, config, workshop
        self._store = OcflStore(layout.store, layout.scratch)
        self._problems: list[Problem] = []

    def run(self, reading: Bar, writing: Bar) -> Rebuilt:
        new = self._workshop / CATALOG
        order = self._workshop / "order.db"
        with Filings(self._layout, self._store, self._config.unit, order) as filings:
            self._problems = filings.problems
            with reading() as bar:
                objects = filings.collect(bar)
            with closing(Catalog.create(new)) as catalog, translated(new):
                logged = self._fill(catalog, filings, writing)
                counts = _checked(catalog)
                head = catalog.head()
                log.rewrite(catalog.db, self._workshop / LOG)
        kept = self._place(new, head)
        return Rebuilt(self._layout.root, *counts, objects, logged, kept, tuple(self._problems))

    def _fill(self, catalog: Catalog, filings: Filings, writing: Bar) -> int:
        """Write all that is known into the empty catalogue; how many entries of the chain came from the log."""
        catalog.db.execute("PRAGMA synchronous = OFF")  # flushed as a whole before it counts
        # A paper that is damaged is left out, its events stay: the chain has no gaps.
        catalog.db.execute("PRAGMA foreign_keys = OFF")
        catalog.write_unit(self._config.unit)
        logged = self._chain(catalog)
        with writing() as bar:
            filings.replay(catalog, bar)
        filings.replay_imports(catalog)
        detail = {
            "catalogue": "made anew from the store",
            "events_from_log": logged,
            "left_out": len(self._problems),
            "signatures_kept": signature_checks.carry_over(self._layout.catalog, catalog),
            "head_before": self._head_before(),
        }
        catalog.write_events([clerk.event("recovery", "success", detail)])
        return logged

    def _place(self, new: Path, head: Head) -> Path | None:
        """Put the new catalogue and its log in the place of the old ones; where the old catalogue is now."""
        disk.sync_file(new)
        kept = retire(self._layout.catalog)
        # The log, then its head, then the catalogue: wherever this is killed, a rerun finds a head that the log has.
        disk.replace(self._workshop / LOG, self._layout.log)
        disk.sync_folder(self._layout.root)
        events.write_head(self._layout.head, head)
        disk.replace(new, self._layout.catalog)
        disk.sync_folder(self._layout.root)
        return kept

    def _chain(self, catalog: Catalog) -> int:
        """Take the chain, and the batches that its events are about, from the log; how many entries that are."""
        file, number, hashes = self._layout.log, 0, {0: ORIGIN}
        try:
            published = events.read_head(self._layout.head) or Head(0, ORIGIN)
        except ArchiveDamaged as error:
            self._problems.append(error.problem)
            published = Head(0, ORIGIN)
        with transaction(catalog.db):
            for entry in log.restored(file):
                number = entry.sequence
                if number == published.sequence:
                    hashes[number] = entry.hash
                events.insert(catalog.db, entry)
                batches.take(catalog.db, entry.at, entry.kind, entry.agent, json.loads(entry.detail))
        if hashes.get(published.sequence) != published.hash:
            there = file.is_file()
            if there:
                disk.copy_new(file, self._workshop / "damaged")
                disk.replace(self._workshop / "damaged", file.with_name(f"{file.name}{KEPT}"))
            self._problems.append(ArchiveDamaged(file=file, reason=CHANGED if there else MISSING).problem)
        return number

    def _head_before(self) -> dict[str, Any] | None:
        """The head of the chain that ends here, as the file beside the old catalogue kept it."""
        try:
            kept = events.read_head(self._layout.head)
        except ArchiveDamaged:
            return None
        return None if kept is None else kept.to_json()


def _log_of_old(layout: ArchiveLayout) -> None:
    """Bring the log up to date from the old catalogue where that can be read: a killed process may have left it behind.

    Raises:
        OSError: it cannot be written.

    """
    with suppress(ArchiveDamaged, StorageError), closing(Catalog.open(layout.catalog)) as old:
        old.publish_head()


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
    """Papers and refused papers of the new catalogue, once it is known to be intact.

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
