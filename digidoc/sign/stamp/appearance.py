"""Puts the stamp into a file by pyHanko's writer: its objects, and the signature field with its widget."""

import re
from typing import Any, Final

from pyhanko.pdf_utils import generic as untyped
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import ensure_sig_flags, prepare_sig_field

from digidoc.pdf.geometry import Rectangle
from digidoc.pdf.objects import Stream, indirect_in, written
from digidoc.sign.stamp.page import value_of

# pyHanko's object classes carry no annotations.
generic: Any = untyped
_PDFA: Final = b"http://www.aiim.org/pdfa/ns/id/"
# As an attribute or as an element, which may declare its own namespace.
_PDFA_PART: Final = re.compile(rb"pdfaid:part(?:\s*=\s*[\"']|[^<>]*>)\s*([1-4])")


class _Ready(untyped.PdfObject):
    """An object whose bytes are there already."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def write_to_stream(self, stream: Any, handler: Any = None, container_ref: Any = None) -> None:  # noqa: ARG002 (pyHanko's signature; nothing is encrypted here)
        """Write the bytes as they are."""
        stream.write(self.content)


def add_objects(writer: IncrementalPdfFileWriter, drawing: Stream) -> Any:
    """Store a drawing and all that it needs; gives its reference."""
    references: dict[int, Any] = {}
    for one in indirect_in(drawing):
        content = written(one, lambda other: int(references[id(other)].idnum))
        references[id(one)] = writer.add_object(_Ready(content))
    return references[id(drawing)]


def add_field(
    writer: IncrementalPdfFileWriter, name: str, page: int, rect: Rectangle, rotate: int, appearance: Any
) -> None:
    """A new signature field with one widget: printed and locked, its appearance upright on the turned page.

    Args:
        writer: of the file.
        name: of the field; none of this name is there yet.
        page: number, from 0.
        rect: left, bottom, right, top in user space.
        rotate: degrees clockwise by which the page is turned when shown.
        appearance: reference of the form XObject.

    """
    pages: Any = writer  # pyHanko's writers carry no annotations here
    reference = pages.find_page_for_modification(page)[0]
    _, field = prepare_sig_field(
        name, writer.root, update_writer=writer, box=tuple(round(edge, 3) for edge in rect), include_on_page=reference
    )
    ensure_sig_flags(writer=writer, lock_sig_flags=False)
    widget = field.get_object()
    widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): appearance})
    if rotate:
        turned = generic.DictionaryObject({pdf_name("/R"): generic.NumberObject(rotate)})
        widget[pdf_name("/MK")] = turned


def may_be_transparent(root: Any) -> bool:
    """Whether a soft mask breaks nothing that the file promises.

    PDF/A-1 forbids transparency (ISO 19005-1, 6.4). PDF/A-2 and 3 ask for an output intent, or for a /Group in the page
    (ISO 19005-2, 6.2.10), and the page is not to be rewritten for a signature.
    """
    part = _pdfa_part(root)
    intents = value_of(root, "/OutputIntents") or ()
    return part is None or (part > 1 and any(value_of(intent.get_object(), "/S") == "/GTS_PDFA1" for intent in intents))


def _pdfa_part(root: Any) -> int | None:
    metadata = value_of(root, "/Metadata")
    if not isinstance(metadata, generic.StreamObject) or _PDFA not in metadata.data:
        return None
    found = _PDFA_PART.search(metadata.data)
    return int(found[1]) if found else 1  # under another prefix; what part 1 allows, all parts do
