"""Sign a PDF: PAdES B-B and B-T as an incremental update, checked before the file gets its name."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from digidoc.errors import (
    DigidocError,
    OutputExists,
    PasswordNeeded,
    SigningError,
    UnreadableFile,
    UnsupportedFormat,
    from_os,
)
from digidoc.i18n import N_
from digidoc.sign.appearance import StampStyle
from digidoc.sign.clock import VIETNAM
from digidoc.sign.errors import SelfCheckFailed, TimestampFailed
from digidoc.sign.keys import OpenKey
from digidoc.sign.request import SignOptions, SignReceipt, check_request
from digidoc.sign.stamp import Stamp, page_box, set_stamp, visible_widgets
from digidoc.sign.trust import NO_ANCHORS
from digidoc.sign.verdict import Covers
from digidoc.sign.verify import verify_file

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

__all__ = ["SignOptions", "SignReceipt", "sign_file"]

# Measured: a signature with its chain takes 14 KB of hexadecimal digits at B-B, 19 KB with a timestamp; government
# authorities put longer chains in. The room is fixed, so that no dry-run signature is needed to find its size.
_RESERVED: Final = {"B-B": 16 * 1024, "B-T": 32 * 1024}
_CHUNK: Final = 1 << 20
_HEADER_WITHIN: Final = 1024  # bytes; readers look for %PDF- there


def sign_file(source: Path, out: Path, key: OpenKey, options: SignOptions) -> SignReceipt:
    """Write `out`: the bytes of `source`, unchanged, and after them an update with the signature.

    The signed file is made beside `out` under another name, verified, flushed to the disk and only then renamed, so
    that nothing half-made ever bears the name.

    Raises:
        OutputExists: there is an `out` already.
        UnsupportedFormat, UnreadableFile, PasswordNeeded: `source` is no PDF that can be updated.
        SigningError: an earlier signature forbids a further one, or pyHanko refuses.
        TimestampFailed: B-T without an answer of the authority; nothing is left behind.
        SelfCheckFailed: the new signature does not verify; nothing is left behind.
        AuthorityMissing, OrganisationMissing: see `check_options`.
        StampImpossible: no font has the letters of the stamp.

    """
    check_request(source, out, options)
    signed_at = datetime.now(VIETNAM).replace(microsecond=0)
    try:
        with source.open("rb") as stream, _beside(out) as (temporary, made):
            field, stamp = _sign_stream(stream, made, key, options, signed_at, source)
            _check_prefix(stream, made, source)
            made.flush()
            receipt = _receipt(source, out, temporary, field, key, options, signed_at, stamp)
            os.fsync(made.fileno())
            made.close()
            if out.exists():
                raise OutputExists(file=out)
            # A rename within one folder is atomic: whoever looks sees the whole signed file or none.
            temporary.replace(out)
    except OSError as error:
        # The temporary file's name means nothing to the user.
        raise from_os(error, source if error.filename == str(source) else out) from error
    return receipt


@contextmanager
def _beside(out: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A new file in the folder of `out`, removed afterwards unless it was renamed."""
    temporary = out.parent / f".digidoc-{secrets.token_hex(8)}.part"
    try:
        with temporary.open("x+b") as made:
            yield temporary, made
    finally:
        temporary.unlink(missing_ok=True)


def _open(stream: IO[bytes], source: Path) -> IncrementalPdfFileWriter:
    if b"%PDF-" not in stream.read(_HEADER_WITHIN):
        raise UnsupportedFormat(file=source, kind=source.suffix.lstrip(".").lower() or "?")
    stream.seek(0)
    try:
        writer = IncrementalPdfFileWriter(stream, strict=False)
        encrypted = writer.prev.encrypted
    except Exception as error:
        # pyHanko lets many kinds through on a broken file (KeyError, ValueError, RecursionError …).
        raise UnreadableFile(file=source, reason=_why(error)) from error
    if encrypted:
        raise PasswordNeeded(file=source)
    return writer


