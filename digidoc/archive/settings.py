"""The archive's own file, digidoc.toml: written by `digidoc init`, kept by people, read by every command."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from digidoc.errors import ArchiveNewer, BadConfiguration, UnknownProfile
from digidoc.formats import toml_table
from digidoc.formats.dossier_code import DEFAULT_PATTERN, DossierCode
from digidoc.formats.dossier_code import KEY as DOSSIER_CODE
from digidoc.formats.toml_table import Table, is_count
from digidoc.i18n import N_
from digidoc.model import Level, Unit

FORMAT: Final = 1
# Identifiers of agencies in the national data exchange have at most 35 characters (facts of the domain: H17, H34 …).
CODE_LENGTH: Final = 35
_KEYS: Final = (DOSSIER_CODE, "format", "profile", "scan", "settings", "sign", "stock", "target", "unit")
_UNIT_KEYS: Final = ("code", "level", "name")


@dataclass(frozen=True, slots=True)
class ArchiveConfig:
    """What digidoc.toml says.

    Attributes:
        format: of the whole archive folder, from 1.
        unit: the office that the archive belongs to.
        profile: level of government whose defaults hold: province, district or commune.
        stock: results in force that the office holds on paper, the denominator of the stock rate; None when unknown.
        target: name of the target programme that `digidoc report` compares with; None for none.
        dossier_code: how the office writes the codes of its dossiers (folders of such names are dossiers).
        settings: the `[settings]` table, checked by `digidoc.config`.
        sign: the `[sign.NAME]` tables by name, checked by the signing area.
        scan: the `[scan.NAME]` tables by name, checked by the scanning area.

    """

    format: int
    unit: Unit
    profile: str
    stock: int | None = None
    target: str | None = None
    dossier_code: DossierCode = field(default_factory=lambda: DossierCode.read(DEFAULT_PATTERN))
    settings: Mapping[str, Any] = field(default_factory=dict)
    sign: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scan: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def check_profile(name: str) -> Level:
    """The level of government that a profile stands for.

    Raises:
        UnknownProfile: there is no such profile.

    """
    try:
        return Level(name)
    except ValueError as error:
        raise UnknownProfile(name=name, known=", ".join(Level)) from error


def check_unit(unit: Unit, file: Path | None = None) -> None:
    """See that code and name of the office can stand in identifiers and on one line.

    Raises:
        BadConfiguration: the code is empty or longer than 35 characters, or code or name has control characters.

    """
    if not unit.code.strip() or len(unit.code) > CODE_LENGTH:
        raise BadConfiguration(file=file, reason=N_("a unit code has 1 to 35 characters"))
    if any(unicodedata.category(char)[0] == "C" for char in unit.code + unit.name):
        raise BadConfiguration(file=file, reason=N_("unit code and name must not have control characters"))


def check_stock(stock: object, file: Path | None = None) -> int | None:
    """The number of results in force on paper, or None.

    Raises:
        BadConfiguration: it is neither None nor a whole number from 0.

    """
    if stock is None or (isinstance(stock, int) and not isinstance(stock, bool) and stock >= 0):
        return stock
    raise BadConfiguration(file=file, reason=N_("stock must be a whole number from 0"))


def read_config(path: Path) -> ArchiveConfig:
    """The content of an archive's digidoc.toml.

    Raises:
        ArchiveNewer: a later digidoc made the archive.
        BadConfiguration: it is not TOML, or a value or a key in it cannot be used.
        FileMissing, PermissionMissing: it cannot be read.

    """
    file = Table(toml_table.read(path), path)
    found = file.values.get("format")
    if not is_count(found):
        raise file.wrong(N_("format must be a whole number from 1"))
    if found > FORMAT:
        raise ArchiveNewer(file=path, found=found, known=FORMAT)
    file.only(_KEYS)
    profile = file.text("profile")
    office = file.table("unit")
    office.only(_UNIT_KEYS)
    check_profile(profile)
    unit = Unit(office.text("code"), check_profile(office.text("level") or profile), office.text("name"))
    check_unit(unit, path)
    sign, scan = file.table("sign"), file.table("scan")
    return ArchiveConfig(
        format=found,
        unit=unit,
        profile=profile,
        stock=check_stock(file.values.get("stock"), path),
        target=file.text("target") or None,
        dossier_code=DossierCode.read(file.text(DOSSIER_CODE, DEFAULT_PATTERN), path),
        settings=file.table("settings").values,
        sign={name: sign.table(name).values for name in sign},
        scan={name: scan.table(name).values for name in scan},
    )


def config_text(config: ArchiveConfig) -> str:
    """The digidoc.toml of a new archive: values and comments that say what may be changed."""
    unit = config.unit
    stock = "# stock = 1000" if config.stock is None else f"stock = {config.stock}"
    code = f"{DOSSIER_CODE} = {_quoted(config.dossier_code.pattern)}"
    code = f"# {code}" if config.dossier_code.pattern == DEFAULT_PATTERN else code
    target = '# target = "danang-2021"' if config.target is None else f"target = {_quoted(config.target)}"
    return f"""\
# Settings of this digidoc archive. Change them with any text editor; keep the file in UTF-8.
# Cài đặt của kho lưu trữ digidoc này. Sửa bằng trình soạn thảo văn bản; giữ mã hóa UTF-8.

# Format of the archive folder: never change it by hand.
format = {config.format}

# Level of government whose defaults hold: province, district or commune.
profile = {_quoted(config.profile)}

# Number of results still in force that the office holds on paper: what the digitized ones are divided by.
# Without it the report divides by the papers that were fed to digidoc.
{stock}

# Target programme that `digidoc report` compares with.
{target}

# How the codes of your dossiers are written: a folder of that name is a dossier. {{number:4,6-7}} is 4, 6 or 7 digits.
{code}

[unit]
# Code of the office, at most 35 characters. It is part of every identifier in the store: do not change it.
code = {_quoted(unit.code)}
level = {_quoted(unit.level.value)}
name = {_quoted(unit.name)}

# Settings that hold for everyone who works in this archive. `digidoc doctor` shows what holds and why.
[settings]
# jobs = 2
# ocr = "vietnamese"

# Signing profiles for `digidoc digitize --sign NAME`, one table each. No PIN or passphrase ever stands here.
# [sign.NAME]

# Scanning profiles for `digidoc scan --profile NAME`, one table each.
# [scan.NAME]
"""


def _quoted(text: str) -> str:
    """`text` as a TOML basic string; control characters were refused before."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
