"""The kinds of places where keys lie, and how each is opened: one table.

A further kind of key source is a row in `KINDS`, a file of its own beside this one, and a place in the contract test
(tests/sign/keys/test_key_sources.py). Each source is imported when a key of its kind is opened, not before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from digidoc.config import NO_VALUE
from digidoc.errors import BadConfiguration
from digidoc.i18n import N_
from digidoc.sign.keys.source import KeySource
from digidoc.sign.keys.spec import KeySpec

_PEM_SUFFIXES: Final = frozenset({".pem", ".key", ".crt", ".cer"})
_PKCS12_SUFFIXES: Final = frozenset({".p12", ".pfx"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Pin = Callable[[], str]


@dataclass(frozen=True, slots=True)
class _Table:
    """What a profile says of a key: texts, each under a key that goes with the kind."""

    values: Mapping[str, str]
    base: Path
    where: str

    def path(self, key: str) -> Path | None:
        return self.base / self.values[key] if key in self.values else None

    def wrong(self, key: str, reason: str, **params: Any) -> BadConfiguration:
        return BadConfiguration(file=self.base, reason=reason, key=f"{self.where} {key}", **params)

    def no_value(self, key: str) -> BadConfiguration:
        return self.wrong(key, NO_VALUE, value=self.values[key])


@dataclass(frozen=True, slots=True)
class KeyKind:
    """One kind of key source.

    Attributes:
        others: the keys of a profile that may stand beside the one that names the kind.
        spec: makes the value of them.
        source: the source of the key; the certificate's revocation may be asked for on the network if `online`.

    """

    others: tuple[str, ...]
    spec: Callable[[_Table], KeySpec]
    source: Callable[[KeySpec, Pin, bool], KeySource]


def _file_spec(table: _Table) -> KeySpec:
    path, certificate = table.base / table.values["key"], table.path("certificate")
    if certificate is not None and path.suffix.lower() in _PKCS12_SUFFIXES:
        raise table.wrong("certificate", N_("{key}: a PKCS#12 file brings its certificate with it"))
    return KeySpec("key", path, certificate)


def _file_source(spec: KeySpec, pin: Pin, online: bool) -> KeySource:
    assert spec.path is not None  # noqa: S101 (see `_file_spec`)
    if spec.certificate is not None or spec.path.suffix.lower() in _PEM_SUFFIXES:
        from digidoc.sign.keys.pem import PemKey

        return PemKey(spec.path, pin, spec.certificate, online=online)
    from digidoc.sign.keys.pkcs12 import Pkcs12Key

    return Pkcs12Key(spec.path, pin, online=online)


def _token_spec(table: _Table) -> KeySpec:
    library = table.values["token"]
    return KeySpec(
        "token",
        # A bare name is left to the system's search for libraries.
        table.base / library if "/" in library or "\\" in library else Path(library),
        table.path("certificate"),
        table.values.get("token_label"),
        table.values.get("token_serial"),
        table.values.get("key_label"),
        _hexadecimal(table),
    )


def _hexadecimal(table: _Table) -> str | None:
    value = table.values.get("key_id")
    try:
        return None if value is None else bytes.fromhex(value.replace(":", "")).hex()
    except ValueError as error:
        raise table.no_value("key_id") from error


def _token_source(spec: KeySpec, pin: Pin, online: bool) -> KeySource:
    from digidoc.sign.keys.token import TokenKey

    return TokenKey(spec, pin, online=online)


def _remote_spec(table: _Table) -> KeySpec:
    url = table.values["csc"].rstrip("/")
    parts = urlsplit(url)
    # A PIN travels to this address: only encrypted, or inside this machine.
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        raise table.no_value("csc")
    if "credential" not in table.values:
        raise table.wrong("credential", N_("{key} is missing"))
    return KeySpec("csc", url=url, credential=table.values["credential"], token_file=table.path("token_file"))


def _remote_source(spec: KeySpec, pin: Pin, online: bool) -> KeySource:
    from digidoc.sign.keys.csc import CscKey

    return CscKey(spec, pin, online=online)


#: By the key of a profile that names the kind.
KINDS: Final[Mapping[str, KeyKind]] = {
    "key": KeyKind(("certificate",), _file_spec, _file_source),
    "token": KeyKind(("token_label", "token_serial", "key_label", "key_id", "certificate"), _token_spec, _token_source),
    "csc": KeyKind(("credential", "token_file"), _remote_spec, _remote_source),
}
#: All keys of a profile that say something about where its key lies.
SPEC_KEYS: Final = tuple(dict.fromkeys(name for kind, row in KINDS.items() for name in (kind, *row.others)))


def key_spec(table: Mapping[str, Any], base: Path, where: str) -> KeySpec:
    """The key of a profile's table.

    Args:
        table: exactly one of `key` (a PKCS#12 or PEM file), `token` (a PKCS#11 library) and `csc` (https address),
            with what goes with it; keys that are not in `SPEC_KEYS` are somebody else's.
        base: folder that relative paths start from.
        where: the table's name, for messages.

    Raises:
        BadConfiguration: none or several of the three, a key that does not go with it, a value it cannot have.

    """
    found = _Table({name: table[name] for name in SPEC_KEYS if name in table}, base, where)
    for name, value in found.values.items():
        if not isinstance(value, str) or not value.strip():
            raise found.no_value(name)
    kind = next((kind for kind in KINDS if kind in found.values), None)
    if kind is None:
        raise found.wrong("key", N_("{key} is missing"))
    for name in found.values:
        if name != kind and name not in KINDS[kind].others:
            raise found.wrong(name, N_("{key} and {other} do not go together"), other=kind)
    return KINDS[kind].spec(found)


def open_source(spec: KeySpec, pin: Pin, *, online: bool = True) -> KeySource:
    """The source of the key; nothing is opened before its context is entered.

    Args:
        spec: which key.
        pin: gives its PIN or passphrase; called once at most.
        online: the certificate's revocation may be asked for on the network.

    """
    return KINDS[spec.kind].source(spec, pin, online)
