"""The kinds of places where keys lie, and how each is opened: one table.

A further kind of key source is a row in `KINDS`, a file of its own beside this one, and a place in the contract test
(tests/sign/keys/test_key_sources.py). Each source is imported when a key of its kind is opened, not before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from digidoc.formats.toml_table import MISSING, Table, is_filled
from digidoc.i18n import N_
from digidoc.sign.keys.source import KeySource
from digidoc.sign.keys.spec import KeySpec

_PEM_SUFFIXES: Final = frozenset({".pem", ".key", ".crt", ".cer"})
_PKCS12_SUFFIXES: Final = frozenset({".p12", ".pfx"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Pin = Callable[[], str]


@dataclass(frozen=True, slots=True)
class KeyKind:
    """One kind of key source.

    Attributes:
        others: the keys of a profile that may stand beside the one that names the kind.
        spec: makes the value of them.
        source: the source of the key; the certificate's revocation may be asked for on the network if `online`.
        waits: whether signing waits for a device or a service, so that a batch gains by threads and not by processes.

    """

    others: tuple[str, ...]
    spec: Callable[[Table], KeySpec]
    source: Callable[[KeySpec, Pin, bool], KeySource]
    waits: bool


def _file_spec(table: Table) -> KeySpec:
    path, certificate = _path(table, "key"), _path(table, "certificate")
    if certificate is not None and path is not None and path.suffix.lower() in _PKCS12_SUFFIXES:
        raise table.wrong_value("certificate", N_("{key}: a PKCS#12 file brings its certificate with it"))
    return KeySpec("key", path, certificate)


def _path(table: Table, key: str) -> Path | None:
    """The file that a key names; relative ones start from the folder that the table belongs to."""
    return Path(table.file) / table.text(key) if key in table else None


def _file_source(spec: KeySpec, pin: Pin, online: bool) -> KeySource:
    assert spec.path is not None  # noqa: S101 (see `_file_spec`)
    if spec.certificate is not None or spec.path.suffix.lower() in _PEM_SUFFIXES:
        from digidoc.sign.keys.pem import PemKey

        return PemKey(spec.path, pin, spec.certificate, online=online)
    from digidoc.sign.keys.pkcs12 import Pkcs12Key

    return Pkcs12Key(spec.path, pin, online=online)


def _token_spec(table: Table) -> KeySpec:
    library = table.values["token"]
    return KeySpec(
        "token",
        # A bare name is left to the system's search for libraries.
        Path(table.file) / library if "/" in library or "\\" in library else Path(library),
        _path(table, "certificate"),
        table.values.get("token_label"),
        table.values.get("token_serial"),
        table.values.get("key_label"),
        _hexadecimal(table),
    )


def _hexadecimal(table: Table) -> str | None:
    value = table.values.get("key_id")
    try:
        return None if value is None else bytes.fromhex(value.replace(":", "")).hex()
    except ValueError as error:
        raise table.wrong_value("key_id") from error


def _token_source(spec: KeySpec, pin: Pin, online: bool) -> KeySource:
    from digidoc.sign.keys.token import TokenKey

    return TokenKey(spec, pin, online=online)


def _remote_spec(table: Table) -> KeySpec:
    url = table.values["csc"].rstrip("/")
    parts = urlsplit(url)
    # A PIN travels to this address: only encrypted, or inside this machine.
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        raise table.wrong_value("csc")
    if "credential" not in table:
        raise table.wrong(MISSING, key=f"{table.prefix}credential")
    return KeySpec("csc", url=url, credential=table.values["credential"], token_file=_path(table, "token_file"))


def _remote_source(spec: KeySpec, pin: Pin, online: bool) -> KeySource:
    from digidoc.sign.keys.csc import CscKey

    return CscKey(spec, pin, online=online)


#: By the key of a profile that names the kind.
KINDS: Final[Mapping[str, KeyKind]] = {
    "key": KeyKind(("certificate",), _file_spec, _file_source, waits=False),
    "token": KeyKind(
        ("token_label", "token_serial", "key_label", "key_id", "certificate"), _token_spec, _token_source, waits=True
    ),
    "csc": KeyKind(("credential", "token_file"), _remote_spec, _remote_source, waits=True),
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
    found = Table({name: table[name] for name in SPEC_KEYS if name in table}, base, f"{where} ")
    for name in found:
        if not is_filled(found.values[name]):
            raise found.wrong_value(name)
    kind = next((kind for kind in KINDS if kind in found), None)
    if kind is None:
        raise found.wrong(MISSING, key=f"{where} key")
    for name in found:
        if name != kind and name not in KINDS[kind].others:
            raise found.wrong(N_("{key} and {other} do not go together"), key=f"{where} {name}", other=kind)
    return KINDS[kind].spec(found)


def open_source(spec: KeySpec, pin: Pin, *, online: bool = True) -> KeySource:
    """The source of the key; nothing is opened before its context is entered.

    Args:
        spec: which key.
        pin: gives its PIN or passphrase; called once at most.
        online: the certificate's revocation may be asked for on the network.

    """
    return KINDS[spec.kind].source(spec, pin, online)
