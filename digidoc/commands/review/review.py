"""`digidoc review`: what a person has to look at, and what people said of it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from digidoc.commands import console, options
from digidoc.commands.review.serve import Opening, serve_page
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive
    from digidoc.pipeline.review.worklist import Question

_HELP = "\n\n".join(
    (
        _(
            "What a person has to look at: settle it in the browser, beside the picture of the page, by keyboard "
            "alone; list it; export it as a file; or take in what people said of it."
        ),
        _("The page is for this computer and one person; Ctrl-C ends it. In the page F1 lists the keys."),
        _(
            "A file that ends in .html is reviewed in any browser, one that ends in .xlsx in a spreadsheet, on "
            "computers without digidoc; what comes back is taken in with --apply. One in .json is for programs."
        ),
        _("A correction that is made while another process writes is kept, and taken in soon after."),
        _("Nothing is lost: originals and signatures stay, and what a person said is never undone by reading again."),
        options.examples(
            "digidoc review",
            "digidoc review H17-260105-0012 --fields number,date",
            "digidoc review --words 0.8 --order fewest --no-open",
            "digidoc review --list",
            "digidoc review --list H17-260105-0012 --check",
            "digidoc review --export review.html --limit 100",
            "digidoc review --export review.xlsx --fields number,date",
            "digidoc review --apply corrections.json --dry-run",
            "digidoc review --apply review.xlsx --clerk 'Nguyễn Thị Lan'",
            "digidoc review --stats --since 2026-01-01",
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
            ExitCode.REVIEW_NEEDED,
            ExitCode.NO_ARCHIVE,
            ExitCode.ARCHIVE_LOCKED,
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
        bool,
        typer.Option(
            "--apply", metavar="", help=_("Take in the corrections of these files: JSON, or XLSX that was exported.")
        ),
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar=_("FILE"),
            help=_("Write what is to be reviewed to FILE (.html, .xlsx or .json), for computers without digidoc."),
        ),
    ] = None,
    stats: Annotated[
        bool,
        typer.Option("--stats", metavar="", help=_("Count what was corrected, how long it took, and what changed.")),
    ] = False,
    order: Annotated[
        str, typer.Option("--order", metavar="dossier|oldest|fewest", help=_("Which papers come first."))
    ] = "dossier",
    fields: Annotated[
        str, typer.Option("--fields", metavar=_("NAMES"), help=_("Only these fields, such as number,date; or all."))
    ] = "all",
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar="N", help=_("List or export so many papers at most."))
    ] = 500,
    check: Annotated[
        bool, typer.Option("--check", metavar="", help=_("With --list: end with 6 when there is something to look at."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help=_("With --apply: only show what would be done."))
    ] = False,
    clerk: options.Clerk = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", formats=options.DATES, metavar=_("DATE"), help=_("With --stats: only from that day on.")
        ),
    ] = None,
    by_clerk: Annotated[bool, typer.Option("--by-clerk", metavar="", help=_("With --stats: by person, too."))] = False,
    doubtful: Annotated[
        float | None,
        typer.Option(
            "--words", metavar="0.8", min=0, max=1, help=_("Stop at words too that were read with less confidence.")
        ),
    ] = None,
    shown: Annotated[
        bool,
        typer.Option("--shown", metavar="", help=_("Show what was read of handwritten numbers and days, too.")),
    ] = False,
    port: options.Port = 0,
    no_open: options.NoOpen = False,
    token_fd: options.TokenFd = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Carry `digidoc review` out."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.events import clerk as acting
    from digidoc.bench.desk import Wishes
    from digidoc.commands.review import counting, files
    from digidoc.pipeline.review.sheet import Wanted

    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    given = tuple(items or ())
    if sum((listing, apply, stats, export is not None)) > 1:
        raise UsageError(reason=N_("say one of --list, --export, --apply and --stats"))
    with Archive.locate(archive) as opened:
        if apply:
            files.apply(reporter, opened, given, acting.current(), dry_run=dry_run)
        if stats:
            counting.count(reporter, opened, since, by_person=by_clerk)
        question = _question(given, order, fields, limit)
        wanted = Wanted(frozenset(question.fields), doubtful, shown)
        if export is not None:
            files.export(reporter, opened, question, wanted, export)
        if listing:
            _list(reporter, opened, question, check=check)
        opening = Opening(port, not no_open, token_fd)
        serve_page(reporter, opened, Wishes(wanted, question), opening)


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
