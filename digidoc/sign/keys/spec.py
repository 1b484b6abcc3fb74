"""Which key is meant: what a profile or the command line says about it, checked, and how it is opened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from digidoc.i18n import N_
from digidoc.sign.keys.source import KeySource
from digidoc.toml_table import MISSING, Table, is_filled

# The keys that go with each kind, the one that makes the kind first.
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("certificate",),
    "token": ("token_label", "token_serial", "key_label", "key_id", "certificate"),
    "csc": ("credential", "token_file"),
}
SPEC_KEYS: Final = tuple(dict.fromkeys(name for kind, others in _KINDS.items() for name in (kind, *others)))
_PEM_SUFFIXES: Final = frozenset({".pem", ".key", ".crt", ".cer"})
_PKCS12_SUFFIXES: Final = frozenset({".p12", ".pfx"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class KeySpec:
    """Where a key lies. It holds no secret.

    Attributes:
        kind: "file" (PKCS#12 or PEM), "token" (PKCS#11) or "csc" (remote signing).
        path: of a file, the key; of a token, its library (PKCS#11 module); None of a remote key.
        certificate: file with the certificate and its issuers, where the key does not bring it.
        token_label: which token, when there are several.
        token_serial: likewise.
        key_label: which key on it, when there are several.
        key_id: likewise; hexadecimal (CKA_ID).
        url: of the remote service, up to and without "/csc/v1".
        credential: which credential there.
        token_file: file whose first line is the service's OAuth access token.

    """

    kind: Literal["file", "token", "csc"]
    path: Path | None = None
    certificate: Path | None = None
    token_label: str | None = None
    token_serial: str | None = None
    key_label: str | None = None
    key_id: str | None = None
    url: str | None = None
    credential: str | None = None
    token_file: Path | None = None

    @property
    def asks(self) -> str:
        """What a person knows the key by: for messages."""
        return str(self.path) if self.path is not None else f"{self.url} {self.credential}"


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
    found = Table(table, base, f"{where} ")
    for name in SPEC_KEYS:
        if name in table and not is_filled(table[name]):
            raise found.wrong_value(name)
    kinds = [kind for kind in _KINDS if kind in table]
    if not kinds:
        raise found.wrong(MISSING, key=f"{where} key")
    kind = kinds[0]
    for name in SPEC_KEYS:
        if name in table and name != kind and name not in _KINDS[kind]:
            raise found.wrong(N_("{key} and {other} do not go together"), key=f"{where} {name}", other=kind)
    if kind == "csc":
        return _remote(found, base)
    named = table[kind]
    if kind == "key" and "certificate" in table and Path(named).suffix.lower() in _PKCS12_SUFFIXES:
        raise found.wrong_value("certificate", N_("{key}: a PKCS#12 file brings its certificate with it"))
    certificate = base / table["certificate"] if "certificate" in table else None
    if kind == "key":
        return KeySpec("file", base / named, certificate)
    return KeySpec(
        "token",
        # A bare name is left to the system's search for libraries.
        base / named if "/" in named or "\\" in named else Path(named),
        certificate,
        table.get("token_label"),
        table.get("token_serial"),
        table.get("key_label"),
        _hexadecimal(found),
    )


def _hexadecimal(table: Table) -> str | None:
    value = table.values.get("key_id")
    if value is None:
        return None
    try:
        return bytes.fromhex(value.replace(":", "")).hex()
    except ValueError as error:
        raise table.wrong_value("key_id") from error


def _remote(table: Table, base: Path) -> KeySpec:
    url = table.text("csc").rstrip("/")
    parts = urlsplit(url)
    # A PIN travels to this address: only encrypted, or inside this machine.
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        raise table.wrong_value("csc")
    if "credential" not in table:
        raise table.wrong(MISSING, key=f"{table.prefix}credential")
    token_file = base / table.text("token_file") if "token_file" in table else None
    return KeySpec("csc", url=url, credential=table.text("credential"), token_file=token_file)


def open_source(spec: KeySpec, pin: Callable[[], str], *, online: bool = True) -> KeySource:
    """The source of the key; nothing is opened before its context is entered.

    Args:
        spec: which key.
        pin: gives its PIN or passphrase; called once at most.
        online: the certificate's revocation may be asked for on the network.

    """
    if spec.kind == "csc":
        from digidoc.sign.keys.csc import CscKey

        return CscKey(spec, pin, online=online)
    if spec.kind == "token":
        from digidoc.sign.keys.token import TokenKey

        return TokenKey(spec, pin, online=online)
    assert spec.path is not None  # noqa: S101 (a file has one, see `key_spec`)
    if spec.certificate is not None or spec.path.suffix.lower() in _PEM_SUFFIXES:
        from digidoc.sign.keys.pem import PemKey

        return PemKey(spec.path, pin, spec.certificate, online=online)
    from digidoc.sign.keys.pkcs12 import Pkcs12Key

    return Pkcs12Key(spec.path, pin, online=online)
