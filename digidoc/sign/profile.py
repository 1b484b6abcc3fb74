"""Who signs and how: a `[sign.NAME]` table of an archive's digidoc.toml or of the user's own settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

from digidoc.files.toml_table import NO_VALUE, Rule, Table, is_number, is_text, is_whole
from digidoc.i18n import N_
from digidoc.sign.algorithms import Digest, Scheme
from digidoc.sign.create.request import Level, SignOptions, check_options
from digidoc.sign.keys.opening import SPEC_KEYS, key_spec
from digidoc.sign.keys.pins import pin_from
from digidoc.sign.keys.spec import KeySpec
from digidoc.sign.stamp.forms import StampSpec, stamp_form

_KEYS: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(SPEC_KEYS, is_text),
    "pin_file": is_text,
    "keyring": is_text,
    "level": is_text,
    "digest": is_text,
    "scheme": is_text,
    "tsa": is_text,
    "tsa_seconds": is_number,
    "stamp": is_text,
    "organisation": is_text,
    "signature_image": is_text,
    "seal_image": is_text,
    "signature_mm": is_number,
    "seal_mm": is_number,
    "stamp_page": is_whole,
    "stamp_x_mm": is_number,
    "stamp_y_mm": is_number,
    "reason": is_text,
    "role": is_text,
    "location": is_text,
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
    found = Table(table, base, f"{where} ")
    for key in table:
        if key.lower() in _SECRETS:
            reason = N_("{key}: a PIN never stands in a configuration; name a file with pin_file")
            raise found.wrong(reason, key=f"{where} {key}")
    found.check(_KEYS)
    spec = key_spec(table, base, where)
    options = SignOptions(
        level=cast("Level", found.one_of("level", get_args(Level), "B-B", NO_VALUE)),
        digest=cast("Digest", found.one_of("digest", get_args(Digest), "sha256", NO_VALUE)),
        scheme=SCHEMES[found.one_of("scheme", SCHEMES, reason=NO_VALUE)] if "scheme" in table else None,
        tsa=table.get("tsa"),
        tsa_seconds=_seconds(found),
        stamp=_stamp(found, base),
        reason=table.get("reason"),
        role=table.get("role"),
        location=table.get("location"),
    )
    check_options(options)
    return SignProfile(spec, pin or pin_from(_path(found, "pin_file", base), None, table.get("keyring")), options)


def _path(table: Table, key: str, base: Path) -> Path | None:
    return base / table.text(key) if key in table else None


def _seconds(table: Table) -> float:
    seconds = table.values.get("tsa_seconds", SignOptions().tsa_seconds)
    if seconds <= 0:
        raise table.wrong_value("tsa_seconds")
    return float(seconds)


def _stamp(table: Table, base: Path) -> StampSpec | None:
    """What is seen; an organisation alone does not make a stamp."""
    get = table.values.get
    words = table.text("stamp", _FREE)
    form = stamp_form(words)
    if form is None and words != _FREE:
        raise table.wrong_value("stamp")
    signature, seal = _path(table, "signature_image", base), _path(table, "seal_image", base)
    if form is None and signature is None and seal is None:
        return None
    return StampSpec(
        form=form,
        organisation=get("organisation"),
        signature_image=signature,
        seal_image=seal,
        signature_mm=get("signature_mm"),
        seal_mm=get("seal_mm"),
        page=get("stamp_page"),
        x_mm=get("stamp_x_mm"),
        y_mm=get("stamp_y_mm"),
    )
