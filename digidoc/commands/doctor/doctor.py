"""`digidoc doctor`: what is installed, what works, and what to do about the rest."""

import platform
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import typer

from digidoc import __version__, config
from digidoc.commands import console, options
from digidoc.commands.doctor import checks
from digidoc.commands.doctor.diagnosis import Check, Diagnosis, State
from digidoc.commands.doctor.libraries import LIBRARIES, libraries
from digidoc.errors import ExitCode
from digidoc.i18n import N_
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from rich.console import RenderableType

_HELP: Final = "\n\n".join(
    [
        _("Say what is installed, which engines and languages work, and what to do about the rest."),
        options.examples("digidoc doctor", "digidoc doctor --json"),
        console.exit_codes(ExitCode.OK, ExitCode.USAGE, ExitCode.DEPENDENCY),
    ]
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("doctor", help=_HELP, rich_help_panel=_("Start"))(doctor)


def doctor(as_json: options.Json = False) -> None:
    """Carry `digidoc doctor` out."""
    found = _inspect()
    code = ExitCode.OK if found.usable else ExitCode.DEPENDENCY
    console.finish(
        console.reporter(as_json=as_json),
        console.Result("digidoc.doctor/1", found.to_json(), lambda: _view(found), exit_code=code),
    )


def _inspect() -> Diagnosis:
    """Look at this machine; loads every library and reads a small picture, which takes some seconds."""
    settings, file = checks.settings()
    engine, reading = checks.engine(settings)
    found = (
        *libraries(),
        file,
        *checks.tesseract(settings),
        checks.language_data(settings),
        reading,
        checks.fonts(),
        checks.scanners(),
        checks.space(),
    )
    values = {name: getattr(settings, name) for name in settings.origins if hasattr(settings, name)}
    return Diagnosis(
        version=__version__,
        python=f"{platform.python_version()} ({sys.executable})",
        platform=f"{platform.platform()} {platform.machine()}",
        checks=found,
        settings={name: (str(value or ""), settings.origins[name]) for name, value in values.items()},
        engine=engine,
    )


def _view(found: Diagnosis) -> "Iterator[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    yield Text(f"digidoc {found.version} · Python {found.python} · {found.platform}")
    marks = {State.OK: ("✓", "green"), State.WARNING: ("!", "yellow"), State.MISSING: ("✗", "red")}
    table = Table(box=None, show_header=False, pad_edge=False)
    loaded = [check for check in found.checks if check.code in LIBRARIES and check.state is State.OK]
    versions = Check("packages", N_("Python packages"), State.OK, ", ".join(check.found for check in loaded))
    for check in (versions, *(check for check in found.checks if check not in loaded)):
        mark, style = marks[check.state]
        said = Text(check.found)
        if check.advice:
            said.append(f"\n→ {_(check.advice).format(**check.params)}", style="bold")
        table.add_row(Text(mark, style=style), _(check.title), said)
    yield table
    settings = Table(box=None, show_header=False, pad_edge=False)
    origins = {
        config.Origin.ENVIRONMENT: _("from the environment"),
        config.Origin.USER: _("from the settings file"),
        config.Origin.DEFAULT: _("by default"),
    }
    for name, (value, origin) in found.settings.items():
        settings.add_row("", name, value, origins[config.Origin(origin)])
    yield Text(_("Settings in force:"))
    yield settings
    if not found.usable:
        yield Text(_("Something needed is missing: see the lines with ✗."), style="red")
    elif any(check.state is State.WARNING for check in found.checks):
        yield Text(_("digidoc can do its main job; the lines with ! say what would make it better."), style="green")
    else:
        yield Text(_("All is well."), style="green")
