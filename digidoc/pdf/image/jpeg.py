"""JPEG: which files a PDF holds as they are, and the segments they are made of."""

import struct
from collections.abc import Iterator

from digidoc.pdf.icc import cmyk_profile, usable_icc
from digidoc.pdf.image.encoded import EncodedImage

_STANDALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length: TEM, RST0-7, SOI
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SOS, _EOI, _APP14 = 0xDA, 0xD9, 0xEE
# Huffman coding, 8 bits: baseline, extended, progressive (what DCTDecode must read; ISO 32000-1, 7.4.8).
_SOF_OF_PDF = {0xC0, 0xC1, 0xC2}


def jpeg_stream(data: bytes, icc: bytes | None) -> tuple[EncodedImage | None, tuple[str, ...]]:
    """The JPEG as it is, with the colour space it needs; None when PDF cannot hold it.

    CMYK from Adobe's programs is stored upside down, which the PDF has to say.
    """
    frame: tuple[int, int, int, int] | None = None
    adobe = False
    kind = 0
    for marker, start, end in jpeg_segments(data):
        if marker in _SOF:
            kind = marker
            bits, height, width, colors = struct.unpack_from(">BHHB", data, start)
            frame = (bits, height, width, colors)
        adobe = adobe or (marker == _APP14 and data[start : start + 5] == b"Adobe" and end > start)
    if frame is None or kind not in _SOF_OF_PDF or frame[0] != 8 or frame[3] not in (1, 3, 4) or not frame[1]:  # noqa: PLR2004
        return None, ()
    bits, height, width, colors = frame
    profile = usable_icc(icc, colors)
    notes: tuple[str, ...] = ()
    if colors == 4 and profile is None:  # noqa: PLR2004
        profile = cmyk_profile()
        notes = ("cmyk-without-profile: shown by digidoc's own CMYK profile; the JPEG is untouched",)
    return EncodedImage(
        data,
        width,
        height,
        colors,
        bits,
        "DCTDecode",
        icc=profile,
        inverted=adobe and colors == 4,  # noqa: PLR2004
    ), notes


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment's content up to the first image's end; EOI comes as an empty one."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:  # noqa: PLR2004
            return
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 (fill byte)
            at += 1
            continue
        if marker == _EOI:
            break
        if marker in _STANDALONE:
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, at + 4, end
        at = _after_scan(data, end) if marker == _SOS else end
    if data[at : at + 2] == b"\xff\xd9":
        yield _EOI, at, at + 2


def _after_scan(data: bytes, at: int) -> int:
    """Where the next marker stands after entropy-coded data."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:  # noqa: PLR2004 (stuffed byte, RST0-7)
            return at
        at += 2


def first_jpeg(data: bytes) -> bytes:
    """The first image of a file that holds several one after the other (MPO)."""
    for marker, _start, end in jpeg_segments(data):
        if marker == _EOI:
            return data[:end]
    return data
