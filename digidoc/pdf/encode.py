"""Images as PDF streams: the file's own bytes where PDF/A-2 takes them, else the same pixels without loss."""

import io
import struct
import zlib
from collections.abc import Iterator
from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digidoc.pdf.content import EncodedImage
from digidoc.pdf.icc import cmyk_profile, usable_icc
from digidoc.pdf.pixels import eight_bit, sixteen_bit

_PNG_HEAD = 8
_PNG_COLORS = {0: 1, 2: 3, 3: 1}  # PNG colour types without alpha: grey, RGB, palette
_STANDALONE = {0x01, *range(0xD0, 0xD9)}  # JPEG markers without a length: TEM, RST0-7, SOI
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SOS, _EOI, _APP14 = 0xDA, 0xD9, 0xEE
# JPEG by Huffman coding, 8 bits: baseline, extended, progressive (what DCTDecode must read; ISO 32000-1, 7.4.8).
_SOF_OF_PDF = {0xC0, 0xC1, 0xC2}
_MIRRORED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
NEAR_LOSSLESS = 95
_PAGE_QUALITY = 90


def jpeg_stream(data: bytes, icc: bytes | None) -> tuple[EncodedImage | None, tuple[str, ...]]:
    """The JPEG as it is, with the colour space it needs; None when PDF cannot hold it.

    CMYK from Adobe's programs is stored upside down, which PDF has to be told.
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


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of the chunks of a PNG file."""
    at = _PNG_HEAD
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
    if not head or head[3] not in _PNG_COLORS or head[6] or (head[3] == 3 and palette is None):  # noqa: PLR2004
        return None
    width, height, bits, kind_of_color = head[:4]
    colors = _PNG_COLORS[kind_of_color]
    parms = {"Predictor": 15, "Colors": colors, "BitsPerComponent": bits, "Columns": width}
    indexed = palette if kind_of_color == 3 else None  # noqa: PLR2004
    profile = usable_icc(icc, 3 if indexed else colors)
    return EncodedImage(b"".join(pixels), width, height, colors, bits, "FlateDecode", parms, indexed, profile)


def lossless(image: Image.Image) -> tuple[EncodedImage, tuple[str, ...]]:
    """The same pixels: CCITT group 4 for black and white, Flate for the rest; notes say where pixels had to change."""
    icc = image.info.get("icc_profile")
    if image.mode == "1":
        return group4(image), ()
    if image.mode == "CMYK":
        return _flate_cmyk(image, icc)
    deep = image.mode.startswith("I;16")
    if deep:
        image = Image.fromarray(sixteen_bit(image))
    elif image.mode == "I":
        values = np.asarray(image)
        # What Pillow makes of deep PGM; a range beyond 16 bits is no picture's and is scaled below.
        if int(values.min()) >= 0 and int(values.max()) <= 65535:  # noqa: PLR2004
            image, deep = Image.fromarray(values.astype(np.uint16)), True
    transparent = "transparency" in image.info
    if (deep or image.mode in ("L", "RGB", "P")) and not transparent:
        found = png_stream(_as_png(image), icc)
        if found is not None:
            return found, ()
    flat = eight_bit(image)
    found = png_stream(_as_png(flat), icc if flat.mode == image.mode else None)
    if found is None:
        raise ValueError(f"Pillow made no plain PNG of mode {flat.mode}")
    return found, (f"converted: pixels of mode {image.mode} became 8-bit {flat.mode} on white",)


def _as_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    bare = image.copy()
    bare.info = {}
    bare.save(out, "PNG")
    return out.getvalue()


def _flate_cmyk(image: Image.Image, icc: bytes | None) -> tuple[EncodedImage, tuple[str, ...]]:
    profile = usable_icc(icc, 4)
    notes: tuple[str, ...] = ()
    if profile is None:
        profile = cmyk_profile()
        notes = ("cmyk-without-profile: shown by digidoc's own CMYK profile; the pixels are untouched",)
    data = zlib.compress(np.asarray(image).tobytes(), 6)
    return EncodedImage(data, *image.size, 4, 8, "FlateDecode", icc=profile), notes


