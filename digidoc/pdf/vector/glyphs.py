"""Embedded font programs: how wide their glyphs are, by number and by name. TrueType and CFF, by fontTools."""

import io
import struct
from functools import cached_property
from typing import Any, Final

from digidoc.pdf.vector.refusal import NotVectorError

# ISO 32000-1, 9.6.3 and 9.7.4.2: what a TrueType program in a PDF must have.
_TABLES: Final = ("glyf", "head", "hhea", "hmtx", "loca", "maxp")
_EM: Final = 1000
_MATRIX: Final = [0.001, 0, 0, 0.001, 0, 0]
SYMBOL, UNICODE, MACINTOSH = (3, 0), (3, 1), (1, 0)


class TrueTypeProgram:
    """A TrueType font program.

    Raises:
        NotVectorError: it cannot be read, or lacks what it must have.

    """

    def __init__(self, data: bytes) -> None:
        from fontTools.ttLib import TTFont

        try:
            self._font: Any = TTFont(io.BytesIO(data), lazy=True)
            missing = [tag for tag in _TABLES if tag not in self._font.reader]
        except Exception as error:
            raise NotVectorError("font-broken", type(error).__name__) from error
        if missing:
            raise NotVectorError("font-broken", f"no table {missing[0]}")
        try:
            self._units: int = struct.unpack_from(">H", self._font.reader["head"], 18)[0]
            self._glyphs: int = struct.unpack_from(">H", self._font.reader["maxp"], 4)[0]
            full = struct.unpack_from(">H", self._font.reader["hhea"], 34)[0]
            self._advances: tuple[int, ...] = struct.unpack_from(">" + "Hh" * full, self._font.reader["hmtx"])[0::2]
        except Exception as error:
            raise NotVectorError("font-broken", type(error).__name__) from error
        if not self._units or not self._advances:
            raise NotVectorError("font-broken", "no measures")

    def width(self, glyph: int) -> float | None:
        """Advance of a glyph in thousandths of the em; None when there is no such glyph, or only .notdef."""
        if not 0 < glyph < self._glyphs:
            return None
        return self._advances[min(glyph, len(self._advances) - 1)] * _EM / self._units

    @cached_property
    def cmaps(self) -> dict[tuple[int, int], dict[int, int]]:
        """Glyph numbers by code, for each (platform, encoding) of the cmap; empty when there is none.

        Raises:
            NotVectorError: it cannot be read.

        """
        if "cmap" not in self._font.reader:
            return {}
        try:
            # Numbers for names: fontTools would look for them in a table that subsets often leave broken.
            self._font.setGlyphOrder([str(glyph) for glyph in range(self._glyphs)])
            return {
                (table.platformID, table.platEncID): {code: int(name) for code, name in table.cmap.items()}
                for table in self._font["cmap"].tables
            }
        except Exception as error:
            raise NotVectorError("font-broken", "cmap") from error


class CffProgram:
    """A CFF font program (Type 1C, CIDFontType0C).

    Raises:
        NotVectorError: it cannot be read, or measures in other units than thousandths of the em.

    """

    def __init__(self, data: bytes) -> None:
        from fontTools.cffLib import CFFFontSet

        try:
            fonts: Any = CFFFontSet()
            fonts.decompile(io.BytesIO(data), None)
            self._top = fonts[0]
            # The format's default (ISOAdobe), which fontTools does not know.
            self._top.rawDict.setdefault("charset", 0)
            self._strings = self._top.CharStrings
            self.by_cid: bool = hasattr(self._top, "ROS")
            self._order: list[str] = list(self._top.charset)
            matrices = [self._top.rawDict.get("FontMatrix", _MATRIX)]
            if self.by_cid:
                matrices += [part.rawDict.get("FontMatrix", _MATRIX) for part in self._top.FDArray]
        except Exception as error:
            raise NotVectorError("font-broken", type(error).__name__) from error
        if any(matrix != _MATRIX for matrix in matrices):
            raise NotVectorError("font-kind", "glyphs in units of their own")

    @cached_property
    def encoding(self) -> list[str]:
        """Glyph names by code, as the program has them itself."""
        found = self._top.Encoding
        if found == "StandardEncoding":
            from fontTools.encodings.StandardEncoding import StandardEncoding

            return list(StandardEncoding)
        if isinstance(found, list):
            return list(found)
        raise NotVectorError("font-encoding", "of experts")

    def name_of(self, cid: int) -> str:
        """The program's name for a CID: of a font by CIDs its name, of another the glyph of that number."""
        if self.by_cid:
            return f"cid{cid:05d}"
        return self._order[cid] if 0 < cid < len(self._order) else ".notdef"

    def width(self, name: str) -> float | None:
        """Advance of a glyph in thousandths of the em; None when there is no such glyph, or only .notdef."""
        from fontTools.misc.psCharStrings import T2WidthExtractor

        if name in (".notdef", "cid00000") or name not in self._strings:
            return None
        try:
            glyph = self._strings[name]
            private = glyph.private
            wide: Any = T2WidthExtractor(
                getattr(private, "Subrs", []), glyph.globalSubrs, private.nominalWidthX, private.defaultWidthX
            )
            wide.execute(glyph)
            return float(wide.width)
        except Exception as error:
            raise NotVectorError("font-broken", f"glyph {name}") from error
