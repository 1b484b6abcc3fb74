"""Reading TOML files that people write: what may stand in a table, and everything that can be wrong with it.

A file is read by `read` or `parse`; a `Table` then gives its values, each of the type that was asked for. Whatever is
wrong becomes a `BadConfiguration` that names the file and the key.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, TypeGuard

from digidoc.errors import BadConfiguration, from_os
from digidoc.i18n import N_

UNKNOWN_KEY: Final = N_("there is no key {key}; there are {known}")
NO_VALUE: Final = N_("{key} = {value} is not a value it can have")
MISSING: Final = N_("{key} is missing")
ONE_OF: Final = N_("{key} = {value}: it is one of {known}")
NO_DAY: Final = N_("{key} = {value}: a day is written 2021-01-01, without quotation marks")
_YEARS: Final = range(1990, 2101)

Rule = Callable[[object], bool]  # whether a key can have that value


def is_text(value: object) -> TypeGuard[str]:
    """A text, which may be empty."""
    return isinstance(value, str)


def is_filled(value: object) -> TypeGuard[str]:
    """A text that is not blank."""
    return isinstance(value, str) and bool(value.strip())


def is_line(value: object) -> TypeGuard[str]:
    """A text that is not blank and stands on one line, without control characters."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def is_whole(value: object) -> TypeGuard[int]:
    """A whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_count(value: object) -> TypeGuard[int]:
    """A whole number from 1."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def is_number(value: object) -> TypeGuard[float | Decimal]:
    """A number, with or without decimals."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def is_day(value: object) -> TypeGuard[date]:
    """A day of our time, without an hour."""
    return isinstance(value, date) and not isinstance(value, datetime) and value.year in _YEARS


def read(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        BadConfiguration: it is not TOML.
        FileMissing, PermissionMissing, StorageError: it cannot be read.

    """
    try:
        return parse(path.read_bytes(), path)
    except OSError as error:
        raise from_os(error, path) from error


def parse(content: bytes, file: Path | str, number: Literal["float", "decimal"] = "float") -> dict[str, Any]:
    """TOML that was read from a file.

    Args:
        content: of the file; UTF-8, with or without a byte order mark.
        file: its name, for messages.
        number: what numbers with decimals become.

    Raises:
        BadConfiguration: it is not TOML.

    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadConfiguration(file=file, reason=N_("it is not UTF-8 text")) from error
    try:
        return tomllib.loads(text, parse_float=Decimal if number == "decimal" else float)
    except (tomllib.TOMLDecodeError, ArithmeticError, RecursionError) as error:
        raise BadConfiguration(file=file, reason=error) from error


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a TOML file.

    Attributes:
        values: its keys and values, as they were read.
        file: where it stands, for messages.
        prefix: what stands before its keys in messages, such as "levels.commune." or "[sign.office] ".

    """

    values: Mapping[str, Any]
    file: Path | str
    prefix: str = ""

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def wrong(self, reason: str, **places: object) -> BadConfiguration:
        """What is wrong with the file: a marked sentence and the values of its places."""
        return BadConfiguration(file=self.file, reason=reason, **places)

    def wrong_value(self, key: str, reason: str = NO_VALUE, **places: object) -> BadConfiguration:
        """A key has a value that it cannot have; the sentence may name {key} and {value}."""
        return self.wrong(reason, key=self.prefix + key, value=self.values.get(key), **places)

    def only(self, known: Iterable[str]) -> None:
        """See that there is no key but the known ones.

        Raises:
            BadConfiguration: there is.

        """
        known = tuple(known)
        for key in self.values:
            if key not in known:
                raise self.wrong(UNKNOWN_KEY, key=self.prefix + key, known=", ".join(known))

    def check(self, rules: Mapping[str, Rule]) -> None:
        """See that there are only these keys, each with a value that it can have; none has to be there.

        Raises:
            BadConfiguration: there is another key or value.

        """
        for key, value in self.values.items():
            if key not in rules:
                raise self.wrong(UNKNOWN_KEY, key=self.prefix + key, known=", ".join(rules))
            if not rules[key](value):
                raise self.wrong_value(key)

    def text(self, key: str, default: str = "") -> str:
        """A text, which may be empty.

        Raises:
            BadConfiguration: it is no text.

        """
        value: Any = self.values.get(key, default)
        if not is_text(value):
            raise self.wrong_value(key)
        return value

    def line(self, key: str) -> str:
        """A text on one line that has to be there.

        Raises:
            BadConfiguration: it is missing, blank, no text, or has control characters.

        """
        value = self._needed(key)
        if not is_line(value):
            raise self.wrong(NO_VALUE, key=self.prefix + key, value=repr(value))
        return value

    def one_of(self, key: str, known: Iterable[str], default: str | None = None, reason: str = ONE_OF) -> str:
        """One of the known words.

        Args:
            key: of the value.
            known: what it can be.
            default: what it is where the key is not there; None where it has to be.
            reason: the sentence for another value; it may name {key}, {value} and {known}.

        Raises:
            BadConfiguration: it is another one.

        """
        known = tuple(known)
        value = self.values.get(key, default)
        if not isinstance(value, str) or value not in known:
            raise self.wrong_value(key, reason, known=", ".join(known))
        return value

    def day(self, key: str) -> date:
        """A day that has to be there.

        Raises:
            BadConfiguration: it is missing, or no day.

        """
        value = self._needed(key)
        if not is_day(value):
            raise self.wrong_value(key, NO_DAY)
        return value

    def number(self, key: str) -> Decimal:
        """A number that has to be there; exact where the file was read with numbers as decimals.

        Raises:
            BadConfiguration: it is missing, no number, or not finite.

        """
        value = self._needed(key)
        if not is_number(value) or not Decimal(value).is_finite():
            raise self.wrong_value(key)
        return Decimal(value)

    def table(self, key: str, *, needed: bool = False) -> "Table":
        """A table within this one; an empty one where it need not be there.

        Raises:
            BadConfiguration: it is missing, or no table.

        """
        if needed and key not in self.values:
            raise self.wrong(MISSING, key=f"[{self.prefix}{key}]")
        value: Any = self.values.get(key, {})
        if not isinstance(value, Mapping):
            raise self.wrong_value(key)
        return Table(value, self.file, f"{self.prefix}{key}.")

    def _needed(self, key: str) -> Any:
        if key not in self.values:
            raise self.wrong(MISSING, key=self.prefix + key)
        return self.values[key]
