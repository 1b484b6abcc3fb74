"""`digidoc review`: what a person has to look at, and what people said of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive
    from digidoc.pipeline.review.worklist import Question

_HELP = "\n\n".join(
    (
        _("What a person has to look at: list it, or take in what people said of it."),
        _("A correction that is made while another process writes is kept, and taken in soon after."),
        _("Nothing is lost: originals and signatures stay, and what a person said is never undone by reading again."),
        options.examples(
            "digidoc review --list",
            "digidoc review --list H17-260105-0012 --check",
            "digidoc review --apply corrections.json --dry-run",
            "digidoc review --apply corrections.json",
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
            ExitCode.REVIEW_NEEDED,
            ExitCode.NO_ARCHIVE,
        ),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("review", help=_HELP, rich_help_panel=_("Digitize"))(review)


def review(
    items: Annotated[
        list[str] | None,
        typer.Argument(metavar=_("[DOSSIER|PAPER|FILE]…"), help=_("Dossiers or papers; with --apply, files.")),
    ] = None,
    archive: options.ArchiveFolder = None,
    listing: Annotated[
        bool, typer.Option("--list", metavar="", help=_("List the papers that a person has to look at."))
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", metavar="", help=_("Take in the corrections that stand in these JSON files."))
    ] = False,
    order: Annotated[
        str, typer.Option("--order", metavar="dossier|oldest|fewest", help=_("Which papers come first."))
    ] = "dossier",
    fields: Annotated[
        str, typer.Option("--fields", metavar=_("NAMES"), help=_("Only these fields, such as number,date; or all."))
    ] = "all",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help=_("List so many papers at most."))] = 500,
    check: Annotated[
        bool, typer.Option("--check", metavar="", help=_("With --list: end with 6 when there is something to look at."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help=_("With --apply: only show what would be done."))
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Carry `digidoc review` out."""
    from digidoc.archive.archive import Archive

    reporter = console.reporter(as_json=as_json, quiet=quiet)
    given = tuple(items or ())
    if listing == apply:
        raise UsageError(reason=N_("say either --list or --apply"))
    with Archive.locate(archive) as opened:
        if apply:
            _apply(reporter, opened, given, dry_run=dry_run)
        _list(reporter, opened, _question(given, order, fields, limit), check=check)


def _apply(reporter: console.Reporter, archive: "Archive", files: tuple[str, ...], *, dry_run: bool) -> NoReturn:
    from digidoc.commands.review import views
    from digidoc.pipeline.review.applying import apply_files

    if not files:
        raise UsageError(reason=N_("name the files with the corrections"))
    batch = apply_files(archive, [Path(name) for name in files], dry_run=dry_run)
    console.finish(reporter, views.applied(batch, dry_run=dry_run))


def _list(reporter: console.Reporter, archive: "Archive", question: "Question", *, check: bool) -> NoReturn:
    from digidoc.commands.review import views
    from digidoc.pipeline.review.worklist import worklist

    found = worklist(archive, question)
    console.finish(reporter, views.listed(found, check=check))


def _question(items: tuple[str, ...], order: str, fields: str, limit: int) -> "Question":
    """What is asked for.

    Raises:
        UsageError: an order or a field is not known.

    """
    from digidoc.archive.archive import is_paper_id
    from digidoc.archive.catalog.listing import QueueOrder
    from digidoc.pipeline.review.worklist import Question, field_names

    if order not in list(QueueOrder):
        raise UsageError(reason=N_("the order is dossier, oldest or fewest"))
    return Question(
        order=QueueOrder(order),
        limit=limit,
        dossiers=tuple(item for item in items if not is_paper_id(item)),
        papers=tuple(item for item in items if is_paper_id(item)),
        fields=field_names(fields),
    )
