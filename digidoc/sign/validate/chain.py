"""Whether a certificate chains to a trust anchor at a moment, offline, and what of the chain is weak."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import cms, x509
from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import AcceptAllAlgorithms

from digidoc.sign.trust.anchors import TrustAnchors
from digidoc.sign.validate.verdict import Certificate, Reason

# No longer relied on: SHA-1 since its collisions of 2017, MD5 and MD2 long before. Keys as in TT 15/2025/TT-BKHCN.
_WEAK_DIGESTS: Final = frozenset({"md2", "md5", "sha1"})
_RSA_BITS: Final = 2048
_EC_BITS: Final = 224


@dataclass(frozen=True, slots=True)
class Chain:
    """What came of building a chain.

    Attributes:
        trusted: it ends in a trust anchor and holds at the moment asked for.
        reason: why it does not; UNKNOWN_ISSUER, EXPIRED, NOT_YET_VALID or CHAIN.
        detail: technical remark.
        weak: weak algorithms within the chain, the anchor left out.
        certificates: of a trusted chain, the signer's first, the anchor last.

    """

    trusted: bool
    reason: Reason = Reason.NONE
    detail: str = ""
    weak: tuple[str, ...] = ()
    certificates: tuple[x509.Certificate, ...] = ()


async def build_chain(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], trust: TrustAnchors, moment: datetime
) -> Chain:
    """Look for a chain from `certificate` to an anchor that holds at `moment`. Nothing is fetched.

    Weak algorithms do not stop it: they are reported apart from a broken chain.
    """
    if not trust.anchors:
        return Chain(trusted=False, reason=Reason.UNKNOWN_ISSUER)
    context = ValidationContext(
        trust_roots=list(trust.anchors),
        other_certs=[*trust.helpers, *others],
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
        algorithm_usage_policy=AcceptAllAlgorithms(),
    )
    try:
        path = await find_valid_path(
            certificate, context.path_builder.async_build_paths_lazy(certificate), validation_context=context
        )
    except (PathBuildingError, ValidationError, ValueError, TypeError, LookupError) as error:
        # certvalidator lets the last three through on certificates that asn1crypto cannot read.
        return Chain(trusted=False, reason=_why_not(error, certificate), detail=str(error))
    # certvalidator lists a path from its root.
    return Chain(trusted=True, weak=_weak_in(path), certificates=tuple(path.iter_certs(include_root=True))[::-1])


def _why_not(error: Exception, certificate: x509.Certificate) -> Reason:
    if isinstance(error, NotYetValidError):
        return Reason.NOT_YET_VALID
    if isinstance(error, ExpiredError):
        return Reason.EXPIRED
    # InvalidCertificateError is certvalidator's word for a self-signed certificate that is no anchor.
    alone = isinstance(error, InvalidCertificateError) and certificate.self_signed in ("yes", "maybe")
    return Reason.UNKNOWN_ISSUER if alone or isinstance(error, PathBuildingError) else Reason.CHAIN


def _weak_in(path: ValidationPath) -> tuple[str, ...]:
    found: set[str] = set()
    for certificate in path.iter_certs(include_root=False):
        found.update(f"{weak} (chain)" for weak in weak_signature(certificate["signature_algorithm"], None))
    return tuple(sorted(found))


def weak_signature(algorithm: Any, certificate: x509.Certificate | None) -> set[str]:
    """Weak digest of a signature algorithm, and weak key of the certificate that made it."""
    found: set[str] = set()
    try:
        digest = algorithm.hash_algo
    except ValueError:  # the algorithm names none; the caller knows it from elsewhere
        digest = ""
    if digest in _WEAK_DIGESTS:
        found.add(digest)
    if certificate is not None:
        key = certificate.public_key
        least = {"rsa": _RSA_BITS, "ec": _EC_BITS}.get(key.algorithm, 0)
        if key.bit_size < least:
            found.add(f"{key.algorithm}-{key.bit_size}")
    return found


def weak_in_signer(info: cms.SignerInfo, certificate: x509.Certificate) -> set[str]:
    """Weak digests and keys of one CMS signature."""
    found = weak_signature(info["signature_algorithm"], certificate)
    digest = info["digest_algorithm"]["algorithm"].native
    return found | ({digest} & _WEAK_DIGESTS)


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
