"""The codes of reports and targets in a person's words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from digidoc.i18n import N_, current
from digidoc.i18n import tr as _
from digidoc.model import Level
from digidoc.register import Quality
from digidoc.report.document import Metric
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
_METRICS: Final[Mapping[Metric, str]] = {
    Metric.STOCK: N_("results in force that are digitized"),
    Metric.PAPERS: N_("papers that are digitized"),
    Metric.COMPONENTS: N_("dossiers with their components digitized"),
    Metric.RESULTS: N_("resolved dossiers with the result digitized"),
    Metric.COMPLETE: N_("dossiers with components and result digitized"),
    Metric.SIGNED: N_("digitized papers with verified signatures"),
    Metric.REVIEWED: N_("digitized papers that nobody has to look at"),
    Metric.REUSE: N_("dossiers that reuse a digitized paper"),
    Metric.SYNCED: N_("dossiers connected with the citizen's store"),
    Metric.ON_TIME: N_("resolved on time"),
    Metric.ON_TIME_ALL: N_("resolved on time, overdue ones counted"),
    Metric.ONLINE: N_("received online"),
    Metric.EXCHANGE: N_("passed between offices electronically"),
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


def level(value: Level) -> str:
    """A level of government."""
    return _(_LEVELS[value])


def quality(value: Quality) -> str:
    """What counts as digitized."""
    return _(_QUALITIES[value])


def metric(value: Metric) -> str:
    """What is measured."""
    return _(_METRICS[value])


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


def number(value: int) -> str:
    """A whole number with its thousands apart, as the language writes it."""
    return f"{value:,}".replace(",", "." if current() == "vi" else ",")


def day(value: date | None) -> str:
    """A day as the language writes it; empty for none."""
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if current() == "vi" else value.isoformat()
