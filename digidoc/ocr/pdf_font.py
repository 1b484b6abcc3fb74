"""The font of the invisible text: one glyph without area for every character, and an exact map back to Unicode."""

import io
import unicodedata
from functools import lru_cache

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

# Thousandths of the em. The box of a word runs from descent to ascent, so a word lies on the ink in every reader. Less
# than the whole em, as in fonts for print: poppler takes words for one line while their feet differ by less than half
# the em, and on a page that leans by 1 degree it keeps 21 of 21 lines whole with these (with 800 and 200: 15).
ASCENT = 640
DESCENT = -160
ADVANCE = 500
_EM = 1000
_FLAG_FIXED, _FLAG_SYMBOLIC = 1, 4
_BFCHAR_AT_ONCE = 100  # CMap specification (Adobe technical note 5014): at most 100 entries a block
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
    builder.setupCharacterMap({0x20: "blank"})
    builder.setupGlyf({".notdef": empty, "blank": blank})
    builder.setupHorizontalMetrics({".notdef": (ADVANCE, 0), "blank": (ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupNameTable({"familyName": "DigidocInvisible", "styleName": "Regular"})
    builder.setupPost(isFixedPitch=1)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


class InvisibleFont:
    """Gives each character a code at its first use, and makes the font once all are known."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def encode(self, text: str) -> str:
        """The characters as hexadecimal codes of two bytes each."""
        return "".join(f"{self._codes.setdefault(c, len(self._codes) + 1):04X}" for c in text)

    def build(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """The Type0 font with everything embedded, as an object of `pdf`."""
        program = _font_program()
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name.DigidocInvisible,
            Flags=_FLAG_FIXED | _FLAG_SYMBOLIC,
            FontBBox=Array([0, DESCENT, ADVANCE, ASCENT]),
            ItalicAngle=0,
            Ascent=ASCENT,
            Descent=DESCENT,
            CapHeight=ASCENT,
            StemV=80,
            FontFile2=Stream(pdf, program, {"/Length1": len(program)}),
        )
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name.DigidocInvisible,
            CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            DW=ADVANCE,
            FontDescriptor=pdf.make_indirect(descriptor),
            CIDToGIDMap=Stream(pdf, b"\0\0" + b"\0\1" * len(self._codes)),
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name.DigidocInvisible,
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]),
                ToUnicode=Stream(pdf, self._to_unicode()),
            )
        )

    def _to_unicode(self) -> bytes:
        pairs = [f"<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>" for char, code in self._codes.items()]
        blocks = [pairs[i : i + _BFCHAR_AT_ONCE] for i in range(0, len(pairs), _BFCHAR_AT_ONCE)]
        lines = [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <FFFF>",
            "endcodespacerange",
            *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
        return "\n".join(lines).encode("ascii")
