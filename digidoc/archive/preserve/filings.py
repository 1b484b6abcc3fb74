"""What the store holds, written into an empty catalogue in the order in which it came.

The store is gone through twice. First every paper's versions are put in the order in which they were filed, on the
disk, so that a million papers need no memory. Then they are written as they came: the new catalogue lists papers and
pages in the order of the old one, and what is found or reported from it comes out equal.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from digidoc.archive import refusals
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.ingest import Ingest
from digidoc.archive.layout import ArchiveLayout
from digidoc.archive.register import files, imports
from digidoc.archive.store.inventory import Inventory
from digidoc.archive.store.protocol import Store
from digidoc.archive.store.stored_inventory import CHANGED
from digidoc.errors import ArchiveDamaged, Problem, from_os
from digidoc.files.codec import stamp
from digidoc.i18n import N_
from digidoc.model import PaperRecord, PaperState, Unit
from digidoc.progress import Progress

_METADATA: Final = "metadata.json"
_STEPS: Final = """
    CREATE TABLE step (
        at TEXT, object TEXT, version INTEGER, place INTEGER, paper TEXT, events INTEGER, final INTEGER, refusal TEXT
    )
"""
_IN_ORDER: Final = "SELECT object, paper, events, final, refusal FROM step ORDER BY at, object, version, place"


class Filings:
    """The papers, refusals and imports of a store, in the order in which they were filed; a context manager.

    Args:
        layout: of the archive.
        store: that of the archive.
        unit: the office.
        file: a scratch database, to be made.

    Attributes:
        problems: what is damaged and was left out.

    """

    def __init__(self, layout: ArchiveLayout, store: Store, unit: Unit, file: Path) -> None:
        self.problems: list[Problem] = []
        self._layout, self._store, self._unit = layout, store, unit
        self._ingest = Ingest(store, unit)
        self._last: tuple[str, Inventory] | None = None
        self._imports: list[str] = []
        self._order = sqlite3.connect(file, isolation_level=None)
        # What a crash leaves of it is thrown away.
        self._order.execute("PRAGMA journal_mode = OFF")
        self._order.execute("PRAGMA synchronous = OFF")
        self._order.execute(_STEPS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._order.close()

    def collect(self, bar: Progress) -> int:
        """Note when every version of every paper was filed, and every refusal; how many objects there are."""
        objects = 0
        self._order.execute("BEGIN")
        for path in self._store.object_paths():
            place = self._store.root / path
            objects += 1
            with self._noted(place):
                inventory = self._store.inventory_at(path)
                if files.is_import(inventory):
                    self._imports.append(inventory.object_id)
                else:
                    self._collect_object(path, inventory)
            bar.advance(place.name)
        for file in refusals.Refusals(self._layout.refused).files():
            with self._noted(file):
                record = refusals.read(file)
                self._add((stamp(record.events[-1].at), "", 0, 0, record.paper_id, 0, 1, str(file)))
        self._order.execute("COMMIT")
        return objects

    def replay(self, catalog: Catalog, bar: Progress) -> None:
        """Write what was collected into the catalogue, but for the register."""
        bar.expect(self._order.execute("SELECT count(*) FROM step").fetchone()[0])
        for path, paper_id, end, final, refusal in self._order.execute(_IN_ORDER):
            record = self._record(path, paper_id, refusal)
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

    def _collect_object(self, path: str, inventory: Inventory) -> None:
        logical = [name.split("/") for name in inventory.state]
        papers = [parts[1] for parts in logical if len(parts) == 3 and parts[2] == _METADATA]  # noqa: PLR2004 (papers/ID/file)
        places = self._places(inventory)
        for paper_id in papers:
            with self._noted(self._store.root / path):
                record = self._read(inventory, paper_id)
                filings = [i for i, event in enumerate(record.events, 1) if event.kind == "ingestion"]
                for end in filings or [len(record.events)]:
                    event = record.events[end - 1]
                    final = end == (filings[-1] if filings else end)
                    version = int(str(event.detail.get("version", "v0"))[1:])
                    place = places.get(paper_id, 0)
                    self._add((stamp(event.at), path, version, place, paper_id, end, final, None))

    def _add(self, step: tuple[object, ...]) -> None:
        self._order.execute("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?)", step)

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

    def replay_imports(self, catalog: Catalog) -> None:
        """Write the register, import by import; nothing is taken from one that is damaged."""
        for object_id in sorted(self._imports):
            with self._noted(self._store.folder(object_id)):
                inventory = self._store.inventory(object_id)
                if inventory is not None:
                    imports.replay(catalog, self._store, inventory, self._unit)

    def _record(self, path: str, paper_id: str, refusal: str | None) -> PaperRecord | None:
        """The record of a paper or of a refusal; None for one that is damaged."""
        record: PaperRecord | None = None
        with self._noted(Path(refusal) if refusal else self._store.root / path):
            if refusal is not None:
                record = refusals.read(Path(refusal))
            else:
                if self._last is None or self._last[0] != path:
                    self._last = (path, self._store.inventory_at(path))
                record = self._read(self._last[1], paper_id)
        return record

    @contextmanager
    def _noted(self, place: Path) -> Iterator[None]:
        """Damage of one object or file is named, and the others go on."""
        try:
            yield
        except ArchiveDamaged as error:
            self.problems.append(error.problem)
        except OSError as error:
            self.problems.append(from_os(error, error.filename or place).problem)
        except (ValueError, KeyError, TypeError):
            self.problems.append(ArchiveDamaged(file=place, reason=CHANGED).problem)


def _write_refusal(catalog: Catalog, record: PaperRecord) -> None:
    """As `Archive.refuse` does: a paper that is filed stays so."""
    known = catalog.task_state(record.paper_id)
    if known is None or known[1] is PaperState.REFUSED:
        catalog.write(record)
    else:
        catalog.write_events(record.events, paper_id=record.paper_id)
