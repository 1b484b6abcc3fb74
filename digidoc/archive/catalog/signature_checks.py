"""What later checks of signatures say: which files are to be checked, and what was found, written into the catalogue.

A check is a run, kept in the table of runs that fixity checks have too, under a scope of its own. A paper whose
signatures were checked since the run began is done; so a run that was killed is taken up where it was. Each paper keeps
what the last check said and when. Into the chain of events goes one event a run, and one for a paper whose verdict is
another one than before: monthly checks of a million papers whose signatures hold add twelve events a year.

All of that is knowledge of the catalogue alone: metadata.json in the store says what was found when the paper was
filed. A catalogue that is made anew starts from there; of what the old one knew only bad news is carried over, see
`carry_over`. So a report never claims more than is known.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, cast

from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import transaction, translated
from digidoc.archive.events import clerk, events
from digidoc.archive.register.schema import counting
from digidoc.formats import codec
from digidoc.formats.codec import stamp
from digidoc.model import Event, SignatureRecord, Verdict, worst

KIND: Final = "digital signature validation"  # PREMIS event type
_ORDER: Final = tuple(Verdict)
_AT_ONCE: Final = 500
_END_OF_TIME: Final = "9999"
# The signed copy, or the original where that came signed: it has signatures, and no signed copy was made of it.
_SIGNED: Final = f"""
    FROM paper JOIN file USING (paper_id)
    WHERE {counting()} AND (file.role = 'signed' OR (file.role = 'original'
            AND EXISTS (SELECT 1 FROM signature WHERE signature.paper_id = paper.paper_id)
            AND NOT EXISTS (SELECT 1 FROM file AS copy WHERE copy.paper_id = paper.paper_id AND copy.role = 'signed')))
        AND coalesce((SELECT min(checked_at) FROM signature WHERE signature.paper_id = paper.paper_id), '')
