"""From B-T to B-LT and B-LTA: add validation data to a signed file, then a timestamp over all of it.

Both are incremental updates of their own (ETSI EN 319 142-1, 6.3), so that the timestamp covers the data.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final

from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from digidoc.i18n import N_
from digidoc.sign.create.ltv import ValidationData
from digidoc.sign.create.opening import UpdateWriter, free_field
from digidoc.sign.create.session import SigningSession
from digidoc.sign.errors import TimestampFailed

_CHUNK: Final = 1 << 16  # small enough that its memory is used again, not given back each time


def add_validation_data(made: IO[bytes], found: Iterable[ValidationData]) -> None:
    """Append a document security store with certificates, OCSP responses and CRLs, each once.

    There are no /VRI entries: they would say nothing that the store does not, and rewriting them at the next
    signature makes verifiers suspicious.
    """
    writer: Any = UpdateWriter(made)  # pyHanko's writers carry no annotations here
    data = list(found)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[certificate for one in data for certificate in one.certificates],
        ocsps=[ocsp for one in data for ocsp in one.ocsps],
        crls=[crl for one in data for crl in one.crls],
    )
    writer.register_extension(ESIC_EXTENSION_1)
    writer.write_in_place()


def add_document_timestamp(made: IO[bytes], session: SigningSession, source: Path) -> str:
    """Append a timestamp over the whole file; gives its field's name.

    Raises:
        TimestampFailed: the authority gave none that is to be believed.

    """
    writer = UpdateWriter(made)
    field = free_field(writer)
    embedder: Any = PdfCMSEmbedder(SigFieldSpec(field, on_page=0)).write_cms(field, writer)
    next(embedder)
    placeholder: Any = DocumentTimestamp
    embedder.send(SigObjSetup(placeholder(bytes_reserved=2 * session.token_room)))
    digest = session.options.digest
    prepared, _ = embedder.send(SigIOSetup(md_algorithm=digest, in_place=True, chunk_size=_CHUNK))
    assert session.stamper is not None  # noqa: S101 (`check_options`: B-LTA has an authority)
    stamp = session.run(session.stamper.stamp(prepared.document_digest, digest))
    if len(stamp.token) > session.token_room:
        raise TimestampFailed(file=source, url=session.stamper.url, reason=N_("its answer is too long"))
    embedder.send(stamp.token)
    return field
