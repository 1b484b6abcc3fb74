"""The typeface of the PDF report: Noto Serif, which comes with digidoc and has every Vietnamese letter, cut to size."""

import hashlib
import io
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

_STAND_IN: Final = "?"  # for letters that the font has not, such as Chinese ones


@dataclass(frozen=True, slots=True)
class Face:
    """A TrueType font cut down to some letters. Measures are in thousandths of the font size.

    Attributes:
        name: PostScript name with a subset tag.
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

    def _glyph(self, letter: str) -> int:
        found = self.glyphs.get(letter)
        return self.glyphs[_STAND_IN] if found is None else found


def face(letters: Iterable[str], weight: int) -> Face:
    """The typeface with these letters; what it has not is shown as "?".

    Args:
        letters: that are needed.
        weight: 400 for regular, 700 for bold.

    """
    import fontpkg_noto_serif

    font = TTFont(fontpkg_noto_serif.ROOT / "files" / "NotoSerif[wdth,wght].ttf")
    known = font.getBestCmap()
    wanted = {letter for letter in letters if ord(letter) in known} | {_STAND_IN, " "}
    cutter = subset.Subsetter(_options())
    cutter.populate(unicodes=[ord(letter) for letter in wanted])
    quiet = logging.getLogger("fontTools")
    before = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        cutter.subset(font)
        # Cut first: making the weight of five thousand glyphs takes seconds.
        cut = instancer.instantiateVariableFont(font, {"wght": weight, "wdth": 100}, inplace=True)
    finally:
        quiet.setLevel(before)
    out = io.BytesIO()
    cut.save(out)
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
    box = tuple(round(value * per_mille) for value in (head.xMin, head.yMin, head.xMax, head.yMax))
    return Face(
        name=f"{tag}+NotoSerif-{'Bold' if weight > 500 else 'Regular'}",  # noqa: PLR2004 (halfway)
        program=program,
        glyphs={letter: font.getGlyphID(cmap[ord(letter)]) for letter in letters},
        widths=tuple(round(font["hmtx"][name][0] * per_mille) for name in font.getGlyphOrder()),
        ascent=box[3],
        descent=box[1],
        box=(box[0], box[1], box[2], box[3]),
    )
