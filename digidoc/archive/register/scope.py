"""Units and procedures of the register: who belongs to whom, and what a report covers."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Final

from sqlite_utils import Database

from digidoc.archive.register.schema import values
from digidoc.formats import codec
from digidoc.register import DossierState, GroupBy, ProcedureRecord, Scope, UnitRecord

# A national code, and the agency that some systems write behind it: 1.012753.H19, 1.011442.000.00.00.H38.
_SUFFIXED: Final = re.compile(r"(\d+\.\d{6})\..+")


def units(db: Database) -> list[UnitRecord]:
    """All offices, by code."""
    sql = "SELECT code, name, level, parent, valid_from, valid_to, successor FROM unit ORDER BY code"
    return [codec.read(UnitRecord, row) for row in db.query(sql)]


def procedures(db: Database) -> list[ProcedureRecord]:
    """All procedures, by code."""
    sql = "SELECT code, name, field, issuer, performers FROM procedure ORDER BY code"
    return [ProcedureRecord(*row) for row in db.execute(sql)]


def known_dossiers(db: Database, codes: Iterable[str]) -> set[str]:
    """Those of the codes that the register has a dossier of."""
    sql = "SELECT code FROM register_dossier WHERE code IN (SELECT value FROM json_each(?))"
    return {code for (code,) in db.execute(sql, [values(tuple(codes))])}


def dossier_codes(
    db: Database, procedure: str | None, since: date | None, states: Collection[DossierState]
) -> list[str]:
    """Codes of dossiers in the order in which they were received.

    Args:
        db: the catalogue.
        procedure: code of theirs, with or without an agency behind it; None for any.
        since: day of receipt or an earlier one; None for any.
        states: theirs; empty for any.

    """
    wanted = None if procedure is None else values(tuple(of_procedure(db, procedure)))
    sql = """
        SELECT code FROM register_dossier
        WHERE (:procedures IS NULL OR procedure IN (SELECT value FROM json_each(:procedures)))
        AND (:since IS NULL OR received_on >= :since)
        AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
        ORDER BY received_on, code
    """
    asked = {
        "procedures": wanted,
        "since": None if since is None else since.isoformat(),
        "states": json.dumps(sorted(states)) if states else None,
    }
    return [code for (code,) in db.execute(sql, asked)]


def of_procedure(db: Database, wanted: str) -> frozenset[str]:
    """Codes that stand in the register for a procedure: its own, and with an agency behind it."""
    code = known_procedures(db).code
    written = db.execute("SELECT DISTINCT procedure FROM register_dossier")
    return frozenset(key for (key,) in written if wanted in (key, code(key)))


def with_members(listed: Iterable[UnitRecord], codes: Iterable[str]) -> set[str]:
    """The units, all that belong to them, and all that they succeeded, however far."""
    below: dict[str, list[str]] = {}
    for unit in listed:
        for above in (unit.parent, unit.successor):
            if above:
                below.setdefault(above, []).append(unit.code)
    found: set[str] = set()
    left = list(codes)
    while left:
        code = left.pop()
        if code not in found:
            found.add(code)
            left += below.get(code, [])
    return found


class Procedures:
    """What codes of procedures stand for.

    Args:
        known: field by code, of the catalogue of procedures.

    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def code(self, written: str) -> str:
        """The code that counts: the national one for a code with an agency that the catalogue does not have."""
        suffixed = None if written in self._known else _SUFFIXED.fullmatch(written)
        return written if suffixed is None else suffixed[1]

    def field(self, written: str) -> str:
        """The field (lĩnh vực); empty when not known."""
        return self._known.get(self.code(written), "")


def known_procedures(db: Database) -> Procedures:
    """The catalogue of procedures."""
    return Procedures(dict(db.execute("SELECT code, field FROM procedure").fetchall()))


def key_of(db: Database, by: GroupBy | None) -> Callable[[str], str]:
    """From what rows are summed by (code of the unit or procedure, or month) to what a report is broken down by."""
    if by is GroupBy.LEVEL:
        levels = dict(db.execute("SELECT code, level FROM unit").fetchall())
        return lambda code: str(levels.get(code, ""))
    if by is GroupBy.PROCEDURE:
        return known_procedures(db).code
    if by is GroupBy.FIELD:
        return known_procedures(db).field
    return (lambda _key: "") if by is None else (lambda key: key)


def column_of(by: GroupBy | None) -> str | None:
    """The column that rows are summed by; None for months, or for everything together."""
    if by in (GroupBy.PROCEDURE, GroupBy.FIELD):
        return "procedure"
    return "unit" if by in (GroupBy.UNIT, GroupBy.LEVEL) else None


def covered(db: Database, scope: Scope) -> tuple[set[str] | None, set[str] | None]:
    """Codes of units and of procedures, as they stand in the register, that a scope covers; None for all."""
    own = with_members(units(db), scope.units) if scope.units else None
    if not scope.procedures:
        return own, None
    code = known_procedures(db).code
    wanted = set(scope.procedures)
    written = db.execute(
        "SELECT key FROM flow WHERE dim = 'procedure' UNION SELECT key FROM stock WHERE dim = 'procedure'"
    )
    return own, {key for (key,) in written if key in wanted or code(key) in wanted}
