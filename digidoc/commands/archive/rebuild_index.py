"""The command rebuild-index. Heavy modules are imported when it runs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.preserve.rebuild import Rebuilt

_HELP = "\n\n".join(
    (
        _("Make the catalogue anew from the store alone; the old one is kept as catalog.db.before-rebuild."),
        options.examples("digidoc rebuild-index", "digidoc rebuild-index --archive kho --json"),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.SOME_FAILED,
            ExitCode.NO_ARCHIVE,
            ExitCode.ARCHIVE_LOCKED,
            ExitCode.INTERRUPTED,
        ),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("rebuild-index", help=_HELP, rich_help_panel=_("Archive"))(rebuild_index)


def rebuild_index(
    archive: options.ArchiveFolder = None, clerk: options.Clerk = None, as_json: options.Json = False
) -> None:
    """Make the catalogue anew; see `digidoc.archive.preserve.rebuild`."""
    from digidoc.archive.preserve.rebuild import json_form, rebuild

    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json)
    made = rebuild(
        archive,
        lambda: reporter.progress(_("Reading the store"), _("objects")),
        lambda: reporter.progress(_("Writing the catalogue"), _("papers")),
    )
    code = ExitCode.SOME_FAILED if made.problems else ExitCode.OK
    result = console.Result("digidoc.rebuild-index/1", json_form(made), lambda: _view(made), made.problems, code)
    console.finish(reporter, result)


def _view(made: "Rebuilt") -> Iterator["RenderableType"]:
    from rich.text import Text

    yield Text(
        _(
            "The catalogue was made anew: papers: {papers}, of these refused: {refused}; objects read: {objects}."
        ).format(papers=made.papers, refused=made.refused, objects=made.objects)
    )
    if made.kept is not None:
        yield Text(_("The old catalogue is kept: {file}").format(file=made.kept))
    if made.problems:
        yield Text(_("Damaged and left out: {number}. They are named above.").format(number=len(made.problems)))
