"""What a person should know before something is done with a paper as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from digidoc.archive.archive import Archive
from digidoc.archive.metadata import clean
from digidoc.archive.operations import Kind, Operation
from digidoc.pipeline.operate.change import Change

REPORTED, SIGNED, REUSED, NEW_DOSSIER = "in-report", "signed", "reused", "new-dossier"
_DAYS: Final = "SELECT received_on, finished_on FROM register_dossier WHERE code = ?"
_LINKS: Final = "SELECT dossier FROM reuse_link WHERE paper_id = ? ORDER BY at, dossier"
_KNOWN: Final = "SELECT 1 FROM dossier WHERE code = ? UNION SELECT 1 FROM register_dossier WHERE code = ?"


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to know.

    Attributes:
        code: in-report, signed, reused, new-dossier.
        paper: id of the paper; empty where it is about none.
        names: months such as 2025-09 whose reports count its dossier, dossiers that it was taken for, the new dossier.

    """

    code: str
    paper: str
    names: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For scripts."""
        return {"code": self.code, "paper": self.paper or None, "names": list(self.names)}


def cautions(archive: Archive, change: Change) -> tuple[Caution, ...]:
    """What there is to know of an operation that was not carried out yet.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    return tuple(_found(archive, change.operation, change))


def _found(archive: Archive, operation: Operation, change: Change) -> Iterator[Caution]:
    target = clean(operation.to) if operation.kind is Kind.MOVE else ""
    with archive.catalog.reading() as db:
        for record in change.records:
            # What is only called otherwise stays what it is to its dossier.
            codes = [] if operation.kind is Kind.RENAME else [code for code in (record.dossier, target) if code]
            days = [day for code in codes for row in db.execute(_DAYS, [code]) for day in row if day]
            if days:
                yield Caution(REPORTED, record.paper_id, tuple(sorted({day[:7] for day in days})))
            if record.signatures:
                yield Caution(SIGNED, record.paper_id)
            linked = tuple(code for (code,) in db.execute(_LINKS, [record.paper_id]))
            if linked:
                yield Caution(REUSED, record.paper_id, linked)
        if target and db.execute(_KNOWN, [target, target]).fetchone() is None:
            yield Caution(NEW_DOSSIER, "", (target,))
