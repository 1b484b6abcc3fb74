"""Fonts of a page that keeps its own drawing: embedded, and every glyph that is used there, wide as said, and Unicode.

ISO 19005-2, 6.2.11. What is not known for certain is refused: Type 1 and Type 3 programs, CMaps other than Identity-H,
vertical writing.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from digidoc.pdf.font.cmap import is_character, read_cmap
from digidoc.pdf.vector.encoding import glyph_names, unicode_of
from digidoc.pdf.vector.glyphs import MACINTOSH, SYMBOL, UNICODE, CffProgram, TrueTypeProgram
from digidoc.pdf.vector.refusal import NotVectorError, vet

# ISO 19005-2, 6.2.11.5: widths agree within 1/1000 of the em. LibreOffice cuts off what is behind the point.
_TOLERANCE: Final = 1.0
_SYMBOLIC, _NONSYMBOLIC = 4, 32
_MAX_CODE = 0xFFFF
_MAX_PROGRAM = 24 * 2**20  # a whole font of all of Chinese

# What the font program says of a code: the width of its glyph (None: no glyph), and what its name stands for.
Glyph = tuple[float | None, str | None]


class FontCheck:
    """A font of the source document; what was found right is not looked at twice.

    Raises:
        NotVectorError: the font as a whole cannot stay.

    """

    def __init__(self, font: Any) -> None:
        if not isinstance(font, Dictionary):
            raise NotVectorError("resources", "a font that is not there")
        _refuse_nameless(font)
        self.name = str(font.get("/BaseFont", "/?"))[1:]
        self.bytes_a_code = 2 if font.get("/Subtype") == Name.Type0 else 1
        self._right: set[int] = set()
        self._map = unicode_map(font)
        # Before the values are followed: the two lead to the same objects.
        self._glyph, self._width = _composite(font) if self.bytes_a_code == 2 else _simple(font)  # noqa: PLR2004
        vet(font)

    def check(self, codes: Iterable[int]) -> None:
        """Look at the codes that a page shows.

        Raises:
            NotVectorError: one of them is no glyph, not as wide as the font says, or stands for no character.

        """
        for code in codes:
            if code in self._right:
                continue
            wide, named = self._glyph(code)
            if wide is None:
                raise NotVectorError("font-glyph", f"{self.name}, code {code}")
            if abs(wide - self._width(code)) > _TOLERANCE:
                raise NotVectorError("font-width", f"{self.name}, code {code}")
            if not is_character(self._map.get(code, named)):
                raise NotVectorError("font-unicode", f"{self.name}, code {code}")
            self._right.add(code)


def _refuse_nameless(font: pikepdf.Object) -> None:
    """ISO 19005-2, 6.2.11.2: a font says that it is one, and its name."""
    if font.get("/Type") != Name.Font or not isinstance(font.get("/BaseFont"), Name):
        raise NotVectorError("font-broken", "it has no name")


def unicode_map(font: pikepdf.Object) -> dict[int, str]:
    """What the font's own map says of its codes.

    Raises:
        NotVectorError: it cannot be read.

    """
    found = font.get("/ToUnicode")
    if found is None:
        return {}
    if not isinstance(found, pikepdf.Stream):
        raise NotVectorError("font-unicode", "no map but a name")
    try:
        return read_cmap(found.read_bytes())
    except (ValueError, pikepdf.PdfError) as error:
        raise NotVectorError("font-unicode", "its map cannot be read") from error


def _program(descriptor: Any, name: str) -> tuple[str, bytes]:
    """Which kind of font program is embedded, as the key and subtype say it, and the program."""
    if isinstance(descriptor, Dictionary):
        for key in ("/FontFile", "/FontFile2", "/FontFile3"):
            found = descriptor.get(key)
            if isinstance(found, pikepdf.Stream):
                data = found.read_bytes()
                if len(data) > _MAX_PROGRAM:
                    raise NotVectorError("font-kind", f"{name} has more than 24 MB")
                return key + str(found.get("/Subtype", "")), data
    raise NotVectorError("font-not-embedded", name)


def _simple(font: pikepdf.Object) -> tuple[Callable[[int], Glyph], Callable[[int], float]]:
    name, kind = str(font.get("/BaseFont", "/?"))[1:], str(font.get("/Subtype"))
    descriptor: Any = font.get("/FontDescriptor")
    if kind not in ("/Type1", "/MMType1", "/TrueType"):
        raise NotVectorError("font-kind", f"{name}{kind}")
    embedded, data = _program(descriptor, name)
    widths = font.get("/Widths")
    if not isinstance(widths, Array) or "/FirstChar" not in font or "/LastChar" not in font:
        raise NotVectorError("font-width", f"{name} has none")
    first, known = int(font.FirstChar), [float(value) for value in widths]
    otherwise = float(descriptor.get("/MissingWidth", 0))

    def width(code: int) -> float:
        return known[code - first] if 0 <= code - first < len(known) else otherwise

    symbolic = bool(int(descriptor.get("/Flags", 0)) & _SYMBOLIC)
    if kind == "/TrueType" and embedded == "/FontFile2":
        return _simple_truetype(font, TrueTypeProgram(data), name, symbolic=symbolic), width
    if kind == "/Type1" and embedded == "/FontFile3/Type1C":
        return _simple_cff(font, CffProgram(data), name), width
    raise NotVectorError("font-kind", f"{name}{kind}{embedded}")


def _simple_truetype(
    font: pikepdf.Object, program: TrueTypeProgram, name: str, *, symbolic: bool
) -> Callable[[int], Glyph]:
    """ISO 19005-2, 6.2.11.6, and ISO 32000-1, 9.6.6.4."""
    encoding = font.get("/Encoding")
    if symbolic:
        if encoding is not None:
            raise NotVectorError("font-encoding", f"{name} is symbolic and has one")
        if len(program.cmaps) != 1 and SYMBOL not in program.cmaps:
            raise NotVectorError("font-encoding", f"{name} has no cmap for symbols")
        table = program.cmaps.get(SYMBOL) or next(iter(program.cmaps.values()))

        def symbol(code: int) -> Glyph:
            glyph = next((table[at] for at in (code, 0xF000 + code, 0xF100 + code) if at in table), 0)
            return program.width(glyph), None

        return symbol
    names = glyph_names(encoding, (), name)
    unicodes, macintosh = program.cmaps.get(UNICODE), program.cmaps.get(MACINTOSH)
    if unicodes is None and (macintosh is None or isinstance(encoding, Dictionary)):
        raise NotVectorError("font-encoding", f"{name} has no cmap for Unicode")

    def letter(code: int) -> Glyph:
        text = unicode_of(names[code])
        if unicodes is not None:
            return program.width(unicodes.get(ord(text), 0) if text and len(text) == 1 else 0), text
        assert macintosh is not None  # noqa: S101 (one of the two is there; see above)
        glyph = macintosh.get(code, 0) if encoding == Name.MacRomanEncoding else 0
        return program.width(glyph), text

    return letter


def _simple_cff(font: pikepdf.Object, program: CffProgram, name: str) -> Callable[[int], Glyph]:
    if program.by_cid:
        raise NotVectorError("font-kind", f"{name} goes by CIDs")
    names = glyph_names(font.get("/Encoding"), program.encoding, name)
    return lambda code: (program.width(names[code]), unicode_of(names[code]))


def _composite(font: pikepdf.Object) -> tuple[Callable[[int], Glyph], Callable[[int], float]]:
    name = str(font.get("/BaseFont", "/?"))[1:]
    if font.get("/Encoding") != Name("/Identity-H"):
        raise NotVectorError("font-encoding", f"{name} is not Identity-H")
    below = font.get("/DescendantFonts")
    if not isinstance(below, Array) or len(below) != 1 or not isinstance(below[0], Dictionary):
        raise NotVectorError("font-broken", name)
    child: Any = below[0]
    _refuse_nameless(child)
    if not isinstance(child.get("/CIDSystemInfo"), Dictionary):
        raise NotVectorError("font-broken", f"{name} says nothing of its CIDs")
    embedded, data = _program(child.get("/FontDescriptor"), name)
    width = _cid_widths(child)
    kind = str(child.get("/Subtype"))
    if kind == "/CIDFontType2" and embedded == "/FontFile2":
        program = TrueTypeProgram(data)
        glyph_of = _cid_to_gid(child.get("/CIDToGIDMap"), name)
        return lambda cid: (program.width(glyph_of(cid)) if cid else None, None), width
    if kind == "/CIDFontType0" and embedded == "/FontFile3/CIDFontType0C":
        cff = CffProgram(data)
        return lambda cid: (cff.width(cff.name_of(cid)), None), width
    raise NotVectorError("font-kind", f"{name}{kind}{embedded}")


def _cid_to_gid(found: Any, name: str) -> Callable[[int], int]:
    if found is None or found == Name.Identity:  # the default, which the copy says
        return lambda cid: cid
    if not isinstance(found, pikepdf.Stream):
        raise NotVectorError("font-broken", f"{name}, CIDToGIDMap")
    table = found.read_bytes()
    return lambda cid: int.from_bytes(table[2 * cid : 2 * cid + 2], "big")


def _cid_widths(child: Any) -> Callable[[int], float]:
    """/W and /DW (ISO 32000-1, 9.7.4.3)."""
    otherwise, known = float(child.get("/DW", 1000)), dict[int, float]()
    words: list[Any] = list(child.get("/W", []))
    at = 0
    while at + 1 < len(words):
        first = int(words[at])
        if isinstance(words[at + 1], Array):
            known.update((first + step, float(value)) for step, value in enumerate(words[at + 1]))
            at += 2
        else:
            last = min(int(words[at + 1]), _MAX_CODE)
            known.update(dict.fromkeys(range(first, last + 1), float(words[at + 2])))
            at += 3
    return lambda cid: known.get(cid, otherwise)
