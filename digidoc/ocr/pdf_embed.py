"""Image XObjects of the file being written: our own encoded images, and those of a source PDF copied raw."""

import hashlib
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from digidoc.ocr.content import EncodedImage
from digidoc.ocr.icc import cmyk_profile
from digidoc.ocr.pdf_raw import LZW, filters

_SPACES = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
# ISO 19005-2, 6.2.8: no /Alternates, no /OPI, no /Interpolate true. What is not needed to show the pixels stays behind.
_KEPT_DECODED = ("/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/ImageMask", "/Decode")
_KEPT = (*_KEPT_DECODED, "/DecodeParms")


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

        The stream's bytes stay in the source file until the new one is saved; LZW alone is decoded.
        """
        if image.objgen in self._copies:
            return self._copies[image.objgen]
        if LZW in filters(image):
            data = image.read_bytes()
            made: pikepdf.Object = Stream(self._pdf, zlib.compress(data, 6), {"/Filter": Name.FlateDecode})
            self.bytes_held += len(data)
            kept: tuple[str, ...] = _KEPT_DECODED
        else:
            made = self._pdf.make_indirect(self._pdf.copy_foreign(image))
            kept = _KEPT
        for key in [key for key in made.keys() if key not in (*kept, "/Length", "/Filter")]:  # noqa: SIM118 (pikepdf)
            del made[key]
        for key in kept:
            if key in image and key not in made:
                value = image[key]
                made[key] = (
                    self._pdf.copy_foreign(value) if isinstance(value, pikepdf.Object) and value.is_indirect else value
                )
        if "/ColorSpace" in image and not image.get("/ImageMask", False):
            made.ColorSpace = self._profiled(made.ColorSpace)
        if "/JPXDecode" in filters(image) and "/ColorSpace" in made:
            # A JPEG 2000 file says its colours itself, and `why_not_raw` has read them.
            del made["/ColorSpace"]
        self._copies[image.objgen] = made = self._pdf.make_indirect(made)
        return made

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
