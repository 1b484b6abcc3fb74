"""Asks an archive for its counts and makes the report of them; all reckoning is done here or in `metrics`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from digidoc.clock import VIETNAM
from digidoc.metric import DIGITIZED_DOSSIERS, METRICS, Metric
from digidoc.model import Level
from digidoc.register import FlowCounts, GroupBy, ProcessCounts, Quality, Scope, StockCounts
from digidoc.report import metrics, programmes, targets
from digidoc.report.document import (
    Figure,
    FormRow,
    Group,
    HeatCell,
    ProgrammeFacts,
    ReportDocument,
    ScoreRow,
    ScreenRow,
    Status,
    TrendPoint,
)
from digidoc.report.metrics import QUALITIES, Counts, Share
from digidoc.report.source import ReportSource
from digidoc.report.targets import Due, Kind, Programme

SCORECARD: Final = "qd766"
_NO_FLOW: Final = FlowCounts()
_PLAIN: Final = tuple(metric for metric, spec in METRICS.items() if not spec.has_quality)
_BROKEN_DOWN: Final = tuple(metric for metric, spec in METRICS.items() if spec.broken_down)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Attributes:
        scope: period, units, procedures and the day; its `as_of` is None for now.
        today: the day at whose end things are looked at: that of the scope, or today.
        made_at: when it is asked, +07:00.
        by: what to break down by.
        quality: which counts in the headline; None takes what the programme asks for, else attached.
        metric: the headline; None takes the programme's, else the stock, else the papers.
        programme: to compare with; None for none.

    """

    scope: Scope
    today: date
    made_at: datetime
    by: GroupBy | None
    quality: Quality | None
    metric: Metric | None
    programme: Programme | None


def assemble(source: ReportSource, asked: Question) -> ReportDocument:
    """The report on an archive.

    Args:
        source: the open archive.
        asked: what is asked for.

    """
    return _Assembly(source, asked).document()


