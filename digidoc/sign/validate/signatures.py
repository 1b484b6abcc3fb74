"""The signatures of a file with their cryptographic half checked, before anyone asks whom to trust."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from mmap import mmap
from typing import Any, Final

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digidoc.sign.validate.integrity import (
    NotASignature,
    Seal,
    check_byte_range,
    check_digest_signature,
    check_document_signature,
    check_document_timestamp,
)
from digidoc.sign.validate.revisions import Neighbour
from digidoc.sign.validate.verdict import Reason

_TIMESTAMP: Final = "/ETSI.RFC3161"
_PADES: Final = ("/ETSI.CAdES.detached", "/PBAD_PAdES")
PKCS7: Final = "/adbe.pkcs7.detached"
PKCS7_SHA1: Final = "/adbe.pkcs7.sha1"


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
        byte_range: what it protects; empty when that is not even known.

    """

    field: str
    embedded: EmbeddedPdfSignature | None
    seal: Seal | None
    end: int = 0
    is_timestamp: bool = False
    stamped: datetime | None = None
    reason: Reason = Reason.NONE
    detail: str = ""
    byte_range: tuple[int, ...] = ()

    @property
    def neighbour(self) -> Neighbour:
        """What the judgement of other signatures needs to know of it."""
        return Neighbour(self.field, self.end, self.seal is not None and self.seal.intact, self.is_timestamp)


def open_seal(reader: Any, field: Any, name: str, content: "bytes | mmap") -> Sealed:
    """Read a signature and check its cryptographic half. Never raises: what cannot be read is a finding."""
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        numbers = tuple(embedded.byte_range)
        end = check_byte_range(content, list(numbers), embedded.pkcs7_content)
    except NotASignature as error:
        return Sealed(name, None, None, reason=Reason.BYTE_RANGE, detail=str(error))
    except Exception as error:  # noqa: BLE001
        # Whoever made the file chose what stands here: KeyError, ValueError, AssertionError, RecursionError …
        return Sealed(name, None, None, reason=Reason.NOT_READABLE, detail=why(error))
    try:
        return replace(_check(embedded, name, end), byte_range=numbers)
    except NotASignature as error:
        return Sealed(name, embedded, None, end, reason=Reason.NOT_READABLE, detail=str(error), byte_range=numbers)
    except Exception as error:  # noqa: BLE001 (as above)
        return Sealed(name, embedded, None, end, reason=Reason.NOT_JUDGED, detail=why(error), byte_range=numbers)


def _check(embedded: EmbeddedPdfSignature, name: str, end: int) -> Sealed:
    found = kind(embedded)
    if found == _TIMESTAMP:
        seal, info = check_document_timestamp(embedded)
        stamped = info["gen_time"].native.astimezone(UTC)
        return Sealed(name, embedded, seal, end, is_timestamp=True, stamped=stamped)
    if found == PKCS7 or found in _PADES:
        return Sealed(name, embedded, check_document_signature(embedded), end)
    if found == PKCS7_SHA1:
        return Sealed(name, embedded, check_digest_signature(embedded), end)
    return Sealed(name, embedded, None, end, reason=Reason.NOT_JUDGED, detail=found or "/SubFilter")


def kind(embedded: EmbeddedPdfSignature) -> str:
    """The /SubFilter of a signature; "" without one."""
    try:
        return str(embedded.sig_object["/SubFilter"])
    except KeyError:
        return ""


def why(error: BaseException) -> str:
    """What a library says went wrong, as a technical remark."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
