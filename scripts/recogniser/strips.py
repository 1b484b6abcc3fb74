"""The lines that were set last: what stands above and below a line, and on the other side of its paper."""

import random
from typing import Final

import cv2
import numpy as np
from sheet import Picture, Sheet, lay

# How many of them are kept.
_KEPT: Final = 25
# Em above the base line, and below it, that a strip has.
_ABOVE, _BELOW = 1.0, 0.35
_HEIGHT: Final = _ABOVE + _BELOW


class Strips:
    """The last lines set, without what was drawn on them; which of them comes is left to `chance`."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._held: list[Picture] = []

    def __len__(self) -> int:
        """How many are held."""
        return len(self._held)

    def keep(self, strip: Picture) -> None:
        """Remember a strip as `cut` gives it."""
        self._held = [*self._held[-(_KEPT - 1) :], strip]

    def neighbours(self, sheet: Sheet) -> None:
        """Put lines above and below."""
        chance, em = self._chance, sheet.em
        pitch = em * chance.uniform(1.12, 1.7)
        for sign in (-1, 1):
            if not self._held or chance.random() < 0.25:
                continue
            strip = self._sized(em)
            left = chance.randint(-em, max(1, sheet.ink.shape[1] - 2 * em))
            lay(sheet.ink, strip, round(sheet.base + sign * pitch - em), left)

    def around(self, sheet: Sheet) -> None:
        """Put lines so that their feet and heads reach into the sheet's line, on which nothing is printed."""
        em = sheet.em
        pitch = em * self._chance.uniform(0.62, 0.75)
        for sign in (-1, 1):
            lower = 0.3 * em if sign > 0 else 0
            lay(sheet.ink, self._sized(em), round(sheet.base - 0.3 * em + sign * pitch - em + lower), 0)

    def behind(self, ink: Picture, em: int) -> Picture | None:
        """A line as it shines through from the other side of the paper, ink as large as `ink`; None: there is none."""
        if not self._held:
            return None
        strip = self._chance.choice(self._held)[:, ::-1]
        other = np.zeros_like(ink)
        sized = np.asarray(cv2.resize(strip, (strip.shape[1], max(4, em))), np.uint8)
        lay(other, sized, self._chance.randint(0, ink.shape[0]), self._chance.randint(-em, em))
        return np.asarray(cv2.GaussianBlur(other, (0, 0), 2), np.uint8)

    def _sized(self, em: int) -> Picture:
        strip = self._chance.choice(self._held)
        width = max(8, round(strip.shape[1] * (em / (strip.shape[0] / _HEIGHT))))
        return np.asarray(cv2.resize(strip, (width, round(_HEIGHT * em)), interpolation=cv2.INTER_AREA), np.uint8)


def cut(ink: Picture, base: int, em: int) -> Picture:
    """What of a line is kept."""
    return ink[max(0, base - round(_ABOVE * em)) : base + round(_BELOW * em)].copy()
