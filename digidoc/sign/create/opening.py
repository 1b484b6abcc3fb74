"""Open a PDF for an incremental update, and find out whether and where it may be signed.

One writer serves all files: pyHanko's `IncrementalPdfFileWriter`. Of the 6 ms that a document takes it takes less
than 2, so a writer of our own for simple files would save little and be one more thing that can be wrong. It continues
tables of cross-references with tables and streams with streams, and it never rewrites a byte that is there.
"""

from pathlib import Path
from typing import IO, Any, Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, enumerate_sig_fields
from pyhanko.sign.general import SigningError as PyHankoSigningError

from digidoc.errors import PasswordNeeded, UnreadableFile
from digidoc.i18n import N_
from digidoc.sign.errors import NotAPdf, SigningForbidden

_HEADER_WITHIN: Final = 1024  # bytes; readers look for %PDF- there
_CHUNK: Final = 1 << 16  # small enough that its memory is used again, not given back each time


class UpdateWriter(IncrementalPdfFileWriter):
    """Writes an update with what a signature needs and nothing else.

    pyHanko would rewrite the document's metadata each time (date, producer). A signature is no edit, earlier signers
    did not agree to one, and an archive's PDF/A keeps metadata that agree with each other.
    """

    IO_CHUNK_SIZE = _CHUNK

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream, strict=False)

    def _update_meta(self) -> None:
        """Leave them as they are."""


def open_for_update(stream: IO[bytes], source: Path) -> UpdateWriter:
    """The writer of an update that is to follow the bytes of a stream.

    Raises:
        NotAPdf: no PDF.
        UnreadableFile: a broken one.
        PasswordNeeded: an encrypted one: nothing may be added to it without its password.

    """
    if b"%PDF-" not in stream.read(_HEADER_WITHIN):
        raise NotAPdf(file=source)
    stream.seek(0)
    try:
        writer = UpdateWriter(stream)
        encrypted = writer.prev.encrypted
    except Exception as error:
        # pyHanko lets many kinds through on a broken file (KeyError, ValueError, RecursionError …).
        raise UnreadableFile(file=source, reason=why(error)) from error
    if encrypted:
        raise PasswordNeeded(file=source)
    return writer


def free_field(writer: IncrementalPdfFileWriter) -> str:
    """A name that no field of the form has: Signature and the first free number."""
    taken = {name for name, _, _ in enumerate_sig_fields(writer.prev)} | _top_names(writer)
    number = 1
    while f"Signature{number}" in taken:
        number += 1
    return f"Signature{number}"


def _top_names(writer: IncrementalPdfFileWriter) -> set[str]:
    """Names of the fields that hang directly on the form, of whatever type."""
    form = _entry(writer.prev.root, "/AcroForm")
    fields = None if form is None else _entry(form, "/Fields")
    return {str(_entry(one.get_object(), "/T")) for one in fields or ()}


def check_permission(writer: IncrementalPdfFileWriter, field: str, visible: bool, source: Path) -> None:
    """Whether the signatures that are there allow a further one.

    A signature that certifies the document (/DocMDP) may forbid all changes; where it allows filling in and signing,
    a new field that is seen on the page is more than that. A signature may lock fields (/FieldMDP) that are not even
    there yet: all, or all but some. What a signature says in /Lock's /P counts like /DocMDP (ISO 32000-2, 12.7.5.5).

    Args:
        writer: of the update.
        field: name of the field that is to be added.
        visible: whether it is to be seen on the page.
        source: the file, for messages.

    Raises:
        SigningForbidden: they do not.

    """
    for _, value, _ in enumerate_sig_fields(writer.prev, filled_status=True):
        for one in _entry(value.get_object(), "/Reference") or ():
            reference = one.get_object()
            method = _entry(reference, "/TransformMethod")
            parameters = _entry(reference, "/TransformParams")
            if parameters is not None and _entry(parameters, "/P") == MDPPerm.NO_CHANGES.value:
                raise SigningForbidden(file=source, reason=N_("it does not allow any change"))
            if method == "/DocMDP" and visible:
                raise SigningForbidden(file=source, reason=N_("it does not allow a further visible signature"))
            if method == "/FieldMDP" and FieldMDPSpec.from_pdf_object(parameters).is_locked(field):
                raise SigningForbidden(file=source, reason=N_("it locks the fields of the form"))


def _entry(dictionary: Any, name: str) -> Any:
    """The value of an entry, references followed (pyHanko's `get` follows none); None when there is none."""
    try:
        return dictionary[name]
    except KeyError:
        return None


def why(error: BaseException) -> str:
    """The reason in few words; the kind of error is named where its text alone says nothing."""
    if isinstance(error, PdfReadError | PyHankoSigningError) and str(error):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
