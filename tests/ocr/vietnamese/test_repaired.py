"""Two printed lines in one box of the detector's are read as two, and what was lost out of a line is reported."""

import numpy as np
import pytest

from digidoc.model import Box
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.engines.registry import open_engine
from digidoc.ocr.vietnamese import engine as vietnamese
from tests.ocr.drawn_pages import array
from tests.programs import needs_vie
from tests.scans import LINES, page_with_words


@needs_vie
def test_two_lines_that_the_detector_joins_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    find_lines = vietnamese.find_lines

    def joining(*known: object) -> list[Box]:
        boxes = sorted(find_lines(*known), key=lambda box: box.y0)  # type: ignore[arg-type]
        first, second = boxes[-2:]
        low, high = min(first.x0, second.x0), max(first.x1, second.x1)
        return [*boxes[:-2], Box(low, first.y0, high, second.y1)]

    monkeypatch.setattr(vietnamese, "find_lines", joining)
    page = open_engine(EngineSpec()).read(array(page_with_words().image), (200, 200))
    assert page.doubts == ()
    assert [line.text for line in page.lines][-2:] == list(LINES[-2:])


@needs_vie
def test_words_that_the_reader_leaves_out_are_reported_with_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    read = vietnamese.LineReader.read
    made = page_with_words()

    def forgetful(*known: object) -> list[object]:
        lines = read(*known)  # type: ignore[arg-type]
        return [tokens[:2] + tokens[4:] if len(tokens) > 6 else tokens for tokens in lines]

    monkeypatch.setattr(vietnamese.LineReader, "read", forgetful)
    page = open_engine(EngineSpec()).read(np.ascontiguousarray(array(made.image)), (200, 200))
    assert "unclaimed-ink" in page.doubts
    lost = made.lines[-1].words[2].box
    assert any(box.x0 < lost.x1 and box.x1 > lost.x0 and box.y0 < lost.y1 and box.y1 > lost.y0 for box in page.unread)
