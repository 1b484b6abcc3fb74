"""Values as JSON and back: the one place that knows how a dataclass, a day or a code stands in JSON.

Keys are the names of the fields, in their order; codes are the values of their enums; days are ISO dates, points in
time ISO 8601 in UTC. What was written is read by msgspec, which takes nothing that is not of the declared type and
names the place of what is wrong. It is loaded when something is read for the first time.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any, Final, TypeVar

T = TypeVar("T")
_NO_DEFAULT: Final = object()
_Writer = Callable[[Any, bool], Any]  # the value; whether fields that have their default are left out
# A type stands before those that it is one of: a point in time is a day too.
_BY_BASE: Final[Mapping[type, _Writer]] = {
    Enum: lambda value, _sparse: value.value,
    datetime: lambda value, _sparse: stamp(value),
    date: lambda value, _sparse: value.isoformat(),
    # A float of two decimals is written in JSON with the digits that it was rounded to.
    Decimal: lambda value, _sparse: float(value),
    tuple: lambda value, sparse: [plain(part, sparse=sparse) for part in value],
    list: lambda value, sparse: [plain(part, sparse=sparse) for part in value],
    Mapping: lambda value, sparse: {key: plain(part, sparse=sparse) for key, part in value.items()},
}
_AS_THEY_ARE: Final = frozenset({str, int, float, bool, type(None)})


def stamp(at: datetime) -> str:
    """A point in time as ISO 8601 in UTC, of one length, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def plain(value: Any, *, sparse: bool = False) -> Any:
    """A value in the types that JSON has.

    Args:
        value: made of dataclasses, enums, days, numbers, texts, mappings, tuples and lists.
        sparse: leave out the fields that have their default, in the value and in what it is made of.

    """
    kind = type(value)
    return value if kind in _AS_THEY_ARE else _WRITERS[kind](value, sparse)


def read(kind: type[T], data: Any) -> T:
    """The value that `plain` made such data of; a field that is left out has its default.

    Args:
        kind: a dataclass.
        data: as `json.loads` gives it, or with days and points in time as values.

    Raises:
        ValueError: it is none; the message names the place.

    """
    import msgspec

    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


class _Writers(dict[type, _Writer]):
    """What makes plain data of the values of a type; made when a value of that type is written for the first time."""

    def __missing__(self, kind: type) -> _Writer:
        if dataclasses.is_dataclass(kind):
            made: _Writer | None = _of_dataclass(kind)
        else:
            made = next((write for base, write in _BY_BASE.items() if issubclass(kind, base)), None)
        if made is None:
            raise TypeError(f"JSON has no {kind.__name__}")
        self[kind] = made
        return made


def _of_dataclass(kind: type) -> Callable[[Any, bool], dict[str, Any]]:
    """A register has a million rows: this loop is what writing them costs."""
    fields = dataclasses.fields(kind)
    names = tuple(field.name for field in fields)
    whole = tuple(_NO_DEFAULT for _field in fields)
    defaults = tuple(_NO_DEFAULT if field.default is dataclasses.MISSING else field.default for field in fields)
    parts = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)

    def write(value: Any, sparse: bool) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, default, part in zip(names, defaults if sparse else whole, parts(value), strict=True):
            if part is default:
                continue
            kind_of_part = type(part)
            if kind_of_part not in _AS_THEY_ARE:
                found[name] = _WRITERS[kind_of_part](part, sparse)
            elif part != default:
                found[name] = part
        return found

    return write


_WRITERS: Final = _Writers()
