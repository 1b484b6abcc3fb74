"""Tables of the catalogue and how an older catalogue becomes a newer one."""

from collections.abc import Callable
from typing import Final

from sqlite_utils import Database

from digidoc.archive.catalog import index, paper_sums, settled
from digidoc.archive.events.chain import ORIGIN, Entry
from digidoc.archive.register.schema import create as create_register

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


# Rows of `event` are added and nothing else: each continues the chain, none is changed, none goes (see `chain`).
_EVENT: Final = (
    """
    CREATE TABLE event (
        sequence INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        outcome TEXT NOT NULL,
        agent TEXT NOT NULL,
        object_id TEXT NOT NULL,
        paper_id TEXT REFERENCES paper(paper_id),
        detail TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    )
    """,
    # The same event of a paper is kept once, however often a rerun reports it.
    "CREATE UNIQUE INDEX idx_event_once ON event(paper_id, at, kind, outcome, agent, detail)",
    "CREATE INDEX idx_event_kind ON event(kind, at)",
    """
    CREATE TRIGGER event_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
    """,
    """
    CREATE TRIGGER event_never_removed BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are never removed'); END
    """,
    # The chain begins with 64 zeros: `chain.ORIGIN`.
    """
    CREATE TRIGGER event_only_appended BEFORE INSERT ON event
    WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM event)
        OR NEW.previous IS NOT coalesce((SELECT hash FROM event ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
    BEGIN SELECT RAISE(ABORT, 'events are only appended'); END
    """,
)
_TABLES: Final = (
    # Units merge and get successors: what a code meant at a time is asked with valid_from <= day < valid_to.
    """
    CREATE TABLE unit (
        code TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        level TEXT NOT NULL,
        valid_from TEXT,
        valid_to TEXT,
        successor TEXT REFERENCES unit(code) DEFERRABLE INITIALLY DEFERRED
    )
    """,
    "CREATE TABLE procedure (code TEXT PRIMARY KEY, name TEXT NOT NULL, field TEXT NOT NULL)",
    """
    CREATE TABLE batch (
        id INTEGER PRIMARY KEY,
        started TEXT NOT NULL,
        ended TEXT,
        agent TEXT NOT NULL,
        options TEXT NOT NULL,
        counts TEXT NOT NULL
    )
    """,
    # A fixity check that was interrupted has not ended; `findings` is JSON, "[]" for an intact object.
    """
    CREATE TABLE fixity_run (
        id INTEGER PRIMARY KEY, scope TEXT NOT NULL, started TEXT NOT NULL, ended TEXT, files INTEGER NOT NULL,
        bytes INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE fixity (
        object_path TEXT PRIMARY KEY, run INTEGER NOT NULL REFERENCES fixity_run(id), checked_at TEXT NOT NULL,
        findings TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX idx_fixity_run ON fixity(run)",
)


def _second(db: Database) -> None:
    """Version 2: units, procedures, batches; events are a chain of hashes, the old ones in the order they came."""
    for statement in _TABLES:
        db.execute(statement)
    db.execute("ALTER TABLE event RENAME TO event_before")
    for statement in _EVENT:
        db.execute(statement)
    # A refusal is known to the catalogue alone; every other event of a filed paper is in its object too.
    old = """
        SELECT at, kind, outcome, agent, CASE kind WHEN 'validation' THEN '' ELSE coalesce(object_id, '') END,
               paper_id, detail
        FROM event_before LEFT JOIN paper USING (paper_id) ORDER BY event_before.id
    """
    previous = ORIGIN
    for sequence, row in enumerate(db.execute(old), 1):
        entry = Entry.after(sequence - 1, previous, *row)
        db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entry.row)
        previous = entry.hash
    db.execute("DROP TABLE event_before")
    index.upgrade(db)


def _third(db: Database) -> None:
    """Version 3: the register, and room for the sums of reports."""
    create_register(db)


def _fourth(db: Database) -> None:
    """Version 4: which refusals are settled, those of before too."""
    settled.create(db)


# What a person has to look at, in the order in which it is shown; papers with corrections that contradict each other.
_QUEUE: Final = (
    "ALTER TABLE field ADD COLUMN source TEXT NOT NULL DEFAULT 'read'",
    "ALTER TABLE paper ADD COLUMN part TEXT NOT NULL DEFAULT '[]'",
    "CREATE INDEX idx_paper_queue ON paper(dossier) WHERE state = 'review'",
    "CREATE INDEX idx_paper_conflict ON paper(paper_id) WHERE instr(doubts, '\"correction-conflict\"')",
    "CREATE INDEX idx_field_review ON field(paper_id) WHERE review = 1",
    # Few papers are parts of a file: whoever asks for those must not go through a million others.
    "CREATE INDEX idx_paper_part ON paper(dossier, name) WHERE part <> '[]'",
)


def _fifth(db: Database) -> None:
    """Version 5: whose word a field is, which pages of its original a paper is, and the queue of the clerks.

    The sums of reports are made anew: settled refusals are left out, parts of a file count by themselves.
    """
    for statement in _QUEUE:
        db.execute(statement)
    paper_sums.recount(db)


MIGRATIONS: Final[tuple[Callable[[Database], None], ...]] = (_first, _second, _third, _fourth, _fifth)
VERSION: Final = len(MIGRATIONS)
