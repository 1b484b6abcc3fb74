"""Rows of the register as JSON, in which the store keeps them, and as columns of the catalogue."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from digidoc.archive.metadata import clean
from digidoc.register import (
    Channel,
    DossierState,
    PaperKind,
    ProcedureRecord,
    RegisterDossier,
    RegisterPaper,
    UnitRecord,
)

DOSSIER_COLUMNS: Final = (
    "id",
    "code",
    "unit",
    "procedure",
    "state",
    "received_on",
    "due_on",
    "finished_on",
    "channel",
    "passed",
    "synced",
    "result_due",
    "owner_key",
    "title",
    "listed",
    "import",
    "digest",
)
PAPER_COLUMNS: Final = (
    "dossier",
    "origin",
    "ordinal",
    "is_result",
    "name",
    "number",
    "issued_on",
    "valid_until",
    "revoked_on",
    "ends_on",
    "result_id",
    "file_name",
    "declared",
    "reused",
    "from_store",
    "live",
    "shared",
)
encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dossier_json(dossier: RegisterDossier, owner_key: str) -> dict[str, Any]:
    """A dossier with the names of `RegisterDossier`; what has its default is left out, the owner is a keyed hash."""
    row: dict[str, Any] = {
        "code": clean(dossier.code),
        "unit": dossier.unit,
        "procedure": dossier.procedure,
        "state": int(dossier.state),
        "received_on": dossier.received_on.isoformat(),
    }
    if dossier.due_on is not None:
        row["due_on"] = dossier.due_on.isoformat()
    if dossier.finished_on is not None:
        row["finished_on"] = dossier.finished_on.isoformat()
    if dossier.channel is not None:
        row["channel"] = dossier.channel.value
    if owner_key:
        row["owner_key"] = owner_key
    if dossier.passed is not None:
        row["passed"] = dossier.passed
    if dossier.synced:
        row["synced"] = True
    if not dossier.result_due:
        row["result_due"] = False
    if dossier.title:
        row["title"] = dossier.title
    if dossier.papers:
        row["papers"] = list(map(paper_json, dossier.papers))
    return row


def paper_json(paper: RegisterPaper) -> dict[str, Any]:
    """A paper with the names of `RegisterPaper`; what has its default is left out."""
    row: dict[str, Any] = {"kind": paper.kind, "name": paper.name}
    if paper.number:
        row["number"] = paper.number
    if paper.issued_on is not None:
        row["issued_on"] = paper.issued_on.isoformat()
    if paper.valid_until is not None:
        row["valid_until"] = paper.valid_until.isoformat()
    if paper.revoked_on is not None:
        row["revoked_on"] = paper.revoked_on.isoformat()
    if paper.result_id:
        row["result_id"] = paper.result_id
    if paper.file_name:
        row["file_name"] = paper.file_name
    if paper.declared:
        row["declared"] = True
    if paper.reused:
        row["reused"] = True
    if paper.from_store:
        row["from_store"] = True
    return row


def dossier_row(row: Mapping[str, Any], number: int, listed: int, source: int, digest: bytes) -> tuple[Any, ...]:
    """The columns of `register_dossier` for a dossier in JSON.

    Args:
        row: as `dossier_json` gives it.
        number: of the dossier in the catalogue.
        listed: whether a list of papers was imported for it.
        source: number of the import.
        digest: of the row.

    """
    get = row.get
    passed = get("passed")
    return (
        number,
        row["code"],
        row["unit"],
        row["procedure"],
        row["state"],
        row["received_on"],
        get("due_on"),
        get("finished_on"),
        get("channel"),
        None if passed is None else int(passed),
        int(get("synced", False)),
        int(get("result_due", True)),
        get("owner_key", ""),
        get("title", ""),
        listed,
        source,
        digest,
    )


def paper_row(row: Mapping[str, Any], dossier: int, origin: int, ordinal: int) -> tuple[Any, ...]:
    """The columns of `register_paper` for a paper in JSON: of this dossier, listed with it (0) or by itself (1)."""
    get = row.get
    return (
        dossier,
        origin,
        ordinal,
        int(row["kind"] == PaperKind.RESULT),
        row["name"],
        get("number", ""),
        get("issued_on"),
        get("valid_until"),
        get("revoked_on"),
        _ends_on(get("valid_until"), get("revoked_on")),
        get("result_id", ""),
        get("file_name", ""),
        int(get("declared", False)),
        int(get("reused", False)),
        int(get("from_store", False)),
        1,
        0,
    )


def dossier_of(row: Mapping[str, Any]) -> RegisterDossier:
    """The dossier that `dossier_json` wrote; its owner is the keyed hash.

    Raises:
        ValueError, KeyError, TypeError: it is none.

    """
    channel, passed = row.get("channel"), row.get("passed")
    return RegisterDossier(
        code=row["code"],
        unit=row["unit"],
        procedure=row["procedure"],
        state=DossierState(row["state"]),
        received_on=date.fromisoformat(row["received_on"]),
        due_on=_date(row, "due_on"),
        finished_on=_date(row, "finished_on"),
        channel=None if channel is None else Channel(channel),
        owner=row.get("owner_key", ""),
        passed=passed,
        synced=row.get("synced", False),
        result_due=row.get("result_due", True),
        papers=tuple(map(paper_of, row.get("papers", ()))),
        title=row.get("title", ""),
    )


def paper_of(row: Mapping[str, Any]) -> RegisterPaper:
    """The paper that `paper_json` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is none.

    """
    return RegisterPaper(
        kind=PaperKind(row["kind"]),
        name=row["name"],
        number=row.get("number", ""),
        issued_on=_date(row, "issued_on"),
        valid_until=_date(row, "valid_until"),
        revoked_on=_date(row, "revoked_on"),
        result_id=row.get("result_id", ""),
        file_name=row.get("file_name", ""),
        declared=row.get("declared", False),
        reused=row.get("reused", False),
        from_store=row.get("from_store", False),
    )


def unit_json(unit: UnitRecord) -> dict[str, Any]:
    """An office with the names of `UnitRecord`."""
    first, last = unit.valid_from, unit.valid_to
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "parent": unit.parent,
        "valid_from": None if first is None else first.isoformat(),
        "valid_to": None if last is None else last.isoformat(),
        "successor": unit.successor,
    }


def unit_of(row: Mapping[str, Any]) -> UnitRecord:
    """The office that `unit_json` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is none.

    """
    dates = {"valid_from": _date(row, "valid_from"), "valid_to": _date(row, "valid_to")}
    return UnitRecord(**{**row, **dates})


def procedure_json(procedure: ProcedureRecord) -> dict[str, Any]:
    """A procedure with the names of `ProcedureRecord`."""
    return {
        "code": procedure.code,
        "name": procedure.name,
        "field": procedure.field,
        "issuer": procedure.issuer,
        "performers": procedure.performers,
    }


def _date(row: Mapping[str, Any], name: str) -> date | None:
    value = row.get(name)
    return None if value is None else date.fromisoformat(value)


def _ends_on(valid_until: str | None, revoked_on: str | None) -> str | None:
    """First day on which a result is not in force any more; None when there is none."""
    if valid_until is None:
        return revoked_on
    days = [] if revoked_on is None else [revoked_on]
    if (last := date.fromisoformat(valid_until)) < date.max:
        days.append((last + timedelta(days=1)).isoformat())
    return min(days, default=None)
