"""Moments as Vietnam writes them: +07:00, all year."""

from datetime import datetime, timedelta, timezone
from typing import Final

from digidoc.i18n import current

VIETNAM: Final = timezone(timedelta(hours=7))


def parse_moment(text: str) -> datetime:
    """A moment in ISO 8601, such as 2025-03-31 or 2025-03-31T16:45; without a zone it is Vietnam time.

    Raises:
        ValueError: it is none.

    """
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=VIETNAM)


def written(moment: datetime | None) -> str:
    """A moment for people, in Vietnam time: 31/03/2025 16:45 in Vietnamese, 2025-03-31 16:45 in English."""
    if moment is None:
        return ""
    return f"{moment.astimezone(VIETNAM):{'%d/%m/%Y %H:%M' if current() == 'vi' else '%Y-%m-%d %H:%M'}}"
