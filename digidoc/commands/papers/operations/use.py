"""`digidoc paper withdraw`, `restore` and `replace`: whether a paper is in use, or another one instead."""

from pathlib import Path
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
_REPLACE_HELP: Final = ordering.help_text(
    _("Put a new file in the place of a paper: a better scan of it, or the right one. Its dossier stays."),
    _(
        "The file is read with the settings of the archive and becomes a paper of its own, with an id of its own; the "
        "old one is withdrawn and says what replaced it. Corrections, signatures and links for reuse stay with the old "
        "one, for they are about another file: look at the new one with `digidoc review`, and sign it anew."
    ),
    lines=(
        'digidoc paper replace P-0123456789abcdef --with scan.pdf --reason "page 2 was missing"',
        'digidoc paper replace P-0123456789abcdef --with scan.pdf --reason "too pale" --dry-run',
    ),
)
_Why = Annotated[
    str,
    typer.Option("--reason", metavar=_("TEXT"), help=_("Why; it stands in the archive for good."), show_default=False),
]


def register(group: typer.Typer) -> None:
    """Mount the commands."""
    group.command("withdraw", help=_WITHDRAW_HELP)(withdraw)
    group.command("restore", help=_RESTORE_HELP)(restore)
    group.command("replace", help=_REPLACE_HELP)(replace)


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


def replace(
    paper: ordering.Paper,
    file: Annotated[
        Path,
        typer.Option("--with", metavar=_("FILE"), help=_("The new file, a scan or a PDF."), show_default=False),
    ],
    reason: _Why,
    clerk: options.Clerk = None,
    yes: ordering.Yes = False,
    dry_run: ordering.DryRun = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Replace a paper; see `digidoc.pipeline.operate.replace`."""
    from digidoc.archive.operations import Kind

    order = ordering.Order(archive, clerk, yes, dry_run, as_json, quiet)
    ordering.carry_out(order, Kind.REPLACE, [paper], file=file, reason=reason)
