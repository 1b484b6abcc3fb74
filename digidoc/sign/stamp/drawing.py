"""Form and image XObjects of a stamp: values that any writer can put into a file, made once and written many times.

Black is CalGray and pictures are CalRGB: neither needs an output intent, so PDF/A stays PDF/A
(ISO 19005-2, 6.2.4.2).
"""

from collections.abc import Mapping
from typing import Final

from digidoc.pdf.objects import Stream, Value

_WHITE: Final = [0.9505, 1, 1.089]
CAL_GRAY: Final[Value] = ["CalGray", {"WhitePoint": _WHITE}]
# Primaries and gamma of sRGB (IEC 61966-2-1).
_PRIMARIES: Final = [0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505]
_CAL_RGB: Final[Value] = ["CalRGB", {"WhitePoint": _WHITE, "Gamma": [2.2, 2.2, 2.2], "Matrix": _PRIMARIES}]
# What stands a stamp upright on a page that is turned clockwise by so many degrees when shown.
_TURNS: Final = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def form(content: bytes, size: tuple[float, float], rotate: int, resources: Mapping[str, Value]) -> Stream:
    """The form XObject of an appearance, upright for the reader whatever the page's /Rotate.

    Args:
        content: operators, in a space whose origin is the lower left corner of the upright stamp.
        size: width and height of the upright stamp, user space units.
        rotate: degrees clockwise by which the page is turned when shown.
        resources: that the operators name.

    """
    entries: Mapping[str, Value] = {
        "Type": "XObject",
        "Subtype": "Form",
        "BBox": [0, 0, *size],
        "Matrix": [*_TURNS[rotate], 0, 0],
        "Resources": resources,
    }
    return Stream(entries, content, packed=False)


def picture(colours: bytes, ground: bytes, size: tuple[int, int]) -> tuple[Stream, Stream]:
    """An image twice: with a soft mask, and with a hard one for files in which nothing may be transparent.

    Args:
        colours: RGB, 3 bytes a pixel, row by row.
        ground: opacity, 1 byte a pixel.
        size: width and height in pixels.

    """
    image: Mapping[str, Value] = {"Type": "XObject", "Subtype": "Image", "Width": size[0], "Height": size[1]}
    soft = Stream({**image, "ColorSpace": "DeviceGray", "BitsPerComponent": 8}, ground)
    hard = Stream({**image, "ImageMask": True, "BitsPerComponent": 1}, _left_out(ground, size[0]))
    shown: Mapping[str, Value] = {**image, "BitsPerComponent": 8, "ColorSpace": _CAL_RGB}
    return Stream({**shown, "SMask": soft}, colours), Stream({**shown, "Mask": hard}, colours)


def _left_out(ground: bytes, width: int) -> bytes:
    """One bit a pixel, rows padded to bytes: 1 where nothing is painted (ISO 32000-1, 8.9.6.3)."""
    import numpy as np

    opacity = np.frombuffer(ground, dtype=np.uint8).reshape(-1, width)
    return np.packbits(opacity < 128, axis=1).tobytes()  # noqa: PLR2004 (half opaque)
