"""The report as CSV: one figure a row, for spreadsheets and scripts.

Titles and codes are English and numbers have a decimal point in every language, as in JSON.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from digidoc.files.csv_table import csv_bytes
from digidoc.report.document import Figure, ReportDocument

TITLES: Final = (
    "group_kind",
    "group",
    "name",
    "metric",
    "quality",
    "numerator",
    "denominator",
    "percent",
    "target",
    "status",
    "gap_points",
    "gap_documents",
)
_WHOLE: Final = "all"
_TREND: Final = "trend"


def csv(report: ReportDocument) -> bytes:
    """The figures of the whole, then those of every group, then the headline month by month."""
    return csv_bytes(TITLES, _rows(report))


def _rows(report: ReportDocument) -> Iterator[Sequence[str]]:
    for figure in report.figures:
        yield (_WHOLE, report.unit.code, report.unit.name, *_cells(figure))
    for group in report.groups:
        kind = "" if report.by is None else report.by.value
        for figure in group.figures:
            yield (kind, group.key, group.name, *_cells(figure))
    headline = next((figure for figure in report.figures if figure.metric is report.headline), None)
    quality = report.quality.value if headline is not None and headline.quality is not None else ""
    for point in report.trend:
        share = (str(point.numerator), str(point.denominator), _text(point.percent), _text(point.asked))
        yield (_TREND, point.month, "", report.headline.value, quality, *share, "", "", "")


def _cells(figure: Figure) -> Sequence[str]:
    goal = figure.goal
    asked = ("", "", "", "")
    if goal is not None:
        asked = (_text(goal.percent), goal.status.value, _text(goal.gap_points), str(goal.gap_documents))
    return (
        figure.metric.value,
        "" if figure.quality is None else figure.quality.value,
        str(figure.numerator),
        str(figure.denominator),
        _text(figure.percent),
        *asked,
    )


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}"
