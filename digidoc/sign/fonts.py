"""The letters of the stamp: a Times-metric font where the system has one, cut down to the glyphs that are used.

NĐ 30/2020/NĐ-CP asks for Times New Roman. Tinos and Liberation Serif have its metrics; Noto Serif, which comes with
digidoc's dependencies, has every Vietnamese letter and stands in where none of them is installed.
"""

import hashlib
import io
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError
from fontTools.varLib import instancer

from digidoc.sign.errors import StampImpossible

# In the order of preference; compared without regard to case.
_FILES: Final = ("times new roman.ttf", "times.ttf", "tinos-regular.ttf", "liberationserif-regular.ttf")
# OS/2 fsType, bit 1: "restricted licence embedding" - such a font may not go into a file.
_RESTRICTED: Final = 0x0002


@dataclass(frozen=True, slots=True)
class StampFont:
    """A TrueType font cut down to some letters. All measures are in thousandths of the font size.

    Attributes:
        name: PostScript name with a subset tag, such as "QXKFPA+Tinos".
        program: the font file.
        glyphs: glyph id of each letter.
        widths: advance of each glyph id.
        ascent: of the highest letter above the base line.
        descent: of the lowest letter below it, negative.
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
        return float(sum(self.widths[self.glyphs[letter]] for letter in text))

    def encode(self, text: str) -> bytes:
        """The text as glyph ids of two bytes each (Identity-H)."""
        return b"".join(self.glyphs[letter].to_bytes(2, "big") for letter in text)


def stamp_font(letters: frozenset[str]) -> StampFont:
    """The first font that has all `letters`, cut down to them: some 45 ms, so once a batch.

    Raises:
        StampImpossible: no font has them all.

    """
    missing = set(letters)
    for font in _candidates():
        lacking = {letter for letter in letters if ord(letter) not in font.getBestCmap()}
        if not lacking:
            return _cut(font, letters)
        missing &= lacking
        font.close()
    raise StampImpossible(letters=" ".join(sorted(missing or letters)))


def _candidates() -> Iterator[TTFont]:
    for path in system_fonts():
        try:
            font = TTFont(path, recalcTimestamp=False)
            restricted = font["OS/2"].fsType & _RESTRICTED
        except (TTLibError, KeyError, OSError):
            continue  # not a font one can use; the next one serves
        if not restricted and "glyf" in font:
            yield font
    import fontpkg_noto_serif

    yield TTFont(fontpkg_noto_serif.ROOT / "files" / "NotoSerif[wdth,wght].ttf", recalcTimestamp=False)


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        return [windows / "Fonts", home / "AppData" / "Local" / "Microsoft" / "Windows" / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


@lru_cache(maxsize=1)
def system_fonts() -> tuple[Path, ...]:
    """Times-metric fonts that are installed, best first."""
    found: dict[str, Path] = {}
    for folder in _folders():
        for place, _, names in os.walk(folder):
            for name in names:
                if name.lower() in _FILES:
                    found.setdefault(name.lower(), Path(place, name))
    return tuple(found[name] for name in _FILES if name in found)


def _cut(font: TTFont, letters: frozenset[str]) -> StampFont:
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.name_IDs = [1, 2, 6]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(letter) for letter in letters])
    cutter.subset(font)
    if "fvar" in font:
        # After the cut: upright and of normal weight and width, some letters take milliseconds and all of them seconds.
        font = instancer.instantiateVariableFont(font, {"wght": 400, "wdth": 100}, inplace=True)
    out = io.BytesIO()
    font.save(out)
    program = out.getvalue()
    cut = TTFont(io.BytesIO(program))
    return _measured(cut, program, letters)


def _measured(font: Any, program: bytes, letters: frozenset[str]) -> StampFont:
    per_mille = 1000 / font["head"].unitsPerEm
    cmap, order, head = font.getBestCmap(), font.getGlyphOrder(), font["head"]
    tag = "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
    box = tuple(round(v * per_mille) for v in (head.xMin, head.yMin, head.xMax, head.yMax))
    return StampFont(
        name=f"{tag}+{font['name'].getDebugName(6) or 'Serif'}",
        program=program,
        glyphs={letter: font.getGlyphID(cmap[ord(letter)]) for letter in letters},
        widths=tuple(round(font["hmtx"][name][0] * per_mille) for name in order),
        ascent=box[3],
        descent=box[1],
        box=(box[0], box[1], box[2], box[3]),
    )
