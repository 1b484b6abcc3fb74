"""The verdict on one signature: sound, unchanged, trusted at the right time - in that order."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import x509
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digidoc.sign.chain import Chain, build_chain, may_sign, may_timestamp
from digidoc.sign.revisions import Later, Neighbour, look_later
from digidoc.sign.seal import (
    NotASignature,
    Seal,
    check_byte_range,
    check_digest_signature,
    check_document_signature,
    check_document_timestamp,
    check_signature_timestamp,
)
from digidoc.sign.trust import TrustAnchors
from digidoc.sign.verdict import Covers, Reason, SignatureVerdict, TimestampVerdict, Verdict

_TIMESTAMP: Final = "/ETSI.RFC3161"
_PADES: Final = ("/ETSI.CAdES.detached", "/PBAD_PAdES")
_PKCS7: Final = "/adbe.pkcs7.detached"
_PKCS7_SHA1: Final = "/adbe.pkcs7.sha1"

# Reason → verdict and subindication of EN 319 102-1.
_FAILED: Final = {
    Reason.DIGEST: "HASH_FAILURE",
    Reason.CRYPTO: "SIG_CRYPTO_FAILURE",
    Reason.NOT_READABLE: "FORMAT_FAILURE",
    Reason.BYTE_RANGE: "FORMAT_FAILURE",
    Reason.PAGES_DIFFER: "FORMAT_FAILURE",
    Reason.NOT_RENDERED: "FORMAT_FAILURE",
    Reason.FORBIDDEN_CHANGE: "FORMAT_FAILURE",
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
}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signature whose cryptographic half has been looked at.

    Attributes:
        field: full name of its field.
        embedded: as pyHanko reads it; None when it cannot.
        seal: None when it could not be checked at all; `reason` and `detail` then say why.
        end: byte where its protection ends; 0 when unknown.
        is_timestamp: a timestamp over the document, not a person's signature.
        stamped: time of such a timestamp, UTC.

    """

    field: str
    embedded: EmbeddedPdfSignature | None
    seal: Seal | None
    end: int = 0
    is_timestamp: bool = False
    stamped: datetime | None = None
    reason: Reason = Reason.NONE
    detail: str = ""

    @property
    def neighbour(self) -> Neighbour:
        """What the judgement of other signatures needs to know of it."""
        return Neighbour(self.field, self.end, self.seal is not None and self.seal.intact, self.is_timestamp)


def open_seal(reader: Any, field: Any, name: str, content: bytes) -> Sealed:
    """Read a signature and check its cryptographic half. Never raises: what cannot be read is a finding."""
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        end = check_byte_range(content, list(embedded.byte_range), embedded.pkcs7_content)
    except NotASignature as error:
        return Sealed(name, None, None, reason=Reason.BYTE_RANGE, detail=str(error))
    except Exception as error:  # noqa: BLE001
        # Whoever made the file chose what stands here: KeyError, ValueError, AssertionError, RecursionError …
        return Sealed(name, None, None, reason=Reason.NOT_READABLE, detail=_why(error))
    try:
        return _check(embedded, name, end)
    except NotASignature as error:
        return Sealed(name, embedded, None, end, reason=Reason.NOT_READABLE, detail=str(error))
    except Exception as error:  # noqa: BLE001 (as above)
        return Sealed(name, embedded, None, end, reason=Reason.NOT_JUDGED, detail=_why(error))


def _check(embedded: EmbeddedPdfSignature, name: str, end: int) -> Sealed:
    kind = _kind(embedded)
    if kind == _TIMESTAMP:
        seal, info = check_document_timestamp(embedded)
        stamped = info["gen_time"].native.astimezone(UTC)
        return Sealed(name, embedded, seal, end, is_timestamp=True, stamped=stamped)
    if kind == _PKCS7 or kind in _PADES:
        return Sealed(name, embedded, check_document_signature(embedded), end)
    if kind == _PKCS7_SHA1:
        return Sealed(name, embedded, check_digest_signature(embedded), end)
    return Sealed(name, embedded, None, end, reason=Reason.NOT_JUDGED, detail=kind or "/SubFilter")


def _kind(embedded: EmbeddedPdfSignature) -> str:
    try:
        return str(embedded.sig_object["/SubFilter"])
    except KeyError:
        return ""


