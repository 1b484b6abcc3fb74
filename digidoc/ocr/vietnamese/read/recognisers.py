"""The two readers of a line picture: the line network and Tesseract through tesserocr. Both give words with places."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.engine import Image
from digidoc.ocr.vietnamese.read.line_picture import BESIDE, line_picture
from digidoc.ocr.vietnamese.read.networks import session
from digidoc.text import nfc


class _Picture:
    """What Tesseract gets of a line."""

    HIGH: Final = 48  # pixels: it reads a higher picture no better, only slower
    MARGIN: Final = 0.2  # share of the line's height around its box
    WHITE: Final = 6  # pixels of white around the picture: it loses letters at the very edge
    LEAST_WIDE: Final = 8  # pixels
    DPI: Final = 300  # what it is told of the resolution


# Tesseract takes the Vietnamese letter for the Icelandic one that looks the same, and a slash for that of fractions.
LOOKALIKES: Final = str.maketrans("Ðð\N{FRACTION SLASH}", "Đđ/")


class _Word:
    """Where a word is, in steps of the line network: means of 3,926 words whose places are known."""

    EARLIER: Final = 1.3  # it begins before the first step of its first letter
    LATER: Final = 1.3  # it ends behind the first step of its last letter


@dataclass(frozen=True, slots=True)
class Token:
    """A word as one reader saw it: text (NFC), left and right in page pixels, confidence 0-1; `raw` as in `Word`."""

    text: str
    x0: float
    x1: float
    confidence: float
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A line as the line network saw it.

    Attributes:
        tokens: the words of the likeliest path.
        spans: of each word, the steps between the blanks before and after it: first, last + 1.
        steps: natural logarithms of the characters' probabilities, [steps, characters]; 0 is CTC's blank.

    """

    tokens: tuple[Token, ...]
    spans: tuple[tuple[int, int], ...]
    steps: NDArray[np.float32]

    @property
    def confidence(self) -> float:
        """Mean over the words; 0.0 for none."""
        return sum(token.confidence for token in self.tokens) / max(1, len(self.tokens))


