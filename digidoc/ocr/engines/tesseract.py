"""Tesseract on the whole page, by pytesseract: for languages that no engine of ours is made for."""

import os
import tempfile
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pytesseract

from digidoc.errors import DependencyMissing, LanguageDataMissing, UnreadableFile
from digidoc.model import Box, Line, PageText, Turn, Word
from digidoc.ocr.doubts import doubts_of
from digidoc.ocr.engine import EngineSpec, Image
from digidoc.ocr.vietnamese.page.geometry import Uprighter, levelled
from digidoc.text import nfc

# Dots an inch that a page is shrunk to: it halves the time of 300 dpi at no loss (200 to 250 were measured).
_DPI: Final = 225.0
# Of Tesseract's table: the level of the rows that are words.
_WORD_LEVEL: Final = 5


def open_engine(spec: EngineSpec) -> "TesseractEngine":
    """The engine that the table of engines names.

    Raises:
        DependencyMissing: Tesseract, or its data for one of the languages, is not installed.

    """
    return TesseractEngine(spec.languages, spec.tessdata)


class TesseractEngine:
    """See the module. It starts the program once a page; turns and skew are found as for the Vietnamese engine."""

    def __init__(self, languages: str, tessdata: Path | None) -> None:
        # Threads of several pages fight for the processors: 32 times slower on a busy machine.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._languages = languages
        self._config = "" if tessdata is None else f'--tessdata-dir "{tessdata}"'
        try:
            self._version = str(pytesseract.get_tesseract_version())
            installed = pytesseract.get_languages(self._config)
        except (pytesseract.TesseractNotFoundError, SystemExit) as error:
            raise DependencyMissing(what="Tesseract") from error
        for code in languages.split("+"):
            if code not in installed:
                raise LanguageDataMissing(code=code)
        self._uprighter = Uprighter()

    @property
    def name(self) -> str:
        """See `OcrEngine.name`."""
        return f"tesseract {self._version} {self._languages}"

    def read(self, image: Image, dpi: tuple[float, float], turn: Turn | None = None) -> PageText:
        """See `OcrEngine.read`."""
        gray = image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)  # noqa: PLR2004
        frame = self._uprighter.frame(gray, turn)
        level = levelled(gray, frame)
        # Files, not pictures: pytesseract would write an RGB PNG of every picture, which costs as much as reading it.
        with tempfile.TemporaryDirectory(prefix="digidoc-") as folder:
            path = Path(folder) / "page.pgm"
            scale = min(1.0, _DPI / min(dpi))
            _write(path, level, scale)
            lines = self._lines(path, scale)
        return PageText(frame, lines, dpi, "ocr", self.name, doubts_of(lines, level))

    def _lines(self, path: Path, scale: float) -> tuple[Line, ...]:
        try:
            table = pytesseract.image_to_data(
                str(path), lang=self._languages, config=self._config, output_type=pytesseract.Output.DICT
            )
        except pytesseract.TesseractError as error:
            raise UnreadableFile(reason=f"Tesseract: {error.message[:200]}") from error
        grouped: dict[tuple[int, int, int], list[Word]] = {}
        for i, level in enumerate(table["level"]):
            text = nfc(table["text"][i]).strip()
            if level != _WORD_LEVEL or not text:
                continue
            x, y, width, height = (table[key][i] / scale for key in ("left", "top", "width", "height"))
            word = Word(text, Box(x, y, x + width, y + height), max(0.0, float(table["conf"][i])) / 100)
            place = (table["block_num"][i], table["par_num"][i], table["line_num"][i])
            grouped.setdefault(place, []).append(word)
        return tuple(_line(words) for words in grouped.values())


def _line(words: list[Word]) -> Line:
    boxes = [word.box for word in words]
    around = Box.around(boxes)
    # One height a line: a selection in a viewer is then a band, not a staircase.
    level = tuple(Word(w.text, Box(w.box.x0, around.y0, w.box.x1, around.y1), w.confidence) for w in words)
    return Line(level, around)


def _write(path: Path, gray: Image, scale: float) -> None:
    if scale < 1:
        size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
        gray = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    header = f"P5 {gray.shape[1]} {gray.shape[0]} 255\n".encode()
    path.write_bytes(header + gray.tobytes())
