"""The report as JSON, and back: the stable form `digidoc.report/2` that scripts read and that reports are merged from.

Keys are the names of the fields in `digidoc.report.document`, codes are English, percentages have two decimals, days
are ISO dates. The time of asking is left out: the same data and the same day give the same bytes.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from digidoc.files import codec
from digidoc.report.document import ReportDocument

SCHEMA: Final = "digidoc.report/2"
_LEFT_OUT: Final = "made_at"
_PAIRS: Final = "counts"
_HEAD: Final = ("sequence", "hash")
_HUNDREDTH: Final = Decimal("0.01")


def to_json(report: ReportDocument) -> dict[str, Any]:
    """The report as JSON has it."""
    data: dict[str, Any] = codec.plain(report)
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
            **_exact(data),
            _LEFT_OUT: made_at,
            _PAIRS: list(data[_PAIRS].items()),
            "audit_head": None if head is None else [head[name] for name in _HEAD],
        }
        report = codec.read(ReportDocument, whole)
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"no report of digidoc: {error!r}") from error
    if _keys(to_json(report)) != _keys(data):
        raise ValueError("no report of digidoc: it has other keys")
    return report


def _exact(data: Any) -> Any:
    """Percentages and points, the only numbers with decimals, have two of them."""
    if isinstance(data, float):
        return Decimal(str(data)).quantize(_HUNDREDTH)
    if isinstance(data, Mapping):
        return {key: _exact(value) for key, value in data.items()}
    return [_exact(value) for value in data] if isinstance(data, list) else data


def _keys(data: Any) -> Any:
    """The keys at every place: what this version does not know must not be lost in adding up."""
    if isinstance(data, Mapping):
        return {key: _keys(value) for key, value in data.items()}
    return [_keys(value) for value in data] if isinstance(data, list) else None
