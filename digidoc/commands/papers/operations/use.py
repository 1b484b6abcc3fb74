"""`digidoc paper withdraw` and `digidoc paper restore`: whether a paper is in use."""

from typing import Annotated, Final

import typer

from digidoc.commands import options
from digidoc.commands.papers.operations import ordering
from digidoc.i18n import tr as _

_WITHDRAW_HELP: Final = ordering.help_text(
    _("Take papers out of use: no search, list, report, signing or export has them any more."),
    _(
        "Nothing is erased: their files stay in the archive, `digidoc show` still knows them, "
        "and `digidoc paper restore` takes them back. The same file is not filed again when it is met again."
    ),
    lines=(
        'digidoc paper withdraw P-0123456789abcdef --reason "scanned twice"',
        'digidoc paper withdraw P-0123456789abcdef --reason "not of this office" --dry-run',
    ),
)
_RESTORE_HELP: Final = ordering.help_text(
    _("Take papers back into use that were withdrawn or replaced."),
    lines=("digidoc paper restore P-0123456789abcdef",),
)
_Why = Annotated[
    str,
    typer.Option("--reason", metavar=_("TEXT"), help=_("Why; it stands in the archive for good."), show_default=False),
]


def register(group: typer.Typer) -> None:
    """Mount the commands."""
    group.command("withdraw", help=_WITHDRAW_HELP)(withdraw)
    group.command("restore", help=_RESTORE_HELP)(restore)


def withdraw(
    papers: ordering.Papers,
    reason: _Why,
    clerk: options.Clerk = None,
    yes: ordering.Yes = False,
    dry_run: ordering.DryRun = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Withdraw papers; see `digidoc.pipeline.operate.withdraw`."""
    from digidoc.archive.operations import Kind

    order = ordering.Order(archive, clerk, yes, dry_run, as_json, quiet)
    ordering.carry_out(order, Kind.WITHDRAW, papers, reason=reason)


def restore(
    papers: ordering.Papers,
    reason: ordering.Reason = "",
    clerk: options.Clerk = None,
    yes: ordering.Yes = False,
    dry_run: ordering.DryRun = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Restore papers; see `digidoc.pipeline.operate.withdraw`."""
    from digidoc.archive.operations import Kind

    order = ordering.Order(archive, clerk, yes, dry_run, as_json, quiet)
    ordering.carry_out(order, Kind.RESTORE, papers, reason=reason)
