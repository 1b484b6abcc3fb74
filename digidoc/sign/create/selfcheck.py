"""Check a signature that was just made by the bytes that were written, before the file gets its name.

Everything is read back from the file by a reader of its own; nothing that was kept from writing it is believed.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pyhanko.pdf_utils.reader import PdfFileReader

from digidoc.i18n import N_
from digidoc.sign.algorithms import Digest, Scheme, hash_algorithm
from digidoc.sign.create.cms import tlv
from digidoc.sign.create.session import PublicKey, SigningSession
from digidoc.sign.errors import SelfCheckFailed

_CHUNK: Final = 1 << 16  # small enough that its memory is used again, not given back each time
_SET: Final = 0x31
_LONG_FORM: Final = 0x80  # X.690, 8.1.3
_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s*\[([\d\s]*)\]")
_CONTENTS: Final = re.compile(rb"/Contents\s*(<[0-9A-Fa-f]*>)")
_UNREACHED: Final = N_("a reader does not find it in the file")
_COVERAGE: Final = N_("it does not cover the whole file")
_DIGEST: Final = N_("it is about other content")
_VALUE: Final = N_("its value does not fit the certificate's key")
_CERTIFICATE: Final = N_("it carries another certificate")
_STAMP: Final = N_("its timestamp is about another signature")
_PREFIX: Final = N_("the original is not contained in it unchanged")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written and has to be found again.

    Attributes:
        field: name of the signature's field.
        end: where the signed revision ends, bytes from the start.
        stamped: there is a timestamp on the signature.
        archive_field: of the timestamp over the document; None when there is none.

    """

    field: str
    end: int
    stamped: bool
    archive_field: str | None


class _File:
    """The written file: its beginning, which is the source's, goes through the digests once; the rest is kept."""

    def __init__(self, original: IO[bytes], made: IO[bytes], digest: Digest, source: Path) -> None:
        self.source = source
        covered, whole = hashlib.new(digest), hashlib.sha256()
        one_for_both = digest == "sha256"
        length = 0
        original.seek(0)
        made.seek(0)
        while piece := original.read(_CHUNK):
            again = made.read(len(piece))
            if again != piece:
                raise SelfCheckFailed(file=source, reason=_PREFIX)
            covered.update(again)
            if not one_for_both:
                whole.update(again)
            length += len(again)
        self._prefix = covered
        self.length = length
        self.tail = made.read()
        self.end = length + len(self.tail)
        whole = covered.copy() if one_for_both else whole
        whole.update(self.tail)
        self.sha256 = whole.hexdigest()

    def digest_of(self, ranges: list[tuple[int, int]]) -> bytes:
        """The digest of the source and of these parts (from, to) of what follows it."""
        found = self._prefix.copy()
        for start, end in ranges:
            found.update(self.tail[start - self.length : end - self.length])
        return found.digest()


def check_written(original: IO[bytes], made: IO[bytes], written: Written, session: SigningSession, source: Path) -> str:
    """Check a signed file; gives its SHA-256, hex.

    The source is contained in it byte for byte. A reader that starts anew finds the signature. /ByteRange takes in
    all but the signature's own value. The digest, computed anew, is the one in the CMS; the value verifies with the
    key of the signer's certificate, which is in its place; the timestamps are about these very bytes.

    Args:
        original: the source.
        made: the signed file, open for reading.
        written: what has to be found in it.
        session: that signed.
        source: the file, for messages.

    Raises:
        SelfCheckFailed: one of these is not so.

    """
    file = _File(original, made, session.options.digest, source)
    try:
        reader = PdfFileReader(made, strict=False)
        contents, digest = _covered(reader, file, written.field, written.end)
        _check_cms(contents, digest, session, written.stamped, source)
        _check_store(reader, session, source)
        if written.archive_field is not None:
            contents, digest = _covered(reader, file, written.archive_field, file.end)
            _check_imprint(cms.ContentInfo.load(_whole_der(contents, source))["content"], digest, source)
    except (SelfCheckFailed, OSError):
        raise
    except Exception as error:
        # Whatever a reader stumbles over in a file that was just written is a failed check.
        raise SelfCheckFailed(file=source, reason=_UNREACHED) from error
    return file.sha256


def _check_store(reader: Any, session: SigningSession, source: Path) -> None:
    """From B-LT on a reader finds the validation data."""
    if session.options.level in ("B-LT", "B-LTA") and not len(reader.root["/DSS"]["/Certs"]):
        raise SelfCheckFailed(file=source, reason=_UNREACHED)


