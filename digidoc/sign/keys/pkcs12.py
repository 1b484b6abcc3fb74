"""Keys of PKCS#12 files (.p12, .pfx)."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import pkcs12

from digidoc.errors import from_os
from digidoc.i18n import N_
from digidoc.sign.errors import KeyUnreadable, WrongPin
from digidoc.sign.keys.local import open_loaded
from digidoc.sign.keys.source import OpenKey

if TYPE_CHECKING:
    from types import TracebackType


class Pkcs12Key:
    """The key and certificate of a PKCS#12 file.

    Args:
        path: the file.
        pin: gives its passphrase; called once, when the key is opened.
        online: the certificate's revocation may be asked for on the network.

    """

    def __init__(self, path: Path, pin: Callable[[], str], *, online: bool = True) -> None:
        self._path, self._pin, self._online = path, pin, online

    def __enter__(self) -> OpenKey:
        """See `KeySource.__enter__`."""
        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise from_os(error, self._path) from error
        _require_pkcs12(content, self._path)
        key, certificate, chain = self._load(content, self._pin())
        return open_loaded(key, certificate, chain, self._path, online=self._online)

    def __exit__(
        self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Nothing is held open: the key lives as long as the `OpenKey`."""

    def _load(self, content: bytes, pin: str) -> tuple[object, x509.Certificate, list[x509.Certificate]]:
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(content, pin.encode())
        except ValueError as error:
            # The container is well formed (`_require_pkcs12`), so the passphrase did not open it.
            raise WrongPin(file=self._path) from error
        except UnsupportedAlgorithm as error:
            raise KeyUnreadable(file=self._path, reason=N_("its encryption is not supported")) from error
        if key is None or certificate is None:
            raise KeyUnreadable(file=self._path, reason=N_("it has no private key with a certificate"))
        return key, certificate, chain


def _require_pkcs12(content: bytes, path: Path) -> None:
    """Tell a broken file from a wrong passphrase: cryptography raises ValueError for both."""
    from asn1crypto import pkcs12 as asn1_pkcs12

    try:
        container = asn1_pkcs12.Pfx.load(content, strict=True)
        # asn1crypto reads lazily; this parses down to the encrypted bags.
        length = len(container.authenticated_safe)
    except (ValueError, TypeError) as error:
        raise KeyUnreadable(file=path, reason=N_("it is not a PKCS#12 file, or a damaged one")) from error
    if length == 0:
        raise KeyUnreadable(file=path, reason=N_("it is empty"))
