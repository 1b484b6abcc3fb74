"""Where the invisible words lie, and that every reader gives them back."""

import unicodedata
import zlib
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

from digidoc.model import Box, Frame, Line, PageText, Turn, Word
from digidoc.ocr.searchable.text import text_operators
from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.pdf.font.glyphless import InvisibleFont, printable
from digidoc.pdf.pdfa import DocumentInfo
from tests.judges import Reader, pdftotext, word_boxes
from tests.ocr.made import text_of
from tests.scans import LINES, page_with_words, save

CASES: list[tuple[Turn, float]] = [(0, 0.0), (0, 2.0), (90, 0.0), (180, -1.0), (270, 1.0)]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 7.0, -3.0])
def test_frame_maps_back_what_turning_and_levelling_did(turn: Turn, skew: float) -> None:
    """A point marked on the page as displayed is found where `Frame` says after OpenCV's own rotations."""
    displayed = np.zeros((300, 200), dtype=np.uint8)
    cv2.circle(displayed, (60, 110), 3, 255, -1)
    upright = np.ascontiguousarray(np.rot90(displayed, -turn // 90))
    height, width = upright.shape
    # OpenCV: positive angles turn counter-clockwise (origin top left).
    level = cv2.warpAffine(upright, cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0), (width, height))
    rows, columns = np.nonzero(level > 128)
    x, y = Frame(200, 300, turn, skew).to_displayed(columns.mean() + 0.5, rows.mean() + 0.5)
    assert (x, y) == pytest.approx((60.5, 110.5), abs=1.0)


def _written(tmp_path: Path, turn: Turn, skew: float) -> tuple[Path, PageText]:
    made = page_with_words(LINES, dpi=150, turn=turn, skew=skew)
    scan = save(made, tmp_path / "scan.png")
    out = tmp_path / "out.pdf"
    text = text_of(made)
    with open_source(scan) as source:
        write_searchable(source, [text], out, about=lambda: DocumentInfo(title="Quyết định"))
    return out, text


def _true_boxes(text: PageText, dpi: float) -> dict[str, tuple[float, float]]:
    """Centre of each word that stands once, in points of the page as shown (upright)."""
    places: dict[str, tuple[float, float]] = {}
    words = [word for word in text.words() if sum(w.text == word.text for w in text.words()) == 1]
    frame = text.frame
    for word in words:
        px, py = frame.to_displayed((word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2)
        turned = {0: (px, py), 90: (frame.height - py, px), 180: (frame.width - px, frame.height - py)}
        turned[270] = (py, frame.width - px)
        x, y = turned[frame.turn]
        places[word.text] = (x * 72 / dpi, y * 72 / dpi)
    return places


@pytest.mark.parametrize("reader", get_args(Reader))
@pytest.mark.parametrize(("turn", "skew"), CASES)
def test_words_lie_on_the_ink(tmp_path: Path, reader: Reader, turn: Turn, skew: float) -> None:
    path, text = _written(tmp_path, turn, skew)
    found = {unicodedata.normalize("NFC", word): box for word, *box in word_boxes(path, reader)}
    true = _true_boxes(text, 150)
    seen = 0
    for word, (x, y) in true.items():
        if word not in found:
            continue
        x0, y0, x1, y1 = found[word]
        assert (x0 + x1) / 2 == pytest.approx(x, abs=3), word
        if reader == "pdfjs":  # it gives the em above the foot, the others the box from descent to ascent
            assert y0 < y < y1 + 1, word
        else:
            assert (y0 + y1) / 2 == pytest.approx(y, abs=3), word
        seen += 1
    assert seen >= 0.9 * len(true)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_lines_and_words_come_back(tmp_path: Path, turn: Turn) -> None:
    path, text = _written(tmp_path, turn, 0.0)
    assert [line for line in pdftotext(path).split("\n") if line.strip("\f")] == text.text.split("\n")


def test_pdfium_reads_the_same_text(tmp_path: Path) -> None:
    path, text = _written(tmp_path, 0, 0.0)
    with open_source(path) as source:
        (page,) = source.pages()
        assert page.text is not None
        assert page.text.text == text.text


def test_odd_words(tmp_path: Path) -> None:
    """Decomposed letters, control characters, astral ones, blanks inside a word, boxes without area."""
    scan = save(page_with_words((), dpi=50), tmp_path / "scan.png")
    words = ("Tie\u0302\u0301ng", "a\u0007b", "\u200b", "x y", "𝒜", "(\\)")
    boxes = [Box(20 + 60 * n, 50, 20 + 60 * n + (40 if n else 0), 70) for n in range(len(words))]
    line = Line(tuple(Word(t, b, 1.0) for t, b in zip(words, boxes, strict=True)), Box(20, 50, 400, 70))
    out = tmp_path / "out.pdf"
    with open_source(scan) as source:
        frame = Frame(*next(iter(source.pages())).image().shape[::-1])
        write_searchable(source, [PageText(frame, (line,), (50, 50), "ocr", "x")], out, about=DocumentInfo)
    assert pdftotext(out).split() == ["Tiếng", "ab", "xy", "𝒜", "(\\)"]


def test_printable() -> None:
    assert printable("e\u0302\u0301\u00ad\ue000\ufffe") == "ế"


def test_a_word_costs_few_bytes() -> None:
    text = text_of(page_with_words(LINES, dpi=150))
    operators = text_operators(text, (595, 842), InvisibleFont())
    assert len(zlib.compress(operators)) < 16 * sum(1 for _word in text.words())
