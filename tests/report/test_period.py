from datetime import date

import pytest

from digidoc.errors import UsageError
from digidoc.report.period import day, period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-Q1", date(2025, 1, 1), date(2025, 3, 31)),
        ("Q4/2024", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("12/2025", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025-01-05..2025-06-30", date(2025, 1, 5), date(2025, 6, 30)),
        ("05/01/2025..30/06/2025", date(2025, 1, 5), date(2025, 6, 30)),
        ("30/06/2025", date(2025, 6, 30), date(2025, 6, 30)),
    ],
)
def test_periods_as_people_write_them(text: str, first: date, last: date) -> None:
    assert period(text) == (first, last)


@pytest.mark.parametrize("text", ["", "all", "2025-13", "2025-Q5", "31/02/2025", "2025-06-30..2025-01-01", "..", "25"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(UsageError):
        period(text)


def test_days() -> None:
    assert day(" 2025-1-5 ") == day("5/1/2025") == date(2025, 1, 5)
