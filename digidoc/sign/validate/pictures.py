"""Whether two states of a file look the same: both are rendered by pdfium and compared pixel by pixel."""

from typing import Final

import numpy as np

from digidoc.pdf.pdfium import Content, PdfiumDocument, PdfiumError, PdfiumPage, Pixels

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

PixelBox = tuple[int, int, int, int]  # left, top, right, bottom


class NotRendered(Exception):
    """One of the two states could not be rendered; the message says which page."""


class Present:
    """The whole file, against which earlier revisions are compared; its pages are rendered once."""

    def __init__(self, content: Content) -> None:
        self._document = _opened(content)
        self._kept: dict[int, Pixels] = {}
        self._bytes = 0

    def close(self) -> None:
        """Let go of the document."""
        self._kept.clear()
        self._document.close()

    def pages_that_differ(
        self, before: Content, allowed: frozenset[str], filled: frozenset[str] = frozenset()
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
        with _opened(before) as old:
            if len(old) != len(self._document):
                return [0]
            return [number + 1 for number in range(len(old)) if self._differs(old, number, allowed, filled)]

    def _differs(self, old: PdfiumDocument, number: int, allowed: frozenset[str], filled: frozenset[str]) -> bool:
        try:
            with old.page(number) as page:
                before = _render(page)
            after = self._render(number)
            if before.shape != after.shape:
                return True
            if np.array_equal(before, after):
                return False
            with self._document.page(number) as page:
                drawn = _field_places(page, after.shape, allowed)
                free = _field_places(page, after.shape, filled)
        except PdfiumError as error:
            raise NotRendered(f"{number + 1}: {error}") from error
        return _other(before, after, drawn, free)

    def _render(self, number: int) -> Pixels:
        picture = self._kept.get(number)
        if picture is None:
            with self._document.page(number) as page:
                picture = _render(page)
            if self._bytes + picture.nbytes <= _KEPT:
                self._kept[number] = picture
                self._bytes += picture.nbytes
        return picture


def _other(before: Pixels, after: Pixels, drawn: list[PixelBox], free: list[PixelBox]) -> bool:
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


def _opened(content: Content) -> PdfiumDocument:
    try:
        return PdfiumDocument(content)
    except PdfiumError as error:
        raise NotRendered(str(error)) from error


def _render(page: PdfiumPage) -> Pixels:
    width, height = page.size
    if not 0 < width * height * _SCALE * _SCALE <= _PIXELS:
        raise NotRendered(f"{width:.0f} x {height:.0f} pt")
    return page.render(_SCALE)


def _field_places(page: PdfiumPage, shape: tuple[int, ...], names: frozenset[str]) -> list[PixelBox]:
    """Where the fields of these names lie, in pixels: left, top, right, bottom."""
    height, width = shape[:2]
    # One pixel more on each side: anti-aliased edges reach over the rectangle.
    places = [
        (
            min(max(int(left) - 1, 0), width),
            min(max(int(top) - 1, 0), height),
            min(max(int(right) + 2, 0), width),
            min(max(int(bottom) + 2, 0), height),
        )
        for left, top, right, bottom in page.field_boxes(names, width, height)
    ]
    most = _LARGEST_SHARE * width * height
    return [place for place in places if (place[2] - place[0]) * (place[3] - place[1]) <= most]