def _covered(reader: Any, file: _File, field: str, end: int) -> tuple[bytes, bytes]:
    """The value of /Contents, and the digest of what /ByteRange takes in: all up to `end` but that value."""
    text = _signature_text(reader, file, field)
    numbers, value = _BYTE_RANGE.search(text), _CONTENTS.search(text)
    if numbers is None or value is None:
        raise SelfCheckFailed(file=file.source, reason=_UNREACHED)
    start, length, resume, rest = (int(number) for number in numbers.group(1).split())
    if start != 0 or length < file.length or not length < resume <= resume + rest == end:
        raise SelfCheckFailed(file=file.source, reason=_COVERAGE)
    if file.tail[length - file.length : resume - file.length] != value.group(1):
        raise SelfCheckFailed(file=file.source, reason=_COVERAGE)
    contents = bytes.fromhex(value.group(1)[1:-1].decode("ascii"))
    return contents, file.digest_of([(file.length, length), (resume, end)])


def _signature_text(reader: Any, file: _File, field: str) -> bytes:
    """The written signature dictionary, found as any reader does: trailer, form, field, cross-reference.

    It is not parsed by pyHanko, which takes 3 ms for the digits of /Contents.
    """
    # The newest field stands last.
    fields = (entry.get_object() for entry in reversed(reader.root["/AcroForm"]["/Fields"]))
    reference = next(entry for entry in fields if entry["/T"] == field).raw_get("/V").reference
    place = reader.xrefs[reference]
    head = b"%d %d obj" % (reference.idnum, reference.generation)
    if not isinstance(place, int) or not file.tail.startswith(head, place - file.length):
        raise SelfCheckFailed(file=file.source, reason=_UNREACHED)
    begin = place - file.length
    return file.tail[begin : file.tail.index(b"endobj", begin)]


def _whole_der(contents: bytes, source: Path) -> bytes:
    """The DER value in /Contents; nothing but the zeros that fill it up may follow."""
    length, octets = contents[1], 0
    if length & _LONG_FORM:
        octets = length & ~_LONG_FORM
        length = int.from_bytes(contents[2 : 2 + octets], "big")
    end = 2 + octets + length
    if contents[end:].strip(b"\0"):
        raise SelfCheckFailed(file=source, reason=_COVERAGE)
    return contents[:end]


def _check_cms(contents: bytes, digest: bytes, session: SigningSession, stamped: bool, source: Path) -> None:
    signed = cms.ContentInfo.load(_whole_der(contents, source))["content"]
    signer = signed["signer_infos"][0]
    # RFC 5652, 5.4: what is signed bears the tag of a SET, not the [0] under which it stands.
    data = tlv(_SET, signer["signed_attrs"].contents)
    attributes = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    if attributes["message_digest"][0].native != digest:
        raise SelfCheckFailed(file=source, reason=_DIGEST)
    own = session.key.certificate
    carried = [choice.chosen.dump() for choice in signed["certificates"]]
    named = attributes["signing_certificate_v2"][0]["certs"][0]
    hashed = hashlib.new(named["hash_algorithm"]["algorithm"].native, own).digest()
    if own not in carried or named["cert_hash"].native != hashed:
        raise SelfCheckFailed(file=source, reason=_CERTIFICATE)
    value = signer["signature"].native
    if not verifies(session.public_key, value, data, session.options.digest, session.template.scheme):
        raise SelfCheckFailed(file=source, reason=_VALUE)
    if stamped:
        token = signer["unsigned_attrs"][0]["values"][0]["content"]
        _check_imprint(token, hashlib.new(session.options.digest, value).digest(), source)


def _check_imprint(token: Any, digest: bytes, source: Path) -> None:
    info = token["encap_content_info"]["content"].parsed
    if info["message_imprint"]["hashed_message"].native != digest:
        raise SelfCheckFailed(file=source, reason=_STAMP)


def verifies(key: PublicKey, value: bytes, data: bytes, digest: Digest, scheme: Scheme) -> bool:
    """Whether a signature value is right."""
    algorithm = hash_algorithm(digest)
    try:
        if not isinstance(key, RSAPublicKey):
            key.verify(value, data, ec.ECDSA(algorithm))
        elif scheme is Scheme.RSASSA_PSS:
            pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
            key.verify(value, data, pss, algorithm)
        else:
            key.verify(value, data, padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True
