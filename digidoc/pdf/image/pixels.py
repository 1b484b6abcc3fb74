"""Pixels for reading: 8 bits, grey or RGB, white paper, turned as the file says, at most 40 megapixels."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

# What `SourcePage.image` hands out at most: an A4 page at 600 dpi has 34.8 megapixels.
MAX_PIXELS = 40_000_000
# What is decoded at most, so that a worker stays below 1 GB: Pillow takes 4 bytes for a pixel in colour, and turning
# and converting take as much again. Grey and black and white: Pillow's own limit of 89 megapixels.
MAX_COLOUR_PIXELS = 50_000_000  # JPEG and PNG, whose bytes are kept: A3 at 500 dpi
# TIFF and others in colour, and CMYK, alpha, 16 bits, whose pixels are packed anew: A4 at 600 dpi.
MAX_OTHER_PIXELS = 35_000_000
MAX_DEEP_PIXELS = 20_000_000  # 32-bit integers and floating point
_ROWS = 256
_DEEP_MAX = 65535.0
# What undoes each orientation (TIFF 6.0 and EXIF 2.3, tag 274).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@contextmanager
def strict_pillow() -> Iterator[None]:
    """Pillow's warning of a decompression bomb is an error in here, its other warnings are silent.

    Pillow warns from 89 megapixels on (`Image.MAX_IMAGE_PIXELS`): A0 at 300 dpi is 139 in colour, A2 at 400 dpi 58.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def eight_bit(image: Image.Image) -> Image.Image:
    """The image as L or RGB: deep grey scaled, alpha laid on white, CMYK and Lab converted.

    16-bit grey is scaled by 257. Integer and float images carry no fixed range: they are stretched between their
    lowest and highest value unless they already lie within 0-255.
    """
    if image.mode.startswith("I;16"):
        return Image.fromarray((sixteen_bit(image) // 257).astype(np.uint8))
    if image.mode in ("I", "F"):
        return Image.fromarray(_stretched(np.asarray(image)))
    if "A" in image.getbands() or "a" in image.mode or "transparency" in image.info:
        return _on_white(image)
    if image.mode in ("1", "L"):
        return image if image.mode == "L" else image.convert("L")
    if image.mode == "LAB":
        return _from_lab(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """A transparent image laid on white, some rows at a time: whole, it would be in memory four times."""
    flat = Image.new("L" if image.mode in ("LA", "La", "1", "L") else "RGB", image.size)
    for top in range(0, image.height, _ROWS):
        front = image.crop((0, top, image.width, min(image.height, top + _ROWS))).convert("RGBA")
        white = Image.new("RGBA", front.size, (255, 255, 255, 255))
        flat.paste(Image.alpha_composite(white, front).convert("RGB").convert(flat.mode), (0, top))
    return flat


def sixteen_bit(image: Image.Image) -> NDArray[np.uint16]:
    """Deep grey (mode I;16) over the full range: 10 to 14 bits of a TIFF are scaled up by repeating the high bits."""
    values = np.asarray(image).astype(np.uint16)
    tags = getattr(image, "tag_v2", {})
    bits = int(tags.get(258, (16,))[0])
    if not 8 < bits < 16:  # noqa: PLR2004
        return values
    return ((values << (16 - bits)) | (values >> (2 * bits - 16))).astype(np.uint16)


def _stretched(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Integers or floats as 8 bits, some rows at a time: in 8 bytes a pixel a large page would not fit in memory."""
    low = min(float(part.min()) for _, part in _finite(values))
    high = max(float(part.max()) for _, part in _finite(values))
    if low >= 0 and high <= 255:  # noqa: PLR2004 (8 bits)
        low, scale, divisor = 0.0, 1.0, 1.0
    # Mode I is what Pillow makes of deep PGM and PNG: those fill 16 bits.
    elif low >= 0 and high <= _DEEP_MAX and high % 1 == 0:
        low, scale, divisor = 0.0, 1.0, 257.0
    else:
        scale, divisor = 255.0, (high - low) or 1.0
    result = np.empty(values.shape, np.uint8)
    for start, part in _finite(values):
        result[start : start + len(part)] = (part - low) * scale / divisor
    return result


def _finite(values: NDArray[Any]) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """(first row, rows) of the values, a few at a time, without what is no number."""
    for start in range(0, len(values), _ROWS):
        part = values[start : start + _ROWS].astype(np.float64)
        yield start, np.nan_to_num(part, copy=False, nan=0.0, posinf=_DEEP_MAX, neginf=0.0)


def _from_lab(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, rgb, outputMode="RGB")
    return converted if converted is not None else image.convert("RGB")


def as_displayed(image: Image.Image, orientation: int) -> NDArray[np.uint8]:
    """The array of a decoded image as it is meant to be seen: HxW or HxWx3, at most `MAX_PIXELS`."""
    flat = eight_bit(image)
    if orientation in _TURNS:
        flat = flat.transpose(_TURNS[orientation])
    return capped(np.asarray(flat))


def orientation_of(image: Image.Image) -> int:
    """The orientation that the file's EXIF gives, 1-8; 1 when there is none or it makes no sense.

    Only from what the header holds: `Image.getexif` decodes a PNG, and what it finds broken then goes unsaid.
    """
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif", b""))
        value: Any = exif.get(0x0112, 1)
    except Exception:  # noqa: BLE001 (broken EXIF raises SyntaxError, struct.error, ValueError …: it says nothing then)
        return 1
    return value if value in range(1, 9) else 1


def capped(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The array, scaled down when it has more than `MAX_PIXELS`."""
    height, width = array.shape[:2]
    if width * height <= MAX_PIXELS:
        return np.ascontiguousarray(array)
    scale = (MAX_PIXELS / (width * height)) ** 0.5
    size = (max(1, int(width * scale)), max(1, int(height * scale)))
    return cv2.resize(array, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def capped_size(width: int, height: int) -> tuple[int, int]:
    """The size that `capped` makes of an image, without making it."""
    if width * height <= MAX_PIXELS:
        return width, height
    scale = (MAX_PIXELS / (width * height)) ** 0.5
    return max(1, int(width * scale)), max(1, int(height * scale))


def is_grey(array: NDArray[np.uint8], *, slack: int) -> bool:
    """Whether the channels of an RGB page differ by `slack` (of 255) at most; true of a page with one channel."""
    if array.ndim == 2:  # noqa: PLR2004
        return True
    # By OpenCV: NumPy takes half a second for the extremes of a page's pixels.
    red, green, blue = cv2.split(array)
    return max(int(cv2.absdiff(red, green).max()), int(cv2.absdiff(green, blue).max())) <= slack
