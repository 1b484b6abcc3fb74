"""Encodings of simple fonts: glyph names of codes, and characters that names stand for (ISO 32000-1, annex D)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pikepdf import Array, Dictionary, Name

from digidoc.pdf.vector.refusal import NotVectorError

_NOTDEF = ".notdef"
_CODES = 256
_FIRST_PRINTED = 32
# Annex D.2, footnotes: where the encodings differ from the code pages that they are named for.
_WIN = {0xA0: "space", 0xAD: "hyphen"}
_MAC = {0xCA: "space", 0xDB: "currency"}


def glyph_names(encoding: Any, built_in: Sequence[str], font: str) -> list[str]:
    """The 256 glyph names of a simple font.

    Args:
        encoding: the font's /Encoding.
        built_in: names of the font program's own encoding; empty where PDF/A-2 allows no such thing (TrueType).
        font: its name, for the refusal.

    Raises:
        NotVectorError: names that are not known for certain.

    """
    base = encoding.get("/BaseEncoding") if isinstance(encoding, Dictionary) else encoding
    if base in (Name.WinAnsiEncoding, Name.MacRomanEncoding):
        names = list(_standard("cp1252" if base == Name.WinAnsiEncoding else "mac_roman"))
    elif base is None and built_in:
        names = [*built_in, *[_NOTDEF] * (_CODES - len(built_in))]
    else:
        raise NotVectorError("font-encoding", font)
    differences: Any = encoding.get("/Differences", []) if isinstance(encoding, Dictionary) else []
    if not isinstance(differences, Array | list):
        raise NotVectorError("font-encoding", font)
    at = 0
    for each in differences:
        if isinstance(each, Name):
            if at < _CODES:
                names[at] = str(each)[1:]
            at += 1
        else:
            at = int(each)
    return names


def unicode_of(name: str) -> str | None:
    """What a name of the Adobe Glyph List stands for; None for any other name."""
    from fontTools import agl

    found = agl.AGL2UV.get(name)
    return chr(found) if found is not None else None


@lru_cache(maxsize=2)
def _standard(code_page: str) -> tuple[str, ...]:
    from fontTools import agl

    names = [_NOTDEF] * _CODES
    for code in range(_FIRST_PRINTED, _CODES):
        try:
            names[code] = agl.UV2AGL.get(ord(bytes([code]).decode(code_page)), _NOTDEF)
        except UnicodeDecodeError:
            continue
    for code, name in (_WIN if code_page == "cp1252" else _MAC).items():
        names[code] = name
    return tuple(names)
