"""Whether the certificates of a chain were revoked: from what the file carries and, when asked to, from the network."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, Self

from asn1crypto import cms, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from digidoc.sign.trust.certificates import crl_addresses, names_fit
from digidoc.sign.trust.fetching import fetch_answers, fetch_lists
from digidoc.sign.trust.statements import Statement, crl_statement, ocsp_statements
from digidoc.sign.validate.verdict import Revocation

_SECONDS: Final = 10  # a request may take
_ITEMS: Final = 2000  # of one kind in a security store; more is a trap
_ARCHIVAL: Final = "1.2.840.113583.1.1.8"  # adbe-revocationInfoArchival (ISO 32000-1, 12.8.3.3.2)


@dataclass(frozen=True, slots=True)
class ChainRevocation:
    """What is known of the revocation of a chain.

    Attributes:
        status: of the worst certificate.
        source: "ocsp", "crl" or "": where that is from.
        time: when that was stated, or since when it is revoked, UTC.
        authority: it is about an authority of the chain, not the signer.
        asked: the network was asked for it.

    """

    status: Revocation = Revocation.NOT_CHECKED
    source: str = ""
    time: datetime | None = None
    authority: bool = False
    asked: bool = False


NOT_CHECKED: Final = ChainRevocation()
_ORDER: Final = (Revocation.GOOD, Revocation.NOT_CHECKED, Revocation.UNKNOWN, Revocation.REVOKED)


@dataclass(slots=True)
class Evidence:
    """Certificates and revocation data of a file; with what is fetched for them kept as long as it lives.

    Attributes:
        online: fetch what the file does not carry.
        certificates: of its security store (/DSS).
        answers: OCSP.
        lists: CRLs, DER.

    """

    online: bool
    certificates: list[x509.Certificate] = field(default_factory=list)
    answers: list[ocsp.OCSPResponse] = field(default_factory=list)
    lists: list[bytes] = field(default_factory=list)
    _asked: set[tuple[str, bytes]] = field(default_factory=set)

    @classmethod
    def of(cls, reader: PdfFileReader, *, online: bool) -> Self:
        """Read the security store; an entry that cannot be read is as if it were not there."""
        found = cls(online)
        for der in _streams(reader, "/Certs"):
            _load(found.certificates, x509.Certificate, der)
        for der in _streams(reader, "/OCSPs"):
            _load(found.answers, ocsp.OCSPResponse, der)
        found.lists += _streams(reader, "/CRLs")
        return found

    def take(self, signed: cms.SignedData, info: cms.SignerInfo) -> None:
        """Add what a signature itself carries: lists in its CMS, and Adobe's attribute."""
        try:
            self.lists += [one.chosen.dump() for one in signed["crls"] or () if one.name == "certificate_list"]
            for attribute in info["signed_attrs"] or ():
                if attribute["type"].dotted == _ARCHIVAL:
                    for value in attribute["values"]:
                        self.answers += list(value["ocsp"] or ())
                        self.lists += [one.dump() for one in value["crl"] or ()]
        except (ValueError, TypeError, KeyError):
            return  # what cannot be read says nothing; the signature is validated elsewhere

    def check(self, chain: Sequence[x509.Certificate], moment: datetime) -> ChainRevocation:
        """The worst of a chain, signer first, trust anchor last; the anchor is trusted, not asked about."""
        worst: ChainRevocation | None = None
        for place, (certificate, issuer) in enumerate(pairwise(chain)):
            one = self._check_one(certificate, issuer, moment, authority=place > 0)
            if worst is None or _ORDER.index(one.status) > _ORDER.index(worst.status):
                worst = one
        return worst or NOT_CHECKED

    def suffices(self, chain: Sequence[x509.Certificate], moment: datetime) -> bool:
        """Whether what the file carries tells that every certificate of a complete chain was good at `moment`."""
        return bool(chain) and all(
            _no_check(certificate)
            or any(
                one.revoked_at is None and one.speaks_for(moment, certificate)
                for one in self._statements(certificate, issuer)
            )
            for certificate, issuer in pairwise(chain)
        )

    def _check_one(
        self, certificate: x509.Certificate, issuer: x509.Certificate, moment: datetime, *, authority: bool
    ) -> ChainRevocation:
        if _no_check(certificate):
            return ChainRevocation(Revocation.GOOD, authority=authority)
        said = list(self._statements(certificate, issuer))
        found = _concluded(said, certificate, moment, authority=authority)
        if found.status is Revocation.GOOD or not self.online or not _declares(certificate):
            return found
        for fetch in (self._fetch_answers, self._fetch_lists):
            fetch(certificate, issuer)
            found = _concluded(list(self._statements(certificate, issuer)), certificate, moment, authority=authority)
            if found.status in (Revocation.GOOD, Revocation.REVOKED):
                return found
        return ChainRevocation(Revocation.UNKNOWN, found.source, found.time, authority, asked=True)

    def _fetch_answers(self, certificate: x509.Certificate, issuer: x509.Certificate) -> None:
        if ("ocsp", certificate.sha256) not in self._asked:
            self._asked.add(("ocsp", certificate.sha256))
            self.answers += asyncio.run(fetch_answers(certificate, issuer, _SECONDS))

    def _fetch_lists(self, certificate: x509.Certificate, _issuer: x509.Certificate) -> None:
        if ("crl", certificate.sha256) not in self._asked:
            self._asked.add(("crl", certificate.sha256))
            self.lists += asyncio.run(fetch_lists(certificate, _SECONDS))

    def _statements(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Iterator[Statement]:
        for answer in self.answers:
            try:
                yield from ocsp_statements(answer, certificate, issuer, self.certificates)
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
        for der in self.lists:
            try:
                found = crl_statement(der, certificate, issuer)
            except (ValueError, TypeError, KeyError):
                continue
            if found is not None:
                yield found


def _concluded(
    said: list[Statement], certificate: x509.Certificate, moment: datetime, *, authority: bool
) -> ChainRevocation:
    """One certificate, at the time when its signature is known to have existed."""
    revoked = [one for one in said if one.revoked_at is not None and one.revoked_at <= moment]
    if revoked:
        first = min(revoked, key=lambda one: one.revoked_at or moment)
        return ChainRevocation(Revocation.REVOKED, first.source, first.revoked_at, authority)
    good = [one for one in said if one.speaks_for(moment, certificate)]
    if good:
        last = max(good, key=lambda one: one.made)
        return ChainRevocation(Revocation.GOOD, last.source, last.made, authority)
    if said:  # too old to tell
        last = max(said, key=lambda one: one.made)
        return ChainRevocation(Revocation.UNKNOWN, last.source, last.made, authority)
    return ChainRevocation(authority=authority)


def known_chain(certificate: x509.Certificate, pool: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """The certificate and its issuers as far as `pool` has them; nothing is said of their signatures."""
    found = [certificate]
    candidates = list(pool)
    while found[-1].self_signed == "no":
        last = found[-1]
        issuer = next((one for one in candidates if names_fit(one, last)), None)
        if issuer is None or issuer in found:
            break
        found.append(issuer)
    return tuple(found)


def _declares(certificate: x509.Certificate) -> bool:
    return bool(certificate.ocsp_urls or crl_addresses(certificate))


def _no_check(certificate: x509.Certificate) -> bool:
    return certificate.ocsp_no_check_value is not None


def _streams(reader: PdfFileReader, key: str) -> list[bytes]:
    found: list[bytes] = []
    try:
        values = reader.root["/DSS"][key]
    except Exception:  # noqa: BLE001 (no such store, or a broken one: it tells nothing)
        return found
    if not isinstance(values, generic.ArrayObject):
        return found
    for index in range(min(len(values), _ITEMS)):
        try:
            found.append(bytes(values[index].data))
        except Exception:  # noqa: BLE001, S112 (as above; the others may be readable)
            continue
    return found


def _load(found: list[Any], kind: Any, der: bytes) -> None:
    try:
        one = kind.load(der)
        _ = one.native if kind is ocsp.OCSPResponse else (one.subject, one.issuer, one.public_key.algorithm)
    except (ValueError, TypeError, KeyError):
        return  # no certificate, no answer: it tells nothing
    found.append(one)
