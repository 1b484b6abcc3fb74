"""Imports of the register in the store: each one object, readable without digidoc.

`rows.jsonl.gz` holds the rows that were new or other than before, one JSON object a line with the names of
`digidoc.register`; numbers of owners stand there as keyed hashes only. `import.json` says where they came from. Imports
are numbered; read in that order, they give the register.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from digidoc.archive.events.clerk import KEY, user
from digidoc.archive.metadata import clean
from digidoc.archive.store.inventory import Inventory
from digidoc.archive.store.layout import object_id
from digidoc.archive.store.protocol import Store
from digidoc.errors import ArchiveDamaged
from digidoc.files import disk
from digidoc.formats.codec import stamp
from digidoc.i18n import N_

FORMAT: Final = "digidoc.import/1"
ROWS, FACTS = "rows.jsonl.gz", "import.json"
_KIND: Final = "register"
_FLUSH: Final = 1 << 20  # bytes; few calls, little memory
_LEVEL: Final = 1  # a million dossiers: a third of the time of level 6, a fifth larger


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """What is known of an import.

    Attributes:
        number: from 1.
        kind: dossiers, procedures, units or papers.
        at: when it was made.
        source: name of the file, without its folders.
        sha256: of the file.
        mapping: name of a value to the title of the column that held it.
        new, changed, unchanged: rows.
        clerk: who made it; empty when nobody said.

    """

    number: int
    kind: str
    at: datetime
    source: str
    sha256: str
    mapping: Mapping[str, str]
    new: int
    changed: int
    unchanged: int
    clerk: str = ""

    def to_json(self) -> dict[str, Any]:
        """The facts as import.json has them."""
        return {
            "format": FORMAT,
            "number": self.number,
            "kind": self.kind,
            "at": stamp(self.at),
            "source": self.source,
            "sha256": self.sha256,
            "mapping": dict(self.mapping),
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            **({KEY: self.clerk} if self.clerk else {}),
        }


class RowFile:
    """Lines on their way into a compressed file. The same lines give the same bytes.

    Args:
        path: of the new file.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw = path.open("xb")
        self._file = gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=self._raw, mtime=0)
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, line: bytes) -> None:
        """Add a line without its end."""
        self._lines.append(line)
        self._size += len(line)
        if self._size > _FLUSH:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._file.close()
        self._raw.close()

    def _flush(self) -> None:
        if self._lines:
            self._file.write(b"\n".join(self._lines) + b"\n")
        self._lines, self._size = [], 0


def keep(store: Store, unit: str, rows: Path, made: ImportFacts) -> tuple[str, ImportFacts]:
    """Put an import into the store; when a killed process has put it there already, it stays as it is.

    Args:
        store: where to.
        unit: code of the archive's office.
        rows: the file that `RowFile` wrote.
        made: facts of the import.

    Returns:
        Id of the object, and the facts that it holds.

    Raises:
        ArchiveDamaged: the object cannot be read.
        OSError: see `disk`.

    """
    identifier = object_id(unit, _KIND, f"{made.number:06d}")
    held = store.inventory(identifier)
    if held is not None and held.sha256.get(held.content_path(ROWS) or "") == disk.sha256_of(rows):
        return identifier, read_facts(store, held)
    with store.new_version(identifier) as version:
        version.copy(ROWS, rows)
        version.write(FACTS, (json.dumps(made.to_json(), ensure_ascii=False, indent=1) + "\n").encode())
        version.commit(
            message=f"Imported {made.kind}", at=made.at, agent=user(), address=f"urn:digidoc:{identifier.split(':')[2]}"
        )
    return identifier, made


def is_import(inventory: Inventory) -> bool:
    """Whether an object is an import of the register."""
    parts = inventory.object_id.split(":")
    return len(parts) == 5 and parts[3] == _KIND  # noqa: PLR2004 (urn:digidoc:UNIT:register:NUMBER)


def read_facts(store: Store, inventory: Inventory) -> ImportFacts:
    """The facts of an import.

    Raises:
        ArchiveDamaged: they are missing or were changed.

    """
    damaged = ArchiveDamaged(file=store.folder(inventory.object_id), reason=N_("it is not an import.json of digidoc"))
    data = store.read(inventory, FACTS)
    if data is None:
        raise damaged
    try:
        document = json.loads(data)
        if document.pop("format") != FORMAT:
            raise damaged
        return ImportFacts(**{**document, "at": datetime.fromisoformat(document["at"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged from error


def read_rows(store: Store, inventory: Inventory) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """The rows of an import, each with the line that it stands in.

    Raises:
        ArchiveDamaged: they are missing or were changed; before the first row.

    """
    with store.open(inventory, ROWS) as file, gzip.open(file, "rb") as lines:
        for line in lines:
            yield line.rstrip(b"\n"), json.loads(line)


def source_name(path: Path) -> str:
    """The name of an imported file as it is kept."""
    return clean(path.name)
