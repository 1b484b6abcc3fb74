"""What is known of a page of a PDF before any pixel is decoded: where it lies, what it draws, how fine it is."""

import math
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name

from digidoc.pdf.content import PlacedImage
from digidoc.pdf.geometry import PageBox, multiply
from digidoc.pdf.image.pixels import capped_size
from digidoc.pdf.rendering import PAGE_DPI, render_size
from digidoc.pdf.vector.drawing import Drawing

# A page is a scan when its one image covers so much of it.
_SCAN_COVERS = 0.5
# ISO 32000-1, table 165: hidden, and not to be viewed on screen.
_NOT_SEEN = 2 | 32
_UNSEEN_KINDS = (Name.Link, Name.Popup)


@dataclass(frozen=True, slots=True)
class PageLook:
    """What is known of a page without decoding it.

    Attributes:
        index: from 0.
        geometry: how it is shown.
        drawing: what its content draws; None when pikepdf cannot follow.
        annotated: whether annotations or filled fields can be seen on it.
        scan: the one image that is the page, if it is a scan; its matrix goes to the page as displayed.

    """

    index: int
    geometry: PageBox
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


def unit_of(page: pikepdf.Page | None) -> float:
    """/UserUnit (ISO 32000-1, 7.7.3.3), which pdfium leaves out of its sizes."""
    try:
        unit = float(page.obj.get("/UserUnit", 1)) if page is not None else 1.0
    except (TypeError, ValueError):
        return 1.0
    return unit if 0 < unit <= 75000 else 1.0  # noqa: PLR2004 (ISO 32000-1, annex C)


def is_annotated(page: pikepdf.Page) -> bool:
    """Whether annotations or form fields can be seen on the page."""
    try:
        return any(is_seen(annotation) for annotation in page.obj.get("/Annots", []))
    except Exception:  # noqa: BLE001 (a broken list: the page is rendered then, with whatever can be seen)
        return True


def has_links(pdf: pikepdf.Pdf) -> bool:
    """Whether any page has a link to follow."""
    try:
        return any(
            isinstance(annotation, Dictionary) and annotation.get("/Subtype") == Name.Link
            for page in pdf.pages
            for annotation in page.obj.get("/Annots", [])
        )
    except Exception:  # noqa: BLE001 (a broken list or page tree has nothing to follow either)
        return False


def is_seen(annotation: pikepdf.Object) -> bool:
    """Whether an annotation can be seen on the page."""
    if not isinstance(annotation, Dictionary) or annotation.get("/Subtype") in _UNSEEN_KINDS:
        return False
    return not int(annotation.get("/F", 0)) & _NOT_SEEN


def scan_of(drawing: Drawing, geometry: PageBox) -> PlacedImage | None:
    """The one image of a page that is a scan, placed on the page as displayed."""
    if drawing.cut or len(drawing.images) != 1 or drawing.images[0].share_of(geometry.box) < _SCAN_COVERS:
        return None
    found = drawing.images[0]
    return PlacedImage(found.image, multiply(found.matrix, geometry.to_points))
