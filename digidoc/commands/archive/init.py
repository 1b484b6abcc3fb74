"""The command `init`. Heavy modules are imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode
from digidoc.i18n import tr as _
from digidoc.model import Level, Unit

_HELP = "\n\n".join(
    (
        _("Make a new archive in a new or empty folder."),
        options.examples(
            "digidoc init kho --unit H17.12", 'digidoc init kho --unit H17.12 --name "UBND xã Hòa Vang" --stock 1000'
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("init", help=_HELP, rich_help_panel=_("Archive"))(init)


def init(
    archive: Annotated[Path, typer.Argument(metavar=_("ARCHIVE"), help=_("A new or empty folder."))],
    unit: Annotated[
        str, typer.Option("--unit", metavar=_("CODE"), help=_("Code of the office, at most 35 characters."))
    ],
    name: Annotated[
        str, typer.Option("--name", metavar=_("NAME"), help=_("Name of the office as it stands on its papers."))
    ] = "",
    profile: Annotated[
        str, typer.Option("--profile", metavar="commune|district|province", help=_("Level of government."))
    ] = Level.COMMUNE.value,
    stock: Annotated[
        int | None,
        typer.Option("--stock", min=0, metavar="N", help=_("Results in force that the office holds on paper.")),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", metavar=_("PROGRAMME"), help=_("Target programme that reports compare with.")),
    ] = None,
    clerk: options.Clerk = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a new archive; see `Archive.create`."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.settings import check_profile
    from digidoc.commands.archive import views

    options.act_as(clerk)
    office = Unit(code=unit, level=check_profile(profile), name=name)
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    with Archive.create(archive, unit=office, profile=profile, stock=stock, target=target) as made:
        data = {"archive": str(made.root.absolute()), **views.config_json(made.config)}
    console.finish(reporter, console.Result("digidoc.init/1", data, lambda: views.init_view(data)))
