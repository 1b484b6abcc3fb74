"""Adding up the reports of several offices: a province from its communes. What is counted twice or missing is said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from digidoc.errors import Problem, UsageError
from digidoc.i18n import N_
from digidoc.metric import METRICS, Metric
from digidoc.model import Level, Unit
from digidoc.register import GroupBy, Quality, UnitRecord
from digidoc.report import metrics, targets
from digidoc.report.document import (
    Figure,
    FormRow,
    Group,
    HeatCell,
    ReportDocument,
    ScoreRow,
    TrendPoint,
)
from digidoc.report.metrics import Share
from digidoc.report.parts.basis import is_about
from digidoc.report.parts.official import national, with_sum
from digidoc.report.returns import fitting, units_of
from digidoc.report.targets import Due, Programme


@dataclass(frozen=True, slots=True)
class Whole:
    """What the reports are added up to.

    Attributes:
        unit: whose report it becomes; None takes what the codes of the parts have in common, at province level.
        expected: offices that have to be there; empty when that is not known.
        programme: to compare with; None for none.
        by: unit or level.
        made_at: the time of asking.

    """

    unit: Unit | None
    expected: tuple[UnitRecord, ...]
    programme: Programme | None
    by: GroupBy
    made_at: datetime


def merged(returns: Sequence[tuple[Path, ReportDocument]], whole: Whole) -> tuple[ReportDocument, list[Problem]]:
    """One report of many, and the returns that are left out because they cannot be added to the others.

    Raises:
        UsageError: there is none to add up.

    """
    parts, problems = fitting(returns)
    if not parts:
        raise UsageError(reason=N_("there is no report that could be added up"))
    return _Sum(parts, whole).document(), problems


class _Sum:
    """Reports that fit together, being added up."""

    def __init__(self, parts: Sequence[ReportDocument], whole: Whole) -> None:
        self._parts, self._whole = parts, whole
        self._unit = whole.unit or _common(parts)
        self._as_of = min(part.as_of for part in parts)
        headlines = [part.headline for part in parts]
        self._headline = max(dict.fromkeys(headlines), key=headlines.count)
        self._quality = parts[0].quality

    def document(self) -> ReportDocument:
        """Put everything together."""
        parts, whole = self._parts, self._whole
        trend = tuple(self._trend())
        due = self._due(self._unit.level, self._as_of)
        figures = tuple(self._figures(parts, due))
        return ReportDocument(
            unit=self._unit,
            made_at=whole.made_at,
            as_of=self._as_of,
            first=parts[0].first,
            last=parts[0].last,
            quality=self._quality,
            headline=self._headline,
            figures=figures,
            by=whole.by,
            groups=tuple(self._groups()),
            trend=trend,
            forecast=metrics.forecast(trend, due, self._as_of),
            heat=tuple(self._heat()),
            screen=tuple(row for part in parts for row in part.screen),
            form=tuple(self._form()),
            scorecard=tuple(self._scorecard(figures)),
            programme=None if whole.programme is None else targets.facts(whole.programme),
            notes=tuple(self._notes()),
            counts=tuple(self._counts()),
            audit_head=None,
            sources=tuple((part.unit.code, part.as_of) for part in parts),
        )

    def _due(self, level: Level, day: date) -> Due | None:
        programme = self._whole.programme
        return None if programme is None else targets.due(programme, level, day)

    def _figures(self, parts: Iterable[ReportDocument], due: Due | None) -> Iterator[Figure]:
        sums: dict[tuple[Metric, Quality | None], list[Figure]] = {}
        for part in parts:
            for figure in part.figures:
                sums.setdefault((figure.metric, figure.quality), []).append(figure)
        ordered = sorted(sums, key=lambda key: key[0] is not self._headline)
        for metric, quality in ordered:
            found = sums[metric, quality]
            numerator = sum(figure.numerator for figure in found)
            denominator = sum(figure.denominator for figure in found)
            asked = due if due is not None and self._is_asked(metric, quality, due) else None
            yield Figure(
                metric,
                quality,
                numerator,
                denominator,
                metrics.percent(numerator, denominator),
                metrics.goal(Share(numerator, denominator), asked),
                tuple(dict.fromkeys(note for figure in found for note in figure.notes)),
            )

    def _is_asked(self, metric: Metric, quality: Quality | None, due: Due) -> bool:
        return is_about(due, metric, self._headline) and quality in (due.quality, None)

    def _groups(self) -> Iterator[Group]:
        if self._whole.by is GroupBy.UNIT:
            for part in sorted(self._parts, key=lambda part: part.unit.code):
                due = self._due(part.unit.level, part.as_of)
                yield Group(part.unit.code, part.unit.name, tuple(self._figures([part], due)))
            return
        ordered = sorted(self._parts, key=lambda part: part.unit.level.value)
        for level, some in groupby(ordered, key=lambda part: part.unit.level):
            yield Group(level.value, "", tuple(self._figures(list(some), self._due(level, self._as_of))))

    def _trend(self) -> Iterator[TrendPoint]:
        """Month by month what was there in all; a report that begins later had nothing before."""
        trends = [part.trend for part in self._parts if part.headline is self._headline and part.trend]
        months = sorted({point.month for trend in trends for point in trend})
        newest = f"{self._as_of:%Y-%m}"
        for month, end in metrics.month_ends([month for month in months if month <= newest], self._as_of):
            points = [_at(trend, month, cumulative=self._headline is Metric.STOCK) for trend in trends]
            numerator = sum(point.numerator for point in points if point is not None)
            denominator = sum(point.denominator for point in points if point is not None)
            due = self._due(self._unit.level, end)
            asked = due.percent if due is not None and self._is_asked(self._headline, self._quality, due) else None
            yield TrendPoint(month, numerator, denominator, metrics.percent(numerator, denominator), asked)

    def _heat(self) -> Iterator[HeatCell]:
        for part in self._parts:
            for point in part.trend if part.headline is self._headline else ():
                yield HeatCell(part.unit.code, point.month, point.numerator, point.denominator, point.percent)

    def _form(self) -> Iterator[FormRow]:
        yield from with_sum([row for part in self._parts for row in part.form if row.key])

    def _scorecard(self, figures: Sequence[Figure]) -> Iterator[ScoreRow]:
        if not any(part.scorecard for part in self._parts):
            return
        found = {(figure.metric, figure.quality): figure for figure in figures}
        for row in national():
            quality = row.quality if row.metric is not None and METRICS[row.metric].has_quality else None
            figure = None if row.metric is None else found.get((row.metric, quality))
            points = None if figure is None else targets.points(row, figure.numerator, figure.denominator)
            yield ScoreRow(row.code, figure, points, row.points, row.full_at)

    def _missing(self) -> list[UnitRecord]:
        """Offices that have to be there, exist on that day, and sent no report."""
        there = {code for part in self._parts for code in units_of(part)}
        return [
            unit
            for unit in self._whole.expected
            if unit.code not in there
            and (unit.valid_from is None or unit.valid_from <= self._as_of)
            and (unit.valid_to is None or unit.valid_to >= self._as_of)
        ]

    def _notes(self) -> Iterator[str]:
        yield from dict.fromkeys(note for part in self._parts for note in part.notes)
        if len({part.as_of for part in self._parts}) > 1:
            yield "reports-of-different-days"
        if len({part.headline for part in self._parts}) > 1:
            yield "reports-of-different-headlines"
        if self._missing():
            yield "units-without-report"

    def _counts(self) -> Iterator[tuple[str, int]]:
        sums: dict[str, int] = {}
        for part in self._parts:
            for name, count in part.counts:
                sums[name] = sums.get(name, 0) + count
        yield from sums.items()
        yield "reports", len(self._parts)
        if self._whole.expected:
            yield "units_without_report", len(self._missing())


def _at(trend: Sequence[TrendPoint], month: str, *, cumulative: bool) -> TrendPoint | None:
    """The point of a month; what is cumulative stays as it was in months without one."""
    exact = next((point for point in trend if point.month == month), None)
    if exact is not None or not cumulative:
        return exact
    before = [point for point in trend if point.month < month]
    return before[-1] if before else None


def _common(parts: Sequence[ReportDocument]) -> Unit:
    """What the codes of the offices begin with, up to a point: H17 of H17.12 and H17.13."""
    codes = [part.unit.code.split(".") for part in parts]
    shared: list[str] = []
    for pieces in zip(*codes, strict=False):
        if len(set(pieces)) > 1:
            break
        shared.append(pieces[0])
    if len(parts) == 1:
        return parts[0].unit
    return Unit(".".join(shared) or "-", Level.PROVINCE)
