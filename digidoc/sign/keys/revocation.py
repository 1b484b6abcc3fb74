"""Whether a certificate was revoked, as its authority says now: by OCSP (RFC 6960), else by its list (RFC 5280, 5).

Nothing here stops the work when the network does not answer: that is told, and a person decides. An answer counts only
when its signature leads to the certificate's issuer.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from digidoc.i18n import N_
from digidoc.sign.keys.issuers import issuer_of

if TYPE_CHECKING:
    from asn1crypto.crl import CertificateList
    from asn1crypto.x509 import Certificate
    from pyhanko_certvalidator.fetchers import Fetchers

T = TypeVar("T")

# A clerk waits for this before the first signature, so it is short; a responder that answers at all takes well under
# a second.
SECONDS: Final = 5.0
_SLACK: Final = timedelta(minutes=5)  # between this machine's clock and the authority's
_MOST_PLACES: Final = 3  # addresses of an issuer's certificate that are tried
# What makes a list speak of some certificates only, or of other issuers'.
_PARTS: Final = ("only_contains_ca_certs", "only_some_reasons", "indirect_crl", "only_contains_attribute_certs")

_OFFLINE: Final = N_("Whether the signer's certificate was revoked was not asked.")
_NOWHERE: Final = N_("The signer's certificate does not say where to ask whether it was revoked.")
_NO_ISSUER: Final = N_("Whether the signer's certificate was revoked is unknown: its issuer's certificate is missing.")
_SILENT: Final = N_(
    "Whether the signer's certificate was revoked is unknown: its authority gave no answer that can be trusted."
)


@dataclass(frozen=True, slots=True)
class RevocationAnswer:
    """What is known about a certificate's revocation.

    Attributes:
        status: "good", "revoked", or "unknown".
        source: what said so; None when nothing did.
        revoked_at: since when; None unless it is revoked.
        note: why it is unknown, a marked English sentence; empty otherwise.

    """

    status: Literal["good", "revoked", "unknown"]
    source: Literal["ocsp", "crl"] | None = None
    revoked_at: datetime | None = None
    note: str = ""


def check_revocation(
    certificate: bytes, chain: Iterable[bytes], *, online: bool, seconds: float = SECONDS
) -> RevocationAnswer:
    """Ask the certificate's authority whether it was revoked.

    Args:
        certificate: DER.
        chain: other certificates, DER; the issuer's is looked for among them, and on the network else.
        online: False asks nobody.
        seconds: limit for each question.

    """
    parsed = x509.load_der_x509_certificate(certificate)
    if not _has_place(parsed):
        return RevocationAnswer("unknown", note=_NOWHERE)
    if not online:
        return RevocationAnswer("unknown", note=_OFFLINE)
    others = [x509.load_der_x509_certificate(other) for other in chain]
    return _run(_ask(parsed, others, seconds))


def fetch_issuers(certificate: x509.Certificate, seconds: float = SECONDS) -> list[x509.Certificate]:
    """The issuer's certificate from where the certificate says it lies; empty when it is not there.

    What was fetched is not trusted for that: only a certificate whose key signed this one is given.
    """
    return _run(_issuers(certificate, seconds))


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Carry out `work` in a loop of its own, whether or not one runs here already."""

    async def alone() -> T:
        # The library leaves requests behind that failed after the answer, or the limit, came. What they say counts no
        # more; asyncio would print it with a traceback.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        return await work

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, alone()).result()


def _has_place(certificate: x509.Certificate) -> bool:
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.CRLDistributionPoints):
            return True
        if isinstance(extension.value, x509.AuthorityInformationAccess) and any(
            entry.access_method == AuthorityInformationAccessOID.OCSP for entry in extension.value
        ):
            return True
    return False


@asynccontextmanager
async def _fetching(seconds: float) -> "AsyncIterator[Fetchers]":
    import aiohttp
    from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

    # trust_env: offices sit behind proxies.
    async with aiohttp.ClientSession(trust_env=True) as session:
        yield AIOHttpFetcherBackend(session, per_request_timeout=seconds).get_fetchers()


