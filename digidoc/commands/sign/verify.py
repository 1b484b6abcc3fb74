"""`digidoc verify`: files, folders, or the archive."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digidoc import config
from digidoc.clock import parse_moment, utc
from digidoc.commands import console, options
from digidoc.engine.driving import drive
from digidoc.engine.opening import open_engine
from digidoc.errors import ExitCode, Problem
from digidoc.i18n import current
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.sign.report.files import Targets
    from digidoc.sign.validate.batch import Check, Checked, How, Verified

_STDIN: Final = Path("-")
# What is known of the signatures of a file that an earlier part of a check validated.
_OF_EARLIER: Final = ("field", "verdict", "subindication", "level", "signer", "signed_at")
_HELP: Final = "\n\n".join(
    (
        _("Verify the signatures of PDF files and folders; without PATH, those of the whole archive."),
        _("The verdicts are those of ETSI EN 319 102-1. Those on the files of an archive are recorded in it."),
        _("After Ctrl-C the check of an archive goes on where it stopped; with --at nothing is written down."),
        options.examples(
            "digidoc verify signed.pdf --trust root.pem",
            "digidoc verify incoming --trust roots.pem --trust intermediates.pem --json",
            "digidoc verify old.pdf --trust root.pem --at 2021-06-30 -v",
            "digidoc verify --archive kho --html report.html --pdf report.pdf",
            "digidoc verify signed.pdf --etsi report.xml",
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.INDETERMINATE,
            ExitCode.NO_ARCHIVE,
            ExitCode.ARCHIVE_LOCKED,
            ExitCode.INTERRUPTED,
        ),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("verify", help=_HELP, rich_help_panel=_("Signatures"))(verify)


def verify(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar=_("PATH…"),
            help=_("PDF files, folders of them, or - for standard input; without any, the whole archive."),
            show_default=False,
        ),
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            "--trust",
            metavar="PEM",
            help=_("Certificates you trust (self-signed roots) and certificates between; may be given several times."),
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar=_("TIME"), help=_("Validate as of this time (ISO 8601, Vietnam time); now by default.")
        ),
    ] = None,
    online: Annotated[
        bool,
        typer.Option("--online", metavar="", help=_("Ask the authorities whether certificates were revoked.")),
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar=_("FILE"), help=_("Write a report as one HTML page."))
    ] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar=_("FILE"), help=_("Write a report as PDF."))] = None,
    etsi: Annotated[
        Path | None,
        typer.Option(
            "--etsi",
            metavar=_("FILE|FOLDER"),
            help=_("Write an ETSI TS 119 102-2 report (XML); into a folder, one a file."),
        ),
    ] = None,
    folder: options.ArchiveFolder = None,
    clerk: options.Clerk = None,
    jobs: options.Jobs = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Carry `digidoc verify` out."""
    from digidoc.sign.report.files import Targets

    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json, quiet=quiet, verbose=verbose)
    targets = Targets(html, pdf, etsi)
    targets.check()
    asked = _how(tuple(trust or ()), at, online=online, pictures=targets.pictures)
    if not paths:
        found = _verify_archive(folder, asked, jobs, reporter, everything=as_json)
    else:
        known = () if folder is None else _trusted(folder)
        found = _verify_files(paths, replace(asked, trust=(*asked.trust, *known)), jobs, reporter)
    _finish(reporter, found, asked, targets)


def _how(trust: tuple[Path, ...], at: str | None, *, online: bool, pictures: bool) -> "How":
    """How files are validated; certificates that cannot be used are an error before anything is."""
    from digidoc.sign.trust.store import trust_files, user_store
    from digidoc.sign.validate.batch import How, anchors_of

    known = (*trust, *trust_files([user_store()]))
    anchors_of(known)
    return How(known, None if at is None else _moment(at), online, pictures)


def _moment(text: str) -> datetime:
    from digidoc.sign.errors import BadTime

    try:
        return parse_moment(text)
    except ValueError as error:
        raise BadTime(words=text) from error


def _trusted(folder: Path) -> tuple[Path, ...]:
    """The files of certificates that the archive in `folder` trusts."""
    from digidoc.archive.archive import Archive
    from digidoc.pipeline.verify import trusted

    with Archive.locate(folder) as opened:
        return trusted(opened)


def _verify_archive(
    folder: Path | None, how: "How", jobs: int | None, reporter: console.Reporter, *, everything: bool
) -> "Verified":
    """Validate all signed files of an archive; what is found is written down in it."""
    from digidoc.archive.archive import Archive
    from digidoc.pipeline.verify import verify_archive

    with Archive.locate(folder) as opened, opened.system_errors():
        settings = config.load({"jobs": jobs}, opened.config.settings)
        engine = open_engine(settings.jobs, current())
        with reporter.progress(_("Verifying"), _("files")) as bar:
            return verify_archive(opened, how, engine, bar, everything=everything)


