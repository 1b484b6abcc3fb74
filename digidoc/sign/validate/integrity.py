"""The integrity of a signature: whether what it protects is as it was and its value is right.

Nothing here asks whom to trust.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from mmap import mmap
from typing import Any

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.general import SignedDataCerts, extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.errors import AlgorithmNotSupported, DSAParametersUnavailable, PSSParameterMismatch
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from digidoc.sign.validate.chain import weak_in_signer
from digidoc.sign.validate.verdict import Reason


class NotASignature(Exception):
    """The structure cannot be a signature that means anything; the message says why."""


class NotSupported(Exception):
    """Nobody here can compute with this algorithm or these parameters: that is no proof of forgery."""


class _Validator(DefaultSignatureValidator):
    """Tells an unknown algorithm from a wrong value; certvalidator calls both InvalidSignature."""

    def validate_signature(self, *args: Any, **named: Any) -> None:
        try:
            super().validate_signature(*args, **named)
        except (AlgorithmNotSupported, DSAParametersUnavailable, PSSParameterMismatch) as error:
            raise NotSupported(str(error)) from error


@dataclass(frozen=True, slots=True)
class Integrity:
    """What came of checking one CMS signature.

    Attributes:
        intact: digest and signature value are right.
        reason: what is wrong; NONE, DIGEST, CRYPTO, NO_CERTIFICATE or NOT_SUPPORTED.
        detail: technical remark.
        digest: name of the digest algorithm.
        algorithm: name of the signature algorithm.
        weak: algorithms and keys no longer relied on.
        certificate: of the signer; None when the signature has none.
        others: further certificates it carries.
        info: the CMS signer info.

    """

    intact: bool
    reason: Reason
    detail: str
    digest: str
    algorithm: str
    weak: tuple[str, ...]
    certificate: x509.Certificate | None
    others: tuple[x509.Certificate, ...]
    info: cms.SignerInfo


def check_byte_range(content: "bytes | mmap", numbers: list[int], cms_bytes: bytes) -> int:
    """The end of what is protected, when /ByteRange leaves out the signature's own value and nothing else.

    Args:
        content: the whole file.
        numbers: /ByteRange.
        cms_bytes: the value of /Contents.

    Raises:
        NotASignature: the range is open to forgery (a gap, an overlap, an end outside the file).

    """
    four = 4
    if len(numbers) != four or not all(isinstance(number, int) for number in numbers):
        raise NotASignature("/ByteRange")
    start, length, resume, rest = (int(number) for number in numbers)
    if start != 0 or length <= 0 or rest < 0 or resume < length or resume + rest > len(content):
        raise NotASignature(f"/ByteRange [{start} {length} {resume} {rest}], {len(content)}")
    gap = content[length:resume].strip(b"\0\t\n\f\r ")
    if not (gap.startswith(b"<") and gap.endswith(b">")):
        raise NotASignature("/ByteRange ≠ /Contents")
    try:
        left_out = bytes.fromhex(gap[1:-1].decode("ascii"))
    except ValueError as error:
        raise NotASignature("/ByteRange ≠ /Contents") from error
    if left_out != cms_bytes:
        raise NotASignature("/ByteRange ≠ /Contents")
    return resume + rest


def check_document_signature(embedded: EmbeddedPdfSignature) -> Integrity:
    """Check a signature over the document."""
    content = embedded.signed_data["encap_content_info"]["content"]
    if content is not core.VOID and content.native is not None:
        raise NotASignature("CMS: eContent")
    return check_cms(embedded.signed_data, "data", embedded.compute_digest())


def check_digest_signature(embedded: EmbeddedPdfSignature) -> Integrity:
    """Check a signature of the old form adbe.pkcs7.sha1: it signs the SHA-1 digest of the document."""
    content = embedded.signed_data["encap_content_info"]["content"]
    carried = None if content is core.VOID else content.native
    if not isinstance(carried, bytes):
        raise NotASignature("CMS: eContent")
    signer = extract_signer_info(embedded.signed_data)
    algorithm = signer["digest_algorithm"]["algorithm"].native
    integrity = check_cms(embedded.signed_data, "data", hashlib.new(algorithm, carried, usedforsecurity=False).digest())
    if carried != embedded.compute_digest("sha1"):
        return _integrity(signer, integrity, Reason.DIGEST, "eContent")
    return replace(integrity, digest="sha1", weak=tuple(sorted({*integrity.weak, "sha1"})))


def check_document_timestamp(embedded: EmbeddedPdfSignature) -> tuple[Integrity, tsp.TSTInfo]:
    """Check a timestamp over the document (/DocTimeStamp)."""
    info = timestamp_info(embedded.signed_data)
    algorithm = info["message_imprint"]["hash_algorithm"]["algorithm"].native
    return check_token(embedded.signed_data, embedded.compute_digest(algorithm)), info


def check_signature_timestamp(token: cms.SignedData, integrity: Integrity) -> tuple[Integrity, datetime]:
    """Check a timestamp over a signature's value; gives its time (UTC) too."""
    info = timestamp_info(token)
    algorithm = info["message_imprint"]["hash_algorithm"]["algorithm"].native
    value = hashlib.new(algorithm, integrity.info["signature"].native, usedforsecurity=False).digest()
    return check_token(token, value), info["gen_time"].native.astimezone(UTC)


