"""PNG: its compressed pixels as a PDF holds them, which has the same compression and the same predictors."""

import io
import struct
from collections.abc import Iterator
from typing import Any

from PIL import Image

from digidoc.pdf.icc import usable_icc
from digidoc.pdf.image.encoded import EncodedImage

_HEAD = 8
_COLORS = {0: 1, 2: 3, 3: 1}  # colour types without alpha: grey, RGB, palette


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of the chunks of a PNG file."""
    at = _HEAD
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def png_stream(data: bytes, icc: bytes | None) -> EncodedImage | None:
    """The compressed pixels of a PNG as they are; None for interlaced or transparent ones, which PDF cannot hold."""
    pixels: list[bytes] = []
    palette: bytes | None = None
    head: tuple[Any, ...] = ()
    for kind, content in png_chunks(data):
        if kind == b"IHDR":
            head = struct.unpack(">IIBBBBB", content)
        elif kind == b"PLTE":
            palette = content
        elif kind == b"tRNS":
            return None
        elif kind == b"IDAT":
            pixels.append(content)
    if not head or head[3] not in _COLORS or head[6] or (head[3] == 3 and palette is None):  # noqa: PLR2004
        return None
    width, height, bits, kind_of_color = head[:4]
    colors = _COLORS[kind_of_color]
    parms = {"Predictor": 15, "Colors": colors, "BitsPerComponent": bits, "Columns": width}
    indexed = palette if kind_of_color == 3 else None  # noqa: PLR2004
    profile = usable_icc(icc, 3 if indexed else colors)
    return EncodedImage(b"".join(pixels), width, height, colors, bits, "FlateDecode", parms, indexed, profile)


def as_png(image: Image.Image) -> bytes:
    """The pixels as a PNG file, without resolution, profile or anything else that is said of them."""
    out = io.BytesIO()
    bare = image.copy()
    bare.info = {}
    bare.save(out, "PNG")
    return out.getvalue()
