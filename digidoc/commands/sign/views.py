"""What `digidoc sign` says: for scripts as plain data, for people as sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from digidoc.clock import written
from digidoc.errors import Problem
from digidoc.i18n import tr as _
from digidoc.masking import mask
from digidoc.outcome import Outcome, Status
from digidoc.pipeline.papers import SignedPaper, SignedPapers
from digidoc.sign.create.batch import Signed, SignedFile

if TYPE_CHECKING:
    from rich.console import RenderableType

# What is said of each signature; the last one stands beside its file too.
_OF_SIGNATURE: Final = (
    "field", "level", "signer", "signed_at", "timestamp", "algorithm", "stamp", "stamp_page",
)  # fmt: skip


def data_of(signed: Signed) -> dict[str, Any]:
    """`data` of digidoc.sign/1."""
    data = {
        "files": [_file(outcome) for outcome in signed.batch.outcomes],
        "counts": signed.batch.counts,
        "interrupted": signed.batch.interrupted,
    }
    if isinstance(signed, SignedPapers):
        data["left_unsigned"] = list(signed.meant.unreviewed)
        data["older_than_text"] = list(signed.meant.older)
        data["renewed"] = _renewed(signed)
    return data


def _renewed(signed: SignedPapers) -> list[str]:
    """Ids of the papers whose signed file was made anew."""
    details = [o.detail for o in signed.batch.outcomes if signed.meant.renew and o.status is Status.DONE]
    return [detail.paper for detail in details if isinstance(detail, SignedPaper)]


def _file(outcome: Outcome[SignedFile]) -> dict[str, Any]:
    data: dict[str, Any] = {"file": outcome.item, "status": outcome.status.value}
    detail = outcome.detail
    if isinstance(detail, SignedPaper):
        data |= {"paper": detail.paper, "dossier": detail.dossier}
    if detail is not None and detail.output is not None:
        data["output"] = str(detail.output)
        if detail.receipts:
            every = [receipt.to_json() for receipt in detail.receipts]
            last = {"sha256": every[-1]["sha256"], "size": every[-1]["size"], **_signature(every[-1])}
            data |= {**last, "signatures": [_signature(one) for one in every]}
        if isinstance(detail, SignedPaper):
            data["verdicts"] = list(detail.verdicts)
    if detail is not None and not detail.tried:
        data["tried"] = False
    if outcome.problem is not None:
        data["problem"] = outcome.problem.code
    return data


def _signature(receipt: Mapping[str, Any]) -> dict[str, Any]:
    return {name: receipt[name] for name in _OF_SIGNATURE}


def problems_of(signed: Signed) -> tuple[Problem, ...]:
    """What went wrong, file by file; why a batch stopped is said once, not for every file that was not tried."""
    own: list[Problem] = []
    others: list[Problem] = []
    for outcome in signed.batch.outcomes:
        if outcome.problem is not None:
            (own if outcome.detail is None or outcome.detail.tried else others).append(outcome.problem)
    if others and others[0].code not in {problem.code for problem in own}:
        own.append(replace(others[0], file=None))
    return (*own, *signed.batch.aside)


def view_of(signed: Signed) -> Iterator["RenderableType"]:
    """One signed file with its signatures; of several, how many went how."""
    from rich.text import Text

    batch = signed.batch
    done = [(o.item, o.detail) for o in batch.outcomes if o.status is Status.DONE and o.detail is not None]
    if len(batch.outcomes) == 1 and done:
        yield from _one(done[0][1])
    elif len(batch.outcomes) > 1:
        yield from _many(batch.counts)
    elif not batch.outcomes and not batch.interrupted:
        yield Text(_("There is nothing to sign."))
    if isinstance(signed, SignedPapers):
        yield from _left(signed)
    if batch.interrupted:
        yield Text(_("Interrupted. Run the same command again to go on."), style="yellow")


def _left(signed: SignedPapers) -> Iterator["RenderableType"]:
    """How many papers were signed anew, and how many were left out, and what to do about them."""
    from rich.text import Text

    if renewed := len(_renewed(signed)):
        yield Text(_("Signed anew from their corrected text: {count}").format(count=renewed))
    if unreviewed := len(signed.meant.unreviewed):
        said = _(
            "Left unsigned, for they are to be reviewed: {count}. See `digidoc status`; --also-unreviewed signs them."
        )
        yield Text(said.format(count=unreviewed), style="yellow")
    if older := len(signed.meant.older):
        said = _(
            "Left as they are, for their signature is older than their text: {count}. `digidoc sign --renew` signs it."
        )
        yield Text(said.format(count=older), style="yellow")


def _one(detail: SignedFile) -> Iterator["RenderableType"]:
    from rich.text import Text

    yield Text(_("Signed: {file}").format(file=mask(str(detail.output))), style="green")
    for receipt in detail.receipts:
        when = written(receipt.signed_at)
        yield Text(
            _("  by {signer}, {when}, level {level}").format(signer=receipt.signer, when=when, level=receipt.level)
        )
        if receipt.timestamp is not None:
            yield Text(_("  timestamp: {when}").format(when=written(receipt.timestamp)))


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
