"""What dossiers and results count for, and the sums over them: the one place where it is said what counts as what.

A fact is a row of noughts and ones. `dossiers` and `results` are queries that make facts from the register and the
papers, as of any moment; the tables `dossier_fact` and `result_fact` hold those of now, and `flow` and `stock` their
sums. Whoever changes rows that facts are made from *touches* the dossiers first: within `changing`, what they count for
is taken out of the sums, their facts are made anew, and put in again. It makes no difference whether one dossier was
touched or a million.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlite_utils import Database

from digidoc.archive.register import match, sums
from digidoc.archive.register.schema import FLOW, counting

EVER: Final = {"until": "9999", "day": "9999-12-31"}
# A row of the register with its digitized paper: `at`, `co`, `si` are the three qualities.
_ROWS: Final = f"""
    LEFT JOIN register_paper AS r ON r.dossier = d.id AND r.live
    LEFT JOIN paper AS p ON p.paper_id = r.paper_id AND {counting("p")} AND p.registered_at <= :until
"""
_QUALITIES: Final = (
    "(r.declared OR p.paper_id IS NOT NULL)",
    "coalesce(p.conformant, 0)",
    "coalesce(p.verdict = 'TOTAL_PASSED' AND p.holds_from <= :until, 0)",
)
_ROW_COUNTS: Final = ", ".join(
    (
        "sum(r.is_result = 0) AS parts",
        "sum(r.is_result) AS outcomes",
        "max(r.is_result = 0 AND (r.reused OR r.from_store)) AS reuse",
        "max(r.is_result = 0 AND r.from_store) AS stored",
        *(f"sum(r.is_result = 0 AND {quality}) AS part_{n}" for n, quality in enumerate(_QUALITIES)),
        *(f"sum(r.is_result AND {quality}) AS outcome_{n}" for n, quality in enumerate(_QUALITIES)),
    )
)
# Received: states 2 and 4 to 10; withdrawn or stopped: 7 and 8; resolved: 9 and 10.
_COUNTED: Final = f"""
    SELECT d.id, d.unit, d.procedure, d.received_on, d.due_on, d.channel, d.passed, d.synced, d.result_due AS owes,
           d.state IN (7, 8) AS withdrawn, d.code IN (SELECT dossier FROM reuse_link WHERE at <= :until) AS linked,
           CASE WHEN d.state IN (9, 10) AND d.finished_on <= :day THEN d.finished_on END AS finished_on, {_ROW_COUNTS}
    FROM {{source}} {_ROWS} WHERE d.state IN (2, 4, 5, 6, 7, 8, 9, 10) GROUP BY d.id
"""  # noqa: S608 (texts from here)
_DUE: Final = "(finished_on IS NOT NULL AND owes)"
_FLAGS: Final = {
    "received": "1",
    "received_online": "coalesce(channel = 'online', 0)",
    "withdrawn": "withdrawn",
    "withdrawn_online": "withdrawn AND coalesce(channel = 'online', 0)",
    "components_due": "coalesce(parts, 0) > 0",
    **{f"components_{n}": f"coalesce(parts > 0 AND part_{n} = parts, 0)" for n in range(3)},
    "reused": "coalesce(reuse, 0) OR linked",
    "synced": "coalesce(stored, 0) OR synced",
    "complete_due": f"coalesce(parts, 0) > 0 OR {_DUE}",
    **{
        f"complete_{n}": f"(coalesce(parts, 0) > 0 OR {_DUE}) AND coalesce(part_{n} = parts, 1) "
        f"AND (NOT {_DUE} OR coalesce(outcomes > 0 AND outcome_{n} = outcomes, 0))"
        for n in range(3)
    },
    "passed": "passed IS NOT NULL",
    "passed_online": "coalesce(passed, 0)",
    "resolved": "finished_on IS NOT NULL",
    "early": "coalesce(finished_on < due_on, 0)",
    "punctual": "finished_on IS NOT NULL AND coalesce(finished_on = due_on, 1)",
    "late": "coalesce(finished_on > due_on, 0)",
    "result_due": _DUE,
    **{f"results_{n}": f"{_DUE} AND coalesce(outcomes > 0 AND outcome_{n} = outcomes, 0)" for n in range(3)},
}
_DOSSIERS: Final = (
    "SELECT id, unit, procedure, received_on, finished_on, due_on, "  # noqa: S608 (texts from here)
    + ", ".join(f"{_FLAGS[name]} AS {name}" for name in FLOW)
    + f" FROM ({_COUNTED})"
)
_FOUND: Final = "date(p.registered_at, '+7 hours')"
_CHECKED: Final = "max(date(p.registered_at, '+7 hours'), date(p.holds_from, '+7 hours'))"
# Days in Việt Nam on which a result got each quality; '' for one that the register says to be there.
_SINCE: Final = (
    f"CASE WHEN r.declared THEN '' ELSE {_FOUND} END",
    f"CASE WHEN p.conformant THEN {_FOUND} END",
    f"CASE WHEN p.verdict = 'TOTAL_PASSED' AND p.holds_from <= :until THEN {_CHECKED} END",
)
# CROSS: rows are sought by their dossiers, never by going through all results.
_RESULT_ROWS: Final = f"""
    FROM {{source}} {_ROWS.replace("LEFT", "CROSS", 1)}
    WHERE r.is_result AND r.shared = {{shared}} AND coalesce(r.issued_on, d.finished_on) IS NOT NULL
