"""What all commands share that do something with papers as a whole: the options, the question, the answer.

Import only after `i18n.install`.
"""

import secrets
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from digidoc.commands import console, options
from digidoc.commands.papers.operations.ordered import Ordered, data_of
from digidoc.errors import DigidocError, ExitCode, UnknownPaper, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.outcome import Batch, Outcome, Status

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive
    from digidoc.archive.operations import Kind, Operation

Papers = Annotated[list[str], typer.Argument(metavar=_("PAPER…"), help=_("Ids of papers."), show_default=False)]
Paper = Annotated[str, typer.Argument(metavar=_("PAPER"), help=_("Id of a paper."), show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", metavar="", help=_("Do not ask."))]
DryRun = Annotated[bool, typer.Option("--dry-run", metavar="", help=_("Say what would be done, and do nothing."))]
Reason = Annotated[str, typer.Option("--reason", metavar=_("TEXT"), help=_("Why; it stands in the archive for good."))]
EXIT_CODES: Final = (
    ExitCode.OK,
    ExitCode.FAILED,
    ExitCode.USAGE,
    ExitCode.SOME_FAILED,
    ExitCode.NO_ARCHIVE,
)
SCHEMA: Final = "digidoc.paper-operation/1"


@dataclass(frozen=True, slots=True)
class Order:
    """How a command was called.

    Attributes:
        archive: folder of the archive; None for the nearest.
        clerk: who orders; None for the system's user.
        yes: whether nothing is asked.
        dry_run: whether nothing is done.
        as_json: whether scripts read the answer.
        quiet: whether nothing but the answer is said.

    """

    archive: Path | None
    clerk: str | None
    yes: bool
    dry_run: bool
    as_json: bool
    quiet: bool


def carry_out(order: Order, kind: "Kind", papers: Sequence[str], *, to: str = "", reason: str = "") -> NoReturn:
    """Order the same for each of some papers: check, warn, ask, carry out, say what came of it, and end the command.

    Args:
        order: how the command was called.
        kind: what is to be done.
        papers: ids; one that is given twice counts once.
        to: see `Operation`.
        reason: see `Operation`.

    Raises:
        BadOperation: something in it cannot be.

    """
    from digidoc.archive.archive import Archive
    from digidoc.commands.papers.operations import views

    options.act_as(order.clerk)
    reporter = console.reporter(as_json=order.as_json, quiet=order.quiet)
    with Archive.locate(order.archive) as archive:
        made = [_operation(archive, kind, paper, to, reason) for paper in dict.fromkeys(papers)]
        checked = [_checked(archive, one) for one in made]
        ready = [one for one in checked if one.problem is None]
        if ready and not order.dry_run:
            if not order.yes:
                for line in views.question(ready):
                    reporter.note(line)
                _ask()
            checked = list(_done(archive, checked))
    data = {"operations": [data_of(one) for one in checked], "dry_run": order.dry_run}
    outcomes: list[Outcome[None]] = [
        Outcome(one.operation.id, Status.DONE if one.problem is None else Status.FAILED, one.problem) for one in checked
    ]
    batch = Batch(tuple(outcomes))
    result = console.Result(SCHEMA, data, lambda: views.view(checked), batch.problems, batch.exit_code)
    console.finish(reporter, result)


def _operation(archive: "Archive", kind: "Kind", paper: str, to: str, reason: str) -> "Operation":
    """An operation as the command line orders it."""
    from digidoc.archive.events import clerk
    from digidoc.archive.operations import Named, Operation, read, to_bytes
    from digidoc.text import tidy

    made = Operation(
        id=secrets.token_hex(16),
        kind=kind,
        clerk=clerk.current(),
        made_at=datetime.now(UTC),
        papers=(Named(paper, _version(archive, paper)),),
        to=tidy(to),
        reason=tidy(reason),
    )
    return read(to_bytes(made))


def _version(archive: "Archive", paper: str) -> str:
    """The version of a paper's object; empty for a paper that there is not, which the check will say."""
    try:
        return archive.paper(paper).object_version
    except UnknownPaper:
        return ""


def _checked(archive: "Archive", one: "Operation") -> Ordered:
    from digidoc.pipeline.operate.carry import check
    from digidoc.pipeline.operate.cautions import cautions

    try:
        change = check(archive, one)
        return Ordered(one, cautions(archive, change), tuple(change.targets()))
    except DigidocError as error:
        return Ordered(one, problem=error.problem)


def _done(archive: "Archive", checked: Sequence[Ordered]) -> Iterator[Ordered]:
    from digidoc.pipeline.operate.carry import submit

    carried = {one.id: one for one in submit(archive, (one.operation for one in checked if one.problem is None))}
    for one in checked:
        found = carried.get(one.operation.id)
        if found is None:
            yield one
        else:
            yield Ordered(one.operation, one.cautions, found.papers, found, found.problem)


def _ask() -> None:
    """Ask whether to go on.

    Raises:
        UsageError: there is nobody to ask.
        typer.Exit: no.

    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(reason=N_("there is no terminal to ask on: add --yes, or look first with --dry-run"))
    if not typer.confirm(_("Go on?"), default=False, err=True):
        raise typer.Exit(int(ExitCode.FAILED))


def help_text(*paragraphs: str, lines: Sequence[str]) -> str:
    """The help of such a command: what it does, examples, exit codes."""
    return "\n\n".join((*paragraphs, options.examples(*lines), console.exit_codes(*EXIT_CODES)))
