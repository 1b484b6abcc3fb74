"""The command `search`. Heavy modules are imported when it runs."""

from typing import Annotated

import typer

from digidoc.commands import console, options
from digidoc.commands.papers import filtering
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

_HELP = "\n\n".join(
    (
        _("Find papers by words of their text, number or subject. Accents may be left out."),
        _("Words between quotation marks stand together. Without words, all papers that the filters let through."),
        options.examples(
            "digidoc search dang ky kinh doanh",
            "digidoc search '\"đăng ký kinh doanh\"' --from 2025-01-01 --limit 50 --offset 50",
            "digidoc search 15/QĐ-UBND --json",
            'digidoc search --type "quyết định" --field SignerInfo.FullName="Trần Quốc Hưng" --csv > found.csv',
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    # A query may begin with a dash: what is no option is a word to look for.
    context = {"ignore_unknown_options": True}
    app.command("search", help=_HELP, rich_help_panel=_("Archive"), context_settings=context)(search)


def search(
    query: Annotated[list[str] | None, typer.Argument(metavar=_("QUERY"), help=_("Words to look for."))] = None,
    unit: filtering.IssuedBy = None,
    kind: filtering.OfType = None,
    since: filtering.Since = None,
    until: filtering.Until = None,
    fields: filtering.Fields = None,
    dossier: filtering.InDossier = None,
    procedure: filtering.OfProcedure = None,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help=_("Most papers to list."))] = 20,
    offset: Annotated[
        int, typer.Option("--offset", min=0, metavar="N", help=_("How many papers to leave out at the beginning."))
    ] = 0,
    archive: options.ArchiveFolder = None,
    as_csv: options.Csv = False,
    as_json: options.Json = False,
) -> None:
    """Find papers; see `Archive.search`."""
    from digidoc.archive.archive import Archive
    from digidoc.commands.archive import views_search

    if as_csv and as_json:
        raise UsageError(reason=N_("--csv and --json exclude each other"))
    filters = filtering.chosen(
        unit=unit, kind=kind, since=since, until=until, fields=fields, dossier=dossier, procedure=procedure
    )
    reporter = console.reporter(as_json=as_json)
    with Archive.locate(archive) as opened:
        found = opened.search(" ".join(query or []), limit, offset=offset, filters=filters)
    if as_csv:
        console.finish_csv(views_search.SEARCH_TITLES, views_search.search_rows(found))
    result = console.Result(
        "digidoc.search/1", views_search.search_json(found), lambda: views_search.search_view(found)
    )
    console.finish(reporter, result)
