"""Rows of a list of papers, on their way into the catalogue beside the papers that dossiers bring themselves."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sqlite_utils import Database

from digidoc.archive.register import facts
from digidoc.archive.register.match import comparable, comparable_number
from digidoc.archive.register.rows import PAPER_COLUMNS, paper_row
from digidoc.archive.register.schema import values
from digidoc.errors import UnknownDossier

_COLUMNS: Final = ", ".join(PAPER_COLUMNS)
_WRITTEN: Final = slice(3, 15)  # of the columns, those that come from the list
_ADD: Final = f"INSERT OR REPLACE INTO register_paper({_COLUMNS}) VALUES ({', '.join('?' * len(PAPER_COLUMNS))})"  # noqa: S608
Key = tuple[int, str, str]


class PaperWriter:
    """Papers by the codes of their dossiers.

    Two rows of a dossier are about the same paper when they have the same kind and the same id; without ids, the same
    number; without numbers, the same name. The last one counts.
    """

    def __init__(self, db: Database) -> None:
        self.counts = [0, 0, 0]
        self._db = db

    def take(self, lines: list[tuple[bytes, Mapping[str, Any]]], keep: Callable[[bytes], None]) -> None:
        """Write rows of a list of papers; those that are new or other than before are given to `keep` too.

        Raises:
            UnknownDossier: the register does not have the dossier.

        """
        places = self._places({row["dossier"] for _line, row in lines})
        chosen = {(places[row["dossier"]], _key(row)): (line, row) for line, row in lines}
        known, last = self._known(set(places.values()))
        new, touched = [], set()
        for (place, key), (line, row) in chosen.items():
            old = known.get((place, key))
            ordinal = last.get(place, -1) + 1 if old is None else old[2]
            columns = paper_row(row, place, 1, ordinal)
            if old is not None and old[_WRITTEN] == columns[_WRITTEN]:
                self.counts[2] += 1
                continue
            self.counts[0 if old is None else 1] += 1
            last[place] = max(last.get(place, -1), ordinal)
            keep(line)
            new.append(columns)
            touched.add(place)
        facts.touch(self._db, touched)
        self._db.conn.executemany(_ADD, new)
        self._db.conn.executemany("UPDATE register_dossier SET listed = 1 WHERE id = ?", [(n,) for n in touched])
        hide_repeated(self._db, touched)

    def _places(self, codes: set[str]) -> dict[str, int]:
        sql = "SELECT code, id FROM register_dossier WHERE code IN (SELECT value FROM json_each(?))"
        found = dict(self._db.execute(sql, [values(sorted(codes))]).fetchall())
        for code in sorted(codes - found.keys()):
            raise UnknownDossier(dossier=code)
        return found

    def _known(self, places: set[int]) -> tuple[dict[tuple[int, Key], tuple[Any, ...]], dict[int, int]]:
        known: dict[tuple[int, Key], tuple[Any, ...]] = {}
        last: dict[int, int] = {}
        for row in _listed(self._db, places, 1):
            record = dict(zip(PAPER_COLUMNS, row, strict=True))
            known[row[0], _key({**record, "kind": "result" if record["is_result"] else "component"})] = row
            last[row[0]] = max(last.get(row[0], -1), row[2])
        return known, last


def hide_repeated(db: Database, places: Iterable[int]) -> None:
    """Hide the rows that dossiers brought where a list of papers has the same paper: such a row does not count.

    A row that says nothing but its kind is hidden when a list has any paper of that kind.

    Args:
        db: the catalogue, within `facts.changing`.
        places: numbers of dossiers for which a list was imported.

    """
    numbers = set(places)
    by_dossier: dict[int, list[dict[str, Any]]] = {}
    for row in _listed(db, numbers, 1):
        by_dossier.setdefault(row[0], []).append(dict(zip(PAPER_COLUMNS, row, strict=True)))
    changed = []
    for row in _listed(db, numbers, 0):
        own = dict(zip(PAPER_COLUMNS, row, strict=True))
        live = not any(_stands_for(other, own) for other in by_dossier.get(row[0], ()))
        changed.append((int(live), *row[:3]))
    # A hidden row has no digitized paper: another row may have it.
    db.conn.executemany(
        "UPDATE register_paper SET live = ?1, paper_id = iif(?1, paper_id, NULL) "
        "WHERE dossier = ?2 AND origin = ?3 AND ordinal = ?4",
        changed,
    )


def _stands_for(listed: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    if listed["is_result"] != own["is_result"]:
        return False
    if not (own["result_id"] or own["number"] or own["name"]):
        return True
    if listed["result_id"] and own["result_id"]:
        return bool(listed["result_id"] == own["result_id"])
    if listed["number"] and own["number"]:
        return comparable_number(listed["number"]) == comparable_number(own["number"])
    return comparable(listed["name"]) == comparable(own["name"])


def _key(row: Mapping[str, Any]) -> Key:
    result_id, number = row.get("result_id", ""), row.get("number", "")
    kind = int(row["kind"] == "result")
    if result_id:
        return kind, "id", result_id
    return (kind, "number", comparable_number(number)) if number else (kind, "name", comparable(row["name"]))


def _listed(db: Database, places: set[int], origin: int) -> list[tuple[Any, ...]]:
    sql = (
        f"SELECT {_COLUMNS} FROM register_paper "  # noqa: S608 (names from here)
        "WHERE dossier IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND origin = ? ORDER BY 1, 2, 3"
    )
    return list(db.execute(sql, [values(list(map(str, sorted(places)))), origin]).fetchall())
