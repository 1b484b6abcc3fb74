"""A stamp lies beside what the page shows, as near to its prescribed place as there is room; else it is refused."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digidoc.pdf.geometry import PageBox
from digidoc.pdf.ink import find_ink, see_ink
from digidoc.pdf.pdfium import PdfiumDocument
from digidoc.sign.errors import NoRoomForStamp
from digidoc.sign.stamp.stamp import stamp_kit
from tests.scans import page_with_words
from tests.sign.stamps import A4, COPY, added, box_of, page_pdf, rendered, stamp

# On A4, 595 x 842 points: a bar down the right edge, one along the top, and lines everywhere.
_CORNER = "0.2 g 480 500 115 342 re f"
_TOP = "0.2 g 0 700 595 142 re f"
_FULL = "0.2 g " + " ".join(f"10 {y} 575 6 re f" for y in range(10, 842, 14))


def is_free(before: Path, after: Path) -> bool:
    """Whether the stamp's ink lies on nothing but paper, and on some of its specks at most."""
    left, top, right, bottom = added(before, after, scale=2)
    under = rendered(before, scale=2)[top:bottom, left:right]
    return bool((np.abs(under - np.median(under, axis=(0, 1))).max(axis=2) > 60).mean() < 0.002)


@pytest.mark.usefixtures("_times")
def test_it_goes_left_of_what_stands_in_the_corner(tmp_path: Path):
    source = page_pdf(tmp_path / "in.pdf", _CORNER)
    stamp(source, tmp_path / "out.pdf")
    left, top, right, _ = added(source, tmp_path / "out.pdf")
    assert is_free(source, tmp_path / "out.pdf")
    assert top < 20
    assert 460 < right < 480
    assert left > 300


def test_it_goes_down_where_the_top_is_full(tmp_path: Path):
    source = page_pdf(tmp_path / "in.pdf", _TOP)
    stamp(source, tmp_path / "out.pdf")
    _, top, right, _ = added(source, tmp_path / "out.pdf")
    assert 142 < top < 155
    assert right > 540


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_it_is_refused_where_there_is_no_room(tmp_path: Path, rotate: int):
    source = page_pdf(tmp_path / "in.pdf", _FULL, rotate=rotate)
    with pytest.raises(NoRoomForStamp) as caught:
        stamp(source, tmp_path / "out.pdf")
    assert caught.value.params["page"] == "1"


@pytest.mark.usefixtures("_times")
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_it_goes_to_the_end_of_a_page_that_is_full_above(tmp_path: Path, rotate: int):
    lines = " ".join(f"10 {y} 575 6 re f" for y in range(10, 842, 14))
    edge = {0: "0 0 595 70", 90: "525 0 70 842", 180: "0 772 595 70", 270: "0 0 70 842"}[rotate]
    source = page_pdf(tmp_path / "in.pdf", f"0.2 g {lines} 1 g {edge} re f", rotate=rotate)
    stamp(source, tmp_path / "out.pdf")
    height, width = rendered(source).shape[:2]
    _, top, right, bottom = added(source, tmp_path / "out.pdf")
    assert top > height - 72
    assert bottom < height
    assert right > 0.9 * width


def test_one_line_where_three_have_no_room(tmp_path: Path):
    source = page_pdf(tmp_path / "in.pdf", "0.2 g 0 0 595 810 re f")
    done = stamp(source, tmp_path / "out.pdf")
    assert done.lines == (f"SAO Y, {COPY.organisation}, 2026-11-22T15:04:05+07:00",)
    assert is_free(source, tmp_path / "out.pdf")


def test_the_ink_of_a_turned_and_cropped_page_is_where_it_is_displayed(tmp_path: Path):
    # User space: the page's upper right corner as displayed at 90 degrees is its upper left corner here.
    source = page_pdf(
        tmp_path / "in.pdf", "0 g 0 700 60 200 re f", (-100, -50, 700, 900), rotate=90, crop=(0, 0, 595, 842)
    )
    stamp(source, tmp_path / "out.pdf")
    assert is_free(source, tmp_path / "out.pdf")
    # Below the bar: 60 points down in a page that is 842 wide as displayed; or left of it, 142 from the right.
    left, top, right, bottom = added(source, tmp_path / "out.pdf")
    assert top >= 60 or right <= 700
    assert left > 300
    assert bottom < 120


