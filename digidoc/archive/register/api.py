"""What an archive knows of the register: the part of `Archive` that imports it and counts from it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.counts import paper_counts
from digidoc.archive.layout import ArchiveLayout
from digidoc.archive.register import counts, figure_items, files, flow, owner_key
from digidoc.archive.register.imports import Source, import_rows
from digidoc.archive.register.rows import dossier_json, paper_json
from digidoc.archive.register.scope import dossier_codes, known_dossiers, procedures, units
from digidoc.archive.register.write import Line, lines_of
from digidoc.archive.settings import ArchiveConfig
from digidoc.archive.store.protocol import FolderStore
from digidoc.files import disk
from digidoc.formats import codec
from digidoc.metric import METRICS
from digidoc.register import (
    DossierState,
    FlowCounts,
    GroupBy,
    Imported,
    ImportSource,
    ListedItem,
    PaperCounts,
    ProcedureRecord,
    ProcessCounts,
    Quality,
    RegisterDossier,
    RegisterPaper,
    Scope,
    StockCounts,
    UnitRecord,
)


class RegisterOfArchive(ABC):
    """The register of an archive. Imports are called while `writing`; each is one transaction, all or nothing.

    Rows are read one by one and never held together. What was imported before and is not in a later import stays;
    what is in both takes its new values. A rerun changes nothing and keeps nothing. The rows that are new or other
    than before are kept in the store; the register can be made anew from there. Errors of all imports:

        UnknownDossier: a list of papers names a dossier that the register does not have.
        DiskFull, ReadOnlyTarget, StorageError, ArchiveDamaged: nothing was changed, or the store has the import and a
            rerun adds it to the catalogue.

    and whatever the rows raise while they are read.
    """

    layout: ArchiveLayout
    config: ArchiveConfig
    catalog: Catalog
    store: FolderStore

    @abstractmethod
    def system_errors(self) -> AbstractContextManager[None]:
        """See `Archive.system_errors`."""

    @abstractmethod
    def publish_head(self) -> None:
        """See `Archive.publish_head`."""

    def register_dossiers(self, rows: Iterable[RegisterDossier], source: ImportSource) -> Imported:
        """Import dossiers with the papers that are listed with them; of rows with the same code the last counts."""
        key = self._owner_key()

        def encoded(dossier: RegisterDossier) -> Mapping[str, Any]:
            return dossier_json(dossier, key().of(dossier.owner) if dossier.owner else "")

        return self._import(lines_of(rows, encoded), source)

    def register_results(self, rows: Iterable[tuple[str, RegisterPaper]], source: ImportSource) -> Imported:
        """Import a list of papers, components and results, each with the code of its dossier.

        Two rows of a dossier are about one paper when kind and id are the same; without ids, the number; without
        numbers, the name. A row stands for that of the same paper that came with the dossier, and for one that says
        nothing but that there is a paper of this kind.
        """

        def encoded(row: tuple[str, RegisterPaper]) -> Mapping[str, Any]:
            return {"dossier": row[0], **paper_json(row[1])}

        return self._import(lines_of(rows, encoded), source)

    def register_procedures(self, rows: Iterable[ProcedureRecord], source: ImportSource) -> Imported:
        """Import the catalogue of procedures."""
        return self._import(lines_of(rows, codec.plain), source)

    def register_units(self, rows: Iterable[UnitRecord], source: ImportSource) -> Imported:
        """Import the list of units. Name and level of the archive's own office are those of its settings."""
        return self._import(lines_of(rows, codec.plain), source)

    def units(self) -> list[UnitRecord]:
        """The offices that are known, by code; the archive's own is always among them once something was written."""
        with self.catalog.reading() as db:
            return units(db)

    def procedures(self) -> list[ProcedureRecord]:
        """The administrative procedures that are known, by code."""
        with self.catalog.reading() as db:
            return procedures(db)

    def known_dossiers(self, codes: Iterable[str]) -> set[str]:
        """Those of the codes that the register has a dossier of."""
        with self.catalog.reading() as db:
            return known_dossiers(db, codes)

    def dossier_codes(
        self, procedure: str | None = None, since: date | None = None, states: Collection[DossierState] = ()
    ) -> list[str]:
        """Codes of the register's dossiers, in the order of receipt; see `scope.dossier_codes`."""
        with self.catalog.reading() as db:
            return dossier_codes(db, procedure, since, states)

    def registered(self, paper_id: str) -> tuple[str, str]:
        """Number with symbol, and day of issue (ISO), of the row of the register that a paper is; "" where unknown."""
        sql = """
            SELECT number, coalesce(issued_on, '') FROM register_paper
            WHERE paper_id = ? AND live ORDER BY dossier, origin, ordinal LIMIT 1
        """
        with self.catalog.reading() as db:
            number, issued_on = db.execute(sql, [paper_id]).fetchone() or ("", "")
            return number, issued_on

    def has_register(self) -> bool:
        """Whether any dossier was imported."""
        with self.catalog.reading() as db:
            return db.execute("SELECT 1 FROM register_dossier LIMIT 1").fetchone() is not None

    def owner_key_of(self, number: str) -> str | None:
        """The keyed hash by which the register knows the owner with this number; None when it knows no owners yet.

        Raises:
            ArchiveDamaged: the file with the key was changed.
            PermissionMissing, StorageError: it cannot be read.

        """
        with self.system_errors():
            key = owner_key.read_key(self.layout.owner_key)
        return None if key is None else key.of(number)

    def flow(self, by: GroupBy | None, scope: Scope) -> dict[str, FlowCounts]:
        """Counts of dossiers received, and resolved, in the scope's period.

        Args:
            by: what they are broken down by; None for one count with the key "". Keys: code of the unit, level, code of
                the procedure (the national one where a system wrote the agency behind it and the catalogue of
                procedures does not have that code), field, month ("2025-03", of receipt and of resolution each);
                "" where level or field is not known. Nothing is counted twice, and groups without dossiers are left
                out.
            scope: what is counted. Its `as_of` None is answered from sums; a past day from the rows: papers filed and
                signatures checked by the end of that day. A signature whose last check was later is not known to
                verify then. What the register says without a date (declared, withdrawn, online …) holds for all days.

        Raises:
            ArchiveDamaged: the catalogue cannot be read.

        """
        with self.catalog.reading() as db:
            return flow.flow(db, by, scope)

    def flow_grid(self, scope: Scope) -> dict[tuple[str, str], FlowCounts]:
        """The same by code of the unit and month ("2025-03")."""
        with self.catalog.reading() as db:
            return flow.flow_grid(db, scope)

    def stock(self, by: GroupBy | None, scope: Scope) -> dict[str, StockCounts]:
        """Counts of results in force at the end of `scope.as_of`, or now; the scope's period does not matter.

        A result counts from its day of issue, or, when that is not known, from the day on which its dossier was
        resolved; before that it does not exist. The same result (`result_id`) in several dossiers is that of the first
        of them, and the best digitized one counts. By month: of issue. See `flow`.
        """
        with self.catalog.reading() as db:
            return counts.stock(db, by, scope)

    def stock_trend(self, scope: Scope) -> dict[str, StockCounts]:
        """Results in force, and digitized by then, at the end of each month from the first result on.

        Each is what `stock` gives as of the last day of that month; the last is that of `scope.as_of`, or of now.
        """
        with self.catalog.reading() as db:
            return counts.stock_trend(db, scope)

    def in_process(self, by: GroupBy | None, scope: Scope) -> dict[str, ProcessCounts]:
        """Dossiers in process at the end of `scope.as_of`, or now; the scope's period does not matter."""
        with self.catalog.reading() as db:
            return counts.in_process(db, by, scope)

    def paper_counts(self, as_of: date | None = None) -> PaperCounts:
        """Counts of the archive's papers, whether the register knows them or not."""
        with self.catalog.reading() as db:
            return paper_counts(db, as_of)

    def listed(self, metric: str, quality: Quality, scope: Scope, *, missing: bool) -> Iterator[ListedItem]:
        """What is behind a figure; see `digidoc.archive.register.figure_items`.

        Raises:
            ValueError: there is no such metric.
            ArchiveDamaged: the catalogue cannot be read.

        """
        if metric not in METRICS:
            raise ValueError(f"no such metric: {metric}")
        with self.catalog.reading() as db:
            yield from figure_items.listed(db, metric, quality, scope, missing=missing)

    def orphans(self) -> tuple[int, int]:
        """How many dossiers have papers and are not in the register; how many resolved ones of it have no paper."""
        with self.catalog.reading() as db:
            return figure_items.orphans(db)

    def orphan_list(self) -> Iterator[ListedItem]:
        """The same, one by one: first those that the register does not know, then those without a paper."""
        with self.catalog.reading() as db:
            yield from figure_items.orphan_list(db)

    def _owner_key(self) -> Callable[[], owner_key.OwnerKey]:
        """The key, read or made when the first owner comes."""
        held: list[owner_key.OwnerKey] = []

        def key() -> owner_key.OwnerKey:
            if not held:
                with self.system_errors():
                    held.append(owner_key.make_key(self.layout.owner_key))
            return held[0]

        return key

    def _import(self, lines: Iterable[Line], source: ImportSource) -> Imported:
        with self.system_errors():
            scratch = disk.make_scratch(self.layout.scratch, "import-")
            try:
                made = import_rows(
                    self.catalog,
                    partial(files.keep, self.store, self.config.unit.code, scratch / files.ROWS),
                    Source(source.kind, datetime.now(UTC), source.path, source.sha256, source.mapping),
                    lines,
                    scratch / files.ROWS,
                    self.config.unit,
                )
            finally:
                disk.remove_tree(scratch)
        self.publish_head()
        return made
