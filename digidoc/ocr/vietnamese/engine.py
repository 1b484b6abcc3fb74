"""The Vietnamese engine: lines by trueocr's detector, read by digidoc's network and judged by a model of the language.

Accurate: Tesseract reads doubtful words again. Draft, or without Tesseract's Vietnamese data: the network reads alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from digidoc.model import Box, Line, PageText, Word
from digidoc.ocr.doubts import DOUBTED, doubts_of
from digidoc.ocr.engine import EngineSpec, Image, Mode
from digidoc.ocr.engines import tessdata as language_data
from digidoc.ocr.vietnamese.find.boxes import find_boxes, parted_at, with_boxes, without_boxes
from digidoc.ocr.vietnamese.find.cells import in_order, lines_in_cells
from digidoc.ocr.vietnamese.find.detector import LONG_SIDE, find_lines
from digidoc.ocr.vietnamese.find.layout import Layout
from digidoc.ocr.vietnamese.find.leaders import cleared, parted
from digidoc.ocr.vietnamese.find.order import arrange, part_joined
from digidoc.ocr.vietnamese.find.second_look import look_again
from digidoc.ocr.vietnamese.find.segments import mended
from digidoc.ocr.vietnamese.find.tables import find_tables, without_rulings
from digidoc.ocr.vietnamese.find.unclaimed import WORTH_READING, unclaimed
from digidoc.ocr.vietnamese.page.channels import coloured_area, greys, has_coloured_ink
from digidoc.ocr.vietnamese.page.geometry import Uprighter, levelled
from digidoc.ocr.vietnamese.page.grounds import without_grounds
from digidoc.ocr.vietnamese.page.ink import Ink, find_ink
from digidoc.ocr.vietnamese.read.networks import open_network
from digidoc.ocr.vietnamese.read.reader import LineReader
from digidoc.ocr.vietnamese.read.recognisers import TesseractLineReader, Token

# The detector knows a line by what is around it: it sees so much of the page around ink, a share of its longer side,
# on a small page so many letters.
_AROUND: Final = 0.03
_LETTERS: Final = 3.0
# A box that lies in another by this share of the smaller one is the same line.
_SAME: Final = 0.3


@dataclass(frozen=True, slots=True)
class _Channel:
    """A grey view of the level page, the boxes of the lines to be read in it, and whether they are coloured ink."""

    gray: Image
    boxes: list[Box]
    coloured: bool


def open_engine(spec: EngineSpec) -> "VietnameseEngine":
    """The engine that the table of engines names.

    Raises:
        DependencyMissing: trueocr is not installed.

    """
    return VietnameseEngine(spec.tessdata, spec.mode)


class VietnameseEngine:
    """See the module. One object a process: it keeps three networks and Tesseract loaded (about 150 MB)."""

    def __init__(self, tessdata: Path | None, mode: Mode = "accurate") -> None:
        self._detector = open_network("det")
        self._layout = Layout()
        self._uprighter = Uprighter()
        folder = language_data.find("vie", tessdata) if mode == "accurate" else None
        self._mode = mode
        self._tesseract = folder is not None
        self._reader = LineReader(None if folder is None else TesseractLineReader(folder))
        cv2.setNumThreads(1)

    @cached_property
    def name(self) -> str:
        """See `OcrEngine.name`."""
        second = f" + tesserocr {version('tesserocr')} vie" if self._tesseract else " alone"
        return f"vietnamese {self._mode} (trueocr {version('trueocr')}, lines {self._reader.weights}{second})"

    def read(self, image: Image, dpi: tuple[float, float]) -> PageText:
        """See `OcrEngine.read`."""
        gray, luminance = greys(image)
        del image
        frame = self._uprighter.frame(gray)
        level = without_grounds(levelled(gray, frame))
        has_colour = gray is not luminance and has_coloured_ink(gray, luminance)
        coloured = without_grounds(levelled(luminance, frame)) if has_colour else None
        del gray, luminance
        ink = find_ink(level)
        rulings = find_tables(ink)
        squares = find_boxes(ink)
        area = None if coloured is None else coloured_area(level, coloured)
        level = without_boxes(without_rulings(level, rulings), squares)
        boxes = find_lines(self._detector, level, LONG_SIDE, rulings.walls, _with_margin(ink.area(), level, ink))
        boxes, dashes = lines_in_cells(ink, boxes, rulings)
        boxes = mended(ink, boxes, rulings, squares)
        boxes = parted_at([*boxes, *unclaimed(ink, boxes, rulings, squares, WORTH_READING)], squares)
        channels = [_Channel(level, boxes, coloured=False)]
        if coloured is not None and area is not None:
            channels += self._coloured(coloured, area, boxes, ink)
        lines = with_boxes([line for channel in channels for line in self._lines(channel)], squares, rulings)
        lines = [*dashes, *lines]
        lines = in_order(lines, rulings, lambda free: self._arranged(free, frame.level_size))
        lines, lost = look_again(ink, lines, rulings, squares)
        unread = [*unclaimed(ink, [word.box for line in lines for word in line.words], rulings, squares), *lost]
        doubts = doubts_of(lines, level, unread)
        return PageText(frame, tuple(lines), dpi, "ocr", self.name, doubts, tuple(unread))

    def _coloured(self, luminance: Image, area: Box, known: Sequence[Box], ink: Ink) -> list[_Channel]:
        """Lines in ink that the red channel does not see: red headings, stamps, seals."""
        band = area._replace(x0=0.0, x1=float(luminance.shape[1]))
        found = find_lines(self._detector, luminance, LONG_SIDE, None, _with_margin(band, luminance, ink))
        new = [box for box in found if _is_in(box, area) and not any(_overlap(box, other) > _SAME for other in known)]
        return [_Channel(luminance, new, coloured=True)] if new else []

    def _lines(self, channel: _Channel) -> list[Line]:
        if not channel.boxes:
            return []
        height = float(np.median([box.height for box in channel.boxes]))
        page = cleared(channel.gray, height)
        parts = parted(channel.boxes, page)
        read = iter(self._reader.read(page.image, [part for own in parts for part in own]))
        found = [[token for _ in own for token in next(read)] for own in parts]
        return [
            _line(words, box, coloured=channel.coloured)
            for box, words in zip(channel.boxes, found, strict=True)
            if words
        ]

    def _arranged(self, lines: list[Line], size: tuple[int, int]) -> list[Line]:
        return arrange(part_joined(self._layout.ordered(lines, size)), size)


def _line(tokens: Sequence[Token], box: Box, *, coloured: bool) -> Line:
    words = tuple(Word(t.text, Box(t.x0, box.y0, max(t.x1, t.x0 + 1), box.y1), t.confidence, t.raw) for t in tokens)
    line = Line(words, box)
    doubt = "coloured-ink" if coloured else "uncertain" if line.confidence < DOUBTED else ""
    return Line(words, box, doubt)


def _overlap(a: Box, b: Box) -> float:
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min(a.width * a.height, b.width * b.height)


def _with_margin(area: Box, gray: Image, ink: Ink) -> Box:
    around = max(_AROUND * max(gray.shape), _LETTERS * ink.letter())
    return Box(area.x0 - around, area.y0 - around, area.x1 + around, area.y1 + around)


def _is_in(box: Box, area: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return area.x0 <= x <= area.x1 and area.y0 <= y <= area.y1
