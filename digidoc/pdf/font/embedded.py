"""The font dictionary: a composite font (ISO 32000-1, 9.7) with its program embedded and its letters' meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from digidoc.pdf.font.cmap import write_cmap
from digidoc.pdf.objects import Indirect, Stream, Value

FIXED_PITCH: Final = 1
SYMBOLIC: Final = 4
_STEM: Final = 80  # /StemV must be there; nobody looks at it where the program is embedded


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A TrueType font of which codes of two bytes show glyphs. Measures are in thousandths of the font size.

    Attributes:
        name: PostScript name.
        program: the font file.
        characters: what each code stands for.
        widths: the advance of each code from 0 on, or the one advance of all.
        ascent: of the highest letter above the base line.
        descent: of the lowest below it, negative.
        box: left, bottom, right, top of all glyphs together.
        glyphs: the glyph of each code, two bytes a code; None where the codes are the glyphs' numbers.
        flags: of the descriptor (ISO 32000-1, table 123).

    """

    name: str
    program: bytes
    characters: Mapping[int, str]
    widths: tuple[int, ...] | int
    ascent: int
    descent: int
    box: tuple[int, int, int, int]
    glyphs: bytes | None = None
    flags: int = SYMBOLIC

    def dictionary(self) -> Mapping[str, Value]:
        """The Type0 font with everything below it."""
        descriptor: Mapping[str, Value] = {
            "Type": "FontDescriptor",
            "FontName": self.name,
            "Flags": self.flags,
            "FontBBox": self.box,
            "ItalicAngle": 0,
            "Ascent": self.ascent,
            "Descent": self.descent,
            "CapHeight": self.ascent,
            "StemV": _STEM,
            "FontFile2": Stream({"Length1": len(self.program)}, self.program),
        }
        one_width = isinstance(self.widths, int)
        descendant: Mapping[str, Value] = {
            "Type": "Font",
            "Subtype": "CIDFontType2",
            "BaseFont": self.name,
            "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
            "CIDToGIDMap": "Identity" if self.glyphs is None else Stream({}, self.glyphs),
            **({"DW": self.widths} if one_width else {"W": [0, self.widths]}),
            "FontDescriptor": Indirect(descriptor),
        }
        return {
            "Type": "Font",
            "Subtype": "Type0",
            "BaseFont": self.name,
            "Encoding": "Identity-H",
            "DescendantFonts": [Indirect(descendant)],
            "ToUnicode": Stream({}, write_cmap(self.characters, 2)),
        }
