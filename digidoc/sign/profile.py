"""How an archive signs: a `[sign.NAME]` table of its digidoc.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from digidoc.config import NO_VALUE, UNKNOWN_KEY
from digidoc.errors import BadConfiguration
from digidoc.i18n import N_
from digidoc.sign.forms import StampForm, stamp_form
from digidoc.sign.request import SignOptions, check_options

_KEYS: Final[Mapping[str, tuple[type, ...]]] = {
    "key": (str,),
    "pin_file": (str,),
    "level": (str,),
    "tsa": (str,),
    "tsa_seconds": (int, float),
    "stamp": (str,),
    "organisation": (str,),
    "reason": (str,),
    "location": (str,),
}
_SECRETS: Final = ("pin", "passphrase", "password", "secret")


@dataclass(frozen=True, slots=True)
class SignProfile:
    """A key and how to sign with it.

    Attributes:
        key: the PKCS#12 file.
        pin_file: file whose first line is its passphrase; None asks on the terminal.
        options: how to sign.

    """

    key: Path
    pin_file: Path | None
    options: SignOptions


def load_profile(table: Mapping[str, Any], base: Path, name: str) -> SignProfile:
    """The profile of a `[sign.NAME]` table.

    Args:
        table: its keys `key` (needed), `pin_file`, `level`, `tsa`, `tsa_seconds`, `stamp`, `organisation`, `reason`
            and `location`.
        base: folder that relative paths start from.
        name: of the profile, for messages.

    Raises:
        BadConfiguration: an unknown key, a value of the wrong kind, a PIN in the table.
        AuthorityMissing, OrganisationMissing: see `check_options`.

    """
    where = f"[sign.{name}]"
    for key, value in table.items():
        if key.lower() in _SECRETS:
            raise BadConfiguration(
                file=base,
                reason=N_("{key}: a PIN never stands in a configuration; name a file with pin_file"),
                key=f"{where} {key}",
            )
        if key not in _KEYS:
            raise BadConfiguration(file=base, reason=UNKNOWN_KEY, key=f"{where} {key}", known=", ".join(_KEYS))
        if not isinstance(value, _KEYS[key]) or isinstance(value, bool):
            raise BadConfiguration(file=base, reason=NO_VALUE, key=f"{where} {key}", value=value)
    if "key" not in table:
        raise BadConfiguration(file=base, reason=N_("{key} is missing"), key=f"{where} key")
    options = SignOptions(
        level=_level(table, base, where),
        tsa=table.get("tsa"),
        tsa_seconds=_seconds(table, base, where),
        stamp=_stamp(table, base, where),
        organisation=table.get("organisation"),
        reason=table.get("reason"),
        location=table.get("location"),
    )
    check_options(options)
    pin_file = table.get("pin_file")
    return SignProfile(base / table["key"], None if pin_file is None else base / pin_file, options)


def _level(table: Mapping[str, Any], base: Path, where: str) -> Any:
    level = table.get("level", "B-B")
    if level not in ("B-B", "B-T"):
        raise BadConfiguration(file=base, reason=NO_VALUE, key=f"{where} level", value=level)
    return level


def _seconds(table: Mapping[str, Any], base: Path, where: str) -> float:
    seconds = cast("float", table.get("tsa_seconds", SignOptions().tsa_seconds))
    if seconds <= 0:
        raise BadConfiguration(file=base, reason=NO_VALUE, key=f"{where} tsa_seconds", value=seconds)
    return float(seconds)


def _stamp(table: Mapping[str, Any], base: Path, where: str) -> StampForm | None:
    words = table.get("stamp", "none")
    form = stamp_form(words)
    if form is None and words != "none":
        raise BadConfiguration(file=base, reason=NO_VALUE, key=f"{where} stamp", value=words)
    return form
