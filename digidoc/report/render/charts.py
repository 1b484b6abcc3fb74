"""The charts of a report as plain shapes and values, from which pages and PDF files draw their own.

A drawing has its origin at the top left; lengths are in a unit of its own, 1000 to the width of the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from digidoc.i18n import tr as _
from digidoc.metric import DIGITIZED_DOSSIERS, Metric
from digidoc.register import GroupBy
from digidoc.report import words
from digidoc.report.document import HeatCell, ReportDocument, Status, TrendPoint
from digidoc.report.render import tables

# Colours that stay apart for colour-blind readers and in grey print.
BAR: Final = "#2f6ea5"
GOAL: Final = "#b34700"
INK: Final = "#17212b"
PALE: Final = "#55616c"
GRID: Final = "#d5dce3"
# Of the map of units and months: up to 20, 40, 60, 80, below 100 %, and all; then the ink on each.
STEPS: Final = ("#f1f5f9", "#cfe0ef", "#9fc4e2", "#6aa5d3", "#2f73ad", "#0b3c6f")
STEP_INKS: Final = (INK, INK, INK, INK, "#ffffff", "#ffffff")
MOST_RANKED: Final = 60
ENDS: Final = 30  # of either end of a longer ranking
MOST_MAPPED: Final = 300  # units: a map of more is a page that nobody can read
MONTHS: Final = 36
SHORT: Final = 20  # rows: a table that is no longer is kept on one page
_LABELS: Final = 12
_WIDTH: Final = 1000.0
_HEIGHT: Final = 290.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 10.0, 34.0, 26.0


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; `title` says what it stands for."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through some points."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float


@dataclass(frozen=True, slots=True)
class Label:
    """A text on its base line; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str
    size: float = 12.0
    colour: str = PALE
    bold: bool = False


Shape = Box | Stroke | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes, those behind first; `said` puts the whole into a sentence for who cannot see it."""

    width: float
    height: float
    said: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a ranking; `counts` is numerator and denominator, which the national screen does not give."""

    name: str
    counts: tuple[int, int] | None
    percent: Decimal
    asked: Decimal | None
    status: Status | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Groups, the best first.

    Attributes:
        title: what is ranked by what.
        bars: of all, or of both ends of a long list.
        gap: how many are left out after the first half of `bars`.
        unranked: groups that have nothing to divide by.

    """

    title: str
    bars: tuple[Bar, ...]
    gap: int
    unranked: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Units by months; a cell is None where nothing was resolved."""

    months: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell | None, ...]], ...]


def ranking(report: ReportDocument) -> Ranking | None:
    """The groups of the breakdown, or else the units of the national screen; None with fewer than two."""
    by_group = report.by is not None and report.by is not GroupBy.MONTH and bool(report.groups)
    bars = sorted(_of_groups(report) if by_group else _of_screen(report), key=lambda bar: (-bar.percent, bar.name))
    whole = len(report.groups) if by_group else len(report.screen)
    if len(bars) < 2:  # noqa: PLR2004 (one has no rank)
        return None
    what = words.group(report.by if by_group and report.by is not None else GroupBy.UNIT)
    title = _("{what}, ranked: {figure}").format(what=what, figure=_ranked_by(report, by_group=by_group))
    if len(bars) <= MOST_RANKED:
        return Ranking(title, tuple(bars), 0, whole - len(bars))
    return Ranking(title, (*bars[:ENDS], *bars[-ENDS:]), len(bars) - 2 * ENDS, whole - len(bars))


def _of_groups(report: ReportDocument) -> Iterator[Bar]:
    assert report.by is not None  # noqa: S101 (there are groups)
    for group in report.groups:
        figure = tables.headline(report, group)
        if figure is not None and figure.percent is not None:
            name = f"{words.group_key(report.by, group.key)} {group.name}".strip()
            asked = None if figure.goal is None else figure.goal.percent
            status = None if figure.goal is None else figure.goal.status
            yield Bar(name, (figure.numerator, figure.denominator), figure.percent, asked, status)


def _of_screen(report: ReportDocument) -> Iterator[Bar]:
    for row in report.screen:
        if row.percent is not None:
            status = None if row.met is None else (Status.MET if row.met else Status.MISSED)
            yield Bar(f"{row.key} {row.name}".strip(), None, row.percent, None, status)


def _ranked_by(report: ReportDocument, *, by_group: bool) -> str:
    if by_group:
        figure = tables.headline(report, report.groups[0])
        if figure is not None:
            return words.figure(figure)
    return _("resolved dossiers with the result digitized ({quality})").format(quality=words.quality(report.quality))


def heat(report: ReportDocument) -> HeatMap | None:
    """The last three years of every unit; None when there is none, or more units than a page can show."""
    units = dict.fromkeys(cell.unit for cell in report.heat)
    if not units or len(units) > MOST_MAPPED:
        return None
    months = tuple(sorted({cell.month for cell in report.heat})[-MONTHS:])
    cells = {(cell.unit, cell.month): cell for cell in report.heat}
    names = tables.unit_names(report)
    rows = tuple(
        (f"{unit} {names.get(unit, '')}".strip(), tuple(cells.get((unit, month)) for month in months)) for unit in units
    )
    return HeatMap(months, rows)


