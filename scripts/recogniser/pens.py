"""What else is on paper: leaders, rulings, underlining, pens, seals, specks, handwriting."""

import random
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from sheet import Picture, Sheet, layer

# Points of a word of handwriting.
_WORD: Final = 24
# Bits behind the binary point in the places of strokes.
_FINE: Final = 3


class Pens:
    """Draws on sheets; what it draws is left to `chance`.

    Args:
        chance: where it comes from.
        syllable: gives a syllable for the rim of a seal.

    """

    def __init__(self, chance: random.Random, syllable: Callable[[], str]) -> None:
        self._chance = chance
        self._syllable = syllable

    def leader(self, sheet: Sheet) -> None:
        """Dots on the base line under what is written on them, as on a form; some have been taken away already."""
        chance, em, end = self._chance, sheet.em, sheet.end
        x = chance.uniform(0, end)
        pitch, size = em * chance.uniform(0.2, 0.34), max(1, round(em * chance.uniform(0.045, 0.085)))
        keep = chance.choice((1.0, 1.0, 0.5, 0.2, 0.06))
        y = sheet.base - size // 2 - round(em * chance.uniform(-0.06, 0.08))
        radius = size // 2 + 1 if size > 2 else 1
        while x < end + em * 2:
            if chance.random() < keep:
                cv2.circle(sheet.ink, (round(x), y), radius, chance.choice((255, 255, 190)), -1)
            x += pitch

    def marks(self, sheet: Sheet) -> None:
        """Each of them on a few sheets of a hundred."""
        chance = self._chance
        self._rulings(sheet)
        if chance.random() < 0.05:
            self.pen(sheet)
        if chance.random() < 0.07:
            self._seal(sheet)
        if chance.random() < 0.05:
            self._specks(sheet)

    def scrawl(self, sheet: Sheet, start: float, end: float) -> None:
        """Handwriting nobody has to read: up and down along the line, with loops, breaks and long strokes."""
        chance, base, em = self._chance, sheet.base, sheet.em
        ink, thick = chance.randint(90, 255), max(1, round(em * chance.uniform(0.03, 0.09)))
        size = em * chance.uniform(0.35, 0.9)
        x, up = start, True
        points: list[tuple[float, float]] = []
        slant = chance.uniform(-0.1, 0.5)
        while x < end:
            y = base - (size * chance.uniform(0.5, 1.1) if up else size * chance.uniform(-0.15, 0.15))
            if chance.random() < 0.12:
                y += size * chance.choice((-0.9, 0.9))
            points.append((x + slant * (base - y), y))
            x += size * (chance.uniform(-0.15, 0.1) if up and chance.random() < 0.3 else chance.uniform(0.08, 0.45))
            up = not up
            if chance.random() < 0.06 or len(points) > _WORD or x >= end:
                _stroke(sheet.ink, points, ink, thick)
                points = []
                x += size * chance.uniform(0.2, 0.9)

    def pen(self, sheet: Sheet) -> None:
        """A stroke with corners, anywhere."""
        chance, em = self._chance, sheet.em
        ink = chance.randint(60, 255)
        height, width = sheet.ink.shape
        x, y = chance.uniform(0, width), chance.uniform(0, height)
        points = []
        for _ in range(chance.randint(4, 9)):
            points.append((round(x), round(y)))
            x, y = x + chance.uniform(-1.5, 2.5) * em, y + chance.uniform(-1.2, 1.2) * em
        thick = max(1, round(em * chance.uniform(0.03, 0.09)))
        with layer(sheet.ink) as drawn:
            cv2.polylines(
                drawn, [np.array(points, np.int32)], isClosed=False, color=ink, thickness=thick, lineType=cv2.LINE_AA
            )

    def _rulings(self, sheet: Sheet) -> None:
        """Underlining; a ruling above or below; a ruling beside the line."""
        chance, em, left, right = self._chance, sheet.em, sheet.left, round(sheet.end)
        height, width = sheet.ink.shape
        thick = max(1, round(em * chance.uniform(0.03, 0.07)))
        if chance.random() < 0.06:
            y = sheet.base + round(em * chance.uniform(0.1, 0.22))
            start, end = sorted((chance.randint(left, right), chance.randint(left, right)))
            cv2.line(sheet.ink, (start, y), (end, y), 255, thick)
        if chance.random() < 0.06:
            y = sheet.base + round(em * chance.choice((chance.uniform(0.3, 0.8), chance.uniform(-1.6, -0.95))))
            cv2.line(sheet.ink, (0, y), (width, y + chance.randint(-1, 1)), 255, thick)
        if chance.random() < 0.04:
            before = chance.randint(0, max(1, left - em // 3))
            x = chance.choice((before, min(width - 1, right + chance.randint(em // 3, em))))
            cv2.line(sheet.ink, (x, 0), (x, height), 255, thick)

    def _seal(self, sheet: Sheet) -> None:
        """A seal, pale as it is in the red channel: two rings and syllables."""
        chance, em = self._chance, sheet.em
        x, y = chance.randint(0, sheet.ink.shape[1]), sheet.base + chance.randint(-3 * em, 3 * em)
        for radius in (4 * em, round(3.7 * em)):
            with layer(sheet.ink) as drawn:
                cv2.circle(drawn, (x, y), radius, chance.randint(30, 130), max(1, round(em * 0.1)))
        for _ in range(8):
            text = self._syllable().upper()
            place = (x + chance.randint(-4 * em, 3 * em), y + chance.randint(-2 * em, 2 * em))
            with layer(sheet.ink) as drawn:
                cv2.putText(drawn, text, place, cv2.FONT_HERSHEY_DUPLEX, em / 40, 70, max(1, em // 20))

    def _specks(self, sheet: Sheet) -> None:
        chance = self._chance
        height, width = sheet.ink.shape
        for _ in range(chance.randint(1, 12)):
            place = (chance.randrange(width), chance.randrange(height))
            radius = chance.randint(1, max(1, sheet.em // 14))
            cv2.circle(sheet.ink, place, radius, chance.randint(120, 255), -1)


def _stroke(sheet: Picture, points: list[tuple[float, float]], ink: int, thick: int) -> None:
    """A stroke of a pen through the points, without corners."""
    if len(points) < 2:
        return
    line = np.array(points, np.float32)
    for _ in range(3):  # corners cut: a pen makes none (Chaikin)
        line = np.stack([0.75 * line[:-1] + 0.25 * line[1:], 0.25 * line[:-1] + 0.75 * line[1:]], 1).reshape(-1, 2)
    places = np.round(line * 2**_FINE).astype(np.int32)
    with layer(sheet) as drawn:
        cv2.polylines(drawn, [places], isClosed=False, color=ink, thickness=thick, lineType=cv2.LINE_AA, shift=_FINE)
