"""What it takes to verify a certificate later: its chain, and that nobody had taken any of it back by now.

Certificates and revocation information are fetched from where the certificates say, once a batch.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import CRLValidationError, OCSPValidationError, PathError, ValidationError
from pyhanko_certvalidator.fetchers import Fetchers
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from digidoc.i18n import N_
from digidoc.sign.errors import ValidationDataMissing
from digidoc.sign.trust.certificates import names_fit

# An answer is used for the documents of the next quarter of an hour: a batch asks once, and none of its documents
# carries an answer much older than its signature.
_KEEP: Final = 900.0  # seconds
_EACH: Final = 30  # seconds that one answer may take
_LONGEST_CHAIN: Final = 10


@dataclass(frozen=True, slots=True)
class ValidationData:
    """Chain and revocation information of one certificate.

    Attributes:
        certificates: the chain with its root.
        ocsps: OCSP responses.
        crls: lists of revoked certificates.

    """

    certificates: tuple[Any, ...]
    ocsps: tuple[Any, ...]
    crls: tuple[Any, ...]


class ValidationSource:
    """Collects validation data and keeps it for a while. All calls have to come from one event loop."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[float, ValidationData]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def collect(self, certificate: bytes, others: Iterable[bytes]) -> ValidationData:
        """The data of one certificate.

        Args:
            certificate: DER.
            others: certificates its chain may be built from, DER; missing ones are fetched.

        Raises:
            ValidationDataMissing: a certificate of the chain, or whether it was revoked, cannot be found out; or it
                was revoked.

        """
        async with self._one_at_a_time:
            at, kept = self._kept.get(certificate, (0.0, None))
            if kept is None or time.monotonic() - at > _KEEP:
                kept = await self._collect(certificate, others)
                self._kept[certificate] = (time.monotonic(), kept)
            return kept

    async def _collect(self, certificate: bytes, others: Iterable[bytes]) -> ValidationData:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        fetchers = AIOHttpFetcherBackend(self._session, per_request_timeout=_EACH).get_fetchers()
        leaf = x509.Certificate.load(certificate)
        pool = [x509.Certificate.load(other) for other in others]
        name = leaf.subject.human_friendly
        try:
            chain = await _chain(leaf, pool, fetchers)
            context = ValidationContext(
                # The data is to be complete up to a root; whether anybody trusts that root is for the one who verifies.
                trust_roots=[chain[-1]],
                other_certs=chain[1:-1],
                allow_fetching=True,
                fetchers=fetchers,
                revocation_mode="require",
            )
            path = await CertificateValidator(leaf, validation_context=context).async_validate_path()
        except _NoIssuer as error:
            reason = N_("there is no certificate of {issuer}")
            raise ValidationDataMissing(reason=reason, issuer=str(error)) from error
        except (PathError, ValidationError, CRLValidationError, OCSPValidationError, aiohttp.ClientError) as error:
            reason = N_("for {name}: {why}")
            raise ValidationDataMissing(reason=reason, name=name, why=str(error)) from error
        except (OSError, ValueError, TypeError, KeyError) as error:
            # An answer that is none: asn1crypto raises whatever comes first.
            reason = N_("for {name}: {why}")
            raise ValidationDataMissing(reason=reason, name=name, why=f"{type(error).__name__}: {error}") from error
        return ValidationData(tuple(path), tuple(context.ocsps), tuple(context.crls))


class _NoIssuer(Exception):
    """A chain ends before its root; the message names the issuer that is missing."""


async def _chain(leaf: Any, pool: list[Any], fetchers: Fetchers) -> list[Any]:
    """From a certificate to its root, with what is there or else what its issuers publish.

    Names and key identifiers lead from one to the next; the signatures are checked with the path.
    """
    chain = [leaf]
    while not _is_root(chain[-1]):
        issuer = next((other for other in pool if names_fit(other, chain[-1])), None)
        if issuer is None:
            async for found in fetchers.cert_fetcher.fetch_cert_issuers(chain[-1]):
                if names_fit(found, chain[-1]):
                    issuer = found
                    break
        if issuer is None or len(chain) == _LONGEST_CHAIN:
            raise _NoIssuer(chain[-1].issuer.human_friendly)
        chain.append(issuer)
    return chain


def _is_root(certificate: Any) -> bool:
    return bool(certificate.subject == certificate.issuer)
