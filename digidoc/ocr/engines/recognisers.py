"""The two readers of a line picture: trueocr's network and Tesseract through tesserocr. Both give words with places."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digidoc.model import Box
from digidoc.ocr.engines import Image
from digidoc.text import nfc

# Tesseract reads a line no better above this height, only slower.
_LINE_PIXELS: Final = 48
_MARGIN: Final = 0.2
# White pixels around what Tesseract gets: it loses letters at the very edge.
_WHITE: Final = 6
# Tesseract takes the Vietnamese letter for the Icelandic one that looks the same, and a slash for that of fractions.
LOOKALIKES: Final = str.maketrans("Ðð\N{FRACTION SLASH}", "Đđ/")
_BATCH: Final = 32
# Where the network leaves the blank out: "2018,Nghị", "1.Họ", "tỉnh;các".
_RUN_ON: Final = re.compile(r"(?<=[\w)])[,;:](?=[^\W\d_])|^\d{1,2}\.(?=[^\W\d_]{2})|\),(?=\w)")
_RUN_ON_ADDRESS: Final = re.compile(r"[,;:](?=[^\W\d_])")
# The network computes the logarithms of its probabilities but does not hand them out. A protobuf message that is
# followed by another of its kind is merged with it (field 7: graph, 12: output, 1: name), which adds the output.
_STEPS: Final = "/LogSoftmax_output_0"
_NAMED: Final = bytes((0x0A, len(_STEPS))) + _STEPS.encode()
_OUTPUT: Final = bytes((0x62, len(_NAMED))) + _NAMED
_WITH_STEPS: Final = bytes((0x3A, len(_OUTPUT))) + _OUTPUT


@dataclass(frozen=True, slots=True)
class Token:
    """A word as one reader saw it: text (NFC), left and right in page pixels, confidence 0-1."""

    text: str
    x0: float
    x1: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A line as trueocr's network saw it.

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


class TrueOcrReader:
    """trueocr's line network: sure of letters, weak on marks. Loaded once, batches of lines of like width."""

    def __init__(self, models: Path) -> None:
        meta = json.loads((models / "meta.json").read_text(encoding="utf-8"))
        self.chars: list[str] = meta["charset"]
        self._max_width, self._pad_y, self._pad_x = meta["max_width"], meta["pad_y"], meta["pad_x"]
        self._session = _session((models / "rec.onnx").read_bytes() + _WITH_STEPS)

    def read(self, gray: Image, boxes: Sequence[Box]) -> list[Reading]:
        """Each line, in the order of `boxes`; no words where nothing was read."""
        from trueocr.preprocess import WINDOW, crop_line, pad_batch, width_batches

        pictures = []
        for box in boxes:
            # Letters at the very ends are kept whole; what stands above and below would only disturb.
            side = self._pad_x * box.height
            wide = Box(max(0.0, box.x0 - side), box.y0, min(gray.shape[1], box.x1 + side), box.y1)
            line = cut(gray, wide)
            x0, x1 = box.x0 - int(wide.x0), box.x1 - int(wide.x0)
            place = (x0, 0.0, x1, float(line.shape[0]))
            pictures.append(
                crop_line(line, place, window=WINDOW, max_width=self._max_width, pad_y=self._pad_y, pad_x=self._pad_x)
            )
        found: dict[int, Reading] = {}
        for chosen in width_batches([picture.shape[1] for picture in pictures], max_batch=_BATCH):
            tensor, widths = pad_batch([pictures[i] for i in chosen])
            lengths, steps = self._session.run(["lengths", _STEPS], {"x": tensor, "widths": widths})
            for row, index in enumerate(chosen):
                found[index] = self._reading(np.ascontiguousarray(steps[row, : int(lengths[row])]), boxes[index])
        return [found[index] for index in range(len(boxes))]

    def _reading(self, steps: NDArray[np.float32], box: Box) -> Reading:
        """Greedy CTC: a step that is neither blank (0) nor a repetition is a character at its step's place."""
        ids = steps.argmax(axis=1)
        sure = np.exp(steps[np.arange(len(ids)), ids])
        pad = self._pad_x * box.height
        step = (box.width + 2 * pad) / max(1, len(ids))
        starts = np.flatnonzero((ids != 0) & np.concatenate(([True], ids[1:] != ids[:-1])))
        words: list[Token] = []
        spans: list[tuple[int, int]] = []
        blank = len(self.chars)  # the last character is the blank between words
        gaps = np.flatnonzero(ids == blank)
        for group in np.split(starts, np.searchsorted(starts, gaps)):
            letters = group[ids[group] != blank]
            text = "".join(self.chars[ids[at] - 1] for at in letters)
            for a, b in _parts(text):
                first, last = int(letters[a]), int(letters[b - 1])
                left, right = (box.x0 - pad + at * step for at in (first - 0.5, last + 1.5))
                mean = float(sure[letters[a:b]].mean())
                words.append(Token(nfc(text[a:b]), max(box.x0, left), min(box.x1, right), mean))
                before, after = gaps[gaps < first], gaps[gaps > last]
                start = int(letters[a - 1]) + 1 if a else int(before[-1]) + 1 if len(before) else 0
                end = int(letters[b]) if b < len(text) else int(after[0]) if len(after) else len(ids)
                spans.append((start, end))
        return Reading(tuple(words), tuple(spans), steps)


def _parts(text: str) -> list[tuple[int, int]]:
    """First and end of the words that the network ran together: a comma or "1." always has a blank behind it.

    Addresses of mail and the web have none.
    """
    if "@" in text or "//" in text:
        ends = [m.end() for m in _RUN_ON_ADDRESS.finditer(text)]
    else:
        ends = [m.end() for m in _RUN_ON.finditer(text)]
    bounds = [0, *ends, len(text)]
    return [(a, b) for a, b in pairwise(bounds) if a < b]


def _session(model: bytes) -> Any:
    """A network on one thread; without the memory arena, which grows with every new shape and buys no speed."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


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
        margin = round(box.height * _MARGIN)
        left, right = (margin if end else 0 for end in whole)
        wide = Box(box.x0 - left, box.y0 - margin, box.x1 + right, box.y1 + margin)
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
            text = nfc(item.GetUTF8Text(level)).translate(LOOKALIKES).strip()
            bounds = item.BoundingBox(level)
            if text and bounds:
                x0, x1 = (left + (bounds[i] - _WHITE) / scale for i in (0, 2))
                words.extend(parted(text, x0, x1, item.Confidence(level) / 100))
        return words

    def close(self) -> None:
        """Give the library's memory back."""
        self._api.End()


def parted(text: str, x0: float, x1: float, confidence: float) -> list[Token]:
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
