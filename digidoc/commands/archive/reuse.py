"""The commands `reuse find` and `reuse link`. Heavy modules are imported when a command runs."""

import getpass
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Final

import typer

from digidoc import words
from digidoc.commands import console, options
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.model import Verdict

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.reuse import OwnedPaper
    from digidoc.archive.reuse_link import Linked

_FIND_HELP: Final = "\n\n".join(
    (
        _("Find the digitized papers of an owner that are still valid, so that they need not be handed in again."),
        _(
            "The number of the owner is asked for on the terminal, or read from standard input with --owner -. "
            "Written behind --owner it works too, but others on this machine see it in the list of processes. "
            "It is kept nowhere."
        ),
        options.examples("digidoc reuse find", 'digidoc reuse find --owner - --type "khai sinh" --json < number.txt'),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)
_LINK_HELP: Final = "\n\n".join(
    (
        _("Tie a digitized paper to another dossier of the register, instead of asking for it again."),
        _("Papers that expired, were revoked or superseded are refused. It stands in the archive for good."),
        options.examples("digidoc reuse link P-0123456789abcdef H17.12-260105-0012"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE, ExitCode.ARCHIVE_LOCKED),
    )
)
_WHY: Final[Mapping[str, str]] = {
    "valid": N_("valid"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "not-yet-issued": N_("issued on {since}"),
    "expired": N_("valid until {since}"),
    "revoked": N_("not in force since {since}"),
    "superseded": N_("superseded, see dossier {since}"),
    "signature-failed": N_("its signature is not valid any more"),
}
_SIGNATURES: Final[Mapping[str, str]] = {
    "": N_("unsigned"),
    Verdict.TOTAL_PASSED: N_("verified"),
    Verdict.INDETERMINATE: N_("not certain"),
    Verdict.TOTAL_FAILED: N_("failed"),
}


def register(app: typer.Typer) -> None:
    """Mount the group."""
    # Of the application's own classes, so that help and errors are in the user's language here too.
    group = type(app)(cls=app.info.cls, no_args_is_help=True)
    group.command("find", help=_FIND_HELP)(find)
    group.command("link", help=_LINK_HELP)(link)
    app.add_typer(group, name="reuse", help=_("Papers that need not be handed in again."), rich_help_panel=_("Archive"))


def find(
    owner: Annotated[
        str | None,
        typer.Option(
            "--owner",
            metavar="ID",
            help=_("Number of the owner; - reads it from standard input. Asked for if left out."),
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--type", metavar=_("WORDS"), help=_("Only papers with these words in their name."))
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", metavar="", help=_("Show too what is not valid any more, and why."))
    ] = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
) -> None:
    """Find papers; see `digidoc.archive.reuse`."""
    from digidoc.archive import reuse
    from digidoc.archive.archive import Archive

    with Archive.locate(archive) as opened:
        key = opened.owner_key_of(_number(owner))
        with opened.catalog.reading() as db:
            every = [] if key is None else reuse.of_owner(db, key, kind or "")
    found = [paper for paper in every if everything or paper.valid]
    data = {
        "type": kind,
        "valid": sum(paper.valid for paper in every),
        "not_valid": sum(not paper.valid for paper in every),
        "papers": [paper.to_json() for paper in found],
    }
    result = console.Result("digidoc.reuse-find/1", data, lambda: _found_view(found, len(every) - len(found)))
    console.finish(console.reporter(as_json=as_json), result)


def link(
    paper: Annotated[str, typer.Argument(metavar=_("PAPER"), help=_("Id of a digitized paper."), show_default=False)],
    dossier: Annotated[
        str, typer.Argument(metavar=_("DOSSIER"), help=_("Code of the dossier that needs it."), show_default=False)
    ],
    archive: options.ArchiveFolder = None,
    clerk: options.Clerk = None,
    as_json: options.Json = False,
) -> None:
    """Tie a paper to a dossier; see `digidoc.archive.reuse_link`."""
    from digidoc.archive import reuse_link
    from digidoc.archive.archive import Archive

    options.act_as(clerk)
    with Archive.locate(archive) as opened, opened.writing():
        made = reuse_link.link(opened, paper, dossier)
    data = {
        "paper": made.paper.to_json(),
        "dossier": made.dossier,
        "new": made.new,
        "same_owner": made.same_owner,
    }
    result = console.Result("digidoc.reuse-link/1", data, lambda: _linked_view(made))
    console.finish(console.reporter(as_json=as_json), result)


def _number(owner: str | None) -> str:
    """The number of the owner.

    Raises:
        UsageError: there is none.

    """
    if owner == "-":
        number = sys.stdin.readline()
    elif owner is not None:
        number = owner
    elif sys.stdin is not None and sys.stdin.isatty():
        try:
            number = getpass.getpass(_("Number of the owner (it is not shown): "))
        except EOFError:
            number = ""
    else:
        raise UsageError(reason=N_("there is no terminal to ask on: give the number with --owner -"))
    if not any(char.isalnum() for char in number):
        raise UsageError(reason=N_("the number of the owner is empty"))
    return number


def _found_view(found: "list[OwnedPaper]", hidden: int) -> "Iterator[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    from digidoc.text import plain

    if found:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for title in (_("Paper"), _("Dossier"), _("Name"), _("Number"), _("Issued"), _("Signature"), _("State")):
            table.add_column(title)
        for paper in found:
            cells = (
                paper.paper_id,
                plain(paper.dossier),
                plain(paper.name or paper.file_name),
                plain(paper.number),
                words.day(paper.issued_on),
                _signature(paper.signature),
                _state(paper),
            )
            table.add_row(*map(Text, cells), style=None if paper.valid else "dim")
        yield table
    else:
        yield Text(_("There is no such paper of this owner that is still valid."))
    if hidden:
        yield Text(_("Not valid any more: {number}; --all shows them.").format(number=hidden), style="dim")


def _signature(verdict: str) -> str:
    message = _SIGNATURES.get(verdict, verdict)
    return _(message)


def _state(paper: "OwnedPaper") -> str:
    """Whether it is valid, until when, or why not."""
    if paper.valid and paper.valid_until:
        return _("valid until {day}").format(day=words.day(paper.valid_until))
    message = _WHY[paper.why]
    return _(message).format(since=words.day(paper.since))


def _linked_view(made: "Linked") -> "Iterator[RenderableType]":
    from rich.text import Text

    name = made.paper.name or made.paper.file_name
    said = (
        _("{paper} ({name}) stands for a paper of {dossier} from now on.")
        if made.new
        else _("{paper} ({name}) stood for a paper of {dossier} already.")
    )
    yield Text(said.format(paper=made.paper.paper_id, name=name, dossier=made.dossier))
    yield Text(_("Signature: {verdict}").format(verdict=_signature(made.paper.signature)))
    if made.same_owner is False:
        yield Text(_("The two dossiers have different owners."), style="yellow")
