"""The verdict on one signature: intact, unchanged since, trusted at the right time - in that order."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from asn1crypto import x509
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digidoc.model import Verdict
from digidoc.sign.trust.certificates import common_name, key_words, may_sign, may_timestamp, organisation
from digidoc.sign.validate.chain import Chain, build_chain, described_certificate
from digidoc.sign.validate.document import Document
from digidoc.sign.validate.integrity import Integrity
from digidoc.sign.validate.proof import FoundTimestamp, Moment, Trusted, find_timestamp
from digidoc.sign.validate.revisions import Later, Neighbour, look_later
from digidoc.sign.validate.revocation import ChainRevocation, known_chain
from digidoc.sign.validate.signatures import PKCS7, PKCS7_SHA1, FoundSignature, kind, why
from digidoc.sign.validate.verdict import Covers, Reason, Revocation, SignatureVerdict

# Reason → verdict and subindication of EN 319 102-1.
_FAILED: Final = {
    Reason.DIGEST: "HASH_FAILURE",
    Reason.CRYPTO: "SIG_CRYPTO_FAILURE",
    Reason.NOT_READABLE: "FORMAT_FAILURE",
    Reason.BYTE_RANGE: "FORMAT_FAILURE",
    Reason.PAGES_DIFFER: "FORMAT_FAILURE",
    Reason.NOT_RENDERED: "FORMAT_FAILURE",
    Reason.FORBIDDEN_CHANGE: "FORMAT_FAILURE",
    Reason.REVOKED: "REVOKED",
}
_INDETERMINATE: Final = {
    Reason.NOT_SUPPORTED: "GENERIC",
    Reason.UNEXPLAINED_CHANGE: "GENERIC",
    Reason.NO_CERTIFICATE: "NO_SIGNING_CERTIFICATE_FOUND",
    Reason.UNKNOWN_ISSUER: "NO_CERTIFICATE_CHAIN_FOUND",
    Reason.CHAIN: "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    Reason.USAGE: "CHAIN_CONSTRAINTS_FAILURE",
    Reason.EXPIRED: "EXPIRED",
    Reason.EXPIRED_SINCE: "OUT_OF_BOUNDS_NO_POE",
    Reason.NOT_YET_VALID: "NOT_YET_VALID",
    Reason.REVOKED_NO_POE: "REVOKED_NO_POE",
    Reason.AUTHORITY_REVOKED: "REVOKED_CA_NO_POE",
    Reason.REVOCATION_UNKNOWN: "TRY_LATER",
}


def validate_signature(
    signature: FoundSignature,
    document: Document,
    neighbours: Iterable[Neighbour],
    trust: Trusted,
    moment: Moment,
    *,
    archived: bool,
) -> SignatureVerdict:
    """The verdict on one signature.

    Args:
        signature: as it was read, its integrity checked.
        document: the whole file.
        neighbours: all signatures of the file.
        trust: whom to trust.
        moment: of validation; a trusted timestamp on the signature overrides it.
        archived: an intact timestamp over the document follows.

    """
    if signature.embedded is None:
        return _verdict(
            SignatureVerdict(signature.field, Verdict.TOTAL_FAILED, detail=signature.detail), signature.reason
        )
    later = _later(signature.embedded, document, signature.end, neighbours)
    if signature.integrity is None:
        found = SignatureVerdict(
            signature.field,
            Verdict.INDETERMINATE,
            detail=signature.detail,
            covers=later.covers,
            changes=later.changes,
            pages_changed=later.pages,
        )
        return _verdict(found, later.reason if later.reason in _FAILED else signature.reason)
    trust.evidence.take(signature.embedded.signed_data, signature.integrity.info)
    stamp = find_timestamp(signature.integrity, trust, moment)
    if stamp.found is not None and stamp.found.trusted:
        moment = Moment(stamp.found.time, proven=True)
    found = _describe(signature, signature.integrity, later, stamp)
    found = replace(found, level=_level(signature, signature.integrity, stamp, trust, archived=archived))
    reason, detail = _not_intact(signature.integrity, later)
    if reason is Reason.NONE:
        found, reason, detail = _trust(found, signature, later, trust, moment, stamp.weak)
    if not found.chain:
        found = replace(found, chain=tuple(described_certificate(one) for one in _known(signature.integrity, trust)))
    return _verdict(replace(found, detail=detail), reason, proven=moment.proven)


def _trust(
    found: SignatureVerdict,
    signature: FoundSignature,
    later: Later,
    trust: Trusted,
    moment: Moment,
    timestamp_weak: tuple[str, ...],
) -> tuple[SignatureVerdict, Reason, str]:
    """What can be said of the signer, when the signature itself is intact."""
    if signature.integrity is None or signature.integrity.certificate is None:
        return found, Reason.NO_CERTIFICATE, ""
    chain = _chain(signature, signature.integrity, trust, moment)
    weak = tuple(dict.fromkeys((*signature.integrity.weak, *chain.weak, *timestamp_weak)))
    checked = trust.evidence.check(chain.certificates, moment.at)
    found = replace(
        found,
        trusted=chain.trusted,
        weak=weak,
        revocation=checked.status,
        revocation_source=checked.source,
        revocation_time=checked.time,
    )
    if chain.certificates:
        described = tuple(described_certificate(one) for one in chain.certificates)
        found = replace(found, chain=described, anchor=described[-1])
    revoked = _revoked(checked, found)
    if revoked in _FAILED:
        return found, revoked, ""
    for reason, detail in ((later.reason, later.detail), (chain.reason, chain.detail), (revoked, "")):
        if reason is not Reason.NONE:
            return found, reason, detail
    return found, Reason.WEAK if weak else Reason.NONE, ""


def _revoked(checked: ChainRevocation, found: SignatureVerdict) -> Reason:
    """What a revocation means for the verdict (EN 319 102-1, 5.2.6 and 5.3.4)."""
    if checked.status is Revocation.REVOKED and checked.time is not None:
        if checked.authority:
            return Reason.AUTHORITY_REVOKED
        # Only the signer could backdate the signature; a claim of a time after the revocation is no such thing.
        after = found.claimed_at is not None and found.claimed_at >= checked.time
        return Reason.REVOKED if after else Reason.REVOKED_NO_POE
    if checked.status is Revocation.UNKNOWN and checked.asked:
        return Reason.REVOCATION_UNKNOWN
    return Reason.NONE


def _not_intact(integrity: Integrity, later: Later) -> tuple[Reason, str]:
    """What makes trust irrelevant: the signature is not intact, or a later change hides what was signed."""
    if integrity.reason in _FAILED or (integrity.reason is not Reason.NONE and later.reason not in _FAILED):
        return integrity.reason, integrity.detail
    return (later.reason, later.detail) if later.reason in _FAILED else (Reason.NONE, "")


def _later(embedded: EmbeddedPdfSignature, document: Document, end: int, neighbours: Iterable[Neighbour]) -> Later:
    try:
        return look_later(embedded, document, end, neighbours)
    except Exception as error:  # noqa: BLE001 (pyHanko walks through a file that anyone may have damaged)
        return Later(Covers.UNCLEAR, reason=Reason.NOT_READABLE, detail=why(error))


def _verdict(found: SignatureVerdict, reason: Reason, *, proven: bool = False) -> SignatureVerdict:
    if reason in _FAILED:
        return replace(found, verdict=Verdict.TOTAL_FAILED, subindication=_FAILED[reason], reason=reason)
    if reason is Reason.WEAK:
        sub = "CRYPTO_CONSTRAINTS_FAILURE" if proven else "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
        return replace(found, verdict=Verdict.INDETERMINATE, subindication=sub, reason=reason)
    if reason is not Reason.NONE:
        return replace(found, verdict=Verdict.INDETERMINATE, subindication=_INDETERMINATE[reason], reason=reason)
    return replace(found, verdict=Verdict.TOTAL_PASSED)


def _chain(signature: FoundSignature, integrity: Integrity, trust: Trusted, moment: Moment) -> Chain:
    if integrity.certificate is None:
        return Chain(trusted=False, reason=Reason.NO_CERTIFICATE)
    others = (*integrity.others, *trust.evidence.certificates)
    chain = asyncio.run(build_chain(integrity.certificate, others, trust.anchors, moment.at))
    if chain.trusted and not (may_timestamp if signature.is_timestamp else may_sign)(integrity.certificate):
        return replace(chain, trusted=False, reason=Reason.USAGE)
    if chain.reason is Reason.EXPIRED and not moment.proven:
        # It may well have been valid when it signed; there is no proof of when that was.
        return replace(chain, reason=Reason.EXPIRED_SINCE)
    return chain


def _describe(signature: FoundSignature, integrity: Integrity, later: Later, stamp: FoundTimestamp) -> SignatureVerdict:
    """The verdict's plain facts, before it is known which verdict it is."""
    claimed, timestamp = _claimed(signature), stamp.found
    stamped = timestamp.time if timestamp is not None and timestamp.intact else signature.stamped
    certificate = integrity.certificate
    return SignatureVerdict(
        field=signature.field,
        verdict=Verdict.INDETERMINATE,
        intact=integrity.intact,
        covers=later.covers,
        changes=later.changes,
        digest=integrity.digest,
        algorithm=integrity.algorithm,
        signer=_name(certificate),
        issuer="" if certificate is None else common_name(certificate.issuer),
        signed_at=stamped or claimed,
        claimed_at=claimed,
        timestamp=timestamp,
        weak=integrity.weak,
        key=key_words(certificate),
        organisation=organisation(certificate),
        pages_changed=later.pages,
    )


