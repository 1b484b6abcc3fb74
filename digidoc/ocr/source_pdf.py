"""PDF files as sources: scans give their own pixels, everything else is rendered."""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name
from pypdfium2 import raw

from digidoc.errors import DigidocError, EmptyInput, PasswordNeeded, TooLarge, UnreadableFile
from digidoc.model import PageText
from digidoc.ocr.content import MAX_SIDE, MIN_SIDE, Matrix, PageContent, PlacedImage, multiply
from digidoc.ocr.drawn import Drawing, DrawnImage, Rect, draw
from digidoc.ocr.encode import rendered
from digidoc.ocr.outline import OutlineEntry, read_outline
from digidoc.ocr.pdf_facts import read_facts
from digidoc.ocr.pdf_raw import MAX_DECODED_BYTES, decoded_bytes, filters, why_not_raw
from digidoc.ocr.pixels import capped, capped_size
from digidoc.ocr.rendering import PAGE_DPI, on_page, only_image, render, render_size, upright
from digidoc.ocr.signed import is_signed
from digidoc.ocr.source import MAX_PAGES, Source
from digidoc.ocr.textlayer import Look, good_layer

# A page is a scan when its one image covers so much of it.
_SCAN_COVERS = 0.5
_ROTATIONS = (0, 90, 180, 270)
# ISO 32000-1, table 165: hidden, and not to be viewed on screen.
_NOT_SEEN = 2 | 32
_UNSEEN_KINDS = (Name.Link, Name.Popup)


@dataclass(frozen=True, slots=True)
class _Geometry:
    """A page's visible box in user space, its /Rotate, and its size as displayed in points of 1/72 inch."""

    box: Rect
    rotation: int
    unit: float

    @property
    def size(self) -> tuple[float, float]:
        width, height = (self.box[2] - self.box[0]) * self.unit, (self.box[3] - self.box[1]) * self.unit
        return (height, width) if self.rotation in (90, 270) else (width, height)

    @property
    def to_displayed(self) -> Matrix:
        """From user space to the page as displayed, y upwards."""
        x0, y0, x1, y1 = self.box
        turned: Matrix = {
            0: (1.0, 0.0, 0.0, 1.0, -x0, -y0),
            90: (0.0, -1.0, 1.0, 0.0, -y0, x1),
            180: (-1.0, 0.0, 0.0, -1.0, x1, y1),
            270: (0.0, 1.0, -1.0, 0.0, y1, -x0),
        }[self.rotation]
        return multiply(turned, (self.unit, 0.0, 0.0, self.unit, 0.0, 0.0))


class PdfPage:
    """A page of a PDF; pdfium holds it only while something is asked of it."""

    def __init__(self, source: "PdfSource", index: int) -> None:
        self._source = source
        self.index = index

    @cached_property
    def _look(self) -> "PageLook":
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


