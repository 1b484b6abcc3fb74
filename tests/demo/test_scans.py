import hashlib
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from digidoc.demo.scans import DemoScan, make_scans
from digidoc.errors import StorageError
from tests import judges
from tests.scans import page_with_words, pages, save


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[DemoScan]:
    return make_scans(tmp_path_factory.mktemp("scans"))


def test_twelve_papers_in_four_dossiers(made: list[DemoScan]) -> None:
    assert len(made) == 12
    assert len({scan.dossier for scan in made}) == 4
    for scan in made:
        assert scan.path.parent.name == scan.dossier
        assert scan.truth
        assert all(page == unicodedata.normalize("NFC", page) for page in scan.truth)


def test_what_is_read_on_a_paper_stands_on_it(made: list[DemoScan]) -> None:
    for scan in made:
        text = " ".join(scan.truth).replace("\n", " ")
        for name in ("Subject", "OrganName", "SignerInfo.FullName"):
            assert scan.fields[name] in text, (scan.path.name, name)
        if scan.path.name == "02-bien-ban-kiem-tra.png":
            assert f"Số: /{scan.fields['CodeNotation']}" in text, "its number is written by hand"
        elif scan.fields["CodeNumber"]:
            assert f"Số: {scan.fields['CodeNumber']}/{scan.fields['CodeNotation']}" in text
        year, month, day = scan.fields["IssuedDate"].split("-")
        assert f"ngày {day} tháng {int(month)} năm {year}" in text


def test_the_kinds_of_trouble_are_all_there(made: list[DemoScan]) -> None:
    by_name = {scan.path.name: scan for scan in made}
    with Image.open(by_name["02-cong-van.tif"].path) as bitonal:
        assert (bitonal.mode, bitonal.info["compression"]) == ("1", "group4")
    with Image.open(by_name["04-quyet-dinh.tif"].path) as many:
        assert many.n_frames == 2
    with Image.open(by_name["02-giay-xac-nhan-cu-tru.jpg"].path) as aside:
        assert aside.getexif()[0x0112] == 6
        upright = ImageOps.exif_transpose(aside)
        assert upright.height > upright.width
    with Image.open(by_name["01-thong-bao.jpg"].path) as turned:
        assert turned.width > turned.height
    assert by_name["01-thong-bao.jpg"].turn == 90
    assert by_name["01-giay-de-nghi.jpg"].skew == 2.0


def test_the_pdf_holds_scans_and_no_text(made: list[DemoScan]) -> None:
    pdf = next(scan for scan in made if scan.path.suffix == ".pdf")
    assert judges.pdftotext(pdf.path).strip() == ""
    assert len(pdf.truth) == 2


@pytest.mark.slow
def test_the_same_every_time(made: list[DemoScan], tmp_path: Path) -> None:
    again = {scan.path.name: scan for scan in make_scans(tmp_path)}
    for scan in made:
        assert _digest(scan.path) == _digest(again[scan.path.name].path)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="could not be read or written"):
        make_scans(tmp_path / "file" / "below")


def test_boxes_of_a_page_lie_on_its_ink() -> None:
    page = page_with_words(dpi=150)
    ink = np.asarray(page.image) < 128
    for word in page.words():
        x0, y0, x1, y1 = (round(edge) for edge in word.box)
        inside = ink[y0:y1, x0:x1]
        assert inside.any(), word
        ink[y0:y1, x0:x1] = False
    assert ink.sum() == 0


def test_pages_are_saved_as_one_file(tmp_path: Path) -> None:
    with Image.open(save(pages(3), tmp_path / "many.tif")) as image:
        assert image.n_frames == 3
        assert image.info["dpi"] == (150, 150)
