"""PDF pages as pdfium shows them: the one module that calls pdfium.

pdfium keeps one state for the whole process and is not made for threads, so everything here holds one lock while it is
in pdfium. What is asked of a page comes back as values and arrays of our own, for which nobody needs the lock.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from digidoc.pdf.geometry import Rectangle

Pixels: TypeAlias = NDArray[np.uint8]
Content: TypeAlias = Path | bytes | ctypes.Array[ctypes.c_ubyte]

_LOCK: Final = RLock()
_WHITE: Final = (255, 255, 255, 255)
_WHITE_BGRX: Final = 0xFFFFFFFF
_MAX_DEPTH: Final = 8  # of forms within forms in which an image is looked for
_INVISIBLE: Final = (3, 7)  # text render modes that neither fill nor stroke (ISO 32000-1, table 106)
_FONT_NAME_BYTES: Final = 128


class PdfiumError(Exception):
    """pdfium cannot do what was asked; the message is its own."""


class PasswordWanted(PdfiumError):
    """The document opens only with a password."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character of a page's text.

    Attributes:
        code: its Unicode value as pdfium gives it; 0xFFFE for a hyphen at the end of a line.
        box: left, bottom, right, top in user space; None of blanks, and where pdfium knows none.
        visible: whether it is filled or stroked.
        angle: of its base line in user space, radians.
        unmapped: whether the font does not say which character it is.

    """

    code: int
    box: Rectangle | None = None
    visible: bool = True
    angle: float = 0.0
    unmapped: bool = False


@contextmanager
def _in_pdfium() -> Iterator[None]:
    with _LOCK:
        try:
            yield
        except pypdfium2.PdfiumError as error:
            raise PdfiumError(str(error)) from error


class PdfiumDocument:
    """An opened document; a context manager.

    Args:
        content: its path, or its bytes, which must not change while it is open.
        forms: whether `PdfiumPage.render` draws the fields of a form as they are filled in.

    Raises:
        PasswordWanted: it is encrypted.
        PdfiumError: pdfium cannot read it.

    """

    def __init__(self, content: Content, *, forms: bool = True) -> None:
        with _in_pdfium():
            try:
                self._document = pypdfium2.PdfDocument(content)
            except pypdfium2.PdfiumError as error:
                if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
                    raise PasswordWanted(str(error)) from error
                raise
            # pdfium's form module must be there before the first page is loaded.
            if forms and self._document.get_formtype() == raw.FORMTYPE_ACRO_FORM:
                self._document.init_forms()

    def __len__(self) -> int:
        with _in_pdfium():
            return len(self._document)

    @contextmanager
    def page(self, index: int) -> "Iterator[PdfiumPage]":
        """A page by its number from 0; pdfium holds what it needs of it as long as it is open.

        Raises:
            PdfiumError: it cannot be loaded.

        """
        with _in_pdfium():
            page = self._document[index]
        try:
            yield PdfiumPage(page)
        finally:
            with _in_pdfium():
                page.close()

    def close(self) -> None:
        """Let go of the document."""
        with _in_pdfium():
            self._document.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class PdfiumPage:
    """A page that is open; every method may raise `PdfiumError`."""

    def __init__(self, page: Any) -> None:
        self._page = page

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as displayed, user space units."""
        with _in_pdfium():
            width, height = self._page.get_size()
        return width, height

    @property
    def box(self) -> Rectangle:
        """The crop box within the media box: left, bottom, right, top in user space."""
        with _in_pdfium():
            left, bottom, right, top = self._page.get_bbox()
        return left, bottom, right, top

    @property
    def rotate(self) -> int:
        """Degrees clockwise by which it is turned when shown: 0, 90, 180 or 270, whatever the file says."""
        with _in_pdfium():
            return int(self._page.get_rotation())

    def render(self, scale: float) -> Pixels:
        """The page on white with its annotations and filled fields, HxWx3 RGB; `scale` is pixels a unit."""
        with _in_pdfium():
            bitmap = self._page.render(scale=scale, rev_byteorder=True, fill_color=_WHITE, may_draw_forms=True)
            found = bitmap.to_numpy()
            # pdfium answers in three or four channels, the fourth of no meaning, and owns the memory.
            pixels: Pixels = found.copy() if found.shape[2] == 3 else _without_alpha(found)  # noqa: PLR2004
            bitmap.close()
        return pixels

    def render_top(self, width: int, height: int, rows: int) -> Pixels:
        """The first `rows` of the page at `width` x `height` pixels, without fields: rows x width x 3 BGR."""
        with _in_pdfium():
            bitmap = pypdfium2.PdfBitmap.new_native(width, rows, raw.FPDFBitmap_BGRx)
            raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, rows, _WHITE_BGRX)
            raw.FPDF_RenderPageBitmap(bitmap, self._page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
            pixels: Pixels = bitmap.to_numpy()[:, :, :3].copy()
            bitmap.close()
        return pixels

    def last_image(self) -> Pixels | None:
        """The decoded pixels of the last image on the page as stored: HxW grey or HxWx3 RGB; None without one."""
        with _in_pdfium():
            last: Any = None
            for found in self._page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=_MAX_DEPTH):
                last = found
            if last is None:
                return None
            array = last.get_bitmap(render=False).to_numpy()
            pixels = np.array(array if array.ndim == 2 else array[:, :, 2::-1], dtype=np.uint8)  # noqa: PLR2004 (BGR)
        return pixels[:, :, 0].copy() if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels  # noqa: PLR2004

    @contextmanager
    def text(self) -> "Iterator[PdfiumText]":
        """The page's text."""
        with _in_pdfium():
            text = self._page.get_textpage()
        try:
            yield PdfiumText(text)
        finally:
            with _in_pdfium():
                text.close()

    def field_boxes(self, names: frozenset[str], width: int, height: int) -> list[Rectangle]:
        """Where the form fields of these names are on the page rendered at that size: left, top, right, bottom.

        Only of a document that was opened with its forms.
        """
        if not names:
            return []
        with _in_pdfium():
            return [] if self._page.formenv is None else list(self._field_boxes(names, width, height))

    def _field_boxes(self, names: frozenset[str], width: int, height: int) -> Iterator[Rectangle]:
        for index in range(raw.FPDFPage_GetAnnotCount(self._page)):
            annotation = raw.FPDFPage_GetAnnot(self._page, index)
            if not annotation:
                continue
            try:
                if _field_name(self._page.formenv, annotation) in names:
                    yield _on_pixels(self._page, annotation, width, height)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)


