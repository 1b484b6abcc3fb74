"""Pictures of signature and seal: their size in millimetres, their place, and what cannot be a picture."""

from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from digidoc.errors import FileMissing
from digidoc.sign.errors import StampOverPrint, UnfitPicture
from digidoc.sign.stamp.forms import StampSpec
from digidoc.sign.stamp.stamp import stamp_kit
from tests.judges import verapdf_2u
from tests.sign.stamps import A4, box_of, page_pdf, pdfa, rendered, seal_png, signature_png, stamp

_SCALE = 2.0
_MM = 72 / 25.4 * _SCALE  # pixels a millimetre in what is rendered here
_TITLE = "BT /F 13 Tf 385 400 Td (CHU TICH) Tj ET "
_NAME = "BT /F 13 Tf 370 290 Td (Nguyen Van An) Tj ET "


@pytest.fixture
def seal(tmp_path: Path) -> Path:
    return seal_png(tmp_path / "seal.png")


@pytest.fixture
def signature(tmp_path: Path) -> Path:
    return signature_png(tmp_path / "signature.png")


def red_and_blue(path: Path, number: int = 0) -> tuple[np.ndarray, np.ndarray]:
    pixels = rendered(path, number, _SCALE)
    red, blue = pixels[:, :, 0] - pixels[:, :, 2] > 80, pixels[:, :, 2] - pixels[:, :, 0] > 80
    return red, blue


