"""What is asked of the archive in an address: words, filters, and from which hit on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from urllib.parse import urlencode

from digidoc.archive.catalog.index import words_of
from digidoc.archive.catalog.query import Filters
from digidoc.i18n import tr as _
from digidoc.model import PaperState
from digidoc.text import tidy

# Names in the address, in the order in which they stand there; the filters of `digidoc search`, state and year.
QUERY: Final = "q"
FILTERS: Final = ("type", "unit", "name", "value", "from", "to", "year", "dossier", "procedure", "state")
OFFSET: Final = "offset"
_MOST_OFFSET: Final = 10_000  # hits; whoever wants one after them asks for less
_STATES: Final = {state.value: state for state in PaperState if state.counts}
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the archive.

    Attributes:
        given: what the address says, by name, empty values left out.
        offset: how many hits come before.
        filters: what the papers have to be.
        wrong: sentences about what cannot be asked; nothing is looked for then.

    """

    given: Mapping[str, str]
    offset: int = 0
    filters: Filters = field(default_factory=Filters)
    wrong: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The words, as they were typed."""
        return self.given.get(QUERY, "")

    def address(self, place: str = "/", **other: str | int) -> str:
        """The address of the same question with other values; empty ones are left out, and so is the offset."""
        values = {**self.given, **{name: str(value) for name, value in other.items()}}
        kept = {name: values[name] for name in (QUERY, *FILTERS, OFFSET) if values.get(name)}
        return f"{place}?{urlencode(kept)}" if kept else place


def asked_words(text: str) -> str:
    """A text from an address, as it is looked for; half characters, which no encoding has, are replaced."""
    return tidy(text.encode("utf-8", "replace").decode())


def asked(address: Mapping[str, str]) -> Question:
    """The question in an address; what it cannot be read from is said in `wrong`."""
    names = (QUERY, *FILTERS)
    given = {
        name: value for name in names if (value := tidy(address.get(name, "").encode("utf-8", "replace").decode()))
    }
    wrong: list[str] = []
    since, until = _days(given, wrong)
    fields = _fields(given, wrong)
    state = _STATES.get(given.get("state", ""))
    if state is None and "state" in given:
        wrong.append(_("There is no state {value}.").format(value=given["state"]))
    offset = address.get(OFFSET, "0")
    if not (offset.isascii() and offset.isdecimal() and int(offset[:9]) <= _MOST_OFFSET):
        offset = "0"
        wrong.append(_("Only the first {most} papers can be turned to; ask for less.").format(most=_MOST_OFFSET))
    filters = Filters(fields, since, until, given.get("dossier"), given.get("procedure"), state=state)
    return Question(given, int(offset), filters, tuple(wrong))


def _days(given: Mapping[str, str], wrong: list[str]) -> tuple[date | None, date | None]:
    """First and last day of issue."""
    since, until = (_day(given.get(name, ""), wrong) for name in ("from", "to"))
    year = given.get("year", "")
    if year:
        if not (year.isascii() and year.isdecimal() and _FIRST_YEAR <= int(year[:5]) <= _LAST_YEAR):
            wrong.append(_("{value} is no year.").format(value=year))
            return since, until
        first, last = date(int(year), 1, 1), date(int(year), 12, 31)
        since, until = max(since or first, first), min(until or last, last)
    if since and until and until < since:
        wrong.append(_("The last day lies before the first."))
    return since, until


def _day(text: str, wrong: list[str]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        day, month, year = map(int, text.split("/"))
        return date(year, month, day)
    except ValueError:
        wrong.append(_("{value} is no day.").format(value=text))
        return None


def _fields(given: Mapping[str, str], wrong: list[str]) -> tuple[tuple[str, str], ...]:
    named = [("TypeName", given.get("type", "")), ("OrganName", given.get("unit", ""))]
    if "name" in given and "value" in given:
        named.append((given["name"], given["value"]))
    elif "value" in given:
        wrong.append(_("Choose the field that holds {value}.").format(value=given["value"]))
    found = tuple((name, value) for name, value in named if value)
    for name, value in found:
        if not (words_of(name) and words_of(value)):
            wrong.append(_("{value} has no letter or digit to look for.").format(value=value))
    return found
