"""PDFs as sources: scans give their own pixels, the rest is rendered, good text is kept, bad text is not."""

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from digidoc.errors import InputError, PasswordNeeded, TooLarge, UnreadableFile
from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.ocr.source.text_layer import good_vietnamese, good_visible
from digidoc.pdf.pdfa import DocumentInfo
from tests.ocr.made import text_of, visible_text_pdf
from tests.scans import LINES, page_with_words, save

GARBAGE = "CONG Hcok xA HQI CHiJ NGHiA VIVT NAM DQc ldp Tu do Hanh phuc can cu LuQt T6 chric chinh quyBn dia phuong"
TCVN3 = "Céng hoµ x· héi chñ nghÜa ViÖt Nam §éc lËp - Tù do - H¹nh phóc quyÕt ®Þnh vÒ viÖc phª duyÖt kÕ ho¹ch"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam Ñoäc laäp Töï do Haïnh phuùc quyeát ñònh veà vieäc pheâ duyeät"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" ".join(LINES), True),
        ("Page 2 Heading. Body text, with (brackets) and 12.5 % of numbers.", True),
        ("Décret n° 2020-30 relatif à la gestion des archives où l'état naïf", True),
        ("12/05/2024  1.234,5  QĐ-UBND  -", True),
        (TCVN3, False),
        (VNI, False),
        ("!\"#$ %&'( )*+, <=>? @AB$ C%D& E'F(", False),
    ],
)
def test_visible_text(text: str, kept: bool) -> None:
    assert good_visible(text, 0) is kept


def test_broken_characters_spoil_a_layer() -> None:
    text = " ".join(LINES)
    assert good_vietnamese(text)
    assert not good_vietnamese(GARBAGE)
    assert not good_visible(text, len(text) // 10)


def _with_layer(tmp_path: Path, lines: tuple[str, ...]) -> Path:
    """A scan with an invisible text layer."""
    made = page_with_words(LINES, dpi=150)
    scan = save(made, tmp_path / "scan.png")
    out = tmp_path / "layered.pdf"
    with open_source(scan) as source:
        write_searchable(source, [text_of(page_with_words(lines, dpi=150))], out, about=DocumentInfo)
    return out


def test_invisible_vietnamese_is_kept_and_not_doubled(tmp_path: Path) -> None:
    path = _with_layer(tmp_path, LINES)
    with open_source(path) as source:
        (page,) = source.pages()
        text = page.text
        assert text is not None
        assert text.source == "layer"
        assert text.text.split() == " ".join(LINES).split()
        again = tmp_path / "again.pdf"
        write_searchable(source, [text], again, about=DocumentInfo)
    with open_source(again) as source:
        (page,) = source.pages()
        assert page.text is not None
        assert page.text.text.split() == " ".join(LINES).split()


def test_invisible_english_over_a_vietnamese_scan_is_read_anew(tmp_path: Path) -> None:
    path = _with_layer(tmp_path, (GARBAGE,))
    with open_source(path) as source:
        (page,) = source.pages()
        assert page.text is None


def test_layer_boxes_lie_on_the_words(tmp_path: Path) -> None:
    made = page_with_words(LINES, dpi=150)
    with open_source(_with_layer(tmp_path, LINES)) as source:
        (page,) = source.pages()
        assert page.text is not None
        for found, true in zip(page.text.words(), made.words(), strict=True):
            assert found.text == true.text
            assert found.box.x0 == pytest.approx(true.box.x0, abs=3)
            assert found.box.x1 == pytest.approx(true.box.x1, abs=3)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_scan_gives_its_own_pixels(tmp_path: Path, rotate: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (90, 60), dtype=np.uint8)
    path = tmp_path / "scan.pdf"
    with pikepdf.new() as pdf:
        image = pdf.make_stream(pixels.tobytes(), Type=Name.XObject, Subtype=Name.Image, Width=60, Height=90)
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
        pdf.add_blank_page(page_size=(43.2, 64.8))  # 100 dpi
        page = pdf.pages[0]
        page.obj.Resources = Dictionary(XObject=Dictionary(Im=image))
        page.obj.Contents = pdf.make_stream(b"q 43.2 0 0 64.8 0 0 cm /Im Do Q")
        page.obj.Rotate = rotate
        pdf.save(path)
    with open_source(path) as source:
        (shown,) = source.pages()
        assert np.array_equal(shown.image(), np.rot90(pixels, -rotate // 90))
        assert shown.dpi == pytest.approx((100, 100))
        content = source.content(0)
        assert content.notes == ()
        assert content.size == pytest.approx((43.2, 64.8) if rotate in (0, 180) else (64.8, 43.2))


def test_crop_box_and_margins(tmp_path: Path) -> None:
    pixels = np.zeros((100, 100), dtype=np.uint8)
    path = tmp_path / "scan.pdf"
    with pikepdf.new() as pdf:
        image = pdf.make_stream(pixels.tobytes(), Type=Name.XObject, Subtype=Name.Image, Width=100, Height=100)
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
        pdf.add_blank_page(page_size=(144, 144))
        page = pdf.pages[0]
        page.obj.Resources = Dictionary(XObject=Dictionary(Im=image))
        page.obj.Contents = pdf.make_stream(b"q 72 0 0 72 0 0 cm /Im Do Q")
        page.obj.CropBox = Array([36, 0, 108, 72])
        pdf.save(path)
    with open_source(path) as source:
        (shown,) = source.pages()
        array = shown.image()
    assert array.shape == (100, 100)
    assert array[:, :50].max() == 0
    assert array[:, 50:].min() == 255


def test_visible_text_is_kept_exactly_and_the_page_rendered(tmp_path: Path) -> None:
    path = visible_text_pdf(tmp_path / "born.pdf", LINES)
    with open_source(path) as source:
        (page,) = source.pages()
        assert page.text is not None
        assert page.text.text == "\n".join(LINES)
        height, width = page.image().shape[:2]
        assert (width, height) == (page.text.frame.width, page.text.frame.height)
        assert page.dpi == pytest.approx((300, 300), rel=0.01)
        assert page.text.source == "layer"


def test_a_scan_with_a_typed_note_is_a_scan(tmp_path: Path) -> None:
    path = visible_text_pdf(tmp_path / "note.pdf", ("Đã nhận ngày 5/6",), behind=page_with_words(LINES, dpi=100).image)
    with open_source(path) as source:
        (page,) = source.pages()
        assert page.text is None
        assert page.image().mean() < 254


def test_text_under_a_scan_is_invisible(tmp_path: Path) -> None:
    path = visible_text_pdf(tmp_path / "under.pdf", (GARBAGE,), over=page_with_words(LINES, dpi=100).image)
    with open_source(path) as source:
        (page,) = source.pages()
        assert page.text is None
        assert source.content(0).notes == ()


def test_password(tmp_path: Path) -> None:
    open_path, locked = tmp_path / "owner.pdf", tmp_path / "user.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(locked, encryption=pikepdf.Encryption(user="secret", owner="secret"))
        pdf.save(open_path, encryption=pikepdf.Encryption(user="", owner="secret"))
    with pytest.raises(PasswordNeeded):
        open_source(locked)
    with open_source(open_path) as source:
        assert source.page_count == 1


def test_a_giant_page_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "giant.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(100, 100))
        pdf.pages[0].obj.MediaBox = Array([0, 0, 100, 4_000_000])
        pdf.save(path)
    with open_source(path) as source, pytest.raises(TooLarge):
        _ = next(iter(source.pages())).dpi


def test_an_image_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    with pikepdf.new() as pdf:
        image = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=100000, Height=100000)
        image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
        pdf.add_blank_page()
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im=image))
        pdf.pages[0].obj.Contents = pdf.make_stream(b"q 100 0 0 100 0 0 cm /Im Do Q")
        pdf.save(path)
    with open_source(path) as source, pytest.raises(TooLarge):
        next(iter(source.pages())).image()


