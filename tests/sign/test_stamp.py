"""The stamp stands top right of the page as it is displayed, whatever the page's boxes and turns."""

import re
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest

from digidoc.sign import fonts
from digidoc.sign.errors import StampImpossible
from digidoc.sign.forms import StampForm, stamp_form
from digidoc.sign.pades import SignOptions
from digidoc.sign.trust import NO_ANCHORS
from digidoc.sign.verify import verify_file
from tests.sign.conftest import Sign, make_pdf

OFFICE = "Ủy ban nhân dân phường Bến Nghé"
STAMPED = SignOptions(stamp=StampForm.SAO_Y, organisation=OFFICE)
_A4_OFFSET = (-100, -50, 700, 900)
_CROP = (10, 20, 500, 700)


def rendered(path: Path, scale: float = 1.0) -> np.ndarray:
    pdf = pdfium.PdfDocument(path)
    pdf.init_forms()
    picture = pdf[0].render(scale=scale, may_draw_forms=True).to_numpy()[:, :, 0].astype(int)
    pdf.close()
    return picture


def ink_of_stamp(before: Path, after: Path) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what the signature added, as shares of the displayed page."""
    changed = np.abs(rendered(before) - rendered(after)) > 60
    ys, xs = np.nonzero(changed)
    height, width = changed.shape
    return xs.min() / width, ys.min() / height, (xs.max() + 1) / width, (ys.max() + 1) / height


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(("media", "crop"), [((0, 0, 595, 842), None), (_A4_OFFSET, _CROP)])
def test_top_right_as_displayed(
    tmp_path: Path, sign: Sign, rotate: int, media: tuple[float, ...], crop: tuple[float, ...] | None
):
    source = make_pdf(tmp_path / "in.pdf", rotate, media, crop)
    sign(source, tmp_path / "out.pdf", STAMPED)
    left, top, right, bottom = ink_of_stamp(source, tmp_path / "out.pdf")
    assert left > 0.5
    assert 0.9 < right < 0.98
    assert 0.01 < top < 0.06
    assert bottom < 0.13
    # Upright: three lines of text are wider than high.
    height, width = rendered(source).shape
    assert (right - left) * width > 3 * (bottom - top) * height


def test_ten_points_on_a4_and_in_proportion_on_a_scan_without_resolution(tmp_path: Path, sign: Sign):
    heights = []
    for media, unit in (((0, 0, 595, 842), None), ((0, 0, 2480, 3508), None), ((0, 0, 297.5, 421), 2)):
        source = make_pdf(tmp_path / f"{media[2]}.pdf", media=media, unit=unit)
        out = tmp_path / f"{media[2]}-out.pdf"
        sign(source, out, STAMPED)
        left, top, _, bottom = ink_of_stamp(source, out)
        heights.append((bottom - top) * 842)
        assert left > 0.5
    assert heights[0] == pytest.approx(33, abs=3)
    assert heights == pytest.approx([heights[0]] * 3, abs=3)


def test_a_small_page_gets_a_small_stamp(tmp_path: Path, sign: Sign):
    source = make_pdf(tmp_path / "in.pdf", media=(0, 0, 100, 60), text="")
    sign(source, tmp_path / "out.pdf", STAMPED)
    left, top, right, bottom = ink_of_stamp(source, tmp_path / "out.pdf")
    assert min(left, top) > 0
    assert max(right, bottom) < 1


def stamp_text(path: Path) -> str:
    """The text of the page and its widgets, as pdfium reads it once the widgets are part of the page."""
    pdf = pdfium.PdfDocument(path)
    page = pdf[0]
    assert pdfium.raw.FPDFPage_Flatten(page, pdfium.raw.FLAT_NORMALDISPLAY) == pdfium.raw.FLATTEN_SUCCESS
    page.close()
    text = pdf[0].get_textpage().get_text_bounded()
    pdf.close()
    return str(text)


@pytest.mark.parametrize("own_fonts", [True, False])
def test_it_says_form_organisation_and_vietnamese_time(
    tmp_path: Path, sign: Sign, page: Path, own_fonts: bool, monkeypatch: pytest.MonkeyPatch
):
    fonts.stamp_font.cache_clear()
    if not own_fonts:
        monkeypatch.setattr(fonts, "system_fonts", lambda: ())
    sign(page, tmp_path / "out.pdf", STAMPED)
    fonts.stamp_font.cache_clear()
    lines = stamp_text(tmp_path / "out.pdf").splitlines()
    assert lines[-3:-1] == ["SAO Y", OFFICE]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00", lines[-1])


def test_a_second_stamp_stands_below_the_first(tmp_path: Path, sign: Sign, page: Path):
    sign(page, tmp_path / "one.pdf", STAMPED)
    sign(tmp_path / "one.pdf", tmp_path / "two.pdf", STAMPED)
    first = ink_of_stamp(page, tmp_path / "one.pdf")
    second = ink_of_stamp(tmp_path / "one.pdf", tmp_path / "two.pdf")
    assert second[1] >= first[3] - 0.01
    assert len(verify_file(tmp_path / "two.pdf", NO_ANCHORS).signatures) == 2


def test_letters_that_no_font_has(tmp_path: Path, sign: Sign, page: Path):
    with pytest.raises(StampImpossible) as caught:
        sign(page, tmp_path / "out.pdf", SignOptions(stamp=StampForm.SAO_Y, organisation="UBND 人民"))
    assert "人" in caught.value.params["letters"]
    assert not (tmp_path / "out.pdf").exists()


def test_without_stamp_nothing_is_seen(tmp_path: Path, sign: Sign, page: Path):
    sign(page, tmp_path / "out.pdf")
    assert (rendered(page) == rendered(tmp_path / "out.pdf")).all()


def test_forms_are_named_with_or_without_marks():
    assert stamp_form("sao-luc") is StampForm.SAO_LUC
    assert stamp_form("Trích sao") is StampForm.TRICH_SAO
    assert stamp_form("copy") is None
