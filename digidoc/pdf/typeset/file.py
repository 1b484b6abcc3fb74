"""Pages as a PDF/A-2u file: fonts embedded with their letters' meaning, sRGB declared, metadata in XMP."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms

from digidoc import AGENT
from digidoc.i18n import current
from digidoc.pdf.typeset.blocks import Picture
from digidoc.pdf.typeset.face import Face, to_unicode
from digidoc.pdf.typeset.sheet import Sheet

# Of an ICC profile (ISO 15076-1, 7.2.8): year, month, day, hour, minute, second, two bytes each.
_DATE: Final = slice(24, 36)
_NO_DATE: Final = b"".join(part.to_bytes(2, "big") for part in (2000, 1, 1, 0, 0, 0))


def pdf_a(sheets: Sequence[Sheet], faces: Mapping[bool, Face], title: str, made: datetime) -> bytes:
    """The file.

    Args:
        sheets: its pages.
        faces: the typefaces that they use, by whether they are bold.
        title: of the document.
        made: when, with a time zone.

    """
    out = io.BytesIO()
    with pikepdf.new() as document:
        fonts = Dictionary(FR=_font(document, faces[False]), FB=_font(document, faces[True]))
        for sheet in sheets:
            pictures = Dictionary({f"/{name}": _image(document, picture) for name, picture in sheet.pictures.items()})
            page = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, sheet.paper.width, sheet.paper.height]),
                Resources=Dictionary(Font=fonts, XObject=pictures),
                Contents=document.make_stream(sheet.content),
            )
            document.pages.append(pikepdf.Page(page))
        _declare(document, title, made)
        document.save(out, min_version="1.7", deterministic_id=True)
    return out.getvalue()


def _declare(document: pikepdf.Pdf, title: str, made: datetime) -> None:
    """What PDF/A-2u asks a file to say of itself (ISO 19005-2, 6.2.3 and 6.6)."""
    profile = document.make_stream(_srgb())
    profile.N = 3
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String("sRGB"),
        DestOutputProfile=document.make_indirect(profile),
    )
    document.Root.OutputIntents = Array([intent])
    document.Root.Lang = pikepdf.String(current())
    document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with document.open_metadata(set_pikepdf_as_editor=False) as xmp:
        xmp["pdfaid:part"] = "2"
        xmp["pdfaid:conformance"] = "U"
        xmp["dc:title"] = title
        xmp["xmp:CreatorTool"] = AGENT
        xmp["xmp:CreateDate"] = made.isoformat(timespec="seconds")
        xmp["xmp:ModifyDate"] = made.isoformat(timespec="seconds")


def _srgb() -> bytes:
    """The colour profile, without the time at which it was made: the same report gives the same file."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[: _DATE.start] + _NO_DATE + made[_DATE.stop :]


def _image(document: pikepdf.Pdf, picture: Picture) -> pikepdf.Object:
    image = pikepdf.Stream(
        document,
        picture.jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    return document.make_indirect(image)


def _font(document: pikepdf.Pdf, made: Face) -> pikepdf.Object:
    """The composite font (ISO 32000-1, 9.7) with its program embedded and a /ToUnicode."""
    program = document.make_stream(made.program)
    program.Length1 = len(made.program)
    name = Name(f"/{made.name}")
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=Array(list(made.box)),
        ItalicAngle=0,
        Ascent=made.ascent,
        Descent=made.descent,
        CapHeight=made.ascent,
        StemV=80,
        FontFile2=document.make_indirect(program),
    )
    registry, ordering = pikepdf.String("Adobe"), pikepdf.String("Identity")
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=registry, Ordering=ordering, Supplement=0),
        FontDescriptor=document.make_indirect(descriptor),
        W=Array([0, Array(list(made.widths))]),
        CIDToGIDMap=Name.Identity,
    )
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=name,
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([document.make_indirect(descendant)]),
        ToUnicode=document.make_indirect(document.make_stream(to_unicode(made))),
    )
    return document.make_indirect(font)
