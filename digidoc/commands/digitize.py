"""The verbs that cross areas: `digitize` here; the others are mounted with what they need."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digidoc import config, words
from digidoc.commands import options
from digidoc.commands.console import Result, exit_codes, finish, reporter
from digidoc.engine.opening import open_engine
from digidoc.errors import ExitCode, Problem
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.masking import mask
from digidoc.outcome import Batch, Outcome, Status

if TYPE_CHECKING:
    from rich.console import RenderableType


_DIGITIZE = "\n\n".join(
    [
        _("Read scans and PDFs, make them searchable, sign them where asked, and file them in the archive."),
        _("A folder below PATH is a dossier, its name the code; each file in it is a paper."),
        _("What is done is skipped when the command is run again; after Ctrl-C or a power cut it goes on."),
        options.examples(
            "digidoc digitize scans",
            "digidoc digitize scan1.jpg scan2.pdf --dossier H17-260105-0012",
            "digidoc digitize scans --sign office --jobs 2",
            "digidoc digitize scans --dry-run --json",
        ),
        exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
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
    app.command("digitize", help=_DIGITIZE, rich_help_panel=_("Digitize"))(digitize)


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
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Carry `digidoc digitize` out."""
    voice = reporter(as_json=as_json, quiet=quiet)
    from digidoc.archive.archive import Archive

    with Archive.locate(archive_folder) as archive:
        given = {"jobs": jobs, "ocr": engine_name, "ocr_lang": languages, "ocr_mode": mode}
        settings = config.load(given, archive.config.settings)
        from digidoc.ocr.engine import EngineSpec
        from digidoc.pipeline import digitize as driver
        from digidoc.pipeline.collect import check_dossier, collect
        from digidoc.pipeline.signing import opened

        code = None if dossier is None else check_dossier(dossier)
        items, problems = collect(paths, code, archive.root)
        spec = EngineSpec(settings.ocr, settings.ocr_lang, settings.tessdata, settings.ocr_mode)
        if dry_run:
            planned = Batch(tuple(driver.plan(archive, items, spec, sign is not None)))
            finish(voice, _result(planned, problems, dry_run=True))
        with (
            opened(archive, sign) if sign else nullcontext() as signing,
            voice.progress(_("Digitizing"), _("pages")) as bar,
        ):
            engine = open_engine(settings.jobs, current())
            batch = driver.digitize(archive, items, engine, spec, bar, signing)
    finish(voice, _result(batch, problems))


def _result(batch: Batch, problems: Sequence[Problem], *, dry_run: bool = False) -> Result:
    """The summary of a batch; paths that had no papers count as failures of their own."""
    failed = Batch((*batch.outcomes, *(Outcome(p.file or "", Status.FAILED, p) for p in problems)), batch.interrupted)
    data = {
        "dry_run": dry_run,
        "interrupted": batch.interrupted,
        "counts": failed.counts,
        "pages": sum(o.detail.get("pages", 0) for o in batch.outcomes if o.status is not Status.SKIPPED),
        "papers": [{"file": o.item, "status": o.status.value, **o.detail} for o in batch.outcomes],
    }
    return Result(
        "digidoc.digitize/1", data, partial(_summary, data, dry_run=dry_run), failed.problems, failed.exit_code
    )


def _summary(data: Mapping[str, Any], *, dry_run: bool) -> "Iterable[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    counts = data["counts"]
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    table.add_row(str(counts["done"]), _("would be digitized") if dry_run else _("done"))
    table.add_row(str(counts["review"]), _("done, to be reviewed"))
    table.add_row(str(counts["skipped"]), _("skipped: they are in the archive already"))
    table.add_row(str(counts["refused"]), _("refused"))
    table.add_row(str(counts["failed"]), _("failed; run the command again to try them again"))
    yield table
    for paper in data["papers"]:
        if paper["status"] == Status.REVIEW.value:
            why = words.why_review(paper["doubts"], paper["review"])
            yield Text.assemble(("  ? ", "yellow"), mask(paper["file"]), (f"  {why}", "dim"))
        for other in () if paper["status"] == Status.SKIPPED.value else paper.get("duplicates", ()):
            yield Text.assemble(("  = ", "yellow"), mask(paper["file"]), (f"  {words.duplicate(other)}", "dim"))
    if data["interrupted"]:
        yield Text(_("Interrupted. Run the same command again to go on."), style="yellow")
