"""The command `report`. Where the figures come from is handed in: areas do not know each other."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

from digidoc.commands import console, options
from digidoc.csv_table import csv_bytes
from digidoc.errors import ExitCode, Problem, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.register import GroupBy, ListedItem, Quality

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.report.document import Figure, ReportDocument
    from digidoc.report.question import Question
    from digidoc.report.request import Asked, Wanted
    from digidoc.report.source import ReportSource

Locate = Callable[[Path | None], "ReportSource"]
# Signs a PDF with a profile of an archive: (archive, profile, unsigned, signed).
Sign = Callable[[Path | None, str, Path, Path], None]
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


def register(app: typer.Typer, locate: Locate, sign: Sign) -> None:
    """Mount the command.

    Args:
        app: where to.
        locate: opens the archive in a folder, or the nearest one for None.
        sign: signs a PDF.

    """

    @app.command("report", help=_HELP, rich_help_panel=_("Reports"))
    def report(
        sources: Annotated[
            list[Path] | None,
            typer.Argument(
                metavar=_("RETURN…"), help=_("With --merge: archives, or reports in JSON."), show_default=False
            ),
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
        from digidoc.report.request import Asked, Wanted

        wanted = Wanted("json" if as_json else form, out, sign_with, listing=explain or missing or orphans)
        wanted.check()
        if explain + missing + orphans > 1:
            raise UsageError(reason=N_("--explain, --missing and --orphans are three lists: ask for one"))
        if wanted.listing and merge:
            raise UsageError(reason=N_("a list is made of one archive: leave --merge out"))
        if bool(sources) is not merge:
            raise UsageError(reason=N_("--merge goes with the archives or reports to be added up"))
        asked = Asked(by, period, as_of, tuple(unit or ()), tuple(procedure or ()), quality, metric, target)
        if merge:
            made, problems = _merged(locate, sources or [], asked, archive)
        else:
            with closing(locate(archive)) as source:
                question = _question(source, asked)
                if orphans:
                    _list_orphans(source, question, wanted)
                if wanted.listing:
                    _list(source, question, wanted, missing=missing)
                from digidoc.report.assemble import assemble

                made, problems = assemble(source, question), ()
        code = _exit_code(made, problems, fail_under_target=fail_under_target)
        _deliver(made, problems, wanted, code, lambda plain, signed: sign(archive, sign_with or "", plain, signed))


def _question(source: "ReportSource", asked: "Asked") -> "Question":
    from digidoc.commands.report.target import folders
    from digidoc.report.request import check_scope

    question = asked.question(source.figures(), folders(source.root))
    check_scope(source, question.scope)
    return question


def _merged(
    locate: Locate, sources: list[Path], asked: "Asked", archive: Path | None
) -> "tuple[ReportDocument, tuple[Problem, ...]]":
    """The sum of several reports; an archive that is named says whose it is, and which offices have to be there."""
    from digidoc.commands.report.target import folders
    from digidoc.report import merge
    from digidoc.report.assemble import assemble
    from digidoc.report.returns import gathered

    def answer(folder: Path) -> "ReportDocument":
        with closing(locate(folder)) as source:
            return assemble(source, replace(_question(source, asked), by=None))

    if archive is None:
        whole = asked.whole(None, (), folders(None))
    else:
        with closing(locate(archive)) as source:
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


def _deliver(
    made: "ReportDocument",
    problems: tuple[Problem, ...],
    wanted: "Wanted",
    code: ExitCode,
    sign: Callable[[Path, Path], None],
) -> NoReturn:
    """Show the report, or write it to the file that is asked for, and end the command."""
    from digidoc.commands.report.terminal import view
    from digidoc.report import json_form
    from digidoc.report.render import made_as

    voice = console.reporter(as_json=wanted.form == "json" and wanted.out is None)
    if wanted.out is None and wanted.form in ("table", "json"):
        data = json_form.to_json(made)
        console.finish(voice, console.Result(json_form.SCHEMA, data, lambda: view(made), problems, code))
    content = made_as(wanted.form, made, problems)
    if wanted.out is None:
        for problem in problems:
            voice.problem(problem)
        console.finish_bytes(content, code)
    if wanted.sign is None:
        wanted.write(content)
    else:
        _signed(content, wanted, sign)
    told = _("Written: {file}").format(file=wanted.out)
    data = {"file": str(wanted.out), "format": wanted.form}
    console.finish(voice, console.Result("digidoc.report-file/1", data, lambda: _line(told), problems, code))


def _signed(content: bytes, wanted: "Wanted", sign: Callable[[Path, Path], None]) -> None:
    import tempfile

    assert wanted.out is not None  # noqa: S101 (a PDF is always a file)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / wanted.out.name
        plain.write_bytes(content)
        sign(plain, wanted.out)


def _line(text: str) -> "Iterator[RenderableType]":
    from rich.text import Text

    yield Text(text, style="green")


def _list(source: "ReportSource", question: "Question", wanted: "Wanted", *, missing: bool) -> NoReturn:
    """The documents behind the headline, or only those that it misses; ends the command."""
    from digidoc.report.assemble import assemble
    from digidoc.report.render import listing

    made = assemble(source, question)
    figure = next(f for f in made.figures if f.metric is made.headline and f.quality in (made.quality, None))
    items = source.listed(made.headline.value, made.quality, question.scope, missing=missing)
    _give(items, {**_figure_of(made, figure), "missing_only": missing}, wanted, listing.title(made, missing=missing))


def _list_orphans(source: "ReportSource", question: "Question", wanted: "Wanted") -> NoReturn:
    """Dossiers that only the archive or only the register knows; ends the command."""
    data = {"as_of": question.today.isoformat(), "metric": "orphans", "quality": None}
    _give(source.orphan_list(), data, wanted, _("Dossiers that only the archive, or only the register, knows"))


def _give(items: Iterable[ListedItem], data: dict[str, Any], wanted: "Wanted", title: str) -> NoReturn:
    from digidoc.commands.report import listing_view
    from digidoc.report.render import listing

    if wanted.form == "csv":
        if wanted.out is None:
            console.finish_csv(listing.titles(), listing.rows(items))
        wanted.write(csv_bytes(listing.titles(), listing.rows(items)))
        raise typer.Exit(int(ExitCode.OK))
    found = list(items)
    data = {**data, "items": [_item(item) for item in found]}
    result = console.Result("digidoc.report-list/1", data, lambda: listing_view.view(title, found))
    console.finish(console.reporter(as_json=wanted.form == "json"), result)


def _figure_of(made: "ReportDocument", figure: "Figure") -> dict[str, Any]:
    return {
        "as_of": made.as_of.isoformat(),
        "first": None if made.first is None else made.first.isoformat(),
        "last": None if made.last is None else made.last.isoformat(),
        "metric": figure.metric.value,
        "quality": None if figure.quality is None else figure.quality.value,
    }


def _item(item: ListedItem) -> dict[str, Any]:
    return {
        "dossier": item.dossier,
        "unit": item.unit,
        "procedure": item.procedure,
        "kind": None if item.kind is None else item.kind.value,
        "name": item.name,
        "number": item.number,
        "paper_id": item.paper_id,
        "counted": item.counted,
        "why": item.why,
    }
