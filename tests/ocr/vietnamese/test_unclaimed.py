"""Nothing printed is lost in silence: print outside of all lines is read, or reported with its place."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageDraw

from digidoc.model import Box
from digidoc.ocr.doubts import doubts_of
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.engines.registry import open_engine
from digidoc.ocr.vietnamese import engine as vietnamese
from digidoc.ocr.vietnamese.find.page_ink import page_ink
from digidoc.ocr.vietnamese.find.unclaimed import unclaimed
from tests.ocr.drawn_pages import array
from tests.ocr.made import text_of
from tests.programs import needs_vie
from tests.scans import LINES, page_with_words


def overlap(one: Box, other: Box) -> bool:
    return min(one.x1, other.x1) > max(one.x0, other.x0) and min(one.y1, other.y1) > max(one.y0, other.y0)


def test_a_line_that_no_box_claims_is_found_at_its_place() -> None:
    page = page_with_words()
    ink = page_ink(array(page.image))
    boxes = [line.box for line in page.lines]
    assert unclaimed(ink, boxes) == []
    for at, line in enumerate(page.lines):
        (place,) = unclaimed(ink, boxes[:at] + boxes[at + 1 :])[:1]
        assert overlap(place, line.box)


def test_specks_signatures_and_rulings_are_no_print() -> None:
    page = page_with_words()
    pen = ImageDraw.Draw(page.image)
    chance = np.random.default_rng(3)
    for x, y in chance.integers(100, 1500, (300, 2)):
        pen.point((int(x), int(y) + 700), fill=0)
    pen.line([(900 + 40 * n, 1500 + (n % 2) * 140) for n in range(12)], fill=0, width=4)
    pen.line((200, 2000, 1400, 2000), fill=0, width=3)
    assert unclaimed(page_ink(array(page.image)), [line.box for line in page.lines]) == []


def test_without_lines_there_is_nothing_to_compare_with() -> None:
    assert unclaimed(page_ink(array(page_with_words().image)), []) == []


def test_the_doubt_and_the_places_are_in_the_record() -> None:
    made = page_with_words()
    page = text_of(made)
    places = [Box(10.4, 20, 30, 40)]
    doubts = doubts_of(page.lines, array(made.image), places)
    assert doubts == ("unclaimed-ink",)
    assert doubts_of(page.lines, array(made.image)) == ()
    record = replace(page, doubts=doubts, unread=tuple(places)).to_json()
    assert record["unread"] == [[10, 20, 30, 40]]
    assert "unread" not in page.to_json()


@needs_vie
def test_a_line_that_the_detector_overlooks_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    find_lines = vietnamese.find_lines

    def blind(*known: object) -> list[Box]:
        return sorted(find_lines(*known), key=lambda box: box.y0)[:-1]  # type: ignore[arg-type]

    monkeypatch.setattr(vietnamese, "find_lines", blind)
    page = open_engine(EngineSpec()).read(array(page_with_words().image), (200, 200))
    assert page.doubts == ()
    assert LINES[-1].split()[-1].strip(".") in page.text
