"""The Vietnamese engine: lines by trueocr's detector, read by Tesseract and trueocr, decided word by word.

Without Tesseract's Vietnamese data trueocr reads alone; on 13 real scans that costs about twice the wrong words.
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
from digidoc.ocr.engines import Image
from digidoc.ocr.engines.arbiter import agreement, arbitrate, only_trueocr
from digidoc.ocr.engines.detector import find_lines
from digidoc.ocr.engines.doubts import DOUBTED, doubts_of
from digidoc.ocr.engines.geometry import Uprighter, levelled
from digidoc.ocr.engines.leaders import without_leaders
from digidoc.ocr.engines.order import arrange, part_joined
from digidoc.ocr.engines.recognisers import TesseractLineReader, Token, TrueOcrReader

# Two readings less alike than this, the network less sure than that: no printed line (facts: levers, "noise").
_ALIKE: Final = 0.5
_NETWORK_UNSURE: Final = 0.62
_FEW_LETTERS: Final = 3
_FEW_UNSURE: Final = 0.85
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

    def __init__(self, tessdata: Path | None) -> None:
        import trueocr
        from trueocr.page import PageEngine

        models = Path(trueocr.__file__).parent / "models"
        self._page: Any = PageEngine(models, threads=1)
        self._uprighter = Uprighter()
        self._network = TrueOcrReader(models)
        folder = language_data.find("vie", tessdata)
        self._tesseract = None if folder is None else TesseractLineReader(folder)
        cv2.setNumThreads(1)

    @property
    def name(self) -> str:
        """See `OcrEngine.name`."""
        second = f"+tesserocr {version('tesserocr')} vie" if self._tesseract else " alone"
        return f"vietnamese (trueocr {version('trueocr')}{second})"

    def read(self, image: Image, dpi: tuple[float, float]) -> PageText:
        """See `OcrEngine.read`."""
        gray, luminance = _greys(image)
        frame = self._uprighter.frame(gray)
        level = levelled(gray, frame)
        channels = [_Channel(level, find_lines(self._page.det, level, self._page.long_side), coloured=False)]
        if gray is not luminance:
            channels += self._coloured(level, levelled(luminance, frame), channels[0].boxes)
        lines = [line for channel in channels for line in self._lines(channel)]
        lines = part_joined(self._in_general_order(lines, frame.level_size))
        lines = arrange(lines, frame.level_size)
        return PageText(frame, tuple(lines), dpi, "ocr", self.name, doubts_of(lines, level))

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
        clean = without_leaders(channel.gray, height)
        readings = self._network.read(clean, channel.boxes)
        lines = []
        for box, reading in zip(channel.boxes, readings, strict=True):
            words = self._decide(clean, box, reading, odd=abs(box.height / height - 1) > 0.25)  # noqa: PLR2004
            if words:
                lines.append(_line(words, box, coloured=channel.coloured))
        return lines

    def _decide(self, gray: Image, box: Box, reading: Sequence[Token], *, odd: bool) -> list[Token]:
        if not reading:
            return []
        if self._tesseract is None:
            return only_trueocr(reading)
        second = self._tesseract.read(gray, box)
        mean = sum(t.confidence for t in reading) / len(reading)
        letters = sum(len(t.text) for t in reading)
        if agreement(second, reading) < _ALIKE and (
            mean < _NETWORK_UNSURE or (letters <= _FEW_LETTERS and mean < _FEW_UNSURE and odd)
        ):
            return []
        return arbitrate(second, reading) if second else only_trueocr(reading)

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


def _line(tokens: Sequence[Token], box: Box, *, coloured: bool) -> Line:
    words = tuple(Word(t.text, Box(t.x0, box.y0, max(t.x1, t.x0 + 1), box.y1), t.confidence) for t in tokens)
    line = Line(words, box)
    doubt = "coloured-ink" if coloured else "uncertain" if line.confidence < DOUBTED else ""
    return Line(words, box, doubt)


def _overlap(a: Box, b: Box) -> float:
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min(a.width * a.height, b.width * b.height)
