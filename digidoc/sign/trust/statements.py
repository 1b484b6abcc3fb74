"""What OCSP responders and lists of revoked certificates say of one certificate, and whether they may say it."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from asn1crypto import ocsp, x509
from cryptography import x509 as cx509

from digidoc.sign.trust.certificates import crl_addresses, issued, signed_by

_HASHES: Final = frozenset({"sha1", "sha224", "sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What one authority states about one certificate; its signature has been checked.

    Attributes:
        source: "ocsp" or "crl".
        revoked_at: UTC; None: not revoked.
        made: thisUpdate, UTC.
        until: nextUpdate, UTC; None when the authority says nothing of it.

    """

    source: Literal["ocsp", "crl"]
    revoked_at: datetime | None
    made: datetime
    until: datetime | None

    def speaks_for(self, moment: datetime, certificate: x509.Certificate) -> bool:
        """Whether it tells that the certificate was good at `moment` (ETSI EN 319 102-1, 5.2.5).

        It was made afterwards, or was still current then. A list made after the certificate's end may have dropped
        it (RFC 5280, 3.3), so that its silence means nothing.
        """
        if self.source == "crl" and self.made > certificate.not_valid_after:
            return False
        return self.made >= moment or (self.until is not None and self.until >= moment)


def ocsp_statements(
    answer: ocsp.OCSPResponse,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    others: Iterable[x509.Certificate],
) -> Iterator[Statement]:
    """What an OCSP answer (RFC 6960) says of `certificate`; nothing when it is not signed by one who may.

    Raises:
        ValueError, TypeError, KeyError: it is malformed.

    """
    if answer["response_status"].native != "successful":
        return
    basic = answer["response_bytes"]["response"].parsed
    data = basic["tbs_response_data"]
    about = [one for one in data["responses"] if _is_about(one["cert_id"], certificate, issuer)]
    if not about or not _answered_by(basic, issuer, others):
        return
    for one in about:
        status, until = one["cert_status"], one["next_update"].native
        if status.name == "unknown":
            continue
        revoked = status.chosen["revocation_time"].native if status.name == "revoked" else None
        yield Statement("ocsp", revoked, one["this_update"].native, until)


def _is_about(named: Any, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    algorithm = named["hash_algorithm"]["algorithm"].native
    if algorithm not in _HASHES or named["serial_number"].native != certificate.serial_number:
        return False
    key = hashlib.new(algorithm, bytes(issuer.public_key["public_key"]), usedforsecurity=False).digest()
    names = {
        hashlib.new(algorithm, name.dump(), usedforsecurity=False).digest()
        for name in (certificate.issuer, issuer.subject)
    }
    return named["issuer_key_hash"].native == key and named["issuer_name_hash"].native in names


def _answered_by(basic: Any, issuer: x509.Certificate, others: Iterable[x509.Certificate]) -> bool:
    """Whether the issuer signed the answer, or one whom it lets answer (RFC 6960, 4.2.2.2)."""
    made = basic["tbs_response_data"]["produced_at"].native
    carried = [one.chosen if hasattr(one, "chosen") else one for one in basic["certs"] or ()]
    who = basic["tbs_response_data"]["responder_id"]
    for one in (issuer, *carried, *others):
        if who.name == "by_name" and one.subject != who.chosen:
            continue
        if who.name == "by_key" and one.public_key.sha1 != who.native:
            continue
        if one.sha256 != issuer.sha256 and not _may_answer(one, issuer, made):
            continue
        signed = basic["tbs_response_data"].dump()
        if signed_by(one, signed, basic["signature"].native, basic["signature_algorithm"]):
            return True
    return False


def _may_answer(responder: x509.Certificate, issuer: x509.Certificate, made: datetime) -> bool:
    usage = responder.extended_key_usage_value
    if usage is None or "ocsp_signing" not in usage.native or responder.issuer != issuer.subject:
        return False
    if not responder.not_valid_before <= made <= responder.not_valid_after:
        return False
    return issued(issuer, responder)


def crl_statement(der: bytes, certificate: x509.Certificate, issuer: x509.Certificate) -> Statement | None:
    """What a list of revoked certificates (RFC 5280, 5) says; None when it is not the issuer's or not about all.

    Raises:
        ValueError, TypeError: it is malformed.

    """
    found = cx509.load_der_x509_crl(der)
    if x509.Name.load(found.issuer.public_bytes()) != issuer.subject or not _covers(found, certificate):
        return None
    key: Any = cx509.load_der_x509_certificate(issuer.dump()).public_key()
    if not found.is_signature_valid(key):
        return None
    entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
    revoked = None if entry is None else _since(entry)
    return Statement("crl", revoked, found.last_update_utc, found.next_update_utc)


def _since(entry: cx509.RevokedCertificate) -> datetime:
    """The date of revocation, or the earlier one from which on the key is not to be trusted."""
    try:
        invalid = entry.extensions.get_extension_for_class(cx509.InvalidityDate).value.invalidity_date
    except cx509.ExtensionNotFound:
        return entry.revocation_date_utc
    return min(entry.revocation_date_utc, invalid.replace(tzinfo=UTC))


def _covers(found: cx509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Whether the list is a complete one and meant for this kind of certificate and its place of distribution."""
    scope = None
    for extension in found.extensions:
        if isinstance(extension.value, cx509.DeltaCRLIndicator):
            return False
        if isinstance(extension.value, cx509.IssuingDistributionPoint):
            scope = extension.value
        elif extension.critical:
            return False
    return scope is None or _scoped(scope, certificate)


def _scoped(scope: cx509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    elsewhere = scope.only_contains_ca_certs if not certificate.ca else scope.only_contains_user_certs
    if elsewhere or scope.indirect_crl or scope.only_some_reasons or scope.only_contains_attribute_certs:
        return False
    if not scope.full_name:
        return scope.relative_name is None
    named = {str(name.value) for name in scope.full_name}
    return bool(named & set(crl_addresses(certificate)))
