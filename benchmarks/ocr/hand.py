"""Handwriting and stamps for made-up pages: digits in pen strokes, scrawled words, a pen drawn across print."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

BLUE: Final = (30, 50, 150)
_WHITE: Final = (255, 255, 255)
_FINE: Final = 3  # drawn so many times larger and shrunk, for smooth edges
_STEPS: Final = 12
# A digit as strokes through points, x and y from 0 to 1 (y down).
_DIGITS: Final[dict[str, tuple[tuple[tuple[float, float], ...], ...]]] = {
    "0": (((0.5, 0.0), (0.1, 0.3), (0.1, 0.75), (0.5, 1.0), (0.85, 0.7), (0.85, 0.25), (0.45, 0.02)),),
    "1": (((0.25, 0.3), (0.55, 0.0), (0.5, 0.5), (0.48, 1.0)),),
    "2": (((0.1, 0.25), (0.45, 0.0), (0.8, 0.25), (0.5, 0.65), (0.1, 0.97), (0.5, 0.93), (0.9, 0.97)),),
    "3": (((0.1, 0.1), (0.5, 0.0), (0.75, 0.2), (0.35, 0.46), (0.8, 0.65), (0.6, 0.98), (0.05, 0.9)),),
    "4": (((0.55, 0.0), (0.3, 0.35), (0.08, 0.68), (0.9, 0.62)), ((0.62, 0.35), (0.58, 1.0))),
    "5": (((0.75, 0.02), (0.25, 0.05), (0.2, 0.42), (0.7, 0.45), (0.75, 0.85), (0.35, 1.0), (0.05, 0.88)),),
    "6": (((0.7, 0.0), (0.25, 0.35), (0.12, 0.8), (0.45, 1.0), (0.8, 0.75), (0.5, 0.52), (0.15, 0.75)),),
    "7": (((0.1, 0.08), (0.45, 0.05), (0.85, 0.03), (0.5, 0.5), (0.35, 1.0)),),
    "8": (((0.75, 0.12), (0.4, 0.0), (0.2, 0.25), (0.7, 0.65), (0.5, 1.0), (0.15, 0.8), (0.5, 0.45), (0.78, 0.12)),),
    "9": (((0.8, 0.2), (0.4, 0.02), (0.15, 0.3), (0.45, 0.52), (0.8, 0.2), (0.75, 0.6), (0.4, 1.0)),),
}


def smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A curve through the points ([n, 2]), [(n - 1) * 12 + 1, 2]: Catmull and Rom's spline."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None]
    pieces = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return np.concatenate([*pieces, points[-1:]])


def _drawn(
    strokes: list[NDArray[np.float64]], size: tuple[int, int], width: float, colour: tuple[int, int, int]
) -> Image.Image:
    """Strokes ([n, 2], pixels) in ink on white, "RGB"."""
    image = Image.new("RGB", (size[0] * _FINE, size[1] * _FINE), _WHITE)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        path = [(float(x) * _FINE, float(y) * _FINE) for x, y in smooth(stroke)]
        pen.line(path, fill=colour, width=max(2, round(width * _FINE)), joint="curve")
    return image.resize(size, Image.Resampling.BOX)


def digits(text: str, dpi: int, random: np.random.Generator) -> Image.Image:
    """A number in blue pen on white, about 5 mm high, "RGB"."""
    mm = dpi / 25.4
    high, wide = 5.2 * mm, 3.3 * mm
    strokes = []
    for place, digit in enumerate(text):
        for stroke in _DIGITS[digit]:
            points = np.asarray(stroke) + random.normal(0, 0.035, (len(stroke), 2))
            points[:, 0] += 0.25 * (1 - points[:, 1])  # a hand leans to the right
            strokes.append(
                points * (wide * 0.72, high * 0.8) + (place * wide + mm, high * 0.1 + random.normal(0, 0.2 * mm))
            )
    return _drawn(strokes, (round(len(text) * wide + 2.5 * mm), round(high + mm)), 0.45 * mm, BLUE)


def scrawl(width: float, dpi: int, random: np.random.Generator) -> Image.Image:
    """Words nobody can read in blue pen on white, so many pixels wide, "RGB"."""
    mm = dpi / 25.4
    high = 7.0 * mm
    x = 1.0 * mm
    strokes = []
    while x < width - 8 * mm:
        letters = int(random.integers(2, 6))
        steps = np.arange(letters * 2 + 1)
        up = np.where(steps % 2, random.uniform(0.25, 0.5, len(steps)), 0.72 + random.normal(0, 0.03, len(steps)))
        tall = random.integers(0, len(steps), 2)
        up[tall] = random.uniform(0.0, 0.15, 2)
        points = np.stack([x + steps * random.uniform(0.9, 1.25) * mm, up * high], axis=1)
        points[:, 0] += 0.12 * (high * 0.7 - points[:, 1])
        strokes.append(points)
        x = float(points[:, 0].max()) + random.uniform(1.4, 2.4) * mm
    return _drawn(strokes, (round(width) + 1, round(high)), 0.4 * mm, BLUE)


def struck(size: tuple[int, int], dpi: int, random: np.random.Generator) -> Image.Image:
    """A pen run through print: one of a long wave, loops, a slanting stroke with a hook; "RGB" on white."""
    mm = dpi / 25.4
    wide, high = size
    t = np.linspace(0, 1, 30)
    style = int(random.integers(0, 3))
    if style == 0:
        y = 0.5 + 0.3 * np.sin(2 * np.pi * t * random.uniform(1, 2.5) + random.uniform(0, 6)) * (1 - 0.5 * t)
        x = t
    elif style == 1:
        loops = random.uniform(3, 6)
        x = 0.06 + 0.86 * t + 0.05 * np.cos(2 * np.pi * loops * t)
        y = 0.5 + (0.4 - 0.2 * t) * np.sin(2 * np.pi * loops * t)
    else:
        x = np.where(t < 0.7, t / 0.7, 1 - (t - 0.7) * 0.9)
        y = np.where(t < 0.7, 0.9 - 0.75 * t / 0.7, 0.15 + (t - 0.7) * 1.6) + 0.03 * np.sin(20 * t)
    points = np.stack([np.clip(x, 0.01, 0.99) * wide, np.clip(y, 0.02, 0.98) * high], axis=1)
    colour = BLUE if random.uniform() < 0.8 else (45, 45, 55)
    return _drawn([points], size, random.uniform(0.35, 0.7) * mm, colour)


def incoming(dpi: int, rows: tuple[str, ...], font: ImageFont.FreeTypeFont, random: np.random.Generator) -> Image.Image:
    """The frame that a registry stamps on incoming papers, red or violet, a little askew, "RGB" on white."""
    mm = dpi / 25.4
    size = round(52 * mm), round((6 + 6.5 * len(rows)) * mm)
    colour = (196, 38, 48) if random.uniform() < 0.6 else (92, 52, 140)
    image = Image.new("RGB", size, _WHITE)
    pen = ImageDraw.Draw(image)
    for inset in (0.6 * mm, 1.4 * mm):
        box = (inset, inset, size[0] - inset, size[1] - inset)
        pen.rectangle(box, outline=colour, width=max(1, round(0.3 * mm)))
    for number, row in enumerate(rows):
        pen.text((4 * mm, (7 + 6.5 * number) * mm), row, fill=colour, font=font, anchor="ls")
    return image.rotate(float(random.uniform(-3, 3)), Image.Resampling.BICUBIC, fillcolor=_WHITE, expand=True)
