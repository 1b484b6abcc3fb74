"""What must hold for a certificate before the first signature."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from digidoc.i18n import N_
from digidoc.sign.algorithms import Scheme
from digidoc.sign.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateUnfit,
    KeyUnreadable,
)
from digidoc.sign.keys.issuers import as_asn1, issuer_of
from digidoc.sign.keys.revocation import check_revocation, fetch_missing_issuer
from digidoc.sign.keys.source import OpenKey, RawSigner

# TT 15/2025/TT-BKHCN, annex: RSA of 2048 bits and up, ECDSA of 256 bits and up.
_RSA_BITS: Final = 2048
_EC_BITS: Final = 256
# Purposes that go with signing documents: any; e-mail (what CAs gave before there was better), client log-in (put
# beside the others on nearly every token), document signing of RFC 9336, of Microsoft and of Adobe.
_PURPOSES: Final = frozenset(
    {
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
        ObjectIdentifier("1.2.840.113583.1.1.5"),
    }
)
_ODD_PURPOSE: Final = N_(
    "The certificate names purposes that do not go with signing documents; some programs refuse it."
)


def opened(
    raw: RawSigner,
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    schemes: Iterable[Scheme],
    file: Path | None,
    *,
    online: bool,
) -> OpenKey:
    """The key that these pieces make, after all checks of its certificate.

    Args:
        raw: what signs with it.
        certificate: of the signer.
        others: certificates that come with it; the signer's may be among them.
        schemes: what can be done with it, best first.
        file: the key's, for messages.
        online: revocation may be asked for, and issuers that are missing fetched.

    Raises:
        KeyProblem: see `check_certificate`; or the certificate was revoked.

    """
    notes = check_certificate(certificate, datetime.now(UTC), file)
    der = certificate.public_bytes(Encoding.DER)
    chain = [other for other in others if other != certificate]
    chained = tuple(other.public_bytes(Encoding.DER) for other in chain)
    if online and issuer_of(certificate, chain) is None:
        issuer = fetch_missing_issuer(as_asn1(certificate))
        chained += () if issuer is None else (issuer.dump(),)
    answer = check_revocation(der, chained, online=online)
    if answer.status == "revoked":
        when = "?" if answer.revoked_at is None else f"{answer.revoked_at:%Y-%m-%d}"
        raise CertificateRevoked(file=file, when=when)
    notes = (*notes, answer.note) if answer.note else notes
    name = common_name(certificate.subject)
    return OpenKey(raw, name, der, chained, certificate.not_valid_after_utc, tuple(schemes), notes)


def check_certificate(certificate: x509.Certificate, now: datetime, file: Path | None) -> tuple[str, ...]:
    """Whether the certificate may sign documents at `now`; gives notes (marked sentences) about oddities.

    Raises:
        CertificateExpired, CertificateNotYetValid: outside its validity.
        KeyUnreadable: its extensions or its key cannot be read.
        CertificateUnfit: a CA's certificate (RFC 5280, 4.2.1.9), its usage excludes signing, or its key is too short
            (TT 15/2025/TT-BKHCN).

    """
    if now > certificate.not_valid_after_utc:
        raise CertificateExpired(file=file, when=f"{certificate.not_valid_after_utc:%Y-%m-%d}")
    if now < certificate.not_valid_before_utc:
        raise CertificateNotYetValid(file=file, when=f"{certificate.not_valid_before_utc:%Y-%m-%d}")
    try:
        extensions = certificate.extensions
        public = certificate.public_key()
    except (ValueError, x509.DuplicateExtension, UnsupportedAlgorithm) as error:
        raise KeyUnreadable(file=file, reason=N_("its certificate is damaged")) from error
    _check_usage(extensions, file)
    if isinstance(public, rsa.RSAPublicKey):
        if public.key_size < _RSA_BITS:
            raise CertificateUnfit(file=file, reason=f"RSA {public.key_size} < {_RSA_BITS}")
    elif isinstance(public, ec.EllipticCurvePublicKey):
        if public.key_size < _EC_BITS:
            raise CertificateUnfit(file=file, reason=f"ECDSA {public.key_size} < {_EC_BITS}")
    else:
        raise KeyUnreadable(file=file, reason=N_("its key is neither RSA nor ECDSA"))
    return _purpose_notes(extensions, file)


def _check_usage(extensions: x509.Extensions, file: Path | None) -> None:
    for extension in extensions:
        if isinstance(extension.value, x509.BasicConstraints) and extension.value.ca:
            raise CertificateUnfit(file=file, reason=N_("it is the certificate of a certificate authority"))
        # RFC 5280, 4.2.1.3: a certificate without the extension is not restricted.
        if isinstance(extension.value, x509.KeyUsage):
            usage = extension.value
            if not (usage.digital_signature or usage.content_commitment):
                raise CertificateUnfit(file=file, reason=f"keyUsage = {', '.join(_usages(usage)) or '-'}")


def _usages(usage: x509.KeyUsage) -> list[str]:
    names = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    return [name for name in names if getattr(usage, name)]


def _purpose_notes(extensions: x509.Extensions, file: Path | None) -> tuple[str, ...]:
    """Time stamping and OCSP signing are purposes on their own (RFC 3161, 2.3; RFC 6960, 4.2.2.2): never documents."""
    alone = {ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING}
    for extension in extensions:
        if isinstance(extension.value, x509.ExtendedKeyUsage):
            purposes = set(extension.value)
            if purposes and purposes <= alone:
                names = ", ".join(sorted(str(getattr(purpose, "_name", purpose)) for purpose in purposes))
                raise CertificateUnfit(file=file, reason=f"extendedKeyUsage = {names}")
            if not purposes & _PURPOSES:
                return (_ODD_PURPOSE,)
    return ()


def schemes_of(public: object, file: Path | None) -> tuple[Scheme, ...]:
    """What a key of this kind can do when nothing limits it, best first.

    Raises:
        KeyUnreadable: neither RSA nor ECDSA.

    """
    if isinstance(public, rsa.RSAPublicKey):
        return (Scheme.RSASSA_PSS, Scheme.RSASSA_PKCS1)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return (Scheme.ECDSA,)
    raise KeyUnreadable(file=file, reason=N_("its key is neither RSA nor ECDSA"))


def common_name(name: x509.Name) -> str:
    """The common name of a subject, or the whole of it in RFC 4514 form when it has none."""
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[-1].value) if found else name.rfc4514_string()