"""  # noqa: S608
_WAITING: Final = (
    f"SELECT paper.rowid, paper_id, dossier, name, role, path, file.sha256 {_SIGNED} < ? "
    "AND paper.rowid > ? ORDER BY paper.rowid LIMIT ?"
)
_DONE: Final = (
    f"SELECT paper.rowid, paper_id, dossier, name, role, path, file.sha256 {_SIGNED} >= ? "
    "AND paper.rowid > ? ORDER BY paper.rowid LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A signed file of the archive.

    Attributes:
        paper_id: whose it is.
        dossier: code; None for a loose paper.
        name: of the original.
        role: signed, or original for a paper that came signed.
        path: from the archive's folder.
        sha256: of the file as it was filed, hex.
        known: what the last check said of its signatures.

    """

    paper_id: str
    dossier: str | None
    name: str
    role: Literal["signed", "original"]
    path: str
    sha256: str
    known: tuple[SignatureRecord, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A check of all signatures: its number, when it began, and how many files its earlier parts checked."""

    number: int
    started: str
    resumed: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found of one file: its signatures, its size in bytes, and whether it is what was filed."""

    file: SignedFile
    signatures: tuple[SignatureRecord, ...]
    size: int
    as_filed: bool


def worst_of(signatures: Iterable[SignatureRecord]) -> Verdict:
    """The verdict on a paper: the worst of its signatures; one that is none of ours counts as the worst of all."""
    return worst(Verdict(one.verdict) if one.verdict in _ORDER else _ORDER[-1] for one in signatures)


def begin(catalog: Catalog, trust: str) -> Run:
    """Begin a run, or take up one that was interrupted.

    Args:
        catalog: of the archive.
        trust: names the trusted authorities; a run with other authorities is another run.

    Raises:
        DigidocError: see `translated`.

    """
    scope = f"signatures by {trust}"
    with translated(catalog.path), transaction(catalog.db):
        sql = "SELECT id, started, files FROM fixity_run WHERE scope = ? AND ended IS NULL ORDER BY id DESC LIMIT 1"
        row = catalog.db.execute(sql, [scope]).fetchone()
        if row is not None:
            return Run(*row)
        started = stamp(datetime.now(UTC))
        sql = "INSERT INTO fixity_run(scope, started, files, bytes) VALUES (?, ?, 0, 0)"
        return Run(int(catalog.db.execute(sql, [scope, started]).lastrowid or 0), started, 0)


def count(catalog: Catalog, run: Run | None) -> int:
    """How many files a run has still to check; without a run, how many signed files there are."""
    with catalog.reading() as db:
        before = _END_OF_TIME if run is None else run.started
        return int(db.execute(f"SELECT count(*) {_SIGNED} < ?", [before]).fetchone()[0])


def waiting(catalog: Catalog, run: Run | None) -> Iterator[SignedFile]:
    """The files that a run has still to check, in the order in which the papers came; without a run, all of them.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    yield from _files(catalog, _WAITING, _END_OF_TIME if run is None else run.started)


def done(catalog: Catalog, run: Run) -> Iterator[SignedFile]:
    """The files that a run has checked, its earlier parts included; `known` is what it found."""
    yield from _files(catalog, _DONE, run.started)


def _files(catalog: Catalog, sql: str, limit: str) -> Iterator[SignedFile]:
    last = -1
    while True:
        with catalog.reading() as db:
            rows = db.execute(sql, [limit, last, _AT_ONCE]).fetchall()
            found = [
                SignedFile(paper_id, dossier, name, role, path, sha256, _known(catalog, paper_id))
                for _rowid, paper_id, dossier, name, role, path, sha256 in rows
            ]
        if not rows:
            return
        last = rows[-1][0]
        yield from found


def _known(catalog: Catalog, paper_id: str) -> tuple[SignatureRecord, ...]:
    rows = catalog.db.query("SELECT * FROM signature WHERE paper_id = ? ORDER BY id", [paper_id])
    return tuple(codec.read(SignatureRecord, row) for row in rows)


def note(catalog: Catalog, run: Run, found: Sequence[Finding]) -> int:
    """Write down what was found, all of it or nothing; how many papers have another verdict than before.

    A paper that was filed anew meanwhile has another file: nothing is written of it.

    Raises:
        DigidocError: see `translated`.

    """
    changed = 0
    with translated(catalog.path), transaction(catalog.db):
        for one in found:
            sql = "SELECT sha256 FROM file WHERE paper_id = ? AND role = ?"
            row = catalog.db.execute(sql, [one.file.paper_id, one.file.role]).fetchone()
            if row is None or row[0] != one.file.sha256:
                continue
            catalog.replace_signatures({one.file.paper_id: one.signatures})
            before, after = worst_of(one.file.known), worst_of(one.signatures)
            if before != after:
                changed += 1
                events.append(catalog.db, [_event(run, one, before, after)], object_id="", paper_id=one.file.paper_id)
        catalog.db.execute(
            "UPDATE fixity_run SET files = files + ?, bytes = bytes + ? WHERE id = ?",
            [len(found), sum(one.size for one in found), run.number],
        )
    return changed


def _event(run: Run, found: Finding, before: Verdict, after: Verdict) -> Event:
    detail = {
        "run": run.number,
        "file": found.file.role,
        "sha256": found.file.sha256,
        "as_filed": found.as_filed,
        "before": before,
        "after": after,
        "why": sorted({one.subindication for one in found.signatures if one.subindication}),
    }
    return clerk.event(KIND, "success" if after is Verdict.TOTAL_PASSED else "fail", detail)


def end(catalog: Catalog, run: Run) -> None:
    """The run has checked everything.

    Raises:
        DigidocError: see `translated`.

    """
    with translated(catalog.path), transaction(catalog.db):
        sql = "UPDATE fixity_run SET ended = ? WHERE id = ?"
        catalog.db.execute(sql, [stamp(datetime.now(UTC)), run.number])


def carry_over(old: Path, catalog: Catalog) -> int:
    """Bring what the old catalogue knew of signatures into one that was made anew, where that is worse news.

    Good news stays out: the old catalogue may be damaged, and a check gives it again. Nothing is brought over from a
    catalogue that cannot be read.

    Args:
        old: the old file; it may be missing.
        catalog: the new one.

    Returns:
        How many papers have another verdict for it.

    """
    if not old.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"{old.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            return sum(_carry(db, catalog, paper_id) for paper_id in _not_passed(db))
    except (sqlite3.Error, ValueError, KeyError, TypeError):
        return 0


def _not_passed(db: sqlite3.Connection) -> list[str]:
    rows = db.execute("SELECT DISTINCT paper_id FROM signature WHERE verdict <> ?", [Verdict.TOTAL_PASSED.value])
    return [cast("str", row[0]) for row in rows]


def _carry(db: sqlite3.Connection, catalog: Catalog, paper_id: str) -> bool:
    rows = db.execute("SELECT * FROM signature WHERE paper_id = ? ORDER BY id", [paper_id])
    then, now = tuple(codec.read(SignatureRecord, dict(row)) for row in rows), _known(catalog, paper_id)
    # What was said before the paper was filed is about another file: the old catalogue may be an old copy.
    later = bool(now) and min(one.checked_at for one in then) > max(one.checked_at for one in now)
    worse = later and _ORDER.index(worst_of(then)) > _ORDER.index(worst_of(now))
    if worse:
        with translated(catalog.path), transaction(catalog.db):
            catalog.replace_signatures({paper_id: then})
    return worse
