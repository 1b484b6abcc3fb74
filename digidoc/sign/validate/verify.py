"""Verify the signatures of a PDF: one verdict a signature, the worst of them for the file."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from digidoc.model import Verdict, worst
from digidoc.sign.trust.anchors import TrustAnchors
from digidoc.sign.validate.conclusion import validate_signature
from digidoc.sign.validate.document import Document
from digidoc.sign.validate.proof import Moment, Trusted
from digidoc.sign.validate.revisions import has_remains, orphans
from digidoc.sign.validate.revocation import Evidence
from digidoc.sign.validate.signatures import FoundSignature, read_signature, signature_fields
from digidoc.sign.validate.verdict import FileVerdict, Reason, SignatureVerdict

_HEADER_WITHIN: Final = 1024  # bytes; readers look for %PDF- there


@dataclass(frozen=True, slots=True)
class _Listed:
    """The signatures that a file lists, and what stopped the listing before its end ("" when nothing did)."""

    signatures: tuple[FoundSignature, ...]
    broken: str


def verify_file(path: Path, anchors: TrustAnchors, at: datetime | None = None, *, online: bool = False) -> FileVerdict:
    """Validate all signatures of a PDF.

    Args:
        path: the file.
        anchors: whom to trust.
        at: the time to validate at, with a time zone; now by default. A trusted timestamp on a signature proves an
            earlier time for it. What a signer claims proves nothing.
        online: ask the authorities that the certificates name whether they were revoked. Otherwise nothing is
            fetched: only what the file carries is looked at, and the result says so.

    Raises:
        FileMissing, PermissionMissing, StorageError: the file cannot be read.

    """
    with Document(path) as document, _quiet():
        return _verify(document, str(path), anchors, at or datetime.now(UTC), online=online)


def _verify(document: Document, name: str, anchors: TrustAnchors, at: datetime, *, online: bool) -> FileVerdict:
    if b"%PDF-" not in document.content[:_HEADER_WITHIN]:
        return FileVerdict(name, Verdict.UNREADABLE, reason=Reason.NOT_A_PDF)
    reader, problem = _read(document)
    if reader is None:
        return _unlisted(name, document, problem)
    if not _decrypted(reader):
        return FileVerdict(name, Verdict.UNREADABLE, reason=Reason.PASSWORD)
    listed = _list(reader, document)
    if not listed.signatures:
        return _unlisted(name, document, listed.broken)
    verdicts = _validate_all(listed.signatures, document, anchors, at, Evidence.of(reader, online=online))
    found, reason = worst([signature.verdict for signature in verdicts]), Reason.NONE
    if listed.broken:
        found, reason = Verdict.TOTAL_FAILED, Reason.DAMAGED
    elif found is not Verdict.TOTAL_FAILED and orphans(
        document.content, [signature.byte_range for signature in listed.signatures]
    ):
        found, reason = Verdict.INDETERMINATE, Reason.REMAINS
    return FileVerdict(name, found, verdicts, reason, listed.broken)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log silent: pyHanko logs each finding with a traceback; the findings are the verdict."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator", "pypdfium2")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            # Certificates break the letter of their standard in many ways that libraries warn of.
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _read(document: Document) -> tuple[PdfFileReader | None, str]:
    try:
        reader = PdfFileReader(document.file, strict=False)
        _ = reader.root
    except Exception as error:  # noqa: BLE001
        # A broken file makes pyHanko raise whatever comes first: PdfReadError, OSError, KeyError, RecursionError …
        return None, f"{type(error).__name__}: {error}"
    return reader, ""


def _decrypted(reader: PdfFileReader) -> bool:
    """Whether the content can be read: it is not encrypted, or opens with the empty password."""
    if not reader.encrypted:
        return True
    try:
        result = reader.decrypt(b"")
    except (PdfError, ValueError, TypeError, NotImplementedError):
        return False
    return bool(result.status.name != "FAILED")


def _unlisted(name: str, document: Document, problem: str) -> FileVerdict:
    """No signature is listed: none was ever there, or someone took it out, or the file is broken."""
    if has_remains(document.content):
        return FileVerdict(name, Verdict.TOTAL_FAILED, reason=Reason.REMAINS, detail=problem)
    if problem:
        return FileVerdict(name, Verdict.UNREADABLE, reason=Reason.DAMAGED, detail=problem)
    return FileVerdict(name, Verdict.NO_SIGNATURE)


def _list(reader: PdfFileReader, document: Document) -> _Listed:
    """Every filled signature field, in the order in which they were signed."""
    signatures: list[FoundSignature] = []
    try:
        for one in signature_fields(reader):
            if one.field is None:
                signatures.append(FoundSignature(one.name, None, None, reason=Reason.NOT_READABLE, detail=one.problem))
            else:
                signatures.append(read_signature(reader, one.field, one.name, document.content))
    except Exception as error:  # noqa: BLE001 (the form is whatever the file's maker wrote)
        return _Listed(tuple(signatures), f"{type(error).__name__}: {error}")
    return _Listed(tuple(sorted(signatures, key=lambda signature: signature.end)), "")


def _validate_all(
    signatures: tuple[FoundSignature, ...], document: Document, anchors: TrustAnchors, at: datetime, evidence: Evidence
) -> tuple[SignatureVerdict, ...]:
    """Validate from the last to the first: a trusted timestamp over the document proves that what it covers existed."""
    neighbours = [signature.neighbour for signature in signatures]
    moment = Moment(at, proven=False)
    archived = False
    verdicts: list[SignatureVerdict] = []
    for signature in reversed(signatures):
        verdict = validate_signature(
            signature, document, neighbours, Trusted(anchors, evidence), moment, archived=archived
        )
        verdicts.append(verdict)
        if signature.is_timestamp and verdict.intact:
            archived = True
            if verdict.verdict is Verdict.TOTAL_PASSED and signature.stamped is not None:
                moment = Moment(signature.stamped, proven=True)
    return tuple(reversed(verdicts))
