"""A drawing of the comparison, PNG: error rate against CPU for every program, and error rates by kind of page."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from digidoc.demo.layout import Face, font_of

_SIZE: Final = (1500, 760)
_DPI: Final = 110
_FACE: Final = Face(11)
_BOLD: Final = Face(12, bold=True)
_LEFT: Final = (90, 80, 700, 660)  # the field of points: left, top, right, bottom
_RIGHT: Final = (900, 80, 1460, 660)
_GREY: Final = (205, 205, 205)
_COLOURS: Final = ((11, 110, 79), (31, 119, 180), (148, 103, 189), (192, 57, 43), (212, 160, 23))
_LEAST: Final = 0.02  # per cent: what is drawn for no error at all on a logarithmic scale


def draw(points: Mapping[str, tuple[float, float]], kinds: Mapping[str, Sequence[float]], path: Path) -> None:
    """Write the drawing.

    Args:
        points: for each program CPU seconds a page and CER in per cent.
        kinds: for each kind of page CER in per cent by program, in the order of `points`.
        path: the PNG.

    """
    image = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(image)
    colours = dict(zip(points, _COLOURS, strict=False))
    _scatter(pen, points, colours)
    _bars(pen, list(points), kinds, colours)
    image.save(path, optimize=True)


def _text(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, anchor: str, *, bold: bool = False, fill: object = 0
) -> None:
    pen.text(at, text, fill=fill, anchor=anchor, font=font_of(_BOLD if bold else _FACE, _DPI))  # type: ignore[arg-type]


def _scale(value: float, low: float, high: float, start: float, end: float) -> float:
    """The place of a value on a logarithmic axis."""
    return start + (end - start) * math.log(max(value, low) / low) / math.log(high / low)


def _scatter(
    pen: ImageDraw.ImageDraw, points: Mapping[str, tuple[float, float]], colours: Mapping[str, tuple[int, int, int]]
) -> None:
    x0, y0, x1, y1 = _LEFT
    _text(pen, (x0, 30), "Wrong letters and CPU time, all pages", "lm", bold=True)
    for percent in (0.1, 0.3, 1, 3, 10, 30):
        y = _scale(percent, 0.1, 30, y1, y0)
        pen.line((x0, y, x1, y), fill=_GREY)
        _text(pen, (x0 - 8, y), f"{percent:g} %", "rm")
    for seconds in (0.25, 0.5, 1, 2, 4, 8, 16):
        x = _scale(seconds, 0.25, 16, x0, x1)
        pen.line((x, y0, x, y1), fill=_GREY)
        _text(pen, (x, y1 + 18), f"{seconds:g}", "mm")
    _text(pen, ((x0 + x1) / 2, y1 + 48), "CPU seconds a page, one process a page", "mm")
    for name, (seconds, percent) in points.items():
        x, y = _scale(seconds, 0.25, 16, x0, x1), _scale(percent, 0.1, 30, y1, y0)
        pen.ellipse((x - 8, y - 8, x + 8, y + 8), fill=colours[name])


def _bars(
    pen: ImageDraw.ImageDraw,
    names: Sequence[str],
    kinds: Mapping[str, Sequence[float]],
    colours: Mapping[str, tuple[int, int, int]],
) -> None:
    x0, y0, x1, y1 = _RIGHT
    _text(pen, (x0, 30), "Wrong letters by kind of page", "lm", bold=True)
    for percent in (0.1, 1, 10, 100):
        x = _scale(percent, _LEAST, 100, x0, x1)
        pen.line((x, y0, x, y1), fill=_GREY)
        _text(pen, (x, y1 + 18), f"{percent:g} %", "mm")
    room = (y1 - y0) / max(1, len(kinds))
    thick = room * 0.8 / max(1, len(names))
    for number, (kind, rates) in enumerate(kinds.items()):
        top = y0 + number * room + room * 0.1
        _text(pen, (x0 - 8, top + room * 0.4), kind, "rm")
        for place, (name, rate) in enumerate(zip(names, rates, strict=True)):
            y = top + place * thick
            pen.rectangle((x0, y, _scale(rate, _LEAST, 100, x0, x1), y + max(1.0, thick - 1)), fill=colours[name])
    x = float(_LEFT[0])
    for name in names:
        pen.rectangle((x, _SIZE[1] - 32, x + 14, _SIZE[1] - 18), fill=colours[name])
        _text(pen, (x + 22, _SIZE[1] - 25), name, "lm", fill=colours[name])
        x += 60 + font_of(_FACE, _DPI).getlength(name)
