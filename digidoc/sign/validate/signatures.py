"""The signatures of a PDF: which it lists, and each with its integrity checked before anyone asks whom to trust.

A field that cannot be read hides no other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from mmap import mmap
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digidoc.sign.validate.integrity import (
    Integrity,
    NotASignature,
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
_DEPTH: Final = 64
_FIELDS: Final = 100_000


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """A signature of a file, with its integrity checked.

    Attributes:
        field: full name of its field.
        embedded: as pyHanko reads it; None when it cannot.
        integrity: None when it could not be checked at all; `reason` and `detail` then say why.
        end: byte where its protection ends; 0 when unknown.
        is_timestamp: a timestamp over the document, not a person's signature.
        stamped: time of such a timestamp, UTC.
        byte_range: what it protects; empty when that is not even known.

    """

    field: str
    embedded: EmbeddedPdfSignature | None
    integrity: Integrity | None
    end: int = 0
    is_timestamp: bool = False
    stamped: datetime | None = None
    reason: Reason = Reason.NONE
    detail: str = ""
    byte_range: tuple[int, ...] = ()

    @property
    def neighbour(self) -> Neighbour:
        """What the validation of other signatures needs to know of it."""
        return Neighbour(self.field, self.end, self.integrity is not None and self.integrity.intact, self.is_timestamp)


def read_signature(reader: Any, field: Any, name: str, content: "bytes | mmap") -> FoundSignature:
    """Read a signature and check its integrity. Never raises: what cannot be read is a finding."""
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        numbers = tuple(embedded.byte_range)
        end = check_byte_range(content, list(numbers), embedded.pkcs7_content)
    except NotASignature as error:
        return FoundSignature(name, None, None, reason=Reason.BYTE_RANGE, detail=str(error))
    except Exception as error:  # noqa: BLE001
        # Whoever made the file chose what stands here: KeyError, ValueError, AssertionError, RecursionError …
        return FoundSignature(name, None, None, reason=Reason.NOT_READABLE, detail=why(error))
    try:
        return replace(_check(embedded, name, end), byte_range=numbers)
    except NotASignature as error:
        return FoundSignature(
            name, embedded, None, end, reason=Reason.NOT_READABLE, detail=str(error), byte_range=numbers
        )
    except Exception as error:  # noqa: BLE001 (as above)
        return FoundSignature(
            name, embedded, None, end, reason=Reason.NOT_SUPPORTED, detail=why(error), byte_range=numbers
        )


def _check(embedded: EmbeddedPdfSignature, name: str, end: int) -> FoundSignature:
    found = kind(embedded)
    if found == _TIMESTAMP:
        integrity, info = check_document_timestamp(embedded)
        stamped = info["gen_time"].native.astimezone(UTC)
        return FoundSignature(name, embedded, integrity, end, is_timestamp=True, stamped=stamped)
    if found == PKCS7 or found in _PADES:
        return FoundSignature(name, embedded, check_document_signature(embedded), end)
    if found == PKCS7_SHA1:
        return FoundSignature(name, embedded, check_digest_signature(embedded), end)
    return FoundSignature(name, embedded, None, end, reason=Reason.NOT_SUPPORTED, detail=found or "/SubFilter")


def kind(embedded: EmbeddedPdfSignature) -> str:
    """The /SubFilter of a signature; "" without one."""
    try:
        return str(embedded.sig_object["/SubFilter"])
    except KeyError:
        return ""


def why(error: BaseException) -> str:
    """What a library says went wrong, as a technical remark."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


@dataclass(frozen=True, slots=True)
class SignatureField:
    """A filled signature field.

    Attributes:
        name: its full name.
        field: its dictionary; None when it cannot be read, and `problem` says why.
        problem: technical remark.

    """

    name: str
    field: Any
    problem: str = ""


def signature_fields(reader: PdfFileReader) -> Iterator[SignatureField]:
    """Every filled signature field once, though several fields may have the same signature as their value.

    Raises:
        Exception: whatever a broken catalogue makes pyHanko raise; a broken field is a `SignatureField` with a problem.

    """
    form = _value(reader.root, "/AcroForm")
    if not isinstance(form, generic.DictionaryObject):
        return
    tops = _value(form, "/Fields")
    if not isinstance(tops, generic.ArrayObject):
        return
    walk = _Walk()
    walk.wait(tops, "", "", 0)
    while walk.waiting and len(walk.seen) < _FIELDS:
        found = walk.step()
        if found is not None:
            yield found


class _Walk:
    """The tree of fields, with a list of what is still to look at: it may be deep, or point back at itself."""

    def __init__(self) -> None:
        self.waiting: list[tuple[generic.ArrayObject, int, str, str, int]] = []
        self.seen: set[Any] = set()

    def wait(self, fields: generic.ArrayObject, parent: str, kind: str, depth: int) -> None:
        """Look at these fields later, the first of them first."""
        if depth < _DEPTH:
            self.waiting += [(fields, index, parent, kind, depth) for index in reversed(range(len(fields)))]

    def step(self) -> SignatureField | None:
        """Look at the next field."""
        holder, index, parent, kind, depth = self.waiting.pop()
        name = parent
        try:
            raw = holder.raw_get(index)
            node = raw.get_object()
            if self._known(raw) or not isinstance(node, generic.DictionaryObject):
                return None
            name, kind = _full_name(node, parent), str(_value(node, "/FT") or kind)
            kids = _value(node, "/Kids")
            if isinstance(kids, generic.ArrayObject):
                self.wait(kids, name, kind, depth + 1)
            signed = kind == "/Sig" and _value(node, "/V") is not None
            if signed and not self._known(node.raw_get("/V")):
                return SignatureField(name, node)
        except Exception as error:  # noqa: BLE001 (the form is whatever the file's maker wrote)
            # A field that is gone altogether is none; one that says it is a signature and cannot be read is a finding.
            if kind == "/Sig":
                return SignatureField(name or "?", None, f"{type(error).__name__}: {error}")
        return None

    def _known(self, value: Any) -> bool:
        """Whether the object was met before; one without a number never was."""
        if not isinstance(value, generic.IndirectObject):
            return False
        if value.reference in self.seen:
            return True
        self.seen.add(value.reference)
        return False


def _full_name(node: generic.DictionaryObject, parent: str) -> str:
    title = _value(node, "/T")
    if title is None:
        return parent
    return f"{parent}.{title}" if parent else str(title)


def _value(dictionary: generic.DictionaryObject, key: str) -> Any:
    """What stands under the key, references followed, which pyHanko's `get` does not; None for nothing."""
    found = dictionary[key] if key in dictionary else None  # noqa: SIM401
    return None if isinstance(found, generic.NullObject) else found