def test_several_signers_stand_beside_each_other(tmp_path: Path):
    kit = stamp_kit(COPY)
    files = [page_pdf(tmp_path / "0.pdf")]
    rects = []
    for number in range(1, 7):
        files.append(tmp_path / f"{number}.pdf")
        done = stamp(files[-2], files[-1], kit, f"S{number}")
        rects.append(done.rect)
    for number, one in enumerate(rects):
        for other in rects[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def _paper(colour: tuple[int, int, int], noise: float, shadow: int) -> Image.Image:
    """A scan of an empty sheet, 620 x 877 pixels: coloured, noisy, darker towards its left edge."""
    field = np.full((877, 620, 3), colour, dtype=np.float64) - np.linspace(shadow, 0, 620)[None, :, None]
    field += np.random.default_rng(1).normal(0, noise, field.shape)
    return Image.fromarray(np.clip(field, 0, 255).astype(np.uint8))


_PAPERS = {
    "white": lambda: _paper((255, 255, 255), 2, 0),
    "yellow": lambda: _paper((236, 222, 160), 6, 20),
    "grey": lambda: _paper((176, 178, 180), 8, 40),
    "noisy": lambda: _paper((228, 226, 220), 26, 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("paper", list(_PAPERS))
@pytest.mark.parametrize("pen", [(20, 20, 20), (200, 30, 40), (40, 60, 170)])
def test_paper_of_any_colour(tmp_path: Path, paper: str, pen: tuple[int, int, int]):
    blank: Callable[[], Image.Image] = _PAPERS[paper]
    empty = page_pdf(tmp_path / "empty.pdf", picture=blank())
    free = stamp(empty, tmp_path / "free.pdf")
    image = blank()
    ImageDraw.Draw(image).text((440, 20), "CỘNG HÒA XÃ HỘI", fill=pen, font_size=14)
    source = page_pdf(tmp_path / "in.pdf", picture=image)
    done = stamp(source, tmp_path / "out.pdf")
    assert done.rect != pytest.approx(free.rect)
    assert free.rect[3] == pytest.approx(842 - 14.17, abs=0.1)


def test_there_is_no_room_on_a_dark_ground(tmp_path: Path):
    source = page_pdf(tmp_path / "in.pdf", "0.1 g 0 0 595 842 re f")
    with pytest.raises(NoRoomForStamp):
        stamp(source, tmp_path / "out.pdf")


def test_specks_are_no_ink_and_thin_lines_are():
    sheet = np.full((150, 300, 3), 250, dtype=np.uint8)
    sheet[20, 200] = sheet[90, 30] = 0
    assert not find_ink(sheet).any()
    sheet[60, 40:200] = 190
    assert box_of(find_ink(sheet)) == (40, 60, 200, 61)


def test_type_is_found_whole(tmp_path: Path):
    scan = page_with_words(("CỘNG HÒA", "Độc lập"), dpi=100).image
    source = page_pdf(tmp_path / "in.pdf", picture=scan)
    with PdfiumDocument(source) as document, document.page(0) as page:
        ink = see_ink(page, PageBox((0, 0, 595, 842), 0, 1.0))
    dark = rendered(source).max(axis=2) < 128
    seen = box_of(ink.mask)
    assert [edge / ink.scale for edge in seen] == pytest.approx(box_of(dark), abs=4)


@pytest.mark.parametrize("media", [(0, 0, 595, 842), (0, 0, 40, 4000), (0, 0, 14400, 20)])
def test_strange_pages_are_rendered_small(tmp_path: Path, media: tuple[float, ...]):
    source = page_pdf(tmp_path / "in.pdf", media=media)
    with PdfiumDocument(source) as document, document.page(0) as page:
        ink = see_ink(page, PageBox((0, 0, media[2], media[3]), 0, 1.0))
    assert ink.mask.size < 3_000_000
    assert not ink.mask.any()
    assert media != A4 or ink.mask.shape == (425, 300)


@pytest.mark.slow
@pytest.mark.skipif("DIGIDOC_CORPUS" not in os.environ, reason="DIGIDOC_CORPUS names no corpus")
@pytest.mark.usefixtures("_times")
def test_real_papers(tmp_path: Path):
    """Of the corpus's first pages, stamped ones among them, all but the fullest have room."""
    kit = stamp_kit(COPY)
    sources = sorted(Path(os.environ["DIGIDOC_CORPUS"]).glob("vietnamese*/*.pdf"))
    assert sources
    full = []
    for source in sources:
        out = tmp_path / "out.pdf"
        try:
            stamp(source, out, kit, "Of this test")
        except NoRoomForStamp:
            full.append(source.name)
        else:
            assert is_free(source, out), source.name
    assert len(full) <= len(sources) / 10
