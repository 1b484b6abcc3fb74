"""The codes of reports and targets in a person's words."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Final

from digidoc.i18n import N_, current
from digidoc.i18n import tr as _
from digidoc.metric import METRICS, Metric
from digidoc.model import Level
from digidoc.register import GroupBy, Quality
from digidoc.report.document import Figure, Forecast, Goal, ReportDocument, Status
from digidoc.report.targets import Kind, Mode

_LEVELS: Final[Mapping[Level, str]] = {
    Level.PROVINCE: N_("province"),
    Level.DISTRICT: N_("district"),
    Level.COMMUNE: N_("commune"),
}
_QUALITIES: Final[Mapping[Quality, str]] = {
    Quality.ATTACHED: N_("digitized"),
    Quality.CONFORMANT: N_("conformant"),
    Quality.SIGNED: N_("signed"),
}
_KINDS: Final[Mapping[Kind, str]] = {
    Kind.TARGETS: N_("targets"),
    Kind.COMPARISON: N_("comparison"),
    Kind.SCORECARD: N_("scorecard"),
}
_MODES: Final[Mapping[Mode, str]] = {
    Mode.POINTS: N_("steps are percentage points"),
    Mode.RELATIVE: N_("steps are relative growth"),
}
_GROUPS: Final[Mapping[GroupBy, str]] = {
    GroupBy.UNIT: N_("Unit"),
    GroupBy.LEVEL: N_("Level of government"),
    GroupBy.PROCEDURE: N_("Procedure"),
    GroupBy.FIELD: N_("Field of procedures"),
    GroupBy.MONTH: N_("Month"),
}
_NOTES: Final[Mapping[str, str]] = {
    "no-register": N_("There is no register of dossiers: papers are counted, not dossiers. See `digidoc import`."),
    "declared-stock": N_("Divided by the stock that digidoc.toml declares: there is no register of results."),
    "declared-only": N_("Results counted only because the register says so, without a file here: {declared_only}."),
    "copies-counted-once": N_("Copies of a file that is counted once: {copies}."),
    "orphan-papers": N_("Dossiers with papers here that the register does not know: {orphan_dossiers}."),
    "resolved-without-papers": N_("Resolved dossiers of the register without a paper here: {resolved_without_papers}."),
    "withdrawn-left-out": N_("Dossiers withdrawn or stopped, which form II.06a leaves out: {withdrawn}."),
    "programme-has-no-such-level": N_("The programme sets no target for this level of government."),
    "programme-not-begun": N_("The programme has not begun on that day."),
    "level-of-government-ended": N_("The level of government did not exist any more on that day."),
    "last-year-of-the-programme-carried-on": N_("The programme has ended; the target of its last year is kept."),
    "nothing-to-divide-by": N_("There is nothing to divide by, so there is no percentage."),
    "reports-of-different-days": N_("The reports are of different days; the earliest is given."),
    "reports-of-different-headlines": N_("Some offices have no register: their papers are counted apart."),
    "units-without-report": N_("Offices that belong here and sent no report: {units_without_report}."),
    "more-than-declared-stock": N_("More papers are digitized than there should be: check `stock` in digidoc.toml."),
}
_FORECASTS: Final[Mapping[str, str]] = {
    "met-already": N_("The target is met already."),
    "no-progress": N_("At this pace the target is not met: {pace} points a month over the last months."),
    "too-few-months": N_("Too few months are known to say when the target is met."),
}


def level(value: Level) -> str:
    """A level of government."""
    return _(_LEVELS[value])


def quality(value: Quality) -> str:
    """What counts as digitized."""
    return _(_QUALITIES[value])


def metric(value: Metric) -> str:
    """What is measured."""
    return _(METRICS[value].title)


def kind(value: Kind) -> str:
    """What a programme is for."""
    return _(_KINDS[value])


def mode(value: Mode) -> str:
    """How steps are read."""
    return _(_MODES[value])


def percent(value: Decimal | None, places: int = 2) -> str:
    """A percentage with its decimals and the decimal sign of the language, without "%"; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.{places}f}".replace(".", "," if current() == "vi" else ".")


