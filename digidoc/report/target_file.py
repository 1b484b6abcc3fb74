"""Reading the TOML file of a target programme: what may stand in it, and everything that can be wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Final

from digidoc.errors import BadConfiguration, from_os
from digidoc.files import toml_table
from digidoc.files.toml_table import MISSING, NO_VALUE, Table
from digidoc.i18n import N_
from digidoc.metric import Metric
from digidoc.model import Level
from digidoc.register import Quality
from digidoc.report.targets import Indicator, Kind, LevelTable, Mode, Programme

FORMAT: Final = 1
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
    return parse(content, str(path))


def parse(content: bytes, file: str) -> Programme:
    """A programme from its TOML text.

    Args:
        content: of the file, UTF-8.
        file: its name, for errors.

    Raises:
        BadConfiguration: it is not TOML, or it is incomplete or contradicts itself.

    """
    table = Table(toml_table.parse(content, file, "decimal"), file)
    table.only(_KEYS)
    found = table.values.get("format")
    if found != FORMAT or isinstance(found, bool):
        raise table.wrong_value("format", N_("format = {value}: this digidoc reads format {known}"), known=FORMAT)
    name = table.line("name")
    if not _NAME.fullmatch(name):
        raise table.wrong_value("name", N_("a name has 1 to 40 small letters, digits and hyphens: {value}"))
    kind = Kind(table.one_of("kind", Kind, Kind.TARGETS))
    first, last = table.day("valid_from"), table.day("valid_to")
    if first >= last:
        raise table.wrong(N_("valid_from lies before valid_to"))
    years = range(first.year, last.year + 1)
    indicators = _indicators(table, kind)
    levels, mode = _Levels(table, years).all_of(kind)
    return Programme(
        name=name,
        title=table.line("title"),
        source=table.line("source"),
        kind=kind,
        metric=Metric(table.one_of("metric", Metric, Metric.STOCK)),
        mode=mode,
        valid_from=first,
        valid_to=last,
        qualities=_qualities(table, years),
        levels=levels,
        indicators=indicators,
        remark=table.line("remark") if "remark" in table else "",
    )


@dataclass(frozen=True, slots=True)
class _Levels:
    """The tables of the levels of government: percentages written out by year, or a base and a step.

    Attributes:
        programme: the whole file.
        years: of the programme.

    """

    programme: Table
    years: range

    def all_of(self, kind: Kind) -> tuple[dict[Level, LevelTable], Mode | None]:
        programme = self.programme
        tables = programme.table("levels", needed=kind is not Kind.SCORECARD)
        if kind is Kind.SCORECARD:
            if tables.values or "mode" in programme:
                raise programme.wrong(N_("a scorecard has indicators, no levels and no mode"))
            return {}, None
        mode = Mode(programme.one_of("mode", Mode)) if "mode" in programme else None
        found: dict[Level, LevelTable] = {}
        for name in tables:
            if name not in list(Level):
                raise programme.wrong(NO_VALUE, key="levels", value=name)
            found[Level(name)] = self._level(tables.table(name), f"levels.{name}", mode)
        if not found:
            raise programme.wrong(MISSING, key="[levels.province], [levels.commune]")
        if mode is not None and not any(table.otherwise for table in found.values()):
            raise programme.wrong(N_("mode is for levels with base and step; these tables are written out"))
        return found, mode

    def _level(self, table: Table, key: str, mode: Mode | None) -> LevelTable:
        until = table.day("until") if "until" in table else None
        if "base" not in table and "step" not in table:
            percents = dict(sorted(self._rows(table, key)))
            self._check_rising(percents, table, key)
            return LevelTable(percents, until, {})
        table.only(_STEP_KEYS)
        if mode is None:
            raise table.wrong(N_("{key} has base and step: mode says whether steps are points or relative"), key=key)
        base, step, cap = (_percent(table, name) for name in ("base", "step", "cap"))
        if base > cap:
            raise table.wrong(N_("{key}: base lies above cap"), key=key)
        other = Mode.RELATIVE if mode is Mode.POINTS else Mode.POINTS
        rows = {how: dict(_stepped(base, step, cap, how, self.years)) for how in (mode, other)}
        return LevelTable(rows[mode], until, rows[other])

    def _rows(self, table: Table, key: str) -> Iterator[tuple[int, Decimal]]:
        for name in table:
            if name == "until":
                continue
            if not _is_year(name, self.years):
                raise table.wrong(
                    N_("{key}: {name} is no year of the programme, {first} to {last}"),
                    key=key,
                    name=name,
                    first=self.years[0],
                    last=self.years[-1],
                )
            yield int(name), _percent(table, name)

    def _check_rising(self, percents: Mapping[int, Decimal], table: Table, key: str) -> None:
        if self.years[0] not in percents:
            raise table.wrong(MISSING, key=f"{key}.{self.years[0]}")
        for (year, before), (later, after) in pairwise(percents.items()):
            if after < before:
                raise table.wrong(N_("{key}: {later} asks for less than {year}"), key=key, later=later, year=year)


def _qualities(programme: Table, years: range) -> dict[int, Quality]:
    """Which quality counts, by year; a single one holds from the first year on."""
    value = programme.values.get("quality", Quality.ATTACHED.value)
    rows = value if isinstance(value, Mapping) else {str(years[0]): value}
    table = Table(rows, programme.file, "quality.")
    found: dict[int, Quality] = {}
    for year in table:
        if not _is_year(year, years):
            raise table.wrong(NO_VALUE, key="quality", value=year)
        found[int(year)] = Quality(table.one_of(year, Quality))
    if years[0] not in found:
        raise table.wrong(MISSING, key=f"quality.{years[0]}")
    return dict(sorted(found.items()))


def _indicators(programme: Table, kind: Kind) -> tuple[Indicator, ...]:
    rows = programme.values.get("indicators", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise programme.wrong(NO_VALUE, key="indicators", value=rows)
    if bool(rows) is not (kind is Kind.SCORECARD):
        raise programme.wrong(N_("a scorecard has [[indicators]], and nothing else has them"))
    found = tuple(_indicator(row, programme.file, f"indicators {number}") for number, row in enumerate(rows, 1))
    codes = [row.code for row in found]
    for code in codes:
        if codes.count(code) > 1:
            raise programme.wrong(N_("{key}: {value} stands there twice"), key="indicators", value=code)
    return found


def _indicator(values: Mapping[str, object], file: Path | str, key: str) -> Indicator:
    row = Table(values, file, f"{key}.")
    row.only(_INDICATOR_KEYS)
    full_at = _percent(row, "full_at") if "full_at" in row else _HUNDRED
    points = row.number("points")
    if full_at == 0 or points <= 0:
        raise row.wrong(N_("{key}: points and full_at lie above 0"), key=key)
    return Indicator(
        code=row.line("code"),
        title=row.line("title"),
        metric=Metric(row.one_of("metric", Metric)) if "metric" in row else None,
        quality=Quality(row.one_of("quality", Quality, Quality.ATTACHED)),
        points=points,
        full_at=full_at,
    )


def _is_year(name: str, years: range) -> bool:
    return bool(re.fullmatch(r"\d{4}", name)) and int(name) in years


def _percent(table: Table, key: str) -> Decimal:
    value = table.number(key)
    exponent = value.as_tuple().exponent
    if not 0 <= value <= _HUNDRED or (isinstance(exponent, int) and exponent < -2):  # noqa: PLR2004 (decimals)
        reason = N_("{key} = {value}: a percentage lies between 0 and 100 and has at most two decimals")
        raise table.wrong_value(key, reason)
    return value


def _stepped(base: Decimal, step: Decimal, cap: Decimal, mode: Mode, years: range) -> Iterator[tuple[int, Decimal]]:
    """The rows that steps make, each from the exact one before, shown with two decimals."""
    exact = base
    for year in years:
        yield year, min(exact, cap).quantize(Decimal("0.01")).normalize() + 0
        exact = exact + step if mode is Mode.POINTS else exact * (1 + step / _HUNDRED)
