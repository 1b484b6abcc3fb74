"""The judges do judge: they pass what is good, fail what is bad, and agree on where words are."""

from pathlib import Path
from typing import Any, get_args

import pikepdf
import pytest
from PIL import Image

from tests import judges


def _pdf(path: Path, rotate: int) -> Path:
    """A page of 400 x 300 points, crop box and all at the origin, with two words 100 points from left and bottom."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(400, 300))
        page = pdf.pages[0]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        page.Contents = pdf.make_stream(b"BT /F1 20 Tf 100 100 Td (Hello world) Tj ET")
        page.Rotate = rotate
        pdf.save(path)
    return path


@pytest.mark.parametrize("engine", get_args(judges.Reader))
@pytest.mark.parametrize(
    ("rotate", "expected"),
    [(0, (100, 186, 145, 200)), (90, (100, 100, 114, 145)), (180, (255, 100, 300, 114)), (270, (186, 255, 200, 300))],
)
def test_boxes_are_where_a_reader_sees_them(
    tmp_path: Path, engine: judges.Reader, rotate: int, expected: tuple[float, ...]
) -> None:
    words = {text: box for text, *box in judges.word_boxes(_pdf(tmp_path / "a.pdf", rotate), engine)}
    assert set(words) == {"Hello", "world"}
    for seen, true in zip(words["Hello"], expected, strict=True):
        # The height of a box is each reader's own idea of a line; a skewed or turned one would be far off.
        assert seen == pytest.approx(true, abs=9)


def test_a_scan_saved_by_pillow_is_no_pdf_a(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    Image.new("RGB", (80, 60), "white").save(path)
    verdicts = judges.verapdf_2u([path])
    compliant, failed = verdicts[path]
    assert not compliant
    assert any(rule.startswith("6.") for rule in failed)


def test_a_damaged_pdf_is_not_clean(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", 0)
    assert judges.qpdf_check(path) == []
    path.write_bytes(path.read_bytes().replace(b"startxref\n", b"startxref\n1"))
    assert judges.qpdf_check(path)


def test_text_and_signatures_of_a_plain_pdf(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", 0)
    assert judges.pdftotext(path, 0).split() == ["Hello", "world"]
    assert "does not contain any signatures" in judges.pdfsig(path)


def test_an_ocfl_root_with_a_stray_file_is_not_valid(tmp_path: Path) -> None:
    root = tmp_path / "store"
    root.mkdir()
    (root / "0=ocfl_1.1").write_text("ocfl_1.1\n")
    assert judges.ocfl_valid(root) == []
    (root / "stray").mkdir()
    (root / "stray" / "file.txt").write_text("x")
    assert judges.ocfl_valid(root)


def test_a_missing_judge_skips_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    skipped: Any = pytest.skip.Exception
    with pytest.raises(skipped, match="qpdf is not installed"):
        judges.qpdf_check(tmp_path / "a.pdf")
    monkeypatch.setenv("CI", "true")
    failed: Any = pytest.fail.Exception
    with pytest.raises(failed, match="no judge may be missing"):
        judges.qpdf_check(tmp_path / "a.pdf")
