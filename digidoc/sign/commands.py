"""`digidoc sign` and `digidoc verify`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from digidoc import console, options
from digidoc.errors import ExitCode, Problem
from digidoc.i18n import tr as _
from digidoc.sign.errors import UnknownStamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import RenderableType

    from digidoc.sign.forms import StampForm
    from digidoc.sign.request import SignOptions, SignReceipt
    from digidoc.sign.trust import TrustAnchors
    from digidoc.sign.verdict import FileVerdict


def register(app: typer.Typer) -> None:
    """Mount the commands of this area."""
    panel = _("Signatures")
    app.command("sign", rich_help_panel=panel, help=_sign_help())(sign)
    app.command("verify", rich_help_panel=panel, help=_verify_help())(verify)


def _sign_help() -> str:
    return "\n\n".join(
        (
            _("Sign a PDF: PAdES, level B-B or B-T. IN stays as it is; OUT is IN with the signature added."),
            options.examples(
                "digidoc sign in.pdf out.pdf --key office.p12",
                'digidoc sign in.pdf out.pdf --key office.p12 --stamp "SAO Y" --organisation "UBND phường Bến Nghé"',
                "digidoc sign in.pdf out.pdf --key office.p12 --pin-file pin.txt --level B-T --tsa http://tsa.example",
            ),
            console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.KEY, ExitCode.NETWORK),
        )
    )


def _verify_help() -> str:
    return "\n\n".join(
        (
            _("Verify the signatures of PDF files, in the words of ETSI EN 319 102-1."),
            _("Nothing is fetched from the network; whether a certificate was revoked is not checked."),
            options.examples(
                "digidoc verify signed.pdf --trust root.pem",
                "digidoc verify *.pdf --trust roots.pem --trust intermediates.pem --json",
                "digidoc verify old.pdf --trust root.pem --at 2021-06-30",
            ),
            console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.INDETERMINATE),
        )
    )


def sign(
    source: Annotated[Path, typer.Argument(metavar=_("IN"), help=_("The PDF to sign."), show_default=False)],
    out: Annotated[Path, typer.Argument(metavar=_("OUT"), help=_("The signed PDF to make."), show_default=False)],
    key: Annotated[
        Path, typer.Option("--key", metavar=_("FILE"), help=_("PKCS#12 file (.p12, .pfx) with the signer's key."))
    ],
    pin_file: options.PinFile = None,
    level: Annotated[Literal["B-B", "B-T"], typer.Option("--level", help=_("B-B, or B-T with a timestamp."))] = "B-B",
    tsa: Annotated[
        str | None, typer.Option("--tsa", metavar="URL", help=_("Time-stamp authority (RFC 3161), for B-T."))
    ] = None,
    stamp: Annotated[
        str,
        typer.Option(
            "--stamp",
            metavar=_("FORM"),
            help=_('Visible stamp, top right of page 1: "SAO Y", "SAO LỤC", "TRÍCH SAO" or none.'),
        ),
    ] = "none",
    organisation: Annotated[
        str | None, typer.Option("--organisation", metavar=_("NAME"), help=_("The organisation that the stamp names."))
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar=_("TEXT"), help=_("Why it is signed; kept in the signature."))
    ] = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Sign one file; see `_sign_help`."""
    from digidoc.sign.keys import Pkcs12Key, pin_from
    from digidoc.sign.pades import sign_file
    from digidoc.sign.request import SignOptions, check_request

    how = SignOptions(level=level, tsa=tsa, stamp=_form(stamp), organisation=organisation, reason=reason)
    # Before the PIN is asked for: a wrong PIN counts on a token, so none is spent on what cannot be done.
    check_request(source, out, how)
    with Pkcs12Key(key, pin_from(pin_file)) as opened:
        receipt = sign_file(source, out, opened, how)
    voice = console.reporter(as_json=as_json, quiet=quiet)
    data = {"files": [receipt.to_json()]}
    console.finish(voice, console.Result("digidoc.sign/1", data, lambda: _show_receipt(receipt, how)))


def _form(words: str) -> "StampForm | None":
    from digidoc.sign.forms import StampForm, stamp_form

    form = stamp_form(words)
    if form is None and words.lower() != "none":
        raise UnknownStamp(words=words, known=", ".join(f'"{form.value}"' for form in StampForm))
    return form


def _show_receipt(receipt: "SignReceipt", how: "SignOptions") -> "Iterator[RenderableType]":
    from rich.text import Text

    from digidoc.sign.clock import written

    yield Text(_("Signed: {file}").format(file=receipt.output), style="green")
    yield Text(
        _("  by {signer}, {when}, level {level}").format(
            signer=receipt.signer, when=written(receipt.signed_at), level=receipt.level
        )
    )
    if receipt.timestamp is not None:
        yield Text(_("  timestamp of {tsa}: {when}").format(tsa=how.tsa, when=written(receipt.timestamp)))


def verify(
    files: Annotated[list[Path], typer.Argument(metavar=_("FILE…"), help=_("PDF files."), show_default=False)],
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
            "--at", metavar=_("TIME"), help=_("Judge as of this time (ISO 8601, Vietnam time); now by default.")
        ),
    ] = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Verify files; see `_verify_help`."""
    from digidoc.sign.clock import parse_moment
    from digidoc.sign.trust import load_anchors

    moment = None if at is None else parse_moment(at)
    anchors = load_anchors(trust or [])
    voice = console.reporter(as_json=as_json, quiet=quiet)
    verdicts: list[FileVerdict] = []
    problems: list[Problem] = []
    with voice.progress(_("Verifying"), _("files")) as progress:
        progress.expect(len(files))
        for file in files:
            verdict, problem = _verify_one(file, anchors, moment)
            verdicts.append(verdict)
            if problem is not None:
                problems.append(problem)
            progress.advance(file.name)
    result = console.Result(
        "digidoc.verify/1",
        {"files": [verdict.to_json() for verdict in verdicts]},
        lambda: _show_verdicts(verdicts),
        tuple(problems),
        _exit_code(verdicts),
    )
    console.finish(voice, result)


def _verify_one(file: Path, anchors: "TrustAnchors", moment: "datetime | None") -> "tuple[FileVerdict, Problem | None]":
    """One file's verdict; what stops it is its problem and stops no other file."""
    from digidoc.engine import problem_of
    from digidoc.sign.verdict import FileVerdict, Reason, Verdict
    from digidoc.sign.verify import verify_file

    try:
        return verify_file(file, anchors, moment), None
    except Exception as error:  # noqa: BLE001 (it becomes the file's problem, and the others are verified)
        problem = problem_of(error, str(file))
        return FileVerdict(str(file), Verdict.UNREADABLE, reason=Reason.NOT_OPENED, detail=problem.code), problem


def _exit_code(verdicts: "list[FileVerdict]") -> ExitCode:
    """0 all passed; 4 when nothing is worse than indeterminate; 1 otherwise."""
    from digidoc.sign.verdict import Verdict

    found = {verdict.verdict for verdict in verdicts}
    if found <= {Verdict.TOTAL_PASSED}:
        return ExitCode.OK
    return ExitCode.INDETERMINATE if found <= {Verdict.TOTAL_PASSED, Verdict.INDETERMINATE} else ExitCode.FAILED


def _show_verdicts(verdicts: "list[FileVerdict]") -> "Iterator[RenderableType]":
    from rich.text import Text

    from digidoc.sign.words import show_file

    for verdict in verdicts:
        yield from show_file(verdict)
        yield Text("")
    yield Text(_("Whether certificates were revoked was not checked."), style="dim")
