"""Tables of the register, and the tables of sums that reports are answered from."""

import json
from typing import Final

from sqlite_utils import Database

from digidoc.model import PaperState

# What a dossier counts for, each 0 or 1; the numbers at the end are the qualities: attached, conformant, signed.
RECEIVED: Final = (
    "received",
    "received_online",
    "withdrawn",
    "withdrawn_online",
    "components_due",
    "components_0",
    "components_1",
    "components_2",
    "reused",
    "synced",
    "complete_due",
    "complete_0",
    "complete_1",
    "complete_2",
    "passed",
    "passed_online",
)
RESOLVED: Final = ("resolved", "early", "punctual", "late", "result_due", "results_0", "results_1", "results_2")
FLOW: Final = (*RECEIVED, *RESOLVED)
# What a result counts for.
RESULT: Final = ("results", "digitized_0", "digitized_1", "digitized_2", "declared_only")
# The same at the end of each month of the past, when fewer were digitized.
TREND: Final = ("then_0", "then_1", "then_2", "then_declared")
STOCK: Final = (*RESULT, *TREND)
# What the papers of the same bytes count for, once.
CONTENT: Final = ("attached", "conformant", "with_signature", "signed", "failed", "indeterminate", "review", "copies")


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} INTEGER NOT NULL" for name in names)


