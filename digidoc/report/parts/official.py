"""The tables that are prescribed: the national screen, form II.06a/VPCP/KSTT, and the scorecard of QĐ 766/QĐ-TTg."""

from collections.abc import Iterator, Sequence
from typing import Final

from digidoc.metric import Metric
from digidoc.register import FlowCounts, GroupBy, ProcessCounts
from digidoc.report import metrics, programmes, targets
from digidoc.report.document import FormRow, ScoreRow, ScreenRow, Status
from digidoc.report.metrics import QUALITIES, Share
from digidoc.report.parts.basis import Basis
from digidoc.report.targets import Indicator, Kind

_SCORECARD: Final = "qd766"


def screen(basis: Basis) -> Iterator[ScreenRow]:
    """The national screen, by unit."""
    place = QUALITIES.index(basis.quality)
    for key, flow in sorted(basis.source.flow(GroupBy.UNIT, basis.scope).items()):
        due = basis.due_for(Metric.RESULTS, basis.quality, basis.due_of(GroupBy.UNIT, key))
        goal = metrics.goal(Share(flow.results[place], flow.result_due), due)
        yield ScreenRow(
            key,
            basis.name(key),
            flow.received,
            flow.components[place],
            flow.reused,
            flow.resolved,
            flow.results[place],
            metrics.percent(flow.results[place], flow.result_due),
            None if goal is None else goal.status is Status.MET,
        )


def form(basis: Basis) -> Iterator[FormRow]:
    """Form II.06a: withdrawn and stopped dossiers are in none of its columns, or its sums would not come out.

    What was carried over is what is in process now, with what was resolved in the period and without what came in
    it: to count the day before the period began takes a second for a million dossiers, and comes to the same.
    """
    if not basis.whole.register:
        return
    flows = basis.source.flow(GroupBy.UNIT, basis.scope)
    after = basis.source.in_process(GroupBy.UNIT, basis.at_end())
    yield from with_sum(
        [
            _form_row(key, basis.name(key), flows.get(key, FlowCounts()), after.get(key, ProcessCounts()))
            for key in sorted({*flows, *after})
        ]
    )


def with_sum(rows: Sequence[FormRow]) -> Iterator[FormRow]:
    """The rows of the form and, below them, the row of their sums: its key is empty."""
    yield from rows
    if rows:
        numbers = [name for name in FormRow.__slots__ if name not in ("key", "name")]
        yield FormRow("", "", **{name: sum(getattr(row, name) for row in rows) for name in numbers})


def scorecard(basis: Basis) -> Iterator[ScoreRow]:
    """The points of each indicator: of the scorecard that is asked for, else of QĐ 766."""
    if not basis.whole.register:
        return
    programme = basis.asked.programme
    own = programme is not None and programme.kind is Kind.SCORECARD
    for row in programme.indicators if own and programme is not None else national():
        figure = None if row.metric is None else metrics.figure(row.metric, row.quality, basis.whole)
        points = None if figure is None else targets.points(row, figure.numerator, figure.denominator)
        yield ScoreRow(row.code, figure, points, row.points, row.full_at)


def national() -> tuple[Indicator, ...]:
    """The indicators of QĐ 766."""
    return programmes.load(_SCORECARD).indicators


def _form_row(key: str, name: str, flow: FlowCounts, process: ProcessCounts) -> FormRow:
    carried = process.in_process + flow.resolved - (flow.received - flow.withdrawn)
    online = flow.received_online - flow.withdrawn_online
    direct = flow.received - flow.withdrawn - online
    return FormRow(
        key,
        name,
        received=online + direct + carried,
        online=online,
        direct=direct,
        carried=carried,
        resolved=flow.resolved,
        early=flow.early,
        punctual=flow.punctual,
        late=flow.late,
        in_process=process.in_process,
        in_time=process.in_process - process.overdue,
        overdue=process.overdue,
    )
