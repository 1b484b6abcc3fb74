"""A dossier as a person looks at it: what the register says of it, and which of the papers listed there are missing."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlite_utils import Database

from digidoc.archive.register.schema import counting
from digidoc.archive.register.scope import known_procedures
from digidoc.formats import codec
from digidoc.model import PaperState
from digidoc.register import Channel, DossierState, PaperKind


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper that the register lists.

    Attributes:
        kind: component or result.
        name: what the register calls it; may be empty.
        number: as the register has it; may be empty.
        issued_on: day of issue.
        declared: the register says that a file of it is attached elsewhere.
        paper_id: the paper of this archive that it is; None when there is none.

    """

    kind: PaperKind
    name: str
    number: str
    issued_on: date | None
    declared: bool
    paper_id: str | None


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """What the register says of a dossier.

    Attributes:
        title: what it is about; may be empty.
        unit: code of the office, and its name where it is known; likewise the procedure.
        unit_name: see there.
        procedure: see there.
        procedure_name: see there.
        state: where it stands.
        received_on: day of receipt.
        due_on: day by which it is to be resolved.
        finished_on: day of resolution.
        channel: how it came in.
        papers: that are listed for it, in the order of the register.

    """

    title: str
    unit: str
    unit_name: str
    procedure: str
    procedure_name: str
    state: DossierState
    received_on: date
    due_on: date | None
    finished_on: date | None
    channel: Channel | None
    papers: tuple[ListedPaper, ...]


@dataclass(frozen=True, slots=True)
class DossierView:
    """What there is to say of a dossier beside the papers in use.

    Attributes:
        facts: of the register; None where it does not know the dossier.
        withdrawn: how many papers of it were taken out of use.
        refused: how many files for it could not be taken.

    """

    facts: DossierFacts | None
    withdrawn: int
    refused: int


def view(db: Database, code: str) -> DossierView | None:
    """What there is to say of a dossier; None where neither archive nor register know it."""
    known = db.execute("SELECT 1 FROM dossier WHERE code = ?", [code]).fetchone() is not None
    found = _facts(db, code)
    if not known and found is None:
        return None
    states = Counter(state for (state,) in db.execute("SELECT state FROM paper WHERE dossier = ?", [code]))
    return DossierView(found, states[PaperState.WITHDRAWN.value], states[PaperState.REFUSED.value])


_DOSSIER: Final = """
    SELECT d.id, d.title, d.unit, coalesce(unit.name, '') AS unit_name, d.procedure, d.state, d.received_on, d.due_on,
           d.finished_on, d.channel
    FROM register_dossier AS d LEFT JOIN unit ON unit.code = d.unit WHERE d.code = ?
"""
_PAPERS: Final = f"""
    SELECT r.is_result, r.name, r.number, r.issued_on, r.declared, paper.paper_id FROM register_paper AS r
    LEFT JOIN paper ON paper.paper_id = r.paper_id AND {counting("paper")}
    WHERE r.dossier = ? AND r.live ORDER BY r.origin, r.ordinal
"""  # noqa: S608 (a text from there)


def _facts(db: Database, code: str) -> DossierFacts | None:
    row = next(db.query(_DOSSIER, [code]), None)
    if row is None:
        return None
    national = known_procedures(db).code(row["procedure"])
    (name,) = db.execute("SELECT name FROM procedure WHERE code = ?", [national]).fetchone() or ("",)
    papers = [
        {
            "kind": PaperKind.RESULT.value if is_result else PaperKind.COMPONENT.value,
            "name": title,
            "number": number,
            "issued_on": issued_on,
            "declared": bool(declared),
            "paper_id": paper_id,
        }
        for is_result, title, number, issued_on, declared, paper_id in db.execute(_PAPERS, [row.pop("id")])
    ]
    return codec.read(DossierFacts, {**row, "procedure_name": name, "papers": papers})