def _known(integrity: Integrity, trust: Trusted) -> tuple[x509.Certificate, ...]:
    if integrity.certificate is None:
        return ()
    anchors = trust.anchors
    pool = (*integrity.others, *trust.evidence.certificates, *anchors.helpers, *anchors.anchors)
    return known_chain(integrity.certificate, pool)


def _level(
    signature: FoundSignature, integrity: Integrity, stamp: FoundTimestamp, trust: Trusted, *, archived: bool
) -> str:
    """Level of ETSI EN 319 142-1 by what the signature has; whether it holds is the verdict's business."""
    if signature.is_timestamp:
        return "DOC-TIMESTAMP"
    stamped = stamp.found is not None and stamp.found.intact
    if signature.embedded is not None and kind(signature.embedded) in (PKCS7, PKCS7_SHA1):
        return "PKCS7-T" if stamped else "PKCS7"
    if stamp.found is None or not stamped:
        return "B-B"
    if not (_provided(integrity, trust, stamp.found.time) and _provided(stamp.integrity, trust, stamp.found.time)):
        return "B-T"
    return "B-LTA" if archived else "B-LT"


def _provided(integrity: Integrity | None, trust: Trusted, moment: datetime) -> bool:
    """Whether the file carries a whole chain, up to a self-signed end, and the word on each of its certificates."""
    if integrity is None or integrity.certificate is None:
        return False
    chain = _known(integrity, trust)
    complete = chain[-1].self_signed != "no" or chain[-1] in trust.anchors.anchors
    return complete and trust.evidence.suffices(chain, moment)


def _claimed(signature: FoundSignature) -> datetime | None:
    """The time that the signer claims; a malformed one is none."""
    if signature.embedded is None or signature.is_timestamp:
        return None
    try:
        claimed = signature.embedded.self_reported_timestamp
    except Exception as error:  # noqa: BLE001, F841 (pyHanko parses whatever stands in /M)
        return None
    return claimed if claimed is None or claimed.tzinfo is not None else claimed.replace(tzinfo=UTC)


def _name(certificate: x509.Certificate | None) -> str:
    return "" if certificate is None else common_name(certificate.subject)
