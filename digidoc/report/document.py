"""What a report says, all calculated and nothing formatted: the one value that every renderer puts into its form.

Codes are English and stable; `digidoc.report.words` puts them into sentences. Percentages are exact to two decimals.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from digidoc.metric import Metric
from digidoc.model import Unit
from digidoc.register import GroupBy, Quality


class Status(StrEnum):
    """How a figure stands to its target."""

    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked of a figure.

    Attributes:
        programme: name of the target programme.
        percent: what is asked, two decimals.
        year: of the programme's table that holds.
        status: met or missed; decided by whole numbers, never by a rounded percentage.
        gap_points: points that are missing, rounded up; 0 when met.
        gap_documents: dossiers or papers that are missing; 0 when met.

    """

    programme: str
    percent: Decimal
    year: int
    status: Status
    gap_points: Decimal
    gap_documents: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured share.

    Attributes:
        metric: what.
        quality: which quality counts; None where the metric has no such choice.
        numerator, denominator: whole numbers of dossiers or papers.
        percent: rounded half up to two decimals; None when there is nothing to divide by.
        goal: None when nothing is asked.
        notes: codes of what a reader has to know.

    """

    metric: Metric
    quality: Quality | None
    numerator: int
    denominator: int
    percent: Decimal | None
    goal: Goal | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A row of a breakdown: the key (code of the unit, "2025-03" …), its name, and its figures."""

    key: str
    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A month ("2025-03"), the headline figure at its end, and what was asked then (None: nothing)."""

    month: str
    numerator: int
    denominator: int
    percent: Decimal | None
    asked: Decimal | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the target is met at this pace.

    Attributes:
        percent: that is asked.
        year: by the end of which it is asked.
        met_on: the day on which it is met at this pace; None when it is not met within 50 years.
        basis: code of how it was reckoned: linear-6-months, met-already, no-progress, too-few-months.
        a_month: points a month that the pace is.

    """

    percent: Decimal
    year: int
    met_on: date | None
    basis: str
    a_month: Decimal


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Unit × month: the headline figure of dossiers resolved (or results issued) in that month."""

    unit: str
    month: str
    numerator: int
    denominator: int
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """A row of the national screen: Tiếp nhận, số hóa TPHS, tái sử dụng, Đã giải quyết, số hóa KQ, tỷ lệ, Đạt."""

    key: str
    name: str
    received: int
    components: int
    reused: int
    resolved: int
    results: int
    percent: Decimal | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of form II.06a/VPCP/KSTT; its columns 3 to 13 in order.

    received = online + direct + carried; resolved = early + punctual + late; received = resolved + in process.
    """

    key: str
    name: str
    received: int
    online: int
    direct: int
    carried: int
    resolved: int
    early: int
    punctual: int
    late: int
    in_process: int
    in_time: int
    overdue: int


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """An indicator of the national scorecard (QĐ 766/QĐ-TTg).

    Attributes:
        code: of the indicator.
        figure: behind it; None where digidoc does not measure it.
        points: earned, two decimals; None without a figure or with nothing to divide by.
        of: points that can be earned.
        full_at: percentage that gives all of them.

    """

    code: str
    figure: Figure | None
    points: Decimal | None
    of: Decimal
    full_at: Decimal


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """The programme that is compared with; see `digidoc.report.targets.Programme`. `mode` is empty without steps."""

    name: str
    title: str
    source: str
    valid_from: date
    valid_to: date
    kind: str
    mode: str
    remark: str


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A report.

    Attributes:
        unit: whose.
        made_at: when it was asked for, +07:00; not part of what is compared for equality of figures.
        as_of: the day at whose end things are looked at.
        first, last: the period of the flows; None is open.
        quality: which quality the headline counts.
        headline: the metric that is compared with the target, trended and forecast.
        figures: all metrics over everything in scope; the headline first.
        by: what `groups` breaks down by; None without a breakdown.
        groups: in order of the key; charts may rank them.
        trend: month by month, oldest first; empty when there is nothing dated.
        forecast: None without a target.
        heat: unit × month; empty with fewer than two units.
        screen: the national screen by unit.
        form: form II.06a by unit, and a last row of sums with the empty key.
        scorecard: QĐ 766; empty without a register.
        programme: None without a target programme.
        notes: codes of what a reader has to know of the whole.
        counts: other whole numbers by code (refused, review, signature_failed, orphans …).
        audit_head: number and hash of the newest event of the archive; None for a merged report.
        sources: of a merged report, what it was made from (unit code, as_of); empty otherwise.

    """

    unit: Unit
    made_at: datetime
    as_of: date
    first: date | None
    last: date | None
    quality: Quality
    headline: Metric
    figures: tuple[Figure, ...]
    by: GroupBy | None
    groups: tuple[Group, ...]
    trend: tuple[TrendPoint, ...]
    forecast: Forecast | None
    heat: tuple[HeatCell, ...]
    screen: tuple[ScreenRow, ...]
    form: tuple[FormRow, ...]
    scorecard: tuple[ScoreRow, ...]
    programme: ProgrammeFacts | None
    notes: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    audit_head: tuple[int, str] | None
    sources: tuple[tuple[str, date], ...] = ()