class _Assembly:
    """One report in the making: the counts of the whole, and what is asked of whom."""

    def __init__(self, source: ReportSource, asked: Question) -> None:
        self._source, self._asked, self._scope = source, asked, asked.scope
        end = None if asked.scope.as_of is None else datetime.combine(asked.scope.as_of, time.max, VIETNAM)
        figures = source.figures(end)
        self._unit = figures.unit
        self._units = {unit.code: unit for unit in source.units()}
        flow = source.flow(None, replace(asked.scope, first=None, last=None)).get("", FlowCounts())
        stock = source.stock(None, asked.scope).get("", StockCounts())
        self._register = flow != FlowCounts() or stock != StockCounts()
        self._whole = Counts(
            source.flow(None, asked.scope).get("", FlowCounts()),
            stock,
            source.in_process(None, self._at_end()).get("", ProcessCounts()),
            source.paper_counts(asked.scope.as_of),
            figures,
            self._register,
        )
        self._orphans = source.orphans() if self._register else (0, 0)
        self._due = self._asked_of(self._unit.level, asked.today)
        self._quality = asked.quality or (self._due.quality if self._due else Quality.ATTACHED)
        self._headline = self._metric()

    def document(self) -> ReportDocument:
        """Put everything together."""
        asked, whole = self._asked, self._whole
        trend = tuple(self._trend())
        figures = whole.figures
        assert figures is not None  # noqa: S101 (set for the whole)
        return ReportDocument(
            unit=self._unit,
            made_at=asked.made_at,
            as_of=asked.today,
            first=asked.scope.first,
            last=asked.scope.last,
            quality=self._quality,
            headline=self._headline,
            figures=tuple(self._figures(whole, self._due)),
            by=asked.by,
            groups=tuple(self._groups()),
            trend=trend,
            forecast=metrics.forecast(trend, self._due, asked.today),
            heat=tuple(self._heat()),
            screen=tuple(self._screen()),
            form=tuple(self._form()),
            scorecard=tuple(self._scorecard()),
            programme=self._programme(),
            notes=tuple(self._notes()),
            counts=tuple(self._counts()),
            audit_head=figures.audit_head,
        )

    def _metric(self) -> Metric:
        programme = self._asked.programme
        if self._asked.metric is not None:
            return self._asked.metric
        if programme is not None and programme.kind is not Kind.SCORECARD and programme.metric is not Metric.STOCK:
            return programme.metric
        stock = metrics.share(Metric.STOCK, self._quality, self._whole)
        return Metric.STOCK if stock is not None and stock.denominator else Metric.PAPERS

    def _asked_of(self, level: Level, day: date) -> Due | None:
        programme = self._asked.programme
        return None if programme is None else targets.due(programme, level, day)

    def _due_for(self, metric: Metric, quality: Quality, due: Due | None) -> Due | None:
        """The target, where it is about this metric: a stock that is not known is stood for by the papers."""
        if due is None or due.quality is not quality:
            return None
        about = due.programme.metric
        stands_for = about is Metric.STOCK and metric is Metric.PAPERS and self._headline is Metric.PAPERS
        return due if metric is about or stands_for else None

    def _figures(self, counts: Counts, due: Due | None) -> Iterator[Figure]:
        """The headline in its three qualities, then all else that is counted there."""
        first = [self._headline] if METRICS[self._headline].has_quality else []
        for metric in dict.fromkeys((*first, *DIGITIZED_DOSSIERS)):
            for quality in QUALITIES:
                found = metrics.figure(metric, quality, counts, self._due_for(metric, quality, due))
                if found is not None:
                    yield found
        for plain in sorted(_PLAIN, key=lambda metric: metric is not self._headline):
            wanted = due.quality if due is not None and due.programme.metric is plain else self._quality
            found = metrics.figure(plain, self._quality, counts, self._due_for(plain, wanted, due))
            if found is not None:
                yield found

    def _groups(self) -> Iterator[Group]:
        by = self._asked.by
        if by is None:
            return
        flows = self._source.flow(by, self._scope)
        stocks = self._source.stock(by, self._scope)
        processes = {} if by is GroupBy.MONTH else self._source.in_process(by, self._at_end())
        names = self._names(by)
        for key in sorted({*flows, *stocks, *processes}):
            counts = Counts(
                flows.get(key, FlowCounts()),
                stocks.get(key, StockCounts()),
                processes.get(key, ProcessCounts()),
                register=True,
            )
            yield Group(key, names.get(key, ""), tuple(self._group_figures(counts, self._due_of(by, key))))

    def _group_figures(self, counts: Counts, due: Due | None) -> Iterator[Figure]:
        headline = Metric.STOCK if self._headline is Metric.PAPERS else self._headline
        qualities = QUALITIES if METRICS[headline].has_quality else (self._quality,)
        for quality in qualities:
            found = metrics.figure(headline, quality, counts, self._due_for(headline, quality, due))
            if found is not None:
                yield found
        for metric in _BROKEN_DOWN:
            found = None if metric is headline else metrics.figure(metric, self._quality, counts)
            if found is not None:
                yield found

    def _due_of(self, by: GroupBy, key: str) -> Due | None:
        """What is asked of a group: of a unit by its own level, of a month at its end."""
        today = self._asked.today
        if by is GroupBy.UNIT:
            known = self._units.get(key)
            return self._asked_of(Level(known.level) if known else self._unit.level, today)
        if by is GroupBy.LEVEL:
            return self._asked_of(Level(key), today) if key in list(Level) else None
        if by is GroupBy.MONTH and key:
            return self._asked_of(self._unit.level, next(metrics.month_ends([key], today))[1])
        return self._due

    def _names(self, by: GroupBy) -> Mapping[str, str]:
        if by is GroupBy.UNIT:
            return {code: unit.name for code, unit in self._units.items()}
        if by is GroupBy.PROCEDURE:
            return {procedure.code: procedure.name for procedure in self._source.procedures()}
        return {}

    def _trend(self) -> Iterator[TrendPoint]:
        today = self._asked.today
        if not self._register:
            return
        if self._headline is Metric.STOCK:
            found = {m: Counts(stock=s, register=True) for m, s in self._source.stock_trend(self._scope).items()}
        else:
            span = replace(self._scope, first=None, last=today)
            found = {m: Counts(flow=f, register=True) for m, f in self._source.flow(GroupBy.MONTH, span).items()}
        for month, end in metrics.month_ends(sorted(filter(None, found)), today):
            share = metrics.share(self._headline, self._quality, found[month])
            if share is not None:
                due = self._due_for(self._headline, self._quality, self._asked_of(self._unit.level, end))
                whole = metrics.percent(share.numerator, share.denominator)
                yield TrendPoint(month, share.numerator, share.denominator, whole, None if due is None else due.percent)

    def _heat(self) -> Iterator[HeatCell]:
        if not self._register:
            return
        metric = self._headline if self._headline in DIGITIZED_DOSSIERS else Metric.RESULTS
        grid = self._source.flow_grid(self._scope)
        if len({unit for unit, _month in grid}) < 2:  # noqa: PLR2004 (one unit is the trend)
            return
        for (unit, month), flow in sorted(grid.items()):
            share = metrics.share(metric, self._quality, Counts(flow, register=True))
            if share is not None and month:
                found = metrics.percent(share.numerator, share.denominator)
                yield HeatCell(unit, month, share.numerator, share.denominator, found)

    def _screen(self) -> Iterator[ScreenRow]:
        place = QUALITIES.index(self._quality)
        for key, flow in sorted(self._source.flow(GroupBy.UNIT, self._scope).items()):
            due = self._due_for(Metric.RESULTS, self._quality, self._due_of(GroupBy.UNIT, key))
            goal = metrics.goal(Share(flow.results[place], flow.result_due), due)
            yield ScreenRow(
                key,
                self._name(key),
                flow.received,
                flow.components[place],
                flow.reused,
                flow.resolved,
                flow.results[place],
                metrics.percent(flow.results[place], flow.result_due),
                None if goal is None else goal.status is Status.MET,
            )

    def _form(self) -> Iterator[FormRow]:
        """Form II.06a: withdrawn and stopped dossiers are in none of its columns, or its sums would not come out.

        What was carried over is what is in process now, with what was resolved in the period and without what came in
        it: to count the day before the period began takes a second for a million dossiers, and comes to the same.
        """
        if not self._register:
            return
        flows = self._source.flow(GroupBy.UNIT, self._scope)
        after = self._source.in_process(GroupBy.UNIT, self._at_end())
        rows = [
            _form_row(key, self._name(key), flows.get(key, _NO_FLOW), after.get(key, ProcessCounts()))
            for key in sorted({*flows, *after})
        ]
        yield from rows
        if rows:
            yield sum_of(rows)

    def _name(self, code: str) -> str:
        known = self._units.get(code)
        return known.name if known else (self._unit.name if code == self._unit.code else "")

    def _at(self, day: date) -> Scope:
        return replace(self._scope, as_of=day)

    def _at_end(self) -> Scope:
        """The scope at the end of its period, which may lie before the day that is looked at."""
        last, today = self._scope.last, self._asked.today
        return self._at(last) if last is not None and last < today else self._scope

    def _scorecard(self) -> Iterator[ScoreRow]:
        if not self._register:
            return
        programme = self._asked.programme
        if programme is None or programme.kind is not Kind.SCORECARD:
            programme = programmes.load(SCORECARD)
        for row in programme.indicators:
            if row.metric is None:
                yield ScoreRow(row.code, None, None, row.points, row.full_at)
                continue
            found = metrics.figure(row.metric, row.quality, self._whole)
            points = None if found is None else targets.points(row, found.numerator, found.denominator)
            yield ScoreRow(row.code, found, points, row.points, row.full_at)

    def _programme(self) -> ProgrammeFacts | None:
        found = self._asked.programme
        return None if found is None else targets.facts(found)

    def _notes(self) -> Iterator[str]:
        """Codes of what a reader has to know of the whole report, in the order in which they are told."""
        figures, due = self._whole.figures, self._due
        assert figures is not None  # noqa: S101 (set for the whole)
        orphans, bare = self._orphans
        facts = [
            ("no-register", not self._register),
            ("declared-stock", self._headline is Metric.STOCK and not self._whole.stock.results),
            ("declared-only", self._whole.stock.declared_only > 0),
            ("copies-counted-once", figures.copies > 0),
            ("orphan-papers", orphans > 0),
            ("resolved-without-papers", bare > 0),
            ("withdrawn-left-out", self._whole.flow.withdrawn > 0),
        ]
        if due is not None and due.programme.kind is not Kind.SCORECARD:
            ended = due.level_until is not None and due.day > due.level_until
            facts += [
                ("programme-has-no-such-level", not due.has_level),
                ("programme-not-begun", due.has_level and due.row_year is None and not ended),
                ("level-of-government-ended", ended),
                (
                    "last-year-of-the-programme-carried-on",
                    due.row_year is not None and due.day > due.programme.valid_to,
                ),
            ]
        yield from (code for code, holds in facts if holds)

    def _counts(self) -> Iterator[tuple[str, int]]:
        figures = self._whole.figures
        assert figures is not None  # noqa: S101 (set for the whole)
        yield from (
            ("registered", figures.registered),
            ("refused", figures.refused),
            ("review", figures.review),
            ("signature_indeterminate", figures.indeterminate),
            ("signature_failed", figures.failed),
            ("copies", figures.copies),
        )
        if self._register:
            orphans, bare = self._orphans
            yield from (
                ("declared_only", self._whole.stock.declared_only),
                ("withdrawn", self._whole.flow.withdrawn),
                ("in_process", self._whole.process.in_process),
                ("overdue", self._whole.process.overdue),
                ("orphan_dossiers", orphans),
                ("resolved_without_papers", bare),
            )


def _form_row(key: str, name: str, flow: FlowCounts, process: ProcessCounts) -> FormRow:
    carried = process.in_process + flow.resolved - (flow.received - flow.withdrawn)
    online = flow.received_online - flow.withdrawn_online
    direct = flow.received - flow.withdrawn - online
    return FormRow(
        key,
        name,
        received=online + direct + carried,
        online=online,
        direct=direct,
        carried=carried,
        resolved=flow.resolved,
        early=flow.early,
        punctual=flow.punctual,
        late=flow.late,
        in_process=process.in_process,
        in_time=process.in_process - process.overdue,
        overdue=process.overdue,
    )


def sum_of(rows: Sequence[FormRow]) -> FormRow:
    """The row of sums below the form: its key is empty."""
    numbers = [name for name in FormRow.__slots__ if name not in ("key", "name")]
    return FormRow("", "", **{name: sum(getattr(row, name) for row in rows) for name in numbers})
