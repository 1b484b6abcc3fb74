"""Who issued a certificate, among those that are at hand."""

from collections.abc import Iterable
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

_LONGEST_CHAIN: Final = 8


def issuer_of(certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> x509.Certificate | None:
    """The one of `others` whose key signed `certificate`; None when it is not there."""
    return next(
        (other for other in others if other.subject == certificate.issuer and _signed(certificate, other)), None
    )


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key signed it, with whatever digest: a weak one is judged elsewhere.

    cryptography's own `verify_directly_issued_by` knows no SHA-1, with which the CAs of many tokens sign.
    """
    try:
        key, digest = issuer.public_key(), certificate.signature_hash_algorithm
        if isinstance(key, ec.EllipticCurvePublicKey) and digest is not None:
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(digest))
            return True
        how = certificate.signature_algorithm_parameters
        if (
            isinstance(key, rsa.RSAPublicKey)
            and isinstance(how, (padding.PSS, padding.PKCS1v15))
            and digest is not None
        ):
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, how, digest)
            return True
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return False


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
