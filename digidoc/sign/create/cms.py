"""The CMS of a PAdES signature, built once for a signer as a DER template and filled for each document.

What differs from one document to the next is the message digest, the signature value and the timestamp; everything
else (ETSI EN 319 142-1, 6.2 and 6.3; RFC 5652) is encoded once, so that a document costs no ASN.1 modelling at all.
"""

from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.sign.general import as_signing_certificate_v2

from digidoc.sign.algorithms import Digest, Scheme, pss_parameters
from digidoc.text import nfc

_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_OCTETS: Final = 0x04
_UTF8: Final = 0x0C
_CONTEXT_0: Final = 0xA0
_CONTEXT_1: Final = 0xA1
_LONG_FORM: Final = 0x80  # X.690, 8.1.3: lengths from 128 on
_VERSION_1: Final = bytes.fromhex("020101")  # of SignedData and SignerInfo (RFC 5652, 5.1 and 5.3)
_ID_DATA: Final = core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()
_ID_SIGNED_DATA: Final = core.ObjectIdentifier("1.2.840.113549.1.7.2").dump()
_ID_MESSAGE_DIGEST: Final = core.ObjectIdentifier("1.2.840.113549.1.9.4").dump()
_ID_TIMESTAMP_TOKEN: Final = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.14").dump()
_ID_SIGNER_ATTRIBUTES_V2: Final = core.ObjectIdentifier("0.4.0.19122.1.1").dump()  # ETSI EN 319 122-1, 5.2.6.1
_ID_NAME: Final = core.ObjectIdentifier("2.5.4.41").dump()  # the type in which a claimed role is written as plain text


def tlv(tag: int, *parts: bytes) -> bytes:
    """One DER value: tag, length and the parts of its content."""
    content = b"".join(parts)
    length = len(content)
    if length < _LONG_FORM:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(octets))) + octets + content


@dataclass(frozen=True, slots=True)
class CmsTemplate:
    """What all signatures of one signer have in common.

    Attributes:
        digest: of the document and of the signed attributes.
        scheme: of the signature value.
        head: of SignedData: version, digest algorithms, encapsulated content (none), certificates; DER.
        signer_head: of SignerInfo: version, issuer and serial number, digest algorithm; DER.
        signature_algorithm: DER.
        fixed: signed attributes that never change, each in DER.

    """

    digest: Digest
    scheme: Scheme
    head: bytes
    signer_head: bytes
    signature_algorithm: bytes
    fixed: tuple[bytes, ...]

    def attributes(self, document_digest: bytes) -> bytes:
        """The signed attributes for a document's digest: a DER SET OF, the data that is signed (RFC 5652, 5.4)."""
        message_digest = tlv(_SEQUENCE, _ID_MESSAGE_DIGEST, tlv(_SET, tlv(_OCTETS, document_digest)))
        return tlv(_SET, *sorted((*self.fixed, message_digest)))

    def assemble(self, attributes: bytes, signature: bytes, token: bytes | None) -> bytes:
        """The whole ContentInfo, DER.

        Args:
            attributes: as `attributes` gave them.
            signature: the signature value over them.
            token: a timestamp token over the signature value (a ContentInfo, DER); None at B-B.

        """
        # In SignerInfo the attributes stand with an implicit [0] where the SET's tag was when they were signed.
        parts = [self.signer_head, bytes((_CONTEXT_0,)), attributes[1:], self.signature_algorithm]
        parts.append(tlv(_OCTETS, signature))
        if token is not None:
            parts.append(tlv(_CONTEXT_1, tlv(_SEQUENCE, _ID_TIMESTAMP_TOKEN, tlv(_SET, token))))
        signed_data = tlv(_SEQUENCE, self.head, tlv(_SET, tlv(_SEQUENCE, *parts)))
        return tlv(_SEQUENCE, _ID_SIGNED_DATA, tlv(_CONTEXT_0, signed_data))


def cms_template(
    certificate: bytes, chain: tuple[bytes, ...], digest: Digest, scheme: Scheme, role: str | None
) -> CmsTemplate:
    """The template of a signer.

    The signed attributes are content-type, signing-certificate-v2, cms-algorithm-protection and, when a role is
    claimed, signer-attributes-v2. There is no signing-time: PAdES has the time in /M (ETSI EN 319 142-1, 6.3).

    Args:
        certificate: of the signer, DER.
        chain: further certificates, DER; roots among them are left out, for whoever verifies has to have them anyway.
        digest: of the document.
        scheme: of the signature value.
        role: that the signer claims; None claims none.

    """
    own = x509.Certificate.load(certificate)
    digest_algorithm = algos.DigestAlgorithm({"algorithm": digest}).dump()
    signature_algorithm = _signature_algorithm(digest, scheme)
    certificates = sorted({certificate, *(other for other in chain if not self_issued(other))})
    issuer = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
    fixed = [
        _attribute("content_type", "data"),
        _signing_certificate(own, digest),
        _attribute(
            "cms_algorithm_protection",
            cms.CMSAlgorithmProtection(
                {
                    "digest_algorithm": algos.DigestAlgorithm({"algorithm": digest}),
                    "signature_algorithm": signature_algorithm,
                }
            ),
        ),
    ]
    if role is not None:
        fixed.append(_claimed_role(role))
    return CmsTemplate(
        digest=digest,
        scheme=scheme,
        head=b"".join(
            (_VERSION_1, tlv(_SET, digest_algorithm), tlv(_SEQUENCE, _ID_DATA), tlv(_CONTEXT_0, *certificates))
        ),
        signer_head=_VERSION_1 + issuer.dump() + digest_algorithm,
        signature_algorithm=signature_algorithm.dump(),
        fixed=tuple(fixed),
    )


def self_issued(certificate: bytes) -> bool:
    """Whether a certificate (DER) names itself as its issuer: a root."""
    loaded = x509.Certificate.load(certificate)
    return bool(loaded.subject.dump() == loaded.issuer.dump())


def _signature_algorithm(digest: Digest, scheme: Scheme) -> Any:
    if scheme is Scheme.ECDSA:
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})
    if scheme is Scheme.RSASSA_PKCS1:
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_rsa"})
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": pss_parameters(digest)})


def _signing_certificate(own: x509.Certificate, digest: Digest) -> bytes:
    """Ties the signature to this very certificate (RFC 5035)."""
    value: tsp.SigningCertificateV2 = as_signing_certificate_v2(own, digest)
    return _attribute("signing_certificate_v2", value)


def _attribute(kind: str, value: Any) -> bytes:
    return bytes(cms.CMSAttribute({"type": kind, "values": (value,)}).dump())


def _claimed_role(role: str) -> bytes:
    """signer-attributes-v2 with one claimed attribute: the role in words."""
    claimed = tlv(_SEQUENCE, _ID_NAME, tlv(_SET, tlv(_UTF8, nfc(role).encode())))
    value = tlv(_SEQUENCE, tlv(_CONTEXT_0, tlv(_SEQUENCE, claimed)))
    return tlv(_SEQUENCE, _ID_SIGNER_ATTRIBUTES_V2, tlv(_SET, value))
