"""The commands `target list`, `show`, `check` and `add`. Heavy modules are imported when a command runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digidoc.commands import console, options
from digidoc.errors import DigidocError, ExitCode, Problem
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.report.targets import LevelTable, Programme

_LIST_HELP: Final = "\n\n".join(
    (
        _("List the target programmes that reports can be compared with."),
        _("Some come with digidoc; others lie in the archive or in your own folder, see `target add`."),
        options.examples("digidoc target list", "digidoc target list --json"),
        console.exit_codes(ExitCode.OK, ExitCode.USAGE, ExitCode.SOME_FAILED),
    )
)
_SHOW_HELP: Final = "\n\n".join(
    (
        _("Show a target programme: what it asks of each level of government by year, and its source."),
        options.examples("digidoc target show danang-2021", "digidoc target show qd766 --json"),
        console.exit_codes(ExitCode.OK, ExitCode.USAGE),
    )
)
_CHECK_HELP: Final = "\n\n".join(
    (
        _("Check the file of a target programme, and show what it comes to."),
        options.examples("digidoc target check our-province.toml"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE),
    )
)
_ADD_HELP: Final = "\n\n".join(
    (
        _("Add a target programme: its file is checked and copied to the archive, or without one to your own folder."),
        options.examples("digidoc target add our-province.toml", "digidoc target add our-province.toml --archive kho"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)
Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("Name of the programme."), show_default=False)]
File = Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("TOML file of the programme."), show_default=False)]


def register(app: typer.Typer) -> None:
    """Mount the group."""
    # Of the application's own classes, so that help and errors are in the user's language here too.
    group = type(app)(cls=app.info.cls, no_args_is_help=True)
    group.command("list", help=_LIST_HELP)(list_)
    group.command("show", help=_SHOW_HELP)(show)
    group.command("check", help=_CHECK_HELP)(check)
    group.command("add", help=_ADD_HELP)(add)
    app.add_typer(
        group,
        name="target",
        help=_("Target programmes: what offices are asked to reach by when."),
        rich_help_panel=_("Reports"),
    )


def list_(archive: options.ArchiveFolder = None, as_json: options.Json = False) -> None:
    """List the programmes that are known; see `digidoc.report.programmes`."""
    from digidoc.commands.report.places import folders_near
    from digidoc.report import programmes

    places = folders_near(archive)
    found: list[tuple[Programme, Path | None]] = []
    problems: list[Problem] = []
    for name, path in programmes.names(places).items():
        try:
            found.append((programmes.load(name, places), path))
        except DigidocError as error:
            problems.append(error.problem)
    data = {"targets": [{**_facts(programme), "file": path and str(path)} for programme, path in found]}
    code = ExitCode.SOME_FAILED if problems else ExitCode.OK
    result = console.Result(
        "digidoc.targets/1", data, lambda: _list_view([one for one, _path in found]), tuple(problems), code
    )
    console.finish(console.reporter(as_json=as_json), result)


def show(name: Name, archive: options.ArchiveFolder = None, as_json: options.Json = False) -> None:
    """Show a programme; see `digidoc.report.programmes`."""
    from digidoc.commands.report.places import folders_near
    from digidoc.report import programmes

    _finish(programmes.load(name, folders_near(archive)), as_json=as_json)


def check(file: File, as_json: options.Json = False) -> None:
    """Check the file of a programme; see `digidoc.report.target_file`."""
    from digidoc.report import target_file

    _finish(target_file.read(file), as_json=as_json)


def add(
    file: File, archive: options.ArchiveFolder = None, clerk: options.Clerk = None, as_json: options.Json = False
) -> None:
    """Check the file of a programme and copy it to where programmes lie."""
    from digidoc.commands.report.places import folders_near
    from digidoc.errors import OutputExists, from_os
    from digidoc.report import programmes, target_file

    options.act_as(clerk)
    places = folders_near(archive)
    programme = target_file.read(file)
    place = places[0] / f"{programme.name}{programmes.ENDING}"
    if programme.name in programmes.names(places):
        raise OutputExists(file=programmes.names(places)[programme.name] or place.name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        # "x": nobody's file is overwritten, not even by two commands at once.
        with place.open("xb") as stream:
            stream.write(file.read_bytes())
    except OSError as error:
        raise from_os(error, place) from error
    if len(places) > 1:  # the archive's folder and the user's: it lies in the archive
        _note(archive, programme.name, place)
    _finish(programme, as_json=as_json, added=place)


def _note(archive: Path | None, name: str, file: Path) -> None:
    """Write down that reports of an archive can be compared with one more programme."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.events.clerk import POLICY
    from digidoc.files.disk import sha256_of

    with Archive.locate(archive) as opened:
        opened.note(POLICY, "success", {"target": name, "sha256": sha256_of(file)})


