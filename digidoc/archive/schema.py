"""Tables of the catalogue and how an older catalogue becomes a newer one."""

from collections.abc import Callable
from typing import Final

from sqlite_utils import Database

_PAPER: Final = {
    "paper_id": str,
    "task_key": str,
    "dossier": str,
    "name": str,
    "source": str,
    "state": str,
    "sha256": str,
    "object_id": str,
    "object_version": str,
    "confidence": float,
    "conformant": int,
    "doubts": str,
    "problem": str,
    "registered_at": str,
}
_OF_PAPER: Final = [("paper_id", "paper", "paper_id")]


def _first(db: Database) -> None:
    """Version 1: dossiers, papers with their files, pages, fields, signatures and events, and the search index."""
    dossier = {"code": str, "object_id": str}
    db.table("dossier").create(dossier, pk="code", not_null=set(dossier))
    db.table("paper").create(
        _PAPER,
        pk="paper_id",
        not_null=set(_PAPER) - {"dossier", "problem"},
        foreign_keys=[("dossier", "dossier", "code")],
    )
    file = {"paper_id": str, "role": str, "path": str, "sha256": str, "size": int, "media_type": str}
    db.table("file").create(file, pk=("paper_id", "role"), not_null=set(file), foreign_keys=_OF_PAPER)
    # `terms` are the values of fields that are indexed with the page: what the index holds must be known to remove it.
    page = {"id": int, "paper_id": str, "number": int, "dpi": float, "text": str, "terms": str}
    db.table("page").create(page, pk="id", not_null=set(page) - {"id"}, foreign_keys=_OF_PAPER)
    field = {
        "id": int,
        "paper_id": str,
        "name": str,
        "value": str,
        "confidence": float,
        "page": int,
        "box": str,
        "review": int,
    }
    db.table("field").create(field, pk="id", not_null=set(field) - {"id", "box"}, foreign_keys=_OF_PAPER)
    signature = {
        "id": int,
        "paper_id": str,
        "field": str,
        "verdict": str,
        "subindication": str,
        "level": str,
        "signer": str,
        "signed_at": str,
        "checked_at": str,
    }
    db.table("signature").create(
        signature, pk="id", not_null=set(signature) - {"id", "signed_at"}, foreign_keys=_OF_PAPER
    )
    event = {"id": int, "paper_id": str, "at": str, "kind": str, "outcome": str, "agent": str, "detail": str}
    db.table("event").create(event, pk="id", not_null=set(event) - {"id"}, foreign_keys=_OF_PAPER)
    for table, columns in (("paper", ["dossier"]), ("paper", ["state"]), ("paper", ["sha256"])):
        db.table(table).create_index(columns)
    for table in ("page", "field", "signature"):
        db.table(table).create_index(["paper_id"])
    # The same event is kept once, however often a rerun reports it.
    db.table("event").create_index(["paper_id", "at", "kind", "outcome", "agent", "detail"], unique=True)
    # The index keeps no second copy of the text. Text comes folded (and, for matches with the typed accents, as it is)
    # from Python, so that index and query are compared by the same rules: SQLite's own folding leaves đ as it is.
    db.execute(
        "CREATE VIRTUAL TABLE page_index USING fts5("
        "folded, exact, content='', tokenize=\"unicode61 remove_diacritics 0\")"
    )


MIGRATIONS: Final[tuple[Callable[[Database], None], ...]] = (_first,)
VERSION: Final = len(MIGRATIONS)
