"""How many pages a file says it has."""

from pathlib import Path

import pytest

from digidoc.errors import InputError, UnreadableFile, UnsupportedFormat
from digidoc.ocr.source.counting import count_pages, may_have_several
from tests.scans import page_with_words, pages, save


@pytest.mark.parametrize(("name", "count"), [("a.tif", 3), ("a.pdf", 4), ("a.png", 1), ("a.jpg", 1)])
def test_scans_and_pdfs(tmp_path: Path, name: str, count: int) -> None:
    save(page_with_words(dpi=60) if count == 1 else pages(count, dpi=60), tmp_path / name)
    assert count_pages(tmp_path / name) == count
    assert may_have_several(tmp_path / name) == (count > 1)


@pytest.mark.parametrize("content", [b"%PDF-1.7 cut off", b"II*\0\xff\xff\xff\xff", b"MM\0*" + bytes(40)])
def test_what_is_too_broken_to_say_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(UnreadableFile):
        count_pages(tmp_path / "a")


def test_what_is_no_scan(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no scan", encoding="utf-8")
    with pytest.raises(UnsupportedFormat):
        count_pages(tmp_path / "a.txt")
    with pytest.raises(InputError):
        may_have_several(tmp_path / "gone.pdf")
