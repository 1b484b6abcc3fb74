"""JPEG 2000: which files PDF/A-2 takes as they are (ISO 19005-2, 6.2.8.3)."""

import struct
from collections.abc import Iterator

from digidoc.pdf.image.encoded import EncodedImage

_SUPERBOX = b"jp2h"
_VARIES = 255  # ISO 15444-1, I.5.3.1: bit depth differs between components
# Enumerated colour spaces of ISO 15444-1, I.5.3.3: sRGB, greyscale.
_ENUMERATED = {16: 3, 17: 1}
_BY_NUMBER = 1
_CODESTREAM = b"\xff\x4f\xff\x51"  # SOC, then SIZ


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1 and at + 16 <= len(data):
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        end = len(data) if length == 0 else at + length
        if end < at + head:
            return
        yield kind, data[at + head : end]
        at = end


def jpx_size(data: bytes) -> tuple[int, int]:
    """Width and height by the codestream (ISO 15444-1, A.5.1); (0, 0) where there is none."""
    at = data.find(_CODESTREAM)
    if at < 0 or len(data) < at + 24:
        return 0, 0
    right, bottom, left, top = struct.unpack_from(">4I", data, at + 8)
    return max(0, right - left), max(0, bottom - top)


def jp2_stream(data: bytes) -> EncodedImage | None:
    """A JP2 file as it is, if it is grey or sRGB, of one bit depth, with one colour specification and nothing else.

    None for raw codestreams, palettes, alpha, CMYK, ICC profiles and everything the standard restricts further.
    """
    outer = dict(_boxes(data))
    if _SUPERBOX not in outer or b"jp2c" not in outer:
        return None
    inner = list(_boxes(outer[_SUPERBOX]))
    kinds = [kind for kind, _ in inner]
    if kinds.count(b"colr") != 1 or kinds.count(b"ihdr") != 1 or {b"pclr", b"cmap", b"cdef"} & set(kinds):
        return None
    header, colour = dict(inner)[b"ihdr"], dict(inner)[b"colr"]
    height, width, channels, depth = struct.unpack_from(">IIHB", header)
    space = int.from_bytes(colour[3:7], "big") if colour[0] == _BY_NUMBER else 0
    if depth == _VARIES or _ENUMERATED.get(space) != channels:
        return None
    return EncodedImage(data, width, height, channels, (depth & 0x7F) + 1, "JPXDecode")
