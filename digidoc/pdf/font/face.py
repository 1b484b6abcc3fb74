"""Typefaces cut down to the letters that are used; Noto Serif comes with digidoc and has every Vietnamese letter."""

import hashlib
import io
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from digidoc.pdf.font.embedded import EmbeddedFont

_REGULAR, _BOLD = 400, 700
_STAND_IN: Final = "?"  # for letters that the font has not, such as Chinese ones


@dataclass(frozen=True, slots=True)
class Face:
    """A TrueType font cut down to some letters. Measures are in thousandths of the font size.

    Attributes:
        name: PostScript name with a subset tag, such as "QXKFPA+Tinos".
        program: the font file.
        glyphs: glyph id of each letter.
        widths: advance of each glyph id.
        ascent: of the highest letter above the base line.
        descent: of the lowest below it, negative.
        box: left, bottom, right, top of all glyphs together.

    """

    name: str
    program: bytes
    glyphs: Mapping[str, int]
    widths: tuple[int, ...]
    ascent: int
    descent: int
    box: tuple[int, int, int, int]

    def width(self, text: str) -> float:
        """The advance of a text, thousandths of the font size."""
        return float(sum(self.widths[self._glyph(letter)] for letter in text))

    def encode(self, text: str) -> bytes:
        """The text as glyph ids of two bytes each (Identity-H)."""
        return b"".join(self._glyph(letter).to_bytes(2, "big") for letter in text)

    def embedded(self) -> EmbeddedFont:
        """The font as a PDF holds it: its codes are the numbers of its glyphs."""
        # Of letters that share a glyph, such as the blank and the no-break space, the first stands for it.
        characters = {glyph: letter for letter, glyph in sorted(self.glyphs.items(), reverse=True)}
        return EmbeddedFont(
            self.name, self.program, characters, self.widths, ascent=self.ascent, descent=self.descent, box=self.box
        )

    def _glyph(self, letter: str) -> int:
        found = self.glyphs.get(letter)
        return self.glyphs[_STAND_IN] if found is None else found


def faces(letters: Iterable[str]) -> dict[bool, Face]:
    """Noto Serif with these letters, regular and bold, by whether it is bold; what it has not is shown as "?"."""
    wanted = set(letters) | {_STAND_IN, " "}
    return {False: cut_down(noto_serif(), wanted), True: cut_down(noto_serif(), wanted, _BOLD)}


def noto_serif() -> TTFont:
    """The font that comes with digidoc's dependencies; it has every Vietnamese letter."""
    import fontpkg_noto_serif

    # The same letters give the same file: the time of making stays out of it.
    return TTFont(fontpkg_noto_serif.ROOT / "files" / "NotoSerif[wdth,wght].ttf", recalcTimestamp=False)


def cut_down(font: TTFont, letters: Iterable[str], weight: int = _REGULAR) -> Face:
    """A font with these letters only, as far as it has them; some 45 ms.

    Args:
        font: TrueType; it is changed.
        letters: that are needed.
        weight: 400 for regular, 700 for bold; without effect on a font that has only one.

    """
    known = font.getBestCmap()
    wanted = {letter for letter in letters if ord(letter) in known}
    cutter = subset.Subsetter(_options())
    cutter.populate(unicodes=[ord(letter) for letter in wanted])
    quiet = logging.getLogger("fontTools")
    before = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        cutter.subset(font)
        if "fvar" in font:
            # After the cut: making the weight of five thousand glyphs takes seconds.
            font = instancer.instantiateVariableFont(font, {"wght": weight, "wdth": 100}, inplace=True)
    finally:
        quiet.setLevel(before)
    out = io.BytesIO()
    font.save(out)
    return _measured(TTFont(io.BytesIO(out.getvalue())), out.getvalue(), wanted, weight)


def _options() -> subset.Options:
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.name_IDs = [1, 2, 6]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG", "MVAR"]
    return options


def _measured(font: Any, program: bytes, letters: set[str], weight: int) -> Face:
    per_mille = 1000 / font["head"].unitsPerEm
    cmap, head = font.getBestCmap(), font["head"]
    tag = "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
    name = font["name"].getDebugName(6) or "Serif"
    box = tuple(round(value * per_mille) for value in (head.xMin, head.yMin, head.xMax, head.yMax))
    return Face(
        name=f"{tag}+{name.replace('Regular', 'Bold') if weight == _BOLD else name}",
        program=program,
        glyphs={letter: font.getGlyphID(cmap[ord(letter)]) for letter in letters},
        widths=tuple(round(font["hmtx"][name][0] * per_mille) for name in font.getGlyphOrder()),
        ascent=box[3],
        descent=box[1],
        box=(box[0], box[1], box[2], box[3]),
    )