def _field_name(form: Any, annotation: Any) -> str:
    size = raw.FPDFAnnot_GetFormFieldName(form, annotation, None, 0)
    if size <= 0:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    raw.FPDFAnnot_GetFormFieldName(form, annotation, buffer, size)
    return bytes(buffer).decode("utf-16-le", errors="replace").rstrip("\0")


def _on_pixels(page: Any, annotation: Any, width: int, height: int) -> Rectangle:
    rect = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, rect)
    xs, ys = [], []
    for x, y in ((rect.left, rect.bottom), (rect.right, rect.top)):
        column, row = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, column, row)
        xs.append(column.value)
        ys.append(row.value)
    return min(xs), min(ys), max(xs), max(ys)


class PdfiumText:
    """The text of a page that is open."""

    def __init__(self, text: Any) -> None:
        self._text = text

    def __len__(self) -> int:
        with _in_pdfium():
            return int(self._text.count_chars())

    def characters(self) -> list[Character]:
        """All of it, with the blanks and line ends that pdfium puts between words."""
        with _in_pdfium():
            # Characters of one text object share its render mode.
            modes: dict[int | None, bool] = {}
            return [self._character(index, modes) for index in range(self._text.count_chars())]

    def _character(self, index: int, modes: dict[int | None, bool]) -> Character:
        code = raw.FPDFText_GetUnicode(self._text, index)
        if code == 0 or chr(code).isspace():
            return Character(code)
        found = raw.FPDFText_GetTextObject(self._text, index)
        key = ctypes.cast(found, ctypes.c_void_p).value
        if key not in modes:
            modes[key] = raw.FPDFTextObj_GetTextRenderMode(found) not in _INVISIBLE
        angle = raw.FPDFText_GetCharAngle(self._text, index)
        return Character(
            code, self._box(index), modes[key], angle, raw.FPDFText_HasUnicodeMapError(self._text, index) == 1
        )

    def _box(self, index: int) -> Rectangle | None:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        if not raw.FPDFText_GetCharBox(self._text, index, left, right, bottom, top):
            return None
        return left.value, bottom.value, right.value, top.value

    def font_names(self, samples: int) -> list[str]:
        """Names of the fonts of about so many characters, evenly spread, without the tags of subsets."""
        buffer, flags = ctypes.create_string_buffer(_FONT_NAME_BYTES), ctypes.c_int()
        names = []
        with _in_pdfium():
            count = self._text.count_chars()
            for index in range(0, count, max(1, count // samples)):
                raw.FPDFText_GetFontInfo(self._text, index, buffer, len(buffer), flags)
                names.append(buffer.value.decode("latin-1").rpartition("+")[2])
        return names

    def places_of(self, words: str) -> list[Rectangle]:
        """Where the words stand, in order: left, bottom, right, top in user space.

        The case of letters does not count.
        """
        places = []
        with _in_pdfium():
            searcher = self._text.search(words)
            while (hit := searcher.get_next()) is not None:
                boxes = [self._text.get_charbox(index) for index in range(hit[0], hit[0] + hit[1])]
                lefts, bottoms, rights, tops = zip(*boxes, strict=True)
                places.append((min(lefts), min(bottoms), max(rights), max(tops)))
            searcher.close()
        return places


def _without_alpha(pixels: Pixels) -> Pixels:
    import cv2  # signing and verifying load this module too, and have no other use for it

    return cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB).astype(np.uint8, copy=False)
