"""An import of the register: rows into the catalogue, then into the store, then the commit that makes it count.

The store comes before the commit, so that the catalogue never knows what the store does not have. A process that is
killed between the two leaves an import in the store that the catalogue does not know: the next import takes its number
and, with the same rows, its place, or adds a version to it.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from sqlite_utils import Database

from digidoc import AGENT
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import transaction, translated
from digidoc.archive.events import clerk, events
from digidoc.archive.events.chain import canonical
from digidoc.archive.register import write
from digidoc.archive.register.files import ImportFacts, RowFile, read_facts, read_rows, source_name
from digidoc.archive.register.write import Line
from digidoc.archive.store.inventory import Inventory
from digidoc.archive.store.protocol import Store
from digidoc.errors import ArchiveDamaged, UnknownDossier
from digidoc.formats.codec import stamp
from digidoc.i18n import N_
from digidoc.model import Event, Unit
from digidoc.register import Imported

EVENT: Final = "register import"


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: see `ImportFacts`."""

    kind: str
    at: datetime
    path: Path
    sha256: str
    mapping: Mapping[str, str]


class Keep(Protocol):
    """Puts an import into the store: id of the object, and the facts that it holds."""

    def __call__(self, made: ImportFacts, /) -> tuple[str, ImportFacts]:
        """See `register_files.keep`."""


def import_rows(
    catalog: Catalog, keep: Keep, source: Source, lines: Iterable[Line], scratch: Path, own: Unit
) -> Imported:
    """Import rows; what is new or changed is kept and written down, a rerun is neither.

    Args:
        catalog: of the archive.
        keep: puts the file of rows into the store.
        source: where the rows come from.
        lines: the rows.
        scratch: the file of rows, to be made.
        own: the archive's office.

    Raises:
        UnknownDossier: see `write.write`.
        DigidocError: see `translated`.
        OSError: the system's answer.

    """
    with translated(catalog.path), transaction(catalog.db), _without_collector():
        db = catalog.db
        number = 1 + db.execute("SELECT coalesce(max(id), 0) FROM register_import").fetchone()[0]
        file = RowFile(scratch)
        try:
            made = write.write(db, source.kind, lines, number, own, file.add)
        finally:
            file.close()
        if made.new or made.changed:
            counts = (made.new, made.changed, made.unchanged)
            name = source_name(source.path)
            facts = ImportFacts(
                number, source.kind, source.at, name, source.sha256, dict(source.mapping), *counts, clerk.current()
            )
            object_id, held = keep(facts)
            _note(db, held, object_id)
    return made


@contextmanager
def _without_collector() -> Iterator[None]:
    """Rows refer to nothing that refers to them: looking for such circles all the time takes a tenth of an import."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def replay(catalog: Catalog, store: Store, inventory: Inventory, own: Unit) -> None:
    """Write an import that the store holds into a catalogue that does not have it.

    Raises:
        ArchiveDamaged: it cannot be read; nothing was written.
        DigidocError: see `translated`.

    """
    facts = read_facts(store, inventory)
    with translated(catalog.path), transaction(catalog.db):
        rows = read_rows(store, inventory)
        try:
            write.write(catalog.db, facts.kind, rows, facts.number, own, lambda _line: None)
        except UnknownDossier as error:
            folder = store.folder(inventory.object_id)
            raise ArchiveDamaged(file=folder, reason=N_("it names a dossier of an import that is lost")) from error
        _note(catalog.db, facts, inventory.object_id)


def _note(db: Database, facts: ImportFacts, object_id: str) -> None:
    db.execute(
        "INSERT INTO register_import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            facts.number,
            facts.kind,
            stamp(facts.at),
            facts.source,
            facts.sha256,
            canonical(dict(facts.mapping)),
            facts.new,
            facts.changed,
            object_id,
        ],
    )
    detail: dict[str, Any] = {"kind": facts.kind, "source": facts.source, "sha256": facts.sha256}
    detail |= {"new": facts.new, "changed": facts.changed}
    detail |= {clerk.KEY: facts.clerk} if facts.clerk else {}
    # A rebuild takes the chain from its log first: then the event of the import is there already.
    if db.execute("SELECT 1 FROM event WHERE kind = ? AND object_id = ?", [EVENT, object_id]).fetchone() is None:
        event = Event(facts.at, EVENT, "success", AGENT, detail)
        events.append(db, [event], object_id=object_id, paper_id=None)
