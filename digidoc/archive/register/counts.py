"""What is counted of the register: from the tables of sums when it is about now, from the rows for a past day.

Sums are kept by unit and by procedure for each month. What they do not have (a choice of units and procedures at once)
is counted from the facts of now; a past day from the rows themselves. Flows of dossiers are in `flow`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar

from sqlite_utils import Database

from digidoc.archive.events import events
from digidoc.archive.register import facts
from digidoc.archive.register.schema import RESULT, TREND, values
from digidoc.archive.register.scope import column_of, covered, key_of
from digidoc.archive.register.sums import MONTHS, changes
from digidoc.clock import VIETNAM
from digidoc.files.codec import stamp
from digidoc.register import GroupBy, ProcessCounts, Scope, StockCounts

_LAST_DAY: Final = "9999-12-31"
_NOTHING: Final = (0,) * len(RESULT)
_T = TypeVar("_T")


def today() -> date:
    """The day in Việt Nam."""
    return datetime.now(VIETNAM).date()


def end_of(day: date) -> str:
    """The last moment of a day in Việt Nam, as moments are kept."""
    return stamp(datetime.combine(day, time.max, VIETNAM).astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the facts.

    Attributes:
        db: the catalogue.
        scope: see `Scope`.
        units, procedures: codes that the scope covers; None for all.

    """

    db: Database
    scope: Scope
    units: set[str] | None
    procedures: set[str] | None

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of every query."""
        scope, day = self.scope, self.scope.as_of
        return {
            "until": facts.EVER["until"] if day is None else end_of(day),
            "day": _LAST_DAY if day is None else day.isoformat(),
            "first": "" if scope.first is None else scope.first.isoformat(),
            "last": _LAST_DAY if scope.last is None else scope.last.isoformat(),
            "units": values(sorted(self.units or ())),
            "procedures": values(sorted(self.procedures or ())),
        }

    @property
    def where(self) -> str:
        """The condition on unit and procedure."""
        chosen = (("unit", self.units), ("procedure", self.procedures))
        parts = [f"{name} IN (SELECT value FROM json_each(:{name}s))" for name, codes in chosen if codes is not None]  # noqa: S608 (names)
        return " AND ".join(parts) or "1"

    def dossiers(self) -> str:
        """Where facts of dossiers come from."""
        return "dossier_fact" if self.scope.as_of is None else self._then("dossiers", facts.dossiers())

    def results(self) -> str:
        """Where facts of results come from."""
        return "result_fact" if self.scope.as_of is None else self._then("results", facts.results())

    def _then(self, name: str, query: str) -> str:
        """A table with the facts of a past day: a report asks for them many times.

        It lasts as long as the connection and is made anew when anything was written since: each write is an event.
        """
        given = self.values
        key = f"{given['until']} {given['day']} {events.head(self.db).hash}"
        table = f"{name}_{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        if self.db.execute("SELECT 1 FROM temp.sqlite_master WHERE name = ?", [table]).fetchone() is None:
            self.db.execute(f"CREATE TEMP TABLE {table} AS {query}", given)
        return table

    def dimension(self, column: str | None, *, of_now: bool = True) -> str | None:
        """Which sums answer it: those by unit or by procedure; None when neither do, or when it is `of_now` and not."""
        if (of_now and self.scope.as_of is not None) or (self.units is not None and self.procedures is not None):
            return None
        chosen = "procedure" if self.procedures is not None else "unit" if self.units is not None else None
        if column is not None and chosen not in (None, column):
            return None
        return column or chosen or "unit"


def ask(db: Database, scope: Scope) -> Question:
    """The question that a scope amounts to."""
    return Question(db, scope, *covered(db, scope))


def in_process(db: Database, by: GroupBy | None, scope: Scope) -> dict[str, ProcessCounts]:
    """Dossiers in process; see `Archive.in_process`."""
    asked = ask(db, scope)
    column = "substr(received_on, 1, 7)" if by is GroupBy.MONTH else column_of(by) or "''"
    # What is known of them does not depend on papers: the facts of now hold for every day.
    still = "finished_on IS NULL" if scope.as_of is None else "(finished_on IS NULL OR finished_on > :day)"
    then = "1" if scope.as_of is None else "received_on <= :day"
    sql = (
        f"SELECT {column}, count(*), coalesce(sum(due_on < :today), 0) FROM dossier_fact "  # noqa: S608 (names)
        f"WHERE {still} AND withdrawn = 0 AND {then} AND {asked.where} GROUP BY 1"
    )
    key = key_of(db, by)
    found: dict[str, list[int]] = {}
    for code, *counts in db.execute(sql, {**asked.values, "today": (scope.as_of or today()).isoformat()}):
        add(found, key(code), counts)
    return {name: ProcessCounts(*counts) for name, counts in sorted(found.items())}


def stock(db: Database, by: GroupBy | None, scope: Scope) -> dict[str, StockCounts]:
    """Results in force; see `Archive.stock`."""
    asked = ask(db, scope)
    key = key_of(db, by)
    found: dict[str, list[int]] = {}
    rows = _stock_of_facts(asked, by) if by is GroupBy.MONTH or scope.as_of else _stock_now(asked, column_of(by))
    for code, sums in rows:
        add(found, key(code), sums)
    return {name: _stock_counts(sums) for name, sums in sorted(found.items()) if any(sums)}


def stock_trend(db: Database, scope: Scope) -> dict[str, StockCounts]:
    """Results in force at the end of each month; see `Archive.stock_trend`."""
    asked = ask(db, scope)
    last = scope.as_of or today()
    dim = asked.dimension(None, of_now=False)
    if dim is None:
        # Units and procedures at once: month by month, from the facts of now, for there are no sums.
        rows = _months_of_facts(asked)
    else:
        sums = sums_of(("results", *TREND))
        where = asked.where.replace(f"{dim} IN", "key IN")
        sql = f"SELECT month, {sums} FROM stock WHERE dim = :dim AND {where} GROUP BY 1"  # noqa: S608 (names from here)
        rows = asked.db.execute(sql, {**asked.values, "dim": dim}).fetchall()
    by_month = {month: counts for month, *counts in rows}
    found: dict[str, StockCounts] = {}
    sums_so_far = [0] * len(RESULT)
    for month in _months(min(by_month, default=""), last.isoformat()[:7]):
        sums_so_far = [old + new for old, new in zip(sums_so_far, by_month.get(month, _NOTHING), strict=True)]
        found[month] = _stock_counts(sums_so_far)
    if found:
        # The month is not over: it stands as it does on the day.
        found[last.isoformat()[:7]] = stock(db, None, scope).get("", StockCounts())
    return found


def _months_of_facts(asked: Question) -> list[tuple[Any, ...]]:
    sums: dict[str, list[int]] = {}
    sql = f"SELECT {MONTHS} FROM result_fact WHERE {asked.where}"  # noqa: S608 (names from here)
    for months in asked.db.execute(sql, asked.values):
        for month, place, change in changes(*months):
            if place == 0 or place >= len(RESULT):
                then = place and place - len(RESULT) + 1
                sums.setdefault(month, [0] * len(RESULT))[then] += change
    return [(month, *counts) for month, counts in sums.items()]


def _stock_now(asked: Question, column: str | None) -> Iterable[tuple[str, list[int]]]:
    dim = asked.dimension(column)
    if dim is None:
        return _stock_of_facts(asked, None, column)
    day = today()
    key = "key" if column else "''"
    own = column or "''"
    before = day.replace(day=1) - timedelta(days=1)
    where = asked.where.replace(f"{dim} IN", "key IN")
    # At the end of the last month, and what changed since.
    sql = (
        f"SELECT {key}, {sums_of(RESULT)} FROM stock WHERE dim = :dim AND month <= :month AND {where} GROUP BY 1 "  # noqa: S608
        f"UNION ALL SELECT {own}, {sums_of(RESULT)} FROM result_fact WHERE issued_on > :before AND issued_on <= :today "
        f"AND (ends_on IS NULL OR ends_on > :today) AND {asked.where} GROUP BY 1 "
        f"UNION ALL SELECT {own}, {', '.join(f'-sum({name})' for name in RESULT)} FROM result_fact "
        f"WHERE ends_on > :before AND ends_on <= :today AND issued_on <= :before AND {asked.where} GROUP BY 1"
    )
    moments = {"month": before.isoformat()[:7], "before": before.isoformat(), "today": day.isoformat(), "dim": dim}
    return [(code, list(sums)) for code, *sums in asked.db.execute(sql, {**asked.values, **moments})]


def _stock_of_facts(asked: Question, by: GroupBy | None, column: str | None = None) -> Iterable[tuple[str, list[int]]]:
    own = "substr(issued_on, 1, 7)" if by is GroupBy.MONTH else column or column_of(by) or "''"
    sql = (
        f"SELECT {own}, {sums_of(RESULT)} FROM {asked.results()} WHERE issued_on <= :today "  # noqa: S608 (names from here)
        f"AND (ends_on IS NULL OR ends_on > :today) AND {asked.where} GROUP BY 1"
    )
    day = (asked.scope.as_of or today()).isoformat()
    return [(code, list(sums)) for code, *sums in asked.db.execute(sql, {**asked.values, "today": day})]


def _months(first: str, last: str) -> Iterable[str]:
    """Months from `first` to `last`, "2025-03"; none without a first."""
    if not first:
        return
    year, month = int(first[:4]), int(first[5:])
    while f"{year:04d}-{month:02d}" <= last:
        yield f"{year:04d}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 (December)


def sums_of(names: Iterable[str]) -> str:
    """The columns that add these up."""
    return ", ".join(f"sum({name})" for name in names)


def add(found: dict[_T, list[int]], key: _T, sums: Iterable[int]) -> None:
    """Add sums to those of a key."""
    old = found.get(key)
    found[key] = list(sums) if old is None else [a + b for a, b in zip(old, sums, strict=True)]


def _stock_counts(sums: Iterable[int]) -> StockCounts:
    return StockCounts(**folded(dict(zip(RESULT, sums, strict=True))))


def folded(counts: Mapping[str, int]) -> dict[str, Any]:
    """Counts by name, those of the three qualities in one tuple."""
    found: dict[str, Any] = {}
    for name, count in counts.items():
        base, _, quality = name.rpartition("_")
        if quality.isdecimal():
            found[base] = (*found.get(base, ()), count)
        else:
            found[name] = count
    return found
