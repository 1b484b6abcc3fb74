"""The report on a terminal: tables with bars. Nothing is calculated here."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from digidoc.i18n import tr as _
from digidoc.metric import Metric
from digidoc.register import Quality
from digidoc.report import words
from digidoc.report.document import Figure, ReportDocument, Status
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

_BAR: Final = 12  # characters: with it the tables fit 100 columns
_TREND_BAR: Final = 24
_MONTHS: Final = 12  # of the trend; the files have all of them


def view(report: ReportDocument) -> Iterator["RenderableType"]:
    """The report for people."""
    yield from _head(report)
    yield Text("")
    yield from _figures(report)
    yield from _target(report)
    if report.groups:
        yield Text("")
        yield _groups(report)
    if len(report.trend) > 1:
        yield Text("")
        yield _trend(report)
    if report.scorecard and report.programme is not None and report.programme.kind == "scorecard":
        yield Text("")
        yield _scorecard(report)
    yield Text("")
    for note in report.notes:
        yield Text("· " + words.note(note, report))
    yield from _foot(report)


def _head(report: ReportDocument) -> Iterator["RenderableType"]:
    yield Text(plain(f"{report.unit.code} {report.unit.name}").strip(), style="bold")
    span = words.span(report.first, report.last)
    yield Text(_("As of {day} (+07:00) · dossiers of {span}").format(day=words.day(report.as_of), span=span))


def _figures(report: ReportDocument) -> Iterator["RenderableType"]:
    """One row a metric: first those that ask in which quality, then the others; what has no percentage is named."""
    metrics: dict[Metric, dict[Quality | None, Figure]] = {}
    for figure in report.figures:
        metrics.setdefault(figure.metric, {})[figure.quality] = figure
    shown = {m: found for m, found in metrics.items() if any(f.percent is not None for f in found.values())}
    by_quality = {m: found for m, found in shown.items() if None not in found}
    plain = [found[None] for found in shown.values() if None in found]
    tables = [_by_quality(report, by_quality)] if by_quality else []
    tables += [_plain(plain)] if plain else []
    # A plain metric may be the headline, which stands first.
    for place, table in enumerate(reversed(tables) if report.headline not in by_quality else tables):
        if place:
            yield Text("")
        yield table
    empty = [words.metric(metric) for metric in metrics if metric not in shown]
    if empty:
        yield Text(_("Nothing to divide by: {figures}").format(figures="; ".join(empty)), style="dim")


def _table(first: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(first, ratio=1)
    return table


def _tail(table: Table) -> Table:
    for title in (_("Count"), _("Out of")):
        table.add_column(title, justify="right")
    table.add_column("", width=_BAR)
    table.add_column(_("Target"), justify="right")
    return table


def _by_quality(report: ReportDocument, metrics: dict[Metric, dict[Quality | None, Figure]]) -> Table:
    table = _table(_("Figure"))
    for quality in Quality:
        table.add_column(words.quality(quality), justify="right")
    _tail(table)
    for metric, found in metrics.items():
        counted = found[report.quality]
        table.add_row(
            Text(words.metric(metric)),
            *(_share(found[quality], stressed=quality is report.quality) for quality in Quality),
            *_counts(counted),
            _asked(next((figure for figure in found.values() if figure.goal is not None), counted)),
        )
    return table


def _plain(figures: list[Figure]) -> Table:
    table = _table(_("Figure"))
    table.add_column("%", justify="right")
    _tail(table)
    for figure in figures:
        share = _share(figure, stressed=True)
        table.add_row(Text(words.metric(figure.metric)), share, *_counts(figure), _asked(figure))
    return table


def _share(figure: Figure, *, stressed: bool) -> Text:
    return Text(words.percent(figure.percent), style="bold" if stressed else "dim")


def _counts(figure: Figure) -> tuple["RenderableType", ...]:
    bar = _bar(figure.numerator, figure.denominator, _BAR)
    return words.number(figure.numerator), words.number(figure.denominator), bar


def _bar(done: float, of: float, width: int) -> ProgressBar:
    # Red and green say whether a target is met: a bar says only how much.
    return ProgressBar(total=of or 1, completed=done, width=width, complete_style="cyan", finished_style="cyan")


def _asked(figure: Figure) -> Text:
    if figure.goal is None:
        return Text("")
    return Text(words.percent(figure.goal.percent), style="green" if figure.goal.status is Status.MET else "bold red")


def _target(report: ReportDocument) -> Iterator["RenderableType"]:
    programme = report.programme
    if programme is None:
        return
    yield Text("")
    yield Text(programme.title, style="bold")
    yield Text(_("Source: {source}").format(source=programme.source), style="dim")
    if programme.remark:
        yield Text(programme.remark, style="yellow")
    asked = [figure for figure in report.figures if figure.goal is not None]
    if not asked and programme.kind != "scorecard":
        yield Text(_("There is nothing to compare."))
    for figure in asked:
        yield goal_line(report, figure)
    if report.forecast is not None:
        yield Text(words.forecast(report.forecast))


def goal_line(report: ReportDocument, figure: Figure) -> Text:
    """What is asked of a figure, and whether it is met."""
    goal = figure.goal
    assert goal is not None  # noqa: S101 (only such figures are asked for)
    style = "bold green" if goal.status is Status.MET else "bold red"
    return Text.assemble(words.asked(report, figure, goal), " · ", (words.outcome(goal), style))


def _groups(report: ReportDocument) -> Table:
    assert report.by is not None  # noqa: S101 (there are groups)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(words.group(report.by))
    shown = report.groups[0].figures
    for figure in shown:
        table.add_column(words.short(figure), justify="right")
    table.add_column(_("Gap"), justify="right")
    for group in report.groups:
        gap = next((figure.goal.gap_documents for figure in group.figures if figure.goal is not None), None)
        cells = [Text(words.percent(figure.percent), style=_style(figure)) for figure in group.figures]
        name = f"{words.group_key(report.by, group.key)} {group.name}".strip()
        table.add_row(Text(plain(name)), *cells, "" if gap is None else words.number(gap))
    return table


def _style(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return "green" if figure.goal.status is Status.MET else "red"


def _trend(report: ReportDocument) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(_("Month"))
    for title in (_("Count"), _("Out of"), "%"):
        table.add_column(title, justify="right")
    table.add_column("", width=_TREND_BAR)
    table.add_column(_("Target"), justify="right")
    for point in report.trend[-_MONTHS:]:
        table.add_row(
            words.month(point.month),
            words.number(point.numerator),
            words.number(point.denominator),
            words.percent(point.percent),
            _bar(float(point.percent or Decimal(0)), 100, _TREND_BAR),
            "" if point.asked is None else words.percent(point.asked),
        )
    return table


def _scorecard(report: ReportDocument) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(_("Indicator"))
    for title in ("%", _("Points"), _("Out of")):
        table.add_column(title, justify="right")
    for row in report.scorecard:
        table.add_row(
            Text(row.code),
            words.percent(None if row.figure is None else row.figure.percent),
            words.percent(row.points),
            words.percent(row.of, 0),
        )
    return table


def _foot(report: ReportDocument) -> Iterator["RenderableType"]:
    yield Text(words.counts(report))
    for code, day in report.sources:
        yield Text(words.source(code, day), style="dim")
    if report.audit_head is not None:
        yield Text(words.audit_head(report.audit_head), style="dim")
