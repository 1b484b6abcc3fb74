"""The font of the invisible text: one glyph without area for every character, and an exact map back to Unicode."""

import io
import unicodedata
from functools import lru_cache

import pikepdf

from digidoc.pdf.font.embedded import FIXED_PITCH, SYMBOLIC, EmbeddedFont
from digidoc.pdf.objects import add_to

# Thousandths of the em. The box of a word runs from descent to ascent, so a word lies on the ink in every reader. Less
# than the whole em, as in fonts for print: poppler takes words for one line while their feet differ by less than half
# the em, and on a page that leans by 1 degree it keeps 21 of 21 lines whole with these (with 800 and 200: 15).
ASCENT = 640
DESCENT = -160
ADVANCE = 500
_EM = 1000
_MAX_CODE, _PRIVATE = 0xFFFF, 0xE000
# Control, format, surrogate, private use, unassigned: nothing a reader could find or show.
_UNPRINTED = {"Cc", "Cf", "Cs", "Co", "Cn"}


def printable(text: str) -> str:
    """NFC text without the characters that PDF/A-2u allows no mapping to, or that nobody sees."""
    kept = "".join(c for c in text if unicodedata.category(c) not in _UNPRINTED)
    return unicodedata.normalize("NFC", kept)


@lru_cache(maxsize=1)
def _font_program() -> bytes:
    """A TrueType font of two glyphs that leave no ink; the same bytes at every call."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    empty = TTGlyphPen(None).glyph()
    # pdfium takes a character's box from its outline: a line there and back has a box and no area.
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((ADVANCE, ASCENT))
    pen.closePath()
    blank = pen.glyph()
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupGlyf({".notdef": empty, "blank": blank})
    builder.setupHorizontalMetrics({".notdef": (ADVANCE, 0), "blank": (ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    # ISO 32000-1, 9.9: what a TrueType program in a composite font needs; glyphs go by number.
    for table in set(builder.font.keys()) - {"glyf", "head", "hhea", "hmtx", "loca", "maxp", "GlyphOrder"}:
        del builder.font[table]
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


class InvisibleFont:
    """Takes note of the characters, and makes the font once all are known.

    A character's code is its Unicode number, so that the map back is a few whole rows of 256; those beyond 16 bits get
    numbers of the private use area, of which `printable` leaves none.
    """

    def __init__(self) -> None:
        self._rows: set[int] = set()
        self._beyond: dict[str, int] = {}

    def encode(self, text: str) -> str:
        """The characters as hexadecimal codes of two bytes each."""
        return "".join(f"{self._code(char):04X}" for char in text)

    def _code(self, char: str) -> int:
        if ord(char) > _MAX_CODE:
            return self._beyond.setdefault(char, _PRIVATE + len(self._beyond))
        self._rows.add(ord(char) >> 8)
        return ord(char)

    def _characters(self) -> dict[int, str]:
        rows = {code: chr(code) for row in self._rows for code in range(row << 8, (row + 1) << 8)}
        return {**rows, **{code: char for char, code in self._beyond.items()}}

    def build(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """The Type0 font with everything embedded, as an object of `pdf`."""
        characters = self._characters()
        font = EmbeddedFont(
            name="DigidocInvisible",
            program=_font_program(),
            characters=characters,
            widths=ADVANCE,
            ascent=ASCENT,
            descent=DESCENT,
            box=(0, DESCENT, ADVANCE, ASCENT),
            glyphs=b"\0\0" + b"\0\1" * max(characters, default=0),
            flags=FIXED_PITCH | SYMBOLIC,
        )
        return add_to(pdf, font.dictionary())
