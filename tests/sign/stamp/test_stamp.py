"""The stamp of a copy: three lines, top right of page 1 as it is displayed, whatever the page's boxes and turns."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from digidoc.errors import UnreadableFile
from digidoc.pdf.objects import written
from digidoc.sign.errors import BadStampPlace, OrganisationMissing, StampImpossible, StampMixed
from digidoc.sign.stamp import fonts
from digidoc.sign.stamp.forms import StampForm, StampSpec, check_stamp, stamp_form
from digidoc.sign.stamp.stamp import set_stamp, stamp_kit
from tests.judges import need_program, verapdf_2u
from tests.sign.stamps import A4, AT, COPY, OFFICE, added, added_shares, box_of, page_pdf, pdfa, rendered, stamp

# Larger than what is shown of it, and not at the origin.
_MEDIA, _CROP = (-100, -50, 700, 900), (10, 20, 500, 700)
# Every letter that Vietnamese has beside the Latin ones, small and capital.
_MARKED = "ăâđêôơư áàảãạ ắằẳẵặ ấầẩẫậ éèẻẽẹ ếềểễệ íìỉĩị óòỏõọ ốồổỗộ ớờởỡợ úùủũụ ứừửữự ýỳỷỹỵ"


def words_of(path: Path) -> list[str]:
    """The lines that poppler reads on page 1, fields included."""
    done = subprocess.run([need_program("pdftotext"), "-raw", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode().strip("\f\n").split("\n")


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(("media", "crop"), [(A4, None), (_MEDIA, _CROP)])
def test_top_right_as_displayed(tmp_path: Path, rotate: int, media: Sequence[float], crop: Sequence[float] | None):
    source = page_pdf(tmp_path / "in.pdf", "", tuple(media), rotate, None if crop is None else tuple(crop))
    stamp(source, tmp_path / "out.pdf")
    left, top, right, bottom = added_shares(source, tmp_path / "out.pdf")
    assert left > 0.5
    assert 0.9 < right < 0.98
    assert 0.01 < top < 0.06
    assert bottom < 0.13
    # Upright: three lines of text are wider than high, and the first of them, SAO Y, is by far the shortest.
    height, width = rendered(source).shape[:2]
    assert (right - left) * width > 3 * (bottom - top) * height
    changed = np.abs(rendered(source) - rendered(tmp_path / "out.pdf")).max(axis=2) > 60
    first = box_of(changed[: round(top * height) + 8])
    assert first[2] < width * (left + right) / 2


@pytest.mark.parametrize("media", [(0, 0, 1191, 842), (0, 0, 420, 595), (0, 0, 842, 595), (0, 0, 595, 842)])
def test_ten_points_on_every_paper(tmp_path: Path, media: tuple[float, ...]):
    source = page_pdf(tmp_path / "in.pdf", media=media)
    stamp(source, tmp_path / "out.pdf")
    _, top, right, bottom = added(source, tmp_path / "out.pdf", scale=2)
    assert (bottom - top) / 2 == pytest.approx(33, abs=2)
    assert right / 2 == pytest.approx(media[2] - 28.35, abs=2)
    assert top / 2 == pytest.approx(14.17, abs=4)


def test_in_proportion_on_a_scan_without_resolution_and_in_other_units(tmp_path: Path):
    heights = []
    for media, unit in ((A4, None), ((0, 0, 2480, 3508), None), ((0, 0, 297.5, 421), 2), ((0, 0, 14400, 14400), None)):
        source = page_pdf(tmp_path / "in.pdf", media=media, unit=unit)
        done = stamp(source, tmp_path / "out.pdf")
        heights.append((done.rect[3] - done.rect[1]) / (media[2] - media[0]))
    assert heights == pytest.approx([36 / 595] * 4, rel=0.01)


@pytest.mark.parametrize("media", [(0, 0, 100, 60), (0, 0, 144, 144), (0, 0, 60, 3000)])
def test_a_small_page_gets_a_small_stamp(tmp_path: Path, media: tuple[float, ...]):
    source = page_pdf(tmp_path / "in.pdf", media=media)
    stamp(source, tmp_path / "out.pdf")
    left, top, right, bottom = added_shares(source, tmp_path / "out.pdf")
    assert min(left, top) > 0
    assert max(right, bottom) < 1


@pytest.mark.parametrize("own_fonts", [True, False])
@pytest.mark.parametrize("form", list(StampForm))
def test_it_says_form_organisation_and_vietnamese_time(
    tmp_path: Path, form: StampForm, own_fonts: bool, monkeypatch: pytest.MonkeyPatch
):
    if not own_fonts:
        monkeypatch.setattr(fonts, "system_fonts", lambda: ())
    source = page_pdf(tmp_path / "in.pdf")
    done = stamp(source, tmp_path / "out.pdf", StampSpec(form=form, organisation=f" {OFFICE}  "))
    assert list(done.lines) == words_of(tmp_path / "out.pdf") == [form.value, OFFICE, "2026-11-22T15:04:05+07:00"]


@pytest.mark.parametrize("own_fonts", [True, False])
def test_all_vietnamese_letters_are_read_again(tmp_path: Path, own_fonts: bool, monkeypatch: pytest.MonkeyPatch):
    if not own_fonts:
        monkeypatch.setattr(fonts, "system_fonts", lambda: ())
    marked = f"{_MARKED} {_MARKED.upper()}"
    stamp(page_pdf(tmp_path / "in.pdf"), tmp_path / "out.pdf", StampSpec(form=StampForm.SAO_Y, organisation=marked))
    assert " ".join(words_of(tmp_path / "out.pdf")[1:-1]) == marked


@pytest.mark.usefixtures("_times")
def test_ten_point_letters_have_the_widths_of_times():
    kit = stamp_kit(COPY)
    assert kit.letters is not None
    # Widths that every Times New Roman has, in thousandths.
    assert [kit.letters.width(letter) for letter in "SAO"] == [556, 722, 722]


def test_the_ink_is_black_and_the_page_stays(tmp_path: Path):
    source = page_pdf(tmp_path / "in.pdf", "1 0 0 rg 50 400 100 100 re f")
    stamp(source, tmp_path / "out.pdf")
    after = rendered(tmp_path / "out.pdf", scale=3)
    left, top, right, bottom = added(source, tmp_path / "out.pdf", scale=3)
    inside = after[top:bottom, left:right]
    assert inside.min() < 30
    # pdfium smooths letters with coloured fringes, which are grey in the mean.
    assert np.ptp(inside.mean(axis=(0, 1))) < 4


def test_a_field_that_is_printed_and_locked(tmp_path: Path):
    stamp(page_pdf(tmp_path / "in.pdf", rotate=90), tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert (field.FT, field.Subtype, field.F, str(field.T)) == ("/Sig", "/Widget", 4 + 128, "S1")
        assert field.objgen == pdf.pages[0].Annots[0].objgen
        assert field.MK.R == 90
        assert list(field.AP.keys()) == ["/N"]


def test_a_batch_shares_its_font_and_gets_the_same_bytes(tmp_path: Path):
    kit = stamp_kit(COPY)
    source = page_pdf(tmp_path / "in.pdf")
    made = [stamp(source, tmp_path / f"{number}.pdf", kit) for number in (1, 2)]
    assert (tmp_path / "1.pdf").stat().st_size - source.stat().st_size < 12_000
    assert written(made[0].drawing, lambda _: 1) == written(made[1].drawing, lambda _: 1)
    again = stamp_kit(COPY)
    assert kit.letters is not None
    assert again.letters is not None
    assert kit.letters.program == again.letters.program


@pytest.mark.slow
def test_pdfa_stays_pdfa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = []
    for number, (rotate, intent) in enumerate([(0, True), (90, False), (180, True)]):
        blank = page_pdf(tmp_path / "blank.pdf", rotate=rotate)
        source = pdfa(tmp_path / f"in{number}.pdf", blank, 2, intent=intent)
        made.append(tmp_path / f"out{number}.pdf")
        stamp(source, made[-1])
    monkeypatch.setattr(fonts, "system_fonts", lambda: ())
    made.append(tmp_path / "noto.pdf")
    stamp(tmp_path / "in0.pdf", made[-1])
    assert {path.name: failed for path, (good, failed) in verapdf_2u(made).items() if not good} == {}


@pytest.mark.parametrize("number", [1, 3, -1])
def test_page_and_place_by_the_ruler(tmp_path: Path, number: int):
    source = page_pdf(tmp_path / "in.pdf", rotate=90, pages=3)
    spec = StampSpec(form=StampForm.SAO_Y, organisation=OFFICE, page=number, x_mm=20, y_mm=50)
    done = stamp(source, tmp_path / "out.pdf", spec)
    assert done.page == (number - 1 if number > 0 else 2)
    left, top, _, _ = added(source, tmp_path / "out.pdf", done.page, scale=2)
    assert left / 2 / 72 * 25.4 == pytest.approx(20, abs=1)
    assert top / 2 / 72 * 25.4 == pytest.approx(50, abs=1.5)


def test_letters_that_no_font_has():
    with pytest.raises(StampImpossible) as caught:
        stamp_kit(StampSpec(form=StampForm.SAO_Y, organisation="UBND 人民"))
    assert "人" in caught.value.params["letters"]


def test_what_makes_no_stamp(tmp_path: Path):
    image = tmp_path / "seal.png"
    with pytest.raises(OrganisationMissing):
        check_stamp(StampSpec(form=StampForm.SAO_Y, organisation=" "))
    for mixed in (StampSpec(), StampSpec(form=StampForm.SAO_Y, organisation=OFFICE, seal_image=image)):
        with pytest.raises(StampMixed):
            check_stamp(mixed)
    wrong = [{"x_mm": 1.0}, {"y_mm": 1.0}, {"x_mm": -1.0, "y_mm": 1.0}, {"page": 0}, {"seal_mm": 0.0}]
    wrong.append({"x_mm": float("nan"), "y_mm": 1.0})
    for values in wrong:
        with pytest.raises(BadStampPlace):
            check_stamp(StampSpec(form=StampForm.SAO_Y, organisation=OFFICE, **values))  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [2, -2])
def test_a_page_that_is_not_there(tmp_path: Path, number: int):
    source = page_pdf(tmp_path / "in.pdf")
    with pytest.raises(BadStampPlace) as caught:
        stamp(source, tmp_path / "out.pdf", StampSpec(form=StampForm.SAO_Y, organisation=OFFICE, page=number))
    assert caught.value.params["words"] == str(number)


def test_a_file_that_cannot_be_rendered(tmp_path: Path):
    source, broken = page_pdf(tmp_path / "in.pdf"), tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7")
    with source.open("rb") as stream, pytest.raises(UnreadableFile) as caught:
        set_stamp(IncrementalPdfFileWriter(stream), "S1", stamp_kit(COPY), broken, AT)
    assert caught.value.file == str(broken)


def test_forms_are_named_with_or_without_marks():
    assert stamp_form("sao-luc") is StampForm.SAO_LUC
    assert stamp_form("Trích sao") is StampForm.TRICH_SAO
    assert stamp_form("copy") is None
