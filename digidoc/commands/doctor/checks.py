"""Settings, programs, language data, fonts and room: what else `digidoc doctor` looks at."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from digidoc import config
from digidoc.commands.doctor.diagnosis import Check, State, by_system
from digidoc.errors import DigidocError
from digidoc.i18n import N_
from digidoc.ocr_engines import ENGINES

_LITTLE_SPACE: Final = 2**30
_SAMPLE: Final = "Quyết định số 15"


def settings() -> tuple[config.Settings, Check]:
    """The settings in force, and whether the user's file can be read; the defaults where it cannot."""
    title, path = N_("Settings file"), config.user_file()
    try:
        settings = config.load({})
    except DigidocError as error:
        advice = N_("Correct it or take it away; until then every command stops at it.")
        broken = Check("settings", title, State.MISSING, f"{path}: {error.problem.message}", advice)
        return config.defaults(), broken
    return settings, Check("settings", title, State.OK, str(path) if path.is_file() else f"({path})")


def tesseract(settings: config.Settings) -> Iterator[Check]:
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
        advice = by_system(
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


def language_data(settings: config.Settings) -> Check:
    """The data that the Vietnamese engine reads better with."""
    from digidoc.ocr.engines import tessdata

    title, folder = N_("Vietnamese language data"), tessdata.find("vie", settings.tessdata)
    if folder is not None:
        return Check("vie", title, State.OK, str(folder / "vie.traineddata"))
    advice = by_system(
        N_("Without it digidoc reads about twice as many words wrong: apt install tesseract-ocr-vie"),
        N_("Without it digidoc reads about twice as many words wrong: put vie.traineddata into {folder}"),
        N_("Without it digidoc reads about twice as many words wrong: put vie.traineddata into {folder}"),
    )
    return Check("vie", title, State.WARNING, "", advice, {"folder": str(tessdata.user_folder())})


def engine(settings: config.Settings) -> tuple[str, Check]:
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
        advice = N_("Reading does not work; first install what is missing above.")
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


def scanners() -> Check:
    """The program that speaks to scanners, and the scanners that it finds."""
    from digidoc.scan.sane import program

    title = N_("Scanners")
    try:
        found = ", ".join(f"{device.name} ({device.label})" for device in program.devices())
        version = program.version()
    except DigidocError as error:
        return Check("scanners", title, State.WARNING, error.problem.message, error.hint_template, error.params)
    return Check("scanners", title, State.OK, f"{version}: {found or '–'}")


def fonts() -> Check:
    """The font of the stamp."""
    from digidoc.sign.stamp.fonts import system_fonts

    title, fonts = N_("Font of the stamp"), system_fonts()
    if fonts:
        return Check("fonts", title, State.OK, str(fonts[0]))
    advice = by_system(
        N_("NĐ 30/2020 asks for Times New Roman; apt install fonts-croscore brings a font of its measures."),
        N_("NĐ 30/2020 asks for Times New Roman, which is not installed; Noto Serif stands in."),
        N_("NĐ 30/2020 asks for Times New Roman; install it, or Tinos, which has its measures."),
    )
    return Check("fonts", title, State.WARNING, "Noto Serif", advice)


def space() -> Check:
    """Room on the disk of the current folder."""
    free = shutil.disk_usage(Path.cwd()).free
    found = f"{free / 2**30:.1f} GiB ({Path.cwd()})"
    if free >= _LITTLE_SPACE:
        return Check("disk", N_("Free space here"), State.OK, found)
    advice = N_("A dossier of 10 pages takes about 10 MB; make room before a large batch.")
    return Check("disk", N_("Free space here"), State.WARNING, found, advice)
