"""Verify the signatures of a PDF, offline: one verdict a signature, the worst of them for the file."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from digidoc.errors import from_os
from digidoc.sign.judge import Moment, Sealed, judge, open_seal
from digidoc.sign.revisions import has_remains
from digidoc.sign.trust import TrustAnchors
from digidoc.sign.verdict import FileVerdict, Reason, SignatureVerdict, Verdict, worst

_HEADER_WITHIN: Final = 1024  # bytes; readers look for %PDF- there


@dataclass(frozen=True, slots=True)
class _Listed:
    """The signatures that a file lists, and what stopped the listing before its end ("" when nothing did)."""

    seals: tuple[Sealed, ...]
    broken: str


def verify_file(path: Path, anchors: TrustAnchors, at: datetime | None = None) -> FileVerdict:
    """Judge all signatures of a PDF. Nothing is fetched; revocation is not looked at, and the result says so.

    Args:
        path: the file.
        anchors: whom to trust.
        at: the time to judge at, with a time zone; now by default. A trusted timestamp on a signature proves an
            earlier time for it. What a signer claims proves nothing.

    Raises:
        FileMissing, PermissionMissing, StorageError: the file cannot be read.

    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise from_os(error, path) from error
    name = str(path)
    if b"%PDF-" not in content[:_HEADER_WITHIN]:
        return FileVerdict(name, Verdict.UNREADABLE, reason=Reason.NOT_A_PDF)
    with _quiet():
        reader, problem = _read(content)
        if reader is None:
            return _unlisted(name, content, problem)
        if not _decrypted(reader):
            return FileVerdict(name, Verdict.UNREADABLE, reason=Reason.PASSWORD)
        listed = _list(reader, content)
        if not listed.seals:
            return _unlisted(name, content, listed.broken)
        verdicts = _judge_all(listed.seals, content, anchors, at or datetime.now(UTC), _has_validation_data(reader))
    if listed.broken:
        return FileVerdict(name, Verdict.TOTAL_FAILED, verdicts, Reason.DAMAGED, listed.broken)
    return FileVerdict(name, worst([signature.verdict for signature in verdicts]), verdicts)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log silent: pyHanko logs each finding with a traceback; the findings are the verdict."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator", "pypdfium2")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _read(content: bytes) -> tuple[PdfFileReader | None, str]:
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
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


def _unlisted(name: str, content: bytes, problem: str) -> FileVerdict:
    """No signature is listed: none was ever there, or someone took it out, or the file is broken."""
    if has_remains(content):
        return FileVerdict(name, Verdict.TOTAL_FAILED, reason=Reason.REMAINS, detail=problem)
    if problem:
        return FileVerdict(name, Verdict.UNREADABLE, reason=Reason.DAMAGED, detail=problem)
    return FileVerdict(name, Verdict.NO_SIGNATURE)


def _list(reader: PdfFileReader, content: bytes) -> _Listed:
    """Every filled signature field; one that cannot be read does not hide the others."""
    seals: list[Sealed] = []
    seen: set[Any] = set()
    try:
        for name, value, field in enumerate_sig_fields(reader, filled_status=True):
            # The same signature may be the value of several fields.
            key = getattr(value, "container_ref", None) or id(value)
            if key in seen:
                continue
            seen.add(key)
            seals.append(open_seal(reader, field, str(name), content))
    except Exception as error:  # noqa: BLE001 (the form is whatever the file's maker wrote)
        return _Listed(tuple(seals), f"{type(error).__name__}: {error}")
    return _Listed(tuple(sorted(seals, key=lambda seal: seal.end)), "")


def _has_validation_data(reader: PdfFileReader) -> bool:
    return "/DSS" in reader.root


def _judge_all(
    seals: tuple[Sealed, ...], content: bytes, anchors: TrustAnchors, at: datetime, validation_data: bool
) -> tuple[SignatureVerdict, ...]:
    """Judge from the last to the first: a trusted timestamp over the document proves that what it covers existed."""
    neighbours = [seal.neighbour for seal in seals]
    moment = Moment(at, proven=False)
    archived = "LT" if validation_data else ""
    verdicts: list[SignatureVerdict] = []
    for seal in reversed(seals):
        verdict = judge(seal, content, neighbours, anchors, moment, archived)
        verdicts.append(verdict)
        if seal.is_timestamp and verdict.intact:
            archived = "LTA" if validation_data else archived
            if verdict.verdict is Verdict.TOTAL_PASSED and seal.stamped is not None:
                moment = Moment(seal.stamped, proven=True)
    return tuple(reversed(verdicts))
