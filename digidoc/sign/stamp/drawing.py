"""PDF objects of a stamp as plain bytes, which any writer can put into a file: made once, written many times.

Black is CalGray and pictures are CalRGB: neither needs an output intent, so PDF/A stays PDF/A
(ISO 19005-2, 6.2.4.2).
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from digidoc.pdf.typeset.face import Face, to_unicode

_WHITE: Final = b"/WhitePoint [0.9505 1 1.089]"
CAL_GRAY: Final = b"[/CalGray << %s >>]" % _WHITE
# Primaries and gamma of sRGB (IEC 61966-2-1).
CAL_RGB: Final = (
    b"[/CalRGB << %s /Gamma [2.2 2.2 2.2] /Matrix [0.4124 0.2126 0.0193 0.3576 0.7152 0.1192 0.1805 0.0722 0.9505] >>]"
    % _WHITE
)


@dataclass(frozen=True, slots=True, eq=False)
class PdfObject:
    """An indirect object: the bytes between `obj` and `endobj`, with other objects where it refers to them."""

    pieces: "tuple[bytes | PdfObject, ...]"

    def written(self, number: "Callable[[PdfObject], int]") -> bytes:
        """The bytes, once `number` tells under which number each object referred to stands in the file."""
        return b"".join(piece if isinstance(piece, bytes) else b"%d 0 R" % number(piece) for piece in self.pieces)

    def family(self) -> "Iterator[PdfObject]":
        """All objects that this one needs, itself last, each once."""
        seen: set[int] = set()

        def walk(one: PdfObject) -> Iterator[PdfObject]:
            if id(one) in seen:
                return
            seen.add(id(one))
            for piece in one.pieces:
                if isinstance(piece, PdfObject):
                    yield from walk(piece)
            yield one

        yield from walk(self)


def stream(entries: "tuple[bytes | PdfObject, ...]", data: bytes, *, packed: bool = True) -> PdfObject:
    """A stream with these entries in its dictionary; `packed` compresses it."""
    if packed:
        data = zlib.compress(data, 9)
        entries = (*entries, b" /Filter /FlateDecode")
    return PdfObject((b"<< ", *entries, b" /Length %d >>\nstream\n" % len(data), data, b"\nendstream"))


def form(
    content: bytes, size: tuple[float, float], rotate: int, resources: "tuple[bytes | PdfObject, ...]"
) -> PdfObject:
    """The form XObject of an appearance, upright for the reader whatever the page's /Rotate.

    Args:
        content: operators, in a space whose origin is the lower left corner of the upright stamp.
        size: width and height of the upright stamp, user space units.
        rotate: degrees clockwise by which the page is turned when shown.
        resources: entries of the resource dictionary.

    """
    turn = {0: b"1 0 0 1", 90: b"0 1 -1 0", 180: b"-1 0 0 -1", 270: b"0 -1 1 0"}[rotate]
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 %.4f %.4f] /Matrix [%s 0 0] /Resources << " % (*size, turn)
    return stream((head, *resources, b" >>"), content, packed=False)


def picture(colours: bytes, ground: bytes, size: tuple[int, int]) -> tuple[PdfObject, PdfObject]:
    """An image twice: with a soft mask, and with a hard one for files in which nothing may be transparent.

    Args:
        colours: RGB, 3 bytes a pixel, row by row.
        ground: opacity, 1 byte a pixel.
        size: width and height in pixels.

    """
    head = b"/Type /XObject /Subtype /Image /Width %d /Height %d " % size
    soft = stream((head, b"/ColorSpace /DeviceGray /BitsPerComponent 8"), ground)
    hard = stream((head, b"/ImageMask true /BitsPerComponent 1"), _left_out(ground, size[0]))
    body = (head, b"/BitsPerComponent 8 /ColorSpace ", CAL_RGB)
    return stream((*body, b" /SMask ", soft), colours), stream((*body, b" /Mask ", hard), colours)


def _left_out(ground: bytes, width: int) -> bytes:
    """One bit a pixel, rows padded to bytes: 1 where nothing is painted (ISO 32000-1, 8.9.6.3)."""
    import numpy as np

    opacity = np.frombuffer(ground, dtype=np.uint8).reshape(-1, width)
    return np.packbits(opacity < 128, axis=1).tobytes()  # noqa: PLR2004 (half opaque)


def font(letters: Face) -> PdfObject:
    """The composite font (ISO 32000-1, 9.7) with its program embedded and a /ToUnicode for PDF/A-2u."""
    name = b"/" + letters.name.encode("ascii")
    program = stream((b"/Length1 %d" % len(letters.program),), letters.program)
    descriptor = PdfObject(
        (
            b"<< /Type /FontDescriptor /FontName %s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0"
            % (name, *letters.box),
            b" /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile2 "
            % (letters.ascent, letters.descent, letters.ascent),
            program,
            b" >>",
        )
    )
    widths = b" ".join(b"%d" % width for width in letters.widths)
    descendant = PdfObject(
        (
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont %s" % name,
            b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
            b" /CIDToGIDMap /Identity /W [0 [%s]] /FontDescriptor " % widths,
            descriptor,
            b" >>",
        )
    )
    head = b"<< /Type /Font /Subtype /Type0 /BaseFont %s /Encoding /Identity-H /DescendantFonts [" % name
    return PdfObject((head, descendant, b"] /ToUnicode ", stream((), to_unicode(letters)), b" >>"))
