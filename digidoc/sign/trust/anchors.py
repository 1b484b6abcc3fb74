"""Whom the archivist trusts: certificates from PEM or DER files. digidoc ships none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from asn1crypto import pem, x509

from digidoc.errors import from_os
from digidoc.sign.errors import PinBroken, UnreadableCertificate

_PINNED: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TrustAnchors:
    """Certificates to build chains with.

    Attributes:
        anchors: self-signed certificates: a chain that ends in one of them is trusted.
        helpers: other certificates, which may stand between; they are not trusted by themselves.

    """

    anchors: tuple[x509.Certificate, ...] = ()
    helpers: tuple[x509.Certificate, ...] = ()


NO_ANCHORS: Final = TrustAnchors()


def load_anchors(pems: Iterable[Path]) -> TrustAnchors:
    """The certificates of some files, each a PEM bundle or one certificate in DER.

    Raises:
        UnreadableCertificate: a file without certificates, or with a broken one.
        FileMissing, PermissionMissing: a file that cannot be read.

    """
    anchors: dict[bytes, x509.Certificate] = {}
    helpers: dict[bytes, x509.Certificate] = {}
    for path in pems:
        for certificate in read_certificates(path):
            # "maybe": issued to itself, without key identifiers that would prove it.
            itself = certificate.self_signed in ("yes", "maybe")
            (anchors if itself else helpers)[certificate.sha256] = certificate
    return TrustAnchors(tuple(anchors.values()), tuple(helpers.values()))


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates of one file: a PEM bundle or one certificate in DER.

    A file whose name is a SHA-256 was pinned by it: another certificate in it is not read.

    Raises:
        UnreadableCertificate: none in it, or a broken one.
        PinBroken: it holds another certificate than the one that was pinned.
        FileMissing, PermissionMissing: it cannot be read.

    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise from_os(error, path) from error
    try:
        if pem.detect(content):
            blocks = [der for kind, _, der in pem.unarmor(content, multiple=True) if kind.endswith("CERTIFICATE")]
        else:
            blocks = [content]
        found = [x509.Certificate.load(der, strict=True) for der in blocks]
        for certificate in found:
            # asn1crypto reads lazily: look at what a chain is built from now, so that a broken file is named.
            _ = (certificate.self_signed, certificate.not_valid_after, certificate.public_key.algorithm)
    except (ValueError, TypeError) as error:
        raise UnreadableCertificate(file=path) from error
    if not found:
        raise UnreadableCertificate(file=path)
    if _PINNED.fullmatch(path.stem) and [one.sha256.hex() for one in found] != [path.stem]:
        raise PinBroken(file=path)
    return found
