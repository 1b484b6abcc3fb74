"""Rows of the register on their way into the catalogue, within one transaction and with flat memory."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, Protocol

from sqlite_utils import Database

from digidoc.archive.register import facts, match
from digidoc.archive.register.rows import DOSSIER_COLUMNS, PAPER_COLUMNS, dossier_row, encode, paper_row
from digidoc.archive.register.schema import values
from digidoc.archive.register.write_papers import PaperWriter, hide_repeated
from digidoc.model import Unit
from digidoc.register import Imported

Line = tuple[bytes, Mapping[str, Any]]  # a row of the register, and the JSON that it stands in
Keep = Callable[[bytes], None]
_CHUNK: Final = 1000
_CACHE: Final = -(1 << 17)  # KiB: the trees that grow at random places stay in memory
_MARKS: Final = ", ".join("?" * len(DOSSIER_COLUMNS))
_PAPER_MARKS: Final = ", ".join("?" * len(PAPER_COLUMNS))
_ADD_DOSSIER: Final = f"INSERT OR REPLACE INTO register_dossier VALUES ({_MARKS})"  # noqa: S608 (marks only)
_ADD_PAPER: Final = f"INSERT INTO register_paper({', '.join(PAPER_COLUMNS)}) VALUES ({_PAPER_MARKS})"  # noqa: S608


# Indexes that no step of an import looks anything up in, before and after facts are made.
_OF_ROWS: Final = (
    "idx_register_dossier_owner",
    "idx_register_dossier_procedure",
    "idx_register_paper_result",
)
_OF_FACTS: Final = (
    "idx_dossier_fact_open",
    "idx_dossier_fact_received",
    "idx_dossier_fact_finished",
    "idx_result_fact_issued",
    "idx_result_fact_ends",
)


class Writer(Protocol):
    """Takes rows of one kind; `counts` are new, changed, unchanged."""

    counts: list[int]

    def take(self, lines: list[Line], keep: Keep) -> None:
        """Write rows; those that are new or other than before are given to `keep` too."""


def write(db: Database, kind: str, lines: Iterable[Line], number: int, own: Unit, keep: Keep) -> Imported:
    """Write rows in the transaction that is under way.

    Args:
        db: the catalogue.
        kind: dossiers, papers, units or procedures.
        lines: the rows.
        number: of the import.
        own: the archive's office, of which its settings know name and level best.
        keep: is given the lines that are new or other than before.

    Raises:
        UnknownDossier: a list of papers names a dossier that the register does not have.

    """
    before = db.execute("PRAGMA cache_size").fetchone()[0]
    db.execute(f"PRAGMA cache_size = {_CACHE}")
    try:
        if kind in ("units", "procedures"):
            writer: Writer = _ListWriter(db, kind, own)
            _take_all(writer, lines, keep)
        else:
            empty = db.execute("SELECT 1 FROM register_dossier LIMIT 1").fetchone() is None
            with _without(db, _OF_FACTS, empty=empty), facts.changing(db):
                writer = _DossierWriter(db, number) if kind == "dossiers" else PaperWriter(db)
                with _without(db, _OF_ROWS, empty=empty):
                    _take_all(writer, lines, keep)
                if sum(writer.counts[:2]):
                    match_touched(db)
    finally:
        db.execute(f"PRAGMA cache_size = {before}")
    return Imported(*writer.counts)


@contextmanager
def _without(db: Database, names: Sequence[str], *, empty: bool) -> Iterator[None]:
    """Into an empty register rows go without these indexes; they are made at once at the end, in half the time."""
    if not empty:
        yield
        return
    marks = ", ".join("?" * len(names))
    made = db.execute(f"SELECT sql FROM sqlite_master WHERE name IN ({marks})", names).fetchall()  # noqa: S608 (marks)
    for name in names:
        db.execute(f"DROP INDEX {name}")
    yield
    for (sql,) in made:
        db.execute(sql)


def match_touched(db: Database) -> None:
    """Match the papers of touched dossiers that have any in the archive, or had."""
    if db.execute("SELECT 1 FROM dossier LIMIT 1").fetchone() is None:
        return
    digitized = """
        SELECT touched.id FROM touched CROSS JOIN register_dossier AS d ON d.id = touched.id
        JOIN dossier ON dossier.code = d.code
    """
    match.match(db, [row[0] for row in db.execute(digitized)])
    db.execute(
        "UPDATE dossier SET known = 1 WHERE known = 0 AND EXISTS "
        "(SELECT 1 FROM register_dossier AS d WHERE d.code = dossier.code)"
    )


def _take_all(writer: Writer, lines: Iterable[Line], keep: Keep) -> None:
    rows = iter(lines)
    while chunk := list(islice(rows, _CHUNK)):
        writer.take(chunk, keep)


class _DossierWriter:
    """Dossiers with the papers that are listed with them."""

    def __init__(self, db: Database, number: int) -> None:
        self.counts = [0, 0, 0]
        self._db = db
        self._number = number
        self._next = 1 + db.execute("SELECT coalesce(max(id), 0) FROM register_dossier").fetchone()[0]

    def take(self, lines: list[Line], keep: Keep) -> None:
        """See `Writer`; of rows with the same code the last counts."""
        chosen = {row["code"]: (line, row) for line, row in lines}
        known = self._known(chosen)
        first, changed = self._next, []
        dossiers: list[tuple[Any, ...]] = []
        papers: list[tuple[Any, ...]] = []
        for code, (line, row) in chosen.items():
            digest = hashlib.blake2b(line, digest_size=16).digest()
            old = known.get(code)
            if old is not None and old[1] == digest:
                self.counts[2] += 1
                continue
            keep(line)
            if old is None:
                self.counts[0] += 1
                place, listed = self._next, 0
                self._next += 1
            else:
                self.counts[1] += 1
                place, _digest, listed = old
                changed.append((place, listed))
            dossiers.append(dossier_row(row, place, listed, self._number, digest))
            papers += [paper_row(paper, place, 0, n) for n, paper in enumerate(row.get("papers", ()))]
        self._write(first, changed, dossiers, papers)

    def _known(self, codes: Iterable[str]) -> dict[str, tuple[int, bytes, int]]:
        if self._next == 1:
            return {}
        sql = "SELECT code, id, digest, listed FROM register_dossier WHERE code IN (SELECT value FROM json_each(?))"
        return {code: (place, digest, listed) for code, place, digest, listed in self._db.execute(sql, [_json(codes)])}

    def _write(
        self,
        first: int,
        changed: list[tuple[int, int]],
        dossiers: list[tuple[Any, ...]],
        papers: list[tuple[Any, ...]],
    ) -> None:
        db = self._db
        facts.touch(db, (place for place, _listed in changed))
        facts.touch_new(db, first, self._next - 1)
        old = [(place,) for place, _listed in changed]
        db.conn.executemany("DELETE FROM register_paper WHERE dossier = ? AND origin = 0", old)
        db.conn.executemany(_ADD_DOSSIER, dossiers)
        db.conn.executemany(_ADD_PAPER, papers)
        hide_repeated(db, [place for place, listed in changed if listed])


class _ListWriter:
    """Units or procedures."""

    def __init__(self, db: Database, kind: str, own: Unit) -> None:
        self.counts = [0, 0, 0]
        self._db = db
        self._own = own
        self._table, self._columns = _LISTS[kind]

    def take(self, lines: list[Line], keep: Keep) -> None:
        """See `Writer`."""
        names = ", ".join(self._columns)
        known = f"SELECT {names} FROM {self._table} WHERE code = ?"  # noqa: S608 (names from here)
        add = f"INSERT OR REPLACE INTO {self._table}({names}) VALUES ({', '.join('?' * len(self._columns))})"  # noqa: S608
        for line, row in lines:
            new = tuple(row[name] for name in self._columns)
            if self._table == "unit" and row["code"] == self._own.code:
                # Code, name, level: the settings of the archive say them.
                new = (new[0], self._own.name or new[1], self._own.level.value, *new[3:])
            old = self._db.execute(known, [row["code"]]).fetchone()
            if old == new:
                self.counts[2] += 1
                continue
            self.counts[0 if old is None else 1] += 1
            self._db.execute(add, new)
            keep(line)


_LISTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "units": ("unit", ("code", "name", "level", "parent", "valid_from", "valid_to", "successor")),
    "procedures": ("procedure", ("code", "name", "field", "issuer", "performers")),
}


def _json(codes: Iterable[str]) -> str:
    return values(tuple(codes))


def lines_of(rows: Iterable[Any], to_json: Callable[[Any], Mapping[str, Any]]) -> Iterator[Line]:
    """Rows as JSON objects, and as the lines that they stand in."""
    for row in rows:
        made = to_json(row)
        yield encode(made).encode(), made
