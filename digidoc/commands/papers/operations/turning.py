"""`digidoc paper rotate`: pages that were read lying wrongly."""

from typing import Annotated, Final

import typer

from digidoc.commands import options
from digidoc.commands.papers.operations import ordering
from digidoc.errors import UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

_ROTATE_HELP: Final = ordering.help_text(
    _("Turn pages that lie wrongly, and read them again so. The paper keeps its id."),
    _(
        "The file that was handed in stays as it is; the searchable PDF shows the pages turned, and number, date and "
        "the like are found anew. What people corrected stays; what has no place in the new text is to be looked at. "
        "Every later reading keeps to the turn. A signed file of the paper is not touched."
    ),
    lines=(
        "digidoc paper rotate P-0123456789abcdef --turn 90 --page 2",
        "digidoc paper rotate P-0123456789abcdef --turn 180 --dry-run",
    ),
)


def register(group: typer.Typer) -> None:
    """Mount the command."""
    group.command("rotate", help=_ROTATE_HELP)(rotate)


def rotate(
    paper: ordering.Paper,
    turn: Annotated[
        int,
        typer.Option(
            "--turn",
            metavar="90|180|270",
            help=_("Degrees clockwise, from how the searchable PDF shows the pages now."),
            show_default=False,
        ),
    ],
    page: Annotated[
        int | None,
        typer.Option("--page", metavar=_("N"), min=1, help=_("Only this page."), show_default=False),
    ] = None,
    reason: ordering.Reason = "",
    clerk: options.Clerk = None,
    yes: ordering.Yes = False,
    dry_run: ordering.DryRun = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Turn pages of a paper; see `digidoc.pipeline.operate.rotate`."""
    from digidoc.archive.operations import TURNS, Kind

    if turn not in TURNS:
        raise UsageError(reason=N_("pages are turned by 90, 180 or 270 degrees, not by {turn}"), turn=turn)
    order = ordering.Order(archive, clerk, yes, dry_run, as_json, quiet)
    parts = [] if page is None else [(page, page)]
    ordering.carry_out(order, Kind.ROTATE, [paper], parts=parts, turn=turn, reason=reason)
