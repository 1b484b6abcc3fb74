"""Who signs and how: a `[sign.NAME]` table of an archive's digidoc.toml or of the user's own settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

from digidoc.config import NO_VALUE, UNKNOWN_KEY
from digidoc.errors import BadConfiguration
from digidoc.i18n import N_
from digidoc.sign.algorithms import Digest, Scheme
from digidoc.sign.create.request import Level, SignOptions, check_options
from digidoc.sign.keys.opening import SPEC_KEYS, key_spec
from digidoc.sign.keys.pins import pin_from
from digidoc.sign.keys.spec import KeySpec
from digidoc.sign.stamp.forms import StampSpec, stamp_form

_NUMBER: Final = (int, float)
_KEYS: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(SPEC_KEYS, (str,)),
    "pin_file": (str,),
    "keyring": (str,),
    "level": (str,),
    "digest": (str,),
    "scheme": (str,),
    "tsa": (str,),
    "tsa_seconds": _NUMBER,
    "stamp": (str,),
    "organisation": (str,),
    "signature_image": (str,),
    "seal_image": (str,),
    "signature_mm": _NUMBER,
    "seal_mm": _NUMBER,
    "stamp_page": (int,),
    "stamp_x_mm": _NUMBER,
    "stamp_y_mm": _NUMBER,
    "reason": (str,),
    "role": (str,),
    "location": (str,),
}
_SECRETS: Final = ("pin", "passphrase", "password", "secret")
# The names that people give the schemes, in files and on the command line.
SCHEMES: Final[Mapping[str, Scheme]] = {
    "pss": Scheme.RSASSA_PSS,
    "pkcs1": Scheme.RSASSA_PKCS1,
    "ecdsa": Scheme.ECDSA,
}
_FREE: Final = "none"


@dataclass(frozen=True, slots=True)
class SignProfile:
    """A key and how to sign with it.

    Attributes:
        key: where it lies.
        pin: gives its PIN or passphrase; called once at most.
        options: how to sign.

    """

    key: KeySpec
    pin: Callable[[], str]
    options: SignOptions


def load_profile(table: Mapping[str, Any], base: Path, name: str, pin: Callable[[], str] | None = None) -> SignProfile:
    """The profile of a `[sign.NAME]` table.

    Args:
        table: its keys one of `key` (a file), `token` (a PKCS#11 library) and `csc` (a remote service), with
            `certificate`, `token_label`, `token_serial`, `key_label`, `key_id`, `credential` and `token_file` where
            they go with it; `pin_file` or `keyring`; `level`, `digest`, `scheme`, `tsa`, `tsa_seconds`; `stamp` with
            `organisation`, or `signature_image` and `seal_image` with `signature_mm` and `seal_mm`; `stamp_page`,
            `stamp_x_mm` and `stamp_y_mm`; `reason`, `role` and `location`.
        base: folder that relative paths start from.
        name: of the profile, for messages.
        pin: gives the PIN in the place of what the table says.

    Raises:
        BadConfiguration: an unknown key, a value of the wrong kind, a PIN in the table.
        UsageError: see `pin_from`, `check_options`.

    """
    return made_profile(table, base, f"[sign.{name}]", pin)


def made_profile(table: Mapping[str, Any], base: Path, where: str, pin: Callable[[], str] | None) -> SignProfile:
    """See `load_profile`; `where` says in messages what the table is."""
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
    spec = key_spec(table, base, where)
    found = _Table(table, base, where)
    options = SignOptions(
        level=cast("Level", found.one_of("level", get_args(Level), "B-B")),
        digest=cast("Digest", found.one_of("digest", get_args(Digest), "sha256")),
        scheme=SCHEMES[found.one_of("scheme", tuple(SCHEMES))] if "scheme" in table else None,
        tsa=table.get("tsa"),
        tsa_seconds=found.seconds(),
        stamp=found.stamp(),
        reason=table.get("reason"),
        role=table.get("role"),
        location=table.get("location"),
    )
    check_options(options)
    return SignProfile(spec, pin or pin_from(found.path("pin_file"), None, table.get("keyring")), options)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose keys and kinds of values were looked at."""

    table: Mapping[str, Any]
    base: Path
    where: str

    def one_of(self, key: str, values: tuple[str, ...], default: str = "") -> str:
        value = str(self.table.get(key, default))
        if value not in values:
            raise self._wrong(key)
        return value

    def path(self, key: str) -> Path | None:
        return self.base / self.table[key] if key in self.table else None

    def seconds(self) -> float:
        seconds = self.table.get("tsa_seconds", SignOptions().tsa_seconds)
        if seconds <= 0:
            raise self._wrong("tsa_seconds")
        return float(seconds)

    def stamp(self) -> StampSpec | None:
        """What is seen; an organisation alone does not make a stamp."""
        words = self.table.get("stamp", _FREE)
        form = stamp_form(words)
        if form is None and words != _FREE:
            raise self._wrong("stamp")
        signature, seal = self.path("signature_image"), self.path("seal_image")
        if form is None and signature is None and seal is None:
            return None
        return StampSpec(
            form=form,
            organisation=self.table.get("organisation"),
            signature_image=signature,
            seal_image=seal,
            signature_mm=self.table.get("signature_mm"),
            seal_mm=self.table.get("seal_mm"),
            page=self.table.get("stamp_page"),
            x_mm=self.table.get("stamp_x_mm"),
            y_mm=self.table.get("stamp_y_mm"),
        )

    def _wrong(self, key: str) -> BadConfiguration:
        return BadConfiguration(file=self.base, reason=NO_VALUE, key=f"{self.where} {key}", value=self.table[key])
