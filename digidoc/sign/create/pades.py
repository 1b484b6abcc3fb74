"""Sign a PDF by PAdES as an incremental update, checked before the file gets its name."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from digidoc.clock import VIETNAM
from digidoc.errors import DigidocError, OutputExists, SigningError, UnreadableFile, from_os
from digidoc.i18n import N_
from digidoc.sign.algorithms import Scheme
from digidoc.sign.create.extend import add_document_timestamp, add_validation_data
from digidoc.sign.create.ltv import ValidationData
from digidoc.sign.create.opening import check_permission, free_field, open_for_update, why
from digidoc.sign.create.request import SignOptions, SignReceipt, check_request
from digidoc.sign.create.selfcheck import Written, check_written
from digidoc.sign.create.session import SigningSession
from digidoc.sign.create.timestamp import Timestamp
from digidoc.sign.errors import SelfCheckFailed, TimestampFailed, ValidationDataMissing
from digidoc.sign.keys.source import OpenKey
from digidoc.sign.stamp.stamp import Stamp, set_stamp
from digidoc.sign.trust.anchors import NO_ANCHORS
from digidoc.sign.validate.verdict import Covers
from digidoc.sign.validate.verify import verify_file

__all__ = ["SignOptions", "SignReceipt", "SigningSession", "sign_file"]

_CHUNK: Final = 1 << 16  # small enough that its memory is used again, not given back each time
# The whole verification reads a file into memory and renders its pages: one of this size proves the key as well as
# a larger one would, and a larger one would take more memory than signing may.
_PROOF_MOST_BYTES: Final = 8 << 20
_NAMES: Final = {
    Scheme.RSASSA_PSS: "rsassa_pss",
    Scheme.RSASSA_PKCS1: "rsassa_pkcs1v15",
    Scheme.ECDSA: "ecdsa",
}


def sign_file(
    source: Path, out: Path, key: OpenKey, options: SignOptions, batch: SigningSession | None = None
) -> SignReceipt:
    """Write `out`: the bytes of `source`, unchanged, and after them an update with the signature.

    The signed file is made beside `out` under another name, checked (see `check_written`; the first of a batch by
    the whole verification too), flushed to the disk and only then renamed, so that nothing half-made ever bears the
    name.

    Args:
        source: the PDF.
        out: the signed file; must not exist.
        key: that signs.
        options: how.
        batch: the session of a batch, made of the same key and options; None makes one for this file alone. Threads
            may share it.

    Raises:
        OutputExists: there is an `out` already.
        NotAPdf, UnreadableFile, PasswordNeeded: `source` is no PDF that can be updated.
        SigningForbidden: an earlier signature allows no further one.
        SigningError: it cannot be signed for another reason.
        TimestampFailed: B-T or more without an answer of the authority that is to be believed.
        ValidationDataMissing: B-LT or B-LTA without all that is needed to verify it later.
        SelfCheckFailed: what was written does not verify.
        KeyProblem: the key, its device or its service failed, or lacks the scheme.
        AuthorityMissing, OrganisationMissing, StampMixed, BadStampPlace: see `check_options`.
        StampImpossible: no font has the letters of the stamp.
        After all of these nothing is left behind.

    """
    if batch is None:
        check_request(source, out, options)
        with SigningSession(key, options) as session:
            return sign_file(source, out, key, options, session)
    if batch.key is not key or batch.options != options:
        raise ValueError("batch")
    check_request(source, out, options)
    signed_at = datetime.now(VIETNAM).replace(microsecond=0)
    try:
        with source.open("rb") as stream, _beside(out) as (temporary, made):
            done = _carry_out(stream, made, batch, signed_at, source)
            made.flush()
            sha256 = check_written(stream, made, done.written, batch, source)
            receipt = _receipt(source, out, done, batch, signed_at, made.seek(0, os.SEEK_END), sha256)
            if not batch.proven and receipt.size <= _PROOF_MOST_BYTES:
                _prove(temporary, receipt, source)
                batch.proven = True
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


@contextmanager
def _about(source: Path) -> Iterator[None]:
    """Errors of what is used here become sentences about the file."""
    try:
        yield
    except (TimestampFailed, ValidationDataMissing) as error:
        raise type(error)(file=source, **error.params) from error
    except (DigidocError, OSError):
        raise
    except PyHankoSigningError as error:
        raise SigningError(file=source, reason=why(error)) from error
    except (PdfError, KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # The file opened, but its pages or form are not what they should be.
        raise UnreadableFile(file=source, reason=why(error)) from error


@dataclass(frozen=True, slots=True)
class _Made:
    """What signing wrote, and what its receipt says of it."""

    written: Written
    timestamp: Timestamp | None
    stamp: Stamp | None


def _carry_out(stream: IO[bytes], made: IO[bytes], session: SigningSession, signed_at: datetime, source: Path) -> _Made:
    """Write the signed document to `made`, up to the level that is asked for."""
    options = session.options
    with _about(source):
        writer = open_for_update(stream, source)
        field = free_field(writer)
        check_permission(writer, field, options.stamp is not None, source)
        writer.register_extension(ESIC_EXTENSION_1)
        embedder, stamp = _set_field(writer, field, session, signed_at, source)
        next(embedder)
        embedder.send(SigObjSetup(_placeholder(session, signed_at)))
        prepared, _ = embedder.send(SigIOSetup(md_algorithm=options.digest, output=made, chunk_size=_CHUNK))
        content, timestamp = session.run(_sign_digest(session, prepared.document_digest))
        if len(content) > session.room:
            raise SigningError(
                file=source,
                reason=N_("signature, certificates and timestamp need more space than digidoc reserves for them"),
            )
        embedder.send(content)
        end = made.seek(0, os.SEEK_END)
        archive_field = None
        if timestamp is not None and options.level in ("B-LT", "B-LTA"):
            add_validation_data(made, session.run(_validation(session, timestamp)))
        if options.level == "B-LTA":
            archive_field = add_document_timestamp(made, session, source)
    return _Made(Written(field, end, timestamp is not None, archive_field), timestamp, stamp)


def _placeholder(session: SigningSession, signed_at: datetime) -> SignatureObject:
    """The signature dictionary; /M holds the time, which PAdES wants in no attribute."""
    return SignatureObject(
        timestamp=signed_at,
        subfilter=SigSeedSubFilter.PADES,
        name=session.key.name,
        location=session.options.location,
        reason=session.options.reason,
        bytes_reserved=2 * session.room,  # hexadecimal digits
    )


async def _sign_digest(session: SigningSession, digest: bytes) -> tuple[bytes, Timestamp | None]:
    """The CMS over a document's digest, and the timestamp in it."""
    template = session.template
    attributes = template.attributes(digest)
    value = await session.key.raw.sign(attributes, template.digest, template.scheme)
    timestamp = None
    if session.stamper is not None:
        timestamp = await session.stamper.stamp(hashlib.new(template.digest, value).digest(), template.digest)
    return template.assemble(attributes, value, None if timestamp is None else timestamp.token), timestamp


