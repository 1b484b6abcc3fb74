"""Sums over the papers of the archive, kept true by the transactions that write papers.

Papers of the same pages of the same bytes are one paper for a report, and the best of them counts: a paper is digitized
once it is anywhere. Before a paper is written, what its bytes count for is taken out of the sums; afterwards it is put
in again.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from sqlite_utils import Database

from digidoc.archive.events import events
from digidoc.archive.register.schema import CONTENT, counting
from digidoc.model import SignatureRecord, Verdict

# One row of what the attached papers of each content count for at a moment; see `verdict`.
_CONTENTS: Final = f"""
    SELECT 1 AS attached, max(conformant) AS conformant, max(verdict <> '') AS with_signature, max(good) AS signed,
           max(verdict = 'TOTAL_FAILED') AND NOT max(good) AS failed,
           max(verdict = 'INDETERMINATE') AND NOT max(good) AND NOT max(verdict = 'TOTAL_FAILED') AS indeterminate,
           max(state = 'review') AS review, count(*) - 1 AS copies
    FROM (SELECT *, verdict = 'TOTAL_PASSED' AND holds_from <= :until AS good FROM paper) AS p
    WHERE {counting("p")} AND registered_at <= :until {{which}} GROUP BY sha256, part
"""  # noqa: S608
_SUMS: Final = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in CONTENT)
_REFUSED: Final = """
    (SELECT count(*) FROM paper WHERE state = 'refused' AND registered_at <= :until
     AND (settled_at = '' OR settled_at > :until) {which})
"""
_COUNTED: Final = f"SELECT {_SUMS}, {_REFUSED} AS refused FROM ({_CONTENTS})"  # noqa: S608 (names from here)
_EVER: Final = "9999"


def verdict(signatures: Iterable[SignatureRecord]) -> tuple[str, str]:
    """The worst verdict of a paper's signatures, and from when on it holds; ("", "") without any.

    A signature that passes today was as good on the day it was made: a check that is repeated takes nothing from then.
    """
    from digidoc.formats.codec import stamp

    found = list(signatures)
    if not found:
        return "", ""
    verdicts = {signature.verdict for signature in found}
    passed, failed = Verdict.TOTAL_PASSED, Verdict.TOTAL_FAILED
    found_of_all = failed if failed in verdicts else passed if verdicts == {passed} else Verdict.INDETERMINATE
    return found_of_all.value, max(stamp(min(one.checked_at, one.signed_at or one.checked_at)) for one in found)


def take_out(db: Database, sha256: str) -> None:
    """Take what a content counts for out of the sums; call it before a paper with it is written, `put_in` after."""
    _add(db, sha256, "-")


def put_in(db: Database, sha256: str) -> None:
    """Put what a content counts for into the sums; see `take_out`."""
    _add(db, sha256, "+")


def recount(db: Database) -> None:
    """Make the sums anew from the papers."""
    row = db.execute(_COUNTED.format(which=""), {"until": _EVER}).fetchone()
    db.execute("DELETE FROM content")
    db.execute(f"INSERT INTO content VALUES (1, {', '.join('?' * len(row))})", row)  # noqa: S608 (marks only)


def counted(db: Database, until: str | None) -> dict[str, int]:
    """The sums by name, and `refused`: now, or at a moment (ISO 8601, UTC), counted from the papers themselves."""
    table = "content" if until is None else _then(db, until)
    row = next(db.query(f"SELECT * FROM {table}"))  # noqa: S608 (names from here)
    row.pop("id", None)
    return row


def _then(db: Database, until: str) -> str:
    """A table with the sums of a past moment, which a report asks for twice; see `register.counts.Question`."""
    key = f"{until} {events.head(db).hash}"
    table = f"content_{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    if db.execute("SELECT 1 FROM temp.sqlite_master WHERE name = ?", [table]).fetchone() is None:
        db.execute(f"CREATE TEMP TABLE {table} AS {_COUNTED.format(which='')}", {"until": until})
    return table


def _add(db: Database, sha256: str, sign: str) -> None:
    sql = _COUNTED.format(which="AND sha256 = :sha256")
    row = next(db.query(sql, {"until": _EVER, "sha256": sha256}))
    changed = ", ".join(f"{name} = {name} {sign} :{name}" for name in row)
    db.execute(f"UPDATE content SET {changed}", row)  # noqa: S608 (names from here)
