"""What verifying says: one verdict a signature and one a file, in the words of ETSI EN 319 102-1.

Codes are English and stable; `digidoc.sign.report.words` puts them into sentences.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from digidoc.clock import utc
from digidoc.model import Verdict


class Covers(StrEnum):
    """Which part of the file the signature protects."""

    WHOLE_FILE = "whole-file"
    REVISION = "revision"  # everything up to the end of an earlier revision; something follows
    UNCLEAR = "unclear"  # /ByteRange leaves a gap or does not end where a revision ends


class Reason(StrEnum):
    """Why a verdict is what it is; more precise than the subindication."""

    NONE = ""
    DIGEST = "digest-differs"
    CRYPTO = "signature-value-wrong"
    NOT_READABLE = "signature-not-readable"
    BYTE_RANGE = "byte-range"
    PAGES_DIFFER = "pages-look-different"
    NOT_RENDERED = "pages-cannot-be-compared"
    FORBIDDEN_CHANGE = "change-forbidden-by-certification"
    UNEXPLAINED_CHANGE = "change-not-explained"
    REMAINS = "remains-of-a-signature"
    NOT_SUPPORTED = "cannot-be-judged"
    NO_CERTIFICATE = "no-signer-certificate"
    UNKNOWN_ISSUER = "issuer-not-trusted"
    CHAIN = "chain-not-valid"
    USAGE = "certificate-not-for-signing"
    EXPIRED = "certificate-expired-at-signing"
    EXPIRED_SINCE = "certificate-expired-no-proof-of-time"
    NOT_YET_VALID = "certificate-not-yet-valid"
    WEAK = "weak-algorithm"
    REVOKED = "certificate-revoked"
    REVOKED_NO_POE = "certificate-revoked-no-proof-of-time"
    AUTHORITY_REVOKED = "authority-revoked"
    REVOCATION_UNKNOWN = "revocation-unknown"
    NOT_OPENED = "not-opened"
    NOT_A_PDF = "not-a-pdf"
    PASSWORD = "password"  # noqa: S105 (a code, no secret)
    DAMAGED = "damaged"


class ChangeKind(StrEnum):
    """What was done to the file after a signature."""

    SIGNATURE = "signature-added"
    TIMESTAMP = "timestamp-added"
    FIELD = "form-field-changed"
    VALIDATION_DATA = "validation-data-added"
    REWRITTEN = "rewritten"  # stored anew or tidied up; every page, field and action is what it was
    UNEXPLAINED = "unexplained"
    PAGES = "pages-changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its kind, and the name of the field, the number of the page or the finding it is about."""

    kind: ChangeKind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.detail}" if self.detail else self.kind.value


