"""Rows of the register as JSON, in which the store keeps them, and as columns of the catalogue."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from digidoc.archive.metadata import clean
from digidoc.files import codec
from digidoc.register import PaperKind, RegisterDossier, RegisterPaper

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
    """A dossier with the names of `RegisterDossier`; what has its default is left out.

    Args:
        dossier: the row.
        owner_key: the keyed hash that stands for the owner's number; empty when there is no owner.

    """
    row: dict[str, Any] = codec.plain(dossier, sparse=True)
    row["code"] = clean(dossier.code)
    if dossier.owner:
        row = {"owner_key" if name == "owner" else name: value for name, value in row.items()}
        row["owner_key"] = owner_key
    return row


def paper_json(paper: RegisterPaper) -> dict[str, Any]:
    """A paper with the names of `RegisterPaper`; what has its default is left out."""
    row: dict[str, Any] = codec.plain(paper, sparse=True)
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


def _ends_on(valid_until: str | None, revoked_on: str | None) -> str | None:
    """First day on which a result is not in force any more; None when there is none."""
    if valid_until is None:
        return revoked_on
    days = [] if revoked_on is None else [revoked_on]
    if (last := date.fromisoformat(valid_until)) < date.max:
        days.append((last + timedelta(days=1)).isoformat())
    return min(days, default=None)
