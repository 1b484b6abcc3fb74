from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digidoc.metric import Metric
from digidoc.model import ArchiveFigures, Level, Unit
from digidoc.register import FlowCounts, PaperCounts, ProcessCounts, Quality, StockCounts
from digidoc.report.document import Status, TrendPoint
from digidoc.report.metrics import Counts, Share, figure, forecast, goal, month_ends, percent, share
from digidoc.report.programmes import load
from digidoc.report.targets import due

CITY = due(load("danang-2021"), Level.PROVINCE, date(2021, 12, 31))
FIGURES = ArchiveFigures(
    unit=Unit("H17", Level.PROVINCE),
    stock=1000,
    target=None,
    registered=400,
    attached=299,
    conformant=250,
    signed=200,
    indeterminate=3,
    failed=1,
    review=5,
    refused=101,
    copies=0,
)
PAPERS = PaperCounts(attached=299, conformant=250, with_signature=210, signed=200, reviewed=294)
WHOLE = Counts(figures=FIGURES, papers=PAPERS)


def test_one_document_short_and_just_enough() -> None:
    short = figure(Metric.STOCK, Quality.ATTACHED, WHOLE, CITY)
    assert short is not None
    assert short.goal is not None
    assert (short.percent, short.goal.status) == (Decimal("29.90"), Status.MISSED)
    assert (short.goal.gap_points, short.goal.gap_documents) == (Decimal("0.10"), 1)
    enough = figure(Metric.STOCK, Quality.ATTACHED, replace(WHOLE, figures=replace(FIGURES, attached=300)), CITY)
    assert enough is not None
    assert enough.goal is not None
    assert (enough.goal.status, enough.goal.gap_points, enough.goal.gap_documents) == (Status.MET, Decimal("0.00"), 0)


def test_a_rounded_percentage_decides_nothing() -> None:
    found = goal(Share(299_999, 1_000_000), CITY)
    assert percent(299_999, 1_000_000) == Decimal("30.00")
    assert found is not None
    assert (found.status, found.gap_points, found.gap_documents) == (Status.MISSED, Decimal("0.01"), 1)


