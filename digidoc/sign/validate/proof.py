"""The timestamp on a signature: a proof that it existed at a time, when its authority is trusted."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from digidoc.sign.trust.anchors import TrustAnchors
from digidoc.sign.trust.certificates import common_name, may_timestamp
from digidoc.sign.validate.chain import Chain, build_chain
from digidoc.sign.validate.integrity import Integrity, check_signature_timestamp
from digidoc.sign.validate.revocation import Evidence
from digidoc.sign.validate.verdict import Reason, Revocation, TimestampVerdict


@dataclass(frozen=True, slots=True)
class Moment:
    """The time a signature is validated at, and whether a trusted timestamp proves that it existed then."""

    at: datetime
    proven: bool


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whom to trust, and what is known of revocations."""

    anchors: TrustAnchors
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class FoundTimestamp:
    """The timestamp on a signature, what is weak about it, and its integrity."""

    found: TimestampVerdict | None = None
    weak: tuple[str, ...] = ()
    integrity: Integrity | None = None


def find_timestamp(signature: Integrity, trust: Trusted, moment: Moment) -> FoundTimestamp:
    """The timestamp on a signature: the first trusted one, else the last."""
    best = FoundTimestamp()
    try:
        tokens = list(extract_tst_data_iter(signature.info, signed=False))
    except (ValueError, TypeError):
        return best  # unsigned attributes that cannot be read prove nothing; the level stays B-B
    for token in tokens:
        try:
            integrity, time = check_signature_timestamp(token, signature)
            trust.evidence.take(token, integrity.info)
        except Exception as error:  # noqa: BLE001, S112, F841 (an unreadable token proves nothing; the others may)
            continue
        chain = Chain(trusted=False)
        if integrity.intact and integrity.certificate is not None and may_timestamp(integrity.certificate):
            others = (*integrity.others, *trust.evidence.certificates)
            chain = asyncio.run(build_chain(integrity.certificate, others, trust.anchors, moment.at))
            if trust.evidence.check(chain.certificates, moment.at).status is Revocation.REVOKED:
                chain = Chain(trusted=False, reason=Reason.REVOKED)
        authority = "" if integrity.certificate is None else common_name(integrity.certificate.subject)
        weak = tuple(f"{one} (timestamp)" for one in (*integrity.weak, *chain.weak)) if chain.trusted else ()
        best = FoundTimestamp(TimestampVerdict(time, integrity.intact, chain.trusted, authority), weak, integrity)
        if chain.trusted:
            break
    return best
