"""Reading the TOML file of a target programme: what may stand in it, and everything that can be wrong with it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from digidoc.config import NO_VALUE, UNKNOWN_KEY
from digidoc.errors import BadConfiguration, from_os
from digidoc.i18n import N_
from digidoc.model import Level
from digidoc.register import Quality
from digidoc.report.document import Metric
from digidoc.report.targets import Indicator, Kind, LevelTable, Mode, Programme

FORMAT: Final = 1
_E = TypeVar("_E", bound=StrEnum)
_HUNDRED: Final = Decimal(100)
_KEYS: Final = (
    "format",
    "name",
    "title",
    "source",
    "kind",
    "metric",
    "mode",
    "valid_from",
    "valid_to",
    "remark",
    "quality",
    "levels",
    "indicators",
)
_STEP_KEYS: Final = ("base", "step", "cap", "until")
_INDICATOR_KEYS: Final = ("code", "title", "metric", "quality", "points", "full_at")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_YEARS: Final = range(1990, 2101)
_MISSING: Final = N_("{key} is missing")
# A file of a few kilobytes; a larger one is something else.
_LARGEST: Final = 1 << 20


def read(path: Path) -> Programme:
    """The programme in a file.

    Raises:
        BadConfiguration: it is not TOML, or it is incomplete or contradicts itself.
        FileMissing, PermissionMissing, StorageError: it cannot be read.

    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise from_os(error, path) from error
    if len(content) > _LARGEST:
        raise BadConfiguration(file=path, reason=N_("a target programme has at most 1 MB"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadConfiguration(file=path, reason=N_("it is not UTF-8 text")) from error
    return parse(text, str(path))


def parse(text: str, file: str) -> Programme:
    """A programme from its TOML text.

    Args:
        text: the content of the file.
        file: its name, for errors.

    Raises:
        BadConfiguration: it is not TOML, or it is incomplete or contradicts itself.

    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, ArithmeticError, RecursionError) as error:
        raise BadConfiguration(file=file, reason=error) from error
    return _Reading(data, file).programme()


class _Reading:
    """One file that is being read; whatever is wrong names the key."""

    def __init__(self, data: Mapping[str, Any], file: str) -> None:
        self._data, self._file = data, file

    def programme(self) -> Programme:
        data = self._data
        self._only(data, _KEYS, "")
        if data.get("format") != FORMAT or isinstance(data["format"], bool):
            self._wrong(
                N_("format = {value}: this digidoc reads format {known}"), value=data.get("format"), known=FORMAT
            )
        name = self._text(data, "name")
        if not _NAME.fullmatch(name):
            self._wrong(N_("a name has 1 to 40 small letters, digits and hyphens: {value}"), value=name)
        kind = self._choice(data, "kind", Kind, Kind.TARGETS)
        first, last = self._day(data, "valid_from"), self._day(data, "valid_to")
        if first >= last:
            self._wrong(N_("valid_from lies before valid_to"))
        years = range(first.year, last.year + 1)
        indicators = self._indicators(kind)
        levels, mode = self._levels(kind, years)
        return Programme(
            name=name,
            title=self._text(data, "title"),
            source=self._text(data, "source"),
            kind=kind,
            metric=self._choice(data, "metric", Metric, Metric.STOCK),
            mode=mode,
            valid_from=first,
            valid_to=last,
            qualities=self._qualities(years),
            levels=levels,
            indicators=indicators,
            remark=self._text(data, "remark") if "remark" in data else "",
        )

    def _levels(self, kind: Kind, years: range) -> tuple[dict[Level, LevelTable], Mode | None]:
        tables = self._table(self._data, "levels", needed=kind is not Kind.SCORECARD)
        if kind is Kind.SCORECARD:
            if tables or "mode" in self._data:
                self._wrong(N_("a scorecard has indicators, no levels and no mode"))
            return {}, None
        mode = self._choice(self._data, "mode", Mode, None) if "mode" in self._data else None
        found: dict[Level, LevelTable] = {}
        for name, table in tables.items():
            key = f"levels.{name}"
            if name not in list(Level):
                self._wrong(NO_VALUE, key="levels", value=name)
            if not isinstance(table, Mapping):
                self._wrong(NO_VALUE, key=key, value=table)
            found[Level(name)] = self._level(table, key, mode, years)
        if not found:
            self._wrong(_MISSING, key="[levels.province], [levels.commune]")
        stepped = [table for table in found.values() if table.otherwise]
        if mode is not None and not stepped:
            self._wrong(N_("mode is for levels with base and step; these tables are written out"))
        return found, mode

    def _level(self, table: Mapping[str, Any], key: str, mode: Mode | None, years: range) -> LevelTable:
        until = self._day(table, "until", key) if "until" in table else None
        if "base" not in table and "step" not in table:
            percents = dict(sorted(self._rows(table, key, years)))
            self._rising(percents, key, years)
            return LevelTable(percents, until, {})
        self._only(table, _STEP_KEYS, key)
        if mode is None:
            self._wrong(N_("{key} has base and step: mode says whether steps are points or relative"), key=key)
        base, step, cap = (self._percent(table, name, key) for name in ("base", "step", "cap"))
        if base > cap:
            self._wrong(N_("{key}: base lies above cap"), key=key)
        other = Mode.RELATIVE if mode is Mode.POINTS else Mode.POINTS
        rows = {how: dict(_stepped(base, step, cap, how, years)) for how in (mode, other)}
        return LevelTable(rows[mode], until, rows[other])

    def _rows(self, table: Mapping[str, Any], key: str, years: range) -> Iterator[tuple[int, Decimal]]:
        for name in table:
            if name == "until":
                continue
            if not re.fullmatch(r"\d{4}", name) or int(name) not in years:
                self._wrong(
                    N_("{key}: {name} is no year of the programme, {first} to {last}"),
                    key=key,
                    name=name,
                    first=years[0],
                    last=years[-1],
                )
            yield int(name), self._percent(table, name, key)

    def _rising(self, percents: Mapping[int, Decimal], key: str, years: range) -> None:
        if years[0] not in percents:
            self._wrong(_MISSING, key=f"{key}.{years[0]}")
        rows = list(percents.items())
        for (year, before), (later, after) in pairwise(rows):
            if after < before:
                self._wrong(N_("{key}: {later} asks for less than {year}"), key=key, later=later, year=year)

    def _qualities(self, years: range) -> dict[int, Quality]:
        value = self._data.get("quality", Quality.ATTACHED.value)
        table = value if isinstance(value, Mapping) else {str(years[0]): value}
        found: dict[int, Quality] = {}
        for year in table:
            if not re.fullmatch(r"\d{4}", year) or int(year) not in years:
                self._wrong(NO_VALUE, key="quality", value=year)
            found[int(year)] = self._choice(table, year, Quality, None, "quality")
        if years[0] not in found:
            self._wrong(_MISSING, key=f"quality.{years[0]}")
        return dict(sorted(found.items()))

    def _indicators(self, kind: Kind) -> tuple[Indicator, ...]:
        rows = self._data.get("indicators", [])
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            self._wrong(NO_VALUE, key="indicators", value=rows)
        if bool(rows) is not (kind is Kind.SCORECARD):
            self._wrong(N_("a scorecard has [[indicators]], and nothing else has them"))
        found = tuple(self._indicator(row, f"indicators {number}") for number, row in enumerate(rows, 1))
        codes = [row.code for row in found]
        for code in codes:
            if codes.count(code) > 1:
                self._wrong(N_("{key}: {value} stands there twice"), key="indicators", value=code)
        return found

    def _indicator(self, row: Mapping[str, Any], key: str) -> Indicator:
        self._only(row, _INDICATOR_KEYS, key)
        full_at = self._percent(row, "full_at", key) if "full_at" in row else _HUNDRED
        score = self._number(row, "points", key)
        if full_at == 0 or score <= 0:
            self._wrong(N_("{key}: points and full_at lie above 0"), key=key)
        return Indicator(
            code=self._text(row, "code", key),
            title=self._text(row, "title", key),
            metric=self._choice(row, "metric", Metric, None, key) if "metric" in row else None,
            quality=self._choice(row, "quality", Quality, Quality.ATTACHED, key),
            points=score,
            full_at=full_at,
        )

    def _only(self, table: Mapping[str, Any], known: tuple[str, ...], key: str) -> None:
        for name in table:
            if name not in known:
                self._wrong(UNKNOWN_KEY, key=f"{key}.{name}".lstrip("."), known=", ".join(known))

    def _text(self, table: Mapping[str, Any], name: str, key: str = "") -> str:
        value = table.get(name)
        if value is None:
            self._wrong(_MISSING, key=f"{key}.{name}".lstrip("."))
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self._wrong(NO_VALUE, key=f"{key}.{name}".lstrip("."), value=repr(value))
        return value

    def _choice(self, table: Mapping[str, Any], name: str, kind: type[_E], default: _E | None, key: str = "") -> _E:
        value = table.get(name, default)
        if not isinstance(value, str) or value not in list(kind):
            self._wrong(
                N_("{key} = {value}: it is one of {known}"),
                key=f"{key}.{name}".lstrip("."),
                value=value,
                known=", ".join(kind),
            )
        return kind(value)

    def _table(self, table: Mapping[str, Any], name: str, *, needed: bool) -> Mapping[str, Any]:
        value = table.get(name, {})
        if needed and name not in table:
            self._wrong(_MISSING, key=f"[{name}]")
        if not isinstance(value, Mapping):
            self._wrong(NO_VALUE, key=name, value=value)
        return value

    def _day(self, table: Mapping[str, Any], name: str, key: str = "") -> date:
        value = table.get(name)
        where = f"{key}.{name}".lstrip(".")
        if value is None:
            self._wrong(_MISSING, key=where)
        if not isinstance(value, date) or isinstance(value, datetime) or value.year not in _YEARS:
            self._wrong(
                N_("{key} = {value}: a day is written 2021-01-01, without quotation marks"), key=where, value=value
            )
        return value

    def _number(self, table: Mapping[str, Any], name: str, key: str) -> Decimal:
        value = table.get(name)
        where = f"{key}.{name}".lstrip(".")
        if value is None:
            self._wrong(_MISSING, key=where)
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            self._wrong(NO_VALUE, key=where, value=value)
        return Decimal(value)

    def _percent(self, table: Mapping[str, Any], name: str, key: str) -> Decimal:
        value = self._number(table, name, key)
        exponent = value.as_tuple().exponent
        if not 0 <= value <= _HUNDRED or (isinstance(exponent, int) and exponent < -2):  # noqa: PLR2004 (decimals)
            self._wrong(
                N_("{key} = {value}: a percentage lies between 0 and 100 and has at most two decimals"),
                key=f"{key}.{name}",
                value=value,
            )
        return value

    def _wrong(self, reason: str, **values: object) -> NoReturn:
        raise BadConfiguration(file=self._file, reason=reason, **values)


def _stepped(base: Decimal, step: Decimal, cap: Decimal, mode: Mode, years: range) -> Iterator[tuple[int, Decimal]]:
    """The rows that steps make, each from the exact one before, shown with two decimals."""
    exact = base
    for year in years:
        yield year, min(exact, cap).quantize(Decimal("0.01")).normalize() + 0
        exact = exact + step if mode is Mode.POINTS else exact * (1 + step / _HUNDRED)
