"""The Vietnamese engine: lines by trueocr's detector, read by digidoc's network, chosen by a model of the language.

Accurate: Tesseract reads doubtful words again. Draft, or without Tesseract's Vietnamese data: the network reads alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

import cv2

from digidoc.model import Box, Line, PageText, Turn, Word
from digidoc.ocr.doubts import DOUBTED, doubts_of
from digidoc.ocr.engine import EngineSpec, Image, Mode
from digidoc.ocr.engines import tessdata as language_data
from digidoc.ocr.vietnamese.find.box_words import split_at_check_boxes, with_check_boxes
from digidoc.ocr.vietnamese.find.cells import lines_in_cells, with_dashes
from digidoc.ocr.vietnamese.find.check_boxes import without_boxes
from digidoc.ocr.vietnamese.find.detector import LONG_SIDE, find_lines
from digidoc.ocr.vietnamese.find.layout import Layout
from digidoc.ocr.vietnamese.find.leaders.clearing import cleared, split_at_leaders
from digidoc.ocr.vietnamese.find.order import arrange, split_joined
from digidoc.ocr.vietnamese.find.page_ink import Findings, PageInk, Stage, page_ink, run, usual_height
from digidoc.ocr.vietnamese.find.repair import repaired
from digidoc.ocr.vietnamese.find.second_look import look_again
from digidoc.ocr.vietnamese.find.table_rows import in_order
from digidoc.ocr.vietnamese.find.tables import without_rulings
from digidoc.ocr.vietnamese.find.unclaimed import read_overlooked, report_unclaimed
from digidoc.ocr.vietnamese.page.channels import coloured_area, greys, has_coloured_ink
from digidoc.ocr.vietnamese.page.geometry import Uprighter, levelled
from digidoc.ocr.vietnamese.page.grounds import without_grounds
from digidoc.ocr.vietnamese.page.ink import Ink
from digidoc.ocr.vietnamese.read.networks import open_network
from digidoc.ocr.vietnamese.read.reader import LineReader
from digidoc.ocr.vietnamese.read.recognisers import TesseractLineReader, Token


class _Around:
    """What the detector sees around the ink of a page: it knows a line by what is around it. The larger one holds."""

    SHARE: Final = 0.03  # of the page's longer side
    LETTERS: Final = 3.0  # usual heights of a piece of ink, on a small page


# Share of the smaller of two boxes that lies in the other: from here on they are the same line.
_SAME: Final = 0.3

# What is done with the boxes of the detector before they are read.
_BEFORE_READING: Final[tuple[Stage, ...]] = (lines_in_cells, repaired, read_overlooked, split_at_check_boxes)


@dataclass(frozen=True, slots=True)
class _Channel:
    """A grey view of the level page, the boxes of the lines to be read in it, and whether they are coloured ink."""

    gray: Image
    boxes: tuple[Box, ...]
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

    def read(self, image: Image, dpi: tuple[float, float], turn: Turn | None = None) -> PageText:
        """See `OcrEngine.read`."""
        gray, luminance = greys(image)
        del image
        frame = self._uprighter.frame(gray, turn)
        level = without_grounds(levelled(gray, frame))
        has_colour = gray is not luminance and has_coloured_ink(gray, luminance)
        coloured = without_grounds(levelled(luminance, frame)) if has_colour else None
        del gray, luminance
        page = page_ink(level)
        area = None if coloured is None else coloured_area(level, coloured)
        level = without_boxes(without_rulings(level, page.rulings), page.squares)
        seen = _with_margin(page.ink.area(), level, page.ink)
        boxes = find_lines(self._detector, level, LONG_SIDE, page.rulings.walls, seen)
        found = run(_BEFORE_READING, page, Findings(tuple(boxes)))
        channels = [_Channel(level, found.boxes, coloured=False)]
        if coloured is not None and area is not None:
            channels += self._coloured(coloured, area, found.boxes, page.ink)
        found = replace(found, lines=tuple(line for channel in channels for line in self._lines(channel)))
        ordered = partial(self._in_order, size=frame.level_size)
        found = run((with_check_boxes, with_dashes, ordered, look_again, report_unclaimed), page, found)
        doubts = doubts_of(found.lines, level, found.unread)
        return PageText(frame, found.lines, dpi, "ocr", self.name, doubts, found.unread)

    def _coloured(self, luminance: Image, area: Box, known: Sequence[Box], ink: Ink) -> list[_Channel]:
        """Lines in ink that the red channel does not see: red headings, stamps, seals."""
        band = area._replace(x0=0.0, x1=float(luminance.shape[1]))
        found = find_lines(self._detector, luminance, LONG_SIDE, None, _with_margin(band, luminance, ink))
        new = [box for box in found if _is_in(box, area) and not any(_overlap(box, other) > _SAME for other in known)]
        return [_Channel(luminance, tuple(new), coloured=True)] if new else []

    def _lines(self, channel: _Channel) -> list[Line]:
        """The lines of one view that were read; those in which nothing was read are left out."""
        if not channel.boxes:
            return []
        page = cleared(channel.gray, usual_height(channel.boxes))
        parts = split_at_leaders(channel.boxes, page)
        read = iter(self._reader.read(page.image, [part for own in parts for part in own]))
        found = [[token for _ in own for token in next(read)] for own in parts]
        return [
            _line(words, box, coloured=channel.coloured)
            for box, words in zip(channel.boxes, found, strict=True)
            if words
        ]

    def _in_order(self, page: PageInk, found: Findings, *, size: tuple[int, int]) -> Findings:
        """Put the lines in reading order; `size` is that of the level frame, pixels."""

        def arranged(lines: list[Line]) -> list[Line]:
            return arrange(split_joined(self._layout.ordered(lines, size)), size)

        return replace(found, lines=tuple(in_order(found.lines, page.rulings, arranged)))


def _line(tokens: Sequence[Token], box: Box, *, coloured: bool) -> Line:
    words = tuple(Word(t.text, Box(t.x0, box.y0, max(t.x1, t.x0 + 1), box.y1), t.confidence, t.raw) for t in tokens)
    line = Line(words, box)
    doubt = "coloured-ink" if coloured else "uncertain" if line.confidence < DOUBTED else ""
    return Line(words, box, doubt)


def _overlap(a: Box, b: Box) -> float:
    """Share of the smaller box that lies in the other."""
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min(a.width * a.height, b.width * b.height)


def _with_margin(area: Box, gray: Image, ink: Ink) -> Box:
    """An area of the page with what the detector has to see around it."""
    around = max(_Around.SHARE * max(gray.shape), _Around.LETTERS * ink.letter())
    return Box(area.x0 - around, area.y0 - around, area.x1 + around, area.y1 + around)


def _is_in(box: Box, area: Box) -> bool:
    x, y = box.centre
    return area.x0 <= x <= area.x1 and area.y0 <= y <= area.y1
