"""The report as PDF/A-2u: fonts embedded with their letters' meaning, sRGB declared, metadata in XMP."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms

from digidoc import __version__
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.sign.clock import written
from digidoc.sign.report.content import FilePart, Report, SignaturePart
from digidoc.sign.report.layout import GREY, HEIGHT, WIDTH, Block, Colour, Line, Pictures, Row, Setter, Sheet, letters
from digidoc.sign.report.letters import Face, face
from digidoc.sign.report.pages import PagePair, Picture
from digidoc.sign.verdict import Verdict
from digidoc.sign.words import verdict_words

_OK: Final[Colour] = (0.10, 0.42, 0.18)
_UNSURE: Final[Colour] = (0.54, 0.35, 0.0)
_BAD: Final[Colour] = (0.69, 0.0, 0.125)
_COLOURS: Final = {Verdict.TOTAL_PASSED: _OK, Verdict.INDETERMINATE: _UNSURE}
_REGULAR, _BOLD = 400, 700
_MAP_BLOCK: Final = 100  # entries in one block of a CMap (ISO 32000-1, 9.10.3)


def pdf(report: Report, made: datetime) -> bytes:
    """The report as a file.

    Args:
        report: what it says.
        made: when, with a time zone.

    """
    blocks = list(_blocks(report))
    foot = _("{title}, {when} · page {page} of {pages}")
    used = letters(blocks) | set(report.title) | set(foot) | set(written(made)) | set("0123456789")
    faces = {False: face(used, _REGULAR), True: face(used, _BOLD)}
    setter = Setter(faces)
    for block in blocks:
        setter.set(block)
    pages = len(setter.sheets)
    setter.foot([foot.format(title=report.title, when=written(made), page=n, pages=pages) for n in range(1, pages + 1)])
    return _file_of(setter.sheets, faces, report.title, made)


def _blocks(report: Report) -> Iterator[Block]:
    yield Line(report.title, 17, bold=True)
    yield Line("", 4)
    for key, value in report.facts:
        yield Row(key, value)
    for verdict, said, number in report.counts:
        yield Line(f"{number} {said}", 11, bold=True, colour=_colour(verdict), above=4)
    for part in report.files:
        yield from _file(part)
    if report.note:
        yield Line(report.note, 9, colour=GREY, above=16)


def _colour(verdict: Verdict) -> Colour:
    return _COLOURS.get(verdict, _BAD)


def _file(part: FilePart) -> Iterator[Block]:
    colour = _colour(part.verdict)
    yield Line(part.name, 12, bold=True, above=18, rule=colour, together=60)
    yield Line(verdict_words(part.verdict).upper(), 9, bold=True, colour=colour, above=2)
    yield Line(part.sentence, 10)
    for key, value in part.facts:
        yield Row(key, value)
    for signature in part.signatures:
        yield from _signature(signature)
    for pair in part.pictures:
        yield _pages(pair)


def _signature(part: SignaturePart) -> Iterator[Block]:
    indent = 14.0
    yield Line(part.title, 10.5, bold=True, above=8, indent=indent, together=50)
    words = f"{verdict_words(part.verdict).upper()} – {part.sentence}"
    yield Line(words, 9.5, colour=_colour(part.verdict), indent=indent)
    for key, value in part.facts:
        yield Row(key, value, indent)
    for remark in part.remarks:
        yield Line(f"• {remark}", 9, indent=indent)
    if part.chain:
        yield Line(_("Certificates, from the signer upwards"), 9, colour=GREY, indent=indent, above=2, together=20)
    for place, certificate in enumerate(part.chain, 1):
        yield Line(f"{place}. {certificate}", 8, indent=indent)


def _pages(pair: PagePair) -> Pictures:
    captions = (
        _("Page {number} as it was signed").format(number=pair.page),
        _("Page {number} as it is now").format(number=pair.page),
    )
    return Pictures(captions, (pair.before, pair.after), _("There is no such page."))


def _file_of(sheets: list[Sheet], faces: dict[bool, Face], title: str, made: datetime) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        fonts = Dictionary(FR=_font(document, faces[False]), FB=_font(document, faces[True]))
        for sheet in sheets:
            pictures = {f"/{name}": _image(document, picture) for name, picture in sheet.pictures.items()}
            page = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, WIDTH, HEIGHT]),
                Resources=Dictionary(Font=fonts, XObject=Dictionary(pictures)),
                Contents=document.make_stream(b"\n".join(sheet.content)),
            )
            document.pages.append(pikepdf.Page(page))
        _declare(document, title, made)
        document.save(out, min_version="1.7", deterministic_id=True)
    return out.getvalue()


def _declare(document: pikepdf.Pdf, title: str, made: datetime) -> None:
    """What PDF/A-2u asks a file to say of itself (ISO 19005-2, 6.2.3 and 6.6)."""
    profile = document.make_stream(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
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
        xmp["xmp:CreatorTool"] = f"digidoc {__version__}"
        xmp["xmp:CreateDate"] = made.isoformat(timespec="seconds")
        xmp["xmp:ModifyDate"] = made.isoformat(timespec="seconds")


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
        ToUnicode=document.make_indirect(document.make_stream(_to_unicode(made))),
    )
    return document.make_indirect(font)


def _to_unicode(made: Face) -> bytes:
    pairs = sorted((glyph, letter) for letter, glyph in made.glyphs.items())
    rows = []
    for start in range(0, len(pairs), _MAP_BLOCK):
        block = pairs[start : start + _MAP_BLOCK]
        entries = "".join(f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>\n" for glyph, letter in block)
        rows.append(f"{len(block)} beginbfchar\n{entries}endbfchar\n")
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{''.join(rows)}"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
