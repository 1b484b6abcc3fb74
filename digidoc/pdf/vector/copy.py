"""Pages that keep their own drawing: what `VectorCheck` has let pass, copied without what PDF/A forbids."""

import zlib
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from digidoc.pdf.font.cmap import write_cmap
from digidoc.pdf.geometry import inverse, number
from digidoc.pdf.icc import cmyk_profile
from digidoc.pdf.image.xobject import LZW, filters
from digidoc.pdf.vector.font import unicode_map
from digidoc.pdf.vector.refusal import LEFT_OUT
from digidoc.pdf.vector.values import Drawn, ObjectKey, VectorPage

# ISO 19005-2, 6.2.8 and 6.2.9: what images and forms must not have, and what leads out of the page.
_NOT_OF_DRAWINGS: Final = frozenset(("/Alternates", "/Interpolate", "/Name", "/OPI", "/ID", "/Thumb"))
_PACKING: Final = frozenset(("/Filter", "/DecodeParms", "/Length", "/F", "/FFilter", "/FDecodeParms"))


class VectorCopier:
    """Copies into one PDF; what several pages share is there once. Counts the bytes that wait in memory."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._copies: dict[ObjectKey, pikepdf.Object] = {}
        self.bytes_held = 0
        self._forms: dict[ObjectKey, Drawn] = {}
        self._profile: pikepdf.Object | None = None

    def page(self, vector: VectorPage, turn: int, over: pikepdf.Object | None) -> pikepdf.Object:
        """The page.

        Args:
            vector: what to copy.
            turn: degrees clockwise that stand it upright, beside its own /Rotate.
            over: a form to be laid over it, in the coordinates of the page as displayed.

        """
        self._forms = vector.forms
        source = vector.page.obj
        found = source.get("/Contents")
        parts = [self._value(part) for part in (found if isinstance(found, Array) else [found])]
        parts = [part for part in parts if isinstance(part, pikepdf.Stream)]
        resources = self._resources(vector.page.resources, vector.drawn)
        if over is not None:
            parts = self._overlaid(parts, resources, vector, over)
        page = Dictionary(
            Type=Name.Page, MediaBox=Array(list(vector.geometry.box)), Resources=resources, Contents=Array(parts)
        )
        if rotate := (vector.geometry.rotate + turn) % 360:
            page.Rotate = rotate
        if isinstance(source.get("/Group"), Dictionary):
            page.Group = self._value(source.Group)
        return self._pdf.make_indirect(page)

    def _overlaid(
        self, parts: list[pikepdf.Object], resources: Any, vector: VectorPage, over: pikepdf.Object
    ) -> list[pikepdf.Object]:
        """The page's own operators in a state of their own, then the form."""
        if "/XObject" not in resources:
            resources.XObject = Dictionary()
        names = resources.XObject
        name = next(name for count in range(len(names) + 1) if (name := f"/Text{count}") not in names)
        names[name] = over
        matrix = " ".join(map(number, inverse(vector.geometry.to_points)))
        closing = "Q " * ((vector.drawn.unclosed or 0) + 1)
        after = f"\n{closing}q {matrix} cm {name} Do Q\n"
        return [self._pdf.make_stream(b"q\n"), *parts, self._pdf.make_stream(after.encode("ascii"))]

    def _resources(self, found: Any, drawn: Drawn | None) -> pikepdf.Object:
        """Those resources that are used, and what DeviceCMYK means (ISO 19005-2, 6.2.4.3)."""
        if drawn is None:
            return Dictionary()
        kinds = {
            kind: {name: self._value(found[kind][name]) for name in sorted(names)}
            for kind, names in sorted(drawn.uses.items())
        }
        if drawn.cmyk and "/DefaultCMYK" not in kinds.get("/ColorSpace", {}):
            kinds.setdefault("/ColorSpace", {})["/DefaultCMYK"] = Array([Name.ICCBased, self._cmyk()])
        return Dictionary({kind: Dictionary(names) for kind, names in kinds.items()})

    def _cmyk(self) -> pikepdf.Object:
        if self._profile is None:
            self._profile = self._pdf.make_indirect(Stream(self._pdf, cmyk_profile(), {"/N": 4}))
        return self._profile

    def _value(self, value: Any) -> Any:
        if not isinstance(value, pikepdf.Object):
            return value
        if value.is_indirect:
            return self._shared(value)
        if isinstance(value, Array):
            return Array([self._value(each) for each in value])
        if isinstance(value, Dictionary):
            return Dictionary(self._entries(value))
        return value

    def _shared(self, value: pikepdf.Object) -> Any:
        key = value.objgen
        if key in self._copies:
            return self._copies[key]
        if isinstance(value, pikepdf.Stream):
            made = self._stream(value)
        elif isinstance(value, Dictionary):
            made = self._pdf.make_indirect(Dictionary(self._entries(value)))
        elif isinstance(value, Array):
            made = self._pdf.make_indirect(Array([self._value(each) for each in value]))
        else:
            # A number or a name as an object of its own: nothing is gained by sharing it.
            return pikepdf.Object.parse(value.unparse(resolved=True))
        self._copies[key] = made
        return made

    def _entries(self, found: pikepdf.Object) -> dict[str, Any]:
        entries = {
            key: self._value(value) for key, value in found.items() if key not in LEFT_OUT and key != "/ToUnicode"
        }
        if "/ToUnicode" in found:
            # Written anew: readers and judges differ in what they make of a map with mistakes in it.
            width = 2 if found.get("/Subtype") == Name.Type0 else 1
            entries["/ToUnicode"] = self._pdf.make_stream(write_cmap(unicode_map(found), width))
        if found.get("/Subtype") == Name.CIDFontType2:
            # ISO 19005-2, 6.2.11.3.2: it must be said, even where it is the default.
            entries.setdefault("/CIDToGIDMap", Name.Identity)
        return entries

    def _stream(self, found: pikepdf.Object) -> pikepdf.Object:
        if LZW in filters(found):
            data, packing = zlib.compress(found.read_bytes(), 9), {"/Filter": Name.FlateDecode}
        else:
            data = found.read_raw_bytes()
            packing = {key: self._value(found[key]) for key in ("/Filter", "/DecodeParms") if key in found}
        drawing = found.get("/Subtype") in (Name.Image, Name.Form) or "/PatternType" in found
        left_out = _PACKING | _NOT_OF_DRAWINGS if drawing else _PACKING
        entries = {
            key: self._value(value)
            for key, value in found.items()
            if key not in left_out and key not in LEFT_OUT and not (drawing and key == "/Resources")
        }
        if drawing and "/Resources" in found:
            entries["/Resources"] = self._resources(found.Resources, self._forms.get(found.objgen))
        if "/JPXDecode" in filters(found):
            entries.pop("/ColorSpace", None)
        self.bytes_held += len(data)
        return self._pdf.make_indirect(Stream(self._pdf, data, {**entries, **packing}))
