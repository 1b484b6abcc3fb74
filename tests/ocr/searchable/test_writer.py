"""The file as a whole: PDF/A-2u for veraPDF, clean for qpdf, original bytes inside, the same at every run."""

import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Dictionary, Name, OutlineItem
from PIL import Image, ImageCms

from digidoc import __version__
from digidoc.errors import DigidocError, FileMissing, UnreadableFile
from digidoc.model import Frame, PageText
from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.ocr.source.protocol import Source
from digidoc.pdf.pdfa import DocumentInfo, xmp_date
from tests.judges import qpdf_check, verapdf_2u
from tests.ocr.made import any_texts, visible_text_pdf
from tests.scans import LINES, page_with_words, pages, save


def _convert(path: Path, out: Path) -> tuple[str, ...]:
    with open_source(path) as source:
        said = DocumentInfo(f"Giấy tờ <{path.stem}> & khác", "UBND xã", "Về việc <thử>", "1/QĐ")
        report = write_searchable(source, any_texts(source), out, about=lambda: said)
        assert report.pages == source.page_count
        return report.notes


def _colour() -> Image.Image:
    ramp = np.linspace(0, 255, 120).astype(np.uint8)
    return Image.fromarray(
        np.stack([np.tile(ramp, (80, 1)), np.full((80, 120), 90, np.uint8), np.tile(ramp[::-1], (80, 1))], -1)
    )


def _bilevel() -> Image.Image:
    return _colour().convert("L").convert("1", dither=Image.Dither.NONE)


def _icc() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


MATERIAL: dict[str, Callable[[Path], object]] = {
    "grey.jpg": lambda p: _colour().convert("L").save(p, dpi=(100, 100)),
    "rgb.jpg": lambda p: _colour().save(p, icc_profile=_icc()),
    "cmyk.jpg": lambda p: _colour().convert("CMYK").save(p),
    "progressive.jpg": lambda p: _colour().save(p, progressive=True),
    "rgb.png": lambda p: _colour().save(p, icc_profile=_icc()),
    "palette.png": lambda p: _colour().quantize(16).save(p),
    "bilevel.png": lambda p: _bilevel().save(p),
    "alpha.png": lambda p: _colour().convert("RGBA").save(p),
    "deep.png": lambda p: Image.fromarray(np.arange(4096, dtype=np.uint16).reshape(64, 64) * 16).save(p),
    "g4.tif": lambda p: _bilevel().save(p, compression="group4"),
    "g3.tif": lambda p: _bilevel().save(p, compression="group3"),
    "lzw.tif": lambda p: _colour().save(p, compression="tiff_lzw"),
    "jpeg.tif": lambda p: _colour().save(p, compression="jpeg"),
    "cmyk.tif": lambda p: _colour().convert("CMYK").save(p),
    "lab.tif": lambda p: Image.new("LAB", (40, 40), (128, 128, 128)).save(p),
    "float.tif": lambda p: Image.fromarray(np.linspace(-1, 1, 1600, dtype=np.float32).reshape(40, 40)).save(p),
    "photo.webp": lambda p: _colour().save(p),
    "photo.avif": lambda p: _colour().save(p),
    "legal.jp2": lambda p: _colour().save(p),
    "alpha.jp2": lambda p: _colour().convert("RGBA").save(p),
    "drawing.gif": lambda p: _colour().quantize(8).save(p),
    "plain.bmp": lambda p: _colour().save(p),
    "plain.ppm": lambda p: _colour().save(p),
    "tiny.png": lambda p: Image.new("L", (1, 1)).save(p, dpi=(1200, 1200)),
    "many.tif": lambda p: save(pages(2, dpi=60), p, compression="tiff_deflate"),
    "scan.pdf": lambda p: save(pages(2, dpi=60), p),
    "born.pdf": lambda p: visible_text_pdf(p, LINES),
    "note.pdf": lambda p: visible_text_pdf(p, ("Ghi chú",), behind=page_with_words(LINES, dpi=60).image),
}


