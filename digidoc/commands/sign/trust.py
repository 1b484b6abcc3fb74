"""`digidoc trust add`, `trust list`, `trust remove`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from digidoc.sign.trust.store import Pin

_ADD_HELP: Final = "\n\n".join(
    (
        _("Trust the root certificates in some files; certificates of authorities between are kept as helpers."),
        _("Compare each SHA-256 with what the authority publishes. With --archive only that archive trusts them."),
        options.examples(
            "digidoc trust add root.pem",
            "digidoc trust add root.cer --sha256 5B:1F:…",
            "digidoc trust add roots.pem --archive kho --yes",
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)
_LIST_HELP: Final = "\n\n".join(
    (
        _("List the trusted certificates: yours, and with --archive those of an archive."),
        options.examples("digidoc trust list", "digidoc trust list --archive kho --json"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.NO_ARCHIVE),
    )
)
_REMOVE_HELP: Final = "\n\n".join(
    (
        _("Trust a certificate no longer."),
        options.examples("digidoc trust remove 5b1f7a", "digidoc trust remove 5b1f7a --archive kho"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)
# Unlike elsewhere no archive is looked for: without the option the user's own certificates are meant.
_TrustingArchive = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        "-A",
        envvar="DIGIDOC_ARCHIVE",
        metavar=_("FOLDER"),
        help=_("The archive that trusts them; without it you do, wherever you verify."),
    ),
]


def register(app: typer.Typer) -> None:
    """Mount the group."""
    # Of the application's own classes, so that help and errors are in the user's language here too.
    group = type(app)(cls=app.info.cls, no_args_is_help=True)
    group.command("add", help=_ADD_HELP)(add)
    group.command("list", help=_LIST_HELP)(list_)
    group.command("remove", help=_REMOVE_HELP)(remove)
    app.add_typer(
        group, name="trust", help=_("Whose signatures are trusted: add, list, remove."), rich_help_panel=_("Signatures")
    )


def add(
    files: Annotated[list[Path], typer.Argument(metavar=_("FILE…"), help=_("PEM or DER files."), show_default=False)],
    sha256: Annotated[
        list[str] | None,
        typer.Option("--sha256", metavar="HEX", help=_("Add only the certificate of this SHA-256, without asking.")),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", metavar="", help=_("Add all without asking."))] = False,
    folder: _TrustingArchive = None,
    clerk: options.Clerk = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Trust certificates; see `digidoc.sign.trust.store`."""
    from digidoc.sign.trust import store as trust_store

    options.act_as(clerk)
    place = _folder(folder)
    found = trust_store.candidates(files, sha256 or ())
    meant = found if sha256 or yes else _confirmed(found)
    for one in meant:
        trust_store.pin(one, place)
    _note(folder, "trusted", meant)
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    data = {"folder": str(place), "certificates": [one.to_json() for one in meant]}
    console.finish(
        reporter,
        console.Result(
            "digidoc.trust/1",
            data,
            lambda: _show(meant, _("{count} certificates added.").format(count=len(meant))),
            exit_code=ExitCode.OK if meant else ExitCode.FAILED,
        ),
    )


def _folder(archive: Path | None) -> Path:
    """Where the certificates lie that an archive trusts; without one, those that the user trusts."""
    if archive is None:
        from digidoc.sign.trust.store import user_store

        return user_store()
    from digidoc.archive.archive import Archive

    with Archive.locate(archive) as opened:
        return opened.trust_folder


def _note(archive: Path | None, what: str, certificates: "Sequence[Pin]") -> None:
    """Write down whom an archive trusts from now on; what a user trusts is no matter of any archive."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.events.clerk import POLICY

    if archive is None or not certificates:
        return
    with Archive.locate(archive) as opened:
        named = [{"name": one.name, "sha256": one.sha256} for one in certificates]
        opened.note(POLICY, "success", {what: named})


def _confirmed(found: "Sequence[Pin]") -> "list[Pin]":
    """Those that a person at the terminal says yes to."""
    from digidoc.clock import written
    from digidoc.sign.errors import ConfirmationMissing

    if sys.stdin is None or not sys.stdin.isatty():
        raise ConfirmationMissing
    meant = []
    for one in found:
        words = (
            _("{name}, valid until {end}\n  SHA-256 {sha256}\nTrust it?")
            if one.root
            else _("{name}, valid until {end}, stands between and helps to build chains\n  SHA-256 {sha256}\nKeep it?")
        )
        question = words.format(name=one.name, end=written(one.not_after), sha256=one.sha256)
        if typer.confirm(question, default=False, err=True):
            meant.append(one)
    return meant


def list_(folder: _TrustingArchive = None, as_json: options.Json = False) -> None:
    """List what is trusted."""
    from digidoc.sign.trust import store as trust_store

    folders = [trust_store.user_store(), *([] if folder is None else [_folder(folder)])]
    found = trust_store.pinned(folders)
    data = {"folders": [str(one) for one in folders], "certificates": [one.to_json() for one in found]}
    nothing = _("No certificate is trusted yet. `digidoc trust add` adds one.")
    result = console.Result("digidoc.trust/1", data, lambda: _show(found, "" if found else nothing))
    console.finish(console.reporter(as_json=as_json), result)


def remove(
    prefix: Annotated[str, typer.Argument(metavar="SHA256", help=_("The beginning of its SHA-256."))],
    folder: _TrustingArchive = None,
    clerk: options.Clerk = None,
    as_json: options.Json = False,
) -> None:
    """Trust a certificate no longer."""
    from digidoc.sign.trust import store as trust_store

    options.act_as(clerk)
    place = _folder(folder)
    gone = trust_store.remove(prefix, [place])
    _note(folder, "trusted_no_longer", [gone])
    data = {"folder": str(place), "certificates": [gone.to_json()]}
    result = console.Result("digidoc.trust/1", data, lambda: _show([gone], _("This certificate is no longer trusted.")))
    console.finish(console.reporter(as_json=as_json), result)


def _show(found: "Sequence[Pin]", words: str) -> "Iterator[RenderableType]":
    from rich.text import Text

    from digidoc.clock import written

    for one in found:
        kind = _("root") if one.root else _("helper: it stands between, and is not trusted by itself")
        yield Text.assemble((one.name, "bold"), f"  {kind}")
        yield Text(_("  valid {start} to {end}").format(start=written(one.not_before), end=written(one.not_after)))
        yield Text(f"  SHA-256 {one.sha256}")
        yield Text(f"  {one.source}", style="dim")
    if words:
        yield Text(words)
