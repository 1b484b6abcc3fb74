"""Keys that sign: where they lie, how they are opened, and what must hold before the first signature.

A `KeySource` is opened as a context manager and yields an `OpenKey`. One is here, PKCS#12; tokens and remote signing
services open differently and give the same `OpenKey`.
"""

import getpass
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from digidoc.errors import from_os
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.sign.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateUnfit,
    KeyUnreadable,
    NoPin,
    WrongPin,
)

if TYPE_CHECKING:
    from types import TracebackType

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

# TT 15/2025/TT-BKHCN, annex: RSA of 2048 bits and up, ECDSA of 256 bits and up.
_RSA_BITS: Final = 2048
_EC_BITS: Final = 256


class LoadedKeySigner(Signer):
    """A pyHanko signer around a private key that is in memory already.

    pyHanko's own `SimpleSigner` parses and checks the key anew for every signature, which takes most of the time
    of signing a page.
    """

    def __init__(self, key: PrivateKey, certificate: x509.Certificate, chain: Iterable[x509.Certificate]) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(_asn1(other) for other in chain)
        super().__init__(signing_cert=_asn1(certificate), cert_registry=store, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002
        """The raw signature of `data`: PKCS#1 v1.5 with an RSA key, ECDSA (DER) with one on a curve."""
        digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[digest_algorithm]
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key that is ready to sign.

    Attributes:
        signer: what pyHanko signs with.
        name: the signer as the certificate names it (its common name, or the whole subject).
        certificate: of the signer, DER.
        not_after: end of the certificate.

    """

    signer: Signer
    name: str
    certificate: bytes
    not_after: datetime


class KeySource(Protocol):
    """Where a key lies; opening it may ask for a PIN, once, and checks the certificate."""

    def __enter__(self) -> OpenKey:
        """Open the key.

        Raises:
            KeyProblem: of one of its kinds; nothing was signed.
            FileMissing, PermissionMissing: the key file cannot be read.

        """

    def __exit__(
        self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Close what was opened."""


class Pkcs12Key:
    """The key and certificate of a PKCS#12 file (.p12, .pfx).

    Args:
        path: the file.
        pin: gives its passphrase; called once, when the key is opened.

    """

    def __init__(self, path: Path, pin: Callable[[], str]) -> None:
        self._path, self._pin = path, pin

    def __enter__(self) -> OpenKey:
        """See `KeySource.__enter__`."""
        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise from_os(error, self._path) from error
        key, certificate, chain = self._load(content, self._pin())
        check_certificate(certificate, datetime.now(UTC), self._path)
        return OpenKey(
            LoadedKeySigner(key, certificate, chain),
            common_name(certificate.subject),
            certificate.public_bytes(Encoding.DER),
            certificate.not_valid_after_utc,
        )

    def __exit__(
        self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Nothing is held open: the key lives as long as the `OpenKey`."""

    def _load(self, content: bytes, pin: str) -> tuple[PrivateKey, x509.Certificate, list[x509.Certificate]]:
        _require_pkcs12(content, self._path)
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(content, pin.encode())
        except ValueError as error:
            # The container is well formed (see above), so the passphrase did not open it.
            raise WrongPin(file=self._path) from error
        except UnsupportedAlgorithm as error:
            raise KeyUnreadable(file=self._path, reason=N_("its encryption is not supported")) from error
        if key is None or certificate is None:
            raise KeyUnreadable(file=self._path, reason=N_("it has no private key with a certificate"))
        if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
            raise KeyUnreadable(file=self._path, reason=N_("its key is neither RSA nor ECDSA"))
        return key, certificate, chain


def _require_pkcs12(content: bytes, path: Path) -> None:
    """Tell a broken file from a wrong passphrase: cryptography raises ValueError for both."""
    from asn1crypto import pkcs12 as asn1_pkcs12

    try:
        container = asn1_pkcs12.Pfx.load(content, strict=True)
        # asn1crypto reads lazily; this parses down to the encrypted bags.
        length = len(container.authenticated_safe)
    except (ValueError, TypeError) as error:
        raise KeyUnreadable(file=path, reason=N_("it is no PKCS#12 file, or a damaged one")) from error
    if length == 0:
        raise KeyUnreadable(file=path, reason=N_("it is empty"))


def check_certificate(certificate: x509.Certificate, now: datetime, file: Path | None) -> None:
    """Whether the certificate may sign documents at `now`.

    Raises:
        CertificateExpired, CertificateNotYetValid: outside its validity.
        KeyUnreadable: its extensions cannot be read.
        CertificateUnfit: its key usage excludes signing, or its key is too short (TT 15/2025/TT-BKHCN).

    """
    if now > certificate.not_valid_after_utc:
        raise CertificateExpired(file=file, when=f"{certificate.not_valid_after_utc:%Y-%m-%d}")
    if now < certificate.not_valid_before_utc:
        raise CertificateNotYetValid(file=file, when=f"{certificate.not_valid_before_utc:%Y-%m-%d}")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None  # RFC 5280, 4.2.1.3: a certificate without the extension is not restricted
    except (ValueError, x509.DuplicateExtension) as error:
        raise KeyUnreadable(file=file, reason=N_("its certificate is damaged")) from error
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise CertificateUnfit(file=file, reason=f"keyUsage = {', '.join(_usages(usage)) or '-'}")
    public = certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < _RSA_BITS:
        raise CertificateUnfit(file=file, reason=f"RSA {public.key_size} < {_RSA_BITS}")
    if isinstance(public, ec.EllipticCurvePublicKey) and public.key_size < _EC_BITS:
        raise CertificateUnfit(file=file, reason=f"ECDSA {public.key_size} < {_EC_BITS}")


def _usages(usage: x509.KeyUsage) -> list[str]:
    names = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    return [name for name in names if getattr(usage, name)]


def common_name(name: x509.Name) -> str:
    """The common name of a subject, or the whole of it in RFC 4514 form when it has none."""
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[-1].value) if found else name.rfc4514_string()


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def pin_from(pin_file: Path | None) -> Callable[[], str]:
    """What gives the PIN when it is needed: the first line of a file, or a question on the terminal.

    The PIN is never taken from arguments, environment or configuration, and never written anywhere.

    Raises (when called):
        NoPin: no file was named and there is no terminal to ask on, or the file's first line is empty.
        FileMissing, PermissionMissing: the file cannot be read.

    """

    def ask() -> str:
        if sys.stdin is None or not sys.stdin.isatty():
            raise NoPin
        try:
            return getpass.getpass(_("PIN or passphrase of the key: "))
        except EOFError as error:
            raise NoPin from error

    def read() -> str:
        assert pin_file is not None  # noqa: S101 (chosen below)
        try:
            lines = pin_file.read_text(encoding="utf-8-sig").splitlines()
        except OSError as error:
            raise from_os(error, pin_file) from error
        except UnicodeDecodeError as error:
            raise NoPin(file=pin_file) from error
        if not lines or not lines[0]:
            raise NoPin(file=pin_file)
        return lines[0]

    return ask if pin_file is None else read
