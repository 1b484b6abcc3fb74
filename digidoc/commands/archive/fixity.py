"""The command `fixity`. Heavy modules are imported when it runs."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from digidoc import config
from digidoc.clock import VIETNAM
from digidoc.commands import console, options
from digidoc.engine.opening import open_engine
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_, current
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.archive.preserve.fixity import Report

_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)%?", re.ASCII)
_HELP: Final = "\n\n".join(
    (
        _("Check that every file of the archive is as it was filed, by its SHA-512."),
        _("After Ctrl-C the same command goes on where it stopped; when all was checked it begins anew."),
        _("A sample takes what was checked longest ago: twenty samples of 5% check everything once."),
        options.examples(
            "digidoc fixity",
            "digidoc fixity --sample 5%",
            "digidoc fixity --since 2026-01-01 --json",
            "digidoc fixity --repair-from /mnt/backup/kho",
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
            ExitCode.NO_ARCHIVE,
            ExitCode.ARCHIVE_LOCKED,
            ExitCode.INTERRUPTED,
        ),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("fixity", help=_HELP, rich_help_panel=_("Archive"))(fixity)


def fixity(
    sample: Annotated[
        str | None,
        typer.Option("--sample", metavar=_("PERCENT"), help=_("Check so many of the objects, such as 5%.")),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", metavar="", help=_("Check every object; that is what is done without --sample."))
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since",
            formats=options.DATES,
            metavar=_("DATE"),
            help=_("Only what was filed or changed on that day or later."),
        ),
    ] = None,
    repair_from: Annotated[
        Path | None,
        typer.Option(
            "--repair-from",
            metavar=_("BACKUP"),
            help=_("Bring back what is damaged from a folder of `digidoc backup`."),
        ),
    ] = None,
    jobs: options.Jobs = None,
    archive: options.ArchiveFolder = None,
    clerk: options.Clerk = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Check the store; see `digidoc.archive.preserve.fixity.check`."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.preserve import fixity as checking
    from digidoc.archive.preserve import repair
    from digidoc.commands.archive import views_audit

    if sample is not None and everything:
        raise UsageError(reason=N_("--sample and --all exclude each other"))
    first = None if since is None else since.replace(tzinfo=VIETNAM).astimezone(UTC)
    scope = checking.Scope(100.0 if sample is None else _percent(sample), first)
    if repair_from is not None:
        repair.source_of(repair_from)
    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    with Archive.locate(archive) as opened, opened.system_errors():
        settings = config.load({"jobs": jobs}, opened.config.settings)
        # One process needs no second one beside it.
        engine = open_engine(settings.jobs if settings.jobs > 1 else 0, current())
        with reporter.progress(_("Checking"), _("objects")) as bar:
            report = checking.check(opened, engine, scope, bar)
        repaired = None if repair_from is None else repair.repair(opened, report.run, repair_from)
    data = views_audit.fixity_json(report, repaired)
    view = views_audit.fixity_view(report, repaired)
    console.finish(reporter, console.Result("digidoc.fixity/1", data, lambda: view, report.problems, _code(report)))


def _code(report: "Report") -> ExitCode:
    if report.interrupted and not report.problems:
        return ExitCode.INTERRUPTED
    if report.findings:
        return ExitCode.FAILED
    return ExitCode.SOME_FAILED if report.problems else ExitCode.OK


def _percent(text: str) -> float:
    """The share of a sample, from "5%" or "5".

    Raises:
        UsageError: it is none, or not above 0 and at most 100.

    """
    found = _PERCENT.fullmatch(text.strip())
    share = 0.0 if found is None else float(found[1])
    if not 0 < share <= 100:  # noqa: PLR2004 (percent)
        raise UsageError(reason=N_("--sample needs a share above 0% and at most 100%, such as 5%"))
    return share
