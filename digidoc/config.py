"""Settings, each value knowing where it came from.

Order: flag, environment, the archive's digidoc.toml, the user's file, default. The user's file is `config.toml` in the
platform's configuration folder (`digidoc doctor` prints it); profiles for signing and scanning may stand in it too, as
`[sign.NAME]` and `[scan.NAME]`. No secret ever stands in either file.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal

from digidoc.errors import BadConfiguration, DigidocError, UsageError
from digidoc.formats import toml_table
from digidoc.formats.toml_table import NO_VALUE, Rule, Table, is_count, is_text
from digidoc.i18n import N_
from digidoc.ocr_engines import DEFAULT as DEFAULT_ENGINE
from digidoc.ocr_engines import ENGINES

OcrMode = Literal["accurate", "draft"]
MODES: Final[tuple[OcrMode, ...]] = ("accurate", "draft")
_KEYS: Final[Mapping[str, Rule]] = {
    "lang": is_text,
    "jobs": is_count,
    "ocr": is_text,
    "ocr_lang": is_text,
    "ocr_mode": is_text,
    "tessdata": is_text,
}
_READING: Final[Mapping[str, Any]] = {
    "ocr": DEFAULT_ENGINE,
    "ocr_lang": "vie",
    "ocr_mode": "accurate",
    "tessdata": None,
}
_PROFILES: Final = ("sign", "scan")  # the tables of the user's profiles


class Origin(StrEnum):
    """Where a value came from."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    ARCHIVE = "archive"
    USER = "user file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for this run.

    Attributes:
        jobs: worker processes.
        ocr: engine, a name that `--ocr` takes.
        ocr_lang: Tesseract's language codes for the tesseract engine, such as "vie+eng".
        ocr_mode: how the vietnamese engine reads, one of `MODES`.
        tessdata: folder of Tesseract's language data; None leaves it to be found.
        origins: where each came from, by name.

    """

    jobs: int
    ocr: str
    ocr_lang: str
    ocr_mode: OcrMode
    tessdata: Path | None
    origins: Mapping[str, Origin] = field(default_factory=dict)


def defaults() -> Settings:
    """What holds where nothing was set; one worker."""
    return Settings(jobs=1, **_READING)


def user_file() -> Path:
    """The user's own settings file; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("digidoc", appauthor=False) / "config.toml"


def load(
    flags: Mapping[str, Any],
    archive: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings that hold, checked.

    Args:
        flags: values from the command line by name; None means not given.
        archive: the `[settings]` table of the archive's digidoc.toml.
        environ: DIGIDOC_JOBS, DIGIDOC_OCR, DIGIDOC_OCR_LANG, DIGIDOC_OCR_MODE, DIGIDOC_TESSDATA (TESSDATA_PREFIX is
            honoured too).

    Raises:
        BadConfiguration: a value of the wrong type, an unknown key or engine.
        UsageError: a flag names an unknown engine.

    """
    environ = os.environ if environ is None else environ
    path = user_file()
    user = {key: value for key, value in _user_toml().items() if key not in _PROFILES}
    layers: list[tuple[Origin, Mapping[str, Any]]] = [
        (Origin.FLAG, {k: v for k, v in flags.items() if v is not None}),
        (Origin.ENVIRONMENT, _from_environment(environ)),
        (Origin.ARCHIVE, _checked(archive or {}, "digidoc.toml")),
        (Origin.USER, _checked(user, path)),
        (Origin.DEFAULT, {"jobs": os.cpu_count() or 1, **_READING}),
    ]
    found: dict[str, tuple[Any, Origin]] = {}
    for origin, values in layers:
        for key, value in values.items():
            found.setdefault(key, (value, origin))
    engine, origin = found["ocr"]
    if engine not in ENGINES:
        kind = UsageError if origin is Origin.FLAG else BadConfiguration
        raise kind(reason=N_("there is no OCR engine {name}; there are {known}"), name=engine, known=", ".join(ENGINES))
    mode, origin = found["ocr_mode"]
    if mode not in MODES:
        kind = UsageError if origin is Origin.FLAG else BadConfiguration
        raise kind(reason=N_("there is no OCR mode {name}; there are {known}"), name=mode, known=", ".join(MODES))
    tessdata = found["tessdata"][0]
    return Settings(
        jobs=found["jobs"][0],
        ocr=engine,
        ocr_lang=found["ocr_lang"][0],
        ocr_mode=mode,
        tessdata=Path(tessdata) if tessdata else None,
        origins={key: origin for key, (_, origin) in found.items()},
    )


def user_profiles(kind: Literal["sign", "scan"] = "sign") -> tuple[Mapping[str, Mapping[str, Any]], Path]:
    """The `[sign.NAME]` tables of the user's file by name, or those of scanning, and its folder, where paths start.

    Raises:
        BadConfiguration: it is not TOML, or `sign` is no table of tables.
        FileMissing, PermissionMissing: it cannot be read.

    """
    path = user_file()
    tables = _user_toml().get(kind, {})
    if not isinstance(tables, Mapping) or not all(isinstance(table, Mapping) for table in tables.values()):
        raise BadConfiguration(file=path, reason=NO_VALUE, key=kind, value=tables)
    return tables, path.parent


def _user_toml() -> dict[str, Any]:
    path = user_file()
    return toml_table.read(path) if path.is_file() else {}


def user_language() -> str | None:
    """`lang` of the user's file, or None; a file that cannot be read is reported by `load`, not here."""
    try:
        value = _user_toml().get("lang")
    except DigidocError:
        return None
    return value if isinstance(value, str) else None


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = {name: f"DIGIDOC_{name.upper()}" for name in ("jobs", "ocr", "ocr_lang", "ocr_mode")}
    found: dict[str, Any] = {key: environ[name] for key, name in names.items() if environ.get(name)}
    for name in ("DIGIDOC_TESSDATA", "TESSDATA_PREFIX"):
        if environ.get(name):
            found.setdefault("tessdata", environ[name])
    if "jobs" in found:
        if not found["jobs"].isdecimal() or int(found["jobs"]) < 1:
            raise BadConfiguration(reason=NO_VALUE, key="DIGIDOC_JOBS", value=found["jobs"])
        found["jobs"] = int(found["jobs"])
    return found


def _checked(values: Mapping[str, Any], file: Path | str) -> Mapping[str, Any]:
    Table(values, file).check(_KEYS)
    return values