"""
_RANK: Final = "r.dossier * 1000000 + r.origin * 500000 + r.ordinal"
_RESULTS: Final = f"""
    SELECT dossier, origin, ordinal, unit, procedure, issued_on, ends_on, 1 AS results, on_0 IS NOT NULL AS digitized_0,
           on_1 IS NOT NULL AS digitized_1, on_2 IS NOT NULL AS digitized_2,
           declared AND found_on IS NULL AS declared_only, declared, on_0, on_1, on_2, found_on
    FROM (
        SELECT r.dossier, r.origin, r.ordinal, d.unit, d.procedure, coalesce(r.issued_on, d.finished_on) AS issued_on,
               r.ends_on, r.declared, {", ".join(f"{since} AS on_{n}" for n, since in enumerate(_SINCE))},
               {_FOUND} AS found_on
        {_RESULT_ROWS.format(source="{source}", shared=0)}
        UNION ALL
        SELECT f.dossier, f.origin, f.ordinal, d.unit, d.procedure, coalesce(f.issued_on, d.finished_on), f.ends_on,
               best.declared, best.on_0, best.on_1, best.on_2, best.found_on
        FROM (
            SELECT min({_RANK}) AS rank, max(r.declared) AS declared, min({_FOUND}) AS found_on,
                   {", ".join(f"min({since}) AS on_{n}" for n, since in enumerate(_SINCE))}
            {_RESULT_ROWS.format(source="{source}", shared=1)}
            GROUP BY r.result_id
        ) AS best
        CROSS JOIN register_paper AS f
        ON f.dossier = rank / 1000000 AND f.origin = rank % 1000000 / 500000 AND f.ordinal = rank % 500000
        CROSS JOIN register_dossier AS d ON d.id = f.dossier
    )
"""  # noqa: S608 (texts from here)
_ALL: Final = "register_dossier AS d"
_TOUCHED: Final = "touched CROSS JOIN register_dossier AS d ON d.id = touched.id"


def dossiers(*, touched: bool = False) -> str:
    """The query for facts of dossiers at the end of `:day`, with papers filed and signatures checked `:until`.

    Columns: id, unit, procedure, received_on, finished_on (None for one not resolved by that day), due_on, and what it
    counts for. Those received after that day are there too.
    """
    return _DOSSIERS.format(source=_TOUCHED if touched else _ALL)


def results(*, touched: bool = False) -> str:
    """The query for facts of results, with papers filed and signatures checked `:until`.

    Columns: dossier, origin, ordinal, unit, procedure, issued_on, ends_on (first day on which it is not in force any
    more), and what it counts for. A result without a day of issue was issued when its dossier was resolved; before
    that, it does not exist. One that stands in several dossiers is that of the first of them, and the best counts.
    """
    return _RESULTS.format(source=_TOUCHED if touched else _ALL)


_INSERT: Final = f"""
    INSERT INTO dossier_fact
    SELECT fact.*, EXISTS (
        SELECT 1 FROM register_dossier AS d CROSS JOIN paper ON paper.dossier = d.code
        WHERE d.id = fact.id AND {counting()}
    ) FROM ({dossiers(touched=True)}) AS fact
