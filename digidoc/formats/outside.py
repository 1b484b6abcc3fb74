"""JSON from outside, every value checked as it is taken: what is missing or cannot be is named by its place."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, TypeVar
from unicodedata import category

from digidoc.i18n import N_
from digidoc.model import Box
from digidoc.text import tidy

_MOST: Final = 1 << 31  # of a number
_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)


class NotAllowed(ValueError):
    """A value from outside that cannot be.

    Attributes:
        reason: a sentence's part, English, to be translated.
        params: what to put into it.

    """

    def __init__(self, reason: str, **params: str) -> None:
        super().__init__(reason.format(**params))
        self.reason = reason
        self.params = params


def _harmless(text: str) -> bool:
    """Whether nothing in it steers a terminal, turns the direction of writing, or is no character."""
    return not any(category(char)[0] == "C" and not char.isspace() for char in text)


@dataclass(frozen=True, slots=True)
class OutsideTable:
    """A JSON object from outside.

    Attributes:
        values: as `json.loads` gives them.
        where: names it in messages: empty, or a path with a dot at its end.

    """

    values: Mapping[str, Any]
    where: str = ""

    @classmethod
    def parse(cls, data: bytes, largest: int) -> "OutsideTable":
        """The object that a file holds.

        Args:
            data: the file.
            largest: bytes that it may have, a whole number of MiB.

        Raises:
            NotAllowed: it is larger, or no JSON object.

        """
        if len(data) > largest:
            raise NotAllowed(N_("it is larger than {size} MiB"), size=str(largest >> 20))
        try:
            document = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise NotAllowed(N_("it is not JSON")) from error
        return cls.of(document)

    @classmethod
    def of(cls, value: object, where: str = "") -> "OutsideTable":
        """The object that a JSON value is.

        Raises:
            NotAllowed: it is none.

        """
        if not isinstance(value, dict):
            raise NotAllowed(N_("{key} is no object"), key=where.rstrip(".") or "JSON")
        return cls(value, where)

    def missing(self, key: str) -> bool:
        """Whether there is no value, or null."""
        return self.values.get(key) is None

    def table(self, key: str) -> "OutsideTable":
        """An object."""
        return OutsideTable.of(self.values.get(key), f"{self.where}{key}.")

    def tables(self, key: str) -> Sequence["OutsideTable"]:
        """A list of objects; none where nothing is said."""
        found = self.values.get(key, [])
        if not isinstance(found, list):
            raise self.wrong(key)
        return [OutsideTable.of(value, f"{self.where}{key}[{place}].") for place, value in enumerate(found)]

    def text(self, key: str, longest: int, *, needed: bool = False) -> str:
        """A text, in NFC with single blanks; without control characters and such as turn the direction of writing.

        Args:
            key: of the value.
            longest: characters that it may have.
            needed: whether an empty one is an error.

        """
        found = self.values.get(key, "")
        if not isinstance(found, str) or len(found) > longest or not _harmless(found):
            raise self.wrong(key)
        tidied = tidy(found)
        if needed and not tidied:
            raise NotAllowed(N_("{key} is missing"), key=f"{self.where}{key}")
        return tidied

    def matching(self, key: str, pattern: re.Pattern[str]) -> str:
        """A text that matches as a whole."""

        def whole(found: str) -> str | None:
            return found if pattern.fullmatch(found) else None

        return self._of(key, str, whole)

    def one_of(self, key: str, kind: type[_E]) -> _E:
        """A value of an enumeration."""
        return self._of(key, str, kind)

    def moment(self, key: str) -> datetime:
        """A point in time with a zone, ISO 8601."""
        found = self._of(key, str, datetime.fromisoformat)
        if found.tzinfo is None:
            raise self.wrong(key)
        return found

    def number(self, key: str, least: int) -> float:
        """A number that is not less than the least, which it is where nothing is said."""
        found = self.values.get(key, least)
        if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found < _MOST:
            raise self.wrong(key)
        return found

    def whole(self, key: str, least: int) -> int:
        """As `number`, without a fraction."""
        found = self.number(key, least)
        if found != int(found):
            raise self.wrong(key)
        return int(found)

    def box(self, key: str) -> Box | None:
        """Four numbers, left, top, right, bottom; None where nothing is said."""
        found = self.values.get(key)
        if found is None:
            return None
        numbers = found if isinstance(found, list) and len(found) == len(Box._fields) else []
        real = [n for n in numbers if isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < _MOST]
        if len(real) != len(Box._fields) or real[0] > real[2] or real[1] > real[3]:
            raise self.wrong(key)
        return Box(*real)

    def _of(self, key: str, kind: type[Any], made: Callable[[Any], _T | None]) -> _T:
        found = self.values.get(key)
        if not isinstance(found, kind):
            raise self.wrong(key)
        try:
            value = made(found)
        except ValueError as error:
            raise self.wrong(key) from error
        if value is None:
            raise self.wrong(key)
        return value

    def wrong(self, key: str) -> NotAllowed:
        """The error for a value that is missing, or cannot be this one."""
        if key not in self.values:
            return NotAllowed(N_("{key} is missing"), key=f"{self.where}{key}")
        return NotAllowed(N_("{key} cannot have this value"), key=f"{self.where}{key}")
