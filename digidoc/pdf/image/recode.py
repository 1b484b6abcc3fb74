"""Pixels as PDF streams, where a file's own bytes cannot be kept: without loss, or so that nobody sees it."""

import io
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digidoc.pdf.icc import cmyk_profile, usable_icc
from digidoc.pdf.image.encoded import EncodedImage
from digidoc.pdf.image.jpeg import jpeg_stream
from digidoc.pdf.image.pixels import eight_bit, sixteen_bit
from digidoc.pdf.image.png import as_png, png_stream
from digidoc.pdf.image.tiff import group4

NEAR_LOSSLESS = 95
_PAGE_QUALITY = 90


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
        found = png_stream(as_png(image), icc)
        if found is not None:
            return found, ()
    flat = eight_bit(image)
    found = png_stream(as_png(flat), icc if flat.mode == image.mode else None)
    if found is None:
        raise ValueError(f"Pillow made no plain PNG of mode {flat.mode}")
    return found, (f"converted: pixels of mode {image.mode} became 8-bit {flat.mode} on white",)


def _flate_cmyk(image: Image.Image, icc: bytes | None) -> tuple[EncodedImage, tuple[str, ...]]:
    profile = usable_icc(icc, 4)
    notes: tuple[str, ...] = ()
    if profile is None:
        profile = cmyk_profile()
        notes = ("cmyk-without-profile: shown by digidoc's own CMYK profile; the pixels are untouched",)
    data = zlib.compress(np.asarray(image).tobytes(), 6)
    return EncodedImage(data, *image.size, 4, 8, "FlateDecode", icc=profile), notes


def near_lossless(image: Image.Image) -> tuple[EncodedImage, tuple[str, ...]]:
    """For pixels out of a lossy codec that PDF lacks: Flate, or JPEG of quality 95 where that is smaller."""
    flat = eight_bit(image)
    icc = image.info.get("icc_profile")
    exact = png_stream(as_png(flat), icc)
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
    exact = png_stream(as_png(image), None)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_PAGE_QUALITY, subsampling=0)
    near, _ = jpeg_stream(out.getvalue(), None)
    found = min((made for made in (exact, near) if made is not None), key=lambda made: len(made.data), default=None)
    if found is None:
        raise ValueError("Pillow wrote neither PNG nor JPEG as expected")
    return found
