"""Setting text and pictures on A4 pages: lines that wrap, rows of two columns, pictures side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from digidoc.sign.report.letters import Face
from digidoc.sign.report.pages import Picture

WIDTH: Final = 595.28  # points, A4
HEIGHT: Final = 841.89
_MARGIN: Final = 50.0
_FOOT: Final = 40.0
_LEADING: Final = 1.35
_KEY: Final = 130.0  # width of the left column of a row
_GAP: Final = 12.0
_TALLEST: Final = 330.0  # points of a picture: two rows of them on a page

Colour = tuple[float, float, float]
BLACK: Final[Colour] = (0.09, 0.13, 0.17)
GREY: Final[Colour] = (0.33, 0.38, 0.42)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. `rule` draws a line of that colour above it; `above` is empty space, in points."""

    text: str
    size: float = 9.5
    bold: bool = False
    colour: Colour = BLACK
    above: float = 0.0
    indent: float = 0.0
    rule: Colour | None = None
    together: float = 0.0  # points that have to follow on the same page


@dataclass(frozen=True, slots=True)
class Row:
    """A name and its value, in two columns."""

    key: str
    value: str
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class Pictures:
    """Two pictures side by side with a caption each; None where there is none, then `missing` is said."""

    captions: tuple[str, str]
    pictures: tuple[Picture | None, Picture | None]
    missing: str


Block = Line | Row | Pictures


@dataclass(slots=True)
class Sheet:
    """One page: its content stream so far and the pictures on it, by name."""

    content: list[bytes] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)


def letters(blocks: Sequence[Block]) -> set[str]:
    """All letters that some blocks have."""
    found: set[str] = set()
    for block in blocks:
        if isinstance(block, Line):
            found.update(block.text)
        elif isinstance(block, Row):
            found.update(block.key, block.value)
        else:
            found.update(block.captions[0], block.captions[1], block.missing)
    return found


class Setter:
    """Sets blocks one below the other.

    Args:
        faces: the typefaces, by whether they are bold.

    """

    def __init__(self, faces: Mapping[bool, Face]) -> None:
        self._faces = faces
        self.sheets = [Sheet()]
        self._y = HEIGHT - _MARGIN

    def set(self, block: Block) -> None:
        """Set one block; a page that is full is followed by the next."""
        if isinstance(block, Line):
            self._line(block)
        elif isinstance(block, Row):
            self._row(block)
        else:
            self._pictures(block)

    def foot(self, words: Sequence[str]) -> None:
        """Set one line at the foot of each page, in order of the pages."""
        for sheet, text in zip(self.sheets, words, strict=True):
            sheet.content.append(self._shown(text, _MARGIN, _FOOT - 12, 8, GREY, bold=False))

    def _room(self, height: float) -> None:
        if self._y - height < _FOOT + 8 and self._y < HEIGHT - _MARGIN:
            self.sheets.append(Sheet())
            self._y = HEIGHT - _MARGIN

    def _line(self, block: Line) -> None:
        step = block.size * _LEADING
        self._room(block.above + step + block.together)
        self._y -= block.above
        if block.rule is not None:
            self._put(b"%.3f %.3f %.3f RG 2 w %.2f %.2f m %.2f %.2f l S" % (
                *block.rule, _MARGIN, self._y, WIDTH - _MARGIN, self._y,
            ))  # fmt: skip
            self._y -= 4
        left = _MARGIN + block.indent
        for text in self._wrapped(block.text, block.size, WIDTH - _MARGIN - left, bold=block.bold):
            self._room(step)
            self._y -= step
            self._put(self._shown(text, left, self._y, block.size, block.colour, bold=block.bold))

    def _row(self, block: Row) -> None:
        size, left = 9.0, _MARGIN + block.indent
        step = size * _LEADING
        keys = list(self._wrapped(block.key, size, _KEY - _GAP, bold=False))
        values = list(self._wrapped(block.value, size, WIDTH - _MARGIN - left - _KEY, bold=False))
        for place in range(max(len(keys), len(values))):
            self._room(step)
            self._y -= step
            if place < len(keys):
                self._put(self._shown(keys[place], left, self._y, size, GREY, bold=False))
            if place < len(values):
                self._put(self._shown(values[place], left + _KEY, self._y, size, BLACK, bold=False))

    def _pictures(self, block: Pictures) -> None:
        width = (WIDTH - 2 * _MARGIN - _GAP) / 2
        shown = [picture for picture in block.pictures if picture is not None]
        scale = min([width / picture.width for picture in shown] + [_TALLEST / picture.height for picture in shown])
        height = max(picture.height * scale for picture in shown)
        self._room(height + 34)
        self._y -= 20
        for side, (caption, picture) in enumerate(zip(block.captions, block.pictures, strict=True)):
            left = _MARGIN + side * (width + _GAP)
            self._put(self._shown(caption, left, self._y, 8.5, GREY, bold=False))
            if picture is None:
                self._put(self._shown(block.missing, left + 8, self._y - 24, 9, GREY, bold=False))
                continue
            size = (picture.width * scale, picture.height * scale)
            self._picture(picture, left, self._y - 6 - size[1], size)
        self._y -= height + 14

    def _picture(self, picture: Picture, left: float, bottom: float, size: tuple[float, float]) -> None:
        sheet = self.sheets[-1]
        name = f"P{len(sheet.pictures)}"
        sheet.pictures[name] = picture
        width, height = size
        self._put(b"q %.2f 0 0 %.2f %.2f %.2f cm /%s Do Q" % (width, height, left, bottom, name.encode()))
        self._put(b"0.83 0.85 0.87 RG 0.5 w %.2f %.2f %.2f %.2f re S" % (left, bottom, width, height))

    def _put(self, operators: bytes) -> None:
        self.sheets[-1].content.append(operators)

    def _shown(self, text: str, x: float, y: float, size: float, colour: Colour, *, bold: bool) -> bytes:
        codes = self._faces[bold].encode(text).hex().encode()
        font = b"FB" if bold else b"FR"
        return b"BT %.3f %.3f %.3f rg /%s %.2f Tf %.2f %.2f Td <%s> Tj ET" % (*colour, font, size, x, y, codes)

    def _wrapped(self, text: str, size: float, width: float, *, bold: bool) -> Iterator[str]:
        """Lines that are at most `width` points wide; a word that is wider is cut."""
        face = self._faces[bold]
        most = width * 1000 / size
        line = ""
        for word in text.split(" "):
            rest = word
            candidate = f"{line} {rest}" if line else rest
            if face.width(candidate) <= most:
                line = candidate
                continue
            if line:
                yield line
            while face.width(rest) > most:
                cut = self._fitting(rest, most, face)
                yield rest[:cut]
                rest = rest[cut:]
            line = rest
        yield line

    @staticmethod
    def _fitting(word: str, most: float, face: Face) -> int:
        """How many letters of a word fit, at least one."""
        total = 0.0
        for place, letter in enumerate(word):
            total += face.width(letter)
            if total > most:
                return max(1, place)
        return len(word)
