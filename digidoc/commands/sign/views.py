"""What `digidoc sign` says: for scripts as plain data, for people as sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from digidoc.clock import written
from digidoc.errors import Problem
from digidoc.i18n import tr as _
from digidoc.masking import mask
from digidoc.outcome import Status
from digidoc.sign.stamp.forms import OVER_INK

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.sign.create.batch import Signed


def data_of(signed: "Signed") -> dict[str, Any]:
    """`data` of digidoc.sign/1."""
    return {
        "files": [
            {"file": o.item, "status": o.status.value, **o.detail, **({"problem": o.problem.code} if o.problem else {})}
            for o in signed.batch.outcomes
        ],
        "counts": signed.batch.counts,
        "interrupted": signed.batch.interrupted,
    }


def problems_of(signed: "Signed") -> tuple[Problem, ...]:
    """What went wrong, file by file; why a batch stopped is said once, not for every file that was not tried."""
    own: list[Problem] = []
    others: list[Problem] = []
    for outcome in signed.batch.outcomes:
        if outcome.problem is not None:
            (own if outcome.detail.get("tried", True) else others).append(outcome.problem)
    if others and others[0].code not in {problem.code for problem in own}:
        own.append(replace(others[0], file=None))
    return tuple(own)


def view_of(signed: "Signed") -> Iterator["RenderableType"]:
    """One signed file with its signatures; of several, how many went how."""
    from rich.text import Text

    batch = signed.batch
    done = [outcome for outcome in batch.outcomes if outcome.status is Status.DONE]
    if len(batch.outcomes) == 1 and done:
        yield from _one(done[0].detail)
    elif len(batch.outcomes) > 1:
        yield from _many(batch.counts)
    elif not batch.outcomes and not batch.interrupted:
        yield Text(_("There is nothing to sign."))
    for outcome in done:
        for signature in outcome.detail.get("signatures", ()):
            if signature["over_ink"]:
                note = _(OVER_INK).format(page=signature["stamp_page"])
                yield Text.assemble(("  ! ", "yellow"), mask(outcome.item), f": {note}")
    if batch.interrupted:
        yield Text(_("Interrupted. Run the same command again to go on."), style="yellow")


def _one(detail: Mapping[str, Any]) -> Iterator["RenderableType"]:
    from rich.text import Text

    yield Text(_("Signed: {file}").format(file=mask(detail["output"])), style="green")
    for signature in detail["signatures"]:
        when = written(datetime.fromisoformat(signature["signed_at"]))
        yield Text(
            _("  by {signer}, {when}, level {level}").format(
                signer=signature["signer"], when=when, level=signature["level"]
            )
        )
        if signature["timestamp"] is not None:
            when = written(datetime.fromisoformat(signature["timestamp"]))
            yield Text(_("  timestamp: {when}").format(when=when))


def _many(counts: Mapping[str, int]) -> Iterator["RenderableType"]:
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    table.add_row(str(counts["done"]), _("signed"))
    table.add_row(str(counts["skipped"]), _("skipped: they were signed before"))
    if counts["failed"] or counts["refused"]:
        table.add_row(str(counts["failed"] + counts["refused"]), _("not signed"))
    yield table
