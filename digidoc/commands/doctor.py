"""`digidoc doctor`: what is installed, what works, and what to do about the rest."""

import importlib
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from digidoc import __version__, config
from digidoc.commands import options
from digidoc.commands.console import Result, exit_codes, finish, reporter
from digidoc.errors import DigidocError, ExitCode
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.ocr_engines import ENGINES

if TYPE_CHECKING:
    from rich.console import RenderableType

# Packages that digidoc runs with, each with the module that shows whether it can be loaded.
LIBRARIES: Final[Mapping[str, str]] = {
    "typer": "typer",
    "rich": "rich",
    "platformdirs": "platformdirs",
    "pillow": "PIL.Image",
    "pi-heif": "pi_heif",
    "pypdf": "pypdf",
    "pikepdf": "pikepdf",
    "pypdfium2": "pypdfium2",
    "numpy": "numpy",
    "opencv-python-headless": "cv2",
    "onnxruntime": "onnxruntime",
    "trueocr": "trueocr",
    "tesserocr": "tesserocr",
    "pytesseract": "pytesseract",
    "pyhanko": "pyhanko.sign",
    "pyhanko-certvalidator": "pyhanko_certvalidator",
    "cryptography": "cryptography",
    "asn1crypto": "asn1crypto.cms",
    "aiohttp": "aiohttp",
    "python-pkcs11": "pkcs11",
    "keyring": "keyring",
    "fonttools": "fontTools.ttLib",
    "fontpkg-noto-serif": "fontpkg_noto_serif",
    "sqlite-utils": "sqlite_utils",
    "pebble": "pebble",
    "python-calamine": "python_calamine",
    "xlsxwriter": "xlsxwriter",
}
# Without these one thing less can be done, but the main job can.
_SPARE: Final = frozenset({"pi-heif", "pytesseract", "python-pkcs11", "keyring"})
_LITTLE_SPACE: Final = 2**30
_SAMPLE: Final = "Quyết định số 15"


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"  # the main job can be done, something else cannot
    MISSING = "missing"  # needed for the main job


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        code: stable English name, for scripts.
        title: what it is, English, to be translated.
        state: how it came out.
        found: version, place or reason, as it is.
        advice: what to do, English with `{name}` places, to be translated; empty when all is well.
        params: values for the places.

    """

    code: str
    title: str
    state: State
    found: str = ""
    advice: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, str]:
        """English, for scripts."""
        advice = self.advice.format(**self.params)
        return {"code": self.code, "title": self.title, "state": self.state, "found": self.found, "advice": advice}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found on this machine.

    Attributes:
        version: of digidoc.
        python: version and place of the Python that runs it.
        platform: operating system and processor.
        checks: all that was looked at.
        settings: (value, where it came from) of each setting, by name.
        engine: the OCR engine that would read now, with its versions; empty when none can.

    """

    version: str
    python: str
    platform: str
    checks: tuple[Check, ...]
    settings: Mapping[str, tuple[str, str]]
    engine: str

    @property
    def usable(self) -> bool:
        """Whether the main job can be done: nothing needed is missing."""
        return all(check.state is not State.MISSING for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """The form of digidoc.doctor/1."""
        return {
            "version": self.version,
            "python": self.python,
            "platform": self.platform,
            "usable": self.usable,
            "engine": self.engine,
            "checks": [check.to_json() for check in self.checks],
            "settings": {name: {"value": value, "origin": origin} for name, (value, origin) in self.settings.items()},
        }


def inspect() -> Diagnosis:
    """Look at this machine; loads every library and reads a small picture, which takes some seconds."""
    settings, file = _settings()
    engine, reading = _engine(settings)
    checks = (*_libraries(), file, *_tesseract(settings), _language_data(settings), reading, _fonts(), _space())
    values = {name: getattr(settings, name) for name in settings.origins if hasattr(settings, name)}
    return Diagnosis(
        version=__version__,
        python=f"{platform.python_version()} ({sys.executable})",
        platform=f"{platform.platform()} {platform.machine()}",
        checks=checks,
        settings={name: (str(value or ""), settings.origins[name]) for name, value in values.items()},
        engine=engine,
    )


def _by_system(linux: str, windows: str, other: str) -> str:
    if sys.platform == "win32":
        advice = windows
    else:
        advice = linux if shutil.which("apt-get") else other
    return advice


def _libraries() -> Iterator[Check]:
    for package, module in LIBRARIES.items():
        bad = State.WARNING if package in _SPARE else State.MISSING
        title = N_("Python package")
        try:
            found = version(package)
            importlib.import_module(module)
        except PackageNotFoundError:
            advice = N_("Install it: {python} -m pip install {package}")
            yield Check(package, title, bad, package, advice, {"python": sys.executable, "package": package})
        except (ImportError, OSError) as error:
            # A wheel whose system library is not there: on Windows nearly always Microsoft's C++ runtime.
            advice = _by_system(
                N_("It is installed but does not load; install it again, and see what the error names."),
                N_("It is installed but does not load; install the Microsoft Visual C++ Redistributable."),
                N_("It is installed but does not load; install it again, and see what the error names."),
            )
            yield Check(package, title, bad, f"{package} {found}: {error}", advice)
        else:
            yield Check(package, title, State.OK, f"{package} {found}{_inside(package)}")


def _inside(package: str) -> str:
    """The version of the Tesseract that tesserocr carries; it is not the program's."""
    if package != "tesserocr":
        return ""
    import tesserocr

    return f" ({tesserocr.tesseract_version().splitlines()[0]})"


def _settings() -> tuple[config.Settings, Check]:
    title, path = N_("Settings file"), config.user_file()
    try:
        settings = config.load({})
    except DigidocError as error:
        advice = N_("Correct it or take it away; until then every command stops at it.")
        broken = Check("settings", title, State.MISSING, f"{path}: {error.problem.message}", advice)
        return config.defaults(), broken
    return settings, Check("settings", title, State.OK, str(path) if path.is_file() else f"({path})")


def _tesseract(settings: config.Settings) -> Iterator[Check]:
    """The program, which only the tesseract engine needs; the Vietnamese one has the library inside tesserocr."""
    bad = State.MISSING if ENGINES[settings.ocr].program == "tesseract" else State.WARNING
    title = N_("Program Tesseract")
    try:
        import pytesseract

        program = str(pytesseract.get_tesseract_version())
        folder = f'--tessdata-dir "{settings.tessdata}"' if settings.tessdata else ""
        languages = pytesseract.get_languages(config=folder)
    except (ImportError, OSError, SystemExit, RuntimeError) as error:
        # SystemExit is how pytesseract answers when the program's words make no sense to it.
        advice = _by_system(
            N_("Only the engine `tesseract` needs it: apt install tesseract-ocr"),
            N_("Only the engine `tesseract` needs it: install Tesseract for Windows and put its folder on PATH."),
            N_("Only the engine `tesseract` needs it: install Tesseract 5 and put it on PATH."),
        )
        yield Check("tesseract", title, bad, str(error).splitlines()[0], advice)
        return
    yield Check("tesseract", title, State.OK, f"{program} ({', '.join(languages)})")
    lacking = set(settings.ocr_lang.split("+")) - set(languages)
    if lacking:
        advice = N_("Install the language data, on Debian and Ubuntu tesseract-ocr-CODE, or change ocr_lang.")
        yield Check("tesseract-languages", N_("Languages of Tesseract"), bad, ", ".join(sorted(lacking)), advice)


def _language_data(settings: config.Settings) -> Check:
    from digidoc.ocr.engines import tessdata

    title, folder = N_("Vietnamese language data"), tessdata.find("vie", settings.tessdata)
    if folder is not None:
        return Check("vie", title, State.OK, str(folder / "vie.traineddata"))
    advice = _by_system(
        N_("Without it digidoc reads about twice as many words wrong: apt install tesseract-ocr-vie"),
        N_("Without it digidoc reads about twice as many words wrong: put vie.traineddata into {folder}"),
        N_("Without it digidoc reads about twice as many words wrong: put vie.traineddata into {folder}"),
    )
    return Check("vie", title, State.WARNING, "", advice, {"folder": str(tessdata.user_folder())})


def _engine(settings: config.Settings) -> tuple[str, Check]:
    """Open the engine that the settings choose and have it read a small picture."""
    title = N_("Reading a sample")
    try:
        import numpy as np

        from digidoc.ocr.engine import EngineSpec
        from digidoc.ocr.engines.registry import open_engine

        opened = open_engine(EngineSpec(settings.ocr, settings.ocr_lang, settings.tessdata, settings.ocr_mode))
        read = opened.read(np.asarray(_sample()), (200.0, 200.0)).text.strip().split("\n")[0]
    except DigidocError as error:
        return "", Check("engine", title, State.MISSING, error.problem.message, error.hint_template, error.params)
    except Exception as error:  # noqa: BLE001 (whatever a broken library raises is the finding)
        advice = N_("Reading does not work; mend what is missing above first.")
        return "", Check("engine", title, State.MISSING, f"{type(error).__name__}: {error}", advice)
    if ENGINES[settings.ocr].reads and not read:
        return opened.name, Check("engine", title, State.MISSING, opened.name, N_("It read nothing on clear print."))
    return opened.name, Check("engine", title, State.OK, f"{opened.name}: {read}")


def _sample() -> Any:
    from fontpkg_noto_serif import ROOT
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (900, 300), 255)
    font = ImageFont.truetype(str(Path(ROOT) / "files" / "NotoSerif[wdth,wght].ttf"), 38)
    for row in range(3):
        ImageDraw.Draw(image).text((60, 40 + 70 * row), _SAMPLE, fill=20, font=font)
    return image


