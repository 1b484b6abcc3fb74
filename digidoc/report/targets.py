"""Target programmes: what an office has to reach by which year, as data with its source."""

import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from digidoc.errors import BadConfiguration, UnknownTarget
from digidoc.model import Level

_FORMAT: Final = 1
_KEYS: Final = frozenset({"format", "name", "title", "source", "mode", "valid_from", "valid_to", "measure", "levels"})
_HUNDRED: Final = Decimal(100)


class Measure(StrEnum):
    """Which quality counts: a file is there; it meets the checks; its signatures verify."""

    ATTACHED = "attached"
    CONFORMANT = "conformant"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class LevelTable:
    """What a level of government has to reach: percentage by year; `until` is the last day of the level's existence."""

    percents: Mapping[int, Decimal]
    until: date | None


@dataclass(frozen=True, slots=True)
class Programme:
    """A target programme.

    Attributes:
        name: how it is called on the command line.
        title: for people.
        source: the document that sets it.
        valid_from: its first day.
        valid_to: its last day; afterwards its last year carries on, and reports say so.
        measures: which quality counts, by year.
        levels: tables by level of government.

    """

    name: str
    title: str
    source: str
    valid_from: date
    valid_to: date
    measures: Mapping[int, Measure]
    levels: Mapping[Level, LevelTable]


@dataclass(frozen=True, slots=True)
class Due:
    """What a programme asks of a level of government on a day.

    Attributes:
        programme: which.
        level: of whom.
        day: when.
        row_year: year of the table that holds, an earlier one after the programme's end; None when nothing is asked.
        percent: what is asked; None when nothing is.
        measure: which quality counts.
        has_level: whether the programme has a table for the level.
        level_until: last day of the level's existence; None when it goes on.

    """

    programme: Programme
    level: Level
    day: date
    row_year: int | None
    percent: Decimal | None
    measure: Measure
    has_level: bool
    level_until: date | None


def due(programme: Programme, level: Level, day: date) -> Due:
    """What is asked on a day. The year after the last keeps the last; before the first, nothing is asked."""
    table = programme.levels.get(level)
    until = None if table is None else table.until
    years = [] if table is None or day < programme.valid_from else [y for y in table.percents if y <= day.year]
    ended = until is not None and day > until
    if table is None or ended or not years:
        first = programme.measures[min(programme.measures)]
        return Due(programme, level, day, None, None, first, table is not None, until)
    year = max(years)
    return Due(programme, level, day, year, table.percents[year], programme.measures[year], True, until)


def known() -> tuple[str, ...]:
    """Names of the programmes that come with digidoc."""
    folder = importlib.resources.files("digidoc.report").joinpath("targets")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def load(name: str) -> Programme:
    """A programme that comes with digidoc.

    Raises:
        UnknownTarget: there is none of that name.

    """
    names = known()
    if name not in names:
        raise UnknownTarget(name=name, known=", ".join(names))
    file = importlib.resources.files("digidoc.report").joinpath("targets", f"{name}.toml")
    return parse(file.read_text(encoding="utf-8"), f"{name}.toml")


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
        programme = _programme(data)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise BadConfiguration(file=file, reason=error) from error
    return programme


def _programme(data: Mapping[str, Any]) -> Programme:
    unknown = set(data) - _KEYS
    if unknown or data["format"] != _FORMAT or data["mode"] != "points":
        raise ValueError(f"unknown keys {sorted(unknown)}, or a format or mode other than {_FORMAT} and points")
    measures = {int(year): Measure(name) for year, name in data["measure"].items()}
    levels = {Level(name): _level(table) for name, table in data["levels"].items()}
    if not data["source"].strip() or not data["title"].strip():
        raise ValueError("a programme names its title and its source")
    if not isinstance(data["valid_from"], date) or data["valid_from"] >= data["valid_to"]:
        raise ValueError("valid_from lies before valid_to")
    if sorted(measures) != list(range(data["valid_from"].year, data["valid_to"].year + 1)):
        raise ValueError("[measure] has every year from valid_from to valid_to and no other")
    for level, table in levels.items():
        _check_years(level, table, measures)
    return Programme(
        name=data["name"],
        title=data["title"],
        source=data["source"],
        valid_from=data["valid_from"],
        valid_to=data["valid_to"],
        measures=measures,
        levels=levels,
    )


def _level(table: Mapping[str, Any]) -> LevelTable:
    percents = {int(year): Decimal(value) for year, value in table.items() if year != "until"}
    return LevelTable(percents, table.get("until"))


def _check_years(level: Level, table: LevelTable, measures: Mapping[int, Measure]) -> None:
    if not table.percents or set(table.percents) != set(measures):
        raise ValueError(f"level {level}: not the same years as [measure]")
    if not all(0 <= percent <= _HUNDRED for percent in table.percents.values()):
        raise ValueError(f"level {level}: a percentage lies outside 0 to 100")
