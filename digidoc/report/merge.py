"""Adding up the reports of several offices: a province from its communes. What is counted twice or missing is said."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from digidoc.errors import DigidocError, Problem, UsageError, from_os
from digidoc.i18n import N_
from digidoc.metric import METRICS, Metric
from digidoc.model import Level, Unit
from digidoc.register import GroupBy, Quality, UnitRecord
from digidoc.report import json_form, metrics, programmes, targets
from digidoc.report.assemble import SCORECARD, sum_of
from digidoc.report.document import (
    Figure,
    FormRow,
    Group,
    HeatCell,
    ReportDocument,
    ScoreRow,
    TrendPoint,
)
from digidoc.report.errors import ReturnUnusable
from digidoc.report.metrics import Share
from digidoc.report.targets import Due, Programme

_LARGEST: Final = 64 << 20  # bytes of a return


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


def gathered(
    sources: Sequence[Path], answer: Callable[[Path], ReportDocument], made_at: datetime
) -> tuple[list[tuple[Path, ReportDocument]], list[Problem]]:
    """The reports of archives and files; one that cannot be used is a problem and stops no other.

    Args:
        sources: folders of archives, and JSON files that `report --json` wrote.
        answer: makes the report of an archive.
        made_at: the time of asking.

    """
    found: list[tuple[Path, ReportDocument]] = []
    problems: list[Problem] = []
    for path in sources:
        try:
            found.append((path, answer(path) if path.is_dir() else _read(path, made_at)))
        except DigidocError as error:
            error.file = error.file or str(path)
            problems.append(error.problem)
    return found, problems


def merged(returns: Sequence[tuple[Path, ReportDocument]], whole: Whole) -> tuple[ReportDocument, list[Problem]]:
    """One report of many, and the returns that are left out because they cannot be added to the others.

    Raises:
        UsageError: there is none to add up.

    """
    parts, problems = _fitting(returns)
    if not parts:
        raise UsageError(reason=N_("there is no report that could be added up"))
    return _Sum(parts, whole).document(), problems


def _read(path: Path, made_at: datetime) -> ReportDocument:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        document = json.loads(content.decode("utf-8-sig")) if len(content) <= _LARGEST else None
        if not isinstance(document, dict) or document.get("schema") != json_form.SCHEMA:
            raise ReturnUnusable(file=path, reason=N_("it is not a report in the form {form}"), form=json_form.SCHEMA)
        report = json_form.from_json(document["data"], made_at)
    except OSError as error:
        raise from_os(error, path) from error
    except (ValueError, RecursionError, KeyError) as error:
        raise ReturnUnusable(file=path, reason=error) from error
    _sound(path, report)
    return report


def _sound(path: Path, report: ReportDocument) -> None:
    """See that no figure is impossible: whoever wrote the file may have changed it by hand.

    Raises:
        ReturnUnusable: one is.

    """
    for figure in report.figures:
        over = figure.numerator > figure.denominator and "more-than-declared-stock" not in figure.notes
        if figure.numerator < 0 or figure.denominator < 0 or over:
            raise ReturnUnusable(
                file=path,
                reason=N_("{metric}: {numerator} of {denominator} is impossible"),
                metric=figure.metric.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
            )
    for name, count in report.counts:
        if count < 0:
            raise ReturnUnusable(
                file=path, reason=N_("{metric}: {numerator} is impossible"), metric=name, numerator=count
            )
    for row in report.form:
        if row.received != row.online + row.direct + row.carried or row.received != row.resolved + row.in_process:
            raise ReturnUnusable(file=path, reason=N_("form II.06a does not add up for {unit}"), unit=row.key or "-")


def _fitting(returns: Sequence[tuple[Path, ReportDocument]]) -> tuple[list[ReportDocument], list[Problem]]:
    """Those that count the same thing over the same time, each office once."""
    parts: list[ReportDocument] = []
    problems: list[Problem] = []
    seen: dict[str, Path] = {}
    for path, report in returns:
        try:
            _fits(path, report, parts, seen)
        except ReturnUnusable as error:
            problems.append(error.problem)
            continue
        parts.append(report)
        seen.update(dict.fromkeys(_units_of(report), path))
    return parts, problems


def _fits(path: Path, report: ReportDocument, parts: Sequence[ReportDocument], seen: Mapping[str, Path]) -> None:
    twice = next((code for code in _units_of(report) if code in seen), None)
    if twice is not None:
        raise ReturnUnusable(
            file=path,
            reason=N_("{unit} is counted already by {other}; this return is left out"),
            unit=twice,
            other=seen[twice],
        )
    if parts and (report.first, report.last, report.quality) != (parts[0].first, parts[0].last, parts[0].quality):
        raise ReturnUnusable(
            file=path,
            reason=N_("it counts {quality} from {first} to {last}, the others do not"),
            quality=report.quality.value,
            first=report.first or "…",
            last=report.last or "…",
        )


def _units_of(report: ReportDocument) -> Iterator[str]:
    """The offices that a report counts: its own, and those that its register names."""
    yield from dict.fromkeys((report.unit.code, *(row.key for row in report.screen if row.key)))


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
        about = due.programme.metric
        stands_for = about is Metric.STOCK and metric is Metric.PAPERS and self._headline is Metric.PAPERS
        return (metric is about or stands_for) and quality in (due.quality, None)

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
        rows = [row for part in self._parts for row in part.form if row.key]
        yield from rows
        if rows:
            yield sum_of(rows)

    def _scorecard(self, figures: Sequence[Figure]) -> Iterator[ScoreRow]:
        if not any(part.scorecard for part in self._parts):
            return
        found = {(figure.metric, figure.quality): figure for figure in figures}
        for row in programmes.load(SCORECARD).indicators:
            quality = row.quality if row.metric is not None and METRICS[row.metric].has_quality else None
            figure = None if row.metric is None else found.get((row.metric, quality))
            points = None if figure is None else targets.points(row, figure.numerator, figure.denominator)
            yield ScoreRow(row.code, figure, points, row.points, row.full_at)

    def _missing(self) -> list[UnitRecord]:
        """Offices that have to be there, exist on that day, and sent no report."""
        there = {code for part in self._parts for code in _units_of(part)}
        return [
            unit
            for unit in self._whole.expected
            if unit.code not in there
            and (unit.valid_from is None or unit.valid_from <= self._as_of)
            and (unit.valid_to is None or unit.valid_to >= self._as_of)
        ]

    def _notes(self) -> Iterator[str]:
        told = dict.fromkeys(note for part in self._parts for note in part.notes)
        yield from told
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
