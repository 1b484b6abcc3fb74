"""Pages of a PDF that may keep their own drawing, and why the others may not."""

import pikepdf

from digidoc.pdf.geometry import MAX_SIDE, MIN_SIDE
from digidoc.pdf.vector.check import VectorCheck
from digidoc.pdf.vector.look import PageLook
from digidoc.pdf.vector.refusal import NotVectorError
from digidoc.pdf.vector.values import VectorPage


class VectorPages:
    """The pages of one source."""

    def __init__(self) -> None:
        self._check = VectorCheck()

    def page(self, page: pikepdf.Page, look: PageLook, *, layered: bool) -> VectorPage:
        """The page as it may be copied; its annotations are not looked at.

        Args:
            page: of the source.
            look: what is known of it.
            layered: whether its text layer is good, and kept: then no text is laid over it.

        Raises:
            NotVectorError: it has to become a picture.

        """
        sides = look.geometry.size
        if look.geometry.unit != 1 or min(sides) < MIN_SIDE or max(sides) > MAX_SIDE:
            raise NotVectorError("page-size")
        if look.drawing is None or look.drawing.cut:
            raise NotVectorError("content", "it cannot be followed")
        drawn = self._check.page(page)
        shown = drawn.shown
        if shown.visible and shown.invisible:
            raise NotVectorError("text-twice", "visible and invisible text")
        if not layered and (shown.visible or shown.invisible):
            raise NotVectorError("text-not-good", "its own text cannot be kept, and would stand there twice")
        if drawn.unclosed is None and (look.annotated or not layered):
            raise NotVectorError("content", "graphics states closed that were never opened")
        return VectorPage(page, look.geometry, drawn, self._check.forms)


def vector_notes(vector: VectorPage) -> tuple[str, ...]:
    """What of the page had to be said or packed otherwise: codes and details."""
    shown = vector.drawn.shown
    notes: list[str] = []
    if shown.repacked:
        notes.append("recoded: PDF/A forbids LZW; the same data are kept by Flate")
    if shown.cmyk:
        notes.append("cmyk-without-profile: shown by digidoc's own CMYK profile; the drawing is untouched")
    return tuple(notes)
