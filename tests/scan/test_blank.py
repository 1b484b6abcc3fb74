"""A wall of nearly empty pages: none of them is called blank, and an empty one always is."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fontpkg_noto_serif import ROOT
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digidoc.ocr.source.opening import open_source
from digidoc.scan.blank import blankness
from digidoc.scan.grouping import MAYBE, NO, YES
from tests.scan.made import paper_picture

DPI = 150
MM = DPI / 25.4
SIZE = (round(210 * MM), round(297 * MM))
Draw = Callable[[ImageDraw.ImageDraw, np.random.Generator], None]
FONT = ImageFont.truetype(str(Path(ROOT) / "files" / "NotoSerif[wdth,wght].ttf"), round(11 / 72 * DPI))


def _scan(
    rng: np.random.Generator, draw: Draw | None = None, colour: tuple[int, int, int] = (40, 40, 50), alpha: float = 1
) -> NDArray[np.uint8]:
    """A back: paper of some tone, darker to one side, with ink on it, noise, and what JPEG makes of it."""
    paper = (
        np.full((SIZE[1], SIZE[0], 3), rng.uniform(200, 252))
        * np.linspace(rng.uniform(0.9, 1), 1, SIZE[0])[None, :, None]
    )
    if draw is not None:
        ink = Image.new("L", SIZE)
        draw(ImageDraw.Draw(ink), rng)
        share = np.asarray(ink)[:, :, None] / 255 * alpha
        paper = paper * (1 - share) + np.array(colour) * share
    noisy = Image.fromarray((paper + rng.normal(0, rng.choice([1, 3, 6]), paper.shape)).clip(0, 255).astype(np.uint8))
    packed = io.BytesIO()
    noisy.save(packed, "JPEG", quality=int(rng.choice([50, 75, 90])))
    read = Image.open(packed)
    return np.asarray(read.convert("L") if rng.random() < 0.3 else read)


def _place(rng: np.random.Generator) -> tuple[float, float]:
    return rng.uniform(0.15, 0.6) * SIZE[0], rng.uniform(0.1, 0.8) * SIZE[1]


def _number(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    draw.text((SIZE[0] / 2, 0.93 * SIZE[1]), str(rng.integers(1, 99)), fill=255, font=FONT)


def _line(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    draw.text(_place(rng), "Ghi chú: đã nhận đủ", fill=255, font=FONT)


def _strokes(count: int) -> Draw:
    def strokes(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
        x, y = _place(rng)
        for _stroke in range(count):
            points = [(x + rng.uniform(0, 30 * MM), y + rng.uniform(0, 12 * MM)) for _ in range(3)]
            draw.line(points, fill=255, width=max(1, round(0.4 * MM)))

    return strokes


def _stamp(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    x, y = _place(rng)
    draw.ellipse((x, y, x + 34 * MM, y + 34 * MM), outline=255, width=round(0.8 * MM))


@pytest.mark.parametrize(
    ("draw", "colour", "alpha"),
    [
        (_number, (40, 40, 50), 0.6),
        (_line, (40, 40, 50), 0.6),
        (_strokes(8), (70, 70, 75), 0.25),  # pencil
        (_strokes(3), (30, 40, 150), 0.6),  # initials
        (_strokes(1), (30, 40, 150), 0.6),  # a mark
        (_stamp, (210, 40, 50), 0.15),  # a pale one
    ],
)
def test_a_nearly_empty_page_is_never_blank(draw: Draw, colour: tuple[int, int, int], alpha: float) -> None:
    rng = np.random.default_rng(7)
    assert {blankness(_scan(rng, draw, colour, alpha)) for _page in range(6)} <= {MAYBE, NO}


def test_an_empty_page_is_blank() -> None:
    rng = np.random.default_rng(8)
    assert {blankness(_scan(rng)) for _page in range(6)} == {YES}


def test_a_page_of_a_paper_is_not() -> None:
    assert blankness(np.asarray(paper_picture("Điều 1. Ban hành quy chế tiếp công dân"))) in {NO, MAYBE}
    assert blankness(np.zeros((900, 600), np.uint8)) == NO  # the lamp was off
    assert blankness(np.full((10, 10), 255, np.uint8)) == NO


@pytest.mark.slow
def test_no_real_page_with_content_is_blank(corpus: Path) -> None:
    seen = 0
    for folder in ("vietnamese", "vietnamese-2"):
        for file in sorted((corpus / folder / "pages").glob("*.[jp][pn]g")):
            with open_source(file) as source:
                for page in source.pages():
                    seen += 1
                    assert blankness(page.image()) != YES, file.name
    assert seen >= 9
