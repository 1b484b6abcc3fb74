"""What a report says in sentences: its head, what is asked, what a reader has to know, and where it comes from."""

from collections.abc import Iterator

from digidoc.i18n import tr as _
from digidoc.report import words
from digidoc.report.document import ReportDocument


def title() -> str:
    """What it is."""
    return _("Report on digitization")


def office(report: ReportDocument) -> str:
    """Whose it is: the name, else the code."""
    return report.unit.name or report.unit.code


def facts(report: ReportDocument) -> Iterator[tuple[str, str]]:
    """Names and values of the head."""
    yield _("Unit"), f"{report.unit.code} {report.unit.name}".strip()
    yield _("As of"), _("{day}, end of the day (+07:00)").format(day=words.day(report.as_of))
    yield _("Dossiers of"), words.span(report.first, report.last)
    yield _("What counts"), words.quality(report.quality)
    if report.programme is not None:
        yield _("Programme"), report.programme.title
        yield _("Source"), report.programme.source
        if report.programme.remark:
            yield _("Remark"), report.programme.remark


def target(report: ReportDocument) -> Iterator[str]:
    """What is asked of which figure, whether it is met, and when it will be."""
    asked = [figure for figure in report.figures if figure.goal is not None]
    for figure in asked:
        assert figure.goal is not None  # noqa: S101 (only those)
        yield f"{words.asked(report, figure, figure.goal)} · {words.outcome(figure.goal)}"
    if report.programme is not None and report.programme.kind != "scorecard" and not asked:
        yield _("There is nothing to compare.")
    if report.forecast is not None:
        yield words.forecast(report.forecast)


def notes(report: ReportDocument) -> Iterator[str]:
    """What a reader has to know, of the whole and of single figures."""
    yield from (words.note(code, report) for code in report.notes)
    named: dict[str, dict[str, None]] = {}
    for figure in report.figures:
        for code in figure.notes:
            named.setdefault(code, {})[words.metric(figure.metric)] = None
    yield from (f"{'; '.join(names)}: {words.note(code, report)}" for code, names in named.items())
    yield words.counts(report)


def sources(report: ReportDocument) -> Iterator[str]:
    """The reports that a merged one is made from."""
    yield from (words.source(code, day) for code, day in report.sources)


def foot(report: ReportDocument) -> Iterator[str]:
    """What proves where it comes from."""
    if report.audit_head is not None:
        yield words.audit_head(report.audit_head)
    yield _("Made by digidoc. Percentages are rounded half up; whether a target is met is decided by whole numbers.")
