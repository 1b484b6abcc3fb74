"""The command `report`. Heavy modules are imported when it runs."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from digidoc.commands import console, options
from digidoc.commands.report.lists import Listed
from digidoc.errors import ExitCode, Problem, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.register import GroupBy, Quality

if TYPE_CHECKING:
    from digidoc.report.document import ReportDocument
    from digidoc.report.question import Question
    from digidoc.report.request import Asked
    from digidoc.report.source import ReportSource

_HELP: Final = "\n\n".join(
    (
        _("Report what is digitized, conformant and signed, of how much, and compare with a target."),
        _(
            "The figures come from the archive and from the register of dossiers (see `import`). "
            "Without --period, dossiers of the year so far are counted."
        ),
        options.examples(
            "digidoc report",
            "digidoc report --target danang-2021 --fail-under-target",
            "digidoc report --by unit --period 2025-Q1 --format xlsx --out q1.xlsx",
            "digidoc report --missing --metric results",
            "digidoc report --merge kho-1 kho-2 returns/H17.12.json --format html --out tinh.html",
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
            ExitCode.TARGET_MISSED,
            ExitCode.NO_ARCHIVE,
            ExitCode.KEY,
        ),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("report", help=_HELP, rich_help_panel=_("Reports"))(report)


def report(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(metavar=_("RETURN…"), help=_("With --merge: archives, or reports in JSON."), show_default=False),
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", metavar="", help=_("Add up the reports of several offices."))
    ] = False,
    by: Annotated[
        GroupBy | None,
        typer.Option("--by", metavar=_("WHAT"), help=_("Break down by unit, level, procedure, field or month.")),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            "--period", metavar=_("PERIOD"), help=_("2025, 2025-Q1, 2025-03, 2025-01-01..2025-06-30, or all.")
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar=_("DATE"), help=_("Count what was there at the end of that day; by default now.")
        ),
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", metavar=_("CODE"), help=_("Only this office and those that belong to it.")),
    ] = None,
    procedure: Annotated[
        list[str] | None, typer.Option("--procedure", metavar=_("CODE"), help=_("Only this procedure."))
    ] = None,
    quality: Annotated[
        Quality | None,
        typer.Option("--quality", metavar=_("WHAT"), help=_("What counts: attached, conformant or signed.")),
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option("--metric", metavar=_("NAME"), help=_("The headline, such as stock, results or complete.")),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", metavar=_("NAME"), help=_("Target programme; by default that of the archive.")),
    ] = None,
    fail_under_target: Annotated[
        bool,
        typer.Option("--fail-under-target", metavar="", help=_("End with exit code 5 when the target is missed.")),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", metavar="", help=_("List the documents behind the headline."))
    ] = False,
    missing: Annotated[
        bool, typer.Option("--missing", metavar="", help=_("List what is missing in the headline: the worklist."))
    ] = False,
    orphans: Annotated[
        bool,
        typer.Option(
            "--orphans",
            metavar="",
            help=_("List dossiers with papers that the register lacks, and resolved ones without any paper."),
        ),
    ] = False,
    form: Annotated[
        str, typer.Option("--format", metavar=_("FORM"), help=_("table, json, csv, xlsx, md, html or pdf."))
    ] = "table",
    out: Annotated[
        Path | None, typer.Option("--out", metavar=_("FILE"), help=_("Write to this file; it must not exist."))
    ] = None,
    sign_with: Annotated[
        str | None,
        typer.Option("--sign", metavar=_("PROFILE"), help=_("Sign the PDF with this profile of the archive.")),
    ] = None,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
) -> None:
    """Carry `digidoc report` out."""
    from digidoc.archive.archive import Archive
    from digidoc.commands.report.delivery import deliver
    from digidoc.commands.report.lists import give
    from digidoc.report.assemble import assemble
    from digidoc.report.request import Asked, Wanted

    asked_for = {Listed.BEHIND: explain, Listed.MISSING: missing, Listed.ORPHANS: orphans}
    lists = [listed for listed, wish in asked_for.items() if wish]
    wanted = Wanted("json" if as_json else form, out, sign_with, listing=bool(lists))
    wanted.check()
    _check(lists, merge=merge, sources=bool(sources))
    asked = Asked(by, period, as_of, tuple(unit or ()), tuple(procedure or ()), quality, metric, target)
    problems: tuple[Problem, ...] = ()
    if merge:
        made, problems = _merged(sources or [], asked, archive)
    else:
        with Archive.locate(archive) as source:
            question = _question(source, asked)
            if lists:
                give(lists[0], source, question, wanted)
            made = assemble(source, question)
    deliver(made, problems, wanted, _exit_code(made, problems, fail_under_target=fail_under_target), archive)


def _check(lists: list[Listed], *, merge: bool, sources: bool) -> None:
    """Whether the options go together.

    Raises:
        UsageError: they do not.

    """
    if len(lists) > 1:
        raise UsageError(reason=N_("--explain, --missing and --orphans are three lists: ask for one"))
    if lists and merge:
        raise UsageError(reason=N_("a list is made of one archive: leave --merge out"))
    if sources is not merge:
        raise UsageError(reason=N_("--merge goes with the archives or reports to be added up"))


def _question(source: "ReportSource", asked: "Asked") -> "Question":
    from digidoc.commands.report.places import folders
    from digidoc.report.request import check_scope

    question = asked.question(source.figures(), folders(source.root))
    check_scope(source, question.scope)
    return question


def _merged(sources: list[Path], asked: "Asked", archive: Path | None) -> "tuple[ReportDocument, tuple[Problem, ...]]":
    """The sum of several reports; an archive that is named says whose it is, and which offices have to be there."""
    from digidoc.archive.archive import Archive
    from digidoc.commands.report.places import folders
    from digidoc.report import merge
    from digidoc.report.assemble import assemble
    from digidoc.report.returns import gathered

    def answer(folder: Path) -> "ReportDocument":
        with Archive.locate(folder) as source:
            return assemble(source, replace(_question(source, asked), by=None))

    if archive is None:
        whole = asked.whole(None, (), folders(None))
    else:
        with Archive.locate(archive) as source:
            figures = source.figures()
            inside = tuple(unit for unit in source.units() if unit.parent == figures.unit.code)
            whole = asked.whole(figures, inside, folders(source.root))
    returns, problems = gathered(sources, answer, whole.made_at)
    made, left_out = merge.merged(returns, whole)
    return made, (*problems, *left_out)


def _exit_code(made: "ReportDocument", problems: tuple[Problem, ...], *, fail_under_target: bool) -> ExitCode:
    from digidoc.report.document import Status

    goals = [figure.goal for figure in made.figures if figure.goal is not None]
    if fail_under_target and not goals:
        raise UsageError(reason=N_("--fail-under-target needs a target: name one with --target"))
    if fail_under_target and any(goal.status is Status.MISSED for goal in goals):
        return ExitCode.TARGET_MISSED
    return ExitCode.SOME_FAILED if problems else ExitCode.OK
