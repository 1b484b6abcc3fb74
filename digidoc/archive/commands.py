"""Commands of the archive: init, show, status; the others have modules of their own.

Heavy modules are imported when a command runs.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from digidoc import console, options
from digidoc.archive import commands_audit, commands_backup, commands_fixity, commands_rebuild, commands_search
from digidoc.errors import DependencyMissing, ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.model import Level, Unit

_GROUP = _("Archive")


def register(app: typer.Typer) -> None:
    """Mount the commands of this area."""
    app.command("init", help=_INIT_HELP, rich_help_panel=_GROUP)(init)
    commands_search.register(app)
    app.command("show", help=_SHOW_HELP, rich_help_panel=_GROUP)(show)
    app.command("status", help=_STATUS_HELP, rich_help_panel=_GROUP)(status)
    commands_backup.register(app)
    commands_fixity.register(app)
    commands_audit.register(app)
    commands_rebuild.register(app)


_INIT_HELP = "\n\n".join(
    (
        _("Make a new archive in a new or empty folder."),
        options.examples(
            "digidoc init kho --unit H17.12", 'digidoc init kho --unit H17.12 --name "UBND xã Hòa Vang" --stock 1000'
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE),
    )
)
_SHOW_HELP = "\n\n".join(
    (
        _("Show what the archive knows of a paper, or which papers a dossier has."),
        options.examples("digidoc show P-0123456789abcdef", "digidoc show P-0123456789abcdef --text"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE, ExitCode.DEPENDENCY),
    )
)
_STATUS_HELP = "\n\n".join(
    (
        _("Count papers, dossiers and pages; list what a person has to look at and what was refused."),
        options.examples("digidoc status", "digidoc status --archive kho --json"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.NO_ARCHIVE),
    )
)


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
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a new archive; see `Archive.create`."""
    from digidoc.archive import views
    from digidoc.archive.archive import Archive
    from digidoc.archive.settings import check_profile

    office = Unit(code=unit, level=check_profile(profile), name=name)
    voice = console.reporter(as_json=as_json, quiet=quiet)
    with Archive.create(archive, unit=office, profile=profile, stock=stock, target=target) as made:
        data = {"archive": str(made.root.absolute()), **views.config_json(made.config)}
    console.finish(voice, console.Result("digidoc.init/1", data, lambda: views.init_view(data)))


def show(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help=_("Id of a paper, such as P-0123456789abcdef, or code of a dossier."))
    ],
    text: Annotated[bool, typer.Option("--text", metavar="", help=_("Print what was read on the paper."))] = False,
    open_file: Annotated[
        bool, typer.Option("--open", metavar="", help=_("Open the signed or searchable PDF in the system's viewer."))
    ] = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
) -> None:
    """Show a paper or a dossier; see `Archive.paper`."""
    from digidoc.archive import views
    from digidoc.archive.archive import Archive

    voice = console.reporter(as_json=as_json)
    with Archive.locate(archive) as opened:
        root = opened.root
        if not views.is_paper_id(identifier):
            papers = opened.papers_of(identifier)
            if text or open_file:
                raise UsageError(reason=N_("--text and --open need the id of a paper, not the code of a dossier"))
            data: dict[str, Any] = {"dossier": identifier, "papers": [views.summary_json(paper) for paper in papers]}
            view = views.dossier_view(identifier, papers)
        else:
            paper = opened.paper(identifier)
            data = views.paper_json(paper, root, with_text=text)
            view = views.text_view(paper) if text else views.paper_view(paper, root)
            if open_file:
                _open(views.file_to_open(paper, root))
    console.finish(voice, console.Result("digidoc.show/1", data, lambda: view))


def status(archive: options.ArchiveFolder = None, as_json: options.Json = False) -> None:
    """Count and list; see `Archive.status`."""
    from digidoc.archive import views
    from digidoc.archive.archive import Archive

    voice = console.reporter(as_json=as_json)
    with Archive.locate(archive) as opened:
        found, config = opened.status(), opened.config
    result = console.Result(
        "digidoc.status/1", views.status_json(found, config), lambda: views.status_view(found, config)
    )
    console.finish(voice, result)


def _open(path: Path) -> None:
    """Hand a file to the system's viewer.

    Raises:
        DependencyMissing: there is no program that opens files.

    """
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 (the file lies in the archive)
    else:
        opener = "open" if sys.platform == "darwin" else "xdg-open"
        try:
            subprocess.run([opener, path], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            raise DependencyMissing(file=path, what=opener) from error
