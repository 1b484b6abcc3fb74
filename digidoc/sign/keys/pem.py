"""Keys of PEM files: private key and certificates in one file or in two."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from digidoc.errors import from_os
from digidoc.i18n import N_
from digidoc.sign.errors import KeyUnreadable, WrongPin
from digidoc.sign.keys.local import open_loaded
from digidoc.sign.keys.source import OpenKey

if TYPE_CHECKING:
    from types import TracebackType

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_BEGIN: Final = b"-----BEGIN "
# What shows that a private key is encrypted: PKCS#8 (RFC 7468, 11) and the old form of OpenSSL (RFC 1421, 4.6.1.1).
_ENCRYPTED: Final = (b"-----BEGIN ENCRYPTED PRIVATE KEY-----", b"Proc-Type: 4,ENCRYPTED")


class PemKey:
    """A private key in PEM with its certificate.

    Args:
        path: file with the private key; certificates may stand in it too.
        pin: gives its passphrase; called once, when the key is opened, and not at all when it has none.
        certificate: file with the signer's certificate and its issuers, PEM or DER; None: they stand in `path`.
        online: the certificate's revocation may be asked for on the network.

    """

    def __init__(
        self, path: Path, pin: Callable[[], str], certificate: Path | None = None, *, online: bool = True
    ) -> None:
        self._path, self._pin, self._certificate, self._online = path, pin, certificate, online

    def __enter__(self) -> OpenKey:
        """See `KeySource.__enter__`."""
        content = read_file(self._path)
        place = self._certificate or self._path
        found = read_certificates(content if self._certificate is None else read_file(place), place)
        key = self._load(content)
        mine = [certificate for certificate in found if certificate.public_key() == key.public_key()]
        # The first one is complained about when none fits: that tells which file is the wrong one.
        return open_loaded(key, (mine or found)[0], found, self._path, online=self._online)

    def __exit__(
        self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Nothing is held open: the key lives as long as the `OpenKey`."""

    def _load(self, content: bytes) -> "PrivateKeyTypes":
        encrypted = any(mark in content for mark in _ENCRYPTED)
        if not encrypted and b"PRIVATE KEY-----" not in content:
            raise KeyUnreadable(file=self._path, reason=N_("it has no private key"))
        pin = self._pin().encode() if encrypted else None
        try:
            return load_pem_private_key(content, pin)
        except UnsupportedAlgorithm as error:
            raise KeyUnreadable(file=self._path, reason=N_("its encryption is not supported")) from error
        except (ValueError, TypeError) as error:
            if encrypted:
                raise WrongPin(file=self._path) from error
            raise KeyUnreadable(file=self._path, reason=N_("its private key is damaged")) from error


def read_file(path: Path) -> bytes:
    """The content of a file.

    Raises:
        FileMissing, PermissionMissing, StorageError: it cannot be read.

    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise from_os(error, path) from error


def read_certificates(content: bytes, path: Path) -> list[x509.Certificate]:
    """All certificates of a PEM or DER file, at least one.

    Raises:
        KeyUnreadable: none, or a damaged one.

    """
    try:
        if _BEGIN in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except ValueError as error:
        raise KeyUnreadable(file=path, reason=N_("it has no certificate, or a damaged one")) from error
