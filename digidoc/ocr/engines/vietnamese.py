"""The Vietnamese engine: lines by trueocr's detector, read by its network and judged by a model of the language.

Accurate: Tesseract reads doubtful words again. Draft, or without Tesseract's Vietnamese data: the network reads alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from digidoc.model import Box, Line, PageText, Word
from digidoc.ocr import tessdata as language_data
from digidoc.ocr.engines import Image, Mode
from digidoc.ocr.engines.boxes import find_boxes, parted_at, with_boxes, without_boxes
from digidoc.ocr.engines.cells import in_order, lines_in_cells
from digidoc.ocr.engines.detector import find_lines
from digidoc.ocr.engines.doubts import DOUBTED, doubts_of
from digidoc.ocr.engines.geometry import Uprighter, levelled
from digidoc.ocr.engines.ink import find_ink
from digidoc.ocr.engines.leaders import without_leaders
from digidoc.ocr.engines.order import arrange, part_joined
from digidoc.ocr.engines.paper import evened
from digidoc.ocr.engines.reader import LineReader
from digidoc.ocr.engines.recognisers import TesseractLineReader, Token
from digidoc.ocr.engines.tables import find_tables, without_rulings
from digidoc.ocr.engines.unclaimed import unclaimed

# A colour page with more red or blue ink than this share also has its coloured ink looked through for lines.
_COLOURED: Final = 0.0005
_DARK: Final = 128
_PALE_INK: Final = 160


@dataclass(frozen=True, slots=True)
class _Channel:
    """A grey view of the level page, the boxes of the lines to be read in it, and whether they are coloured ink."""

    gray: Image
    boxes: list[Box]
    coloured: bool


class VietnameseEngine:
    """See the module. One object a process: it keeps three networks and Tesseract loaded (about 150 MB)."""

    def __init__(self, tessdata: Path | None, mode: Mode = "accurate") -> None:
        import trueocr
        from trueocr.page import PageEngine

        models = Path(trueocr.__file__).parent / "models"
        self._page: Any = PageEngine(models, threads=1)
        self._uprighter = Uprighter()
        folder = language_data.find("vie", tessdata) if mode == "accurate" else None
        self._mode = mode
        self._tesseract = folder is not None
        self._reader = LineReader(models, None if folder is None else TesseractLineReader(folder))
        cv2.setNumThreads(1)

    @property
    def name(self) -> str:
        """See `OcrEngine.name`."""
        second = f"+tesserocr {version('tesserocr')} vie" if self._tesseract else " alone"
        return f"vietnamese {self._mode} (trueocr {version('trueocr')}{second})"

    def read(self, image: Image, dpi: tuple[float, float]) -> PageText:
        """See `OcrEngine.read`."""
        gray, luminance = _evened(*_greys(image))
        frame = self._uprighter.frame(gray)
        level = levelled(gray, frame)
        ink = find_ink(level)
        rulings = find_tables(ink)
        squares = find_boxes(ink)
        level = without_boxes(without_rulings(level, rulings), squares)
        boxes = find_lines(self._page.det, level, self._page.long_side, rulings.walls)
        boxes, dashes = lines_in_cells(ink, boxes, rulings)
        boxes = parted_at([*boxes, *unclaimed(ink, boxes, rulings, squares)], squares)
        channels = [_Channel(level, boxes, coloured=False)]
        if gray is not luminance:
            channels += self._coloured(level, levelled(luminance, frame), channels[0].boxes)
        lines = with_boxes([line for channel in channels for line in self._lines(channel)], squares, rulings)
        lines = [*dashes, *lines]
        lines = in_order(lines, rulings, lambda free: self._arranged(free, frame.level_size))
        unread = unclaimed(ink, [word.box for line in lines for word in line.words], rulings, squares)
        doubts = doubts_of(lines, level, unread)
        return PageText(frame, tuple(lines), dpi, "ocr", self.name, doubts, tuple(unread))

    def _coloured(self, red: Image, luminance: Image, known: Sequence[Box]) -> list[_Channel]:
        """Lines in ink that the red channel does not see: red headings, stamps, seals."""
        ink = (luminance < _DARK) & (red > _PALE_INK)
        if ink.mean() < _COLOURED:
            return []
        found = find_lines(self._page.det, luminance, self._page.long_side)
        new = [box for box in found if not any(_overlap(box, other) > 0.3 for other in known)]  # noqa: PLR2004
        return [_Channel(luminance, new, coloured=True)] if new else []

    def _lines(self, channel: _Channel) -> list[Line]:
        if not channel.boxes:
            return []
        height = float(np.median([box.height for box in channel.boxes]))
        found = self._reader.read(without_leaders(channel.gray, height), channel.boxes)
        return [
            _line(words, box, coloured=channel.coloured)
            for box, words in zip(channel.boxes, found, strict=True)
            if words
        ]

    def _arranged(self, lines: list[Line], size: tuple[int, int]) -> list[Line]:
        return arrange(part_joined(self._in_general_order(lines, size)), size)

    def _in_general_order(self, lines: list[Line], size: tuple[int, int]) -> list[Line]:
        if not lines:
            return []
        boxes = np.asarray([line.box for line in lines], np.float32)
        return [lines[i] for i in self._page.reading_order(boxes, [line.text for line in lines], size)]


def _greys(image: Image) -> tuple[Image, Image]:
    """(the channel to read in, luminance): red for a colour page, for seals lie over text; one and the same for grey.

    The red channel of a page whose paper is dark in red would be noise; then luminance serves for both.
    """
    if image.ndim == 2:  # noqa: PLR2004 (a grey page)
        return image, image
    luminance = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    red = np.ascontiguousarray(image[:, :, 0])
    if float(np.median(red)) < float(np.median(luminance)) - 8:
        return luminance, luminance
    return red, luminance


def _evened(gray: Image, luminance: Image) -> tuple[Image, Image]:
    """Both with white paper and black ink where the page needs it; still one and the same where they were."""
    even = evened(gray)
    return even, even if gray is luminance else luminance if even is gray else evened(luminance)


def _line(tokens: Sequence[Token], box: Box, *, coloured: bool) -> Line:
    # Neither reader knows the sign for per mille; both take it for a per cent sign and an o.
    words = tuple(
        Word(t.text.replace("%o", "‰"), Box(t.x0, box.y0, max(t.x1, t.x0 + 1), box.y1), t.confidence) for t in tokens
    )
    line = Line(words, box)
    doubt = "coloured-ink" if coloured else "uncertain" if line.confidence < DOUBTED else ""
    return Line(words, box, doubt)


def _overlap(a: Box, b: Box) -> float:
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min(a.width * a.height, b.width * b.height)