def _verify_files(paths: Sequence[Path], how: "How", jobs: int | None, reporter: console.Reporter) -> "Verified":
    from digidoc.sign.validate.batch import Check, Checked, Verified, collect, unreadable

    with ExitStack() as stack:
        found = collect(path for path in paths if path != _STDIN)
        checks = [Check(path, str(path), how) for path in found.files]
        if _STDIN in paths:
            checks.append(Check(_standard_input(stack), str(_STDIN), how))
        folders = [Checked(unreadable(problem.file or "", problem)) for problem in found.problems]
        done, problems, interrupted = _validate(checks, config.load({"jobs": jobs}).jobs, reporter)
        files = [*folders, *(done[check.shown] for check in checks if check.shown in done)]
    return Verified(files, _counted(files), (*found.problems, *problems), {}, (), found.skipped, interrupted)


def _standard_input(stack: ExitStack) -> Path:
    """What comes in on standard input, in a file that is gone when the stack closes."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="digidoc-")))
    file = folder / "standard-input.pdf"
    file.write_bytes(sys.stdin.buffer.read())
    return file


def _validate(
    checks: "Sequence[Check]", jobs: int, reporter: console.Reporter
) -> "tuple[dict[str, Checked], list[Problem], bool]":
    """The verdicts by the name that is shown, what went wrong, and whether Ctrl-C came first."""
    from digidoc.sign.validate.batch import validate_files

    done: dict[str, Checked] = {}
    problems: dict[str, Problem] = {}
    engine = open_engine(max(1, min(jobs, len(checks))), current())
    with reporter.progress(_("Verifying"), _("files")) as bar:

        def settle(result: "tuple[Check, Checked, Problem | None]") -> None:
            check, checked, problem = result
            done[check.shown] = checked
            if problem is not None:
                problems[check.shown] = problem
            bar.advance(check.path.name)

        bar.expect(len(checks))
        interrupted = drive(validate_files(engine, checks), settle)
    return done, [problems[check.shown] for check in checks if check.shown in problems], interrupted


def _counted(files: "Sequence[Checked]") -> dict[str, int]:
    from digidoc.sign.validate.batch import counts

    return counts(checked.verdict.verdict for checked in files)


def _finish(reporter: console.Reporter, found: "Verified", how: "How", targets: "Targets") -> None:
    from digidoc.model import Verdict

    listed = [one for one in found.files if not found.of_archive or one.verdict.verdict is not Verdict.TOTAL_PASSED]
    targets.write(listed, found.counts, how)
    data = {
        "files": [_json(checked) for checked in found.files],
        "counts": dict(found.counts),
        "skipped": found.skipped,
        "at": utc(how.at),
        "interrupted": found.interrupted,
        "reports": [str(path) for path in targets.written],
        **found.facts,
    }
    code = ExitCode.INTERRUPTED if found.interrupted else _exit_code(found)
    view = _view(found, details=reporter.verbose)
    console.finish(reporter, console.Result("digidoc.verify/1", data, lambda: view, found.problems, code))


def _json(checked: "Checked") -> dict[str, Any]:
    """One entry of `data.files`; texts from inside the file are made harmless, its name stays what it is."""
    from digidoc.sign.report.words import inert

    data: dict[str, Any] = inert({**checked.verdict.to_json(), "sha256": checked.sha256, **checked.facts})
    if checked.earlier:
        data["signatures"] = [{key: one[key] for key in _OF_EARLIER} for one in data["signatures"]]
    return {**data, "file": checked.verdict.file.encode("utf-8", "replace").decode()}


def _exit_code(found: "Verified") -> ExitCode:
    """0 all passed; 4 when nothing is worse than indeterminate; 1 otherwise."""
    from digidoc.model import Verdict

    seen = {verdict for verdict, number in found.counts.items() if number}
    if seen <= {Verdict.TOTAL_PASSED} and not found.problems:
        return ExitCode.OK
    unsure = seen <= {Verdict.TOTAL_PASSED, Verdict.INDETERMINATE} and not found.problems
    return ExitCode.INDETERMINATE if unsure else ExitCode.FAILED


def _view(found: "Verified", *, details: bool) -> "Iterator[RenderableType]":
    from rich.text import Text

    from digidoc.commands.sign.verdict_view import show_file
    from digidoc.sign.report.words import brief, counts_sentence, revocation_note

    for checked in found.files:
        about = " · ".join(str(checked.facts[key]) for key in ("dossier", "name", "paper") if checked.facts.get(key))
        yield from show_file(
            checked.verdict,
            as_filed=checked.as_filed,
            earlier=checked.earlier,
            about=brief(about),
            details=details,
        )
        yield Text("")
    if sum(found.counts.values()) != 1 or found.of_archive:
        yield Text(counts_sentence(found.counts), style="bold")
    if found.skipped:
        yield Text(_("Left out because they are not PDF files: {count}").format(count=found.skipped), style="dim")
    note = revocation_note([checked.verdict for checked in found.files])
    for words in (*found.notes, *([note] if note else ())):
        yield Text(words, style="dim")
    if found.interrupted:
        yield Text(_("Interrupted."), style="yellow")
