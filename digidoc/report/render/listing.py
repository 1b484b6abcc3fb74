"""The documents behind a figure, as rows and as a table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.metric import METRICS, lacking_of
from digidoc.register import ListedItem, PaperKind
from digidoc.report import words
from digidoc.report.document import ReportDocument

_KINDS: Final = {
    PaperKind.COMPONENT: N_("component"),
    PaperKind.RESULT: N_("result"),
    None: N_("dossier"),
}
_WHY: Final = {
    "counted": N_("counted"),
    "declared": N_("counted only because the register says so"),
    "not-digitized": N_("not digitized"),
    "not-conformant": N_("not conformant"),
    "not-signed": N_("no verified signature"),
    "in-process": N_("in process"),
    "not-in-register": N_("not in the register"),
    "no-paper": N_("resolved, without any paper here"),
    **{lacking.code: lacking.words for lacking in map(lacking_of, METRICS.values()) if lacking is not None},
}


def titles() -> list[str]:
    """The titles of the columns."""
    return [
        _("Dossier"),
        _("Unit"),
        _("Procedure"),
        _("Kind"),
        _("Name"),
        _("Number"),
        _("Paper"),
        _("Why"),
    ]


def rows(items: Iterable[ListedItem], doubted: Callable[[ListedItem], str]) -> Iterator[Sequence[str]]:
    """A row an item, in the order of `titles`.

    Args:
        items: what is listed.
        doubted: why a paper is not conformant, in a sentence.

    """
    for item in items:
        yield (
            item.dossier,
            item.unit,
            item.procedure,
            _(_KINDS[item.kind]),
            item.name,
            item.number,
            item.paper_id or "",
            _why(item, doubted),
        )


def _why(item: ListedItem, doubted: Callable[[ListedItem], str]) -> str:
    said = why(item.why)
    return f"{said}: {doubted(item)}" if item.why == "not-conformant" and item.paper_id is not None else said


def why(code: str) -> str:
    """Why an item is counted or not; an unknown code as it is."""
    message = _WHY.get(code, code)
    return _(message)


def title(report: ReportDocument, *, missing: bool) -> str:
    """What is listed: all that the headline counts or misses, or with `missing` only that."""
    said = _("Missing: {metric}, as of {day}") if missing else _("{metric}, as of {day}")
    return said.format(metric=words.metric(report.headline), day=words.day(report.as_of))
