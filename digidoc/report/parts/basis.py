"""What all parts of a report start from: the counts of the whole, the headline, and what is asked of whom."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from digidoc.clock import VIETNAM
from digidoc.metric import Metric
from digidoc.model import ArchiveFigures, Level, Unit
from digidoc.register import FlowCounts, GroupBy, ProcessCounts, Quality, Scope, StockCounts, UnitRecord
from digidoc.report import metrics, targets
from digidoc.report.metrics import Counts
from digidoc.report.question import Question
from digidoc.report.source import ReportSource
from digidoc.report.targets import Due, Kind, Programme


@dataclass(frozen=True, slots=True)
class Basis:
    """An archive, what is asked of it, and what holds for the whole report.

    Attributes:
        source: the open archive.
        asked: what is asked for.
        units: the offices that are known, by code.
        figures: counts of the papers in the archive.
        whole: everything that is counted over the whole scope.
        orphans: see `ReportSource.orphans`.
        due: what the programme asks of the archive's own office; None without one.
        quality: which counts in the headline.
        headline: the metric that is compared with the target.

    """

    source: ReportSource
    asked: Question
    units: dict[str, UnitRecord]
    figures: ArchiveFigures
    whole: Counts
    orphans: tuple[int, int]
    due: Due | None
    quality: Quality
    headline: Metric

    @property
    def unit(self) -> Unit:
        """The archive's own office."""
        return self.figures.unit

    @property
    def scope(self) -> Scope:
        """What is counted."""
        return self.asked.scope

    def asked_of(self, level: Level, day: date) -> Due | None:
        """What the programme asks of a level of government on a day; None without a programme."""
        return _asked_of(self.asked.programme, level, day)

    def due_of(self, by: GroupBy, key: str) -> Due | None:
        """What is asked of a group: of a unit by its own level, of a month at its end."""
        today = self.asked.today
        if by is GroupBy.UNIT:
            known = self.units.get(key)
            return self.asked_of(Level(known.level) if known else self.unit.level, today)
        if by is GroupBy.LEVEL:
            return self.asked_of(Level(key), today) if key in list(Level) else None
        if by is GroupBy.MONTH and key:
            return self.asked_of(self.unit.level, next(metrics.month_ends([key], today))[1])
        return self.due

    def due_for(self, metric: Metric, quality: Quality, due: Due | None) -> Due | None:
        """The target, where it is about this metric in this quality."""
        return due if due is not None and due.quality is quality and is_about(due, metric, self.headline) else None

    def at_end(self) -> Scope:
        """The scope at the end of its period, which may lie before the day that is looked at."""
        return _at_end(self.asked)

    def name(self, code: str) -> str:
        """The name of an office."""
        known = self.units.get(code)
        return known.name if known else (self.unit.name if code == self.unit.code else "")


def is_about(due: Due, metric: Metric, headline: Metric) -> bool:
    """Whether a target is about a metric: the papers stand for a stock that is not known."""
    about = due.programme.metric
    return metric is about or (about is Metric.STOCK and metric is Metric.PAPERS and headline is Metric.PAPERS)


def basis(source: ReportSource, asked: Question) -> Basis:
    """Ask an archive for what holds for the whole report."""
    scope = asked.scope
    end = None if scope.as_of is None else datetime.combine(scope.as_of, time.max, VIETNAM)
    figures = source.figures(end)
    units = {unit.code: unit for unit in source.units()}
    ever = source.flow(None, replace(scope, first=None, last=None)).get("", FlowCounts())
    stock = source.stock(None, scope).get("", StockCounts())
    register = ever != FlowCounts() or stock != StockCounts()
    whole = Counts(
        source.flow(None, scope).get("", FlowCounts()),
        stock,
        source.in_process(None, _at_end(asked)).get("", ProcessCounts()),
        source.paper_counts(scope.as_of),
        figures,
        register,
    )
    due = _asked_of(asked.programme, figures.unit.level, asked.today)
    quality = asked.quality or (due.quality if due else Quality.ATTACHED)
    return Basis(
        source=source,
        asked=asked,
        units=units,
        figures=figures,
        whole=whole,
        orphans=source.orphans() if register else (0, 0),
        due=due,
        quality=quality,
        headline=_headline(asked, quality, whole),
    )


def _asked_of(programme: Programme | None, level: Level, day: date) -> Due | None:
    return None if programme is None else targets.due(programme, level, day)


def _at_end(asked: Question) -> Scope:
    last = asked.scope.last
    return replace(asked.scope, as_of=last) if last is not None and last < asked.today else asked.scope


def _headline(asked: Question, quality: Quality, whole: Counts) -> Metric:
    """What is asked for, else what the programme is about, else the stock, or the papers where it is not known."""
    programme = asked.programme
    if asked.metric is not None:
        return asked.metric
    if programme is not None and programme.kind is not Kind.SCORECARD and programme.metric is not Metric.STOCK:
        return programme.metric
    stock = metrics.share(Metric.STOCK, quality, whole)
    return Metric.STOCK if stock is not None and stock.denominator else Metric.PAPERS
