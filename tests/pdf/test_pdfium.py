"""pdfium is called by one thread at a time: pages that several threads ask for come out as from one thread."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest

from digidoc.pdf.pdfium import PasswordWanted, PdfiumDocument, PdfiumError
from tests.sign.stamps import page_pdf

_PAGES = 4
_TEXT = "BT /F 24 Tf 72 700 Td (Nguyen Van An, chu tich) Tj ET"


def _seen(path: Path) -> tuple[object, ...]:
    with PdfiumDocument(path) as document:
        found = []
        for number in range(len(document)):
            with document.page(number) as page, page.text() as text:
                shown = "".join(chr(each.code) for each in text.characters())
                found.append((page.size, page.render(0.5).tobytes(), shown, tuple(text.places_of("van an"))))
    return tuple(found)


def test_threads_see_what_one_thread_sees(tmp_path: Path) -> None:
    paths = [page_pdf(tmp_path / f"{rotate}.pdf", _TEXT, rotate=rotate, pages=_PAGES) for rotate in (0, 90, 180, 270)]
    alone = [_seen(path) for path in paths]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(_seen, paths * 4))
    assert together == alone * 4


def test_what_a_page_says_of_itself(tmp_path: Path) -> None:
    path = page_pdf(tmp_path / "a.pdf", _TEXT, rotate=90, crop=(0, 10, 595, 830))
    with PdfiumDocument(path) as document, document.page(0) as page, page.text() as text:
        assert page.box == (0, 10, 595, 830)
        assert (page.rotate, page.size) == (90, (820, 595))
        ((left, bottom, right, top),) = text.places_of("VAN AN")
        assert 72 < left < right < 400
        assert 690 < bottom < top < 730
        assert text.font_names(5) == ["Helvetica"] * len(text.font_names(5))
        assert page.last_image() is None


def test_errors_are_those_of_the_module(tmp_path: Path) -> None:
    with pytest.raises(PdfiumError):
        PdfiumDocument(b"no PDF")
    locked = tmp_path / "locked.pdf"
    with pikepdf.open(page_pdf(tmp_path / "a.pdf")) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    with pytest.raises(PasswordWanted):
        PdfiumDocument(locked)
    with PdfiumDocument(tmp_path / "a.pdf") as document, pytest.raises(PdfiumError), document.page(1):
        pass