def timestamp_info(token: cms.SignedData) -> tsp.TSTInfo:
    """The TSTInfo of a timestamp token."""
    content = token["encap_content_info"]["content"]
    info = content.parsed if isinstance(content, core.ParsableOctetString) else None
    if not isinstance(info, tsp.TSTInfo):
        raise NotASignature("RFC 3161: TSTInfo")
    return info


def check_token(token: cms.SignedData, imprint: bytes) -> Integrity:
    """Check a timestamp token that should be about `imprint`."""
    info = timestamp_info(token)
    signer = extract_signer_info(token)
    algorithm = signer["digest_algorithm"]["algorithm"].native
    inner = hashlib.new(algorithm, bytes(token["encap_content_info"]["content"]), usedforsecurity=False).digest()
    integrity = check_cms(token, "tst_info", inner)
    about = info["message_imprint"]["hashed_message"].native
    if about == imprint:
        return integrity
    return _integrity(signer, integrity, Reason.DIGEST, "RFC 3161: messageImprint")


def check_cms(signed: cms.SignedData, content_type: str, digest: bytes) -> Integrity:
    """Check one CMS signature against the digest of what it should be about."""
    info = extract_signer_info(signed)
    try:
        certificates = extract_certs_for_validation(signed)
    except SignatureValidationError as error:
        return _integrity(info, None, Reason.NO_CERTIFICATE, str(error))
    try:
        same, right = validate_sig_integrity(
            info,
            certificates.signer_cert,
            expected_content_type=content_type,
            actual_digest=digest,
            sig_validator=_Validator(),
        )
    except SignatureValidationError as error:
        return _integrity(info, certificates, Reason.CRYPTO, str(error))
    except Exception as error:  # noqa: BLE001
        # Algorithms that asn1crypto or cryptography do not know, or parameters that do not fit them (rsaEncryption
        # with those of PSS), come as ValueError, AttributeError, UnsupportedAlgorithm …: no verdict is possible.
        return _integrity(info, certificates, Reason.NOT_SUPPORTED, f"{type(error).__name__}: {error}")
    if not same:
        return _integrity(info, certificates, Reason.DIGEST, "")
    return _integrity(info, certificates, Reason.NONE if right else Reason.CRYPTO, "")


def _integrity(
    info: cms.SignerInfo, found: SignedDataCerts | Integrity | None, reason: Reason, detail: str
) -> Integrity:
    certificate: x509.Certificate | None
    if isinstance(found, Integrity):
        certificate, others = found.certificate, found.others
    elif found is None:
        certificate, others = None, ()
    else:
        certificate, others = found.signer_cert, tuple(found.other_certs)
    return Integrity(
        intact=reason is Reason.NONE,
        reason=reason,
        detail=detail,
        digest=_name(info["digest_algorithm"]),
        algorithm=_algorithm(info["signature_algorithm"]),
        weak=() if certificate is None else tuple(sorted(weak_in_signer(info, certificate))),
        certificate=certificate,
        others=others,
        info=info,
    )


def _name(algorithm: Any) -> str:
    return str(algorithm["algorithm"].native)


def _algorithm(algorithm: cms.SignedDigestAlgorithm) -> str:
    try:
        return str(algorithm.signature_algo)
    except ValueError:
        return _name(algorithm)
