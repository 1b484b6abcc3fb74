from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digidoc.model import ArchiveFigures, Level, Unit
from digidoc.report.metrics import Basis, Measure, Note, Rate, TargetStatus, compare, rates, report
from digidoc.report.targets import due, load

AS_OF = datetime(2021, 12, 31, tzinfo=UTC)
CITY = Unit("H17", Level.PROVINCE)
FIGURES = ArchiveFigures(
    unit=CITY,
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
DUE = due(load("danang-2021"), Level.PROVINCE, AS_OF.date())


def test_one_document_short() -> None:
    made = report(FIGURES, AS_OF, DUE)
    assert made.comparison is not None
    assert made.rates[0].percent == Decimal("29.90")
    assert made.comparison.status is TargetStatus.MISSED
    assert (made.comparison.gap_points, made.comparison.gap_documents) == (Decimal("0.10"), 1)


def test_just_enough() -> None:
    made = report(replace(FIGURES, attached=300), AS_OF, DUE)
    assert made.comparison is not None
    assert made.comparison.status is TargetStatus.MET
    assert (made.comparison.gap_points, made.comparison.gap_documents) == (Decimal("0.00"), 0)


def test_a_rounded_percentage_decides_nothing() -> None:
    rate = Rate(Measure.ATTACHED, 299_999, 1_000_000)
    found = compare(rate, DUE)
    assert rate.percent == Decimal("30.00")
    assert found.status is TargetStatus.MISSED
    assert (found.gap_points, found.gap_documents) == (Decimal("0.01"), 1)


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent"),
    [
        (9825, 10_000, "98.25"),
        (9824, 10_000, "98.24"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 8, "12.50"),
        (5, 100_000, "0.01"),
        (4, 100_000, "0.00"),
        (0, 7, "0.00"),
        (7, 7, "100.00"),
        (3, 2, "150.00"),
    ],
)
def test_rounding_half_up(numerator: int, denominator: int, percent: str) -> None:
    assert Rate(Measure.SIGNED, numerator, denominator).percent == Decimal(percent)


def test_the_basis_is_the_stock_or_what_was_fed() -> None:
    basis, found = rates(FIGURES)
    assert basis is Basis.STOCK
    assert [(rate.measure.value, rate.numerator, rate.denominator) for rate in found] == [
        ("attached", 299, 1000),
        ("conformant", 250, 1000),
        ("signed", 200, 1000),
    ]
    basis, found = rates(replace(FIGURES, stock=None))
    assert basis is Basis.REGISTERED
    assert {rate.denominator for rate in found} == {400}


def test_nothing_to_divide_by() -> None:
    made = report(replace(FIGURES, stock=0), AS_OF, DUE)
    assert [rate.percent for rate in made.rates] == [None] * 3
    assert made.comparison is not None
    assert made.comparison.status is None
    assert Note.NO_DENOMINATOR in made.notes


def test_notes() -> None:
    assert report(FIGURES, AS_OF, None).notes == ()
    many = replace(FIGURES, stock=10, copies=2)
    assert report(many, AS_OF, None).notes == (Note.OVER_STOCK, Note.COPIES)
    programme = load("danang-2021")
    for day, level, note in [
        (date(2026, 11, 22), Level.PROVINCE, Note.YEAR_CARRIED),
        (date(2020, 1, 1), Level.PROVINCE, Note.NOT_BEGUN),
        (date(2026, 11, 22), Level.DISTRICT, Note.LEVEL_ENDED),
    ]:
        made = report(FIGURES, AS_OF, due(programme, level, day))
        assert made.notes == (note,)
    without = replace(programme, levels={Level.PROVINCE: programme.levels[Level.PROVINCE]})
    assert report(FIGURES, AS_OF, due(without, Level.COMMUNE, AS_OF.date())).notes == (Note.NO_LEVEL,)


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.integers(0, 10_000))
def test_the_gap_closes_the_gap(numerator: int, denominator: int, hundredths: int) -> None:
    asked = replace(DUE, percent=Decimal(hundredths) / 100)
    found = compare(Rate(Measure.ATTACHED, numerator, denominator), asked)
    assert found.gap_documents is not None
    met = numerator * 10_000 >= hundredths * denominator
    assert (found.status is TargetStatus.MET) == met
    assert (found.gap_documents == 0) == met
    assert (found.gap_points == 0) == met
    enough = Rate(Measure.ATTACHED, numerator + found.gap_documents, denominator)
    assert compare(enough, asked).status is TargetStatus.MET
    if found.gap_documents:
        short = Rate(Measure.ATTACHED, numerator + found.gap_documents - 1, denominator)
        assert compare(short, asked).status is TargetStatus.MISSED