_STATEMENTS: Final = (
    """
    CREATE TABLE register_import (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
        mapping TEXT NOT NULL, new INTEGER NOT NULL, changed INTEGER NOT NULL, object_id TEXT NOT NULL
    )
    """,
    # `listed`: a list of papers was imported for it too. `digest`: of the row as it was imported.
    """
    CREATE TABLE register_dossier (
        id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, unit TEXT NOT NULL, procedure TEXT NOT NULL,
        state INTEGER NOT NULL, received_on TEXT NOT NULL, due_on TEXT, finished_on TEXT, channel TEXT, passed INTEGER,
        synced INTEGER NOT NULL, result_due INTEGER NOT NULL, owner_key TEXT NOT NULL, title TEXT NOT NULL,
        listed INTEGER NOT NULL, import INTEGER NOT NULL, digest BLOB NOT NULL
    )
    """,
    "CREATE INDEX idx_register_dossier_owner ON register_dossier(owner_key) WHERE owner_key <> ''",
    "CREATE INDEX idx_register_dossier_procedure ON register_dossier(procedure)",
    # `origin`: 0 listed with its dossier, 1 in a list of papers. `ends_on`: first day on which it is not in force.
    # `live`: 0 when a row of a list of papers stands for it. `shared`: other rows have the same result_id.
    # `paper_id`: the digitized paper.
    """
    CREATE TABLE register_paper (
        dossier INTEGER NOT NULL, origin INTEGER NOT NULL, ordinal INTEGER NOT NULL, is_result INTEGER NOT NULL,
        name TEXT NOT NULL, number TEXT NOT NULL, issued_on TEXT, valid_until TEXT, revoked_on TEXT, ends_on TEXT,
        result_id TEXT NOT NULL, file_name TEXT NOT NULL, declared INTEGER NOT NULL, reused INTEGER NOT NULL,
        from_store INTEGER NOT NULL, live INTEGER NOT NULL, shared INTEGER NOT NULL, paper_id TEXT,
        PRIMARY KEY (dossier, origin, ordinal)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX idx_register_paper_result ON register_paper(result_id) WHERE result_id <> ''",
    "CREATE INDEX idx_register_paper_paper ON register_paper(paper_id) WHERE paper_id IS NOT NULL",
    # Papers that stand for one of another dossier; made from the events of the papers (see `reuse_link`).
    """
    CREATE TABLE reuse_link (
        paper_id TEXT NOT NULL REFERENCES paper(paper_id), dossier TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (paper_id, dossier)
    ) WITHOUT ROWID
    """,
    # One row a dossier that was received: what it counts for now; `filed`: the archive has a paper of it.
    f"""
    CREATE TABLE dossier_fact (
        id INTEGER PRIMARY KEY, unit TEXT NOT NULL, procedure TEXT NOT NULL, received_on TEXT NOT NULL,
        finished_on TEXT, due_on TEXT, {_columns(FLOW)}, filed INTEGER NOT NULL
    )
    """,
    """
    CREATE INDEX idx_dossier_fact_open ON dossier_fact(unit, procedure, due_on)
    WHERE finished_on IS NULL AND withdrawn = 0
    """,
    # A period seldom begins and ends with a month.
    "CREATE INDEX idx_dossier_fact_received ON dossier_fact(received_on)",
    "CREATE INDEX idx_dossier_fact_finished ON dossier_fact(finished_on, filed) WHERE finished_on IS NOT NULL",
    # `known`: the register has it.
    "ALTER TABLE dossier ADD COLUMN known INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX idx_dossier_unknown ON dossier(object_id) WHERE known = 0",
    # One row a result that was issued; the same result in several dossiers stands where it stood first. `on_N`: day on
    # which it got that quality, '' for the day of issue; `found_on`: day on which a file of it came into the archive.
    f"""
    CREATE TABLE result_fact (
        dossier INTEGER NOT NULL, origin INTEGER NOT NULL, ordinal INTEGER NOT NULL, unit TEXT NOT NULL,
        procedure TEXT NOT NULL, issued_on TEXT NOT NULL, ends_on TEXT, {_columns(RESULT)}, declared INTEGER NOT NULL,
        on_0 TEXT, on_1 TEXT, on_2 TEXT, found_on TEXT,
        PRIMARY KEY (dossier, origin, ordinal)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX idx_result_fact_issued ON result_fact(issued_on)",
    "CREATE INDEX idx_result_fact_ends ON result_fact(ends_on) WHERE ends_on IS NOT NULL",
    # Sums over the facts by unit and by procedure (`dim`) and month.
    f"""
    CREATE TABLE flow (
        dim TEXT NOT NULL, key TEXT NOT NULL, month TEXT NOT NULL, {_columns(FLOW)}, PRIMARY KEY (dim, key, month)
    ) WITHOUT ROWID
    """,
    # Changes of the stock: results issued in that month, less those that are no longer in force at its end, with the
    # qualities that they have now; and as many as had them at the end of that month.
    f"""
    CREATE TABLE stock (
        dim TEXT NOT NULL, key TEXT NOT NULL, month TEXT NOT NULL, {_columns(STOCK)}, PRIMARY KEY (dim, key, month)
    ) WITHOUT ROWID
    """,
    f"CREATE TABLE content (id INTEGER PRIMARY KEY CHECK (id = 1), {_columns(CONTENT)}, refused INTEGER NOT NULL)",
    # What the last check says of a paper's signatures: '' without any, else the worst verdict; and from when on that
    # holds. A signature that passes today was as good on the day it was made: a check repeated takes nothing from then.
    "ALTER TABLE paper ADD COLUMN verdict TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE paper ADD COLUMN holds_from TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX idx_signature_checked ON signature(checked_at)",
    "ALTER TABLE procedure ADD COLUMN issuer TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE procedure ADD COLUMN performers TEXT NOT NULL DEFAULT ''",
    # Lists of units name successors and parents that they do not have themselves.
    "ALTER TABLE unit RENAME TO unit_before",
    """
    CREATE TABLE unit (
        code TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, parent TEXT NOT NULL DEFAULT '',
        valid_from TEXT, valid_to TEXT, successor TEXT NOT NULL DEFAULT ''
    )
    """,
    """
    INSERT INTO unit(code, name, level, valid_from, valid_to, successor)
    SELECT code, name, level, valid_from, valid_to, coalesce(successor, '') FROM unit_before
    """,
    "DROP TABLE unit_before",
    """
    UPDATE paper SET (verdict, holds_from) = (
        SELECT CASE WHEN max(verdict = 'TOTAL_FAILED') THEN 'TOTAL_FAILED'
                    WHEN min(verdict = 'TOTAL_PASSED') THEN 'TOTAL_PASSED' ELSE 'INDETERMINATE' END,
               max(min(checked_at, coalesce(signed_at, checked_at)))
        FROM signature WHERE signature.paper_id = paper.paper_id
    ) WHERE paper_id IN (SELECT paper_id FROM signature)
    """,
)


def create(db: Database) -> None:
    """Add the tables; papers that are there already are counted by `content.recount`, which the migration calls."""
    for statement in _STATEMENTS:
        db.execute(statement)


def counting(table: str = "paper") -> str:
    """The condition that a row of `paper` counts: the one rule, in SQL, of `PaperState.counts`.

    Args:
        table: the name that the table has in the query.

    """
    # What does not count is listed, not what does: the index by state would lead through nearly all papers.
    states = ", ".join(f"'{state.value}'" for state in PaperState if not state.counts)
    return f"{table}.state NOT IN ({states})"


def values(names: list[str] | tuple[str, ...]) -> str:
    """Texts as one parameter of a query, for `IN (SELECT value FROM json_each(?))`: as many as there may be."""
    return json.dumps(list(names), ensure_ascii=False)
