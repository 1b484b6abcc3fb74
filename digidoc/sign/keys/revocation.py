"""Whether a certificate was revoked, as its authority says now: by OCSP (RFC 6960), else by its list (RFC 5280, 5).

Nothing here stops the work when the network does not answer: a note says so, and a person decides. An answer counts
only when its signature leads to the certificate's issuer.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, TypeVar

from asn1crypto import x509

from digidoc.i18n import N_
from digidoc.sign.trust.certificates import crl_addresses, issued, may_sign_lists
from digidoc.sign.trust.statements import Statement, crl_statement, ocsp_statements

T = TypeVar("T")

# A clerk waits for this before the first signature, so it is short; a responder that answers at all takes well under
# a second.
SECONDS: Final = 5.0
_SLACK: Final = timedelta(minutes=5)  # between this machine's clock and the authority's

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
    leaf = x509.Certificate.load(certificate)
    if not (leaf.ocsp_urls or crl_addresses(leaf)):
        return RevocationAnswer("unknown", note=_NOWHERE)
    if not online:
        return RevocationAnswer("unknown", note=_OFFLINE)
    return _run(_ask(leaf, [x509.Certificate.load(other) for other in chain], seconds))


def fetch_missing_issuer(certificate: x509.Certificate, seconds: float = SECONDS) -> x509.Certificate | None:
    """The issuer's certificate from where the certificate says it lies; None when it is not there."""
    from digidoc.sign.trust.fetching import fetch_issuer

    return _run(fetch_issuer(certificate, seconds))


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Carry out `work` in a loop of its own, whether or not one runs here already."""

    async def alone() -> T:
        # The library leaves requests behind that failed after the answer, or the limit, came. What they say counts no
        # more; asyncio would print it with a traceback.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        return await work

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, alone()).result()


async def _ask(leaf: x509.Certificate, others: list[x509.Certificate], seconds: float) -> RevocationAnswer:
    from digidoc.sign.trust.fetching import fetch_issuer

    issuer = next((other for other in others if other.subject == leaf.issuer and issued(other, leaf)), None)
    if issuer is None:
        issuer = await fetch_issuer(leaf, seconds)
    if issuer is None:
        return RevocationAnswer("unknown", note=_NO_ISSUER)
    for question in (_by_ocsp, _by_list):
        with suppress(TimeoutError):
            # The library's limit is for a request, not for the looking up of names.
            async with asyncio.timeout(seconds):
                answer = _answer(await question(leaf, issuer, seconds), leaf)
                if answer is not None:
                    return answer
    return RevocationAnswer("unknown", note=_SILENT)


async def _by_ocsp(leaf: x509.Certificate, issuer: x509.Certificate, seconds: float) -> list[Statement]:
    from digidoc.sign.trust.fetching import fetch_answers

    answers = await fetch_answers(leaf, issuer, seconds)
    with suppress(ValueError, TypeError, KeyError, AttributeError):  # a malformed answer states nothing
        return [one for answer in answers for one in ocsp_statements(answer, leaf, issuer, ())]
    return []


async def _by_list(leaf: x509.Certificate, issuer: x509.Certificate, seconds: float) -> list[Statement]:
    from digidoc.sign.trust.fetching import fetch_lists

    if not may_sign_lists(issuer):
        return []
    return list(_of_lists(await fetch_lists(leaf, seconds), leaf, issuer))


def _of_lists(lists: Iterable[bytes], leaf: x509.Certificate, issuer: x509.Certificate) -> Iterator[Statement]:
    for der in lists:
        with suppress(ValueError, TypeError, KeyError):  # a malformed list states nothing; another may
            found = crl_statement(der, leaf, issuer)
            if found is not None:
                yield found


def _answer(statements: list[Statement], leaf: x509.Certificate) -> RevocationAnswer | None:
    """What the statements that are current come to; None when there is none."""
    now = datetime.now(UTC)
    current = [one for one in statements if one.made <= now + _SLACK and one.speaks_for(now - _SLACK, leaf)]
    for one in current:
        if one.revoked_at is not None:
            return RevocationAnswer("revoked", one.source, one.revoked_at)
    return RevocationAnswer("good", current[0].source) if current else None
