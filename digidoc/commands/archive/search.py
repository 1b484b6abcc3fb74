"""The command `search`. Heavy modules are imported when it runs."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.archive.catalog.query import Filters

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
    unit: Annotated[
        str | None, typer.Option("--unit", metavar=_("NAME"), help=_("Issued by an organisation with this name."))
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--type", metavar=_("NAME"), help=_('Of this type, such as "quyết định".'))
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=options.DATES, metavar=_("DATE"), help=_("Issued on that day or later.")),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", formats=options.DATES, metavar=_("DATE"), help=_("Issued on that day or earlier.")),
    ] = None,
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--field", metavar=_("NAME=VALUE"), help=_("With a field that holds this, such as Subject=giao đất.")
        ),
    ] = None,
    dossier: Annotated[
        str | None, typer.Option("--dossier", metavar=_("CODE"), help=_("In the dossier with this code."))
    ] = None,
    procedure: Annotated[
        str | None,
        typer.Option(
            "--procedure", metavar=_("CODE"), help=_("In dossiers that the register has under this procedure.")
        ),
    ] = None,
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
    named = [("OrganName", unit), ("TypeName", kind)]
    given = [(name, value) for name, value in named if value is not None]
    filters = _filters([*given, *map(_field, fields or [])], since, until, dossier)
    filters = replace(filters, procedure=procedure)
    reporter = console.reporter(as_json=as_json)
    with Archive.locate(archive) as opened:
        found = opened.search(" ".join(query or []), limit, offset=offset, filters=filters)
    if as_csv:
        console.finish_csv(views_search.SEARCH_TITLES, views_search.search_rows(found))
    result = console.Result(
        "digidoc.search/1", views_search.search_json(found), lambda: views_search.search_view(found)
    )
    console.finish(reporter, result)


def _field(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(reason=N_("--field needs a name and a value, such as TypeName=tờ trình"))
    return name, value


def _filters(
    fields: list[tuple[str, str]], since: datetime | None, until: datetime | None, dossier: str | None
) -> "Filters":
    """The filters that the options ask for.

    Raises:
        UsageError: they let nothing through, whatever the archive holds.

    """
    from digidoc.archive.catalog.index import words_of
    from digidoc.archive.catalog.query import Filters

    if not all(words_of(name) and words_of(value) for name, value in fields):
        raise UsageError(reason=N_("--unit, --type and --field need a name and a value with a letter or a digit"))
    if since and until and until < since:
        raise UsageError(reason=N_("--to lies before --from"))
    return Filters(tuple(fields), since and since.date(), until and until.date(), dossier)