def _why(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


@dataclass(frozen=True, slots=True)
class Moment:
    """The time a signature is judged at, and whether a trusted timestamp proves that it existed then."""

    at: datetime
    proven: bool


def judge(
    sealed: Sealed, content: bytes, neighbours: Iterable[Neighbour], trust: TrustAnchors, moment: Moment, archived: str
) -> SignatureVerdict:
    """The verdict on one signature.

    Args:
        sealed: its cryptographic half.
        content: the whole file.
        neighbours: all signatures of the file.
        trust: whom to trust.
        moment: of judgement; a trusted timestamp on the signature overrides it.
        archived: "LTA" when a timestamp over the document follows, "LT" when validation data does, else "".

    """
    if sealed.embedded is None:
        return _verdict(SignatureVerdict(sealed.field, Verdict.TOTAL_FAILED, detail=sealed.detail), sealed.reason)
    later = _later(sealed.embedded, content, sealed.end, neighbours)
    if sealed.seal is None:
        found = SignatureVerdict(
            sealed.field, Verdict.INDETERMINATE, detail=sealed.detail, covers=later.covers, changes=later.changes
        )
        return _verdict(found, later.reason if later.reason in _FAILED else sealed.reason)
    timestamp, stamp_weak = _timestamp(sealed, trust, moment)
    if timestamp is not None and timestamp.trusted:
        moment = Moment(timestamp.time, proven=True)
    found = _describe(sealed, sealed.seal, later, timestamp, archived)
    reason, detail = _unsound(sealed.seal, later)
    if reason is Reason.NONE:
        chain = _chain(sealed, sealed.seal, trust, moment)
        weak = tuple(dict.fromkeys((*sealed.seal.weak, *chain.weak, *stamp_weak)))
        found = replace(found, trusted=chain.trusted, weak=weak)
        reason, detail = (
            (later.reason, later.detail) if later.reason is not Reason.NONE else (chain.reason, chain.detail)
        )
        if reason is Reason.NONE and weak:
            reason = Reason.WEAK
    return _verdict(replace(found, detail=detail), reason, proven=moment.proven)


def _unsound(seal: Seal, later: Later) -> tuple[Reason, str]:
    """What makes the question of trust idle: a broken seal, or a later change that hides what was signed."""
    if seal.reason in _FAILED or (seal.reason is not Reason.NONE and later.reason not in _FAILED):
        return seal.reason, seal.detail
    return (later.reason, later.detail) if later.reason in _FAILED else (Reason.NONE, "")


def _later(embedded: EmbeddedPdfSignature, content: bytes, end: int, neighbours: Iterable[Neighbour]) -> Later:
    try:
        return look_later(embedded, content, end, neighbours)
    except Exception as error:  # noqa: BLE001 (pyHanko walks through a file that anyone may have damaged)
        return Later(Covers.UNCLEAR, reason=Reason.NOT_READABLE, detail=_why(error))


def _verdict(found: SignatureVerdict, reason: Reason, *, proven: bool = False) -> SignatureVerdict:
    if reason in _FAILED:
        return replace(found, verdict=Verdict.TOTAL_FAILED, subindication=_FAILED[reason], reason=reason)
    if reason is Reason.WEAK:
        sub = "CRYPTO_CONSTRAINTS_FAILURE" if proven else "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
        return replace(found, verdict=Verdict.INDETERMINATE, subindication=sub, reason=reason)
    if reason is not Reason.NONE:
        return replace(found, verdict=Verdict.INDETERMINATE, subindication=_INDETERMINATE[reason], reason=reason)
    return replace(found, verdict=Verdict.TOTAL_PASSED)


def _chain(sealed: Sealed, seal: Seal, trust: TrustAnchors, moment: Moment) -> Chain:
    if seal.certificate is None:
        return Chain(trusted=False, reason=Reason.NO_CERTIFICATE)
    chain = asyncio.run(build_chain(seal.certificate, seal.others, trust, moment.at))
    if chain.trusted and not (may_timestamp if sealed.is_timestamp else may_sign)(seal.certificate):
        return replace(chain, trusted=False, reason=Reason.USAGE)
    if chain.reason is Reason.EXPIRED and not moment.proven:
        # It may well have been valid when it signed; there is no proof of when that was.
        return replace(chain, reason=Reason.EXPIRED_SINCE)
    return chain


def _timestamp(sealed: Sealed, trust: TrustAnchors, moment: Moment) -> tuple[TimestampVerdict | None, tuple[str, ...]]:
    """The timestamp on the signature - the first trusted one, else the last - and what is weak about it."""
    if sealed.seal is None:
        return None, ()
    found: TimestampVerdict | None = None
    weak: tuple[str, ...] = ()
    try:
        tokens = list(extract_tst_data_iter(sealed.seal.info, signed=False))
    except (ValueError, TypeError):
        return None, ()  # unsigned attributes that cannot be read prove nothing; the level stays B-B
    for token in tokens:
        try:
            seal, time = check_signature_timestamp(token, sealed.seal)
        except Exception as error:  # noqa: BLE001, S112, F841 (an unreadable token proves nothing; the others may)
            continue
        chain = Chain(trusted=False)
        if seal.intact and seal.certificate is not None and may_timestamp(seal.certificate):
            chain = asyncio.run(build_chain(seal.certificate, seal.others, trust, moment.at))
        found = TimestampVerdict(time, seal.intact, chain.trusted, _name(seal.certificate))
        weak = tuple(f"{one} (timestamp)" for one in (*seal.weak, *chain.weak)) if chain.trusted else ()
        if chain.trusted:
            break
    return found, weak


def _describe(
    sealed: Sealed, seal: Seal, later: Later, timestamp: TimestampVerdict | None, archived: str
) -> SignatureVerdict:
    """The verdict's plain facts, before it is known which verdict it is."""
    claimed = _claimed(sealed)
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
        level=_level(sealed, timestamp, archived),
        signer=_name(certificate),
        issuer="" if certificate is None else _common_name(certificate.issuer),
        signed_at=stamped or claimed,
        claimed_at=claimed,
        timestamp=timestamp,
        weak=seal.weak,
    )


def _level(sealed: Sealed, timestamp: TimestampVerdict | None, archived: str) -> str:
    """Level of ETSI EN 319 142-1 by what the signature has; whether it holds is the verdict's business."""
    if sealed.is_timestamp:
        return "DOC-TIMESTAMP"
    stamped = timestamp is not None and timestamp.intact
    if sealed.embedded is not None and _kind(sealed.embedded) in (_PKCS7, _PKCS7_SHA1):
        return "PKCS7-T" if stamped else "PKCS7"
    if not stamped:
        return "B-B"
    return f"B-{archived}" if archived else "B-T"


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
    return "" if certificate is None else _common_name(certificate.subject)


def _common_name(name: x509.Name) -> str:
    try:
        found = name.native.get("common_name") or name.native.get("organization_name") or name.human_friendly
    except ValueError:
        return ""
    return str(found[-1] if isinstance(found, list) else found)