async def _validation(session: SigningSession, timestamp: Timestamp) -> list[ValidationData]:
    """What verifying signature and timestamp will take."""
    key = session.key
    others = {*key.chain, *timestamp.chain}
    return [
        await session.validation.collect(key.certificate, others),
        await session.validation.collect(timestamp.certificate, others),
    ]


def _prove(temporary: Path, receipt: SignReceipt, source: Path) -> None:
    """The whole verification of the signature that was just made, without trusting anyone."""
    verdict = verify_file(temporary, NO_ANCHORS)
    mine = next((s for s in verdict.signatures if s.field == receipt.field), None)
    covers = (Covers.WHOLE_FILE, Covers.REVISION) if receipt.level in ("B-LT", "B-LTA") else (Covers.WHOLE_FILE,)
    if mine is None or not mine.intact or mine.covers not in covers or mine.level != receipt.level:
        found = verdict.reason if mine is None else f"{mine.subindication} {mine.covers} {mine.level}"
        raise SelfCheckFailed(file=source, reason=found or verdict.verdict)


def _receipt(
    source: Path, out: Path, made: _Made, session: SigningSession, signed_at: datetime, size: int, sha256: str
) -> SignReceipt:
    stamp = made.stamp
    return SignReceipt(
        source=str(source),
        output=str(out),
        sha256=sha256,
        size=size,
        field=made.written.field,
        level=session.options.level,
        signer=session.key.name,
        signed_at=signed_at,
        timestamp=None if made.timestamp is None else made.timestamp.time,
        algorithm=f"{session.template.digest} {_NAMES[session.template.scheme]}",
        stamp=() if stamp is None else stamp.lines,
        stamp_page=None if stamp is None else stamp.page + 1,
    )


def _set_field(
    writer: IncrementalPdfFileWriter, field: str, session: SigningSession, signed_at: datetime, source: Path
) -> tuple[Any, Stamp | None]:
    """Add the signature field, with the stamp that is asked for; gives pyHanko's embedder for it."""
    if session.kit is None:
        return PdfCMSEmbedder(SigFieldSpec(field, on_page=0)).write_cms(field, writer), None
    stamp = set_stamp(writer, field, session.kit, source, signed_at, session.key.name)
    return PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True), stamp
