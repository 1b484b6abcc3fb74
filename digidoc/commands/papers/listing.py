"""The command `list`. Heavy modules are imported when it runs."""

from enum import StrEnum
from typing import Annotated

import typer

from digidoc.commands import console, options
from digidoc.commands.papers import filtering
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

_IN_TABLE = 50  # lines that a person still looks through
_HELP = "\n\n".join(
    (
        _("List what the archive holds, newest first: papers, or the dossiers that have such papers."),
        _("The filters are those of `search`. Refused papers are not listed; `digidoc status` shows them."),
        options.examples(
            "digidoc list",
            "digidoc list dossiers --procedure 1.001612",
            'digidoc list papers --type "quyết định" --from 2025-01-01 --csv > papers.csv',
            "digidoc list papers --dossier H17.12-250918-0001 --json",
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)


class What(StrEnum):
    """What is listed."""

    PAPERS = "papers"
    DOSSIERS = "dossiers"


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("list", help=_HELP, rich_help_panel=_("Archive"))(list_held)


def list_held(
    what: Annotated[
        What, typer.Argument(metavar="[papers|dossiers]", help=_("What to list; papers when neither is named."))
    ] = What.PAPERS,
    unit: filtering.IssuedBy = None,
    kind: filtering.OfType = None,
    since: filtering.Since = None,
    until: filtering.Until = None,
    fields: filtering.Fields = None,
    dossier: filtering.InDossier = None,
    procedure: filtering.OfProcedure = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, metavar="N", help=_("Most lines; by default 50 in a table, all with --csv and --json.")
        ),
    ] = None,
    offset: Annotated[
        int, typer.Option("--offset", min=0, metavar="N", help=_("How many lines to leave out at the beginning."))
    ] = 0,
    archive: options.ArchiveFolder = None,
    as_csv: options.Csv = False,
    as_json: options.Json = False,
) -> None:
    """List papers or dossiers; see `Archive.list_papers`."""
    from digidoc.archive.archive import Archive
    from digidoc.commands.papers import views_list

    if as_csv and as_json:
        raise UsageError(reason=N_("--csv and --json exclude each other"))
    filters = filtering.chosen(
        unit=unit, kind=kind, since=since, until=until, fields=fields, dossier=dossier, procedure=procedure
    )
    most = _IN_TABLE if limit is None and not as_csv and not as_json else limit
    with Archive.locate(archive) as opened:
        if what is What.PAPERS:
            listed = views_list.papers(opened.list_papers(filters, most, offset=offset))
        else:
            listed = views_list.dossiers(opened.list_dossiers(filters, most, offset=offset))
    if as_csv:
        console.finish_csv(listed.titles, listed.rows())
    result = console.Result("digidoc.list/1", listed.json(), listed.view)
    console.finish(console.reporter(as_json=as_json), result)
