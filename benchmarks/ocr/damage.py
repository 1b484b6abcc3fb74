"""What time, pens and machines do to made-up pages: bleeding, folds and shadows, pale print, fax lines."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

_WHITE: Final = (255, 255, 255)


def pale(page: Image.Image, random: np.random.Generator) -> Image.Image:
    """A worn ribbon: ink of little contrast, weaker in bands."""
    pixels = 255 - np.asarray(page, np.float32)
    height = pixels.shape[0]
    rows = np.interp(np.arange(height), np.linspace(0, height, 9), random.uniform(0.3, 0.5, 9))
    return Image.fromarray((255 - pixels * rows[:, None, None]).astype(np.uint8))


def bleeding(page: Image.Image, back: Image.Image, random: np.random.Generator) -> Image.Image:
    """The print of the other side ("L") shines through, mirrored."""
    seen = ImageOps.mirror(back).filter(ImageFilter.GaussianBlur(2.0))
    strength = float(random.uniform(0.12, 0.22))
    through = 255 - (255 - np.asarray(seen, np.float32)) * strength
    pixels = np.asarray(page, np.float32) * (through / 255)[:, :, None]
    return Image.fromarray(pixels.astype(np.uint8))


def photographed(page: Image.Image, random: np.random.Generator) -> Image.Image:
    """Folded in four and photographed by hand under a lamp: folds, a shadow, no right angles."""
    pixels = np.asarray(page, np.float32)
    height, width = pixels.shape[:2]
    light = _shadow(height, width, random)
    for along, other in ((height, width), (width, height)):
        fold = along * (0.5 + random.uniform(-0.06, 0.06)) + np.linspace(0, random.uniform(-0.01, 0.01) * along, other)
        off = np.arange(along)[:, None] - fold[None, :]
        crease = (
            1
            - 0.3 * np.exp(-np.abs(off) / (along * 0.0016))
            - 0.1 * np.exp(-np.clip(off, 0, None) / (along * 0.03)) * (off > 0)
        )
        light *= crease if along == height else crease.T
    shaded = Image.fromarray(np.clip(pixels * light[:, :, None], 0, 255).astype(np.uint8))
    return _askew(shaded, random).filter(ImageFilter.GaussianBlur(0.9))


def _shadow(height: int, width: int, random: np.random.Generator) -> NDArray[np.float32]:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = random.uniform(0, 2 * np.pi)
    across = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    edge = 1 / (1 + np.exp(-(across - random.uniform(-0.1, 0.2)) * 14))
    return np.asarray((0.94 - 0.12 * across) * (1 - 0.42 * edge), np.float32)


def _askew(page: Image.Image, random: np.random.Generator) -> Image.Image:
    width, height = page.size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    moved = corners + inward * random.uniform(0.0, 0.022, (4, 2)).astype(np.float32) * (width, height)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    turned = cv2.warpPerspective(
        np.asarray(page), matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(88, 74, 62)
    )
    return Image.fromarray(np.asarray(turned, np.uint8))


def faxed(page: Image.Image, random: np.random.Generator) -> Image.Image:
    """Black and white ("1"): noise decides at the edges, specks, a streak of lost lines."""
    grey = np.asarray(page.convert("L"), np.float32)
    noisy = grey + random.normal(0, 26, grey.shape)
    bits = noisy > 150
    bits ^= random.random(grey.shape) < 0.0006
    for top in random.integers(0, grey.shape[0], 3):
        bits[top : top + 1] = True
    return Image.fromarray((bits * 255).astype(np.uint8)).convert("1")


def coarse(page: Image.Image, dpi: int, wanted: int) -> Image.Image:
    """The page as a scanner of fewer dots an inch sees it."""
    size = round(page.width * wanted / dpi), round(page.height * wanted / dpi)
    return page.resize(size, Image.Resampling.BOX)
