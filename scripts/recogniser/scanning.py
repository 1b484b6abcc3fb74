"""What printing, copying and scanning do to a line, and how the detector cuts it out.

Sizes and places follow what the detector does on pages with known lines (16 pages, 600 lines): the box reaches from
0.72 em above the base line (capitals with marks: 0.88) to 0.20 em below it, give or take 0.03.
"""

import random

import cv2
import numpy as np
from sheet import Picture, Sheet
from strips import Strips

from digidoc.model import Box
from digidoc.ocr.vietnamese.read.line_picture import line_picture


class Scanner:
    """Wears, scans, and cuts out.

    Args:
        chance: what happens to a line.
        noise: grain.
        strips: what may shine through.

    """

    def __init__(self, chance: random.Random, noise: np.random.Generator, strips: Strips) -> None:
        self._chance = chance
        self._noise = noise
        self._strips = strips

    def picture(self, sheet: Sheet) -> Picture:
        """The line as the network gets it: ink, [SEEN, pixels], pixels a multiple of STEP."""
        ink, angle = self._askew(self._thickened(sheet), sheet)
        em, chance = sheet.em, self._chance
        sigma = em * chance.uniform(0.004, 0.022) if chance.random() < 0.8 else em * chance.uniform(0.02, 0.035)
        if sigma > 0.25:  # pixels: less changes nothing
            ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), sigma), np.uint8)
        box = self._found(sheet, angle)
        grey = self._copied(ink) if chance.random() < 0.17 else self._scanned(ink, em)
        return line_picture(grey, box)

    def _thickened(self, sheet: Sheet) -> Picture:
        """Too much toner, or too little."""
        chance = self._chance
        if chance.random() >= 0.2:
            return sheet.ink
        kernel = np.ones((2, 2), np.uint8)
        thicker = chance.random() < 0.6 or sheet.em < 28
        return np.asarray(cv2.dilate(sheet.ink, kernel) if thicker else cv2.erode(sheet.ink, kernel), np.uint8)

    def _askew(self, ink: Picture, sheet: Sheet) -> tuple[Picture, float]:
        """Turned, and by how many degrees; rarely slanted too."""
        chance = self._chance
        angle = chance.gauss(0, 0.25) if chance.random() < 0.7 else chance.uniform(-0.8, 0.8)
        if abs(angle) <= 0.1:  # degrees: less is not seen
            return ink, angle
        turn = cv2.getRotationMatrix2D(((sheet.left + sheet.right) / 2, float(sheet.base)), angle, 1.0)
        if chance.random() < 0.15:
            turn[0, 1] += chance.uniform(-0.06, 0.06)
        turned = cv2.warpAffine(ink, turn, ink.shape[::-1], flags=cv2.INTER_LINEAR)
        return np.asarray(turned, np.uint8), angle

    def _found(self, sheet: Sheet, angle: float) -> Box:
        """Where the detector would see the line."""
        chance, base, em = self._chance, sheet.base, sheet.em
        lean = min(0.06, abs(np.tan(np.radians(angle))) * (sheet.right - sheet.left) / 2 / em)
        upper = base - 0.725 * em
        if chance.random() >= 0.4 and sheet.top < base - 0.76 * em:
            upper = max(sheet.top + 0.02 * em, base - 0.9 * em)
        deep = sheet.bottom > base + 0.12 * em or chance.random() < 0.4
        lower = base + 0.2 * em if deep else base + chance.uniform(0.02, 0.16) * em
        spread = 0.03 if chance.random() < 0.8 else 0.08
        y0 = upper - lean * em + chance.gauss(0, spread) * em
        y1 = lower + lean * em + chance.gauss(0, spread) * em
        x0 = sheet.left + chance.gauss(-0.045, 0.055) * em
        x1 = sheet.right + chance.gauss(0.04, 0.055) * em
        return Box(x0, y0, x1, y1)

    def _copied(self, ink: Picture) -> Picture:
        """Grey levels of a fax or a photocopy: black and white."""
        chance, noise = self._chance, self._noise
        grain = noise.normal(0, chance.uniform(4, 34), ink.shape).astype(np.float32)
        grey = np.where(255 - ink + grain > chance.uniform(100, 185), 255, 0).astype(np.uint8)
        if chance.random() < 0.4:
            specks = noise.random(ink.shape) < chance.uniform(0, 0.002)
            grey[specks] ^= 255
        return grey

    def _scanned(self, ink: Picture, em: int) -> Picture:
        """Grey levels of a scan."""
        chance = self._chance
        paper, dark = chance.uniform(215, 255), chance.uniform(0, 90)
        if chance.random() < 0.12:
            dark = chance.uniform(90, 175)
        grey = paper - ink.astype(np.float32) * ((paper - dark) / 255)
        behind = self._strips.behind(ink, em) if chance.random() < 0.1 else None
        if behind is not None:
            grey -= behind.astype(np.float32) * chance.uniform(0.05, 0.25)
        if chance.random() < 0.15:  # shadow towards the right
            grey *= np.linspace(1, chance.uniform(0.7, 1), ink.shape[1], dtype=np.float32)[None, :]
        grain = chance.choice((0, chance.uniform(0, 5), chance.uniform(3, 16)))
        if grain:
            grey += cv2.randn(np.empty(ink.shape, np.float32), np.zeros(1), np.full(1, grain))
        result: Picture = np.clip(grey, 0, 255).astype(np.uint8)
        if chance.random() < 0.35:
            _done, data = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, chance.randint(30, 90)])
            result = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
        return result
