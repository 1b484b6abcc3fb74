"""TIFF: what lies in one strip goes into a PDF as it is, CCITT group 4 and JPEG; and group 4 of our own."""

import io
from mmap import mmap
from typing import Any

from PIL import Image

from digidoc.pdf.image.encoded import EncodedImage

_MIRRORED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


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
    # TIFF 6.0: photometric 0 has white as 0, what CCITT takes for granted; 1 has black as 0.
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
