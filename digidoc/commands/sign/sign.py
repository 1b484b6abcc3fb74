"""`digidoc sign`: one file, many, or a selection of the archive."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from digidoc import config
from digidoc.commands import console, options
from digidoc.commands.sign.choosing import Choice, absolute, given, known_stamp
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.pipeline.selection import Selection

if TYPE_CHECKING:
    from digidoc.sign.create.batch import Signed
    from digidoc.sign.create.signers import Signers
    from digidoc.sign.profile import SignProfile

# Starting worker processes costs one or two seconds: the time in which this process signs so many pages.
_WORTH_PROCESSES: Final = 400
_HELP: Final = "\n\n".join(
    (
        _("Sign PDF files (PAdES) or papers of the archive. IN stays as it is; OUT is IN with a signature added."),
        _("Papers to be reviewed are left out, and counted, unless --also-unreviewed is given."),
        _("A batch asks for the PIN once, and stops when the key fails or three files in a row get no timestamp."),
        _("After Ctrl-C or a power cut run the same command again: it signs what is left, and no file twice."),
        options.examples(
            "digidoc sign in.pdf out.pdf --key office.p12",
            'digidoc sign in.pdf out.pdf --key office.p12 --stamp "SAO Y" --organisation "UBND phường Bến Nghé"',
            "digidoc sign in.pdf out.pdf --key office.p12 --pin-file pin.txt --level B-T --tsa http://tsa.example",
            "digidoc sign papers signed/ --profile clerk --profile office",
            "digidoc sign *.pdf signed/ --token libtoken.so --key-label office",
            "digidoc sign --unsigned --profile office",
            "digidoc sign --dossier H17-260105-0012 --profile office",
            "digidoc sign --renew --profile office",
        ),
        console.exit_codes(
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
    )
)

# Opens the keys, for about so many files.
_OpenSigners = Callable[[int], "AbstractContextManager[Signers]"]


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("sign", help=_HELP, rich_help_panel=_("Signatures"))(sign)


def sign(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=_("IN… OUT"),
            help=_("PDF files or folders of them, and last the signed file, or the folder of the signed files."),
            show_default=False,
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar=_("FILE"), help=_("The signer's key: PKCS#12 (.p12, .pfx) or PEM.")),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--certificate", metavar=_("FILE"), help=_("The signer's certificate, where the key does not bring it.")
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option("--token", metavar=_("LIBRARY"), help=_("Sign with a token: its PKCS#11 library.")),
    ] = None,
    token_label: Annotated[
        str | None, typer.Option("--token-label", metavar=_("NAME"), help=_("Which token, if there are several."))
    ] = None,
    key_label: Annotated[
        str | None, typer.Option("--key-label", metavar=_("NAME"), help=_("Which key on it, if it has several."))
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            metavar=_("NAME"),
            help=_("Sign with this profile of the archive or of your own settings; several sign in turn."),
        ),
    ] = None,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", metavar="", help=_("Sign all papers of the archive that are not signed."))
    ] = False,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew",
            metavar="",
            help=_("Sign anew, from their corrected text, the papers whose signature is older than their text."),
        ),
    ] = False,
    also_unreviewed: options.AlsoUnreviewed = False,
    dossier: Annotated[
        str | None, typer.Option("--dossier", metavar=_("CODE"), help=_("Sign the papers of this dossier."))
    ] = None,
    paper: Annotated[
        list[str] | None,
        typer.Option("--paper", metavar="P-…", help=_("Sign this paper of the archive; may be given several times.")),
    ] = None,
    folder: options.ArchiveFolder = None,
    clerk: options.Clerk = None,
    pin_file: options.PinFile = None,
    pin_fd: Annotated[
        int | None,
        typer.Option("--pin-fd", min=0, metavar="N", help=_("Read the PIN from the open file descriptor N.")),
    ] = None,
    keyring: Annotated[
        str | None,
        typer.Option(
            "--keyring",
            metavar=_("NAME"),
            help=_("Take the PIN from the system's keyring: service digidoc, this name."),
        ),
    ] = None,
    level: Annotated[
        Literal["B-B", "B-T", "B-LT", "B-LTA"] | None,
        typer.Option(
            "--level",
            help=_("B-B (the default); B-T with a timestamp; B-LT and B-LTA with what later checks need."),
        ),
    ] = None,
    digest: Annotated[
        Literal["sha256", "sha384", "sha512"] | None,
        typer.Option("--digest", help=_("Of the document; sha256 by default.")),
    ] = None,
    scheme: Annotated[
        Literal["pss", "pkcs1", "ecdsa"] | None,
        typer.Option("--scheme", help=_("Of the signature; by default the best that the key can do.")),
    ] = None,
    tsa: Annotated[
        str | None, typer.Option("--tsa", metavar="URL", help=_("Time-stamp authority (RFC 3161), from B-T on."))
    ] = None,
    stamp: Annotated[
        str | None,
        typer.Option(
            "--stamp",
            metavar=_("FORM"),
            help=_('Visible stamp, top right of page 1: "SAO Y", "SAO LỤC", "TRÍCH SAO" or none.'),
        ),
    ] = None,
    organisation: Annotated[
        str | None,
        typer.Option("--organisation", metavar=_("NAME"), help=_("The organisation that the stamp names.")),
    ] = None,
    signature_image: Annotated[
        Path | None,
        typer.Option("--signature-image", metavar="PNG", help=_("Picture of the signer's signature, transparent.")),
    ] = None,
    seal_image: Annotated[
        Path | None,
        typer.Option("--seal-image", metavar="PNG", help=_("Picture of the organisation's seal, transparent.")),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar=_("TEXT"), help=_("Reason for signing; kept in the signature."))
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            metavar=_("TEXT"),
            help=_("Capacity in which the signer signs, such as a position; kept in the signature."),
        ),
    ] = None,
    jobs: options.Jobs = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Carry `digidoc sign` out."""
    options.act_as(clerk)
    choice = Choice(
        names=tuple(profile or ()),
        archive=folder,
        key=given(
            key=absolute(key),
            certificate=absolute(certificate),
            token=token,
            token_label=token_label,
            key_label=key_label,
        ),
        options=given(
            level=level,
            digest=digest,
            scheme=scheme,
            tsa=tsa,
            stamp=known_stamp(stamp),
            organisation=organisation,
            signature_image=absolute(signature_image),
            seal_image=absolute(seal_image),
            reason=reason,
            role=role,
        ),
        pin_file=pin_file,
        pin_fd=pin_fd,
        keyring=keyring,
    )
    selection = Selection(folder, unsigned, renew, dossier, tuple(paper or ()), also_unreviewed)
    _sign(words or [], selection, choice, jobs, console.reporter(as_json=as_json, quiet=quiet))


