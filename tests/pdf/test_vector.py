"""Born-digital pages keep their own drawing where PDF/A-2u allows it, and become pictures with a reason where not."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Operator, Stream

from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.pdf.font.cmap import read_cmap, write_cmap
from digidoc.pdf.pdfa import DocumentInfo
from digidoc.pdf.typeset.blocks import Line as Paragraph
from digidoc.pdf.typeset.document import document
from digidoc.pdf.typeset.sheet import UPRIGHT
from tests.judges import pdftotext, qpdf_check, verapdf_2u, word_boxes
from tests.ocr.made import any_texts, visible_text_pdf
from tests.scans import LINES

Change = Callable[[pikepdf.Pdf], object]


@lru_cache(maxsize=2)
def _set(paragraphs: tuple[str, ...]) -> bytes:
    blocks = [Paragraph(text, rule="#404040") for text in paragraphs]
    return document(blocks, UPRIGHT, "Giấy tờ", "Chân trang", datetime(2026, 1, 1, tzinfo=UTC))


def _born(path: Path, change: Change | None = None, paragraphs: tuple[str, ...] = LINES) -> Path:
    """A page of text as a program sets it, with `change` done to it."""
    path.write_bytes(_set(paragraphs))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        # What made it already PDF/A must not be what makes the copy so.
        del pdf.Root.OutputIntents, pdf.Root.Metadata
        if change is not None:
            change(pdf)
        pdf.save(path, compress_streams=False)  # qpdf would pack what is packed by LZW anew
    return path


def _convert(path: Path, out: Path) -> tuple[str, ...]:
    with open_source(path) as source:
        return write_searchable(source, any_texts(source), out, about=lambda: DocumentInfo(title="Giấy tờ")).notes


def _shown(path: Path, page: int = 0) -> NDArray[np.uint8]:
    opened = pypdfium2.PdfDocument(path)
    pixels: NDArray[np.uint8] = opened[page].render(scale=100 / 72).to_numpy()[:, :, :3].copy()
    opened.close()
    return pixels


def _page(pdf: pikepdf.Pdf) -> Any:
    return pdf.pages[0].obj


def _fonts(pdf: pikepdf.Pdf) -> list[Any]:
    return list(_page(pdf).Resources.Font.values())


def _draw(pdf: pikepdf.Pdf, operators: bytes, **resources: Any) -> None:
    """More operators at the end of the page."""
    for kind, named in resources.items():
        if f"/{kind}" not in _page(pdf).Resources:
            _page(pdf).Resources[f"/{kind}"] = Dictionary()
        for name, value in named.items():
            _page(pdf).Resources[f"/{kind}"][f"/{name}"] = value
    pdf.pages[0].contents_add(pdf.make_stream(b"\nq " + operators + b" Q\n"))


def _form(pdf: pikepdf.Pdf, operators: bytes, **entries: Any) -> pikepdf.Object:
    made = Stream(pdf, operators, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 100]))
    for key, value in {"Resources": Dictionary(), **entries}.items():
        made[f"/{key}"] = value
    return pdf.make_indirect(made)


def _image(pdf: pikepdf.Pdf, **entries: Any) -> pikepdf.Object:
    made = Stream(pdf, bytes(range(48)), Type=Name.XObject, Subtype=Name.Image, Width=4, Height=4, BitsPerComponent=8)
    for key, value in {"ColorSpace": Name.DeviceRGB, **entries}.items():
        made[f"/{key}"] = value
    return pdf.make_indirect(made)


_PLACED = b"100 0 0 100 400 600 cm /X Do"


def _soft_mask(pdf: pikepdf.Pdf) -> None:
    mask = _image(pdf, ColorSpace=Name.DeviceGray)
    _draw(pdf, _PLACED, XObject={"X": _image(pdf, SMask=mask, Alternates=Array([]))})


def _smooth(pdf: pikepdf.Pdf) -> None:
    _draw(pdf, _PLACED, XObject={"X": _image(pdf, Interpolate=True)})


def _shading(pdf: pikepdf.Pdf) -> None:
    ramp = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 0, 0]), C1=Array([0, 0, 1]), N=1)
    found = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([0, 0, 100, 100]), Function=ramp)
    _draw(pdf, b"0 0 100 100 re W n /S sh", Shading={"S": found})


def _tiles(pdf: pikepdf.Pdf) -> None:
    tile = Stream(pdf, b"0 1 0 rg 0 0 5 5 re f", PatternType=1, PaintType=1, TilingType=1, XStep=10, YStep=10)
    tile.BBox, tile.Resources = Array([0, 0, 10, 10]), Dictionary()
    _draw(pdf, b"/Pattern cs /P scn 0 0 100 100 re f", Pattern={"P": pdf.make_indirect(tile)})


def _subset_lists(pdf: pikepdf.Pdf) -> None:
    for font in _fonts(pdf):
        font.DescendantFonts[0].FontDescriptor.CIDSet = pdf.make_stream(b"\x80")
        del font.DescendantFonts[0]["/CIDToGIDMap"]


def _transparent(pdf: pikepdf.Pdf) -> None:
    state = Dictionary(Type=Name.ExtGState, ca=0.5, BM=Name.Multiply, HT=Name.Default, TR2=Name.Default)
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    form = _form(pdf, b"1 0 0 rg 10 10 50 50 re f", Group=group, LastModified="D:2020", PieceInfo=Dictionary())
    _draw(pdf, b"/G gs /X Do", ExtGState={"G": state}, XObject={"X": form})


def _lzw(pdf: pikepdf.Pdf) -> None:
    # Clear, 0x80 …, end: ISO 32000-1, 7.4.4.2, example.
    data = bytes.fromhex("800B6050220C0C8501")
    image = Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=9, Height=1, BitsPerComponent=8)
    image.ColorSpace, image.Filter = Name.DeviceGray, Name.LZWDecode
    _draw(pdf, _PLACED, XObject={"X": pdf.make_indirect(image)})


def _unused(pdf: pikepdf.Pdf) -> None:
    """What nobody uses is not copied, whatever is wrong with it."""
    plain = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    _draw(pdf, b"BT /None 12 Tf ET", Font={"None": plain, "Never": plain}, Pattern={"Bad": Dictionary(PatternType=9)})
    _page(pdf).AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS="app.alert(1)"))


def _inline(pdf: pikepdf.Pdf) -> None:
    _draw(pdf, b"20 0 0 20 400 600 cm BI /W 1 /H 1 /BPC 8 /CS /RGB ID abc EI")


def _cut(pdf: pikepdf.Pdf) -> None:
    _page(pdf).CropBox = Array([20, 5, 590, 830])


KEPT: dict[str, tuple[Change | None, list[str]]] = {
    "text and lines": (None, []),
    "soft mask, alternates": (_soft_mask, []),
    "shading": (_shading, []),
    "tiles": (_tiles, []),
    "lists of a subset": (_subset_lists, []),
    "transparency": (_transparent, []),
    "LZW": (_lzw, ["page 1: recoded: PDF/A forbids LZW; the same data are kept by Flate"]),
    "unused": (_unused, []),
    "image within the operators": (_inline, []),
    "cut": (_cut, []),
}


@pytest.mark.parametrize("kind", KEPT)
def test_a_page_that_may_keeps_its_own_drawing(tmp_path: Path, kind: str) -> None:
    change, wanted = KEPT[kind]
    born, out = _born(tmp_path / "born.pdf", change), tmp_path / "out.pdf"
    assert list(_convert(born, out)) == wanted
    assert np.array_equal(_shown(born), _shown(out))
    assert pdftotext(born) == pdftotext(out)
    assert qpdf_check(out) == []


@pytest.mark.slow
def test_whatever_way_a_page_goes_the_file_is_pdfa(tmp_path: Path) -> None:
    made: list[Path] = []
    changes: dict[str, Change | None] = {kind: change for kind, (change, _notes) in KEPT.items()}
    changes |= {kind: change for kind, (change, _reason) in PICTURES.items()}
    changes |= {"smooth": _smooth, "cmyk": _cmyk, "annotation": _annotated, "text laid over": _no_text}
    for kind, change in changes.items():
        made.append(tmp_path / f"{kind}.out.pdf")
        _convert(_born(tmp_path / f"{kind}.pdf", change), made[-1])
    verdicts = verapdf_2u(made)
    assert {path.name: failed for path, (good, failed) in verdicts.items() if not good} == {}


def _narrow(pdf: pikepdf.Pdf) -> None:
    for font in _fonts(pdf):
        child = font.DescendantFonts[0]
        child.W = Array([0, Array([value + 2 for value in child.W[1]])])


def _half_mapped(pdf: pikepdf.Pdf) -> None:
    for font in _fonts(pdf):
        # A layer is kept with up to 2 % of its characters unknown; PDF/A-2u wants all of them.
        known = {code: text for code, text in read_cmap(font.ToUnicode.read_bytes()).items() if text != "Ò"}
        font.ToUnicode = pdf.make_stream(write_cmap(known, 2))


def _no_such_glyph(pdf: pikepdf.Pdf) -> None:
    for font in _fonts(pdf):
        font.DescendantFonts[0].CIDToGIDMap = pdf.make_stream(b"\0\0" * 2000)


def _standard_font(pdf: pikepdf.Pdf) -> None:
    plain = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    _draw(pdf, b"BT /H 12 Tf 100 100 Td (So) Tj ET", Font={"H": plain})


def _curve(pdf: pikepdf.Pdf) -> None:
    ramp = Dictionary(FunctionType=2, Domain=Array([0, 1]), N=2)
    _draw(pdf, b"/G gs 0 0 9 9 re f", ExtGState={"G": Dictionary(TR=ramp)})


def _spot(pdf: pikepdf.Pdf) -> None:
    ramp = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 1, 1]), C1=Array([1, 0, 0]), N=1)
    space = Array([Name.Separation, Name.Red, Name.DeviceRGB, ramp])
    _draw(pdf, b"/C cs 1 scn 0 0 9 9 re f", ColorSpace={"C": space})


def _layer(pdf: pikepdf.Pdf) -> None:
    _draw(pdf, b"/OC /L BDC 0 0 9 9 re f EMC", Properties={"L": Dictionary(Type=Name.OCG, Name="Lớp")})


def _postscript(pdf: pikepdf.Pdf) -> None:
    _draw(pdf, b"/X Do", XObject={"X": _form(pdf, b"0 0 9 9 re f", Subtype2=Name.PS)})


def _doubled(pdf: pikepdf.Pdf) -> None:
    shown = [
        (found.operands, Operator("Tj" if str(found.operator) == "TJ" else str(found.operator)))
        for found in pikepdf.parse_content_stream(pdf.pages[0])
        if str(found.operator) in ("BT", "ET", "Tf", "Td", "Tm", "Tj")
    ]
    _draw(pdf, pikepdf.unparse_content_stream(shown).replace(b"BT", b"BT 3 Tr"))


def _cmyk(pdf: pikepdf.Pdf) -> None:
    _draw(pdf, b"0 1 1 0 k 0 0 200 200 re f")


def _no_text(pdf: pikepdf.Pdf) -> None:
    """A drawing alone, transformed and left open: what is laid over it must not be drawn in that state."""
    page = _page(pdf)
    page.Contents = pdf.make_stream(b"0.5 0 0 -0.5 0 300 cm q 10 10 300 200 re S q 1 0 0 rg")
    page.MediaBox, page.Rotate = Array([0, 0, 400, 300]), 90


def _deep(pdf: pikepdf.Pdf) -> None:
    _draw(pdf, b"q " * 40 + b"0 0 9 9 re f" + b" Q" * 40)


PICTURES: dict[str, tuple[Change, str]] = {
    "widths": (_narrow, "font-width"),
    "no Unicode": (_half_mapped, "font-unicode"),
    "no glyph": (_no_such_glyph, "font-glyph"),
    "font of the reader": (_standard_font, "font-not-embedded (Helvetica)"),
    "transfer curve": (_curve, "transfer-function"),
    "spot colour": (_spot, "colour-space (Separation)"),
    "layer": (_layer, "layers"),
    "PostScript": (_postscript, "form"),
    "text twice": (_doubled, "text-twice"),
    "unknown operator": (lambda pdf: _draw(pdf, b"BX 1 2 xx EX"), "operator"),
    "unknown intent": (lambda pdf: _draw(pdf, b"/Vivid ri"), "operator"),
    "resource that is not there": (lambda pdf: _draw(pdf, b"/Nothing Do"), "resources"),
    "nesting": (_deep, "limits"),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_page_that_may_not_becomes_a_picture_and_the_record_says_why(tmp_path: Path, kind: str) -> None:
    change, reason = PICTURES[kind]
    born, out = _born(tmp_path / "born.pdf", change), tmp_path / "out.pdf"
    (note,) = _convert(born, out)
    assert note.startswith("page 1: rendered: the page became an image of 300 dpi, for ")
    assert note.partition(", for ")[2].startswith(reason)
    with pikepdf.open(out) as pdf:
        assert list(pdf.pages[0].get_images()) == ["/Im0"]


def test_cmyk_is_shown_by_a_profile_and_the_record_says_so(tmp_path: Path) -> None:
    born = _born(tmp_path / "born.pdf", _cmyk)
    (note,) = _convert(born, tmp_path / "out.pdf")
    assert note.startswith("page 1: cmyk-without-profile")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert pdf.pages[0].obj.Resources.ColorSpace.DefaultCMYK[0] == Name.ICCBased


def test_a_drawing_without_text_gets_the_text_that_was_read(tmp_path: Path) -> None:
    born, out = _born(tmp_path / "born.pdf", _no_text), tmp_path / "out.pdf"
    assert _convert(born, out) == ()
    assert np.array_equal(_shown(born), _shown(out))
    ((word, left, top, right, bottom),) = word_boxes(out, "poppler")
    # The page is turned by 90 degrees: 300 points wide as displayed, and 400 high.
    assert word == "Việt"
    assert (left, top, right, bottom) == pytest.approx((60, 80, 120, 120), abs=2)


def test_text_that_cannot_be_kept_is_not_doubled(tmp_path: Path) -> None:
    garbage = ("!\"#$ %&'( )*+, <=>? @AB$ C%D& E'F(",) * 5
    born = visible_text_pdf(tmp_path / "born.pdf", garbage)
    (note,) = _convert(born, tmp_path / "out.pdf")
    assert "for text-not-good" in note
    assert pdftotext(tmp_path / "out.pdf").split() == ["Việt"]


def _annotated(pdf: pikepdf.Pdf) -> None:
    look = _form(pdf, b"1 0 0 rg 0 0 100 40 re f")
    note = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([300, 100, 400, 140]), AP=Dictionary(N=look))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 50, 50]))
    _page(pdf).Annots = Array([pdf.make_indirect(note), pdf.make_indirect(link)])


def test_an_annotation_becomes_a_small_picture_over_the_page(tmp_path: Path) -> None:
    born, out = _born(tmp_path / "born.pdf", _annotated), tmp_path / "out.pdf"
    notes = _convert(born, out)
    assert "page 1: rendered: 1 annotations or fields became images of 300 dpi" in notes
    assert np.abs(_shown(born).astype(int) - _shown(out)).mean() < 0.05
    assert pdftotext(born) == pdftotext(out)
    assert out.stat().st_size < born.stat().st_size * 1.1


def test_annotations_all_over_make_the_page_a_picture(tmp_path: Path) -> None:
    def covered(pdf: pikepdf.Pdf) -> None:
        _annotated(pdf)
        _page(pdf).Annots[0].Rect = Array([0, 0, 590, 800])

    (note, _links) = _convert(_born(tmp_path / "born.pdf", covered), tmp_path / "out.pdf")
    assert "for annotations" in note


def test_fonts_that_pages_share_are_there_once(tmp_path: Path) -> None:
    born, out = _born(tmp_path / "born.pdf", paragraphs=LINES * 20), tmp_path / "out.pdf"
    _convert(born, out)
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) > 1
        fonts = {font.objgen for page in pdf.pages for font in page.obj.Resources.Font.values()}
        programs = [found for found in pdf.objects if isinstance(found, Dictionary) and "/FontFile2" in found]
        assert len(programs) == len(fonts)
    assert out.stat().st_size < born.stat().st_size * 1.05


def test_the_drawing_survives_the_way_through_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digidoc.ocr.searchable.writer._CHUNK_BYTES", 1000)
    born, out = _born(tmp_path / "born.pdf", paragraphs=LINES * 20), tmp_path / "out.pdf"
    assert _convert(born, out) == ()
    assert np.array_equal(_shown(born, 1), _shown(out, 1))
    assert qpdf_check(out) == []
