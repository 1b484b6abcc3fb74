"""Whether two states of a file look the same: both are rendered by pdfium and compared pixel by pixel."""

import ctypes
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from digidoc.pdf.ink import PDFIUM

# At 60 dpi a changed digit of 10 pt type is some twenty pixels; the same content renders to the very same pixels.
_SCALE: Final = 60 / 72
_TOLERANCE: Final = 32  # of 255
# A signature's appearance may cover what lies under it; one that covers more than this hides the page.
_LARGEST_SHARE: Final = 0.25
_PIXELS: Final = 40_000_000  # of one rendered page: a page box of several metres is not rendered

_KEPT: Final = 64_000_000  # bytes of rendered pages kept for the next signature of the same file
# A signature may draw over text, but not wipe it out: this many pixels that were dark and are bright now are a word.
_INK: Final = 128
_PAPER: Final = 200
_HIDDEN: Final = 24

Picture = npt.NDArray[np.uint8]
Rectangle = tuple[int, int, int, int]


class NotRendered(Exception):
    """One of the two states could not be rendered; the message says which page."""


Memory: TypeAlias = "bytes | ctypes.Array[ctypes.c_ubyte]"


class Present:
    """The whole file, against which earlier revisions are compared; its pages are rendered once."""

    def __init__(self, content: Memory) -> None:
        with PDFIUM:
            self._document = _opened(content)
        self._kept: dict[int, Picture] = {}
        self._bytes = 0

    def close(self) -> None:
        """Let go of the document."""
        self._kept.clear()
        with PDFIUM:
            self._document.close()

    def pages_that_differ(
        self, before: Memory, allowed: frozenset[str], filled: frozenset[str] = frozenset()
    ) -> list[int]:
        """Numbers (from 1) of the pages that look different from what they were.

        Args:
            before: the signed revision.
            allowed: names of signature fields whose appearance may have come or changed. What they draw may stand on
                the page; it may not wipe out what was written there.
            filled: names of fields that were filled in: they may show something else.

        Returns:
            The page numbers; page 0 stands for a different number of pages.

        Raises:
            NotRendered: a side cannot be rendered. That is never "the same".

        """
        with PDFIUM, closing(_opened(before)) as old:
            if len(old) != len(self._document):
                return [0]
            return [number + 1 for number in range(len(old)) if self._differs(old, number, allowed, filled)]

    def _differs(self, old: pdfium.PdfDocument, number: int, allowed: frozenset[str], filled: frozenset[str]) -> bool:
        try:
            with closing(old[number]) as page:
                before = _render(page)
            after = self._render(number)
            if before.shape != after.shape:
                return True
            if np.array_equal(before, after):
                return False
            with closing(self._document[number]) as page:
                drawn = list(_widgets(self._document, page, after.shape, allowed))
                free = list(_widgets(self._document, page, after.shape, filled))
        except pdfium.PdfiumError as error:
            raise NotRendered(f"{number + 1}: {error}") from error
        return _other(before, after, drawn, free)

    def _render(self, number: int) -> Picture:
        picture = self._kept.get(number)
        if picture is None:
            with closing(self._document[number]) as page:
                picture = _render(page)
            if self._bytes + picture.nbytes <= _KEPT:
                self._kept[number] = picture
                self._bytes += picture.nbytes
        return picture


def _other(before: Picture, after: Picture, drawn: list[Rectangle], free: list[Rectangle]) -> bool:
    """Whether two pictures differ outside the rectangles, or ink of the first is gone where something was drawn."""
    changed = np.abs(before.astype(np.int16) - after.astype(np.int16)).max(axis=2) > _TOLERANCE
    for left, top, right, bottom in free:
        changed[top:bottom, left:right] = False
    for left, top, right, bottom in drawn:
        ink = before[top:bottom, left:right].max(axis=2) < _INK
        hidden = ink & changed[top:bottom, left:right] & (after[top:bottom, left:right].max(axis=2) > _PAPER)
        if np.count_nonzero(hidden) > _HIDDEN:
            return True
        changed[top:bottom, left:right] = False
    return bool(changed.any())


def _opened(content: Memory) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(content)
        if document.get_formtype() == pdfium_c.FORMTYPE_ACRO_FORM:
            document.init_forms()
    except pdfium.PdfiumError as error:
        raise NotRendered(str(error)) from error
    return document


def _render(page: pdfium.PdfPage) -> Picture:
    width, height = page.get_size()
    if not 0 < width * height * _SCALE * _SCALE <= _PIXELS:
        raise NotRendered(f"{width:.0f} x {height:.0f} pt")
    bitmap = page.render(scale=_SCALE, may_draw_forms=True)
    picture: Picture = bitmap.to_numpy().copy()
    bitmap.close()
    return picture


def _widgets(
    document: pdfium.PdfDocument, page: pdfium.PdfPage, shape: tuple[int, ...], allowed: frozenset[str]
) -> Iterator[Rectangle]:
    """Where the widgets of the allowed fields lie, in pixels: left, top, right, bottom."""
    if document.formenv is None or not allowed:
        return
    height, width = shape[:2]
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if _field_name(document, annotation) not in allowed:
                continue
            rectangle = _rectangle(page, annotation, width, height)
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)
        share = (rectangle[2] - rectangle[0]) * (rectangle[3] - rectangle[1]) / (width * height)
        if share <= _LARGEST_SHARE:
            yield rectangle


def _field_name(document: pdfium.PdfDocument, annotation: Any) -> str:
    size = pdfium_c.FPDFAnnot_GetFormFieldName(document.formenv, annotation, None, 0)
    if size <= 0:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium_c.FPDFAnnot_GetFormFieldName(document.formenv, annotation, buffer, size)
    return bytes(buffer).decode("utf-16-le", errors="replace").rstrip("\0")


def _rectangle(page: pdfium.PdfPage, annotation: Any, width: int, height: int) -> Rectangle:
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(annotation, rect)
    xs, ys = [], []
    for x, y in ((rect.left, rect.bottom), (rect.right, rect.top)):
        device_x, device_y = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, device_x, device_y)
        xs.append(device_x.value)
        ys.append(device_y.value)
    # One pixel more on each side: anti-aliased edges reach over the rectangle.
    return (
        min(max(min(xs) - 1, 0), width),
        min(max(min(ys) - 1, 0), height),
        min(max(max(xs) + 2, 0), width),
        min(max(max(ys) + 2, 0), height),
    )