def _sign(
    words: Sequence[str], selection: Selection, choice: Choice, jobs: int | None, reporter: console.Reporter
) -> None:
    profiles = choice.profiles()
    settings = config.load({"jobs": jobs})
    notes: list[str] = []

    @contextmanager
    def opened(count: int) -> "Iterator[Signers]":
        from digidoc.sign.create.signers import open_signers

        # Nobody who asked for no processes waits for them to start.
        asked = settings.origins["jobs"] is not config.Origin.DEFAULT
        processes = min(settings.jobs, count) if asked or count >= _WORTH_PROCESSES else 1
        with open_signers(profiles, processes) as signers:
            notes.extend(signers.notes)
            for note in signers.notes:
                reporter.note(_(note))
            yield signers

    if selection.also_unreviewed and not selection:
        raise UsageError(reason=N_("--also-unreviewed goes with papers of the archive: files are signed as they are"))
    if not selection:
        signed = _sign_files(words, profiles, opened, reporter)
    elif words:
        raise UsageError(reason=N_("papers of the archive are filed there: IN and OUT do not go with them"))
    else:
        signed = _sign_papers(selection, opened, reporter)
    _finish(reporter, signed, notes)


def _sign_files(
    words: Sequence[str], profiles: "Sequence[SignProfile]", opened: _OpenSigners, reporter: console.Reporter
) -> "Signed":
    from digidoc.sign.create.batch import sign_batch, sign_single
    from digidoc.sign.create.places import places
    from digidoc.sign.create.request import check_request

    # All that can be refused is refused before the PIN is asked for: a wrong one counts on a token.
    found = places(words)
    if found.folder is None:
        for profile in profiles:
            check_request(found.pairs[0].source, found.pairs[0].out, profile.options)
        with opened(1) as signers:
            return sign_single(found.pairs[0], signers)
    with opened(len(found.pairs)) as signers, reporter.progress(_("Signing"), _("files")) as bar:
        return sign_batch(found, signers, bar)


def _sign_papers(selection: Selection, opened: _OpenSigners, reporter: console.Reporter) -> "Signed":
    """Sign papers of an archive; what comes of it is filed there."""
    from digidoc.archive.archive import Archive
    from digidoc.outcome import Batch
    from digidoc.pipeline.papers import SignedPapers, clear_left, sign_papers
    from digidoc.pipeline.selection import selected
    from digidoc.pipeline.writing import session

    # The lock comes before the PIN: nobody types one for nothing.
    with Archive.locate(selection.folder) as archive:
        with session(archive) as taken:
            meant = selected(archive, selection)
            if meant.papers:
                with opened(len(meant.papers)) as signers, reporter.progress(_("Signing"), _("papers")) as bar:
                    signed = sign_papers(archive, meant, signers, bar)
            else:
                clear_left(archive, lambda _folder, _paper: False)
                signed = SignedPapers(Batch(()), ExitCode.OK, meant)
        return replace(signed, batch=replace(signed.batch, aside=taken.problems))


def _finish(reporter: console.Reporter, signed: "Signed", notes: Sequence[str]) -> None:
    from digidoc.commands.sign.views import data_of, problems_of, view_of

    data = {**data_of(signed), "notes": list(notes)}
    result = console.Result("digidoc.sign/1", data, lambda: view_of(signed), problems_of(signed), signed.exit_code)
    console.finish(reporter, result)
