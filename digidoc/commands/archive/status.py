"""The command `status`. Heavy modules are imported when it runs."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive
    from digidoc.errors import Problem

_HELP = "\n\n".join(
    (
        _("Count papers, dossiers and pages; list what a person has to look at and what was refused."),
        options.examples("digidoc status", "digidoc status --refused", "digidoc status --archive kho --json"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.NO_ARCHIVE),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("status", help=_HELP, rich_help_panel=_("Archive"))(status)


def status(
    archive: options.ArchiveFolder = None,
    refused: Annotated[
        bool, typer.Option("--refused", metavar="", help=_("List all that was refused and is not settled, and why."))
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Count and list; see `Archive.status`."""
    from digidoc.archive.archive import Archive
    from digidoc.commands.archive import views_status

    reporter = console.reporter(as_json=as_json)
    with Archive.locate(archive) as opened:
        found, config, waiting = opened.status(), opened.config, opened.waiting()
        problems = _stuck(opened) if waiting else ()
    whole = partial(views_status.status_view, found, config, waiting)
    view = partial(views_status.refused_view, found) if refused else whole
    result = console.Result("digidoc.status/1", views_status.status_json(found, config, waiting), view, problems)
    console.finish(reporter, result)


def _stuck(archive: "Archive") -> tuple["Problem", ...]:
    """Why some of what waits can never be taken in: silence would let it wait for ever."""
    from digidoc.pipeline.operate import carry
    from digidoc.pipeline.review import correct

    return (*correct.stuck(archive), *carry.stuck(archive))
