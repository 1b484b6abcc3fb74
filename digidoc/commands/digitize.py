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
        _("Of other folders you are asked for the dossier; without a terminal they are named, and not taken."),
        _("Lock files, archives, spreadsheets, mails and empty files are passed over; with -v they are named."),
        _("With --watch a folder is watched, and what scanners drop there is filed until Ctrl-C ends it."),
        _("With --sign, papers to be reviewed are filed unsigned, and counted, unless --also-unreviewed is given."),
        _("What is done is skipped when the command is run again; after Ctrl-C or a power cut it goes on."),
        options.examples(
            "digidoc digitize scans",
            "digidoc digitize scan1.jpg scan2.pdf --dossier H17-260105-0012",
            "digidoc digitize scans --sign office --jobs 2",
            "digidoc digitize letters --loose",
            "digidoc digitize scans --together --dry-run",
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


_Dossier = Annotated[
    str | None, typer.Option("--dossier", metavar=_("CODE"), help=_("File everything under this dossier."))
]
_Loose = Annotated[
    bool, typer.Option("--loose", metavar="", help=_("File everything without a dossier, whatever its folder."))
]
_Together = Annotated[
    bool,
    typer.Option(
        "--together",
        metavar="",
        help=_("Pictures of a dossier that are numbered from 1 on, such as don_1.jpg and don_2.jpg, are one paper."),
    ),
]


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("digitize", help=_HELP, rich_help_panel=_("Digitize"))(digitize)


def digitize(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar=_("PATH…"), help=_("Scans, PDFs, or folders of them."))
    ] = None,
    archive_folder: options.ArchiveFolder = None,
    clerk: options.Clerk = None,
    dossier: _Dossier = None,
    loose: _Loose = False,
    together: _Together = False,
    jobs: options.Jobs = None,
    sign: Annotated[
        str | None,
        typer.Option("--sign", metavar=_("PROFILE"), help=_("Sign with this profile of the archive's digidoc.toml.")),
    ] = None,
    also_unreviewed: options.AlsoUnreviewed = False,
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
    settle: watching.Settle = None,
    every: watching.Every = None,
    once: watching.Once = False,
    done: watching.Done = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Carry `digidoc digitize` out."""
    from digidoc.archive.archive import Archive
    from digidoc.commands import views_digitize as views
    from digidoc.commands.papers import which_dossier
    from digidoc.ocr.engine import EngineSpec
    from digidoc.pipeline import digitize as driver
    from digidoc.pipeline.collect import collect, named_dossier
    from digidoc.pipeline.intake.dossier_folders import DossierFolders
    from digidoc.pipeline.intake.together import together as put_together
    from digidoc.pipeline.scanning.watch import Watching
    from digidoc.pipeline.signing import opened

    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json, quiet=quiet, verbose=verbose)
    if loose and dossier is not None:
        raise UsageError(reason=N_("--dossier and --loose exclude each other"))
    others = once or any(given is not None for given in (settle, every, done))
    watching.check_words(paths, watched, planned=dry_run or together, others=others)
    _check_signing(sign, also_unreviewed=also_unreviewed)
    with Archive.locate(archive_folder) as archive:
        given = {"jobs": jobs, "ocr": engine_name, "ocr_lang": languages, "ocr_mode": mode}
        settings = config.load(given, archive.config.settings)
        spec = EngineSpec(settings.ocr, settings.ocr_lang, settings.tessdata, settings.ocr_mode)
        folders = DossierFolders.of(archive)
        code = None if dossier is None else named_dossier(dossier, folders)
        if watched is not None:
            timing = {name: value for name, value in (("settle", settle), ("every", every)) if value is not None}
            how = Watching(
                watching.check_folder(watched),
                once=once,
                keep=done is watching.Put.KEEP,
                dossier=code,
                loose=loose,
                also_unreviewed=also_unreviewed,
                **timing,
            )
            watching.finish(archive, how, settings.jobs, spec, sign, reporter, check=check)
        found = collect(paths or [], code, archive.root, loose=loose, folders=folders)
        if not (dry_run or as_json):
            found = which_dossier.ask(found, folders)
        if together:
            found = put_together(archive, found)
        if dry_run:
            planned = driver.plan(archive, found.items, spec, sign=sign is not None)
            console.finish(reporter, views.result(planned, found, dry_run=True, verbose=verbose))
        with (
            opened(archive, sign) if sign else nullcontext() as signers,
            reporter.progress(_("Digitizing"), _("pages")) as bar,
        ):
            engine = open_engine(settings.jobs, current())
            batch = driver.digitize(archive, found.items, engine, spec, bar, signers, also_unreviewed=also_unreviewed)
    result = views.result(batch, found, dry_run=False, verbose=verbose)
    if check and result.exit_code is ExitCode.OK and batch.counts[Status.REVIEW.value]:
        result = replace(result, exit_code=ExitCode.REVIEW_NEEDED)
    console.finish(reporter, result)


def _check_signing(profile: str | None, *, also_unreviewed: bool) -> None:
    """Whether what is said of signing goes together."""
    if also_unreviewed and profile is None:
        raise UsageError(reason=N_("--also-unreviewed goes with --sign PROFILE"))
