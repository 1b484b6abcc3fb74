"""Where pinned certificates lie: one PEM file each, named by its SHA-256, in the user's or the archive's trust folder.

digidoc ships none: whom to trust is the archivist's decision.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from asn1crypto import pem, x509

from digidoc import config
from digidoc.errors import from_os
from digidoc.files import disk
from digidoc.sign.errors import FingerprintDiffers, NotAnAuthority, UnknownPin
from digidoc.sign.trust.anchors import read_certificates
from digidoc.sign.trust.certificates import common_name, issued

_PREFIX: Final = 6  # hexadecimal digits at least, to name a certificate


@dataclass(frozen=True, slots=True)
class Pin:
    """A certificate that may be trusted, or is.

    Attributes:
        name: its holder.
        sha256: of its DER form, hexadecimal, lower case.
        not_before: start of its validity, UTC.
        not_after: end of its validity, UTC.
        root: it is a trust anchor; otherwise it only helps to build chains.
        source: the file it is in.
        der: the certificate.

    """

    name: str
    sha256: str
    not_before: datetime
    not_after: datetime
    root: bool
    source: Path
    der: bytes

    def to_json(self) -> dict[str, Any]:
        """One entry of `certificates` in digidoc.trust/1."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "root": self.root,
            "source": str(self.source),
        }


def user_store() -> Path:
    """The user's own trust folder, beside the settings; it need not exist."""
    return config.user_file().parent / "trust"


def trust_folders(archive: Path) -> tuple[Path, Path]:
    """Whose certificates the signatures of an archive are judged by: the user's own folder, and the archive's."""
    return user_store(), archive


def trust_files(folders: Iterable[Path]) -> tuple[Path, ...]:
    """The PEM files of some trust folders, for `load_anchors`."""
    return tuple(path for folder in folders for path in sorted(folder.glob("*.pem")))


def candidates(files: Iterable[Path], named: Iterable[str] = ()) -> list[Pin]:
    """The certificates of some files that may be pinned, each once.

    Args:
        files: PEM bundles or single certificates in DER.
        named: SHA-256 of those that are meant, hexadecimal, colons and capitals allowed; all when empty.

    Raises:
        NotAnAuthority: one is neither self-signed nor that of an authority: who trusts it trusts nothing else.
        FingerprintDiffers: no file has a certificate of a named SHA-256.
        UnreadableCertificate, FileMissing, PermissionMissing: a file cannot be used.

    """
    wanted = [one.replace(":", "").replace(" ", "").lower() for one in named]
    found: dict[str, Pin] = {}
    for path in files:
        for certificate in read_certificates(path):
            pin = _pin(certificate, path)
            if wanted and pin.sha256 not in wanted:
                continue
            if not pin.root and not certificate.ca:
                raise NotAnAuthority(file=path, name=pin.name)
            found.setdefault(pin.sha256, pin)
    for one in wanted:
        if one not in found:
            raise FingerprintDiffers(sha256=one)
    return list(found.values())


def pin(one: Pin, folder: Path) -> Path:
    """Write a certificate into a trust folder.

    Raises:
        StorageError, PermissionMissing, ReadOnlyTarget: it cannot be written.

    """
    path = folder / f"{one.sha256}.pem"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        disk.write_result(path, pem.armor("CERTIFICATE", one.der))
    except OSError as error:
        raise from_os(error, path) from error
    return path


def pinned(folders: Iterable[Path]) -> list[Pin]:
    """What some trust folders hold.

    Raises:
        UnreadableCertificate: a file without certificates, or with a broken one.

    """
    return [_pin(certificate, path) for path in trust_files(folders) for certificate in read_certificates(path)]


def remove(prefix: str, folders: Iterable[Path]) -> Pin:
    """Take back trust in a certificate.

    Args:
        prefix: the beginning of its SHA-256, six digits at least.
        folders: to look in.

    Raises:
        UnknownPin: none begins so, or several do, or its file holds others too.

    """
    short = prefix.replace(":", "").lower()
    listed = pinned(folders)
    found = [one for one in listed if len(short) >= _PREFIX and one.sha256.startswith(short)]
    if len(found) != 1 or sum(one.source == found[0].source for one in listed) != 1:
        raise UnknownPin(prefix=prefix, count=len(found))
    try:
        found[0].source.unlink()
    except OSError as error:
        raise from_os(error, found[0].source) from error
    return found[0]


def _pin(certificate: x509.Certificate, path: Path) -> Pin:
    itself = certificate.self_signed in ("yes", "maybe") and issued(certificate, certificate)
    return Pin(
        name=common_name(certificate.subject),
        sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        not_before=certificate.not_valid_before.astimezone(UTC),
        not_after=certificate.not_valid_after.astimezone(UTC),
        root=itself,
        source=path,
        der=certificate.dump(),
    )
