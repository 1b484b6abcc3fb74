"""A small typesetter for sample papers: it prints on a sheet and remembers every word with its box.

Sizes and places follow NĐ 30/2020/NĐ-CP, annex I: A4, margins 20 / 20 / 30 / 15 mm (top, bottom, left, right), body
text of 13 points, the organisation top left, the national motto top right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from fontpkg_noto_serif import ROOT as NOTO_SERIF
from PIL import Image, ImageDraw, ImageFont

from digidoc.model import Box, Line, Word
from digidoc.text import nfc

A4_MM: Final = (210.0, 297.0)
MARGINS_MM: Final = (30.0, 20.0, 15.0, 20.0)  # left, top, right, bottom
INK: Final = 28
# Noto Serif runs wider than Times: 82 % of its width sets as many characters on a line as an office's Times does.
_WIDTH: Final = 82
_LEADING: Final = 1.46


@dataclass(frozen=True, slots=True)
class Face:
    """A cut of a typeface: size in points, bold, italic.

    `file` names another font by its file ("Tinos-Bold.ttf"), which Pillow looks for where the system keeps its fonts;
    the cut is then that file's own. Empty stands for Noto Serif, which comes with digidoc.
    """

    size: float = 13.2
    bold: bool = False
    italic: bool = False
    file: str = ""


BODY: Final = Face()
BOLD: Final = Face(bold=True)
ITALIC: Final = Face(italic=True)


@lru_cache(maxsize=64)
def font_of(face: Face, dpi: int) -> ImageFont.FreeTypeFont:
    """The font of this cut, for a page of `dpi` pixels an inch.

    Raises:
        OSError: the system has no font of that file name.

    """
    if face.file:
        return ImageFont.truetype(face.file, face.size * dpi / 72, layout_engine=ImageFont.Layout.BASIC)
    name = "NotoSerif-Italic[wdth,wght].ttf" if face.italic else "NotoSerif[wdth,wght].ttf"
    path = Path(NOTO_SERIF) / "files" / name
    font = ImageFont.truetype(str(path), face.size * dpi / 72, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([700 if face.bold else 420, _WIDTH])
    return font


@dataclass(slots=True)
class Sheet:
    """One blank page in grey, 0 black to 255 white, and what has been printed on it.

    Attributes:
        dpi: pixels an inch.
        image: the page, mode "L".
        lines: printed lines in the order of printing, which is the reading order; boxes are pixels around the ink.
        y: where the next line goes: its top, pixels.

    """

    dpi: int
    size_mm: tuple[float, float] = A4_MM
    image: Image.Image = field(init=False)
    lines: list[Line] = field(default_factory=list)
    y: float = field(init=False)

    def __post_init__(self) -> None:
        width, height = (round(self.mm(side)) for side in self.size_mm)
        self.image = Image.new("L", (width, height), 255)
        self.y = self.mm(MARGINS_MM[1])

    def mm(self, length: float) -> float:
        """Millimetres in pixels."""
        return length * self.dpi / 25.4

    @property
    def left(self) -> float:
        """The left edge of the text, pixels."""
        return self.mm(MARGINS_MM[0])

    @property
    def right(self) -> float:
        """The right edge of the text, pixels."""
        return self.image.width - self.mm(MARGINS_MM[2])

    def leading(self, face: Face) -> float:
        """From one line to the next, pixels."""
        return face.size * self.dpi / 72 * _LEADING

    def width_of(self, text: str, face: Face) -> float:
        """How wide the text runs, pixels."""
        return font_of(face, self.dpi).getlength(nfc(text))

    def put(self, pieces: Sequence[tuple[float, str, Face]], y: float) -> None:
        """Print words at their x (left, pixels), all on one line whose top is `y`; they become one `Line`."""
        pen = ImageDraw.Draw(self.image)
        words: list[Word] = []
        baseline = round(y + pieces[0][2].size * self.dpi / 72)
        for left, text, face in pieces:
            font, x = font_of(face, self.dpi), round(left)
            pen.text((x, baseline), nfc(text), fill=INK, font=font, anchor="ls")
            mask, (dx, dy) = font.getmask2(nfc(text), "L", anchor="ls")
            x0, y0, x1, y1 = mask.getbbox() or (0, 0, 0, 0)
            origin = x + dx, baseline + dy
            words.append(Word(nfc(text), Box(origin[0] + x0, origin[1] + y0, origin[0] + x1, origin[1] + y1), 1.0))
        xs0, ys0, xs1, ys1 = zip(*(word.box for word in words), strict=True)
        self.lines.append(Line(tuple(words), Box(min(xs0), min(ys0), max(xs1), max(ys1))))

    def line(self, text: str, face: Face, x: float, y: float, *, stretch: float = 0.0) -> None:
        """Print a line of words from `x`; `stretch` pixels are added to every blank."""
        blank = self.width_of(" ", face) + stretch
        pieces: list[tuple[float, str, Face]] = []
        for word in text.split():
            pieces.append((x, word, face))
            x += self.width_of(word, face) + blank
        self.put(pieces, y)

    def centred(self, text: str, face: Face, left: float, right: float, y: float) -> None:
        """Print a line in the middle between two edges."""
        self.line(text, face, (left + right - self.width_of(text, face)) / 2, y)

    def wrap(self, text: str, face: Face, width: float, indent: float = 0.0) -> list[str]:
        """The text cut into lines of at most `width` pixels; the first has `indent` pixels less."""
        lines: list[str] = []
        row, room = "", width - indent
        for word in text.split():
            longer = f"{row} {word}".strip()
            if row and self.width_of(longer, face) > room:
                lines.append(row)
                row, room = word, width
            else:
                row = longer
        return [*lines, row] if row else lines

    def paragraph(self, text: str, face: Face = BODY, *, indent_mm: float = 10.0) -> None:
        """Print a justified paragraph over the width of the text at `y`, and move `y` below it."""
        indent = self.mm(indent_mm)
        rows = self.wrap(text, face, self.right - self.left, indent)
        for number, row in enumerate(rows):
            x = self.left + (indent if number == 0 else 0.0)
            spare = self.right - x - self.width_of(row, face)
            blanks = row.count(" ")
            last = number == len(rows) - 1
            self.line(row, face, x, self.y, stretch=0.0 if last or not blanks else spare / blanks)
            self.y += self.leading(face)
        self.y += self.mm(1.2)

    def middle(self, text: str, face: Face = BOLD) -> None:
        """Print a line in the middle of the text at `y`, and move `y` below it."""
        for row in self.wrap(text, face, (self.right - self.left) * 0.9):
            self.centred(row, face, self.left, self.right, self.y)
            self.y += self.leading(face)
        self.y += self.mm(1.2)

    def rule(self, x0: float, x1: float, y: float) -> None:
        """Draw a thin horizontal line; all in pixels."""
        ImageDraw.Draw(self.image).line((x0, y, x1, y), fill=INK, width=max(1, round(self.mm(0.2))))

    def leaders(self, x0: float, x1: float, y: float) -> None:
        """Draw the dots of a form between two x, on the baseline of a body line whose top is `y`."""
        pen, step = ImageDraw.Draw(self.image), self.mm(1.05)
        radius, baseline = self.mm(0.16), y + BODY.size * self.dpi / 72
        x = x0
        while x < x1:
            pen.ellipse((x - radius, baseline - radius, x + radius, baseline + radius), fill=INK + 30)
            x += step

    def field_row(self, parts: Sequence[tuple[str, str]]) -> None:
        """Print a form's row of (label, value) pairs, each value on a dotted leader; an empty value leaves the dots."""
        pieces: list[tuple[float, str, Face]] = []
        edge = self.left
        blank = self.width_of(" ", BODY)
        for number, (label, value) in enumerate(parts):
            end = self.left + (self.right - self.left) * (number + 1) / len(parts)
            x = edge
            for word, face in [*((w, BODY) for w in label.split()), *((w, ITALIC) for w in value.split())]:
                pieces.append((x, word, face))
                x += self.width_of(word, face) + blank
            dots = self.left + (edge - self.left) + self.width_of(label, BODY) + blank
            self.leaders(dots, end - blank, self.y + self.mm(0.7))
            edge = end
        self.put(pieces, self.y)
        self.y += self.leading(BODY) + self.mm(1.0)

    def table(self, rows: Sequence[Sequence[str]], shares: Sequence[float]) -> None:
        """Print a ruled table, one printed line a row, the first row bold; `shares` of the width add up to 1."""
        pen, height = ImageDraw.Draw(self.image), self.leading(BODY) * 1.25
        edges = [self.left]
        for share in shares:
            edges.append(edges[-1] + share * (self.right - self.left))
        top = self.y
        for number, row in enumerate(rows):
            face = Face(12, bold=number == 0)
            pieces: list[tuple[float, str, Face]] = []
            for cell, x0, x1 in zip(row, edges, edges[1:], strict=False):
                x = (x0 + x1 - self.width_of(cell, face)) / 2
                for word in cell.split():
                    pieces.append((x, word, face))
                    x += self.width_of(word + " ", face)
            self.put(pieces, self.y + self.mm(1.0))
            self.y += height
        thickness = max(1, round(self.mm(0.25)))
        for number in range(len(rows) + 1):
            y = top + number * height
            pen.line((edges[0], y, edges[-1], y), fill=INK, width=thickness)
        for x in edges:
            pen.line((x, top, x, self.y), fill=INK, width=thickness)
        self.y += self.mm(3)
