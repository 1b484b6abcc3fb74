"""What a certificate says of itself, and whether another one issued it."""

from typing import Any

from asn1crypto import x509
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator


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


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether the key usage allows signing documents; without the extension it does (RFC 5280, 4.2.1.3)."""
    usage = certificate.key_usage_value
    return usage is None or bool({"digital_signature", "non_repudiation"} & usage.native)


def may_timestamp(certificate: x509.Certificate) -> bool:
    """Whether it is a time-stamp authority's certificate (RFC 3161, 2.3)."""
    usage = certificate.extended_key_usage_value
    return usage is not None and "time_stamping" in usage.native


def may_sign_lists(certificate: x509.Certificate) -> bool:
    """Whether the key usage allows signing lists of revoked certificates (RFC 5280, 6.3.3)."""
    usage = certificate.key_usage_value
    return usage is None or "crl_sign" in usage.native


def crl_addresses(certificate: x509.Certificate) -> list[str]:
    """Where the certificate says that its issuer's lists of revoked certificates are."""
    found: list[str] = []
    for point in certificate.crl_distribution_points:
        if point["distribution_point"].name == "full_name":
            found += [name.native for name in point["distribution_point"].chosen if isinstance(name.native, str)]
    return found


def issuer_addresses(certificate: x509.Certificate) -> list[str]:
    """Where the certificate says that its issuer's certificate lies (RFC 5280, 4.2.2.1), by HTTP."""
    access = certificate.authority_information_access_value
    return [
        entry["access_location"].native
        for entry in access or ()
        if entry["access_method"].native == "ca_issuers"
        and entry["access_location"].name == "uniform_resource_identifier"
        and entry["access_location"].native.lower().startswith(("http://", "https://"))
    ]


def names_fit(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether names and key identifiers say that `issuer` issued `certificate`; its signature is not looked at."""
    named, own = certificate.authority_key_identifier, issuer.key_identifier
    if named is not None and own is not None and named != own:
        return False
    # As a rule the names are the same byte for byte, which is a hundred times quicker to see.
    return issuer.subject.dump() == certificate.issuer.dump() or bool(issuer.subject == certificate.issuer)


def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the key of `issuer` signed `certificate`, with whatever digest: a weak one is reported elsewhere."""
    return signed_by(
        issuer,
        certificate["tbs_certificate"].dump(),
        certificate["signature_value"].native,
        certificate["signature_algorithm"],
    )


def signed_by(who: x509.Certificate, data: bytes, signature: bytes, algorithm: Any) -> bool:
    """Whether the key of `who` made this signature over `data`."""
    try:
        DefaultSignatureValidator().validate_signature(
            signature=signature, signed_data=data, public_key_info=who.public_key, signature_algorithm=algorithm
        )
    except Exception:  # noqa: BLE001 (a wrong value, or an algorithm that nobody knows: the signature proves nothing)
        return False
    return True