"""  # noqa: S608 (texts from here)


@contextmanager
def changing(db: Database) -> Iterator[None]:
    """Keep facts and sums true while rows that they are made from change; `touch` what changes in this context.

    To be used within a transaction.
    """
    db.execute("CREATE TEMP TABLE IF NOT EXISTS touched (id INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM touched")
    yield
    _share(db)
    sums.add(db, -1)
    db.execute("DELETE FROM dossier_fact WHERE id IN (SELECT id FROM touched)")
    db.execute("DELETE FROM result_fact WHERE dossier IN (SELECT id FROM touched)")
    db.execute(_INSERT, EVER)
    db.execute(f"INSERT INTO result_fact {results(touched=True)}", EVER)
    sums.add(db, 1)
    db.execute("DELETE FROM touched")


@contextmanager
def papers_changing(db: Database, dossiers: Iterable[str], linked: Iterable[str] = ()) -> Iterator[None]:
    """Keep facts and sums true, and papers matched, while papers are written.

    Args:
        db: the catalogue, in a transaction.
        dossiers: that the papers belong to.
        linked: the dossiers that they were taken for too.

    """
    known = "SELECT id FROM register_dossier WHERE code = ?"
    found = [(code, row[0]) for code in dict.fromkeys(dossiers) for row in db.execute(known, [code])]
    own = [number for _code, number in found]
    others = [row[0] for code in dict.fromkeys(linked) for row in db.execute(known, [code])]
    if not own and not others:
        yield
        return
    with changing(db):
        touch(db, [*own, *others])
        yield
        db.conn.executemany("UPDATE dossier SET known = 1 WHERE code = ?", [(code,) for code, _number in found])
        match.match(db, own)


def touch(db: Database, ids: Iterable[int]) -> None:
    """Say that these dossiers change, before rows of them are removed."""
    listed = [(number,) for number in ids]
    db.conn.executemany("INSERT OR IGNORE INTO touched VALUES (?)", listed)
    db.conn.executemany(
        "INSERT OR IGNORE INTO touched SELECT other.dossier FROM register_paper AS own "
        "JOIN register_paper AS other ON other.result_id = own.result_id AND other.result_id <> '' "
        "WHERE own.dossier = ? AND own.shared",
        listed,
    )


def touch_new(db: Database, first: int, last: int) -> None:
    """Say that the dossiers of these numbers are new."""
    db.execute(
        "WITH RECURSIVE n(id) AS (SELECT ? WHERE ? <= ? UNION ALL SELECT id + 1 FROM n WHERE id < ?) "
        "INSERT OR IGNORE INTO touched SELECT id FROM n",
        [first, first, last, last],
    )


def _share(db: Database) -> None:
    """Mark results that stand in several dossiers, and touch all of these."""
    several = """
        SELECT DISTINCT r.result_id FROM touched CROSS JOIN register_paper AS r ON r.dossier = touched.id
        WHERE r.result_id <> '' AND NOT r.shared AND EXISTS (
            SELECT 1 FROM register_paper AS other WHERE other.result_id = r.result_id AND other.result_id <> ''
            AND (other.dossier, other.origin, other.ordinal) <> (r.dossier, r.origin, r.ordinal)
        )
    """
    found = db.execute(several).fetchall()
    of_result = "register_paper WHERE result_id = ? AND result_id <> ''"
    db.conn.executemany(f"INSERT OR IGNORE INTO touched SELECT dossier FROM {of_result}", found)  # noqa: S608
    db.conn.executemany(
        "UPDATE register_paper SET shared = 1 WHERE result_id = ? AND result_id <> ''",
        found,
    )
