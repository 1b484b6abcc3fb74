"""`digidoc paper purge`: the only command that erases."""

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digidoc.commands import console, options
from digidoc.commands.papers.operations import ordering
from digidoc.commands.papers.operations.ordered import Ordered, data_of
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.preserve.purge import Traces
    from digidoc.pipeline.operate.purge import Purge

SCHEMA: Final = "digidoc.paper-purge/1"
_SECRECY: Final = "Secrecy"
_HELP: Final = "\n\n".join(
    (
        _("Erase a paper for good that must not be in the archive: a state secret that was filed by mistake."),
        _(
            "This is the only command that erases. All files of the paper go, in all versions, with its text, its "
            "values and its name. Only its id stays, and when, by whom and why it was erased. Nobody can take it back."
        ),
        _(
            "Backups are out of reach: the command lists what has to go there. On a terminal it asks twice, the second "
            "time for the paper's id. Put a paper away that is only wrong with `digidoc paper withdraw`."
        ),
        options.examples(
            'digidoc paper purge P-0123456789abcdef --secret --reason "marked secret, filed by mistake" --dry-run',
            'digidoc paper purge P-0123456789abcdef --secret --reason "marked secret, filed by mistake"',
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
            ExitCode.NO_ARCHIVE,
            ExitCode.ARCHIVE_LOCKED,
        ),
    )
)


def register(group: typer.Typer) -> None:
    """Mount the command."""
    group.command("purge", help=_HELP)(purge)


def purge(
    paper: ordering.Paper,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar=_("TEXT"),
            help=_("Why; it stands in the archive for good, so name nothing in it that is secret."),
            show_default=False,
        ),
    ],
    secret: Annotated[
        bool, typer.Option("--secret", metavar="", help=_("It is a state secret: the only ground on which is erased."))
    ] = False,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar=_("PAPER"), help=_("The same id again, with --yes: nothing is asked."))
    ] = "",
    clerk: options.Clerk = None,
    yes: ordering.Yes = False,
    dry_run: ordering.DryRun = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Erase a paper; see `digidoc.pipeline.operate.purge`."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.operations import Kind
    from digidoc.pipeline.operate import carry
    from digidoc.pipeline.operate.purge import Purge

    if not secret:
        raise UsageError(reason=N_("add --secret: only a paper that is a state secret is erased; others are withdrawn"))
    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    with Archive.locate(archive) as opened:
        order = ordering.operation(opened, Kind.PURGE, [paper], ordering.Said(reason=reason))
        change = carry.check(opened, order)
        assert isinstance(change, Purge)  # noqa: S101 (what `carry` has for this kind)
        found = change.traces()
        secrecy = [value.value for value in change.record.fields if value.name == _SECRECY]
        done = Ordered(order)
        asked = list(_question(paper, change, found, secrecy))
        if not dry_run:
            if not (yes and confirm == paper):
                for line in asked:
                    reporter.note(line)
                _ask(paper, yes=yes, confirm=confirm)
            carried = carry.now(opened, order)
            done = Ordered(order, (), carried.papers, carried, carried.problem)
    data = {**data_of(done), "dry_run": dry_run, "secrecy": secrecy, **_data(found)}
    problems = () if done.problem is None else (done.problem,)
    code = ExitCode.OK if done.problem is None else ExitCode.SOME_FAILED
    console.finish(reporter, console.Result(SCHEMA, data, lambda: _view(paper, done, asked, found), problems, code))


def _question(paper: str, change: "Purge", found: "Mapping[str, Traces]", secrecy: list[str]) -> Iterator[str]:
    """What would be erased, and what is known of its marking."""
    yield _("{paper}: would be erased for good, with all of its versions: {name}").format(
        paper=paper, name=plain(change.record.name)
    )
    read = ", ".join(map(plain, secrecy))
    yield "  " + (
        _("Marking that was read: {marking}").format(marking=read) if read else _("No marking was read on it.")
    )
    for other in list(found)[1:]:
        yield "  " + _("{paper} goes too: it comes from the same pages.").format(paper=other)
    yield from map("  {}".format, _stays(found))
    yield "  " + _("Nobody can take it back. The reason stays: name nothing in it that is secret.")


def _ask(paper: str, *, yes: bool, confirm: str) -> None:
    """Ask twice.

    Raises:
        UsageError: there is nobody to ask, or another id was given.
        typer.Exit: no.

    """
    if confirm and confirm != paper:
        raise UsageError(reason=N_("--confirm names another paper than the one to be erased"))
    if not on_terminal():
        raise UsageError(reason=N_("there is no terminal to ask on: add --yes and --confirm with the id of the paper"))
    if not yes and not typer.confirm(_("Go on?"), default=False, err=True):
        raise typer.Exit(int(ExitCode.FAILED))
    if not confirm and typer.prompt(_("Type the id of the paper to erase it"), default="", err=True) != paper:
        raise typer.Exit(int(ExitCode.FAILED))


def on_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def _data(found: "Mapping[str, Traces]") -> dict[str, Any]:
    return {
        "erased": list(found),
        "files": sorted({file for one in found.values() for file in one.files}),
        "rewritten": sorted({place for one in found.values() for place in one.rewritten}),
        "shared": [{"file": file, "papers": list(others)} for one in found.values() for file, others in one.shared],
    }


def _stays(found: "Mapping[str, Traces]") -> Iterator[str]:
    for one in found.values():
        for file, others in one.shared:
            yield _("{file} stays: {others} has the same bytes.").format(file=file, others=", ".join(others))


def _view(paper: str, done: Ordered, asked: list[str], found: "Mapping[str, Traces]") -> "Iterator[RenderableType]":
    from rich.text import Text

    if done.status == "failed":
        return
    said = {
        "done": _("{paper}: erased for good"),
        "waiting": _("{paper}: not erased completely yet; whoever writes to the archive next goes on"),
    }
    if done.status == "planned":
        yield from map(Text, asked)
    else:
        yield Text(said[done.status].format(paper=paper))
        yield from map(Text, _stays(found))
    yield Text(_("What stays: the id, the times and kinds of its events, who erased it and why; not their details."))
    backups = _(
        "Every backup has it still. `digidoc backup` to the same folder takes it out there; of other copies, delete "
        "these files, catalog.db and events.jsonl, or make them anew:"
    )
    yield Text(backups)
    for file in _data(found)["files"]:
        yield Text(f"  {file}", no_wrap=True)