def _fonts() -> Check:
    from digidoc.sign.stamp.fonts import system_fonts

    title, fonts = N_("Font of the stamp"), system_fonts()
    if fonts:
        return Check("fonts", title, State.OK, str(fonts[0]))
    advice = _by_system(
        N_("NĐ 30/2020 asks for Times New Roman; apt install fonts-croscore brings a font of its measures."),
        N_("NĐ 30/2020 asks for Times New Roman, which is not installed; Noto Serif stands in."),
        N_("NĐ 30/2020 asks for Times New Roman; install it, or Tinos, which has its measures."),
    )
    return Check("fonts", title, State.WARNING, "Noto Serif", advice)


def _space() -> Check:
    free = shutil.disk_usage(Path.cwd()).free
    found = f"{free / 2**30:.1f} GiB ({Path.cwd()})"
    if free >= _LITTLE_SPACE:
        return Check("disk", N_("Free space here"), State.OK, found)
    advice = N_("A dossier of 10 pages takes about 10 MB; make room before a large batch.")
    return Check("disk", N_("Free space here"), State.WARNING, found, advice)


_HELP = "\n\n".join(
    [
        _("Say what is installed, which engines and languages work, and what to do about the rest."),
        options.examples("digidoc doctor", "digidoc doctor --json"),
        exit_codes(ExitCode.OK, ExitCode.USAGE, ExitCode.DEPENDENCY),
    ]
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("doctor", help=_HELP, rich_help_panel=_("Start"))(doctor)


def doctor(as_json: options.Json = False) -> None:
    """Carry `digidoc doctor` out."""
    found = inspect()
    code = ExitCode.OK if found.usable else ExitCode.DEPENDENCY
    finish(
        reporter(as_json=as_json),
        Result("digidoc.doctor/1", found.to_json(), lambda: _view(found), exit_code=code),
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
