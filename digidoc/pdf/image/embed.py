"""Image XObjects of the file being written: our own encoded images, and those of a source PDF copied raw."""

import hashlib
import zlib
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from digidoc.pdf.icc import cmyk_profile
from digidoc.pdf.image.encoded import EncodedImage
from digidoc.pdf.image.xobject import LZW, filters

_SPACES = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
# ISO 19005-2, 6.2.8: no /Alternates, no /OPI, no /Interpolate true. What is not needed to show the pixels stays behind.
_KEPT_DECODED: Final[tuple[str, ...]] = (
    "/Type",
    "/Subtype",
    "/Width",
    "/Height",
    "/ColorSpace",
    "/BitsPerComponent",
    "/ImageMask",
    "/Decode",
)
_KEPT: Final[tuple[str, ...]] = (*_KEPT_DECODED, "/Filter", "/DecodeParms")


class Embedder:
    """Puts images into `pdf`, each profile and each copied object once; counts the bytes that wait in memory."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._profiles: dict[bytes, pikepdf.Object] = {}
        self._copies: dict[tuple[int, int], pikepdf.Object] = {}
        self.bytes_held = 0

    def embed(self, image: EncodedImage | pikepdf.Object) -> pikepdf.Object:
        """The image XObject."""
        if isinstance(image, EncodedImage):
            return self._own(image)
        return self._copied(image)

    def _copied(self, image: pikepdf.Object) -> pikepdf.Object:
        """An image XObject of another PDF that `why_not_raw` has let pass; drawn twice, it is there once.

        Its bytes are taken by hand: what pikepdf copies from file to file it keeps in memory on both sides. LZW is
        decoded.
        """
        if image.objgen in self._copies:
            return self._copies[image.objgen]
        if LZW in filters(image):
            data, kept = zlib.compress(image.read_bytes(), 9), _KEPT_DECODED
        else:
            data, kept = image.read_raw_bytes(), _KEPT
        made: pikepdf.Object = Stream(self._pdf, data, {key: self._value(image[key]) for key in kept if key in image})
        if kept is _KEPT_DECODED:
            made.Filter = Name.FlateDecode
        self.bytes_held += len(data)
        if "/ColorSpace" in image and not image.get("/ImageMask", False):
            made.ColorSpace = self._profiled(made.ColorSpace)
        if "/JPXDecode" in filters(image) and "/ColorSpace" in made:
            # A JPEG 2000 file says its colours itself, and `why_not_raw` has read them.
            del made["/ColorSpace"]
        self._copies[image.objgen] = made = self._pdf.make_indirect(made)
        return made

    def _value(self, value: Any) -> Any:
        """A value of the source's dictionary, for the new one's."""
        if not isinstance(value, pikepdf.Object):
            return value
        if value.is_indirect:
            return self._pdf.copy_foreign(value)
        if isinstance(value, Array):
            return Array([self._value(each) for each in value])
        if isinstance(value, Dictionary):
            return Dictionary({key: self._value(each) for key, each in value.items()})
        return value

    def _profiled(self, space: pikepdf.Object) -> pikepdf.Object:
        """The colour space, with a profile where it is DeviceCMYK, for which the output intent does not speak."""
        if space in (Name.DeviceCMYK, Array([Name.DeviceCMYK])):
            return Array([Name.ICCBased, self._profile(cmyk_profile(), 4)])
        if isinstance(space, Array) and space[0] == Name.Indexed:
            return Array([space[0], self._profiled(space[1]), space[2], space[3]])
        return space

    def _own(self, image: EncodedImage) -> pikepdf.Object:
        entries = Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=image.width,
            Height=image.height,
            Filter=Name(f"/{image.filter}"),
        )
        if image.parms:
            entries.DecodeParms = Dictionary({f"/{key}": value for key, value in image.parms.items()})
        if image.filter != "JPXDecode":
            # A JPEG 2000 file says its colours and depth itself.
            entries.ColorSpace = self._space(image)
            entries.BitsPerComponent = image.bits
        if image.inverted:
            entries.Decode = Array([1, 0] * image.colors)
        self.bytes_held += len(image.data)
        return self._pdf.make_indirect(Stream(self._pdf, image.data, entries))

    def _space(self, image: EncodedImage) -> pikepdf.Object:
        colors = 3 if image.palette is not None else image.colors
        space: pikepdf.Object = _SPACES[colors]
        if image.icc is not None:
            space = Array([Name.ICCBased, self._profile(image.icc, colors)])
        if image.palette is not None:
            space = Array([Name.Indexed, space, len(image.palette) // 3 - 1, image.palette])
        return space

    def _profile(self, icc: bytes, colors: int) -> pikepdf.Object:
        key = hashlib.sha256(icc).digest()
        if key not in self._profiles:
            entries = {"/N": colors, "/Alternate": _SPACES[colors]}
            self._profiles[key] = self._pdf.make_indirect(Stream(self._pdf, icc, entries))
        return self._profiles[key]