def _list_view(found: "Sequence[Programme]") -> "Iterator[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    from digidoc.report import words

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in (_("Name"), _("Kind"), _("From"), _("To"), _("Title")):
        table.add_column(title)
    for programme in found:
        cells = (
            programme.name,
            words.kind(programme.kind),
            words.day(programme.valid_from),
            words.day(programme.valid_to),
            programme.title,
        )
        table.add_row(*map(Text, cells))
    yield table


def _finish(programme: "Programme", *, as_json: bool, added: Path | None = None) -> None:
    reporter = console.reporter(as_json=as_json)
    data = {**_facts(programme), **_tables(programme), **({} if added is None else {"file": str(added)})}

    def view() -> "Iterator[RenderableType]":
        from rich.text import Text

        if added is not None:
            yield Text(_("Added: {file}").format(file=added), style="green")
        yield from _view(programme)

    console.finish(reporter, console.Result("digidoc.target/1", data, view))


def _facts(programme: "Programme") -> dict[str, Any]:
    return {
        "name": programme.name,
        "kind": programme.kind.value,
        "title": programme.title,
        "source": programme.source,
        "metric": None if programme.indicators else programme.metric.value,
        "mode": None if programme.mode is None else programme.mode.value,
        "valid_from": programme.valid_from.isoformat(),
        "valid_to": programme.valid_to.isoformat(),
        "remark": programme.remark,
    }


def _tables(programme: "Programme") -> dict[str, Any]:
    return {
        "quality": {str(year): quality.value for year, quality in programme.qualities.items()},
        "levels": {
            level.value: {
                "until": None if table.until is None else table.until.isoformat(),
                "percents": {str(year): float(percent) for year, percent in table.percents.items()},
                "in_the_other_mode": {str(year): float(percent) for year, percent in table.otherwise.items()},
            }
            for level, table in programme.levels.items()
        },
        "indicators": [
            {
                "code": row.code,
                "title": row.title,
                "metric": None if row.metric is None else row.metric.value,
                "quality": row.quality.value,
                "points": float(row.points),
                "full_at": float(row.full_at),
            }
            for row in programme.indicators
        ],
    }


def _view(programme: "Programme") -> "Iterator[RenderableType]":
    from rich.text import Text

    from digidoc.report import words

    yield Text(f"{programme.name} · {programme.title}", style="bold")
    yield Text(_("Source: {source}").format(source=programme.source), style="dim")
    span = _("{kind}, {first} to {last}").format(
        kind=words.kind(programme.kind), first=words.day(programme.valid_from), last=words.day(programme.valid_to)
    )
    yield Text(span)
    if programme.remark:
        yield Text(programme.remark, style="yellow")
    yield from _indicators(programme) if programme.indicators else _levels(programme)


def _levels(programme: "Programme") -> "Iterator[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    from digidoc.report import words

    mode = "" if programme.mode is None else f" · {words.mode(programme.mode)}"
    yield Text(_("Measured: {metric}{mode}").format(metric=words.metric(programme.metric), mode=mode))
    years = sorted({year for table in programme.levels.values() for year in table.percents} | set(programme.qualities))
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("%")
    for year in years:
        table.add_column(str(year), justify="right")
    for level, rows in programme.levels.items():
        until = "" if rows.until is None else _(" (until {day})").format(day=words.day(rows.until))
        table.add_row(Text(words.level(level) + until), *_row(rows, years))
    qualities = [programme.qualities.get(year) for year in years]
    table.add_row(Text(_("what counts"), style="dim"), *(words.quality(q) if q else "" for q in qualities), style="dim")
    yield table
    yield from _other_reading(programme)


def _row(table: "LevelTable", years: list[int]) -> list[str]:
    from digidoc.report import words

    return [words.percent(table.percents[year]) if year in table.percents else "" for year in years]


def _other_reading(programme: "Programme") -> "Iterator[RenderableType]":
    """What the programme would come to if its steps were read the other way: it matters, so a reader is told."""
    from rich.text import Text

    from digidoc.report import words
    from digidoc.report.targets import Mode

    other = Mode.RELATIVE if programme.mode is Mode.POINTS else Mode.POINTS
    for level, table in programme.levels.items():
        if table.otherwise:
            year = max(table.otherwise)
            said = _("If {mode}: {level} {percent} % in {year}").format(
                mode=words.mode(other),
                level=words.level(level),
                percent=words.percent(table.otherwise[year]),
                year=year,
            )
            yield Text(said, style="dim")


def _indicators(programme: "Programme") -> "Iterator[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    from digidoc.report import words

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in (_("Indicator"), _("Points"), _("Full at"), _("Measured")):
        table.add_column(title)
    for row in programme.indicators:
        measured = _("not by digidoc") if row.metric is None else words.metric(row.metric)
        table.add_row(
            Text(f"{row.code}\n{row.title}"), words.percent(row.points), f"{words.percent(row.full_at, 0)} %", measured
        )
    yield table
