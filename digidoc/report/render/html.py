"""The report as one page that needs nothing else: no network, no script, no file beside it.

How it looks stands in the templates; here is what they are filled with. Names of offices and procedures come from
registers that other systems wrote: no text reaches the page unescaped, see `html_page`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from digidoc.files.html_page import environment
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.report import words
from digidoc.report.document import Figure, ReportDocument, Status
from digidoc.report.render import charts, sentences, tables
from digidoc.report.render.cells import Kind, bands, shown
from digidoc.text import plain

if TYPE_CHECKING:
    from jinja2 import Environment

_NAME, _MONTH = 190, 27  # pixels of the map of units and months
_TEXTS: Final = frozenset({Kind.TEXT, Kind.STATUS})


def write(report: ReportDocument) -> str:
    """The report as a page."""
    asked = list(sentences.target(report))
    missed = any(figure.goal is not None and figure.goal.status is Status.MISSED for figure in report.figures)
    return (
        _templates()
        .get_template("report.html")
        .render(
            language=current(),
            title=sentences.title(),
            office=sentences.office(report),
            facts=sentences.facts(report),
            asked=asked,
            asked_status="missed" if missed else "met",
            cards=_cards(report),
            trend_title=_("Trend"),
            trend=charts.trend(report),
            ranking=_ranking(report),
            tables=tables.everything(report, full=False),
            heat=_heat(report),
            lists=[
                {"title": _("What has to be known"), "lines": list(sentences.notes(report))},
                {"title": _("Reports that this one is made from"), "lines": list(sentences.sources(report))},
            ],
            foot=sentences.foot(report),
        )
    )


@cache
def _templates() -> "Environment":
    helpers = {
        "BAR": charts.BAR,
        "ENDS": charts.ENDS,
        "GOAL": charts.GOAL,
        "GRID": charts.GRID,
        "INK": charts.INK,
        "PALE": charts.PALE,
        "SHORT": charts.SHORT,
        "steps": tuple(zip(charts.STEPS, charts.STEP_INKS, strict=True)),
        "bands": bands,
        "is_numeric": lambda kind: kind not in _TEXTS,
        "is_status": lambda cell: isinstance(cell, Status),
        "number": words.number,
        "percent": words.percent,
        "shown": shown,
        "step": charts.step,
        "whole": words.whole,
    }
    return environment(__package__ or "", helpers, plain)


def _cards(report: ReportDocument) -> Iterator[dict[str, Any]]:
    """The headline in its qualities, then what is counted of dossiers; what has no percentage has no card."""
    shown_ones = [figure for figure in report.figures if figure.percent is not None]
    first = [figure for figure in shown_ones if figure.metric is report.headline]
    rest = [figure for figure in shown_ones if figure.quality is None and figure.metric is not report.headline]
    yield from (_card(figure, first=figure.quality in (report.quality, None)) for figure in first)
    yield from (_card(figure, first=False) for figure in rest)


def _card(figure: Figure, *, first: bool) -> dict[str, Any]:
    counts = _("{count} of {whole}").format(
        count=words.number(figure.numerator), whole=words.number(figure.denominator)
    )
    asked = None if figure.goal is None else figure.goal.percent
    return {"first": first, "title": words.figure(figure), "percent": figure.percent, "counts": counts, "asked": asked}


def _ranking(report: ReportDocument) -> dict[str, Any] | None:
    made = charts.ranking(report)
    if made is None:
        return None
    left_out = _("{count} more in the table below").format(count=words.number(made.gap))
    return {"made": made, "left_out": left_out, "notes": charts.ranking_notes(made)}


def _heat(report: ReportDocument) -> dict[str, Any] | None:
    made = charts.heat(report)
    if made is None:
        return None
    return {
        "map": made,
        "title": _("Units by months"),
        "note": charts.heat_note(report),
        "steps": charts.step_names(),
        "unit": _("Unit"),
        # Narrow columns: year and month stand one above the other.
        "months": [re.split("[/-]", words.month(month)) for month in made.months],
        # On a narrow screen the map is moved sideways rather than squeezed.
        "width": _NAME + _MONTH * len(made.months),
    }
