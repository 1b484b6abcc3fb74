"""A key for trying digidoc out: made fresh each time, named for what it is, good for a day's demonstration."""

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

_LIFE: Final = timedelta(days=30)
_MARK: Final = "FOR TRYING OUT ONLY - CHỈ ĐỂ DÙNG THỬ"
_NAME_MOST: Final = 64  # of a common name (RFC 5280, appendix A); cryptography counts UTF-8 bytes


@dataclass(frozen=True, slots=True)
class ThrowawayPki:
    """Where the pieces lie.

    Attributes:
        root: certificate to trust, PEM.
        key: PKCS#12 file with the signer's key.
        pin_file: its passphrase, readable by the owner only.

    """

    root: Path
    key: Path
    pin_file: Path


def make_throwaway_pki(folder: Path, organisation: str) -> ThrowawayPki:
    """Make a root and a signer's key for `organisation` in `folder`, which is made when it is missing.

    Every certificate says in its subject that it is for trying out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    root_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    root_name = _name("digidoc throw-away root")
    root = (
        _builder(root_name, root_name, root_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signer = (
        _builder(_name(organisation), root_name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    pin = secrets.token_urlsafe(12)
    made = ThrowawayPki(folder / "root.pem", folder / "signer.p12", folder / "pin.txt")
    made.root.write_bytes(root.public_bytes(Encoding.PEM))
    container = pkcs12.serialize_key_and_certificates(
        organisation.encode(), key, signer, [root], BestAvailableEncryption(pin.encode())
    )
    _write_private(made.key, container)
    _write_private(made.pin_file, f"{pin}\n".encode())
    return made


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that from its first moment only the owner may read (Windows keeps the folder's rights)."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(common)),
        ]
    )


def _cut(text: str) -> str:
    return text.encode()[:_NAME_MOST].decode(errors="ignore")


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _LIFE)
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=sign,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not sign,
        crl_sign=not sign,
        encipher_only=False,
        decipher_only=False,
    )
