"""What a report says: as plain data for scripts, as a table with bars for people. Nothing is calculated here."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.model import Level
from digidoc.report.metrics import Basis, Comparison, Note, Rate, Report, TargetStatus
from digidoc.report.targets import Measure

if TYPE_CHECKING:
    from rich.console import RenderableType

_HEAD: Final = ("sequence", "hash")


def to_json(report: Report) -> dict[str, Any]:
    """The report for scripts; the same figures and time give the same bytes. Percentages have two decimals at most."""
    figures = report.figures
    return {
        "as_of": report.as_of.isoformat(timespec="seconds"),
        "unit": {"code": report.unit.code, "name": report.unit.name, "level": report.unit.level.value},
        "basis": report.basis.value,
        "metrics": [_rate_json(rate) for rate in report.rates],
        "counts": {
            "registered": figures.registered,
            "refused": figures.refused,
            "review": figures.review,
            "signature_indeterminate": figures.indeterminate,
            "signature_failed": figures.failed,
            "copies": figures.copies,
        },
        "target": None if report.comparison is None else _comparison_json(report.comparison),
        "notes": [note.value for note in report.notes],
        "audit_head": None if figures.audit_head is None else dict(zip(_HEAD, figures.audit_head, strict=True)),
    }


def _rate_json(rate: Rate) -> dict[str, Any]:
    return {
        "name": rate.measure.value,
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "percent": _number(rate.percent),
    }


def _comparison_json(comparison: Comparison) -> dict[str, Any]:
    due = comparison.due
    return {
        "name": due.programme.name,
        "title": due.programme.title,
        "source": due.programme.source,
        "valid_from": due.programme.valid_from.isoformat(),
        "valid_to": due.programme.valid_to.isoformat(),
        "level": due.level.value,
        "year": due.row_year,
        "metric": due.measure.value,
        "percent": _number(due.percent),
        "status": None if comparison.status is None else comparison.status.value,
        "gap_points": _number(comparison.gap_points),
        "gap_documents": comparison.gap_documents,
    }


def _number(value: Decimal | None) -> float | None:
    # A float of two decimals is written in JSON with the digits that it was rounded to.
    return None if value is None else float(value)


def view(report: Report) -> Iterator["RenderableType"]:
    """The report for people."""
    vietnamese = current() == "vi"
    when = report.as_of.strftime("%d/%m/%Y %H:%M" if vietnamese else "%Y-%m-%d %H:%M")
    yield Text(f"{report.unit.code} {report.unit.name}".strip(), style="bold")
    yield Text(_("As of {when} (UTC+7) · divided by: {basis}").format(when=when, basis=_basis_words(report.basis)))
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(_("Figure"))
    table.add_column(_("Papers"), justify="right")
    table.add_column(_("Of"), justify="right")
    table.add_column("%", justify="right")
    table.add_column("", width=30)
    for rate in report.rates:
        cells = (_measure_words(rate.measure), str(rate.numerator), str(rate.denominator), _percent(rate.percent))
        table.add_row(*map(Text, cells), _bar(rate))
    yield table
    figures = report.figures
    counts = _(
        "Refused: {refused} · to be reviewed: {review} · signature indeterminate: {indeterminate} · failed: {failed}"
    )
    yield Text(
        counts.format(
            refused=figures.refused, review=figures.review, indeterminate=figures.indeterminate, failed=figures.failed
        )
    )
    if report.comparison is not None:
        yield from _target_view(report.comparison)
    for note in report.notes:
        yield Text("· " + _note_words(note, report))
    if figures.audit_head is not None:
        number, digest = figures.audit_head
        yield Text(_("Newest event: {number}:{hash}").format(number=number, hash=digest), style="dim")


def _bar(rate: Rate) -> ProgressBar:
    return ProgressBar(total=rate.denominator or 1, completed=rate.numerator, width=30)


def _target_view(comparison: Comparison) -> Iterator["RenderableType"]:
    due = comparison.due
    yield Text("")
    yield Text(due.programme.title, style="bold")
    yield Text(_("Source: {source}").format(source=due.programme.source), style="dim")
    if comparison.status is None:
        yield Text(_("There is nothing to compare."))
        return
    asked = _("Target for {level}, {year}: {percent} % {measure}").format(
        level=_level_words(due.level),
        year=due.row_year,
        percent=_percent(due.percent),
        measure=_measure_words(due.measure),
    )
    if comparison.status is TargetStatus.MET:
        yield Text.assemble(asked, " · ", (_("met"), "bold green"))
        return
    missing = _("missed by {points} points and {documents} documents").format(
        points=_percent(comparison.gap_points), documents=comparison.gap_documents
    )
    yield Text.assemble(asked, " · ", (missing, "bold red"))


def _percent(value: Decimal | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}".replace(".", "," if current() == "vi" else ".")


def _basis_words(basis: Basis) -> str:
    return {Basis.STOCK: _("declared stock"), Basis.REGISTERED: _("papers registered")}[basis]


def _measure_words(measure: Measure) -> str:
    return {
        Measure.ATTACHED: _("digitized"),
        Measure.CONFORMANT: _("conformant"),
        Measure.SIGNED: _("signed"),
    }[measure]


def _level_words(level: Level) -> str:
    return {Level.PROVINCE: _("province"), Level.DISTRICT: _("district"), Level.COMMUNE: _("commune")}[level]


def _note_words(note: Note, report: Report) -> str:
    due = None if report.comparison is None else report.comparison.due
    return {
        Note.OVER_STOCK: _("More papers are digitized than the declared stock: check `stock` in digidoc.toml."),
        Note.COPIES: _("{number} copies of the same file are counted once.").format(number=report.figures.copies),
        Note.NO_DENOMINATOR: _("There is nothing to divide by, so there is no percentage."),
        Note.YEAR_CARRIED: _("The programme ends with {year}; that year's target is kept.").format(
            year=None if due is None else due.row_year
        ),
        Note.NOT_BEGUN: _("The programme has not begun on that day."),
        Note.LEVEL_ENDED: _("The level of government did not exist any more on that day."),
        Note.NO_LEVEL: _("The programme sets no target for this level of government."),
    }[note]
