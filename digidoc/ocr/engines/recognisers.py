"""The two readers of a line picture: trueocr's network and Tesseract through tesserocr. Both give words with places."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from digidoc.model import Box
from digidoc.ocr.engines import Image
from digidoc.text import nfc

# Tesseract reads a line no better above this height, only slower.
_LINE_PIXELS: Final = 48
_MARGIN: Final = 0.2
# White pixels around what Tesseract gets: it loses letters at the very edge.
_WHITE: Final = 6
# Tesseract takes the Vietnamese letter for the Icelandic one that looks the same.
_ETH: Final = str.maketrans("Ðð", "Đđ")
_BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class Token:
    """A word as one reader saw it: text (NFC), left and right in page pixels, confidence 0-1."""

    text: str
    x0: float
    x1: float
    confidence: float


class TrueOcrReader:
    """trueocr's line network: sure of letters, weak on marks. Loaded once, batches of lines of like width."""

    def __init__(self, models: Path) -> None:
        from trueocr.recognizer import Recognizer

        self._network = Recognizer(models, threads=1)

    def read(self, gray: Image, boxes: Sequence[Box]) -> list[tuple[Token, ...]]:
        """The words of each line, in the order of `boxes`; no words where nothing was read."""
        from trueocr.preprocess import pad_batch, prepare_image, width_batches

        network = self._network
        pictures = [
            prepare_image(cut(gray, box), max_width=network.max_width, pad_y=network.pad_y, pad_x=network.pad_x)
            for box in boxes
        ]
        found: list[tuple[Token, ...]] = [()] * len(boxes)
        for chosen in width_batches([picture.shape[1] for picture in pictures], max_batch=_BATCH):
            tensor, widths = pad_batch([pictures[i] for i in chosen])
            ids, sure, lengths = network.session.run(["ids", "conf", "lengths"], {"x": tensor, "widths": widths})
            for row, index in enumerate(chosen):
                length = int(lengths[row])
                found[index] = self._words(ids[row, :length], sure[row, :length], boxes[index])
        return found

    def _words(self, ids: Any, sure: Any, box: Box) -> tuple[Token, ...]:
        """Greedy CTC: a step that is neither blank (0) nor a repetition is a character at its step's place."""
        pad = self._network.pad_x * box.height
        step = (box.width + 2 * pad) / max(1, len(ids))
        words: list[Token] = []
        letters: list[tuple[str, int]] = []
        steps = np.flatnonzero((ids != 0) & np.concatenate(([True], ids[1:] != ids[:-1])))

        def close() -> None:
            if letters:
                text = nfc("".join(letter for letter, _ in letters))
                first, last = letters[0][1], letters[-1][1]
                left = box.x0 - pad + (first - 0.5) * step
                right = box.x0 - pad + (last + 1.5) * step
                mean = float(np.mean([sure[at] for _, at in letters]))
                words.append(Token(text, max(box.x0, left), min(box.x1, right), mean))
                letters.clear()

        for at in steps:
            letter = self._network.chars[int(ids[at]) - 1]
            if letter == " ":
                close()
            else:
                letters.append((letter, int(at)))
        close()
        return tuple(words)


class TesseractLineReader:
    """Tesseract on one line at a time, by tesserocr, which brings the library but not the language data."""

    def __init__(self, tessdata: Path, language: str = "vie") -> None:
        import tesserocr

        self._tesserocr = tesserocr
        self._api = tesserocr.PyTessBaseAPI(
            path=str(tessdata), lang=language, psm=tesserocr.PSM.SINGLE_LINE, oem=tesserocr.OEM.LSTM_ONLY
        )
        self._api.SetVariable("debug_file", "NUL" if _windows() else "/dev/null")

    def read(self, gray: Image, box: Box) -> tuple[Token, ...]:
        """The words of one line; none where nothing was read."""
        margin = round(box.height * _MARGIN)
        wide = Box(box.x0 - margin, box.y0 - margin, box.x1 + margin, box.y1 + margin)
        picture = cut(gray, wide)
        scale = min(1.0, _LINE_PIXELS / max(1, picture.shape[0]))
        if scale < 1:
            size = (max(8, round(picture.shape[1] * scale)), _LINE_PIXELS)
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        picture = np.pad(picture, _WHITE, constant_values=255)
        height, width = picture.shape
        self._api.SetImageBytes(picture.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(300)
        self._api.Recognize()
        return tuple(self._words(max(0.0, wide.x0), scale))

    def _words(self, left: float, scale: float) -> list[Token]:
        words: list[Token] = []
        level = self._tesserocr.RIL.WORD
        for item in self._tesserocr.iterate_level(self._api.GetIterator() or (), level):
            if item.Empty(level):
                continue
            text = nfc(item.GetUTF8Text(level)).translate(_ETH).strip()
            bounds = item.BoundingBox(level)
            if text and bounds:
                x0, x1 = (left + (bounds[i] - _WHITE) / scale for i in (0, 2))
                words.extend(_split(text, x0, x1, item.Confidence(level) / 100))
        return words

    def close(self) -> None:
        """Give the library's memory back."""
        self._api.End()


def _split(text: str, x0: float, x1: float, confidence: float) -> list[Token]:
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
