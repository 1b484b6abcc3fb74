"""What makes a print look like a scan of an office's paper: seal, signature, paper tone, noise, tilt."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from digidoc.demo.layout import Face, font_of

SEAL_MM: Final = 36.0
_RED: Final = (203, 26, 38)
_BLUE: Final = (28, 46, 148)
_WHITE: Final = (255, 255, 255)
_GRAIN: Final = 701  # side of the patch of noise that is repeated: too large for the eye to see that it is


@dataclass(frozen=True, slots=True)
class Wear:
    """What scanner and time have done to a page.

    Attributes:
        tone: colour of the paper, red, green, blue from 0 to 255.
        noise: standard deviation of the sensor's noise, in grey levels.
        tilt: degrees clockwise by which the paper lay askew.
        blur: radius of the lens's blur, in pixels.

    """

    tone: tuple[int, int, int] = (250, 250, 248)
    noise: float = 2.5
    tilt: float = 0.0
    blur: float = 0.5


def seal(dpi: int, around: str, middle: str, random: np.random.Generator) -> Image.Image:
    """A round red seal on white, "RGB": two rings, text around, a star and a line of text in the middle."""
    size = round(SEAL_MM * dpi / 25.4)
    image = Image.new("L", (size, size), 0)
    pen, centre = ImageDraw.Draw(image), size / 2
    for share, width in ((0.49, 0.016), (0.455, 0.006), (0.31, 0.006)):
        radius = share * size
        box = (centre - radius, centre - radius, centre + radius, centre + radius)
        pen.ellipse(box, outline=255, width=max(1, round(width * size)))
    _ring_text(image, around)
    tips = [(0.5 + 0.12 * r * math.sin(a), 0.42 - 0.12 * r * math.cos(a)) for r, a in _star()]
    pen.polygon([(x * size, y * size) for x, y in tips], fill=255)
    font = font_of(Face(7.2, bold=True), dpi)
    for number, row in enumerate(middle.split("\n")):
        pen.text((centre, size * (0.6 + 0.085 * number)), row, fill=255, font=font, anchor="mm")
    # A stamp pad is never evenly wet: the ink is thinner in clouds.
    clouds = Image.fromarray(random.uniform(120, 255, (9, 9)).astype(np.uint8)).resize(
        (size, size), Image.Resampling.BICUBIC
    )
    ink = ImageChops.multiply(image, clouds).rotate(float(random.uniform(-9, 9)), Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", ink.size, _RED), Image.new("RGB", ink.size, _WHITE), ink)


def _star() -> list[tuple[float, float]]:
    """Ten corners of a five-pointed star: radius from 0 to 1, angle from the top."""
    return [(1.0 if corner % 2 == 0 else 0.382, corner * math.pi / 5) for corner in range(10)]


def _ring_text(image: Image.Image, text: str) -> None:
    size = image.width
    font = font_of(Face(7.0, bold=True), round(size / SEAL_MM * 25.4))
    cell = round(size * 0.12)
    step = 2 * math.pi / len(text)
    for number, char in enumerate(text):
        angle = number * step - 0.75 * math.pi
        letter = Image.new("L", (cell, cell), 0)
        ImageDraw.Draw(letter).text((cell / 2, cell / 2), char, fill=255, font=font, anchor="mm")
        letter = letter.rotate(-math.degrees(angle), Image.Resampling.BICUBIC)
        x = size / 2 + 0.383 * size * math.sin(angle) - cell / 2
        y = size / 2 - 0.383 * size * math.cos(angle) - cell / 2
        image.paste(255, (round(x), round(y)), letter)


def scribble(width: int, height: int, random: np.random.Generator) -> Image.Image:
    """A signature in blue ink on white, "RGB": a run of loops that leans to the right."""
    points = 160
    t = np.linspace(0, 1, points)
    loops, phase, bow = random.uniform(3.0, 5.5), random.uniform(0, 2 * np.pi), random.uniform(-0.16, 0.16)
    swing = (0.28 + 0.1 * np.cos(2 * np.pi * t * random.uniform(0.5, 2.5))) * (1 - random.uniform(0.3, 0.7) * t)
    x = 0.1 + 0.76 * t + 0.1 * np.sin(2 * np.pi * loops * t + phase)
    y = 0.5 - swing * np.sin(2 * np.pi * loops * t + phase + 0.9) + bow * np.sin(2 * np.pi * t)
    image = Image.new("RGB", (width, height), _WHITE)
    path = [(float(px) * width, float(py) * height) for px, py in zip(x, y, strict=True)]
    ImageDraw.Draw(image).line(path, fill=_BLUE, width=max(2, height // 45), joint="curve")
    return image


# The strokes of digits, each a run of points in a box of width 0.6 and height 1.
_STROKES: Final[Mapping[str, tuple[tuple[tuple[float, float], ...], ...]]] = {
    "2": (((0.05, 0.25), (0.2, 0.03), (0.45, 0.08), (0.5, 0.3), (0.3, 0.6), (0.05, 0.95), (0.3, 0.88), (0.58, 0.95)),),
    "3": (((0.05, 0.12), (0.3, 0.0), (0.5, 0.2), (0.25, 0.45), (0.52, 0.65), (0.4, 0.95), (0.05, 0.9)),),
    "5": (((0.15, 0.05), (0.1, 0.42), (0.4, 0.4), (0.52, 0.7), (0.3, 0.98), (0.03, 0.88)), ((0.15, 0.05), (0.55, 0.0))),
    "7": (((0.03, 0.08), (0.3, 0.05), (0.56, 0.02), (0.38, 0.5), (0.25, 1.0)), ((0.15, 0.52), (0.5, 0.47))),
}


def written(digits: str, height: int, random: np.random.Generator) -> Image.Image:
    """A number in blue ink on white, "RGB", as a hand writes it: digits of uneven size that lean to the right."""
    step = height * 0.68
    image = Image.new("RGB", (round(step * len(digits) + height * 0.5), round(height * 1.3)), _WHITE)
    pen = ImageDraw.Draw(image)
    for place, digit in enumerate(digits):
        size, drop = height * random.uniform(0.85, 1.05), height * random.uniform(0.05, 0.2)
        for stroke in _STROKES[digit]:
            run = np.array(stroke) + random.normal(0.0, 0.015, (len(stroke), 2))
            # Points between the given ones, on the curve through them, make the corners round.
            t = np.linspace(0, len(run) - 1, 12 * len(run))
            x, y = (np.interp(t, np.arange(len(run)), _eased(run[:, axis])) for axis in (0, 1))
            path = [
                (place * step + (px + 0.25 * (1 - py)) * size, drop + py * size) for px, py in zip(x, y, strict=True)
            ]
            pen.line(path, fill=_BLUE, width=max(2, height // 12), joint="curve")
    return image


def _eased(values: np.ndarray) -> np.ndarray:
    """The values, each a little nearer to its neighbours: a pen takes no sharp corner."""
    middle = (values[:-2] + 6 * values[1:-1] + values[2:]) / 8
    return np.concatenate((values[:1], middle, values[-1:]))


def overprint(page: Image.Image, stamp: Image.Image, left: float, top: float) -> None:
    """Print `stamp` ("RGB", white where there is no ink) over `page` ("RGB") in place: inks darken each other."""
    box = (round(left), round(top), round(left) + stamp.width, round(top) + stamp.height)
    page.paste(ImageChops.multiply(page.crop(box), stamp), box[:2])


def wear(page: Image.Image, how: Wear, random: np.random.Generator) -> Image.Image:
    """The page ("RGB") as a scanner would have seen it, of the same size."""
    if how.blur:
        page = page.filter(ImageFilter.GaussianBlur(how.blur))
    if how.tilt:
        page = page.rotate(-how.tilt, Image.Resampling.BICUBIC, fillcolor=_WHITE)
    pixels = np.asarray(page, dtype=np.float32) * (np.array(how.tone, dtype=np.float32) / 255)
    height, width = pixels.shape[:2]
    # Light falls off towards one side, and the lid does not quite close.
    light = np.linspace(1.0, float(random.uniform(0.965, 0.985)), width, dtype=np.float32)
    tile = random.standard_normal((_GRAIN, _GRAIN), dtype=np.float32) * how.noise
    grain = np.tile(tile, (height // _GRAIN + 1, width // _GRAIN + 1))[:height, :width]
    seen = pixels * light[None, :, None] + grain[:, :, None]
    return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))
