"""The headline month by month, of the whole and of each unit."""

from collections.abc import Iterator
from dataclasses import replace

from digidoc.metric import DIGITIZED_DOSSIERS, Metric
from digidoc.register import GroupBy
from digidoc.report import metrics
from digidoc.report.document import HeatCell, TrendPoint
from digidoc.report.metrics import Counts
from digidoc.report.parts.basis import Basis


def trend(basis: Basis) -> Iterator[TrendPoint]:
    """A stock at the end of each month, a flow of that month alone; nothing without a register."""
    source, scope, today = basis.source, basis.scope, basis.asked.today
    if not basis.whole.register:
        return
    if basis.headline is Metric.STOCK:
        found = {month: Counts(stock=stock, register=True) for month, stock in source.stock_trend(scope).items()}
    else:
        flows = source.flow(GroupBy.MONTH, replace(scope, first=None, last=today))
        found = {month: Counts(flow=flow, register=True) for month, flow in flows.items()}
    for month, end in metrics.month_ends(sorted(filter(None, found)), today):
        share = metrics.share(basis.headline, basis.quality, found[month])
        if share is not None:
            due = basis.due_for(basis.headline, basis.quality, basis.asked_of(basis.unit.level, end))
            percent = metrics.percent(share.numerator, share.denominator)
            yield TrendPoint(month, share.numerator, share.denominator, percent, None if due is None else due.percent)


def heat(basis: Basis) -> Iterator[HeatCell]:
    """Unit by month; nothing with fewer than two units."""
    if not basis.whole.register:
        return
    metric = basis.headline if basis.headline in DIGITIZED_DOSSIERS else Metric.RESULTS
    grid = basis.source.flow_grid(basis.scope)
    if len({unit for unit, _month in grid}) < 2:  # noqa: PLR2004 (one unit is the trend)
        return
    for (unit, month), flow in sorted(grid.items()):
        share = metrics.share(metric, basis.quality, Counts(flow, register=True))
        if share is not None and month:
            percent = metrics.percent(share.numerator, share.denominator)
            yield HeatCell(unit, month, share.numerator, share.denominator, percent)
