"""The stamp as PDF objects: a form XObject and its embedded font, fit for PDF/A-2u."""

from dataclasses import dataclass
from typing import Any, Protocol

from pyhanko.pdf_utils import generic as untyped
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.stamp import BaseStampStyle

from digidoc.sign.fonts import StampFont
from digidoc.sign.stamp import LEADING, Stamp


class Objects(Protocol):
    """What takes new PDF objects: pyHanko's writers."""

    def add_object(self, obj: Any) -> Any:
        """Store the object; gives its reference."""


@dataclass(frozen=True)
class StampStyle(BaseStampStyle):
    """Gives pyHanko the appearance of a `Stamp`; its own styles know neither /Rotate nor PDF/A."""

    stamp: Stamp | None = None

    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> Any:  # noqa: ARG002 (pyHanko's signature)
        """The appearance, to be put on the signature's widget."""
        if self.stamp is None:
            return None
        return _Appearance(writer, self.stamp)


# pyHanko's object classes carry no annotations.
generic: Any = untyped


@dataclass(frozen=True, slots=True)
class _Appearance:
    writer: Objects
    stamp: Stamp

    def apply_appearance(self, annotation: Any) -> None:
        """Hang the appearance on the widget, upright for the reader whatever the page's /Rotate."""
        name = self.writer.add_object(_form(self.stamp, _font_object(self.writer, self.stamp.font)))
        annotation[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): name})
        if self.stamp.rotate:
            turned = generic.DictionaryObject({pdf_name("/R"): generic.NumberObject(self.stamp.rotate)})
            annotation[pdf_name("/MK")] = turned


def _numbers(*values: float) -> Any:
    return generic.ArrayObject([generic.FloatObject(f"{value:.4f}") for value in values])


def _form(stamp: Stamp, font: Any) -> Any:
    """The form XObject. Black is CalGray: it needs no output intent, so PDF/A stays PDF/A."""
    lines = [b"BT /Ink cs 0 sc /F %.4f Tf %.4f TL" % (stamp.size, stamp.size * LEADING)]
    # The base line lies so that ascent and descent share what the leading leaves free.
    ascent, descent = (value * stamp.size / 1000 for value in (stamp.font.ascent, stamp.font.descent))
    lines.append(b"0 %.4f Td" % (stamp.height - (stamp.size * LEADING + ascent + descent) / 2))
    lines += [b"<%s> Tj T*" % stamp.font.encode(line).hex().encode() for line in stamp.lines]
    cal_gray = generic.DictionaryObject({pdf_name("/WhitePoint"): _numbers(0.9505, 1, 1.089)})
    turn = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[stamp.rotate]
    resources = {
        pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F"): font}),
        pdf_name("/ColorSpace"): generic.DictionaryObject(
            {pdf_name("/Ink"): generic.ArrayObject([pdf_name("/CalGray"), cal_gray])}
        ),
    }
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers(0, 0, stamp.width, stamp.height),
            pdf_name("/Matrix"): _numbers(*turn, 0, 0),
            pdf_name("/Resources"): generic.DictionaryObject(resources),
        },
        stream_data=b"\n".join([*lines, b"ET"]),
    )


def _font_object(writer: Objects, font: StampFont) -> Any:
    """The composite font (ISO 32000-1, 9.7) with its program embedded and a /ToUnicode for PDF/A-2u."""
    name = pdf_name(f"/{font.name}")
    program = generic.StreamObject(
        {pdf_name("/Length1"): generic.NumberObject(len(font.program))}, stream_data=font.program
    )
    program.compress()
    descriptor = {
        "/Type": pdf_name("/FontDescriptor"),
        "/FontName": name,
        "/Flags": generic.NumberObject(4),
        "/FontBBox": _numbers(*font.box),
        "/ItalicAngle": generic.NumberObject(0),
        "/Ascent": generic.NumberObject(font.ascent),
        "/Descent": generic.NumberObject(font.descent),
        "/CapHeight": generic.NumberObject(font.ascent),
        "/StemV": generic.NumberObject(80),
        "/FontFile2": writer.add_object(program),
    }
    widths = generic.ArrayObject([generic.NumberObject(width) for width in font.widths])
    system = {
        "/Registry": generic.TextStringObject("Adobe"),
        "/Ordering": generic.TextStringObject("Identity"),
        "/Supplement": generic.NumberObject(0),
    }
    descendant = {
        "/Type": pdf_name("/Font"),
        "/Subtype": pdf_name("/CIDFontType2"),
        "/BaseFont": name,
        "/CIDSystemInfo": _dictionary(system),
        "/FontDescriptor": writer.add_object(_dictionary(descriptor)),
        "/W": generic.ArrayObject([generic.NumberObject(0), widths]),
        "/CIDToGIDMap": pdf_name("/Identity"),
    }
    composite = {
        "/Type": pdf_name("/Font"),
        "/Subtype": pdf_name("/Type0"),
        "/BaseFont": name,
        "/Encoding": pdf_name("/Identity-H"),
        "/DescendantFonts": generic.ArrayObject([writer.add_object(_dictionary(descendant))]),
        "/ToUnicode": writer.add_object(generic.StreamObject(stream_data=_to_unicode(font))),
    }
    return writer.add_object(_dictionary(composite))


def _dictionary(entries: dict[str, Any]) -> Any:
    return generic.DictionaryObject({pdf_name(key): value for key, value in entries.items()})


def _to_unicode(font: StampFont) -> bytes:
    pairs = sorted((glyph, letter) for letter, glyph in font.glyphs.items())
    most = 100  # entries in one block (ISO 32000-1, 9.10.3, by way of the CMap specification)
    blocks = [pairs[start : start + most] for start in range(0, len(pairs), most)]
    rows = [
        f"{len(block)} beginbfchar\n"
        + "".join(f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>\n" for glyph, letter in block)
        + "endbfchar\n"
        for block in blocks
    ]
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + "".join(rows)
        + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