class LineNetwork:
    """digidoc's line network (docs/explanation/ocr.md); loaded once.

    Attributes:
        chars: what it can write, in the order of its answers; character n of these is answer n + 1.
        weights: the first eight digits of its file's SHA-256: readings by different weights can be told apart.

    """

    def __init__(self) -> None:
        data = (files("digidoc.ocr") / "data" / "lines.onnx").read_bytes()
        self.weights = hashlib.sha256(data).hexdigest()[:8]
        self._session = session(data, arena=True)
        self.chars = tuple(self._session.get_modelmeta().custom_metadata_map["characters"])
        self._blank = 1 + self.chars.index(" ")

    def read(self, gray: Image, boxes: Sequence[Box]) -> list[Reading]:
        """Each line, in the order of `boxes`; no words where nothing was read."""
        return [self._read(gray, box) for box in boxes]

    def _read(self, gray: Image, box: Box) -> Reading:
        """One line at a time: it stays in the processor's cache, and nothing is computed for padding."""
        ink = line_picture(gray, box).astype(np.float32) / 255
        (steps,) = self._session.run(None, {"x": ink[None, None]})
        return self._reading(np.ascontiguousarray(steps[0]), box)

    def _reading(self, steps: NDArray[np.float32], box: Box) -> Reading:
        """Greedy CTC: a step that is neither blank (0) nor a repetition is a character at its step's place."""
        ids = steps.argmax(axis=1)
        sure: list[float] = np.exp(steps[np.arange(len(ids)), ids]).tolist()
        pad = BESIDE * box.height
        step = (box.width + 2 * pad) / max(1, len(ids))
        words: list[Token] = []
        spans: list[tuple[int, int]] = []
        for start, end, letters in self._words(ids.tolist()):
            left, right = (
                box.x0 - pad + at * step for at in (letters[0][0] - _Word.EARLIER, letters[-1][0] + _Word.LATER)
            )
            text = nfc("".join(self.chars[number - 1] for _at, number in letters))
            mean = sum(_surest(sure, ids, at) for at, _number in letters) / len(letters)
            words.append(Token(text, max(box.x0, left), min(box.x1, right), mean))
            spans.append((start, end))
        return Reading(tuple(words), tuple(spans), steps)

    def _words(self, ids: Sequence[int]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
        """Of each word its first step and the one after its last, from blank to blank, and its (step, character)s."""
        start = 0
        letters: list[tuple[int, int]] = []
        before = 0
        for at, number in enumerate((*ids, self._blank)):
            if number == self._blank:
                if letters:
                    yield start, at, letters
                start, letters = at + 1, []
            elif number not in (0, before):
                letters.append((at, number))
            before = number


def _surest(sure: Sequence[float], ids: NDArray[np.intp], at: int) -> float:
    """The highest probability of a character in the steps from its first on."""
    best, number = sure[at], ids[at]
    while at + 1 < len(ids) and ids[at + 1] == number:
        at += 1
        best = max(best, sure[at])
    return best


class TesseractLineReader:
    """Tesseract on one line at a time, by tesserocr, which brings the library but not the language data."""

    def __init__(self, tessdata: Path, language: str = "vie") -> None:
        import tesserocr

        self._tesserocr = tesserocr
        self._api = tesserocr.PyTessBaseAPI(
            path=str(tessdata), lang=language, psm=tesserocr.PSM.SINGLE_LINE, oem=tesserocr.OEM.LSTM_ONLY
        )
        self._api.SetVariable("debug_file", "NUL" if _windows() else "/dev/null")

    def read(self, gray: Image, box: Box, *, whole: tuple[bool, bool] = (True, True)) -> tuple[Token, ...]:
        """The words of a line or of a part of it; none where nothing was read.

        Args:
            gray: level page.
            box: of what is to be read.
            whole: whether the line begins and ends where the box does; elsewhere the neighbour's letters are near.

        """
        margin = round(box.height * _Picture.MARGIN)
        left, right = (margin if end else 0 for end in whole)
        wide = Box(box.x0 - left, box.y0 - margin, box.x1 + right, box.y1 + margin)
        picture = cut(gray, wide)
        scale = min(1.0, _Picture.HIGH / max(1, picture.shape[0]))
        if scale < 1:
            size = (max(_Picture.LEAST_WIDE, round(picture.shape[1] * scale)), _Picture.HIGH)
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        picture = np.pad(picture, _Picture.WHITE, constant_values=255)
        height, width = picture.shape
        self._api.SetImageBytes(picture.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(_Picture.DPI)
        self._api.Recognize()
        return tuple(self._words(max(0.0, wide.x0), scale))

    def _words(self, left: float, scale: float) -> list[Token]:
        words: list[Token] = []
        level = self._tesserocr.RIL.WORD
        for item in self._tesserocr.iterate_level(self._api.GetIterator() or (), level):
            if item.Empty(level):
                continue
            # It does not know the sign for per mille and takes it for a per cent sign and an o.
            text = nfc(item.GetUTF8Text(level)).translate(LOOKALIKES).replace("%o", "‰").strip()
            bounds = item.BoundingBox(level)
            if text and bounds:
                x0, x1 = (left + (bounds[i] - _Picture.WHITE) / scale for i in (0, 2))
                words.extend(split_at_blanks(text, x0, x1, item.Confidence(level) / 100))
        return words

    def close(self) -> None:
        """Give the library's memory back."""
        self._api.End()


def split_at_blanks(text: str, x0: float, x1: float, confidence: float) -> list[Token]:
    """One token per blank-free part, its place in proportion to the letters."""
    parts = text.split()
    if len(parts) == 1:
        return [Token(text, x0, x1, confidence)]
    step = (x1 - x0) / max(1, len(text))
    tokens, at = [], 0
    for part in parts:
        at = text.index(part, at)
        tokens.append(Token(part, x0 + at * step, x0 + (at + len(part)) * step, confidence))
        at += len(part)
    return tokens


def cut(gray: Image, box: Box) -> Image:
    """The part of the page inside the box, clipped to the page; at least one pixel."""
    height, width = gray.shape
    x0, y0 = min(width - 1, max(0, int(box.x0))), min(height - 1, max(0, int(box.y0)))
    x1, y1 = max(x0 + 1, min(width, int(np.ceil(box.x1)))), max(y0 + 1, min(height, int(np.ceil(box.y1))))
    return np.ascontiguousarray(gray[y0:y1, x0:x1])


def _windows() -> bool:
    import os

    return os.name == "nt"