def extent(mask: np.ndarray) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in millimetres."""
    left, top, right, bottom = (edge / _MM for edge in box_of(mask))
    return left, top, right, bottom


def size(mask: np.ndarray) -> tuple[float, float]:
    left, top, right, bottom = extent(mask)
    return right - left, bottom - top


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(("media", "crop"), [(A4, None), ((-100, -50, 700, 900), (10, 20, 500, 700))])
def test_a_seal_covers_the_left_third_of_the_signature(
    tmp_path: Path, seal: Path, signature: Path, rotate: int, media: tuple[float, ...], crop: tuple[float, ...] | None
):
    source = page_pdf(tmp_path / "in.pdf", media=media, rotate=rotate, crop=crop)
    spec = StampSpec(signature_image=signature, seal_image=seal, signature_mm=45, seal_mm=38)
    stamp(source, tmp_path / "out.pdf", spec)
    red, blue = red_and_blue(tmp_path / "out.pdf")
    assert size(red) == pytest.approx((38, 38), abs=0.6)
    # The seal hides some of the signature's left third; its right end shows where it lies.
    red_box, blue_box = extent(red), extent(blue)
    assert red_box[2] == pytest.approx(blue_box[2] - 45 * 2 / 3, abs=0.6)
    assert (red_box[1] + red_box[3]) / 2 == pytest.approx((blue_box[1] + blue_box[3]) / 2, abs=0.6)
    # Upright: the loop of the signature is wider than high around its line.
    assert blue_box[3] - blue_box[1] == pytest.approx(45 * 300 / 800, abs=0.6)


def test_the_size_is_that_of_the_resolution_or_the_default(tmp_path: Path):
    source = page_pdf(tmp_path / "in.pdf")
    # 600 pixels at 400 dpi are 38.1 mm; at 72 dpi they would be 212 mm: a screen's resolution, which tells nothing.
    for dpi, expected in ((400, 38.1), (72, 36.0), (None, 36.0)):
        stamp(source, tmp_path / "out.pdf", StampSpec(seal_image=seal_png(tmp_path / "seal.png", dpi=dpi)))
        assert size(red_and_blue(tmp_path / "out.pdf")[0]) == pytest.approx((expected, expected), abs=0.6)
    for dpi, expected in ((600, 800 / 600 * 25.4), (None, 40.0)):
        path = signature_png(tmp_path / "signature.png", dpi=dpi)
        stamp(source, tmp_path / "out.pdf", StampSpec(signature_image=path))
        assert size(red_and_blue(tmp_path / "out.pdf")[1])[0] == pytest.approx(expected, abs=0.6)


def test_real_size_on_every_paper(tmp_path: Path, seal: Path):
    for media, unit, share in (((0, 0, 1191, 842), None, 1.0), ((0, 0, 2480, 3508), None, 2480 / 595.28)):
        source = page_pdf(tmp_path / "in.pdf", media=media, unit=unit)
        done = stamp(source, tmp_path / "out.pdf", StampSpec(seal_image=seal, seal_mm=40))
        assert done.rect[2] - done.rect[0] == pytest.approx(40 / 25.4 * 72 * share, rel=0.001)
    doubled = page_pdf(tmp_path / "in.pdf", media=(0, 0, 297.5, 421), unit=2)
    done = stamp(doubled, tmp_path / "out.pdf", StampSpec(seal_image=seal, seal_mm=40))
    assert done.rect[2] - done.rect[0] == pytest.approx(20 / 25.4 * 72, rel=0.001)
    tiny = page_pdf(tmp_path / "in.pdf", media=(0, 0, 72, 72))
    left, bottom, right, top = stamp(tiny, tmp_path / "out.pdf", StampSpec(seal_image=seal)).rect
    assert min(left, bottom) >= 0
    assert max(right, top) <= 72


def test_between_position_and_name(tmp_path: Path, signature: Path):
    source = page_pdf(tmp_path / "in.pdf", _TITLE + _NAME + "BT /F 13 Tf 80 300 Td (Noi nhan) Tj ET", pages=2)
    done = stamp(source, tmp_path / "out.pdf", StampSpec(signature_image=signature))
    assert done.page == 1
    left, top, right, bottom = extent(red_and_blue(tmp_path / "out.pdf", 1)[1])
    # The room is 842 - 400 to 842 - 300 points from the top, the name's middle 413 from the left.
    assert top > 442 / 72 * 25.4
    assert bottom < 542 / 72 * 25.4
    assert (left + right) / 2 == pytest.approx(413 / 72 * 25.4, abs=4)


def test_after_the_last_text_where_no_name_is_printed(tmp_path: Path, signature: Path):
    source = page_pdf(tmp_path / "in.pdf", _TITLE + "BT /F 10 Tf 300 30 Td (2) Tj ET")
    stamp(source, tmp_path / "out.pdf", StampSpec(signature_image=signature))
    left, top, right, _ = extent(red_and_blue(tmp_path / "out.pdf")[1])
    assert 442 / 72 * 25.4 < top < 460 / 72 * 25.4
    assert (left + right) / 2 / 210 == pytest.approx(0.72, abs=0.02)


def test_a_short_line_above_a_paragraph_is_no_name(tmp_path: Path, signature: Path):
    lines = " ".join(
        f"BT /F 13 Tf 80 {y} Td (Text that fills the whole line from one margin to the other) Tj ET"
        for y in range(500, 650, 16)
    )
    source = page_pdf(tmp_path / "in.pdf", "BT /F 13 Tf 385 800 Td (Header) Tj 0 -80 Td (Kinh gui) Tj ET " + lines)
    done = stamp(source, tmp_path / "out.pdf", StampSpec(signature_image=signature))
    assert done.rect[3] < 500


def test_above_the_signer_s_name_on_the_page_that_prints_it(tmp_path: Path, signature: Path):
    # The first and the last page name him too, but not where a signer's name stands.
    source = page_pdf(tmp_path / "in.pdf", "BT /F 13 Tf 80 700 Td (Theo de nghi cua Nguyen Van An) Tj ET", pages=2)
    with pikepdf.open(source) as pdf, pikepdf.open(page_pdf(tmp_path / "block.pdf", _TITLE + _NAME)) as block:
        pdf.pages.insert(1, block.pages[0])
        pdf.save(tmp_path / "three.pdf")
    spec = StampSpec(signature_image=signature)
    done = stamp(tmp_path / "three.pdf", tmp_path / "out.pdf", spec, signer="NGUYEN VAN AN")
    assert done.page == 1
    _, top, _, bottom = extent(red_and_blue(tmp_path / "out.pdf", 1)[1])
    assert 442 / 72 * 25.4 < top < bottom < 542 / 72 * 25.4
    assert stamp(tmp_path / "three.pdf", tmp_path / "out.pdf", spec, signer="Lê Văn Sáu").page == 2


def test_the_organisation_seals_the_signature_that_is_there(tmp_path: Path, seal: Path, signature: Path):
    source = page_pdf(tmp_path / "in.pdf", _TITLE + _NAME, pages=2, rotate=90)
    signed = stamp(source, tmp_path / "signed.pdf", StampSpec(signature_image=signature, page=1), "First")
    sealed = stamp(tmp_path / "signed.pdf", tmp_path / "out.pdf", StampSpec(seal_image=seal), "Second")
    assert signed.page == sealed.page == 0
    red, blue = (extent(mask) for mask in red_and_blue(tmp_path / "out.pdf"))
    assert red[2] == pytest.approx(blue[2] - 40 * 2 / 3, abs=0.6)
    assert (red[1] + red[3]) / 2 == pytest.approx((blue[1] + blue[3]) / 2, abs=0.6)


def test_two_signers_do_not_cover_each_other(tmp_path: Path, signature: Path):
    kit = stamp_kit(StampSpec(signature_image=signature, signature_mm=30))
    one = stamp(page_pdf(tmp_path / "0.pdf", _TITLE), tmp_path / "1.pdf", kit, "First").rect
    done = stamp(tmp_path / "1.pdf", tmp_path / "2.pdf", kit, "Second")
    two = done.rect
    assert one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]


def test_a_place_by_the_ruler_is_kept_or_refused(tmp_path: Path, signature: Path):
    source = page_pdf(tmp_path / "in.pdf", _TITLE, rotate=270)
    spec = StampSpec(signature_image=signature, x_mm=30, y_mm=100, page=1)
    stamp(source, tmp_path / "out.pdf", spec)
    left, top, _, _ = extent(red_and_blue(tmp_path / "out.pdf")[1])
    assert (left, top) == pytest.approx((30, 100), abs=0.6)
    upright = page_pdf(tmp_path / "in.pdf", _TITLE)
    over = StampSpec(signature_image=signature, x_mm=385 / 72 * 25.4, y_mm=435 / 72 * 25.4)
    with pytest.raises(StampOverPrint) as caught:
        stamp(upright, tmp_path / "out.pdf", over)
    # Where strokes and print meet, in millimetres: the print runs from 385 to 450 points, its base line at 400.
    left, right = (float(caught.value.params[side]) for side in ("left", "right"))
    assert 385 / 72 * 25.4 - 1 <= left < right <= 450 / 72 * 25.4 + 1
    assert float(caught.value.params["bottom"]) == pytest.approx((842 - 400) / 72 * 25.4, abs=2)
    # A place beyond the edge is moved onto the page.
    beyond = StampSpec(signature_image=signature, x_mm=1000, y_mm=1000)
    rect = stamp(upright, tmp_path / "out.pdf", beyond).rect
    assert (rect[2], rect[1]) == pytest.approx((595, 0))


def test_no_ground_shows_and_the_colours_are_kept(tmp_path: Path, seal: Path):
    source = page_pdf(tmp_path / "in.pdf", "1 1 0.6 rg 0 0 595 842 re f")
    stamp(source, tmp_path / "out.pdf", StampSpec(seal_image=seal, x_mm=50, y_mm=50, seal_mm=40))
    after = rendered(tmp_path / "out.pdf", scale=_SCALE)
    corner = after[round(50.5 * _MM), round(50.5 * _MM)]
    assert tuple(corner) == (255, 255, 153)
    ring = after[round(70 * _MM), round(50.8 * _MM)]
    assert np.abs(ring - np.array((214, 20, 30))).max() < 12


@pytest.mark.parametrize(
    ("part", "intent", "mask"), [(2, True, "/SMask"), (2, False, "/Mask"), (1, True, "/Mask"), (3, True, "/SMask")]
)
def test_transparency_where_the_file_allows_it(
    tmp_path: Path, seal: Path, signature: Path, part: int, intent: bool, mask: str
):
    source = pdfa(tmp_path / "in.pdf", page_pdf(tmp_path / "blank.pdf"), part, intent=intent)
    stamp(source, tmp_path / "out.pdf", StampSpec(signature_image=signature, seal_image=seal))
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        images = pdf.Root.AcroForm.Fields[0].AP.N.Resources.XObject
        assert [[key for key in ("/SMask", "/Mask") if key in image] for image in images.values()] == [[mask]] * 2
    red, blue = red_and_blue(tmp_path / "out.pdf")
    assert size(red) == pytest.approx((36, 36), abs=0.6)
    assert blue.any()


def test_pdfa_stays_pdfa(tmp_path: Path, seal: Path, signature: Path):
    made = []
    for number, (rotate, intent) in enumerate([(0, True), (90, False)]):
        source = pdfa(tmp_path / f"in{number}.pdf", page_pdf(tmp_path / "blank.pdf", rotate=rotate), 2, intent=intent)
        made.append(tmp_path / f"out{number}.pdf")
        stamp(source, made[-1], StampSpec(signature_image=signature, seal_image=seal))
    assert {path.name: failed for path, (good, failed) in verapdf_2u(made).items() if not good} == {}


def test_pictures_are_small_in_the_file(tmp_path: Path):
    big = seal_png(tmp_path / "seal.png", edge=60)
    Image.open(big).resize((2400, 2400), Image.Resampling.NEAREST).save(big, compress_level=1)
    source = page_pdf(tmp_path / "in.pdf")
    stamp(source, tmp_path / "out.pdf", StampSpec(seal_image=big))
    assert (tmp_path / "out.pdf").stat().st_size - source.stat().st_size < 30_000


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_kinds_of_png(tmp_path: Path, mode: str):
    path = tmp_path / "seal.png"
    image = Image.open(seal_png(path))
    if mode == "P":
        image = image.quantize(16, Image.Quantize.FASTOCTREE)
    image.convert(mode).save(path)
    kit = stamp_kit(StampSpec(seal_image=path))
    assert kit.seal is not None
    assert (kit.seal.width, kit.seal.height) == pytest.approx((36, 36), abs=0.2)


def _bad(kind: str, path: Path) -> None:
    red: Any = (214, 20, 30)
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "cut":
        path.write_bytes(seal_png(path).read_bytes()[:900])
    elif kind == "altered":
        content = bytearray(seal_png(path).read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    elif kind == "cmyk":
        Image.new("CMYK", (60, 60)).save(path, "JPEG")
    elif kind == "opaque":
        Image.new("RGB", (60, 60), red).save(path)
    elif kind == "opaque alpha":
        Image.new("RGBA", (60, 60), (*red, 255)).save(path)
    elif kind == "unseen":
        Image.new("RGBA", (60, 60), (*red, 0)).save(path)
    elif kind == "animated":
        frames = [Image.new("RGBA", (60, 60), (*red, level)) for level in (0, 90)]
        frames[0].save(path, save_all=True, append_images=frames[1:])
    else:
        head = seal_png(path).read_bytes()[:16]
        path.write_bytes(head + (30_000).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("empty", "not a PNG"),
        ("cut", "damaged"),
        ("altered", "damaged"),
        ("cmyk", "not a PNG"),
        ("opaque", "not transparent"),
        ("opaque alpha", "not transparent"),
        ("unseen", "nothing can be seen"),
        ("animated", "animated"),
        ("huge", "too many"),
    ],
)
def test_what_cannot_be_a_picture(tmp_path: Path, kind: str, reason: str):
    path = tmp_path / "seal.png"
    _bad(kind, path)
    with pytest.raises(UnfitPicture) as caught:
        stamp_kit(StampSpec(seal_image=path))
    assert reason in str(caught.value)
    assert caught.value.file == str(path)


def test_a_picture_that_is_not_there(tmp_path: Path):
    with pytest.raises(FileMissing):
        stamp_kit(StampSpec(seal_image=tmp_path / "none.png"))
