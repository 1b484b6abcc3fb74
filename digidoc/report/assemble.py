"""Asks an archive for its counts and makes the report of them; all reckoning is done in its parts or in `metrics`."""

from digidoc.report import metrics, targets
from digidoc.report.document import ReportDocument
from digidoc.report.parts import figures, official, over_time, remarks
from digidoc.report.parts.basis import basis
from digidoc.report.question import Question
from digidoc.report.source import ReportSource


def assemble(source: ReportSource, asked: Question) -> ReportDocument:
    """The report on an archive.

    Args:
        source: the open archive.
        asked: what is asked for.

    """
    found = basis(source, asked)
    trend = tuple(over_time.trend(found))
    return ReportDocument(
        unit=found.unit,
        made_at=asked.made_at,
        as_of=asked.today,
        first=asked.scope.first,
        last=asked.scope.last,
        quality=found.quality,
        headline=found.headline,
        figures=tuple(figures.figures(found)),
        by=asked.by,
        groups=tuple(figures.groups(found)),
        trend=trend,
        forecast=metrics.forecast(trend, found.due, asked.today),
        heat=tuple(over_time.heat(found)),
        screen=tuple(official.screen(found)),
        form=tuple(official.form(found)),
        scorecard=tuple(official.scorecard(found)),
        programme=None if asked.programme is None else targets.facts(asked.programme),
        notes=tuple(remarks.notes(found)),
        counts=tuple(remarks.counts(found)),
        audit_head=found.figures.audit_head,
    )
