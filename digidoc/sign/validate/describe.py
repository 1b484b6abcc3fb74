"""What a report says of a certificate."""

from datetime import UTC

from asn1crypto import x509

from digidoc.sign.validate.verdict import Certificate


def common_name(name: x509.Name) -> str:
    """The common name, else the organisation, else everything that the name has."""
    try:
        found = name.native.get("common_name") or name.native.get("organization_name") or name.human_friendly
    except ValueError:
        return ""
    return str(found[-1] if isinstance(found, list) else found)


def organisation(certificate: x509.Certificate | None) -> str:
    """O of the subject; "" without one. Of several the last, which is the nearest to the holder."""
    if certificate is None:
        return ""
    try:
        found = certificate.subject.native.get("organization_name") or ""
    except ValueError:
        return ""
    return str(found[-1] if isinstance(found, list) else found)


def key_words(certificate: x509.Certificate | None) -> str:
    """Kind and size of the key, such as rsa-2048; of a curve its name, such as secp256r1."""
    if certificate is None:
        return ""
    try:
        key = certificate.public_key
        return str(key.curve[1]) if key.algorithm == "ec" else f"{key.algorithm}-{key.bit_size}"
    except (ValueError, TypeError, KeyError):
        return ""


def described_certificate(certificate: x509.Certificate) -> Certificate:
    """The certificate as a value for reports."""
    return Certificate(
        subject=_whole(certificate.subject),
        issuer=_whole(certificate.issuer),
        serial=f"{certificate.serial_number:X}",
        not_before=certificate.not_valid_before.astimezone(UTC),
        not_after=certificate.not_valid_after.astimezone(UTC),
        sha256=certificate.sha256.hex(),
    )


def _whole(name: x509.Name) -> str:
    try:
        return str(name.human_friendly)
    except ValueError:
        return ""