def test_every_kind_of_input_becomes_pdfa(tmp_path: Path) -> None:
    made: list[Path] = []
    for name, make in MATERIAL.items():
        make(tmp_path / name)
        out = tmp_path / f"{name}.pdf"
        _convert(tmp_path / name, out)
        assert qpdf_check(out) == [], name
        made.append(out)
    verdicts = verapdf_2u(made)
    assert {path.name: failed for path, (good, failed) in verdicts.items() if not good} == {}


def _image_of(path: Path) -> bytes:
    with pikepdf.open(path) as pdf:
        (image,) = pdf.pages[0].get_images().values()
        return image.read_raw_bytes()


@pytest.mark.parametrize("name", ["grey.jpg", "rgb.jpg", "cmyk.jpg", "progressive.jpg", "legal.jp2"])
def test_original_bytes_are_inside(tmp_path: Path, name: str) -> None:
    MATERIAL[name](tmp_path / name)
    out = tmp_path / "out.pdf"
    _convert(tmp_path / name, out)
    assert _image_of(out) == (tmp_path / name).read_bytes()


def test_jpeg_of_a_pdf_scan_is_copied_raw(tmp_path: Path) -> None:
    scan, out = tmp_path / "scan.pdf", tmp_path / "out.pdf"
    _colour().save(scan, resolution=100)
    assert _convert(scan, out) == ()
    assert _image_of(out) == _image_of(scan)


def _with_surplus(path: Path) -> Path:
    """A JPEG with bytes before its end that belong to no pixel, as faulty programs write them; viewers show it."""
    out = io.BytesIO()
    _colour().save(out, "JPEG", dpi=(100, 100))
    head, end = out.getvalue()[:-2], out.getvalue()[-2:]
    path.write_bytes(head + b"\x12\x34" * 60 + end)
    return path


def test_a_jpeg_with_surplus_bytes_keeps_its_pixels_in_a_clean_file(tmp_path: Path) -> None:
    damaged, out = _with_surplus(tmp_path / "damaged.jpg"), tmp_path / "out.pdf"
    notes = _convert(damaged, out)
    assert notes == ("page 1: recoded: PDF/A cannot hold this image/jpeg; its pixels are kept without loss",)
    assert qpdf_check(out) == []
    with pikepdf.open(out) as pdf, Image.open(damaged) as image:
        (kept,) = pdf.pages[0].get_images().values()
        assert np.array_equal(np.asarray(pikepdf.PdfImage(kept).as_pil_image()), np.asarray(image))


@pytest.mark.parametrize("kind", ["JPEG", "Flate"])
def test_a_page_with_a_damaged_image_becomes_a_picture(tmp_path: Path, kind: str) -> None:
    scan, out = tmp_path / "scan.pdf", tmp_path / "out.pdf"
    packed = {
        "JPEG": (_with_surplus(tmp_path / "damaged.jpg").read_bytes(), Name.DCTDecode),
        "Flate": (zlib.compress(_colour().tobytes())[:-8], Name.FlateDecode),
    }
    data, packing = packed[kind]
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(120, 80))
        image = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Width=120, Height=80, Filter=packing)
        image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(Image=image))
        pdf.pages[0].Contents = pdf.make_stream(b"q 120 0 0 80 0 0 cm /Image Do Q")
        pdf.save(scan)
    (note,) = _convert(scan, out)
    assert note == "page 1: rendered: the page became an image of 72 dpi, for image (damaged data)"
    assert qpdf_check(out) == []


def test_size_of_a_scan_hardly_grows(tmp_path: Path) -> None:
    scan, out = tmp_path / "scan.jpg", tmp_path / "out.pdf"
    Image.effect_noise((1240, 1754), 60).save(scan, dpi=(150, 150))
    _convert(scan, out)
    assert out.stat().st_size < scan.stat().st_size * 1.01


