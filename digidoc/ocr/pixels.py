"""Pixels for reading: 8 bits, grey or RGB, white paper, upright by the file's own orientation, at most 40 megapixels."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

# What `SourcePage.image` hands out at most: an A4 page at 600 dpi has 34.8 megapixels.
MAX_PIXELS = 40_000_000
_DEEP_MAX = 65535.0


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
        return Image.fromarray(_stretched(np.asarray(image, dtype=np.float64)))
    if "A" in image.getbands() or "a" in image.mode or "transparency" in image.info:
        front = image.convert("RGBA")
        white = Image.new("RGBA", front.size, (255, 255, 255, 255))
        flat = Image.alpha_composite(white, front).convert("RGB")
        return flat.convert("L") if image.mode in ("LA", "La", "1", "L") else flat
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode == "LAB":
        return _from_lab(image)
    return image.convert("RGB")


def sixteen_bit(image: Image.Image) -> NDArray[np.uint16]:
    """Deep grey (mode I;16) over the full range: a TIFF of 10, 12 or 14 bits is scaled up by repeating its high bits."""
    values = np.asarray(image).astype(np.uint16)
    tags = getattr(image, "tag_v2", {})
    bits = int(tags.get(258, (16,))[0])
    if not 8 < bits < 16:  # noqa: PLR2004
        return values
    return ((values << (16 - bits)) | (values >> (2 * bits - 16))).astype(np.uint16)


def _stretched(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    finite = np.nan_to_num(values, nan=0.0, posinf=_DEEP_MAX, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    if low >= 0 and high <= 255:  # noqa: PLR2004 (8 bits)
        return finite.astype(np.uint8)
    # Mode I is what Pillow makes of deep PGM and PNG: those fill 16 bits.
    if low >= 0 and high <= _DEEP_MAX and float(finite.max() % 1) == 0:
        return (finite / 257).astype(np.uint8)
    return ((finite - low) * (255 / (high - low))).astype(np.uint8)


def _from_lab(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, rgb, outputMode="RGB")
    return converted if converted is not None else image.convert("RGB")


def as_displayed(image: Image.Image) -> NDArray[np.uint8]:
    """The array of an opened image as it is meant to be seen: HxW or HxWx3, at most `MAX_PIXELS`."""
    return capped(np.asarray(ImageOps.exif_transpose(eight_bit_keeping_orientation(image))))


def eight_bit_keeping_orientation(image: Image.Image) -> Image.Image:
    """`eight_bit`, with the orientation that EXIF or TIFF gave still known to Pillow."""
    orientation = orientation_of(image)
    flat = eight_bit(image)
    exif = Image.Exif()
    exif[0x0112] = orientation
    # A copy: `convert` may have handed back the very image, whose EXIF belongs to the file.
    flat = flat.copy()
    flat.info = {"exif": exif.tobytes()}
    return flat


def orientation_of(image: Image.Image) -> int:
    """EXIF or TIFF orientation, 1-8; 1 when there is none or it makes no sense."""
    try:
        value: Any = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001 (broken EXIF raises SyntaxError, struct.error, ValueError …: it says nothing then)
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1  # noqa: PLR2004 (TIFF 6.0, tag 274)


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


def is_grey(array: NDArray[np.uint8]) -> bool:
    """Whether an RGB page has no colour but what rounding leaves."""
    if array.ndim == 2:  # noqa: PLR2004
        return True
    low, high = array.min(axis=2), array.max(axis=2)
    return int((high - low).max()) <= 8  # noqa: PLR2004 (of 255)
