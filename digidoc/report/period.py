"""Spans of days as people name them: a month, a quarter, a year, a range."""

import re
from datetime import date, timedelta
from typing import Final

from digidoc.errors import UsageError
from digidoc.i18n import N_

_YEAR: Final = re.compile(r"(\d{4})")
_QUARTER: Final = re.compile(r"(\d{4})-?[Qq]([1-4])|[Qq]([1-4])/(\d{4})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})")
_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4})")
_BAD: Final = N_("{text} is not a period: write 2025, 2025-Q1, 2025-03 or 2025-01-01..2025-06-30")


def period(text: str) -> tuple[date, date]:
    """First and last day of a period.

    Args:
        text: "2025", "2025-Q1" or "Q1/2025", "2025-03" or "03/2025", or two days with ".." between, each ISO or as they
            are written in Việt Nam (30/06/2025). "all" is not one: leave the period out.

    Raises:
        UsageError: it is none of these, a day does not exist, or the last lies before the first.

    """
    text = text.strip()
    try:
        first, last = _span(text)
    except ValueError as error:
        raise UsageError(reason=_BAD, text=text) from error
    if last < first:
        raise UsageError(reason=N_("{text}: the last day lies before the first"), text=text)
    return first, last


def _span(text: str) -> tuple[date, date]:
    if ".." in text:
        first, _dots, last = text.partition("..")
        return day(first), day(last)
    if found := _YEAR.fullmatch(text):
        return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
    if found := _QUARTER.fullmatch(text):
        return _months(int(found[1] or found[4]), 3 * int(found[2] or found[3]) - 2, 3)
    if found := _MONTH.fullmatch(text):
        return _months(int(found[1] or found[4]), int(found[2] or found[3]), 1)
    return day(text), day(text)


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    last = first + count - 1
    return date(year, first, 1), date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)


def day(text: str) -> date:
    """A day, ISO or day/month/year.

    Raises:
        ValueError: it is none, or does not exist.

    """
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    year, month, number = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    return date(int(year), int(month), int(number))