def test_corpus_expectations(corpus: Path) -> None:
    """Every odd file is either taken as the manifest says or refused with a reason."""
    import json

    folder = corpus / "odd-files"
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        refusal = _refusal(folder / entry["file"])
        wanted = entry["expect"]
        assert (wanted == "refuse-needs-password") == isinstance(refusal, PasswordNeeded), entry["file"]
        if wanted == "convert":
            assert refusal is None, entry["file"]
        elif wanted == "refuse":
            assert refusal is not None, entry["file"]


def _refusal(path: Path) -> InputError | None:
    try:
        with open_source(path) as source:
            for page in source.pages():
                assert page.dpi[0] > 0
                if page.index == 0:
                    assert page.image().size
    except InputError as error:
        return error
    return None


def test_corpus_layers(corpus: Path) -> None:
    """Good layers of real papers are kept, garbage is not."""
    good = {"vietnamese/congbao_54_2014_QH13.pdf", "vietnamese/qn_10af54fb.pdf", "vietnamese/qn_95e1e699.pdf"}
    good |= {"vietnamese-2/bca_fa8ffaf7.pdf", "vietnamese-2/prov_9ccab0a2.pdf", "vietnamese-2/form_0b7aa716.pdf"}
    for path in [*corpus.glob("vietnamese/*.pdf"), *corpus.glob("vietnamese-2/*.pdf")]:
        name = f"{path.parent.name}/{path.name}"
        with open_source(path) as source:
            kept = [page.text is not None for page in source.pages()]
        assert all(kept) if name in good else not any(kept), name


def test_broken_pages_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\ntrailer <</Root 1 0 R>>\n")
    with pytest.raises(InputError) as caught:
        open_source(path)
    assert isinstance(caught.value, UnreadableFile) or caught.value.code == "empty"


def test_jpeg_in_scan_is_found(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (100, 140), (200, 10, 10)).save(out, "PDF", resolution=100)
    path = tmp_path / "scan.pdf"
    path.write_bytes(out.getvalue())
    with open_source(path) as source:
        (page,) = source.pages()
        assert page.image().shape == (140, 100, 3)
        assert page.image()[5, 5].tolist() == pytest.approx([200, 10, 10], abs=4)


def test_links_that_are_left_out_are_noted(tmp_path: Path) -> None:
    path = visible_text_pdf(tmp_path / "linked.pdf", ["Xem Nghị định 30/2020/NĐ-CP"])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[60, 750, 200, 780])
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])
        pdf.save(path)
    with open_source(path) as source:
        assert "links-left-out: their words stay" in source.notes
