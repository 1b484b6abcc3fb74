"""What `digidoc review` says: for scripts as plain data, for people as tables."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.text import Text

from digidoc import words
from digidoc.commands.archive.views import LISTED, table
from digidoc.commands.console import Result
from digidoc.errors import ExitCode
from digidoc.formats import codec
from digidoc.i18n import tr as _
from digidoc.outcome import Batch, Outcome
from digidoc.pipeline.review.applying import Applied
from digidoc.pipeline.review.worklist import Worklist

if TYPE_CHECKING:
    from rich.console import RenderableType


def listed(found: Worklist, *, check: bool) -> Result:
    """The worklist; with `check` it ends with 6 when a person has to look at something."""
    open_ = found.open or found.waiting or found.conflicts
    code = ExitCode.REVIEW_NEEDED if check and open_ else ExitCode.OK
    return Result("digidoc.review/1", found.to_json(), lambda: _list(found), found.problems, code)


def _list(found: Worklist) -> Iterator["RenderableType"]:
    yield Text(_("Papers to be reviewed: {number}").format(number=found.open))
    if found.conflicts:
        yield Text(_("Papers on which two people said different things: {number}").format(number=found.conflicts))
    if found.waiting:
        yield Text(_("Corrections that wait to be taken in: {number}").format(number=found.waiting))
    yield from table(
        (_("Paper"), _("Dossier"), _("Name"), _("Why")),
        ((one.paper, one.dossier or "", one.name, one.why()) for one in found.papers[:LISTED]),
    )
    if len(found.papers) > LISTED:
        yield Text(_("… and {number} more; --json lists all.").format(number=found.open - LISTED))


def applied(batch: Batch[Applied], *, dry_run: bool) -> Result:
    """What became of every correction."""
    data = {"dry_run": dry_run, "counts": batch.counts, "corrections": [_outcome(one) for one in batch.outcomes]}
    further = tuple(problem for one in batch.outcomes if one.detail is not None for problem in one.detail.further)
    problems = (*batch.problems, *further)
    return Result("digidoc.review-apply/1", data, lambda: _applied(batch, dry_run=dry_run), problems, batch.exit_code)


def _outcome(one: Outcome[Applied]) -> dict[str, Any]:
    made = None if one.detail is None else one.detail.submitted
    return {
        "file": "" if one.detail is None else one.detail.file,
        "id": "" if made is None else made.id,
        "paper": "" if made is None else made.paper,
        "status": "failed" if made is None else made.status,
        "conflicts": [] if made is None else codec.plain(made.conflicts),
        "review": [] if made is None else list(made.review),
        "problem": None if one.problem is None else one.problem.to_json(),
    }


def _applied(batch: Batch[Applied], *, dry_run: bool) -> Iterator["RenderableType"]:
    made = [one.detail.submitted for one in batch.outcomes if one.detail is not None and one.detail.submitted]
    count = {status: sum(one.status == status for one in made) for status in ("filed", "waiting", "conflict")}
    if dry_run:
        yield Text(_("{number} corrections would be filed.").format(number=count["filed"]))
    else:
        yield Text(_("{number} corrections were filed.").format(number=count["filed"]))
    if count["waiting"]:
        number = count["waiting"]
        yield Text(_("{number} are kept and wait until the process that writes now has time.").format(number=number))
    if count["conflict"]:
        number = count["conflict"]
        yield Text(_("{number} differ from what another person said; the rest of them is filed.").format(number=number))
    left = [one for one in made if one.review]
    yield from table(
        (_("Paper"), _("Still to be confirmed")),
        ((one.paper, ", ".join(map(words.field, one.review))) for one in left[:LISTED]),
    )
    if len(left) > LISTED:
        yield Text(_("… and {number} more; --json lists all.").format(number=len(left) - LISTED))
