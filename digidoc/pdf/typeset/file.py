"""Pages as a PDF/A-2u file."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

import pikepdf
from pikepdf import Array, Dictionary, Name

from digidoc import AGENT
from digidoc.i18n import current
from digidoc.pdf.font.face import Face
from digidoc.pdf.image.embed import Embedder
from digidoc.pdf.image.encoded import EncodedImage
from digidoc.pdf.objects import add_to
from digidoc.pdf.pdfa import DocumentInfo, pdf_date, save, write_metadata
from digidoc.pdf.typeset.blocks import Picture
from digidoc.pdf.typeset.sheet import Sheet


def pdf_a(sheets: Sequence[Sheet], faces: Mapping[bool, Face], title: str, made: datetime) -> bytes:
    """The file.

    Args:
        sheets: its pages.
        faces: the typefaces that they use, by whether they are bold.
        title: of the document.
        made: when, with a time zone.

    """
    out = io.BytesIO()
    with pikepdf.new() as document:
        regular, bold = (add_to(document, faces[is_bold].embedded().dictionary()) for is_bold in (False, True))
        images = Embedder(document)
        for sheet in sheets:
            pictures = {f"/{name}": images.embed(_image(picture)) for name, picture in sheet.pictures.items()}
            page = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, sheet.paper.width, sheet.paper.height]),
                Resources=Dictionary(Font=Dictionary(FR=regular, FB=bold), XObject=Dictionary(pictures)),
                Contents=document.make_stream(sheet.content),
            )
            document.pages.append(pikepdf.Page(page))
        document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        write_metadata(document, DocumentInfo(title=title, creator=AGENT, created=pdf_date(made)), current())
        save(document, out)
    return out.getvalue()


def _image(picture: Picture) -> EncodedImage:
    return EncodedImage(picture.jpeg, picture.width, picture.height, colors=3, bits=8, filter="DCTDecode")
