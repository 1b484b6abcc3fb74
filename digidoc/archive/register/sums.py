"""Sums over facts by month: what dossiers count for, and how many results came into the stock and how many left it.

A result is in force at the end of a month when it was issued by then and has not ended. Added up from the first month,
the changes give the stock at the end of each: of results with the qualities that they have now, and of those that had
them by then, which is what a trend shows.

The sums are reckoned here and not by SQLite: few facts are different from each other, and to count those that are equal
takes a third of the time that GROUP BY needs to sort them all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from sqlite_utils import Database

from digidoc.archive.register.schema import FLOW, RECEIVED, RESULT, STOCK

_ROWS: Final = 50_000  # read at once
_NOW: Final = len(RESULT)
_NEVER: Final = "9"  # later than every month
# What a dossier counts for, as bits of a number.
_BITS: Final = " + ".join(f"({name} << {place})" for place, name in enumerate(FLOW))
_RECEIVED: Final = (1 << len(RECEIVED)) - 1
_DOSSIERS: Final = (
    f"SELECT unit, procedure, substr(received_on, 1, 7), substr(finished_on, 1, 7), {_BITS} "  # noqa: S608 (names)
    "FROM touched CROSS JOIN dossier_fact USING (id)"
)
# Days cut to months: what comes later, comes in a later month or makes no difference.
MONTHS: Final = f"""
    substr(issued_on, 1, 7), substr(ends_on, 1, 7), digitized_0, digitized_1, digitized_2,
    declared_only, substr(on_0, 1, 7), substr(on_1, 1, 7), substr(on_2, 1, 7),
    CASE WHEN declared THEN coalesce(substr(found_on, 1, 7), '{_NEVER}') END
"""
_RESULTS: Final = (
    f"SELECT unit, procedure, {MONTHS} "  # noqa: S608 (names from here)
    "FROM touched CROSS JOIN result_fact ON result_fact.dossier = touched.id"
)
_CELLS: Final = 200_000  # written at once; few more are to be expected: units and procedures times months
_Cells = dict[tuple[str, str, str], list[int]]  # by dimension, key and month


def add(db: Database, sign: int) -> None:
    """Add what the touched dossiers and their results count for to the sums (1), or take it out (-1)."""
    for table, names, sql, count in (("flow", FLOW, _DOSSIERS, _flow), ("stock", STOCK, _RESULTS, _stock)):
        cells: _Cells = {}
        rows = db.execute(sql)
        while chunk := rows.fetchmany(_ROWS):
            count(cells, chunk, sign)
            if len(cells) > _CELLS:
                _write(db, table, names, cells)
                cells = {}
        _write(db, table, names, cells)


def changes(
    issued: str,
    ends: str | None,
    attached: int,
    conformant: int,
    signed: int,
    declared_only: int,
    *since: str | None,
) -> Iterator[tuple[str, int, int]]:
    """(month, place in `STOCK`, change) for what one result counts for.

    Args:
        issued: month of issue.
        ends: month at whose end it is not in force any more; None for never.
        attached: whether it is so now.
        conformant: likewise.
        signed: likewise.
        declared_only: whether only the register says that it is digitized.
        since: months in which it got each quality ('' at issue, None not at all); and the month in which a file took
            the place of the register's word ('9' not yet, None when the register says nothing).

    """
    for place, count in enumerate((1, attached, conformant, signed, declared_only)):
        if count:
            yield from _span(issued, ends, place)
    *qualities, file = since
    for place, month in enumerate(qualities, _NOW):
        if month is not None:
            yield from _span(max(issued, month), ends, place)
    if file is not None:
        left = min(file, ends or _NEVER)
        yield from _span(issued, None if left == _NEVER else left, _NOW + len(qualities))


def _span(first: str, ends: str | None, place: int) -> Iterator[tuple[str, int, int]]:
    yield first, place, 1
    if ends is not None:
        yield max(first, ends), place, -1


def _flow(cells: _Cells, rows: Iterable[tuple[str, str, str, str | None, int]], sign: int) -> None:
    same: Counter[tuple[str, str, str, int]] = Counter()
    for unit, procedure, received, finished, bits in rows:
        first = bits & _RECEIVED
        same["unit", unit, received, first] += 1
        same["procedure", procedure, received, first] += 1
        if finished is not None:
            last = bits & ~_RECEIVED
            same["unit", unit, finished, last] += 1
            same["procedure", procedure, finished, last] += 1
    for (dim, key, month, bits), times in same.items():
        cell = _cell(cells, (dim, key, month), len(FLOW))
        for place in _places(bits):
            cell[place] += sign * times


def _stock(cells: _Cells, rows: Iterable[tuple[str, ...]], sign: int) -> None:
    for (unit, procedure, *months), times in Counter(rows).items():
        for month, place, change in changes(*months):  # type: ignore[arg-type]
            _cell(cells, ("unit", unit, month), len(STOCK))[place] += sign * times * change
            _cell(cells, ("procedure", procedure, month), len(STOCK))[place] += sign * times * change


def _cell(cells: _Cells, key: tuple[str, str, str], length: int) -> list[int]:
    found = cells.get(key)
    if found is None:
        found = cells[key] = [0] * length
    return found


@lru_cache(maxsize=1 << 12)
def _places(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)


def _write(db: Database, table: str, names: Sequence[str], cells: _Cells) -> None:
    db.conn.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?, {', '.join('?' * len(names))}) ON CONFLICT DO UPDATE SET "  # noqa: S608
        + ", ".join(f"{name} = {name} + excluded.{name}" for name in names),
        ((*key, *counts) for key, counts in cells.items()),
    )
