"""The command `export`. Heavy modules are imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode, WrongUsage
from digidoc.i18n import N_
from digidoc.i18n import tr as _

_HELP = "\n\n".join(
    (
        _("Copy papers out of the archive, each in its best form: signed, else searchable, else as it came."),
        _(
            "The copies are named by what was read: 15-QD-UBND 2025-09-18 Quyết định.pdf. "
            "The papers of a dossier stand in a folder of its code. No file is overwritten; "
            "a copy that is there already is left as it is."
        ),
        options.examples(
            "digidoc export P-0123456789abcdef /media/usb",
            "digidoc export H17.12-250918-0001 H17.12-250918-0002 copies",
            "digidoc export H17.12-250918-0001 copies --json",
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
            ExitCode.NO_ARCHIVE,
            ExitCode.INTERRUPTED,
        ),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("export", help=_HELP, rich_help_panel=_("Archive"))(export)


def export(
    asked: Annotated[
        list[str],
        typer.Argument(metavar=_("PAPER|DOSSIER…"), help=_("Ids of papers, codes of dossiers."), show_default=False),
    ],
    out: Annotated[Path, typer.Argument(metavar=_("OUT"), help=_("The folder to copy to; made when it is missing."))],
    archive: options.ArchiveFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Copy papers out of the archive; see `digidoc.pipeline.export`."""
    from digidoc.archive.archive import Archive, is_paper_id
    from digidoc.commands.papers import views_export
    from digidoc.pipeline.export import export as copy_out

    if is_paper_id(str(out)):
        raise WrongUsage(command="digidoc export", reason=N_("the folder to copy to is missing"))
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    with Archive.locate(archive) as opened, reporter.progress(_("Copying"), _("papers")) as bar:
        batch = copy_out(opened, asked, out, bar)
    result = console.Result(
        "digidoc.export/1",
        views_export.data_of(batch, out),
        lambda: views_export.view(batch, out),
        batch.problems,
        batch.exit_code,
    )
    console.finish(reporter, result)
