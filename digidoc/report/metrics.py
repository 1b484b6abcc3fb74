"""Shares and how they compare with a target: pure functions over counts, no I/O.

Every share is numerator, denominator and percentage with two decimals, rounded half up; a denominator of 0 gives no
percentage, neither 0 nor 100. Whether a target is met is decided by whole numbers, never by a rounded percentage.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Final

from digidoc.metric import METRICS, Metric, OfDossiers, OfResults
from digidoc.model import ArchiveFigures
from digidoc.register import FlowCounts, PaperCounts, ProcessCounts, Quality, StockCounts
from digidoc.report.document import Figure, Forecast, Goal, Status, TrendPoint
from digidoc.report.targets import Due

QUALITIES: Final = tuple(Quality)
_HUNDREDTH: Final = Decimal("0.01")
# A pace is taken from half a year: fewer than three months are no trend.
PACE_MONTHS: Final = 6
_LEAST_MONTHS: Final = 3
_DAYS_A_MONTH: Final = Fraction(1461, 48)
_HORIZON_MONTHS: Final = 600
_NO_FLOW: Final = FlowCounts()
_NO_STOCK: Final = StockCounts()
_NO_PROCESS: Final = ProcessCounts()


@dataclass(frozen=True, slots=True)
class Counts:
    """All that is counted in one group.

    Attributes:
        flow, stock, process: of the register.
        papers: of the whole archive; None for a group, as they cannot be broken down.
        figures: likewise.
        register: whether there is a register at all.

    """

    flow: FlowCounts = _NO_FLOW
    stock: StockCounts = _NO_STOCK
    process: ProcessCounts = _NO_PROCESS
    papers: PaperCounts | None = None
    figures: ArchiveFigures | None = None
    register: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A numerator and a denominator."""

    numerator: int
    denominator: int


def share(metric: Metric, quality: Quality, counts: Counts) -> Share | None:
    """Numerator and denominator of a metric; None when what it needs is not counted there."""
    spec = METRICS[metric]
    place = QUALITIES.index(quality) if spec.has_quality else None
    if isinstance(spec.counted, OfDossiers):
        return _of_dossiers(spec.counted, place, counts) if counts.register else None
    if isinstance(spec.counted, OfResults):
        return _of_results(QUALITIES.index(quality), counts)
    if counts.figures is None or counts.papers is None:
        return None
    done, due = spec.counted.count(counts.figures, counts.papers)
    return Share(done[place or 0], due)


def _of_dossiers(counted: OfDossiers, place: int | None, counts: Counts) -> Share:
    parts = [getattr(counts.flow, name) for name in counted.done]
    done = sum(parts) if place is None else sum(part[place] for part in parts)
    return Share(done, getattr(counts.flow, counted.due) + (counts.process.overdue if counted.overdue else 0))


def _of_results(place: int, counts: Counts) -> Share | None:
    """The stock by the register, or where it has none, by what the office declares that it holds."""
    figures = counts.figures
    if figures is not None and figures.stock is not None and not counts.stock.results:
        return Share((figures.attached, figures.conformant, figures.signed)[place], figures.stock)
    return Share(counts.stock.digitized[place], counts.stock.results) if counts.register else None


def percent(numerator: int, denominator: int) -> Decimal | None:
    """Percentage, rounded half up to two decimals; None when there is nothing to divide by."""
    return None if denominator == 0 else _rounded(Fraction(100 * numerator, denominator), ROUND_HALF_UP)


def goal(found: Share, due: Due | None) -> Goal | None:
    """How a share stands to what is asked; None when nothing is asked, or there is nothing to divide by."""
    if due is None or due.percent is None or due.row_year is None or found.denominator == 0:
        return None
    asked = Fraction(due.percent)
    documents = max(0, ceil(asked * found.denominator / 100) - found.numerator)
    points = asked - Fraction(100 * found.numerator, found.denominator)
    missed = points > 0
    # Rounded up, so that a missed target never shows a gap of 0.00.
    gap = _rounded(points, ROUND_UP) if missed else Decimal("0.00")
    status = Status.MISSED if missed else Status.MET
    return Goal(due.programme.name, due.percent, due.row_year, status, gap, documents)


def figure(metric: Metric, quality: Quality, counts: Counts, due: Due | None = None) -> Figure | None:
    """A metric as a report shows it; None when what it needs is not counted there.

    Args:
        metric: which.
        quality: which counts, where the metric has the choice.
        counts: what is counted.
        due: what a programme asks, when it asks it of this metric and quality.

    """
    found = share(metric, quality, counts)
    if found is None:
        return None
    notes: list[str] = []
    if found.denominator == 0:
        notes.append("nothing-to-divide-by")
    if found.numerator > found.denominator:
        notes.append("more-than-declared-stock")
    return Figure(
        metric,
        quality if METRICS[metric].has_quality else None,
        found.numerator,
        found.denominator,
        percent(found.numerator, found.denominator),
        goal(found, due),
        tuple(notes),
    )


def forecast(trend: Sequence[TrendPoint], due: Due | None, today: date) -> Forecast | None:
    """When the target is met at the pace of the last six months of the trend.

    The pace is the slope of the least-squares line through them, in points a month; from the newest figure on, the line
    is carried forward. None without a target or a trend.
    """
    known = [(place, point) for place, point in enumerate(trend) if point.percent is not None]
    if due is None or due.percent is None or due.row_year is None or not known:
        return None
    newest = known[-1][1]
    exact = Fraction(100 * newest.numerator, newest.denominator)
    asked = Fraction(due.percent)
    last = [(Fraction(place), Fraction(100 * p.numerator, p.denominator)) for place, p in known[-PACE_MONTHS:]]
    pace = _slope(last) if len(last) >= _LEAST_MONTHS else Fraction(0)
    shown = _rounded(pace, ROUND_HALF_UP) if pace >= 0 else -_rounded(-pace, ROUND_HALF_UP)
    if exact >= asked:
        return Forecast(due.percent, due.row_year, None, "met-already", shown)
    if len(last) < _LEAST_MONTHS:
        return Forecast(due.percent, due.row_year, None, "too-few-months", shown)
    months = (asked - exact) / pace if pace > 0 else None
    if months is None or months > _HORIZON_MONTHS:
        return Forecast(due.percent, due.row_year, None, "no-progress", shown)
    met_on = today + timedelta(days=ceil(months * _DAYS_A_MONTH))
    return Forecast(due.percent, due.row_year, met_on, f"linear-{len(last)}-months", shown)


def _slope(points: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Of the least-squares line through points with at least two different x."""
    count = len(points)
    mean_x = sum((x for x, _ in points), Fraction(0)) / count
    mean_y = sum((y for _, y in points), Fraction(0)) / count
    spread = sum(((x - mean_x) ** 2 for x, _ in points), Fraction(0))
    return sum(((x - mean_x) * (y - mean_y) for x, y in points), Fraction(0)) / spread


def month_ends(months: Sequence[str], as_of: date) -> Iterator[tuple[str, date]]:
    """The months "2025-03" with their last days, the newest no later than `as_of`."""
    for month in months:
        year, number = int(month[:4]), int(month[5:])
        end = date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
        yield month, min(end, as_of)


def _rounded(value: Fraction, rounding: str) -> Decimal:
    """`value` with two decimals. Exact: the division to hundredths is done on whole numbers. For values from 0."""
    hundredths, rest = divmod(value.numerator * 100, value.denominator)
    if rounding == ROUND_UP:
        hundredths += rest > 0
    else:
        hundredths += 2 * rest >= value.denominator
    return (Decimal(hundredths) * _HUNDREDTH).quantize(_HUNDREDTH)
