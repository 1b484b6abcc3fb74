"""What `digidoc status` says: for scripts as plain data, for people as tables."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from digidoc import words
from digidoc.archive.catalog.counts import ArchiveStatus, RefusedItem, ReviewItem
from digidoc.archive.settings import ArchiveConfig
from digidoc.commands.archive.views import LISTED, config_json, rest, state_words, table
from digidoc.errors import revived
from digidoc.i18n import tr as _
from digidoc.model import PaperState
from digidoc.pipeline.review.standing import weigh
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType


def status_json(found: ArchiveStatus, config: ArchiveConfig, waiting: int) -> dict[str, Any]:
    """Counts and lists, complete."""
    return {
        **config_json(config),
        "papers": {state.value: number for state, number in found.papers.items()},
        "pages": found.pages,
        "waiting": waiting,
        "dossiers": [{"code": dossier.code, "papers": dossier.papers} for dossier in found.dossiers],
        "review": [_doubted(item) for item in found.review],
        "slight": [_doubted(item) for item in found.slight],
        "refused": [
            {
                "paper_id": item.paper_id,
                "dossier": item.dossier,
                "name": item.name,
                "source": item.source,
                "problem": dict(item.problem),
            }
            for item in found.refused
        ],
        "withdrawn": [
            {"paper_id": item.paper_id, "dossier": item.dossier, "name": item.name, **words.set_aside_json(item.detail)}
            for item in found.withdrawn
        ],
        "duplicates": [
            {
                "paper_id": item.paper_id,
                "dossier": item.dossier,
                "name": item.name,
                "duplicates": [dict(other) for other in item.duplicates],
            }
            for item in found.duplicates
        ],
    }


def _doubted(item: ReviewItem) -> dict[str, Any]:
    """A paper with something in doubt, and what of it is grave."""
    return {
        "paper_id": item.paper_id,
        "dossier": item.dossier,
        "name": item.name,
        "doubts": list(item.doubts),
        "fields": list(item.fields),
        "grave": weigh(item.doubts, item.fields)[0].to_json(),
    }


def _why(item: ReviewItem) -> str:
    grave, slight = weigh(item.doubts, item.fields)
    return words.why_review(grave.doubts, grave.fields, slight.doubts, slight.fields)


def refused_view(found: ArchiveStatus) -> Iterator["RenderableType"]:
    """All that was refused, and what can be done about it."""
    if not found.refused:
        yield Text(_("Nothing was refused, or all of it is settled."))
        return
    yield from _refused(found.refused)
    yield Text("")
    yield Text(
        _("Digitize a better file of the same name, or `digidoc paper forget-refusal PAPER` where none is needed.")
    )


def _refused(items: Sequence[RefusedItem]) -> Iterator["RenderableType"]:
    return table(
        (_("Refused"), _("Dossier"), _("Name"), _("Why")),
        ((item.paper_id, item.dossier or "", item.name, revived(item.problem).message) for item in items),
    )


def status_view(found: ArchiveStatus, config: ArchiveConfig, waiting: int) -> Iterator["RenderableType"]:
    """Counts, and the beginning of all lists."""
    yield Text(f"{config.unit.code} {plain(config.unit.name)}".strip(), style="bold")
    # Hardly any archive has ever erased a paper: only one that has says so.
    shown = ((state, number) for state, number in found.papers.items() if number or state is not PaperState.PURGED)
    counts = " · ".join(f"{number} {state_words(state)}" for state, number in shown)
    yield Text(_("Papers: {counts}").format(counts=counts))
    yield Text(_("Dossiers: {dossiers} · pages: {pages}").format(dossiers=len(found.dossiers), pages=found.pages))
    if waiting:
        yield Text(_("Corrections and orders that wait to be taken in: {number}").format(number=waiting))
    yield from table(
        (_("To be reviewed"), _("Dossier"), _("Name"), _("Why")),
        ((item.paper_id, item.dossier or "", item.name, _why(item)) for item in found.review[:LISTED]),
    )
    yield from rest(len(found.review))
    if found.slight:
        said = _(
            "Filed with slight doubts: {number}; `digidoc show PAPER` says which, `digidoc status --json` lists them."
        )
        yield Text(said.format(number=len(found.slight)))
    yield from _refused(found.refused[:LISTED])
    if len(found.refused) > LISTED:
        more = len(found.refused) - LISTED
        yield Text(_("… and {number} more; `digidoc status --refused` lists all.").format(number=more))
    yield from table(
        (_("Withdrawn"), _("Dossier"), _("Name"), _("Why")),
        (
            (item.paper_id, item.dossier or "", item.name, words.set_aside(item.detail))
            for item in found.withdrawn[:LISTED]
        ),
    )
    yield from rest(len(found.withdrawn))
    yield from table(
        (_("Possibly there twice"), _("Dossier"), _("Name"), _("Why")),
        (
            (item.paper_id, item.dossier or "", item.name, "; ".join(map(words.duplicate, item.duplicates)))
            for item in found.duplicates[:LISTED]
        ),
    )
    yield from rest(len(found.duplicates))
