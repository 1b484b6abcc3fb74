"""Whether two states of a file look the same: both are rendered by pdfium and compared pixel by pixel."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

# At 60 dpi a changed digit of 10 pt type is some twenty pixels; the same content renders to the very same pixels.
_SCALE: Final = 60 / 72
_TOLERANCE: Final = 32  # of 255
# A signature's appearance may cover what lies under it; one that covers more than this hides the page.
_LARGEST_SHARE: Final = 0.25
_PIXELS: Final = 40_000_000  # of one rendered page: a page box of several metres is not rendered

Picture = npt.NDArray[np.uint8]
Rectangle = tuple[int, int, int, int]


class NotRendered(Exception):
    """One of the two states could not be rendered; the message says which page."""


def pages_that_differ(before: bytes, after: bytes, allowed: frozenset[str]) -> list[int]:
    """Numbers (from 1) of the pages that look different.

    Args:
        before: the signed revision.
        after: the whole file.
        allowed: names of form fields whose appearance may have come or changed: signatures added later, fields filled.

    Returns:
        The page numbers; page 0 stands for a different number of pages.

    Raises:
        NotRendered: a side cannot be rendered. That is never "the same".

    """
    with _opened(before) as old, _opened(after) as new:
        if len(old) != len(new):
            return [0]
        return [number + 1 for number in range(len(new)) if _differs(old, new, number, allowed)]


def _opened(content: bytes) -> "closing[pdfium.PdfDocument]":
    try:
        document = pdfium.PdfDocument(content)
        if document.get_formtype() == pdfium_c.FORMTYPE_ACRO_FORM:
            document.init_forms()
    except pdfium.PdfiumError as error:
        raise NotRendered(str(error)) from error
    return closing(document)


def _differs(old: pdfium.PdfDocument, new: pdfium.PdfDocument, number: int, allowed: frozenset[str]) -> bool:
    try:
        with closing(old[number]) as page:
            before = _render(page)
        with closing(new[number]) as page:
            after = _render(page)
            masks = list(_widgets(new, page, after.shape, allowed))
    except pdfium.PdfiumError as error:
        raise NotRendered(f"{number + 1}: {error}") from error
    if before.shape != after.shape:
        return True
    changed = np.abs(before.astype(np.int16) - after.astype(np.int16)) > _TOLERANCE
    for left, top, right, bottom in masks:
        changed[top:bottom, left:right] = False
    return bool(changed.any())


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
    import ctypes

    size = pdfium_c.FPDFAnnot_GetFormFieldName(document.formenv, annotation, None, 0)
    if size <= 0:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium_c.FPDFAnnot_GetFormFieldName(document.formenv, annotation, buffer, size)
    return bytes(buffer).decode("utf-16-le", errors="replace").rstrip("\0")


def _rectangle(page: pdfium.PdfPage, annotation: Any, width: int, height: int) -> Rectangle:
    import ctypes

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