class Revocation(StrEnum):
    """Whether the certificate was revoked when it signed."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"  # asked for, or carried by the file, and no usable answer
    NOT_CHECKED = "not-checked"  # offline, and the file carries no answer


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a report says of one certificate.

    Attributes:
        subject: its holder, as the certificate writes it.
        issuer: likewise.
        serial: hexadecimal, upper case.
        not_before: start of its validity, UTC.
        not_after: end of its validity, UTC.
        sha256: of its DER form, hexadecimal, lower case.

    """

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """One entry of `chain` of a signature in digidoc.verify/1."""
        return {
            "subject": self.subject,
            "issuer": self.issuer,
            "serial": self.serial,
            "not_before": utc(self.not_before),
            "not_after": utc(self.not_after),
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True)
class TimestampVerdict:
    """A timestamp on a signature.

    Attributes:
        time: genTime, UTC.
        intact: it is about this signature and the authority's signature on it is right.
        trusted: its authority chains to a trust anchor.
        authority: name in the authority's certificate.

    """

    time: datetime
    intact: bool
    trusted: bool
    authority: str

    def to_json(self) -> dict[str, Any]:
        """Key `timestamp` of a signature in digidoc.verify/1."""
        return {
            "time": utc(self.time),
            "intact": self.intact,
            "trusted": self.trusted,
            "authority": self.authority,
        }


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """The verdict on one signature.

    Attributes:
        field: full name of the signature field.
        verdict: TOTAL_PASSED, INDETERMINATE or TOTAL_FAILED.
        subindication: of EN 319 102-1, empty when passed.
        reason: more precisely.
        detail: technical remark, English, may be empty.
        intact: the protected bytes and the signature value are as they were signed.
        trusted: the certificate chains to a trust anchor and was valid.
        covers: which part of the file is protected.
        changes: what was done to the file afterwards.
        digest: algorithm of the document digest, such as sha256.
        algorithm: of the signature, such as rsassa_pkcs1v15.
        level: B-B, B-T, B-LT, B-LTA; PKCS7 or PKCS7-T for the older form; DOC-TIMESTAMP; empty when unknown.
        signer: as the certificate names it.
        issuer: who issued the certificate.
        signed_at: the timestamp's time when it is intact, otherwise what the signer claims.
        claimed_at: what the signer claims.
        timestamp: on the signature; None without one.
        weak: algorithms and keys that are no longer relied on, such as "sha1".
        key: kind and size of the signer's key, such as rsa-2048 or secp256r1.
        organisation: O of the signer's certificate.
        chain: from the signer's certificate up to the trust anchor; without a trusted chain, as far as it is known.
        anchor: the trust anchor that the chain ends in; None without one.
        pages_changed: numbers (from 1) of the pages that look different now; 0 for another number of pages.
        revocation: of the certificates of the chain, the worst.
        revocation_source: "ocsp", "crl" or "".
        revocation_time: when that source was made, UTC; when the certificate was revoked if it was.

    """

    field: str
    verdict: Verdict
    subindication: str = ""
    reason: Reason = Reason.NONE
    detail: str = ""
    intact: bool = False
    trusted: bool = False
    covers: Covers = Covers.UNCLEAR
    changes: tuple[Change, ...] = ()
    digest: str = ""
    algorithm: str = ""
    level: str = ""
    signer: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    claimed_at: datetime | None = None
    timestamp: TimestampVerdict | None = None
    weak: tuple[str, ...] = ()
    key: str = ""
    organisation: str = ""
    chain: tuple[Certificate, ...] = ()
    anchor: Certificate | None = None
    pages_changed: tuple[int, ...] = ()
    revocation: Revocation = Revocation.NOT_CHECKED
    revocation_source: str = ""
    revocation_time: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """One entry of `signatures` in digidoc.verify/1."""
        return {
            "field": self.field,
            "verdict": self.verdict.value,
            "subindication": self.subindication,
            "reason": self.reason.value,
            "detail": self.detail,
            "intact": self.intact,
            "trusted": self.trusted,
            "covers": self.covers.value,
            "changes": [str(change) for change in self.changes],
            "digest": self.digest,
            "algorithm": self.algorithm,
            "weak": list(self.weak),
            "level": self.level,
            "signer": self.signer,
            "issuer": self.issuer,
            "signed_at": utc(self.signed_at),
            "claimed_at": utc(self.claimed_at),
            "timestamp": None if self.timestamp is None else self.timestamp.to_json(),
            "key": self.key,
            "organisation": self.organisation,
            "chain": [certificate.to_json() for certificate in self.chain],
            "anchor": None if self.anchor is None else self.anchor.to_json(),
            "pages_changed": list(self.pages_changed),
            "revocation": self.revocation.value,
            "revocation_source": self.revocation_source,
            "revocation_time": utc(self.revocation_time),
        }


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """The verdict on a file: the worst of its signatures, or why there is none.

    Attributes:
        file: as the user named it.
        verdict: of all signatures together.
        signatures: in the order in which they were made.
        reason: of NO_SIGNATURE, UNREADABLE, and of TOTAL_FAILED without a listed signature.
        detail: technical remark, English.

    """

    file: str
    verdict: Verdict
    signatures: tuple[SignatureVerdict, ...] = ()
    reason: Reason = Reason.NONE
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """One entry of `data.files` of digidoc.verify/1."""
        return {
            "file": self.file,
            "verdict": self.verdict.value,
            "reason": self.reason.value,
            "detail": self.detail,
            "signatures": [signature.to_json() for signature in self.signatures],
        }