def whole(value: Decimal) -> str:
    """A percentage without decimals, rounded down, for narrow places: 100 stands only where nothing is missing."""
    return str(value.quantize(Decimal(1), ROUND_DOWN))


def number(value: int) -> str:
    """A whole number with its thousands apart, as the language writes it."""
    return f"{value:,}".replace(",", "." if current() == "vi" else ",")


def day(value: date | None) -> str:
    """A day as the language writes it; empty for none."""
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if current() == "vi" else value.isoformat()


def short(value: Figure) -> str:
    """A narrow title for a figure."""
    name = _(METRICS[value.metric].short)
    return name if value.quality is None else f"{name}\n{quality(value.quality)}"


def figure(value: Figure) -> str:
    """A figure in one phrase, with the quality that counts."""
    name = metric(value.metric)
    return name if value.quality is None else f"{name} ({quality(value.quality)})"


def group(value: GroupBy) -> str:
    """What a report is broken down by."""
    return _(_GROUPS[value])


def group_key(by: GroupBy, key: str) -> str:
    """The key of a group as people read it."""
    if not key:
        return _("unknown")
    if by is GroupBy.MONTH:
        return month(key)
    return level(Level(key)) if by is GroupBy.LEVEL and key in list(Level) else key


def month(key: str) -> str:
    """A month "2025-03" as the language writes it."""
    return f"{key[5:]}/{key[:4]}" if current() == "vi" and key else key


def span(first: date | None, last: date | None) -> str:
    """A period as the language writes it."""
    if first is None:
        return _("all time until {last}").format(last=day(last)) if last else _("all time")
    return _("{first} to {last}").format(first=day(first), last=day(last))


def note(code: str, report: ReportDocument) -> str:
    """What a reader has to know; an unknown code as it is."""
    message = _NOTES.get(code, code)
    counts = {name: number(count) for name, count in report.counts}
    return _(message).format_map(defaultdict(lambda: "?", counts))


def forecast(value: Forecast) -> str:
    """When the target is met, and on what that rests."""
    pace = percent(value.a_month)
    if value.met_on is not None:
        return _("At the pace of the last months ({pace} points a month) the target is met on {day}.").format(
            pace=pace, day=day(value.met_on)
        )
    message = _FORECASTS.get(value.basis, value.basis)
    return _(message).format(pace=pace)


def status(value: Status) -> str:
    """Whether a target is met."""
    return _("met") if value is Status.MET else _("missed")


def asked(report: ReportDocument, value: Figure, goal: Goal) -> str:
    """What is asked of a figure."""
    return _("Target for {level}, {year}: {percent} %, {metric}").format(
        level=level(report.unit.level), year=goal.year, percent=percent(goal.percent), metric=figure(value)
    )


def outcome(goal: Goal) -> str:
    """Whether a target is met, and by how much it is missed."""
    if goal.status is Status.MET:
        return status(goal.status)
    return _("missed by {points} points; documents missing: {documents}").format(
        points=percent(goal.gap_points), documents=number(goal.gap_documents)
    )


def counts(report: ReportDocument) -> str:
    """The papers that did not come through."""
    found = dict(report.counts)
    said = _(
        "Refused: {refused} · to be reviewed: {review} · signature indeterminate: {indeterminate} · failed: {failed}"
    )
    return said.format(
        refused=number(found.get("refused", 0)),
        review=number(found.get("review", 0)),
        indeterminate=number(found.get("signature_indeterminate", 0)),
        failed=number(found.get("signature_failed", 0)),
    )


def source(code: str, as_of: date) -> str:
    """A report that this one is made from."""
    return _("From {unit}, as of {day}").format(unit=code, day=day(as_of))


def audit_head(value: tuple[int, str]) -> str:
    """The newest event of the archive: whoever keeps it can show later that nothing before was changed."""
    return _("Newest event: {number}:{hash}").format(number=value[0], hash=value[1])