@pytest.mark.parametrize("name", ["rgb.jpg", "cmyk.jpg", "rgb.png", "palette.png", "bilevel.png", "g4.tif", "jpeg.tif"])
@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_the_page_shows_what_the_source_displays(tmp_path: Path, name: str, orientation: int) -> None:
    import pypdfium2

    path, out = tmp_path / name, tmp_path / "out.pdf"
    MATERIAL[name](path)
    with Image.open(path) as image:
        image.load()
        exif = Image.Exif()
        exif[0x0112] = orientation
        if path.suffix == ".tif":
            kind = "group4" if name == "g4.tif" else "jpeg"
            image.save(path, tiffinfo={274: orientation}, compression=kind, dpi=(72, 72))
        else:
            image.save(path, exif=exif, dpi=(72, 72))
    _convert(path, out)
    with open_source(path) as source:
        shown = next(iter(source.pages())).image()
    document = pypdfium2.PdfDocument(out)
    page = np.array(document[0].render(scale=1, rev_byteorder=True).to_numpy()[:, :, :3])
    document.close()
    colour = shown if shown.ndim == 3 else np.stack([shown] * 3, -1)
    assert page.shape == colour.shape
    # One CMYK to RGB differs from the other; turned or inverted pages differ by far more.
    assert np.abs(page.astype(int) - colour).mean() < 12


def test_a_fax_with_its_bits_the_other_way_round_keeps_its_size(tmp_path: Path) -> None:
    import pypdfium2

    for order in (1, 2):
        _bilevel().save(tmp_path / f"{order}.tif", compression="group4", tiffinfo={266: order}, dpi=(72, 72))
        _convert(tmp_path / f"{order}.tif", tmp_path / f"{order}.pdf")
    assert (tmp_path / "1.tif").read_bytes() != (tmp_path / "2.tif").read_bytes()
    assert _image_of(tmp_path / "1.pdf") == _image_of(tmp_path / "2.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "2.pdf")
    page = np.array(document[0].render(scale=1).to_numpy()[:, :, 0])
    document.close()
    assert np.array_equal(page, np.asarray(_bilevel().convert("L")))


@pytest.mark.parametrize(("kind", "said"), [("group4", []), ("group3", ["group 3"])])
def test_a_change_of_packing_is_said(tmp_path: Path, kind: str, said: list[str]) -> None:
    _bilevel().save(tmp_path / "fax.tif", compression=kind)
    notes = _convert(tmp_path / "fax.tif", tmp_path / "out.pdf")
    assert [f"page 1: recoded: {what}; its pixels are kept without loss" for what in said] == list(notes)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    save(pages(2, dpi=60), tmp_path / "scan.tif")
    for out in ("one.pdf", "two.pdf"):
        _convert(tmp_path / "scan.tif", tmp_path / out)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_large_document_goes_through_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digidoc.ocr.searchable.writer._CHUNK_BYTES", 1000)
    save(pages(5, dpi=60), tmp_path / "scan.tif")
    out = tmp_path / "out.pdf"
    _convert(tmp_path / "scan.tif", out)
    assert qpdf_check(out) == []
    assert verapdf_2u([out])[out] == (True, [])
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) == 5
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_turn_becomes_rotate(tmp_path: Path) -> None:
    save(page_with_words(LINES, dpi=60, turn=90), tmp_path / "scan.png")
    with open_source(tmp_path / "scan.png") as source:
        height, width = next(iter(source.pages())).image().shape
        text = PageText(Frame(width, height, 90), (), (60, 60), "ocr", "x")
        write_searchable(source, [text], tmp_path / "out.pdf", about=DocumentInfo)
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert pdf.pages[0].obj.Rotate == 90


