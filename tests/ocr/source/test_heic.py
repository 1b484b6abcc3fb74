"""Photographs as phones save them: HEIC, upright only by their orientation tag."""

from pathlib import Path

import numpy as np
import pytest

from digidoc.model import Frame, PageText
from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.pdf.pdfa import DocumentInfo
from tests import judges
from tests.scans import page_with_words


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (6, 3)])
def test_a_photograph_is_shown_as_it_was_taken(tmp_path: Path, orientation: int, turns: int) -> None:
    upright = page_with_words(size_mm=(120, 80)).image.convert("RGB")
    stored = tmp_path / "stored.png"
    upright.rotate(-90 * turns % 360, expand=True).save(stored)
    photograph = tmp_path / "photograph.heic"
    judges.make_heic(stored, photograph, orientation=orientation)
    with open_source(photograph) as source:
        assert source.media_type == "image/heic"
        page = next(iter(source.pages()))
        shown = page.image()
        assert shown.shape[:2] == (upright.height, upright.width)
        assert np.abs(shown.astype(int) - np.asarray(upright, int)).mean() < 8
        text = PageText(Frame(upright.width, upright.height), (), page.dpi, "ocr", "none")
        report = write_searchable(source, [text], tmp_path / "out.pdf", about=lambda: DocumentInfo(title="photograph"))
    assert report.pages == 1
    assert judges.verapdf_2u([tmp_path / "out.pdf"])[tmp_path / "out.pdf"] == (True, [])
