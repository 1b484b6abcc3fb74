"""`digidoc digitize`: scans and PDFs into the archive."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digidoc import config, words
from digidoc.commands import console, options
from digidoc.engine.opening import open_engine
from digidoc.errors import ExitCode, Problem
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.masking import mask
from digidoc.outcome import Batch, Outcome, Status

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from digidoc.pipeline.digitized import Digitized, FiledPaper, Planned

_LISTED: Final = 20  # lines that a person still reads on a screen; JSON has all
_HELP = "\n\n".join(
    [
        _("Read scans and PDFs, make them searchable, sign them where asked, and file them in the archive."),
        _("A folder below PATH is a dossier, its name the code; each file in it is a paper."),
        _("What is done is skipped when the command is run again; after Ctrl-C or a power cut it goes on."),
        options.examples(
            "digidoc digitize scans",
            "digidoc digitize scan1.jpg scan2.pdf --dossier H17-260105-0012",
            "digidoc digitize scans --sign office --jobs 2",
            "digidoc digitize scans --dry-run --json",
            "digidoc digitize scans --check --quiet",
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
            ExitCode.REVIEW_NEEDED,
            ExitCode.NO_ARCHIVE,
            ExitCode.ARCHIVE_LOCKED,
            ExitCode.KEY,
            ExitCode.NETWORK,
            ExitCode.DEPENDENCY,
            ExitCode.INTERRUPTED,
        ),
    ]
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("digitize", help=_HELP, rich_help_panel=_("Digitize"))(digitize)


def digitize(
    paths: Annotated[list[Path], typer.Argument(metavar=_("PATH…"), help=_("Scans, PDFs, or folders of them."))],
    archive_folder: options.ArchiveFolder = None,
    dossier: Annotated[
        str | None, typer.Option("--dossier", metavar=_("CODE"), help=_("File everything under this dossier."))
    ] = None,
    jobs: options.Jobs = None,
    sign: Annotated[
        str | None,
        typer.Option("--sign", metavar=_("PROFILE"), help=_("Sign with this profile of the archive's digidoc.toml.")),
    ] = None,
    engine_name: options.EngineName = None,
    languages: options.OcrLanguage = None,
    mode: options.OcrMode = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help=_("Show what would be done, and do nothing."))
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", metavar="", help=_("End with 6 when all went well and a paper is to be reviewed.")),
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Carry `digidoc digitize` out."""
    from digidoc.archive.archive import Archive
    from digidoc.ocr.engine import EngineSpec
    from digidoc.pipeline import digitize as driver
    from digidoc.pipeline.collect import check_dossier, collect
    from digidoc.pipeline.signing import opened

    reporter = console.reporter(as_json=as_json, quiet=quiet)
    with Archive.locate(archive_folder) as archive:
        given = {"jobs": jobs, "ocr": engine_name, "ocr_lang": languages, "ocr_mode": mode}
        settings = config.load(given, archive.config.settings)
        code = None if dossier is None else check_dossier(dossier)
        items, problems = collect(paths, code, archive.root)
        spec = EngineSpec(settings.ocr, settings.ocr_lang, settings.tessdata, settings.ocr_mode)
        if dry_run:
            planned = driver.plan(archive, items, spec, sign=sign is not None)
            console.finish(reporter, _result(planned, problems, dry_run=True))
        with (
            opened(archive, sign) if sign else nullcontext() as signers,
            reporter.progress(_("Digitizing"), _("pages")) as bar,
        ):
            engine = open_engine(settings.jobs, current())
            batch = driver.digitize(archive, items, engine, spec, bar, signers)
    result = _result(batch, problems, dry_run=False)
    if check and result.exit_code is ExitCode.OK and batch.counts[Status.REVIEW.value]:
        result = replace(result, exit_code=ExitCode.REVIEW_NEEDED)
    console.finish(reporter, result)


