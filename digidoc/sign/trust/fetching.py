"""What authorities publish about certificates, fetched from where the certificates say: answers, lists, issuers.

An answer or a list is worth what its signature is: `digidoc.sign.trust.statements` looks at that.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from asn1crypto import ocsp, x509
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.fetchers import Fetchers
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.fetchers.aiohttp_fetchers.cert_fetch_client import AIOHttpCertificateFetcher

from digidoc.sign.trust.certificates import crl_addresses, issued, issuer_addresses

_MOST_PLACES: Final = 3  # addresses of an issuer's certificate that are tried


async def fetch_answers(
    certificate: x509.Certificate, issuer: x509.Certificate, seconds: float
) -> list[ocsp.OCSPResponse]:
    """The answer of the OCSP responders that the certificate names; none when nobody answers."""
    if not certificate.ocsp_urls:
        return []
    try:
        async with _fetchers(seconds) as fetchers:
            return [await fetchers.ocsp_fetcher.fetch(certificate, AuthorityWithCert(issuer))]
    except Exception:  # noqa: BLE001 (whatever network or responder did, there is no answer, and the caller says so)
        return []


async def fetch_lists(certificate: x509.Certificate, seconds: float) -> list[bytes]:
    """The lists of revoked certificates that the certificate names, DER; none when there are none to be had."""
    if not crl_addresses(certificate):
        return []
    try:
        async with _fetchers(seconds) as fetchers:
            return [one.dump() for one in await fetchers.crl_fetcher.fetch(certificate, use_deltas=False)]
    except Exception:  # noqa: BLE001 (as above)
        return []


async def fetch_issuer(certificate: x509.Certificate, seconds: float) -> x509.Certificate | None:
    """The issuer's certificate from where the certificate says it lies: one whose key signed this one, or none."""
    async with aiohttp.ClientSession(trust_env=True) as session:
        fetcher = AIOHttpCertificateFetcher(session, per_request_timeout=seconds)
        for url in issuer_addresses(certificate)[:_MOST_PLACES]:
            try:
                # The library's limit is for a request, not for the looking up of names.
                async with asyncio.timeout(seconds):
                    found = await fetcher.fetch_certs(url, "certificate")  # type: ignore[no-untyped-call]
                    issuer = next((one for one in found if one.subject == certificate.issuer), None)
            except Exception:  # noqa: BLE001, S112 (as above; another address may do)
                continue
            if issuer is not None and issued(issuer, certificate):
                return issuer
    return None


@asynccontextmanager
async def _fetchers(seconds: float) -> AsyncIterator[Fetchers]:
    # trust_env: offices sit behind proxies.
    async with aiohttp.ClientSession(trust_env=True) as session:
        yield AIOHttpFetcherBackend(session, per_request_timeout=seconds).get_fetchers()