def test_one_signature_of_ten_thousand() -> None:
    asked = due(load("kontum-signed"), Level.PROVINCE, date(2024, 5, 1))
    for signed, shown, status, missing in ((9825, "98.25", Status.MET, 0), (9824, "98.24", Status.MISSED, 1)):
        counts = Counts(figures=FIGURES, papers=PaperCounts(attached=10_000, signed=signed))
        found = figure(Metric.SIGNED, Quality.SIGNED, counts, asked)
        assert found is not None
        assert found.goal is not None
        assert (found.percent, found.goal.status, found.goal.gap_documents) == (Decimal(shown), status, missing)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_percentages_against_exact_arithmetic(numerator: int, denominator: int) -> None:
    found = percent(numerator, denominator)
    if denominator == 0:
        assert found is None
    else:
        exact = Decimal(100 * numerator) / Decimal(denominator)
        assert found is not None
        assert abs(found - exact) <= Decimal("0.005")
        hundredths = Fraction(10_000 * numerator, denominator)
        assert found == (Decimal(int(hundredths + Fraction(1, 2))) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(st.integers(0, 5000), st.integers(1, 5000), st.sampled_from(list(Level)), st.integers(2021, 2025))
def test_the_gap_is_the_least_number_that_meets_the_target(
    numerator: int, denominator: int, level: Level, year: int
) -> None:
    asked = due(load("danang-2021"), level, date(year, 6, 1))
    found = goal(Share(numerator, denominator), asked)
    assert found is not None
    assert asked.percent is not None
    met = 100 * numerator >= asked.percent * denominator
    assert (found.status is Status.MET) is met
    if met:
        assert found.gap_documents == 0
    else:
        assert 100 * (numerator + found.gap_documents) >= asked.percent * denominator
        assert 100 * (numerator + found.gap_documents - 1) < asked.percent * denominator
        assert found.gap_points > 0


def test_every_metric_has_its_own_numerator_and_denominator() -> None:
    flow = FlowCounts(
        received=100,
        received_online=40,
        withdrawn=3,
        components_due=90,
        components=(80, 70, 60),
        reused=20,
        synced=10,
        complete_due=95,
        complete=(50, 45, 40),
        passed=8,
        passed_online=6,
        resolved=85,
        early=50,
        punctual=30,
        late=5,
        result_due=75,
        results=(65, 55, 45),
    )
    counts = Counts(flow, StockCounts(1000, (300, 200, 100)), ProcessCounts(12, 5), PAPERS, FIGURES, register=True)
    expected = {
        Metric.STOCK: (200, 1000),
        Metric.PAPERS: (250, 400),
        Metric.COMPONENTS: (70, 90),
        Metric.RESULTS: (55, 75),
        Metric.COMPLETE: (45, 95),
        Metric.SIGNED: (200, 299),
        Metric.REVIEWED: (294, 299),
        Metric.REUSE: (20, 100),
        Metric.SYNCED: (10, 100),
        Metric.ON_TIME: (80, 85),
        Metric.ON_TIME_ALL: (80, 90),
        Metric.ONLINE: (40, 100),
        Metric.EXCHANGE: (6, 8),
    }
    assert {metric: share(metric, Quality.CONFORMANT, counts) for metric in Metric} == {
        metric: Share(*pair) for metric, pair in expected.items()
    }


def test_what_cannot_be_counted_is_not_there() -> None:
    group = Counts(FlowCounts(received=1), register=True)
    assert share(Metric.SIGNED, Quality.SIGNED, group) is None
    bare = replace(WHOLE, figures=replace(FIGURES, stock=None))
    assert share(Metric.STOCK, Quality.ATTACHED, bare) is None
    assert share(Metric.RESULTS, Quality.ATTACHED, bare) is None
    empty = figure(Metric.ONLINE, Quality.ATTACHED, Counts(register=True))
    assert empty is not None
    assert (empty.percent, empty.notes) == (None, ("nothing-to-divide-by",))


def test_more_than_the_declared_stock_is_noted() -> None:
    found = figure(Metric.STOCK, Quality.ATTACHED, replace(WHOLE, figures=replace(FIGURES, stock=100)))
    assert found is not None
    assert (found.percent, found.notes) == (Decimal("299.00"), ("more-than-declared-stock",))


def trend(*numerators: int) -> list[TrendPoint]:
    return [
        TrendPoint(f"2021-{place:02d}", numerator, 1000, percent(numerator, 1000), Decimal(30))
        for place, numerator in enumerate(numerators, 1)
    ]


def test_a_forecast_at_the_pace_of_six_months() -> None:
    today = date(2021, 8, 31)
    found = forecast(trend(0, 0, 100, 120, 140, 160, 180, 200), CITY, today)
    assert found is not None
    assert (found.basis, found.a_month) == ("linear-6-months", Decimal("2.00"))
    assert found.met_on == today + timedelta(days=153)  # 10 points at 2 a month: 5 months of 30.4375 days, rounded up


@pytest.mark.parametrize(
    ("numerators", "basis"),
    [
        ((300,), "met-already"),
        ((100, 120), "too-few-months"),
        ((200, 150, 100), "no-progress"),
        ((100, 100, 100), "no-progress"),
    ],
)
def test_when_nothing_can_be_foretold(numerators: tuple[int, ...], basis: str) -> None:
    found = forecast(trend(*numerators), CITY, date(2021, 8, 31))
    assert found is not None
    assert (found.basis, found.met_on) == (basis, None)
    assert forecast([], CITY, date(2021, 8, 31)) is None
    assert forecast(trend(1, 2, 3), None, date(2021, 8, 31)) is None


def test_months_end_on_their_last_day_or_today() -> None:
    found = dict(month_ends(["2024-02", "2024-12", "2025-03"], date(2025, 3, 10)))
    assert found == {"2024-02": date(2024, 2, 29), "2024-12": date(2024, 12, 31), "2025-03": date(2025, 3, 10)}