@dataclass(frozen=True, slots=True)
class PageLook:
    """What is known of a page without decoding it.

    Attributes:
        index: from 0.
        geometry: box, rotation, size.
        drawing: what its content draws; None when pikepdf cannot follow.
        annotated: whether annotations or filled fields can be seen on it.
        scan: the one image that is the page, if it is a scan; its matrix goes to the page as displayed.

    """

    index: int
    geometry: _Geometry
    drawing: Drawing | None
    annotated: bool
    scan: PlacedImage | None

    @property
    def native_dpi(self) -> tuple[float, float]:
        """Pixels an inch of the scan, before the limit of 40 megapixels; 300 of pages that are none."""
        if self.scan is None:
            return PAGE_DPI, PAGE_DPI
        return _dpi_of(self.scan)

    @property
    def exact(self) -> bool:
        """Whether the page's pixels are those of its scan: upright or in quarter turns, and nothing drawn over it."""
        if self.scan is None or self.annotated or self.drawing is None or not self.drawing.only_images:
            return False
        a, b, c, d = self.scan.matrix[:4]
        small, large = sorted((abs(a) + abs(d), abs(b) + abs(c)))
        return small < large * 1e-4 and not _is_stencil(self.scan)

    @property
    def full_size(self) -> tuple[int, int]:
        """Pixels of the page as displayed, before the limit."""
        width, height = self.geometry.size
        x, y = self.native_dpi
        return max(1, round(width / 72 * x)), max(1, round(height / 72 * y))

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the image that is handed out."""
        if self.exact:
            return capped_size(*self.full_size)
        return render_size(self.geometry.size, self.native_dpi)

    @property
    def dpi(self) -> tuple[float, float]:
        """Pixels an inch of the image that is handed out."""
        width, height = self.geometry.size
        return self.pixels[0] / (width / 72), self.pixels[1] / (height / 72)


def _is_stencil(placed: PlacedImage) -> bool:
    return isinstance(placed.image, pikepdf.Object) and bool(placed.image.get("/ImageMask", False))


def _dpi_of(placed: PlacedImage) -> tuple[float, float]:
    """Pixels an inch, horizontally and vertically as displayed."""
    a, b, c, d = placed.matrix[:4]
    image = placed.image
    if not isinstance(image, pikepdf.Object):
        return PAGE_DPI, PAGE_DPI
    along = int(image.get("/Width", 1)) / max(math.hypot(a, b) / 72, 1e-6)
    down = int(image.get("/Height", 1)) / max(math.hypot(c, d) / 72, 1e-6)
    return (along, down) if abs(a) >= abs(b) else (down, along)


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
        self._pike = self._open_pike()
        try:
            self._pdfium = self._open_pdfium()
            self.page_count = len(self._pdfium)
            if not self.page_count:
                raise EmptyInput(file=path)
            if self.page_count > MAX_PAGES:
                raise TooLarge(file=path, reason=f"more than {MAX_PAGES} pages")
            self.signed = is_signed(path, self._pike)
            self.info, attached = read_facts(path)
            self.notes = (*(f"attachment-left-out: {name}" for name in attached), *self._left_out())
            self.outline = self._outline()
        except DigidocError:
            self.close()
            raise
        self._looks: dict[int, PageLook] = {}

    def _open_pike(self) -> pikepdf.Pdf | None:
        try:
            return pikepdf.open(self.path)
        except pikepdf.PasswordError:
            raise PasswordNeeded(file=self.path) from None
        except Exception:  # noqa: BLE001 (then pdfium's opinion counts; qpdf raises RuntimeError on fuzzed files too)
            return None

    def _open_pdfium(self) -> pdfium.PdfDocument:
        try:
            found = pdfium.PdfDocument(self.path)
        except pdfium.PdfiumError as error:
            if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
                raise PasswordNeeded(file=self.path) from None
            found = self._repaired(error)
        # Filled fields are drawn by pdfium's form module, which must be there before the first page is loaded.
        if found.get_formtype() in (raw.FORMTYPE_ACRO_FORM,):
            found.init_forms()
        return found

    def _repaired(self, error: Exception) -> pdfium.PdfDocument:
        if self._pike is None:
            raise UnreadableFile(file=self.path, reason="it is no PDF that can be repaired") from error
        try:
            mended = io.BytesIO()
            self._pike.save(mended)
            return pdfium.PdfDocument(mended.getvalue())
        except Exception as again:
            raise UnreadableFile(file=self.path, reason="its pages cannot be shown, even after a repair") from again

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
    def _loaded(self, index: int) -> Iterator[pdfium.PdfPage]:
        try:
            page = self._pdfium[index]
        except pdfium.PdfiumError as error:
            raise UnreadableFile(file=self.path, reason=f"page {index + 1} cannot be shown") from error
        try:
            yield page
        finally:
            page.close()

    def look(self, index: int) -> PageLook:
        """What there is to know of a page without decoding it; kept, for it is small."""
        if index not in self._looks:
            self._looks[index] = self._looked(index)
        return self._looks[index]

    def _looked(self, index: int) -> PageLook:
        page = self._pike_page(index)
        with self._loaded(index) as shown:
            box = _box_of(shown)
            rotation = shown.get_rotation()
        unit = _unit_of(page)
        geometry = _Geometry(box, rotation if rotation in _ROTATIONS else 0, unit)
        if max(geometry.size) > MAX_SIDE * unit or min(geometry.size) <= 0:
            sides = " x ".join(f"{side / 72:.0f}" for side in geometry.size)
            raise TooLarge(file=self.path, reason=f"page {index + 1} claims {sides} inches")
        if page is None:
            return PageLook(index, geometry, None, annotated=True, scan=None)
        drawing = draw(page, box, layers_hidden=self._layers_hidden)
        for found in drawing.images:
            if decoded_bytes(found.image) > MAX_DECODED_BYTES:
                raise TooLarge(file=self.path, reason=f"an image on page {index + 1} would not fit in memory")
        return PageLook(index, geometry, drawing, _is_annotated(page), _scan_of(drawing, geometry))

    @cached_property
    def _layers_hidden(self) -> bool:
        """Whether optional content (ISO 32000-1, 8.11) may be switched off when the document is opened."""
        layers = self._pike.Root.get("/OCProperties") if self._pike is not None else None
        usual = layers.get("/D") if isinstance(layers, Dictionary) else None
        if not isinstance(usual, Dictionary):
            return isinstance(layers, Dictionary)
        return bool(len(usual.get("/OFF", []))) or usual.get("/BaseState", Name.ON) != Name.ON

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
        given = Look(look.geometry.to_displayed, look.geometry.size, look.pixels, look.dpi, share, hidden)
        with self._loaded(look.index) as page:
            return good_layer(page, given)

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

    def content(self, index: int, *, keep_text: bool) -> PageContent:  # noqa: ARG002 (kept text is written like read text)
        """See `Source`. Images of a page of images are copied raw; any other page becomes an image."""
        look = self.look(index)
        size = _legal_size(look.geometry.size)
        reason = self._why_not_raw(look)
        if look.drawing is None or reason:
            with self._loaded(index) as page:
                pixels = render(page, look.pixels)
            image = PlacedImage(rendered(pixels), (size[0], 0.0, 0.0, size[1], 0.0, 0.0))
            dpi = round(max(look.dpi))
            return PageContent(size, (image,), (f"rendered: the page became an image of {dpi} dpi, for {reason}",))
        to_page = look.geometry.to_displayed
        images = tuple(PlacedImage(found.image, multiply(found.matrix, to_page)) for found in look.drawing.images)
        return PageContent(size, images, _changes(look.drawing.images))

    @staticmethod
    def _why_not_raw(look: PageLook) -> str:
        drawing = look.drawing
        if drawing is None or drawing.cut:
            return "its content cannot be followed"
        if look.annotated:
            return "annotations or fields on it"
        if drawing.blank:
            return ""
        if drawing.texts or drawing.paths:
            return "text or drawings on it"
        if not drawing.plain:
            return "transparency, clipping or layers"
        return next((f"an image with {why}" for found in drawing.images if (why := why_not_raw(found.image))), "")

    def close(self) -> None:
        """See `Source`."""
        found = getattr(self, "_pdfium", None)
        if found is not None:
            found.close()
        if self._pike is not None:
            self._pike.close()


def _box_of(page: pdfium.PdfPage) -> Rect:
    """The crop box within the media box, as pdfium shows it."""
    left, bottom, right, top = page.get_bbox()
    return left, bottom, right, top


def _unit_of(page: pikepdf.Page | None) -> float:
    """/UserUnit (ISO 32000-1, 7.7.3.3), which pdfium leaves out of its sizes."""
    try:
        unit = float(page.obj.get("/UserUnit", 1)) if page is not None else 1.0
    except (TypeError, ValueError):
        return 1.0
    return unit if 0 < unit <= 75000 else 1.0  # noqa: PLR2004 (ISO 32000-1, annex C)


def _is_annotated(page: pikepdf.Page) -> bool:
    try:
        return any(_is_seen(annotation) for annotation in page.obj.get("/Annots", []))
    except Exception:  # noqa: BLE001 (a broken list: the page is rendered then, with whatever can be seen)
        return True


def _is_seen(annotation: pikepdf.Object) -> bool:
    if not isinstance(annotation, Dictionary) or annotation.get("/Subtype") in _UNSEEN_KINDS:
        return False
    return not int(annotation.get("/F", 0)) & _NOT_SEEN


def _scan_of(drawing: Drawing, geometry: _Geometry) -> PlacedImage | None:
    if drawing.cut or len(drawing.images) != 1 or drawing.images[0].share_of(geometry.box) < _SCAN_COVERS:
        return None
    found = drawing.images[0]
    return PlacedImage(found.image, multiply(found.matrix, geometry.to_displayed))


def _same_size(pixels: NDArray[np.uint8], scan: PlacedImage) -> bool:
    image = scan.image
    if not isinstance(image, pikepdf.Object):
        return False
    return pixels.shape[:2] == (int(image.get("/Height", 0)), int(image.get("/Width", 0)))


def _legal_size(size: tuple[float, float]) -> tuple[float, float]:
    return min(max(size[0], MIN_SIDE), MAX_SIDE), min(max(size[1], MIN_SIDE), MAX_SIDE)


def _changes(images: list[DrawnImage]) -> tuple[str, ...]:
    notes: list[str] = []
    if any("/LZWDecode" in filters(found.image) for found in images):
        notes.append("recoded: PDF/A forbids LZW; the pixels are kept by Flate")
    if any(found.image.get("/ColorSpace") == Name.DeviceCMYK for found in images):
        notes.append("cmyk-without-profile: shown by digidoc's own CMYK profile; the image is untouched")
    return tuple(notes)
