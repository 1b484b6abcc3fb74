"""Which image XObjects of a source PDF may stand in a PDF/A-2 with their streams as they are."""

from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Name

from digidoc.pdf.icc import usable_icc
from digidoc.pdf.image.jpx import jp2_stream, jpx_size

# ISO 19005-2, 6.1.7.2: the filters of ISO 32000-1 but LZW and (mostly) Crypt.
_FILTERS = {"/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode", "/ASCII85Decode"}
_FILTERS |= {"/ASCIIHexDecode", "/JPXDecode"}
LZW = "/LZWDecode"
# What qpdf decodes by itself, so that it can say whether the data is whole.
_DECODED_BY_QPDF = {"/FlateDecode", "/DCTDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode", LZW}
_BITS = (1, 2, 4, 8, 16)
_DEVICE = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}
_CIE = {"/CalGray": 1, "/CalRGB": 3, "/Lab": 3}
# Decoded, an image takes two to three times its bytes while it is handled, and a worker has 1 GB: 50 megapixels in
# colour (A3 at 500 dpi), 144 in grey and in black and white (A0 at 300 dpi).
MAX_DECODED_BYTES = 200 * 10**6
MAX_IMAGE_PIXELS = 144 * 10**6


def filters(image: pikepdf.Object) -> list[str]:
    """Names of the stream's filters, in order of decoding."""
    found = image.get("/Filter")
    if found is None:
        return []
    return [str(name) for name in found] if isinstance(found, Array) else [str(found)]


def too_large(image: pikepdf.Object) -> bool:
    """Whether the pixels, by the dictionary or by the file inside it, would not fit in a worker's memory.

    Four components are assumed where it is not grey; its mask counts by itself.
    """
    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    if "/JPXDecode" in filters(image):
        width, height = max((width, height), jpx_size(image.read_raw_bytes()), key=lambda size: size[0] * size[1])
    bits = 1 if image.get("/ImageMask", False) else int(image.get("/BitsPerComponent", 8))
    components = 1 if bits == 1 or image.get("/ColorSpace") == Name.DeviceGray else 4
    if width * height * bits * components // 8 > MAX_DECODED_BYTES or width * height > MAX_IMAGE_PIXELS:
        return True
    return any(isinstance(image.get(key), pikepdf.Stream) and too_large(image[key]) for key in ("/SMask", "/Mask"))


def why_not_raw(image: pikepdf.Object, *, masked: bool = False) -> str:
    """Empty when the image may be copied as it is (LZW, which is forbidden, is decoded then), else the reason.

    `masked`: its masks, which the caller looks at, do not stand against it.
    """
    try:
        return _why_not(image, masked=masked)
    except Exception as error:  # noqa: BLE001 (fuzzed dictionaries raise anything)
        return f"broken image dictionary ({type(error).__name__})"


def damaged(data: bytes, chain: Sequence[str], parms: Any = None) -> bool:
    """Whether a stream cannot be decoded without a complaint, as a JPEG with bytes too many or too few.

    Viewers show what they can of such an image, but a strict reader has something against the file that holds it. Of
    CCITT, JBIG2 and JPEG 2000 nothing is known here.

    Args:
        data: as it stands in the file.
        chain: names of its filters, in order of decoding.
        parms: its /DecodeParms; without them the pixels that come out are not looked at, the packing is.

    """
    if not _DECODED_BY_QPDF.issuperset(chain):
        return False
    with pikepdf.new() as scratch:
        stream = scratch.make_stream(data, Filter=Array([Name(name) for name in chain]))
        # A JPEG alone needs none, and what programs write there keeps qpdf from decoding it.
        if parms is not None and list(chain) != ["/DCTDecode"]:
            stream.DecodeParms = pikepdf.Object.parse(parms.unparse(resolved=True))
        scratch.Root.Image = stream
        return bool(scratch.check_pdf_syntax())


def _why_not(image: pikepdf.Object, *, masked: bool) -> str:
    chain = filters(image)
    unknown = set(chain) - _FILTERS - {LZW}
    if unknown or "/F" in image:
        return f"filter {', '.join(sorted(unknown)) or 'outside the file'}"
    if int(image.get("/SMaskInData", 0)) or (not masked and ("/SMask" in image or "/Mask" in image)):
        return "transparency"
    if "/JPXDecode" in chain:
        legal = chain == ["/JPXDecode"] and jp2_stream(image.read_raw_bytes()) is not None
        return "" if legal else "a JPEG 2000 that PDF/A does not take"
    if not image.get("/ImageMask", False):
        if int(image.get("/BitsPerComponent", 0)) not in _BITS:
            return "bits per component"
        if not _components(image.get("/ColorSpace")):
            return "colour space"
    return "damaged data" if damaged(image.read_raw_bytes(), chain, image.get("/DecodeParms")) else ""


def _components(space: Any) -> int:  # noqa: PLR0911 (one answer a kind of colour space)
    """Components of a colour space that PDF/A-2 takes beside an sRGB output intent; 0 for one that it does not.

    DeviceCMYK counts: it is written with a profile.
    """
    if isinstance(space, Name):
        return _DEVICE.get(str(space), 0)
    if not isinstance(space, Array) or not len(space):
        return 0
    # As text: pikepdf does not hash a name that the file holds as an object of its own.
    kind = str(space[0])
    if kind in _DEVICE and len(space) == 1:
        return _DEVICE[kind]
    if kind in _CIE:
        return _CIE[kind]
    if kind == "/ICCBased":
        colors = int(space[1].get("/N", 0))
        return colors if usable_icc(space[1].read_bytes(), colors) else 0
    if kind == "/Indexed":
        return 1 if not _is_indexed(space[1]) and _components(space[1]) else 0
    return 0


def _is_indexed(space: Any) -> bool:
    return isinstance(space, Array) and len(space) > 0 and space[0] == Name.Indexed
