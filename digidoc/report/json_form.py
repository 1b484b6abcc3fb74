"""The report as JSON, and back: the stable form `digidoc.report/2` that scripts read and that reports are merged from.

Keys are the names of the fields in `digidoc.report.document`, codes are English, percentages have two decimals, days
are ISO dates. The time of asking is left out: the same data and the same day give the same bytes.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from digidoc.report.document import ReportDocument

SCHEMA: Final = "digidoc.report/2"
_LEFT_OUT: Final = "made_at"
_PAIRS: Final = "counts"
_HEAD: Final = ("sequence", "hash")


def to_json(report: ReportDocument) -> dict[str, Any]:
    """The report as JSON has it."""
    data = {field.name: _plain(getattr(report, field.name)) for field in dataclasses.fields(report)}
    del data[_LEFT_OUT]
    data[_PAIRS] = dict(report.counts)
    if report.audit_head is not None:
        data["audit_head"] = dict(zip(_HEAD, report.audit_head, strict=True))
    return data


def from_json(data: Mapping[str, Any], made_at: datetime) -> ReportDocument:
    """The report that `to_json` wrote.

    Args:
        data: what stands under "data" in the JSON of a report.
        made_at: the time of asking, which the JSON does not keep.

    Raises:
        ValueError: it is not such a report.

    """
    try:
        head = data["audit_head"]
        whole = {
            **data,
            _LEFT_OUT: made_at.isoformat(),
            _PAIRS: list(data[_PAIRS].items()),
            "audit_head": None if head is None else [head[name] for name in _HEAD],
        }
        found = _value(ReportDocument, whole)
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"no report of digidoc: {error!r}") from error
    assert isinstance(found, ReportDocument)  # noqa: S101 (asked for above)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        # A float of two decimals is written in JSON with the digits that it was rounded to.
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _value(kind: Any, data: Any) -> Any:  # noqa: PLR0911 (one for each kind of type)
    """`data` as a value of a type of `digidoc.report.document`: a dataclass, an enum, a number, a day, a tuple."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if data is None else _value(next(part for part in arguments if part is not types.NoneType), data)
    if origin is tuple:
        kinds = [arguments[0]] * len(data) if arguments[-1] is Ellipsis else arguments
        return tuple(_value(part, entry) for part, entry in zip(kinds, data, strict=True))
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        known = {field.name for field in dataclasses.fields(kind)}
        if set(data) != known:
            raise ValueError(f"{kind}: keys {sorted(set(data) ^ known)}")
        return kind(**{name: _value(hints[name], data[name]) for name in known})  # type: ignore[operator]
    if kind is Decimal:
        return Decimal(str(data)).quantize(Decimal("0.01"))
    if kind in (date, datetime):
        return kind.fromisoformat(data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise ValueError(f"{data!r} is no {kind.__name__}")
    return data
