"""The commands `import dossiers`, `papers`, `procedures`, `units`. Heavy modules are imported when a command runs."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digidoc.clock import VIETNAM
from digidoc.commands import console, options
from digidoc.errors import ExitCode
from digidoc.i18n import tr as _
from digidoc.progress import Progress

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.archive import Archive
    from digidoc.archive.importing.reading import Reading
    from digidoc.register import Imported

_KEPT: Final = _(
    "Good rows are taken, bad ones are named and left out, all at once or nothing at all. "
    "Importing the same file again changes nothing."
)
_CODES: Final = console.exit_codes(
    ExitCode.OK,
    ExitCode.FAILED,
    ExitCode.USAGE,
    ExitCode.SOME_FAILED,
    ExitCode.NO_ARCHIVE,
    ExitCode.ARCHIVE_LOCKED,
    ExitCode.INTERRUPTED,
)
_HELPS: Final = {
    "dossiers": (
        _("Import the register of dossiers: CSV, XLSX, or JSON as it is sent to the national portal."),
        _("Needed: Mã hồ sơ, Ngày tiếp nhận. Known too: Mã TTHC, Đơn vị xử lý, Trạng thái, Ngày hẹn trả, …"),
        _KEPT,
        options.examples(
            "digidoc import dossiers so-theo-doi.xlsx", "digidoc import dossiers export.csv --mapping columns.toml"
        ),
        _CODES,
    ),
    "papers": (
        _("Import the papers of dossiers, one a row: results and components. CSV or XLSX."),
        _("Needed: Mã hồ sơ, Tên giấy tờ. Known too: Loại, Số ký hiệu, Ngày cấp, Có giá trị đến, Ngày thu hồi, …"),
        _KEPT,
        options.examples("digidoc import papers ket-qua.xlsx --sheet 2025"),
        _CODES,
    ),
    "procedures": (
        _("Import the catalogue of procedures as the national portal exports it. CSV or XLSX."),
        _("Needed: Mã số, Tên. Known too: Lĩnh vực, Cơ quan ban hành, Cơ quan thực hiện."),
        _KEPT,
        options.examples("digidoc import procedures danh-sach-tthc.xlsx"),
        _CODES,
    ),
    "units": (
        _("Import the list of offices: CSV, XLSX, or the published JSON of provinces and communes."),
        _("Needed: Mã, Tên. Known too: Cấp, Trực thuộc, Hiệu lực từ, Hiệu lực đến, Kế thừa."),
        _KEPT,
        options.examples("digidoc import units don-vi.json"),
        _CODES,
    ),
}


def register(app: typer.Typer) -> None:
    """Mount the group."""
    # Of the application's own classes, so that help and errors are in the user's language here too.
    group = type(app)(cls=app.info.cls, no_args_is_help=True)
    for kind, paragraphs in _HELPS.items():
        group.command(kind, help="\n\n".join(paragraphs))(_command(kind))
    app.add_typer(
        group,
        name="import",
        help=_("The register: dossiers, their papers, procedures and offices, from the files of other systems."),
        rich_help_panel=_("Reports"),
    )


def _command(kind: str) -> Callable[..., None]:
    def run(
        file: Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("The file to import."), show_default=False)],
        mapping: Annotated[
            Path | None,
            typer.Option(
                "--mapping",
                metavar=_("FILE"),
                help=_('TOML file with lines such as code = "Số biên nhận", for columns with other titles.'),
            ),
        ] = None,
        sheet: Annotated[
            str | None, typer.Option("--sheet", metavar=_("NAME"), help=_("Sheet of the spreadsheet."))
        ] = None,
        archive: options.ArchiveFolder = None,
        clerk: options.Clerk = None,
        as_json: options.Json = False,
        quiet: options.Quiet = False,
    ) -> None:
        options.act_as(clerk)
        _import(kind, file, mapping, sheet, archive, console.reporter(as_json=as_json, quiet=quiet))

    return run


def _import(
    kind: str, file: Path, mapping: Path | None, sheet: str | None, folder: Path | None, reporter: console.Reporter
) -> None:
    from digidoc.archive.archive import Archive
    from digidoc.archive.importing.reading import Reading, digest
    from digidoc.archive.importing.titles import KINDS, read_mapping
    from digidoc.register import ImportSource

    titles = {} if mapping is None else read_mapping(mapping, KINDS[kind])
    with Archive.locate(folder) as archive, archive.writing(), reporter.progress(_("Importing"), _("rows")) as bar:
        today = datetime.now(UTC).astimezone(VIETNAM).date()
        unit = archive.config.unit.code
        reading = Reading(file, kind, mapping=titles, sheet=sheet, unit=unit, today=today, known=archive.known_dossiers)
        source = ImportSource(file, digest(file), kind, titles)
        imported = _taker(archive, kind)(_counted(reading, bar), source)
    data = {
        "kind": kind,
        "file": str(file),
        "rows": reading.rows,
        "new": imported.new,
        "changed": imported.changed,
        "unchanged": imported.unchanged,
        "bad": len(reading.problems),
        "columns": dict(reading.columns),
        "unused_columns": list(reading.unused),
    }
    code = ExitCode.SOME_FAILED if reading.problems else ExitCode.OK
    view = console.Result("digidoc.import/1", data, lambda: _view(reading, imported), tuple(reading.problems), code)
    console.finish(reporter, view)


def _taker(archive: "Archive", kind: str) -> Callable[..., "Imported"]:
    takers: dict[str, Callable[..., Imported]] = {
        "dossiers": archive.register_dossiers,
        "papers": archive.register_results,
        "procedures": archive.register_procedures,
        "units": archive.register_units,
    }
    return takers[kind]


def _counted(reading: "Reading", bar: Progress) -> "Iterator[Any]":
    every = 1000  # rows between two movements of the bar
    for number, value in enumerate(reading.values(), 1):
        if number % every == 0:
            bar.advance("", every)
        yield value


def _view(reading: "Reading", imported: "Imported") -> "Iterator[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    table.add_row(str(imported.new), _("new"))
    table.add_row(str(imported.changed), _("changed"))
    table.add_row(str(imported.unchanged), _("unchanged"))
    table.add_row(str(len(reading.problems)), _("bad rows, left out"))
    yield table
    if reading.columns:
        named = ", ".join(f"{name} = {title}" for name, title in reading.columns.items())
        yield Text(_("Columns: {names}").format(names=named), style="dim")
    if reading.unused:
        shown = ", ".join(reading.unused[:20])
        yield Text(_("Nothing is taken from: {names}").format(names=shown), style="yellow")
