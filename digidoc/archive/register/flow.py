"""Counts of dossiers received and resolved in a period: see `counts` for where they come from."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from sqlite_utils import Database

from digidoc.archive.register.counts import Question, add, ask, folded, sums_of
from digidoc.archive.register.schema import FLOW, RECEIVED, RESOLVED
from digidoc.archive.register.scope import column_of, key_of
from digidoc.register import FlowCounts, GroupBy, Scope

_Sums = dict[tuple[str, str], list[int]]  # by key and month
_DAY: Final = timedelta(days=1)


def flow(db: Database, by: GroupBy | None, scope: Scope) -> dict[str, FlowCounts]:
    """Counts of dossiers; see `Archive.flow`."""
    key = key_of(db, by)
    found: dict[str, list[int]] = {}
    for (code, month), sums in _flow(ask(db, scope), column_of(by), months=by is GroupBy.MONTH).items():
        add(found, month if by is GroupBy.MONTH else key(code), sums)
    return {name: _counts(sums) for name, sums in sorted(found.items()) if any(sums)}


def flow_grid(db: Database, scope: Scope) -> dict[tuple[str, str], FlowCounts]:
    """Counts by unit and month; see `Archive.flow_grid`."""
    found = _flow(ask(db, scope), "unit", months=True)
    return {place: _counts(sums) for place, sums in sorted(found.items()) if any(sums)}


def _flow(asked: Question, column: str | None, *, months: bool) -> _Sums:
    """From the sums of all months that the period touches, less the days of these that lie outside of it."""
    first, last = asked.scope.first, asked.scope.last
    if first is not None and last is not None and first > last:
        return {}
    dim = asked.dimension(column)
    if dim is None:
        return _of_facts(asked, column, _texts(asked.scope), months=months)
    found = _of_months(asked, dim, column, months=months)
    for outside in _outside(first, last):
        for place, sums in _of_facts(asked, column, outside, months=months).items():
            add(found, place, (-count for count in sums))
    return found


def _outside(first: date | None, last: date | None) -> Iterator[tuple[str, str]]:
    """Spans of days, none or two: before the period in its first month, and after it in its last."""
    if first is not None and first.day > 1:
        yield first.replace(day=1).isoformat(), (first - _DAY).isoformat()
    if last is not None:
        end = last.replace(day=monthrange(last.year, last.month)[1])
        if last < end:
            yield (last + _DAY).isoformat(), end.isoformat()


def _texts(scope: Scope) -> tuple[str, str]:
    first, last = scope.first, scope.last
    return "" if first is None else first.isoformat(), "9999-12-31" if last is None else last.isoformat()


def _of_months(asked: Question, dim: str, column: str | None, *, months: bool) -> _Sums:
    key = f"{'key' if column else repr('')}, {'month' if months else repr('')}"
    where = asked.where.replace(f"{dim} IN", "key IN")
    sql = (
        f"SELECT {key}, {sums_of(FLOW)} FROM flow WHERE dim = :dim AND {where} "  # noqa: S608 (names from here)
        "AND month >= substr(:first, 1, 7) AND month <= substr(:last, 1, 7) GROUP BY 1, 2"
    )
    rows = asked.db.execute(sql, {**asked.values, "dim": dim})
    return {(row[0], row[1]): list(row[2:]) for row in rows}


def _of_facts(asked: Question, column: str | None, span: tuple[str, str], *, months: bool) -> _Sums:
    """The counts of a span of days, its ends included."""
    found: _Sums = {}
    source = asked.dossiers()
    parts = []
    for day, counts in (("received_on", RECEIVED), ("finished_on", RESOLVED)):
        key = f"{column or repr('')} AS key, {f'substr({day}, 1, 7)' if months else repr('')} AS month"
        sums = ", ".join(f"sum({name}) AS {name}" if name in counts else f"0 AS {name}" for name in FLOW)
        parts.append(
            f"SELECT {key}, {sums} FROM {source} WHERE {asked.where} "  # noqa: S608 (names from here)
            f"AND {day} >= :first AND {day} <= min(:last, :day) GROUP BY 1, 2"
        )
    values = {**asked.values, "first": span[0], "last": span[1]}
    for row in asked.db.execute(" UNION ALL ".join(parts), values):
        add(found, (row[0], row[1]), row[2:])
    return found


def _counts(sums: Iterable[int]) -> FlowCounts:
    return FlowCounts(**folded(dict(zip(FLOW, sums, strict=True))))
