"""The command `show`. Heavy modules are imported when it runs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from digidoc.commands import console, options
from digidoc.errors import DependencyMissing, ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

_HELP = "\n\n".join(
    (
        _("Show what the archive knows of a paper, or which papers a dossier has."),
        options.examples("digidoc show P-0123456789abcdef", "digidoc show P-0123456789abcdef --text"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE, ExitCode.DEPENDENCY),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("show", help=_HELP, rich_help_panel=_("Archive"))(show)


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
    from digidoc.archive.archive import Archive, is_paper_id
    from digidoc.commands.archive import views_paper
    from digidoc.pipeline.export import best_file

    reporter = console.reporter(as_json=as_json)
    with Archive.locate(archive) as opened:
        layout = opened.layout
        if not is_paper_id(identifier):
            papers = opened.papers_of(identifier)
            if text or open_file:
                raise UsageError(reason=N_("--text and --open need the id of a paper, not the code of a dossier"))
            data: dict[str, Any] = {
                "dossier": identifier,
                "papers": [views_paper.summary_json(paper) for paper in papers],
            }
            view = views_paper.dossier_view(identifier, papers)
        else:
            paper = opened.paper(identifier)
            data = views_paper.paper_json(paper, layout, with_text=text)
            view = views_paper.text_view(paper) if text else views_paper.paper_view(paper, layout)
            if open_file:
                _open(layout.place(best_file(paper).path))
    console.finish(reporter, console.Result("digidoc.show/1", data, lambda: view))


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
