"""Target programmes: what an office has to reach by which year, as data with its source.

Three kinds: `targets` ask something of a level of government by year; a `comparison` sets a figure that another office
reports beside one's own; a `scorecard` gives points for several figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from digidoc.metric import Metric
from digidoc.model import Level
from digidoc.register import Quality
from digidoc.report.document import ProgrammeFacts


class Kind(StrEnum):
    """What a programme is for."""

    TARGETS = "targets"
    COMPARISON = "comparison"
    SCORECARD = "scorecard"


class Mode(StrEnum):
    """How a step of "+20 %" is read: as 20 points more, or as a fifth more than before."""

    POINTS = "points"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class LevelTable:
    """What a level of government has to reach.

    Attributes:
        percents: by year, ascending; a year without a row keeps the row before.
        until: last day of the level's existence; None when it goes on.
        otherwise: what the rows would be if steps were read in the other mode; empty for a table written out.

    """

    percents: Mapping[int, Decimal]
    until: date | None
    otherwise: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A line of a scorecard.

    Attributes:
        code: in the scorecard.
        title: for people.
        metric: by which digidoc measures it; None when it does not.
        quality: that counts.
        points: for reaching it.
        full_at: percentage that gives all points; below it they are given in proportion.

    """

    code: str
    title: str
    metric: Metric | None
    quality: Quality
    points: Decimal
    full_at: Decimal


@dataclass(frozen=True, slots=True)
class Programme:
    """A target programme.

    Attributes:
        name: how it is called on the command line.
        title: for people.
        source: the document that sets it.
        kind: see `Kind`.
        metric: what it is about.
        mode: how its steps are read; None when its tables are written out.
        valid_from: its first day.
        valid_to: its last day; afterwards its last year carries on, and reports say so.
        qualities: which quality counts, by year, ascending.
        levels: tables by level of government; none in a scorecard.
        indicators: of a scorecard.
        remark: what a reader has to know, such as how close the measured figure is to the one asked; may be empty.

    """

    name: str
    title: str
    source: str
    kind: Kind
    metric: Metric
    mode: Mode | None
    valid_from: date
    valid_to: date
    qualities: Mapping[int, Quality]
    levels: Mapping[Level, LevelTable]
    indicators: tuple[Indicator, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Due:
    """What a programme asks of a level of government on a day.

    Attributes:
        programme: which.
        level: of whom.
        day: when.
        row_year: year of the row that holds, an earlier one where the year has no row; None when nothing is asked.
        percent: what is asked; None when nothing is.
        quality: which counts.
        has_level: whether the programme has a table for the level.
        level_until: last day of the level's existence; None when it goes on.

    """

    programme: Programme
    level: Level
    day: date
    row_year: int | None
    percent: Decimal | None
    quality: Quality
    has_level: bool
    level_until: date | None


def due(programme: Programme, level: Level, day: date) -> Due:
    """What is asked on a day. The years after the last keep the last; before the first day, nothing is asked."""
    table = programme.levels.get(level)
    until = None if table is None else table.until
    years = [] if table is None or day < programme.valid_from else [y for y in table.percents if y <= day.year]
    ended = until is not None and day > until
    quality = _quality(programme, day.year)
    if table is None or ended or not years:
        return Due(programme, level, day, None, None, quality, table is not None, until)
    year = max(years)
    return Due(programme, level, day, year, table.percents[year], quality, True, until)


def _quality(programme: Programme, year: int) -> Quality:
    years = [known for known in programme.qualities if known <= year]
    return programme.qualities[max(years) if years else min(programme.qualities)]


def facts(programme: Programme) -> ProgrammeFacts:
    """What a report says of the programme that it is compared with."""
    return ProgrammeFacts(
        programme.name,
        programme.title,
        programme.source,
        programme.valid_from,
        programme.valid_to,
        programme.kind.value,
        "" if programme.mode is None else programme.mode.value,
        programme.remark,
    )


def points(indicator: Indicator, numerator: int, denominator: int) -> Decimal | None:
    """The points of an indicator, two decimals rounded down so that none is claimed that is not earned.

    All of them at `full_at` percent and above, below it in proportion: with 4 points full at 80 %, 40 % gives 2.
    None when there is nothing to divide by.
    """
    if denominator == 0:
        return None
    share = min(Decimal(1), Decimal(100 * numerator) / Decimal(denominator) / indicator.full_at)
    return (indicator.points * share).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