@dataclass(frozen=True, slots=True)
class _Run:
    """What came of a run, or would.

    Attributes:
        batch: an outcome a paper.
        counts: papers by status; paths that had no papers count as failures of their own.
        dry_run: whether nothing was done.

    """

    batch: "Batch[Digitized] | Batch[Planned]"
    counts: dict[str, int]
    dry_run: bool

    def filed(self) -> "Iterator[tuple[str, Status, FiledPaper]]":
        """The papers that are in the archive: file, how it went with it, and what the archive has of it."""
        from digidoc.pipeline.digitized import Digitized

        for outcome in self.batch.outcomes:
            if isinstance(outcome.detail, Digitized) and outcome.detail.filed is not None:
                yield outcome.item, outcome.status, outcome.detail.filed


def _result(
    batch: "Batch[Digitized] | Batch[Planned]", problems: Sequence[Problem], *, dry_run: bool
) -> console.Result:
    nothing: list[Outcome[object]] = [Outcome(p.file or "", Status.FAILED, p) for p in problems]
    whole: Batch[object] = Batch((*batch.outcomes, *nothing), batch.interrupted)
    run = _Run(batch, whole.counts, dry_run)
    return console.Result("digidoc.digitize/1", _data(run), lambda: _summary(run), whole.problems, whole.exit_code)


def _data(run: _Run) -> dict[str, Any]:
    return {
        "dry_run": run.dry_run,
        "interrupted": run.batch.interrupted,
        "counts": run.counts,
        "pages": sum(filed.pages for _file, status, filed in run.filed() if status is not Status.SKIPPED),
        "papers": [
            {"file": outcome.item, "status": outcome.status.value, **_detail(outcome.detail)}
            for outcome in run.batch.outcomes
        ],
    }


def _detail(detail: "Digitized | Planned | None") -> dict[str, Any]:
    from digidoc.pipeline.digitized import Planned

    if detail is None:
        return {}
    if isinstance(detail, Planned):
        return {"dossier": detail.dossier, "known": detail.known, "sign": detail.sign}
    data: dict[str, Any] = {"dossier": detail.dossier, "name": detail.name}
    filed = detail.filed
    if filed is not None:
        data |= {
            "paper": filed.paper,
            "pages": filed.pages,
            "confidence": filed.confidence,
            "conformant": filed.conformant,
            "doubts": list(filed.doubts),
            "review": list(filed.review),
            "signatures": list(filed.signatures),
            "duplicates": list(filed.duplicates),
            "duplicate_of": [other["paper"] for other in filed.duplicates if other["kind"] == "same-bytes"],
        }
    return data


def _to_look_at(run: _Run) -> "Iterator[Text]":
    """A line a paper that is to be reviewed, and one for each other paper that it may be the same as."""
    from rich.text import Text

    for file, status, filed in run.filed():
        if status is Status.REVIEW:
            why = words.why_review(filed.doubts, filed.review)
            yield Text.assemble(("  ? ", "yellow"), mask(file), (f"  {why}", "dim"))
        for other in () if status is Status.SKIPPED else filed.duplicates:
            yield Text.assemble(("  = ", "yellow"), mask(file), (f"  {words.duplicate(other)}", "dim"))


def _summary(run: _Run) -> "Iterator[RenderableType]":
    """What a person has to look at, then the counts: they stand last, where a long run leaves the screen."""
    from rich.table import Table
    from rich.text import Text

    lines = list(_to_look_at(run))
    yield from lines[:_LISTED]
    more = len(lines) - _LISTED
    if more > 0:
        note = _("  … and {number} more: see `digidoc status`, or `digidoc status --json` for all.")
        yield Text(note.format(number=more))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    table.add_row(str(run.counts["done"]), _("would be digitized") if run.dry_run else _("done"))
    table.add_row(str(run.counts["review"]), _("done, to be reviewed"))
    table.add_row(str(run.counts["skipped"]), _("skipped: they are in the archive already"))
    table.add_row(str(run.counts["refused"]), _("refused"))
    table.add_row(str(run.counts["failed"]), _("failed; run the command again to try them again"))
    yield table
    if run.batch.interrupted:
        yield Text(_("Interrupted. Run the same command again to go on."), style="yellow")