def group4(image: Image.Image) -> EncodedImage:
    """A black-and-white image as CCITT group 4."""
    out = io.BytesIO()
    bare = image.copy()
    bare.info = {}
    bare.save(out, "TIFF", compression="group4", tiffinfo={278: image.height})
    out.seek(0)
    with Image.open(out, formats=("TIFF",)) as made:
        found = group4_strip(made, out.getvalue())
    if found is None:
        raise ValueError("Pillow wrote group 4 in several strips")
    return found


def group4_strip(image: Any, data: "bytes | mmap") -> EncodedImage | None:
    """The group 4 bytes of an opened TIFF page as they are, or None.

    They must lie in one strip, for strips cannot be joined. PDF has the most significant bit first; of faxes that have
    it last each byte is turned round.
    """
    tags = image.tag_v2
    offsets, counts = tags.get(273, ()), tags.get(279, ())
    if tags.get(259) != 4 or tags.get(266, 1) not in (1, 2) or len(offsets) != 1 or len(counts) != 1:  # noqa: PLR2004
        return None
    strip = data[offsets[0] : offsets[0] + counts[0]]
    if tags.get(266, 1) == 2:  # noqa: PLR2004 (TIFF 6.0, tag FillOrder)
        strip = strip.translate(_MIRRORED)
    # TIFF 6.0: photometric 0 has white as 0, what CCITT takes for granted; 1 has it the other way round.
    white_runs_are_black = tags.get(262) == 1
    width, height = int(tags[256]), int(tags[257])
    parms = {"K": -1, "Columns": width, "Rows": height, "BlackIs1": white_runs_are_black}
    return EncodedImage(strip, width, height, 1, 1, "CCITTFaxDecode", parms)


def tiff_jpeg(image: Any, data: "bytes | mmap") -> bytes | None:
    """The JPEG of an opened TIFF page that lies in one strip, its tables put back; else None.

    Compression 7, or 6 where the strip is a whole JPEG.
    """
    tags = image.tag_v2
    offsets, counts = tags.get(273, ()), tags.get(279, ())
    if tags.get(259) not in (6, 7) or len(offsets) != 1 or len(counts) != 1 or tags.get(262) not in (1, 6):
        return None
    strip: bytes = data[offsets[0] : offsets[0] + counts[0]]
    if not strip.startswith(b"\xff\xd8\xff"):
        return None
    tables: bytes = tags.get(347, b"")
    return b"\xff\xd8" + tables[2:-2] + strip[2:] if tables else strip


def near_lossless(image: Image.Image) -> tuple[EncodedImage, tuple[str, ...]]:
    """For pixels out of a lossy codec that PDF lacks: Flate, or JPEG of quality 95 where that is smaller."""
    flat = eight_bit(image)
    icc = image.info.get("icc_profile")
    exact = png_stream(_as_png(flat), icc)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=NEAR_LOSSLESS, subsampling=0)
    near, _ = jpeg_stream(out.getvalue(), icc)
    if near is None or (exact is not None and len(exact.data) <= len(near.data)):
        if exact is None:
            raise ValueError(f"Pillow made no plain PNG of mode {flat.mode}")
        return exact, ("recoded: PDF has no such codec; the decoded pixels are kept by Flate",)
    return near, (f"recoded: PDF has no such codec; decoded and written as JPEG of quality {NEAR_LOSSLESS}",)


def rendered(array: NDArray[np.uint8]) -> EncodedImage:
    """A rendered page: CCITT when it is black and white, else Flate or JPEG of quality 90, whichever is smaller."""
    image = Image.fromarray(array)
    if array.ndim == 2 and bool(((array == 0) | (array == 255)).all()):  # noqa: PLR2004
        return group4(image.convert("1", dither=Image.Dither.NONE))
    exact = png_stream(_as_png(image), None)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_PAGE_QUALITY, subsampling=0)
    near, _ = jpeg_stream(out.getvalue(), None)
    found = min((made for made in (exact, near) if made is not None), key=lambda made: len(made.data), default=None)
    if found is None:
        raise ValueError("Pillow wrote neither PNG nor JPEG as expected")
    return found
