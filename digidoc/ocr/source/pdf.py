"""PDF files as sources: scans give their own pixels, everything else is rendered to be read."""

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name

from digidoc.errors import DigidocError, EmptyInput, PasswordNeeded, TooLarge, UnreadableFile
from digidoc.i18n import N_
from digidoc.model import PageText
from digidoc.ocr.source.contents import PdfContents
from digidoc.ocr.source.facts import read_facts
from digidoc.ocr.source.protocol import MAX_PAGES, Source
from digidoc.ocr.source.signed import is_signed
from digidoc.ocr.source.text_layer import Look, good_layer
from digidoc.pdf.bombs import PageGuard, refuse_bomb
from digidoc.pdf.content import PageContent, PlacedImage
from digidoc.pdf.geometry import MAX_SIDE, PageBox
from digidoc.pdf.image.pixels import capped
from digidoc.pdf.outline import OutlineEntry, read_outline
from digidoc.pdf.pdfium import PasswordWanted, PdfiumDocument, PdfiumError, PdfiumPage
from digidoc.pdf.rendering import on_page, only_image, render, upright
from digidoc.pdf.vector.drawing import draw
from digidoc.pdf.vector.look import PageLook, has_links, is_annotated, scan_of, unit_of

# What pdfium may keep of pages that are done, and what a page without images is taken to be of it.
_HELD_BYTES = 32 * 2**20
_PAGE_BYTES = 64 * 2**10


class PdfPage:
    """A page of a PDF; pdfium holds it only while something is asked of it."""

    def __init__(self, source: "PdfSource", index: int) -> None:
        self._source = source
        self.index = index

    @cached_property
    def _look(self) -> PageLook:
        return self._source.look(self.index)

    @property
    def dpi(self) -> tuple[float, float]:
        """See `SourcePage`."""
        return self._look.dpi

    @cached_property
    def text(self) -> PageText | None:
        """See `SourcePage`."""
        return self._source.text(self._look)

    def image(self) -> NDArray[np.uint8]:
        """See `SourcePage`."""
        return self._source.pixels(self._look)


