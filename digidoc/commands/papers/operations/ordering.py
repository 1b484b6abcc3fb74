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
from digidoc.text import nfc, plain, tidy

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
# The first and the last page of a part of a paper; None for the last page that there is.
Part = tuple[int, int | None]
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


def carry_out(
    order: Order,
    kind: "Kind",
    papers: Sequence[str],
    *,
    to: str = "",
    parts: Sequence[Part] = (),
    together: bool = False,
    turn: int = 0,
    file: Path | None = None,
    reason: str = "",
) -> NoReturn:
    """Order the same for each of some papers: check, warn, ask, carry out, say what came of it, and end the command.

    Args:
        order: how the command was called.
        kind: what is to be done.
        papers: ids; one that is given twice counts once.
        to: see `Operation`.
        parts: into which it is split, or the pages that are turned.
        turn: see `Operation`.
        together: whether it is one order about all of them.
        file: that takes the place of the paper.
        reason: see `Operation`.

    Raises:
        BadOperation: something in it cannot be.
        InputError: the file cannot be taken.

    """
    from digidoc.archive.archive import Archive
    from digidoc.commands.papers.operations import views

    options.act_as(order.clerk)
    reporter = console.reporter(as_json=order.as_json, quiet=order.quiet)
    with Archive.locate(order.archive) as archive:
        new = None if file is None else _new(file)
        named = [tuple(papers)] if together else [(paper,) for paper in dict.fromkeys(papers)]
        made = [operation(archive, kind, some, Said(to, parts, turn, new, reason)) for some in named]
        checked = [_checked(archive, one) for one in made]
        ready = [one for one in checked if one.problem is None]
        if ready and not order.dry_run:
            if not order.yes:
                for line in views.question(ready):
                    reporter.note(line)
                _ask()
            if new is not None:
                said = _("{name} is handed in; reading it takes a second or two a page.")
                reporter.note(said.format(name=plain(new.name)))
            if turn:
                reporter.note(_("It is read again; that takes a second or two a page."))
            checked = list(_done(archive, checked, file))
    data = {"operations": [data_of(one) for one in checked], "dry_run": order.dry_run}
    outcomes: list[Outcome[None]] = [
        Outcome(one.operation.id, Status.DONE if one.problem is None else Status.FAILED, one.problem) for one in checked
    ]
    batch = Batch(tuple(outcomes))
    result = console.Result(SCHEMA, data, lambda: views.view(checked), batch.problems, batch.exit_code)
    console.finish(reporter, result)


@dataclass(frozen=True, slots=True)
class _New:
    """A file that takes the place of a paper: what it is called, and its digest."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a command line says of each of its papers; see `carry_out`."""

    to: str = ""
    parts: Sequence[Part] = ()
    turn: int = 0
    new: _New | None = None
    reason: str = ""


def _new(file: Path) -> _New:
    """A file that somebody hands in.

    Raises:
        InputError, TaskError: it cannot be taken.

    """
    from digidoc.pipeline.operate.replace import looked_at

    return _New(nfc(file.name), looked_at(file))


def operation(archive: "Archive", kind: "Kind", papers: Sequence[str], said: Said) -> "Operation":
    """An operation as the command line orders it."""
    from digidoc.archive.events import clerk
    from digidoc.archive.operations import Named, Operation, read, to_bytes

    made = Operation(
        id=secrets.token_hex(16),
        kind=kind,
        clerk=clerk.current(),
        made_at=datetime.now(UTC),
        papers=tuple(Named(paper, _version(archive, paper)) for paper in papers),
        to=tidy(said.to) if said.new is None else said.new.name,
        pages=tuple(_pages(archive, papers[0], part) for part in said.parts),
        turn=said.turn,
        sha256="" if said.new is None else said.new.sha256,
        reason=tidy(said.reason),
    )
    return read(to_bytes(made))


def _version(archive: "Archive", paper: str) -> str:
    """The version of a paper's object; empty for a paper that there is not, which the check will say."""
    try:
        return archive.paper(paper).object_version
    except UnknownPaper:
        return ""


def _pages(archive: "Archive", paper: str, part: Part) -> tuple[int, ...]:
    """The pages of a part; of an unknown paper, which the check will say, those that are named."""
    first, last = part
    if last is None:
        try:
            last = len(archive.paper(paper).pages)
        except UnknownPaper:
            last = first
    return tuple(range(first, max(first, last) + 1))


def _checked(archive: "Archive", one: "Operation") -> Ordered:
    from digidoc.pipeline.operate.carry import check
    from digidoc.pipeline.operate.cautions import cautions

    try:
        change = check(archive, one)
        return Ordered(one, cautions(archive, change), tuple(change.targets()))
    except DigidocError as error:
        return Ordered(one, problem=error.problem)


def _done(archive: "Archive", checked: Sequence[Ordered], file: Path | None) -> Iterator[Ordered]:
    from digidoc.pipeline.operate.carry import submit

    ready = [one.operation for one in checked if one.problem is None]
    files = {} if file is None else {one.id: file for one in ready}
    carried = {one.id: one for one in submit(archive, ready, files)}
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
