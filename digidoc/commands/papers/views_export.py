"""What `digidoc export` says: for scripts as plain data, for people as sentences."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from digidoc.commands.archive.views import LISTED, rest
from digidoc.i18n import tr as _
from digidoc.outcome import Batch, Outcome, Status
from digidoc.pipeline.export import Copied
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType


def data_of(batch: Batch[Copied], out: Path) -> dict[str, Any]:
    """`data` of digidoc.export/1."""
    return {
        "out": str(out.absolute()),
        "papers": [_paper(outcome) for outcome in batch.outcomes],
        "counts": batch.counts,
        "interrupted": batch.interrupted,
    }


def _paper(outcome: Outcome[Copied]) -> dict[str, Any]:
    copied = outcome.detail or Copied()
    return {
        "item": outcome.item,
        "paper_id": copied.paper or None,
        "dossier": copied.dossier,
        "status": outcome.status.value,
        "form": copied.form or None,
        "file": None if copied.file is None else str(copied.file.absolute()),
        "tried": copied.tried,
        "problem": None if outcome.problem is None else outcome.problem.code,
    }


def view(batch: Batch[Copied], out: Path) -> Iterator["RenderableType"]:
    """The copies with their forms, then how many there are, and what was left."""
    forms = {"signed": _("signed"), "searchable": _("searchable"), "original": _("as it came")}
    copies = [o.detail for o in batch.outcomes if o.status is Status.DONE and o.detail and o.detail.file]
    for copied in copies[:LISTED]:
        if copied.file is not None:
            place = plain(str(copied.file.relative_to(out)))
            yield Text(f"{place}  ({forms[copied.form]})")
    yield from rest(len(copies))
    yield Text(_("Copied to {folder}: {number}").format(folder=plain(str(out)), number=len(copies)), style="bold")
    skipped = [o.detail for o in batch.outcomes if o.status is Status.SKIPPED and o.detail]
    there = sum(copied.file is not None for copied in skipped)
    failed = [o for o in batch.outcomes if o.status is Status.FAILED]
    untried = sum(o.detail is not None and not o.detail.tried for o in failed)
    for said, number in (
        (_("There already: {number}"), there),
        (_("Papers of these dossiers that were refused or withdrawn: {number}"), len(skipped) - there),
        (_("Failed: {number}"), len(failed) - untried),
        (_("Not tried any more: {number}"), untried),
    ):
        if number:
            yield Text(said.format(number=number))
