"""Moments: people read them on one clock, that of Vietnam, +07:00 all year, which is said; JSON has them in UTC."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from digidoc.i18n import current

VIETNAM: Final = timezone(timedelta(hours=7))
ZONE: Final = "+07:00"


def parse_moment(text: str) -> datetime:
    """A moment in ISO 8601, such as 2025-03-31 or 2025-03-31T16:45; without a zone it is Vietnam time.

    Raises:
        ValueError: it is none.

    """
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=VIETNAM)


def written(moment: datetime | None) -> str:
    """A moment for people: 31/03/2025 16:45 (+07:00) in Vietnamese, 2025-03-31 16:45 (+07:00) in English."""
    return "" if moment is None else f"{day(moment)} {moment.astimezone(VIETNAM):%H:%M} ({ZONE})"


def cell(moment: datetime) -> str:
    """The same to the second, without the zone: for a column whose title has it, see `titled`."""
    return f"{day(moment)} {moment.astimezone(VIETNAM):%H:%M:%S}"


def titled(title: str) -> str:
    """The title of a column of `cell`."""
    return f"{title} ({ZONE})"


def day(moment: datetime) -> str:
    """The day of a moment in Vietnam, for people."""
    return f"{moment.astimezone(VIETNAM):{'%d/%m/%Y' if current() == 'vi' else '%Y-%m-%d'}}"


def iso(moment: datetime) -> str:
    """A moment in ISO 8601 with its zone, to the second: for messages, which have the same parameters in JSON."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def utc(moment: datetime | None) -> str | None:
    """A moment for JSON: ISO 8601, UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat()
