"""The report on a terminal: tables with bars. Nothing is calculated here."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from digidoc.i18n import tr as _
from digidoc.report import words
from digidoc.report.document import Figure, ReportDocument, Status

if TYPE_CHECKING:
    from rich.console import RenderableType

_BAR: Final = 24  # characters
_MONTHS: Final = 12  # of the trend; the files have all of them


def view(report: ReportDocument) -> Iterator["RenderableType"]:
    """The report for people."""
    yield from _head(report)
    yield _figures(report.figures)
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
    for note in report.notes:
        yield Text("· " + words.note(note, report))
    yield from _foot(report)


def _head(report: ReportDocument) -> Iterator["RenderableType"]:
    yield Text(f"{report.unit.code} {report.unit.name}".strip(), style="bold")
    span = words.span(report.first, report.last)
    yield Text(_("As of {day} (UTC+7) · dossiers of {span}").format(day=words.day(report.as_of), span=span))


def _figures(figures: Sequence[Figure]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(_("Figure"), overflow="fold")
    table.add_column(_("What counts"))
    for title in (_("Count"), _("Of"), "%"):
        table.add_column(title, justify="right")
    table.add_column("", width=_BAR)
    table.add_column(_("Target"), justify="right")
    for figure in figures:
        table.add_row(
            Text(words.metric(figure.metric)),
            Text("" if figure.quality is None else words.quality(figure.quality)),
            words.number(figure.numerator),
            words.number(figure.denominator),
            words.percent(figure.percent),
            _bar(figure),
            _asked(figure),
        )
    return table


def _bar(figure: Figure) -> ProgressBar:
    return ProgressBar(total=figure.denominator or 1, completed=figure.numerator, width=_BAR)


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
    asked = _("Target for {level}, {year}: {percent} %, {metric}").format(
        level=words.level(report.unit.level),
        year=goal.year,
        percent=words.percent(goal.percent),
        metric=words.figure(figure),
    )
    if goal.status is Status.MET:
        return Text.assemble(asked, " · ", (_("met"), "bold green"))
    missed = _("missed by {points} points and {documents} documents").format(
        points=words.percent(goal.gap_points), documents=words.number(goal.gap_documents)
    )
    return Text.assemble(asked, " · ", (missed, "bold red"))


def _groups(report: ReportDocument) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    assert report.by is not None  # noqa: S101 (there are groups)
    table.add_column(words.group(report.by), overflow="fold")
    shown = report.groups[0].figures
    for figure in shown:
        table.add_column(words.short(figure), justify="right", overflow="fold")
    table.add_column(_("Gap"), justify="right")
    for group in report.groups:
        gap = next((figure.goal.gap_documents for figure in group.figures if figure.goal is not None), None)
        cells = [Text(words.percent(figure.percent), style=_style(figure)) for figure in group.figures]
        name = f"{words.group_key(report.by, group.key)} {group.name}".strip()
        table.add_row(Text(name), *cells, "" if gap is None else words.number(gap))
    return table


def _style(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return "green" if figure.goal.status is Status.MET else "red"


def _trend(report: ReportDocument) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(_("Month"))
    for title in (_("Count"), _("Of"), "%"):
        table.add_column(title, justify="right")
    table.add_column("", width=_BAR)
    table.add_column(_("Target"), justify="right")
    for point in report.trend[-_MONTHS:]:
        table.add_row(
            words.month(point.month),
            words.number(point.numerator),
            words.number(point.denominator),
            words.percent(point.percent),
            ProgressBar(total=100, completed=float(point.percent or Decimal(0)), width=_BAR),
            "" if point.asked is None else words.percent(point.asked),
        )
    return table


def _scorecard(report: ReportDocument) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(_("Indicator"), overflow="fold")
    for title in ("%", _("Points"), _("Of")):
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
    counts = dict(report.counts)
    said = _(
        "Refused: {refused} · to be reviewed: {review} · signature indeterminate: {indeterminate} · failed: {failed}"
    )
    yield Text(
        said.format(
            refused=counts.get("refused", 0),
            review=counts.get("review", 0),
            indeterminate=counts.get("signature_indeterminate", 0),
            failed=counts.get("signature_failed", 0),
        )
    )
    for code, day in report.sources:
        yield Text(_("From {unit}, as of {day}").format(unit=code, day=words.day(day)), style="dim")
    if report.audit_head is not None:
        number, digest = report.audit_head
        yield Text(_("Newest event: {number}:{hash}").format(number=number, hash=digest), style="dim")
