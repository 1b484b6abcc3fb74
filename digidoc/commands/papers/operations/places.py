"""`digidoc paper move` and `digidoc paper rename`: where a paper is, and what it is called."""

from typing import Annotated, Final

import typer

from digidoc.commands import options
from digidoc.commands.papers.operations import ordering
from digidoc.errors import UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

_MOVE_HELP: Final = ordering.help_text(
    _("Move papers to another dossier, with all that is known of them: text, fields, corrections, signatures."),
    _(
        "A paper gets another id there. The old id stays known and says where the paper went; nothing is erased. "
        "A signature stays valid, for it does not say in which dossier a paper lies."
    ),
    lines=(
        "digidoc paper move P-0123456789abcdef --to H17.12-250918-0001",
        "digidoc paper move P-0123456789abcdef P-fedcba9876543210 --to H17.12-250918-0001 --dry-run",
        "digidoc paper move P-0123456789abcdef --loose --yes --json",
    ),
)
_RENAME_HELP: Final = ordering.help_text(
    _("Give a paper another name. Its id changes with it; the old id says which paper it is now."),
    lines=('digidoc paper rename P-0123456789abcdef "To trinh 15.pdf"',),
)


def register(group: typer.Typer) -> None:
    """Mount the commands."""
    group.command("move", help=_MOVE_HELP)(move)
    group.command("rename", help=_RENAME_HELP)(rename)


def move(
    papers: ordering.Papers,
    to: Annotated[
        str | None, typer.Option("--to", metavar=_("DOSSIER"), help=_("Code of the dossier that they belong to."))
    ] = None,
    loose: Annotated[bool, typer.Option("--loose", metavar="", help=_("Take them out of their dossier."))] = False,
    reason: ordering.Reason = "",
    clerk: options.Clerk = None,
    yes: ordering.Yes = False,
    dry_run: ordering.DryRun = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Move papers; see `digidoc.pipeline.operate.move`."""
    from digidoc.archive.operations import Kind
    from digidoc.pipeline.collect import check_dossier

    if (to is None) != loose:
        raise UsageError(reason=N_("say where to: --to with the code of a dossier, or --loose"))
    order = ordering.Order(archive, clerk, yes, dry_run, as_json, quiet)
    ordering.carry_out(order, Kind.MOVE, papers, to="" if to is None else check_dossier(to), reason=reason)


def rename(
    paper: ordering.Paper,
    name: Annotated[str, typer.Argument(metavar=_("NAME"), help=_("What it is to be called, with its ending."))],
    reason: ordering.Reason = "",
    clerk: options.Clerk = None,
    yes: ordering.Yes = False,
    dry_run: ordering.DryRun = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Rename a paper; see `digidoc.pipeline.operate.move`."""
    from digidoc.archive.operations import Kind

    order = ordering.Order(archive, clerk, yes, dry_run, as_json, quiet)
    ordering.carry_out(order, Kind.RENAME, [paper], to=name, reason=reason)