async def _issuers(certificate: x509.Certificate, seconds: float) -> list[x509.Certificate]:
    import aiohttp
    from pyhanko_certvalidator.errors import CertificateFetchError
    from pyhanko_certvalidator.fetchers.aiohttp_fetchers.cert_fetch_client import AIOHttpCertificateFetcher

    found: list[x509.Certificate] = []
    async with aiohttp.ClientSession(trust_env=True) as session:
        fetcher = AIOHttpCertificateFetcher(session, per_request_timeout=seconds)
        for url in _issuer_places(certificate):
            # asyncio.timeout: the library's limit is for a request, not for the looking up of names.
            with suppress(CertificateFetchError, TimeoutError, OSError, ValueError):
                async with asyncio.timeout(seconds):
                    fetched = await fetcher.fetch_certs(url, "certificate")  # type: ignore[no-untyped-call]
                    found += [x509.load_der_x509_certificate(other.dump()) for other in fetched]
    issuer = issuer_of(certificate, found)
    return [] if issuer is None else [issuer]


def _issuer_places(certificate: x509.Certificate) -> list[str]:
    return [
        entry.access_location.value
        for extension in certificate.extensions
        if isinstance(extension.value, x509.AuthorityInformationAccess)
        for entry in extension.value
        if entry.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(entry.access_location, x509.UniformResourceIdentifier)
        and entry.access_location.value.lower().startswith(("http://", "https://"))
    ][:_MOST_PLACES]


async def _ask(certificate: x509.Certificate, others: list[x509.Certificate], seconds: float) -> RevocationAnswer:
    issuer = issuer_of(certificate, others) or next(iter(await _issuers(certificate, seconds)), None)
    if issuer is None:
        return RevocationAnswer("unknown", note=_NO_ISSUER)
    leaf, above = _asn1(certificate), _asn1(issuer)
    async with _fetching(seconds) as fetchers:
        for question in (_by_ocsp, _by_crl):
            with suppress(TimeoutError, OSError, ValueError):
                async with asyncio.timeout(seconds):
                    answer = await question(leaf, above, fetchers)
                    if answer is not None:
                        return answer
    return RevocationAnswer("unknown", note=_SILENT)


async def _by_ocsp(leaf: "Certificate", issuer: "Certificate", fetchers: "Fetchers") -> RevocationAnswer | None:
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.authority import AuthorityWithCert, TrustAnchor
    from pyhanko_certvalidator.errors import OCSPValidationError, RevokedError
    from pyhanko_certvalidator.path import ValidationPath
    from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

    # The issuer is the anchor here: only its word about its own certificate is asked for, not who trusts it.
    context = ValidationContext(trust_roots=[issuer], allow_fetching=True, fetchers=fetchers)
    path = ValidationPath(TrustAnchor(AuthorityWithCert(issuer)), [], leaf)
    try:
        await verify_ocsp_response(leaf, path, context)
    except RevokedError as error:
        return RevocationAnswer("revoked", "ocsp", error.revocation_dt)
    except OCSPValidationError:
        return None  # the list may know
    return RevocationAnswer("good", "ocsp")


async def _by_crl(leaf: "Certificate", issuer: "Certificate", fetchers: "Fetchers") -> RevocationAnswer | None:
    from pyhanko_certvalidator.errors import CRLFetchError

    try:
        lists = await fetchers.crl_fetcher.fetch(leaf, use_deltas=False)
    except CRLFetchError:
        return None
    current = [found for found in lists if _counts(found, issuer, datetime.now(UTC))]
    for found in current:
        for entry in found["tbs_cert_list"]["revoked_certificates"]:
            if entry["user_certificate"].native == leaf.serial_number:
                return RevocationAnswer("revoked", "crl", entry["revocation_date"].native)
    return RevocationAnswer("good", "crl") if current else None


def _counts(found: "CertificateList", issuer: "Certificate", now: datetime) -> bool:
    """Whether a list is the issuer's own, whole, current and about all that it issued (RFC 5280, 6.3.3)."""
    from cryptography.exceptions import InvalidSignature
    from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

    body = found["tbs_cert_list"]
    since, until = body["this_update"].native, body["next_update"].native
    if found.issuer != issuer.subject or until is None or not since - _SLACK <= now <= until + _SLACK:
        return False
    if issuer.key_usage_value is not None and "crl_sign" not in issuer.key_usage_value.native:
        return False
    part = found.issuing_distribution_point_value
    if found.delta_crl_indicator_value is not None or (part is not None and any(part[name].native for name in _PARTS)):
        return False
    if found.critical_extensions - {"issuing_distribution_point"}:
        return False
    try:
        DefaultSignatureValidator().validate_signature(
            found["signature"].native, body.dump(), issuer.public_key, found["signature_algorithm"]
        )
    except InvalidSignature:
        return False
    return True


def _asn1(certificate: x509.Certificate) -> "Certificate":
    from asn1crypto.x509 import Certificate

    return Certificate.load(certificate.public_bytes(Encoding.DER))
