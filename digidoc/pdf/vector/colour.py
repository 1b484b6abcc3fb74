"""Colours, images, shadings and graphics states: which may stand in a PDF/A-2 that shows by sRGB, as they are."""

from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from digidoc.pdf.icc import usable_icc
from digidoc.pdf.image.xobject import LZW, filters, why_not_raw
from digidoc.pdf.vector.refusal import NotVectorError, vet

# ISO 19005-2, 6.2.4.3: an RGB output intent speaks for these two; for DeviceCMYK the resources must name a DefaultCMYK,
# which the copy gives them.
_DEVICE = ("/DeviceGray", "/DeviceRGB")
_CMYK = "/DeviceCMYK"
_CIE = ("/CalGray", "/CalRGB", "/Lab")
# ISO 32000-1, 8.6.5.8.
INTENTS: Final = ("/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual")
# ISO 32000-1, tables 136 and 137.
_ONE_BY_ONE: Final = ("Normal", "Compatible", "Multiply", "Screen", "Overlay", "Darken", "Lighten", "ColorDodge")
_BY_HUE: Final = ("Hue", "Saturation", "Color", "Luminosity")
_BLENDS: Final = frozenset((*_ONE_BY_ONE, "ColorBurn", "HardLight", "SoftLight", "Difference", "Exclusion", *_BY_HUE))
# ISO 19005-2, 6.2.5; transfer functions, blending and intents are looked at one by one in `check_state`, halftones and
# black generation, which are for printing presses, are left out of the copy.
_LINES: Final = ("Type", "LW", "LC", "LJ", "ML", "D", "FL", "SM", "SA", "Font")
_PAINT: Final = ("CA", "ca", "AIS", "TK", "OP", "op", "OPM", "BM", "RI", "SMask")
_PRESS: Final = ("TR", "TR2", "HT", "BG", "BG2", "UCR", "UCR2")
_STATE: Final = frozenset(f"/{key}" for key in (*_LINES, *_PAINT, *_PRESS))
_MAX_SHADINGS = 7


def check_space(space: Any, *, pattern: bool = True) -> bool:
    """A colour space; whether it is, or stands on, DeviceCMYK.

    Raises:
        NotVectorError: sRGB does not say how it looks, or PDF/A does not take it.

    """
    if isinstance(space, Name):
        kind, rest = str(space), None
    elif isinstance(space, Array) and len(space):
        kind, rest = str(space[0]), space
    else:
        raise NotVectorError("colour-space", "broken")
    if kind in (*_DEVICE, _CMYK) or (kind == "/Pattern" and pattern and (rest is None or len(rest) == 1)):
        return kind == _CMYK
    if rest is None or len(rest) < 2:  # noqa: PLR2004
        raise NotVectorError("colour-space", kind[1:])
    vet(*(each for each in rest if not isinstance(each, pikepdf.Stream)))
    if kind == "/ICCBased":
        _check_icc(rest[1])
    elif kind == "/Indexed" or (kind == "/Pattern" and pattern):
        return check_space(rest[1], pattern=False)
    elif kind not in _CIE:
        raise NotVectorError("colour-space", kind[1:])
    return False


def _check_icc(stream: Any) -> None:
    colors = int(stream.get("/N", 0)) if isinstance(stream, pikepdf.Stream) else 0
    if not colors or usable_icc(stream.read_bytes(), colors) is None:
        raise NotVectorError("icc-profile", "one that PDF/A-2 does not take")


def check_image(image: pikepdf.Object) -> bool:
    """An image XObject with its masks; whether it is in DeviceCMYK.

    Raises:
        NotVectorError: see there.

    """
    if "/OC" in image:
        raise NotVectorError("layers")
    for key in ("/SMask", "/Mask"):
        mask = image.get(key)
        if isinstance(mask, pikepdf.Stream):
            if "/SMask" in mask or "/Mask" in mask:
                raise NotVectorError("image", "a mask with a mask")
            check_image(mask)
            if key == "/SMask" and mask.get("/ColorSpace") != Name.DeviceGray:
                raise NotVectorError("image", "a mask in colour")
    if reason := why_not_raw(image, masked=True):
        raise NotVectorError("image", reason)
    if str(image.get("/Intent", INTENTS[0])) not in INTENTS:
        raise NotVectorError("rendering-intent")
    space = image.get("/ColorSpace")
    return space is not None and not image.get("/ImageMask", False) and check_space(space, pattern=False)


def check_inline(image: pikepdf.PdfInlineImage) -> str:
    """An image within the operators; the name of the colour space that it takes from the resources, or ""."""
    entries = image.obj  # keys and names as of an image XObject
    if entries.get("/Interpolate", False):
        raise NotVectorError("image", "interpolation of an image within the operators")
    found = entries.get("/Filter", Array([]))
    if any(str(name) in (LZW, "/Crypt") for name in (found if isinstance(found, Array) else [found])):
        raise NotVectorError("image", "LZW within the operators")
    space = entries.get("/ColorSpace")
    if isinstance(space, Array):
        if len(space) < 2 or str(space[1]) not in _DEVICE:  # noqa: PLR2004
            raise NotVectorError("colour-space", "of an image within the operators")
        return ""
    name = str(space) if space is not None else ""
    return "" if name in _DEVICE else name


def check_shading(shading: Any) -> bool:
    """A shading with its functions; whether it is in DeviceCMYK.

    Raises:
        NotVectorError: see there.

    """
    if not isinstance(shading, Dictionary | pikepdf.Stream):
        raise NotVectorError("resources", "a shading that is not there")
    if not 1 <= int(shading.get("/ShadingType", 0)) <= _MAX_SHADINGS:
        raise NotVectorError("shading", "of no known type")
    vet(*(value for key, value in shading.items() if key != "/ColorSpace"))
    return check_space(shading.get("/ColorSpace"), pattern=False)


def check_group(group: Any) -> None:
    """A transparency group's dictionary (ISO 19005-2, 6.2.10)."""
    if isinstance(group, Dictionary) and "/CS" in group and check_space(group.CS, pattern=False):
        raise NotVectorError("blending", "in CMYK")


def check_state(state: Any) -> bool:
    """A graphics state but for its font and its soft mask; never in DeviceCMYK.

    Raises:
        NotVectorError: see there.

    """
    if not isinstance(state, Dictionary):
        raise NotVectorError("resources", "a graphics state that is not there")
    for key in state:
        if key not in _STATE:
            raise NotVectorError("graphics-state", str(key)[1:])
    if state.get("/TR", Name.Identity) != Name.Identity or str(state.get("/TR2", "/Default")) not in (
        "/Default",
        "/Identity",
    ):
        raise NotVectorError("transfer-function")
    if str(state.get("/BM", "/Normal"))[1:] not in _BLENDS:
        raise NotVectorError("blending")
    if str(state.get("/RI", INTENTS[0])) not in INTENTS:
        raise NotVectorError("rendering-intent")
    if int(state.get("/OPM", 0)) and (state.get("/OP", False) or state.get("/op", False)):
        raise NotVectorError("overprinting")
    vet(*(value for key, value in state.items() if key not in ("/SMask", "/Font")))
    return False


def has_lzw(stream: pikepdf.Object) -> bool:
    """Whether the stream is packed by LZW, which PDF/A forbids."""
    return LZW in filters(stream)
