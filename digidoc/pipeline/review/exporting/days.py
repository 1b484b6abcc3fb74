"""Days as people key them: 22/11/2024, 22/11, 22112024, 2211, 22, 2024-11-22."""

import re
from datetime import UTC, date, datetime
from typing import Final

from digidoc.clock import VIETNAM

_ISO: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_SIGNS: Final = re.compile(r"(?P<day>\d{1,2})[/.\- ](?P<month>\d{1,2})(?:[/.\- ](?P<year>\d{4}|\d{2}))?")
_DIGITS: Final = re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})?")
_DAY: Final = re.compile(r"(?P<day>\d{1,2})(?P<month>)(?P<year>)")
_FIRST_YEAR: Final = 1901


def keyed_day(text: str, months: str) -> date | None:
    """The day that somebody keyed; None when it is none.

    Args:
        text: what was keyed.
        months: year and month of the print (yyyy-mm), for what was not keyed; may be empty.

    """
    for form in (_ISO, _SIGNS, _DAY, _DIGITS):
        found = form.fullmatch(text)
        if found is not None:
            break
    else:
        return None
    year, _dash, month = months.partition("-")
    said = found["year"] or year
    try:
        made = date(int(f"20{said}" if len(said) == 2 else said), int(found["month"] or month), int(found["day"]))  # noqa: PLR2004 (two digits of a year)
    except ValueError:
        return None
    return made if made.year >= _FIRST_YEAR else None


def after_today(day: date) -> bool:
    """Whether a day has not come yet, by the clock of Vietnam."""
    return day > datetime.now(UTC).astimezone(VIETNAM).date()
