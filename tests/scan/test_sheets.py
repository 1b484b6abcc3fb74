"""Separator sheets: what their codes say, that they are read on bad scans, and that nothing else is."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digidoc.ocr.source.opening import open_source
from digidoc.scan import codes
from digidoc.scan.codes import BadCode, EndCode, SheetCode
from digidoc.scan.reading import codes_on
from digidoc.scan.sheets import sheet_codes, sheets_pdf
from tests import judges
from tests.scan.made import paper_picture, scanned, sheet_picture, sheet_pictures

NAMES = ("H17.12-260105-0012", "H17-260105-0012", "000.00.26.H99-260105-000123", "Hồ sơ đất thôn 3", "a:b/c", "A" * 100)


@given(st.text(min_size=1, max_size=100), st.integers(1, 999_999), st.integers(0, 9))
def test_a_code_says_what_was_written(dossier: str, number: int, more: int) -> None:
    code = SheetCode(codes.nfc(dossier), number, min(999_999, number + more))
    assert codes.read(codes.written(code)) == code
    assert codes.read(codes.written(EndCode(number))) == EndCode(number)


def test_codes_of_the_usual_form_are_as_the_specification_has_them() -> None:
    assert codes.written(SheetCode("H17-260105-0012", 1, 1)) == "DIGIDOC1:H17-260105-0012:1/1:2D2B"
    assert codes.written(EndCode(12)) == "DIGIDOC1:END:12:5F0F"


@pytest.mark.parametrize(
    "text",
    [
        "DIGIDOC1:H17-260105-0012:1/1:2D2C",  # check digits
        "DIGIDOC1:H17-260105-0013:1/1:2D2B",  # a digit read wrong
        "DIGIDOC2:H17-260105-0012:1/1:2D2B",  # of another digidoc
        "DIGIDOC1",
        "DIGIDOC1::",
    ],
)
def test_a_code_that_is_not_whole_is_called_bad(text: str) -> None:
    assert codes.read(text) == BadCode(text)


def test_a_sheet_beyond_the_last_one_is_bad() -> None:
    said = "DIGIDOC1:HS:3/2"
    assert isinstance(codes.read(f"{said}:{codes._check(said)}"), BadCode)


@pytest.mark.parametrize(
    "text", ["", "https://vneid.gov.vn", "012345678901|Nguyen Van A|010190", "digidoc1:HS:1/1:0000"]
)
def test_codes_of_others_are_none_of_ours(text: str) -> None:
    assert codes.read(text) is None


def test_a_dossier_named_twice_gets_two_sheets() -> None:
    found = sheet_codes(["A", "B", "A"], end=True)
    assert found == (SheetCode("A", 1, 3), SheetCode("B", 2, 3), SheetCode("A", 3, 3), EndCode(3))


@pytest.mark.parametrize("two_sided", [False, True])
def test_the_file_is_pdf_a_and_its_text_can_be_read(tmp_path: Path, two_sided: bool) -> None:
    file = tmp_path / "sheets.pdf"
    file.write_bytes(sheets_pdf(sheet_codes(NAMES, end=True), datetime.now(UTC), two_sided=two_sided))
    assert judges.verapdf_2u([file]) == {file: (True, [])}
    assert judges.qpdf_check(file) == []
    with open_source(file) as source:
        assert source.page_count == 7 * (1 + two_sided)
    text = " ".join(word for word, *_ in judges.word_boxes(file, "poppler"))
    assert "H17.12-260105-0012" in text
    assert "1 / 6" in text


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_sheet_is_read_in_every_direction_and_by_either_code(turn: int) -> None:
    code = SheetCode(NAMES[0], 3, 7)
    picture = sheet_picture(code)
    half = picture.height // 2
    for part in (picture, picture.crop((0, 0, picture.width, half)), picture.crop((0, half, *picture.size))):
        assert codes_on(np.asarray(part.rotate(turn, expand=True))) == (code,)


@pytest.mark.parametrize("dpi", [75, 100, 200, 300, 600])
def test_a_sheet_is_read_at_every_resolution(dpi: int) -> None:
    code = SheetCode(NAMES[0], 1, 1)
    assert codes_on(np.asarray(sheet_picture(code, dpi=dpi))) == (code,)


def test_a_code_of_which_a_quarter_is_gone_is_read() -> None:
    code = SheetCode(NAMES[1], 1, 1)
    pixels = np.array(sheet_picture(code))
    pixels[pixels.shape[0] // 2 :] = 255  # the lower one is missing
    side = round(40 / 25.4 * 150)
    left = top = round(20 / 25.4 * 150)
    pixels[top + side // 2 : top + 3 * side // 4, left + side // 4 : left + 3 * side // 4] = 255
    assert codes_on(pixels) == (code,)


def test_a_page_with_two_codes_gives_both() -> None:
    one, other = (sheet_picture(SheetCode(NAMES[0], number, 2)) for number in (1, 2))
    both = Image.new("RGB", (one.width * 2, one.height), "white")
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    assert set(codes_on(np.asarray(both))) == {SheetCode(NAMES[0], 1, 2), SheetCode(NAMES[0], 2, 2)}


def test_a_page_of_a_paper_has_none() -> None:
    assert codes_on(np.asarray(paper_picture("Điều 1. Ban hành quy chế"))) == ()
    assert codes_on(np.full((40, 30), 255, np.uint8)) == ()


@pytest.mark.slow
def test_bad_scans_of_sheets_are_read_and_never_wrong() -> None:
    """A sheet that is not read is found by its number; one that is read wrong would not be: there is none."""
    rng = np.random.default_rng(20261130)
    asked = [SheetCode(NAMES[number % 4], number + 1, 75) for number in range(75)]
    read = wrong = 0
    for code, picture in zip(asked, sheet_pictures(asked, dpi=100), strict=True):
        found = codes_on(scanned(picture, rng))
        read += found == (code,)
        wrong += any(other != code for other in found)
    assert wrong == 0
    assert read >= 74


@pytest.mark.slow
def test_real_pages_have_no_code_of_a_sheet(corpus: Path) -> None:
    pages = 0
    for image in _real_pages(corpus):
        pages += 1
        assert codes_on(image) == ()
    assert pages > 40


def _real_pages(corpus: Path) -> Iterator[np.ndarray]:
    for folder in ("vietnamese", "vietnamese-2"):
        for file in sorted((corpus / folder).rglob("*")):
            if file.suffix.lower() in {".pdf", ".jpg", ".png", ".tif"} and os.access(file, os.R_OK):
                with open_source(file) as source:
                    for page in source.pages():
                        yield page.image()
