"""Who issued a certificate, among those that are at hand."""

from collections.abc import Iterable
from typing import Final

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from digidoc.sign.trust.certificates import issued

_LONGEST_CHAIN: Final = 8


def issuer_of(certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> x509.Certificate | None:
    """The one of `others` whose key signed `certificate`; None when it is not there.

    cryptography's own `verify_directly_issued_by` knows no SHA-1, with which the CAs of many tokens sign.
    """
    return next(
        (
            other
            for other in others
            if other.subject == certificate.issuer and issued(as_asn1(other), as_asn1(certificate))
        ),
        None,
    )


def chain_of(certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """The issuers above `certificate`, nearest first, as far as `others` has them."""
    chain: list[x509.Certificate] = []
    pool, current = list(others), certificate
    while len(chain) < _LONGEST_CHAIN:
        issuer = issuer_of(current, pool)
        if issuer is None or issuer in (certificate, *chain):
            break
        chain.append(issuer)
        current = issuer
    return chain


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    """The same certificate for those who speak asn1crypto."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
