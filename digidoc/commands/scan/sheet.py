"""`digidoc sheet`: separator sheets to be printed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode, OutputExists, UsageError, from_os
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.register import DossierState

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.archive import Archive

_STATES: Final = {state.name.lower().replace("_", "-"): state for state in DossierState}
_HELP: Final = "\n\n".join(
    (
        _("Make separator sheets, one for each dossier, as one PDF to be printed."),
        _("In a stack of papers a sheet says which dossier the pages behind it belong to, up to the next sheet."),
        _("Each sheet begins a paper: name a dossier as often as it has papers."),
        options.examples(
            "digidoc sheet H17-260105-0012 H17-260105-0013 --end",
            "digidoc sheet --from-register --procedure 1.012753 --since 2026-01-05 --out today.pdf",
            "digidoc sheet --from-register --state in-process --two-sided",
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)


_Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        formats=options.DATES,
        metavar=_("DATE"),
        help=_("With --from-register: received on that day or later."),
    ),
]
_States = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar=_("STATE"),
        help=_("With --from-register: in this state, one of {states}; several times for several.").format(
            states=", ".join(_STATES)
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("sheet", help=_HELP, rich_help_panel=_("Digitize"))(sheet)


def sheet(
    dossiers: Annotated[
        list[str] | None, typer.Argument(metavar=_("DOSSIER…"), help=_("Codes of dossiers, in the order of the stack."))
    ] = None,
    from_register: Annotated[
        bool, typer.Option("--from-register", metavar="", help=_("A sheet for each dossier of the register."))
    ] = False,
    procedure: Annotated[
        str | None, typer.Option("--procedure", metavar=_("CODE"), help=_("With --from-register: of this procedure."))
    ] = None,
    since: _Since = None,
    states: _States = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar=_("FILE"), help=_("Where to; - for standard output."))
    ] = Path("sheets.pdf"),
    two_sided: Annotated[
        bool,
        typer.Option(
            "--two-sided", metavar="", help=_("Print every sheet on both sides, for stacks scanned on both sides.")
        ),
    ] = False,
    end: Annotated[
        bool,
        typer.Option("--end", metavar="", help=_("Add a last sheet with their number, to be put behind the stack.")),
    ] = False,
    archive_folder: options.ArchiveFolder = None,
    as_json: options.Json = False,
) -> None:
    """Carry `digidoc sheet` out."""
    from digidoc.archive.archive import Archive
    from digidoc.pipeline.scanning.known import unknown_dossiers
    from digidoc.scan.sheets import sheet_codes, sheets_pdf

    _check(dossiers, out, from_register=from_register, chosen=any((procedure, since, states)))
    with Archive.locate(archive_folder) as archive:
        codes = (
            _from_register(archive, procedure, since, states or [])
            if from_register
            else _named(archive, dossiers or [])
        )
        unknown = sorted(unknown_dossiers(archive, codes))
    content = sheets_pdf(sheet_codes(codes, end=end), datetime.now(UTC), two_sided=two_sided)
    reporter = console.reporter(as_json=as_json)
    if unknown:
        said = _("Known neither to the register nor to the archive, so that a stack would stop there: {dossiers}")
        reporter.note(said.format(dossiers=", ".join(unknown)))
    if str(out) == "-":
        console.finish_bytes(content, ExitCode.OK)
    _write(out, content)
    data = {"file": str(out), "sheets": len(codes), "end": end, "dossiers": codes, "unknown": unknown}
    console.finish(reporter, console.Result("digidoc.sheet/1", data, lambda: _view(out, len(codes))))


def _check(dossiers: list[str] | None, out: Path, *, from_register: bool, chosen: bool) -> None:
    """See that the words fit together, before anything is looked up."""
    if bool(dossiers) == from_register:
        raise UsageError(reason=N_("name dossiers, or use --from-register, but not both"))
    if chosen and not from_register:
        raise UsageError(reason=N_("--procedure, --since and --state go with --from-register"))
    if str(out) != "-" and out.exists():
        raise OutputExists(file=out)


def _write(out: Path, content: bytes) -> None:
    from digidoc.files import disk

    try:
        disk.write_result(out, content)
    except OSError as error:
        raise from_os(error, out) from error


def _named(archive: "Archive", dossiers: list[str]) -> list[str]:
    from digidoc.pipeline.collect import named_dossier
    from digidoc.pipeline.intake.dossier_folders import DossierFolders

    folders = DossierFolders.of(archive)
    return [named_dossier(code, folders) for code in dossiers]


def _from_register(archive: "Archive", procedure: str | None, since: datetime | None, states: list[str]) -> list[str]:
    from digidoc.scan.errors import NoDossiers

    for state in states:
        if state not in _STATES:
            raise UsageError(
                reason=N_("there is no state {name}; there are {known}"), name=state, known=", ".join(_STATES)
            )
    wanted = frozenset(_STATES[state] for state in states)
    codes = archive.dossier_codes(procedure, None if since is None else since.date(), wanted)
    if not codes:
        raise NoDossiers
    return codes


def _view(out: Path, sheets: int) -> "Iterator[RenderableType]":
    from rich.text import Text

    yield Text(_("Separator sheets: {number} ({file})").format(number=sheets, file=out))
    yield Text(_("Print them at full size (100 %), not fitted to the page."), style="dim")
