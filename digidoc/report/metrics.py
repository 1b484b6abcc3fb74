"""Rates and how they compare with a target: pure functions over the numbers that the catalogue counts, no I/O.

Every rate is numerator, denominator and percentage with two decimals, rounded half up; a denominator of 0 gives no
percentage, neither 0 nor 100. Whether a target is met is decided by whole numbers, never by a rounded percentage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

from digidoc.model import ArchiveFigures, Unit
from digidoc.report.targets import Due, Measure

_HUNDREDTH: Final = Decimal("0.01")


class Basis(StrEnum):
    """What the papers are divided by."""

    STOCK = "declared stock"  # results in force that the office says it holds on paper
    REGISTERED = "papers registered"  # every paper that was fed, refused ones included


class Note(StrEnum):
    """What a reader has to know to understand a figure."""

    OVER_STOCK = "more-papers-than-declared-stock"
    COPIES = "copies-counted-once"
    NO_DENOMINATOR = "nothing-to-divide-by"
    YEAR_CARRIED = "last-year-of-the-programme-carried-on"
    NOT_BEGUN = "programme-not-begun"
    LEVEL_ENDED = "level-of-government-ended"
    NO_LEVEL = "programme-has-no-such-level"


class TargetStatus(StrEnum):
    """Whether a target is reached."""

    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share: how many of how many; `percent` has two decimals and is None when there is nothing to divide by."""

    measure: Measure
    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """Percentage, rounded half up to two decimals."""
        if self.denominator == 0:
            return None
        return _rounded(Fraction(100 * self.numerator, self.denominator), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A rate beside what a programme asks for.

    Attributes:
        due: what is asked for; its percentage is None when nothing is.
        rate: the rate that is compared.
        status: None when there is nothing to compare.
        gap_points: percentage points that are missing, rounded up to two decimals; 0 when the target is met.
        gap_documents: papers that are missing; 0 when the target is met.

    """

    due: Due
    rate: Rate
    status: TargetStatus | None
    gap_points: Decimal | None
    gap_documents: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What an office has reached.

    Attributes:
        as_of: what came later is left out.
        unit: the office.
        basis: what the denominator is.
        rates: attached, conformant, signed.
        figures: the counts behind them.
        comparison: with the target programme; None without one.
        notes: what a reader has to know.

    """

    as_of: datetime
    unit: Unit
    basis: Basis
    rates: tuple[Rate, ...]
    figures: ArchiveFigures
    comparison: Comparison | None
    notes: tuple[Note, ...]


def rates(figures: ArchiveFigures) -> tuple[Basis, tuple[Rate, ...]]:
    """The three qualities side by side, over the declared stock or, without one, over the papers registered."""
    basis = Basis.REGISTERED if figures.stock is None else Basis.STOCK
    denominator = figures.registered if figures.stock is None else figures.stock
    numerators = (
        (Measure.ATTACHED, figures.attached),
        (Measure.CONFORMANT, figures.conformant),
        (Measure.SIGNED, figures.signed),
    )
    return basis, tuple(Rate(measure, numerator, denominator) for measure, numerator in numerators)


def compare(rate: Rate, due: Due) -> Comparison:
    """A rate beside a target.

    Args:
        rate: of the measure that the target asks for.
        due: the target.

    """
    if due.percent is None or rate.denominator == 0:
        return Comparison(due, rate, None, None, None)
    asked = Fraction(due.percent)
    documents = max(0, ceil(asked * rate.denominator / 100) - rate.numerator)
    points = asked - Fraction(100 * rate.numerator, rate.denominator)
    # Rounded up, so that a missed target never shows a gap of 0.00.
    gap = _rounded(points, ROUND_UP) if points > 0 else Decimal("0.00")
    return Comparison(due, rate, TargetStatus.MISSED if points > 0 else TargetStatus.MET, gap, documents)


def report(figures: ArchiveFigures, as_of: datetime, due: Due | None) -> Report:
    """All that a report says.

    Args:
        figures: counted as of then.
        as_of: a point in time with its zone.
        due: what a target programme asks for then; None without a programme.

    """
    basis, found = rates(figures)
    comparison = None
    if due is not None:
        comparison = compare(next(rate for rate in found if rate.measure is due.measure), due)
    return Report(as_of, figures.unit, basis, found, figures, comparison, tuple(_notes(figures, found, due)))


def _notes(figures: ArchiveFigures, found: Sequence[Rate], due: Due | None) -> list[Note]:
    facts = [
        (Note.OVER_STOCK, figures.stock is not None and figures.attached > figures.stock),
        (Note.COPIES, figures.copies > 0),
        (Note.NO_DENOMINATOR, found[0].denominator == 0),
    ]
    if due is not None:
        level_ended = due.level_until is not None and due.day > due.level_until
        facts += [
            (Note.NO_LEVEL, due.row_year is None and not due.has_level),
            (Note.NOT_BEGUN, due.has_level and due.row_year is None and not level_ended),
            (Note.LEVEL_ENDED, level_ended),
            (Note.YEAR_CARRIED, due.row_year is not None and due.row_year < due.day.year),
        ]
    return [note for note, holds in facts if holds]


def _rounded(value: Fraction, rounding: str) -> Decimal:
    """`value` with two decimals. Exact: the division to hundredths is done on whole numbers."""
    hundredths, rest = divmod(value.numerator * 100, value.denominator)
    if rounding == ROUND_UP:
        hundredths += rest > 0
    else:
        hundredths += 2 * rest >= value.denominator
    return (Decimal(hundredths) * _HUNDREDTH).quantize(_HUNDREDTH)