class PdfSource(Source):
    """A PDF file.

    Raises:
        PasswordNeeded: it opens only with a password.
        UnreadableFile: neither pdfium nor pikepdf's repair can open it.
        EmptyInput: no pages.
        TooLarge: more than 10,000 pages.

    """

    media_type = "application/pdf"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._repaired: bytes | None = None
        refuse_bomb(path)
        self._guard = PageGuard(path)
        self._pike = self._open_pike()
        try:
            self._pdfium = self._open_pdfium()
            self.page_count = len(self._pdfium)
            if not self.page_count:
                raise EmptyInput(file=path)
            if self.page_count > MAX_PAGES:
                raise TooLarge(file=path, reason=N_("more than {pages} pages"), pages=MAX_PAGES)
            self.signed = is_signed(path, self._pike)
            self.info, attached = read_facts(path)
            self.notes = (*(f"attachment-left-out: {name}" for name in attached), *self._left_out())
            self.outline = self._outline()
        except DigidocError:
            self.close()
            raise
        self._looks: dict[int, PageLook] = {}
        self._layered: dict[int, bool] = {}
        self._contents = PdfContents(self._pike_page, self._loaded, self._has_layer)
        self._held = 0

    def _open_pike(self) -> pikepdf.Pdf | None:
        try:
            # Not mapped into memory, where every byte that was once read would count as the worker's.
            return pikepdf.open(self.path, access_mode=pikepdf.AccessMode.stream)
        except pikepdf.PasswordError:
            raise PasswordNeeded(file=self.path) from None
        except Exception:  # noqa: BLE001 (then pdfium's opinion counts; qpdf raises RuntimeError on fuzzed files too)
            return None

    def _open_pdfium(self) -> PdfiumDocument:
        try:
            return PdfiumDocument(self.path if self._repaired is None else self._repaired)
        except PasswordWanted:
            raise PasswordNeeded(file=self.path) from None
        except PdfiumError as error:
            return self._open_repaired(error)

    def _open_repaired(self, error: Exception) -> PdfiumDocument:
        if self._pike is None:
            raise UnreadableFile(
                file=self.path, reason=N_("it is not a PDF, or one that cannot be repaired")
            ) from error
        try:
            written = io.BytesIO()
            self._pike.save(written)
            self._repaired = written.getvalue()
            return PdfiumDocument(self._repaired)
        except Exception as again:
            reason = N_("its pages cannot be shown, even after a repair")
            raise UnreadableFile(file=self.path, reason=reason) from again

    def _left_out(self) -> tuple[str, ...]:
        if self._pike is None:
            return ()
        root = self._pike.Root
        names = root.get("/Names")
        form = root.get("/AcroForm")
        found = []
        if (isinstance(names, Dictionary) and "/JavaScript" in names) or "/AA" in root:
            found.append("actions-left-out: PDF/A allows no scripts")
        if isinstance(form, Dictionary) and isinstance(form.get("/Fields"), Array) and len(form.Fields):
            found.append("form-left-out: the filled fields are drawn on the page")
        if has_links(self._pike):
            found.append("links-left-out: their words stay")
        return tuple(found)

    def _outline(self) -> tuple[OutlineEntry, ...]:
        if self._pike is None or len(self._pike.pages) != self.page_count:
            return ()
        try:
            return read_outline(self._pike)
        except Exception:  # noqa: BLE001 (fuzzed outlines raise anything; the pages are what matters)
            return ()

    def pages(self) -> Iterator[PdfPage]:
        """See `Source`."""
        for index in range(self.page_count):
            yield PdfPage(self, index)

    @contextmanager
    def _loaded(self, index: int) -> Iterator[PdfiumPage]:
        with ExitStack() as stack:
            try:
                page = stack.enter_context(self._pdfium.page(index))
            except PdfiumError as error:
                reason = N_("page {page} cannot be shown")
                raise UnreadableFile(file=self.path, reason=reason, page=index + 1) from error
            yield page

    def look(self, index: int) -> PageLook:
        """What there is to know of a page without decoding it; kept, for it is small."""
        if index not in self._looks:
            self._let_go()
            self._looks[index] = self._looked(index)
            self._held += _weight(self._looks[index])
        return self._looks[index]

    def _let_go(self) -> None:
        """Open the document anew when pdfium holds much: it keeps every stream that a page once showed."""
        if self._held < _HELD_BYTES:
            return
        self._pdfium.close()
        self._pdfium = self._open_pdfium()
        self._held = 0

    def _looked(self, index: int) -> PageLook:
        page = self._pike_page(index)
        if page is not None:
            # Before pdfium loads the page, which follows all that it draws.
            self._guard.check(page, index + 1)
        with self._loaded(index) as shown:
            geometry = PageBox(shown.box, shown.rotate, unit_of(page))
        if max(geometry.size) > MAX_SIDE * geometry.unit or min(geometry.size) <= 0:
            sides = " x ".join(f"{side / 72:.0f}" for side in geometry.size)
            raise TooLarge(file=self.path, reason=N_("page {page} claims {sides} inches"), page=index + 1, sides=sides)
        if page is None:
            return PageLook(index, geometry, None, annotated=True, scan=None)
        drawing = draw(page, geometry.box, layers_hidden=self._layers_hidden)
        return PageLook(index, geometry, drawing, is_annotated(page), scan_of(drawing, geometry))

    @cached_property
    def _layers_hidden(self) -> bool:
        """Whether optional content (ISO 32000-1, 8.11) may be switched off when the document is opened."""
        layers = self._pike.Root.get("/OCProperties") if self._pike is not None else None
        usual = layers.get("/D") if isinstance(layers, Dictionary) else None
        if not isinstance(usual, Dictionary):
            return isinstance(layers, Dictionary)
        off = usual.get("/OFF")
        return (isinstance(off, Array) and len(off) > 0) or usual.get("/BaseState", Name.ON) != Name.ON

    def _pike_page(self, index: int) -> pikepdf.Page | None:
        if self._pike is None:
            return None
        try:
            return self._pike.pages[index] if len(self._pike.pages) == self.page_count else None
        except Exception:  # noqa: BLE001 (a page tree that only pdfium can follow)
            return None

    def text(self, look: PageLook) -> PageText | None:
        """The page's text layer if it is good."""
        drawing = look.drawing
        images = drawing.images if drawing is not None else []
        share = max((image.share_of(look.geometry.box) for image in images), default=0.0)
        hidden = drawing is not None and not drawing.cut and not drawing.texts
        given = Look(look.geometry.to_points, look.geometry.size, look.pixels, look.dpi, share, hidden)
        with self._loaded(look.index) as page:
            found = good_layer(page, given)
        self._layered[look.index] = found is not None
        return found

    def pixels(self, look: PageLook) -> NDArray[np.uint8]:
        """The page as displayed."""
        with self._loaded(look.index) as page:
            stored = only_image(page) if look.exact else None
            if stored is None or look.scan is None or not _same_size(stored, look.scan):
                return render(page, look.pixels)
        placed = look.scan.matrix
        left = min(placed[4], placed[4] + placed[0] + placed[2])
        top = max(placed[5], placed[5] + placed[1] + placed[3])
        x, y = look.native_dpi
        corner = round(left / 72 * x), round((look.geometry.size[1] - top) / 72 * y)
        whole = on_page(upright(stored, placed), *corner, look.full_size)
        return capped(whole)

    def content(self, index: int) -> PageContent:
        """See `Source`."""
        return self._contents.of(self.look(index))

    def _has_layer(self, look: PageLook) -> bool:
        if look.index not in self._layered:
            self.text(look)
        return self._layered[look.index]

    def close(self) -> None:
        """See `Source`."""
        found = getattr(self, "_pdfium", None)
        if found is not None:
            found.close()
        if self._pike is not None:
            self._pike.close()


def _same_size(pixels: NDArray[np.uint8], scan: PlacedImage) -> bool:
    image = scan.image
    if not isinstance(image, pikepdf.Object):
        return False
    return pixels.shape[:2] == (int(image.get("/Height", 0)), int(image.get("/Width", 0)))


def _weight(look: PageLook) -> int:
    """About how many bytes pdfium keeps of a page that it has shown."""
    images = look.drawing.images if look.drawing is not None else []
    return _PAGE_BYTES + sum(int(found.image.get("/Length", 0)) for found in images)