def test_metadata_and_outline_come_along(tmp_path: Path) -> None:
    scan, out = tmp_path / "scan.pdf", tmp_path / "out.pdf"
    save(pages(2, dpi=60), scan)
    with pikepdf.open(scan, allow_overwriting_input=True) as pdf:
        with pdf.open_outline() as outline:
            outline.root.append(OutlineItem("Chương 1", 0))
            outline.root[0].children.append(OutlineItem("Mục 1", 1))
        pdf.trailer.Info = Dictionary(
            Author="user1", Title="scan0001", Subject="x", Creator="Scanner", CreationDate="D:20240229101500+07'00'"
        )
        pdf.save(scan)
    _convert(scan, out)
    with pikepdf.open(out) as pdf:
        assert pdf.Root.Lang == "vi"
        assert {key: str(value) for key, value in pdf.docinfo.items() if key not in ("/Producer", "/CreationDate")} == {
            "/Title": "Giấy tờ <scan> & khác",
            "/Author": "UBND xã",
            "/Subject": "Về việc <thử>",
            "/Keywords": "1/QĐ",
            "/Creator": "Scanner",
        }
        assert str(pdf.docinfo.Producer) == f"digidoc {__version__}"
        with pdf.open_metadata() as xmp:
            assert xmp["pdfaid:part"] == "2"
            assert xmp["pdfaid:conformance"] == "U"
            assert xmp["dc:title"] == "Giấy tờ <scan> & khác"
            assert (xmp["dc:creator"], xmp["dc:description"]) == (["UBND xã"], "Về việc <thử>")
            assert (xmp["pdf:Keywords"], xmp["xmp:CreatorTool"]) == ("1/QĐ", "Scanner")
            assert xmp["xmp:CreateDate"] == "2024-02-29T10:15:00+07:00"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Chương 1"]
            assert [item.title for item in outline.root[0].children] == ["Mục 1"]
    assert verapdf_2u([out])[out] == (True, [])


def test_outline_that_bites_its_tail(tmp_path: Path) -> None:
    scan, out = tmp_path / "scan.pdf", tmp_path / "out.pdf"
    save(page_with_words(LINES, dpi=60), scan)
    with pikepdf.open(scan, allow_overwriting_input=True) as pdf:
        item = pdf.make_indirect(Dictionary(Title="Một", Dest=[pdf.pages[0].obj, Name.Fit]))
        item.Next = item.First = item
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item, Count=1))
        pdf.save(scan)
    _convert(scan, out)
    assert qpdf_check(out) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("D:20240229101500+07'00'", "2024-02-29T10:15:00+07:00"),
        ("D:20240229101500Z", "2024-02-29T10:15:00Z"),
        ("D:20240229101500", "2024-02-29T10:15:00"),
        ("D:20230229101500Z", ""),
        ("D:2024", ""),
        ("yesterday", ""),
    ],
)
def test_dates(given: str, wanted: str) -> None:
    assert xmp_date(given) == wanted


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    save(pages(2, dpi=60), tmp_path / "scan.tif")
    out = tmp_path / "out.pdf"
    out.write_bytes(b"the old one")

    def failing(source: Source) -> Iterator[PageText]:
        yield next(any_texts(source))
        raise UnreadableFile(reason="the engine gave up")

    with open_source(tmp_path / "scan.tif") as source:
        with pytest.raises(UnreadableFile):
            write_searchable(source, failing(source), out, about=DocumentInfo)
        with pytest.raises(FileMissing):
            write_searchable(source, any_texts(source), tmp_path / "no" / "out.pdf", about=DocumentInfo)
    assert out.read_bytes() == b"the old one"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out.pdf", "scan.tif"]


def test_mpo_gives_its_first_picture(tmp_path: Path) -> None:
    first, second, out = io.BytesIO(), Image.new("RGB", (20, 20)), tmp_path / "out.pdf"
    _colour().save(first, "MPO", save_all=True, append_images=[second])
    (tmp_path / "photo.mpo").write_bytes(first.getvalue())
    _convert(tmp_path / "photo.mpo", out)
    data = _image_of(out)
    assert len(data) < len(first.getvalue())
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.size == (120, 80)


@pytest.mark.slow
def test_the_corpus_becomes_pdfa(corpus: Path, tmp_path: Path) -> None:
    made: list[Path] = []
    files = [*corpus.glob("odd-files/*"), *corpus.glob("vietnamese/*.pdf"), *corpus.glob("vietnamese-2/*.pdf")]
    for path in sorted(files):
        if path.suffix in (".json", ".txt"):
            continue
        out = tmp_path / f"{path.name}.pdf"
        try:
            _convert(path, out)
        except DigidocError:
            assert not out.exists()
            continue
        assert qpdf_check(out) == [], path.name
        made.append(out)
    verdicts = verapdf_2u(made)
    assert {path.name: failed for path, (good, failed) in verdicts.items() if not good} == {}
    assert len(made) > 55
