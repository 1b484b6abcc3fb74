"""The verdict on one signature: sound, unchanged, trusted at the right time - in that order."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from asn1crypto import x509
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digidoc.sign.trust.certificates import common_name, key_words, may_sign, may_timestamp, organisation
from digidoc.sign.validate.chain import Chain, build_chain, described_certificate
from digidoc.sign.validate.document import Document
from digidoc.sign.validate.integrity import Seal
from digidoc.sign.validate.proof import Moment, Stamp, Trusted, find_timestamp
from digidoc.sign.validate.revisions import Later, Neighbour, look_later
from digidoc.sign.validate.revocation import Checked, known_chain
from digidoc.sign.validate.signatures import PKCS7, PKCS7_SHA1, Sealed, kind, why
from digidoc.sign.validate.verdict import Covers, Reason, Revocation, SignatureVerdict, Verdict

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
    Reason.NOT_JUDGED: "GENERIC",
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


def judge(
    sealed: Sealed,
    document: Document,
    neighbours: Iterable[Neighbour],
    trust: Trusted,
    moment: Moment,
    *,
    archived: bool,
) -> SignatureVerdict:
    """The verdict on one signature.

    Args:
        sealed: its cryptographic half.
        document: the whole file.
        neighbours: all signatures of the file.
        trust: whom to trust.
        moment: of judgement; a trusted timestamp on the signature overrides it.
        archived: an intact timestamp over the document follows.

    """
    if sealed.embedded is None:
        return _verdict(SignatureVerdict(sealed.field, Verdict.TOTAL_FAILED, detail=sealed.detail), sealed.reason)
    later = _later(sealed.embedded, document, sealed.end, neighbours)
    if sealed.seal is None:
        found = SignatureVerdict(
            sealed.field,
            Verdict.INDETERMINATE,
            detail=sealed.detail,
            covers=later.covers,
            changes=later.changes,
            pages_changed=later.pages,
        )
        return _verdict(found, later.reason if later.reason in _FAILED else sealed.reason)
    trust.evidence.take(sealed.embedded.signed_data, sealed.seal.info)
    stamp = find_timestamp(sealed.seal, trust, moment)
    if stamp.found is not None and stamp.found.trusted:
        moment = Moment(stamp.found.time, proven=True)
    found = _describe(sealed, sealed.seal, later, stamp)
    found = replace(found, level=_level(sealed, sealed.seal, stamp, trust, archived=archived))
    reason, detail = _unsound(sealed.seal, later)
    if reason is Reason.NONE:
        found, reason, detail = _trust(found, sealed, later, trust, moment, stamp.weak)
    if not found.chain:
        found = replace(found, chain=tuple(described_certificate(one) for one in _known(sealed.seal, trust)))
    return _verdict(replace(found, detail=detail), reason, proven=moment.proven)


def _trust(
    found: SignatureVerdict, sealed: Sealed, later: Later, trust: Trusted, moment: Moment, stamp_weak: tuple[str, ...]
) -> tuple[SignatureVerdict, Reason, str]:
    """What can be said of the signer, when the signature itself is sound."""
    if sealed.seal is None or sealed.seal.certificate is None:
        return found, Reason.NO_CERTIFICATE, ""
    chain = _chain(sealed, sealed.seal, trust, moment)
    weak = tuple(dict.fromkeys((*sealed.seal.weak, *chain.weak, *stamp_weak)))
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


def _revoked(checked: Checked, found: SignatureVerdict) -> Reason:
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


def _unsound(seal: Seal, later: Later) -> tuple[Reason, str]:
    """What makes the question of trust idle: a broken seal, or a later change that hides what was signed."""
    if seal.reason in _FAILED or (seal.reason is not Reason.NONE and later.reason not in _FAILED):
        return seal.reason, seal.detail
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


def _chain(sealed: Sealed, seal: Seal, trust: Trusted, moment: Moment) -> Chain:
    if seal.certificate is None:
        return Chain(trusted=False, reason=Reason.NO_CERTIFICATE)
    others = (*seal.others, *trust.evidence.certificates)
    chain = asyncio.run(build_chain(seal.certificate, others, trust.anchors, moment.at))
    if chain.trusted and not (may_timestamp if sealed.is_timestamp else may_sign)(seal.certificate):
        return replace(chain, trusted=False, reason=Reason.USAGE)
    if chain.reason is Reason.EXPIRED and not moment.proven:
        # It may well have been valid when it signed; there is no proof of when that was.
        return replace(chain, reason=Reason.EXPIRED_SINCE)
    return chain


def _describe(sealed: Sealed, seal: Seal, later: Later, stamp: Stamp) -> SignatureVerdict:
    """The verdict's plain facts, before it is known which verdict it is."""
    claimed, timestamp = _claimed(sealed), stamp.found
    stamped = timestamp.time if timestamp is not None and timestamp.intact else sealed.stamped
    certificate = seal.certificate
    return SignatureVerdict(
        field=sealed.field,
        verdict=Verdict.INDETERMINATE,
        intact=seal.intact,
        covers=later.covers,
        changes=later.changes,
        digest=seal.digest,
        algorithm=seal.algorithm,
        signer=_name(certificate),
        issuer="" if certificate is None else common_name(certificate.issuer),
        signed_at=stamped or claimed,
        claimed_at=claimed,
        timestamp=timestamp,
        weak=seal.weak,
        key=key_words(certificate),
        organisation=organisation(certificate),
        pages_changed=later.pages,
    )


def _known(seal: Seal, trust: Trusted) -> tuple[x509.Certificate, ...]:
    if seal.certificate is None:
        return ()
    anchors = trust.anchors
    pool = (*seal.others, *trust.evidence.certificates, *anchors.helpers, *anchors.anchors)
    return known_chain(seal.certificate, pool)


def _level(sealed: Sealed, seal: Seal, stamp: Stamp, trust: Trusted, *, archived: bool) -> str:
    """Level of ETSI EN 319 142-1 by what the signature has; whether it holds is the verdict's business."""
    if sealed.is_timestamp:
        return "DOC-TIMESTAMP"
    stamped = stamp.found is not None and stamp.found.intact
    if sealed.embedded is not None and kind(sealed.embedded) in (PKCS7, PKCS7_SHA1):
        return "PKCS7-T" if stamped else "PKCS7"
    if stamp.found is None or not stamped:
        return "B-B"
    if not (_provided(seal, trust, stamp.found.time) and _provided(stamp.seal, trust, stamp.found.time)):
        return "B-T"
    return "B-LTA" if archived else "B-LT"


def _provided(seal: Seal | None, trust: Trusted, moment: datetime) -> bool:
    """Whether the file carries a whole chain, up to a self-signed end, and the word on each of its certificates."""
    if seal is None or seal.certificate is None:
        return False
    chain = _known(seal, trust)
    complete = chain[-1].self_signed != "no" or chain[-1] in trust.anchors.anchors
    return complete and trust.evidence.suffices(chain, moment)


def _claimed(sealed: Sealed) -> datetime | None:
    """The time that the signer claims; a malformed one is none."""
    if sealed.embedded is None or sealed.is_timestamp:
        return None
    try:
        claimed = sealed.embedded.self_reported_timestamp
    except Exception as error:  # noqa: BLE001, F841 (pyHanko parses whatever stands in /M)
        return None
    return claimed if claimed is None or claimed.tzinfo is not None else claimed.replace(tzinfo=UTC)


def _name(certificate: x509.Certificate | None) -> str:
    return "" if certificate is None else common_name(certificate.subject)