def step(percent: Decimal) -> int:
    """Which of `STEPS` a percentage is shown in; the darkest stands only for all."""
    return min(len(STEPS) - 1, int(percent // 20))


def ranking_notes(made: Ranking) -> list[str]:
    """What has to be said below a ranking."""
    if not made.unranked:
        return []
    return [_("Without a rank, as there is nothing to divide by: {count}.").format(count=words.number(made.unranked))]


def heat_note(report: ReportDocument) -> str:
    """What the map of units and months shows."""
    metric = report.headline if report.headline in DIGITIZED_DOSSIERS else Metric.RESULTS
    figure = f"{words.metric(metric)} ({words.quality(report.quality)})"
    return _("{figure}, in percent rounded down; an empty place: nothing to divide by.").format(figure=figure)


def step_names() -> list[str]:
    """The legend of the map: what each of `STEPS` stands for."""
    ends = [f"{low}–{low + 20}" for low in range(0, 100, 20)]
    return [f"< {end.split('–')[1]}" if place == 0 else end for place, end in enumerate(ends)] + ["100"]


def trend(report: ReportDocument) -> Drawing | None:
    """The headline month by month against what was asked then; None with fewer than two months."""
    points = report.trend[-MONTHS:]
    if len(points) < 2:  # noqa: PLR2004 (one is no trend)
        return None
    shapes = (*_grid(), *_months(points), *_goal(points), *_legend(report, points))
    figure = next((f for f in report.figures if f.metric is report.headline), None)
    said = _("{figure}, from {first} to {last}: {start} % to {end} %").format(
        figure=words.metric(report.headline) if figure is None else words.metric(figure.metric),
        first=words.month(points[0].month),
        last=words.month(points[-1].month),
        start=words.percent(points[0].percent),
        end=words.percent(points[-1].percent),
    )
    return Drawing(_WIDTH, _HEIGHT, said, shapes)


def _y(percent: Decimal) -> float:
    """Where a percentage lies; more than all of a declared stock is drawn as all."""
    return _HEIGHT - _BOTTOM - float(min(percent, Decimal(100))) / 100 * (_HEIGHT - _BOTTOM - _TOP)


def _grid() -> Iterator[Shape]:
    for percent in (0, 25, 50, 75, 100):
        y = _y(Decimal(percent))
        yield Stroke(((_LEFT, y), (_WIDTH - _RIGHT, y)), PALE if percent == 0 else GRID, 1)
        yield Label(_LEFT - 6, y + 4, str(percent), "end")


def _slots(points: tuple[TrendPoint, ...]) -> Iterator[tuple[TrendPoint, float, float]]:
    width = (_WIDTH - _LEFT - _RIGHT) / len(points)
    for place, point in enumerate(points):
        yield point, _LEFT + place * width, width


def _months(points: tuple[TrendPoint, ...]) -> Iterator[Shape]:
    every = -(-len(points) // _LABELS)
    last = len(points) - 1
    for place, (point, x, width) in enumerate(_slots(points)):
        if point.percent is not None:
            y = _y(point.percent)
            bar = min(width * 0.72, 46)
            yield Box(x + (width - bar) / 2, y, bar, _HEIGHT - _BOTTOM - y, BAR, _said(point))
        if (last - place) % every == 0:
            yield Label(x + width / 2, _HEIGHT - _BOTTOM + 17, words.month(point.month), "middle")


def _said(point: TrendPoint) -> str:
    said = _("{month}: {count} of {whole} = {percent} %").format(
        month=words.month(point.month),
        count=words.number(point.numerator),
        whole=words.number(point.denominator),
        percent=words.percent(point.percent),
    )
    return said if point.asked is None else f"{said}; {_('target')} {words.percent(point.asked)} %"


def _goal(points: tuple[TrendPoint, ...]) -> Iterator[Shape]:
    """A line in steps, broken where nothing was asked."""
    line: list[tuple[float, float]] = []
    for point, x, width in _slots(points):
        if point.asked is not None:
            y = _y(point.asked)
            line += [(x, y), (x + width, y)]
        if point.asked is None or point is points[-1]:
            if line:
                yield Stroke(tuple(line), GOAL, 2.5)
            line = []


def _legend(report: ReportDocument, points: tuple[TrendPoint, ...]) -> Iterator[Shape]:
    figure = next((f for f in report.figures if f.metric is report.headline), None)
    quality = "" if figure is None or figure.quality is None else f" ({words.quality(report.quality)})"
    yield Box(_LEFT, 5, 13, 13, BAR)
    yield Label(_LEFT + 20, 16, f"{words.metric(report.headline)}{quality}, %", "start", 13, INK)
    if any(point.asked is not None for point in points):
        yield Stroke(((_WIDTH - 150, 12), (_WIDTH - 120, 12)), GOAL, 2.5)
        yield Label(_WIDTH - 113, 16, _("target"), "start", 13, INK)
    newest = points[-1]
    if newest.percent is not None:
        *_before, (_point, x, width) = _slots(points)
        yield Label(
            min(x + width / 2, _WIDTH - 22),
            _y(newest.percent) - 5,
            words.percent(newest.percent),
            "middle",
            12,
            INK,
            bold=True,
        )
