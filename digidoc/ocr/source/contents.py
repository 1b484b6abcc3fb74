"""What the searchable PDF shows of a page of a PDF: its images as they are, its own drawing, or a picture of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pikepdf
from pikepdf import Name

from digidoc.pdf.content import PageContent, PlacedImage
from digidoc.pdf.geometry import legal_size, multiply
from digidoc.pdf.image.recode import rendered
from digidoc.pdf.image.xobject import filters, why_not_raw
from digidoc.pdf.pdfium import PdfiumPage
from digidoc.pdf.rendering import render
from digidoc.pdf.vector.annotations import pictures, places
from digidoc.pdf.vector.drawing import Drawing, DrawnImage
from digidoc.pdf.vector.look import PageLook
from digidoc.pdf.vector.page import VectorPages, vector_notes
from digidoc.pdf.vector.refusal import NotVectorError


class PdfContents:
    """The pages of one document.

    Args:
        page_of: a page by its number from 0 as pikepdf has it, or None where only pdfium can follow the file.
        loaded: the same page in pdfium, for as long as it is needed.
        has_layer: whether a page's own text is good, and kept.

    """

    def __init__(
        self,
        page_of: Callable[[int], pikepdf.Page | None],
        loaded: Callable[[int], AbstractContextManager[PdfiumPage]],
        has_layer: Callable[[PageLook], bool],
    ) -> None:
        self._page_of = page_of
        self._loaded = loaded
        self._has_layer = has_layer
        self._vectors = VectorPages()

    def of(self, look: PageLook) -> PageContent:
        """Images of a page of images are copied raw; another page keeps its own drawing, or becomes a picture."""
        try:
            found = self._kept(look)
            return self._with_annotations(look, found) if look.annotated else found
        except NotVectorError as reason:
            size = legal_size(look.geometry.size)
            with self._loaded(look.index) as shown:
                image = PlacedImage(rendered(render(shown, look.pixels)), (size[0], 0.0, 0.0, size[1], 0.0, 0.0))
            note = f"rendered: the page became an image of {round(max(look.dpi))} dpi, for {reason}"
            return PageContent(size, (image,), (note,))

    def _followed(self, look: PageLook) -> pikepdf.Page:
        page = self._page_of(look.index)
        if page is None:
            raise NotVectorError("structure", "only pdfium can follow it")
        return page

    def _kept(self, look: PageLook) -> PageContent:
        """The page without its annotations, as it is.

        Raises:
            NotVectorError: it has to become a picture.

        """
        size = legal_size(look.geometry.size)
        if look.drawing is not None and _is_raw(look.drawing):
            to_page = look.geometry.to_points
            images = tuple(PlacedImage(found.image, multiply(found.matrix, to_page)) for found in look.drawing.images)
            return PageContent(size, images, _changes(look.drawing.images))
        vector = self._vectors.page(self._followed(look), look, layered=self._has_layer(look))
        return PageContent(size, (), vector_notes(vector), vector)

    def _with_annotations(self, look: PageLook, found: PageContent) -> PageContent:
        """The page with a picture of each annotation over it.

        Raises:
            NotVectorError: the whole page is the better picture.

        """
        boxes = places(self._followed(look), look.geometry, look.pixels)
        if not boxes:
            return found
        with self._loaded(look.index) as shown:
            over = pictures(render(shown, look.pixels), boxes, found.size)
        note = f"rendered: {len(boxes)} annotations or fields became images of {round(max(look.dpi))} dpi"
        return replace(found, images=(*found.images, *over), notes=(*found.notes, note))


def _is_raw(drawing: Drawing) -> bool:
    """Whether the page is nothing but images that may be copied raw, or nothing at all."""
    return drawing.blank or (drawing.only_images and not any(why_not_raw(found.image) for found in drawing.images))


def _changes(images: list[DrawnImage]) -> tuple[str, ...]:
    notes: list[str] = []
    if any("/LZWDecode" in filters(found.image) for found in images):
        notes.append("recoded: PDF/A forbids LZW; the pixels are kept by Flate")
    if any(found.image.get("/ColorSpace") == Name.DeviceCMYK for found in images):
        notes.append("cmyk-without-profile: shown by digidoc's own CMYK profile; the image is untouched")
    return tuple(notes)
