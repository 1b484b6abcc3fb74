"""`digidoc digitize`: scans and PDFs into the archive."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from digidoc import config
from digidoc.commands import console, options
from digidoc.commands.scan import watching
from digidoc.engine.opening import open_engine
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_, current
from digidoc.i18n import tr as _
from digidoc.outcome import Status

_HELP = "\n\n".join(
    [
        _("Read scans and PDFs, make them searchable, sign them where asked, and file them in the archive."),
        _("A folder whose name is a dossier's code is that dossier, also when it is PATH; each file in it is a paper."),
        _("Lock files, archives, spreadsheets, mails and empty files are passed over; with -v they are named."),
        _("With --watch a folder is watched, and what scanners drop there is filed until Ctrl-C ends it."),
        _("What is done is skipped when the command is run again; after Ctrl-C or a power cut it goes on."),
        options.examples(
            "digidoc digitize scans",
            "digidoc digitize scan1.jpg scan2.pdf --dossier H17-260105-0012",
            "digidoc digitize scans --sign office --jobs 2",
            "digidoc digitize letters --loose",
            "digidoc digitize scans --dry-run --json",
            "digidoc digitize scans --check --quiet",
            "digidoc digitize --watch /srv/scanner",
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
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar=_("PATH…"), help=_("Scans, PDFs, or folders of them."))
    ] = None,
    archive_folder: options.ArchiveFolder = None,
    dossier: Annotated[
        str | None, typer.Option("--dossier", metavar=_("CODE"), help=_("File everything under this dossier."))
    ] = None,
    loose: Annotated[
        bool, typer.Option("--loose", metavar="", help=_("File everything without a dossier, whatever its folder."))
    ] = False,
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
    watched: watching.Folder = None,
    settle: watching.Settle = 10.0,
    every: watching.Every = 2.0,
    once: watching.Once = False,
    done: watching.Done = watching.Put.MOVE,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Carry `digidoc digitize` out."""
    from digidoc.archive.archive import Archive
    from digidoc.commands import views_digitize as views
    from digidoc.ocr.engine import EngineSpec
    from digidoc.pipeline import digitize as driver
    from digidoc.pipeline.collect import check_dossier, collect
    from digidoc.pipeline.signing import opened

    reporter = console.reporter(as_json=as_json, quiet=quiet, verbose=verbose)
    if loose and dossier is not None:
        raise UsageError(reason=N_("--dossier and --loose exclude each other"))
    watching.check_words(paths, watched, dry_run=dry_run)
    with Archive.locate(archive_folder) as archive:
        given = {"jobs": jobs, "ocr": engine_name, "ocr_lang": languages, "ocr_mode": mode}
        settings = config.load(given, archive.config.settings)
        code = None if dossier is None else check_dossier(dossier)
        spec = EngineSpec(settings.ocr, settings.ocr_lang, settings.tessdata, settings.ocr_mode)
        if watched is not None:
            how = watching.checked(watched, settle, every, once, done, code, loose=loose)
            watching.finish(archive, how, settings.jobs, spec, sign, reporter, check=check)
        found = collect(paths or [], code, archive.root, loose=loose, known=archive.known_dossiers)
        if dry_run:
            planned = driver.plan(archive, found.items, spec, sign=sign is not None)
            console.finish(reporter, views.result(planned, found, dry_run=True, verbose=verbose))
        with (
            opened(archive, sign) if sign else nullcontext() as signers,
            reporter.progress(_("Digitizing"), _("pages")) as bar,
        ):
            engine = open_engine(settings.jobs, current())
            batch = driver.digitize(archive, found.items, engine, spec, bar, signers)
    result = views.result(batch, found, dry_run=False, verbose=verbose)
    if check and result.exit_code is ExitCode.OK and batch.counts[Status.REVIEW.value]:
        result = replace(result, exit_code=ExitCode.REVIEW_NEEDED)
    console.finish(reporter, result)
