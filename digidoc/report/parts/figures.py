"""The figures of a report: of the whole, and group by group."""

from collections.abc import Iterator, Mapping
from typing import Final

from digidoc.metric import DIGITIZED_DOSSIERS, METRICS, Metric
from digidoc.register import FlowCounts, GroupBy, ProcessCounts, StockCounts
from digidoc.report import metrics
from digidoc.report.document import Figure, Group
from digidoc.report.metrics import QUALITIES, Counts
from digidoc.report.parts.basis import Basis
from digidoc.report.targets import Due

_WITHOUT_QUALITY: Final = tuple(metric for metric, spec in METRICS.items() if not spec.has_quality)
_BROKEN_DOWN: Final = tuple(metric for metric, spec in METRICS.items() if spec.broken_down)


def figures(basis: Basis) -> Iterator[Figure]:
    """The headline in its three qualities, then all else that is counted there."""
    headline, due, counts = basis.headline, basis.due, basis.whole
    first = [headline] if METRICS[headline].has_quality else []
    for metric in dict.fromkeys((*first, *DIGITIZED_DOSSIERS)):
        for quality in QUALITIES:
            found = metrics.figure(metric, quality, counts, basis.due_for(metric, quality, due))
            if found is not None:
                yield found
    for metric in sorted(_WITHOUT_QUALITY, key=lambda metric: metric is not headline):
        wanted = due.quality if due is not None and due.programme.metric is metric else basis.quality
        found = metrics.figure(metric, basis.quality, counts, basis.due_for(metric, wanted, due))
        if found is not None:
            yield found


def groups(basis: Basis) -> Iterator[Group]:
    """The rows of the breakdown, by their keys."""
    by = basis.asked.by
    if by is None:
        return
    flows = basis.source.flow(by, basis.scope)
    stocks = basis.source.stock(by, basis.scope)
    processes = {} if by is GroupBy.MONTH else basis.source.in_process(by, basis.at_end())
    names = _names(basis, by)
    for key in sorted({*flows, *stocks, *processes}):
        counts = Counts(
            flows.get(key, FlowCounts()),
            stocks.get(key, StockCounts()),
            processes.get(key, ProcessCounts()),
            register=True,
        )
        yield Group(key, names.get(key, ""), tuple(_of_group(basis, counts, basis.due_of(by, key))))


def _of_group(basis: Basis, counts: Counts, due: Due | None) -> Iterator[Figure]:
    headline = Metric.STOCK if basis.headline is Metric.PAPERS else basis.headline
    qualities = QUALITIES if METRICS[headline].has_quality else (basis.quality,)
    for quality in qualities:
        found = metrics.figure(headline, quality, counts, basis.due_for(headline, quality, due))
        if found is not None:
            yield found
    for metric in _BROKEN_DOWN:
        found = None if metric is headline else metrics.figure(metric, basis.quality, counts)
        if found is not None:
            yield found


def _names(basis: Basis, by: GroupBy) -> Mapping[str, str]:
    if by is GroupBy.UNIT:
        return {code: unit.name for code, unit in basis.units.items()}
    if by is GroupBy.PROCEDURE:
        return {procedure.code: procedure.name for procedure in basis.source.procedures()}
    return {}