def _sign_stream(
    stream: IO[bytes], made: IO[bytes], key: OpenKey, options: SignOptions, signed_at: datetime, source: Path
) -> tuple[str, Stamp | None]:
    """Write the signed document to `made`; gives the field's name and the stamp."""
    writer = _open(stream, source)
    try:
        field = _free_field(writer)
        stamp = None
        if options.stamp is not None:
            pages: Any = writer  # pyHanko's writers carry no annotations here
            page = pages.find_page_for_modification(0)[0].get_object()
            stamp = set_stamp(
                options.stamp, options.organisation or "", signed_at, page_box(page), visible_widgets(page)
            )
        signer = PdfSigner(
            PdfSignatureMetadata(
                field_name=field,
                md_algorithm=options.digest,
                subfilter=SigSeedSubFilter.PADES,
                reason=options.reason,
                location=options.location,
                name=key.name,
            ),
            key.signer,
            timestamper=_timestamper(options),
            stamp_style=StampStyle(stamp=stamp),
            new_field_spec=SigFieldSpec(field, on_page=0, box=None if stamp is None else _box(stamp)),
        )
        asyncio.run(_carry_out(signer, writer, made, options, signed_at))
    except TimestampFailed as error:
        raise TimestampFailed(file=source, **error.params) from error
    except (DigidocError, OSError):
        raise
    except PyHankoSigningError as error:
        raise SigningError(file=source, reason=_why(error)) from error
    except (PdfError, KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # The file opened, but its pages or form are not what they should be.
        raise UnreadableFile(file=source, reason=_why(error)) from error
    return field, stamp


def _box(stamp: Stamp) -> Any:
    return tuple(round(value, 3) for value in stamp.rect)


async def _carry_out(
    signer: PdfSigner, writer: IncrementalPdfFileWriter, made: IO[bytes], options: SignOptions, signed_at: datetime
) -> None:
    """`PdfSigner.async_sign_pdf` step by step, so that /M and the stamp tell the same time."""
    session = signer.init_signing_session(writer)
    session.system_time = signed_at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=_RESERVED[options.level])
    prepared, result = document.digest_tbs_document(output=made, chunk_size=_CHUNK)
    await document.perform_signature(
        document_digest=prepared.document_digest, pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signed_at)
    )
    if result is not made:
        raise PyHankoSigningError("output")


def _timestamper(options: SignOptions) -> "TimeStamper | None":
    if options.level != "B-T" or options.tsa is None:
        return None
    from digidoc.sign.timestamp import CheckedTimeStamper

    return CheckedTimeStamper(options.tsa, options.tsa_seconds)


def _free_field(writer: IncrementalPdfFileWriter) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(writer.prev)}
    number = 1
    while f"Signature{number}" in taken:
        number += 1
    return f"Signature{number}"


def _why(error: BaseException) -> str:
    if isinstance(error, PdfReadError | PyHankoSigningError) and str(error):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _check_prefix(stream: IO[bytes], made: IO[bytes], source: Path) -> None:
    """The signed file begins with the source, byte for byte: an incremental update, nothing rewritten."""
    stream.seek(0)
    made.seek(0)
    while original := stream.read(_CHUNK):
        if made.read(len(original)) != original:
            raise SelfCheckFailed(file=source, reason=N_("the original is not contained in it unchanged"))


def _receipt(
    source: Path,
    out: Path,
    temporary: Path,
    field: str,
    key: OpenKey,
    options: SignOptions,
    signed_at: datetime,
    stamp: Stamp | None,
) -> SignReceipt:
    """Verify the signature that was just made, without trusting anyone, and say what it is."""
    verdict = verify_file(temporary, NO_ANCHORS)
    mine = next((s for s in verdict.signatures if s.field == field), None)
    if mine is None or not mine.intact or mine.covers is not Covers.WHOLE_FILE or mine.level != options.level:
        found = verdict.reason if mine is None else f"{mine.subindication} {mine.covers} {mine.level}"
        raise SelfCheckFailed(file=source, reason=found or verdict.verdict)
    content = hashlib.sha256()
    with temporary.open("rb") as made:
        while piece := made.read(_CHUNK):
            content.update(piece)
    return SignReceipt(
        source=str(source),
        output=str(out),
        sha256=content.hexdigest(),
        size=temporary.stat().st_size,
        field=field,
        level=options.level,
        signer=key.name,
        signed_at=signed_at,
        timestamp=mine.timestamp.time if mine.timestamp else None,
        algorithm=f"{mine.digest} {mine.algorithm}",
        stamp=() if stamp is None else stamp.lines,
    )
