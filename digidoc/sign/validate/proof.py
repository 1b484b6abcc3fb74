"""The timestamp on a signature: a proof that it existed at a time, when its authority is trusted."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from digidoc.sign.trust.anchors import TrustAnchors
from digidoc.sign.trust.certificates import common_name, may_timestamp
from digidoc.sign.validate.chain import Chain, build_chain
from digidoc.sign.validate.integrity import Seal, check_signature_timestamp
from digidoc.sign.validate.revocation import Evidence
from digidoc.sign.validate.verdict import Reason, Revocation, TimestampVerdict


@dataclass(frozen=True, slots=True)
class Moment:
    """The time a signature is judged at, and whether a trusted timestamp proves that it existed then."""

    at: datetime
    proven: bool


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whom to trust, and what is known of revocations."""

    anchors: TrustAnchors
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Stamp:
    """The timestamp on a signature, what is weak about it, and the seal on it."""

    found: TimestampVerdict | None = None
    weak: tuple[str, ...] = ()
    seal: Seal | None = None


def find_timestamp(signature: Seal, trust: Trusted, moment: Moment) -> Stamp:
    """The timestamp on a signature: the first trusted one, else the last."""
    best = Stamp()
    try:
        tokens = list(extract_tst_data_iter(signature.info, signed=False))
    except (ValueError, TypeError):
        return best  # unsigned attributes that cannot be read prove nothing; the level stays B-B
    for token in tokens:
        try:
            seal, time = check_signature_timestamp(token, signature)
            trust.evidence.take(token, seal.info)
        except Exception as error:  # noqa: BLE001, S112, F841 (an unreadable token proves nothing; the others may)
            continue
        chain = Chain(trusted=False)
        if seal.intact and seal.certificate is not None and may_timestamp(seal.certificate):
            others = (*seal.others, *trust.evidence.certificates)
            chain = asyncio.run(build_chain(seal.certificate, others, trust.anchors, moment.at))
            if trust.evidence.check(chain.certificates, moment.at).status is Revocation.REVOKED:
                chain = Chain(trusted=False, reason=Reason.REVOKED)
        authority = "" if seal.certificate is None else common_name(seal.certificate.subject)
        weak = tuple(f"{one} (timestamp)" for one in (*seal.weak, *chain.weak)) if chain.trusted else ()
        best = Stamp(TimestampVerdict(time, seal.intact, chain.trusted, authority), weak, seal)
        if chain.trusted:
            break
    return best
