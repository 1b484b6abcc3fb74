"""A sheet for made-up pages: any font the system has, mixed cuts in a line, forms, tables, and the truth of it all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from PIL import ImageDraw, ImageFont

from digidoc.demo.layout import INK, Face, Sheet

TICKED, UNTICKED = "☒", "☐"
# Between the cells of a table's row; a scorer that folds blanks sees a blank.
CELL: Final = "\t"
HANDWRITTEN: Final = "⟦viết tay⟧"


class Family(NamedTuple):
    """A typeface: the files of its cuts (empty: Noto Serif), the distance of its lines, how large it is set."""

    name: str
    files: tuple[str, str, str, str]  # regular, bold, italic, bold italic
    leading: float
    scale: float = 1.0


def _cuts(
    name: str, words: Sequence[str] = ("-Regular", "-Bold", "-Italic", "-BoldItalic")
) -> tuple[str, str, str, str]:
    regular, bold, italic, both = (f"{name}{word}.ttf" for word in words)
    return regular, bold, italic, both


_DEJAVU: Final = ("", "-Bold", "-Italic", "-BoldItalic")
# Times first: offices must use it (NĐ 30/2020, annex I). Those that the system lacks are left out.
_KNOWN: Final = (
    Family("Tinos", _cuts("Tinos"), 1.3),
    Family("Times New Roman", _cuts("times", ("", "bd", "i", "bi")), 1.3),
    Family("Arimo", _cuts("Arimo"), 1.35, 0.94),
    Family("Noto Serif", ("", "", "", ""), 1.46),
    Family("DejaVu Serif Condensed", _cuts("DejaVuSerifCondensed", _DEJAVU), 1.4, 0.88),
    Family("Cousine", _cuts("Cousine"), 1.3, 0.8),
)


@cache
def families() -> tuple[Family, ...]:
    """The typefaces that this machine has; Noto Serif always."""
    return tuple(family for family in _KNOWN if _there(family))


def _there(family: Family) -> bool:
    try:
        for file in family.files:
            if file:
                ImageFont.truetype(file, 12)
    except OSError:
        return False
    return True


@dataclass(slots=True)
class Leaf(Sheet):
    """A sheet in one family and body size.

    Attributes:
        family: the typeface.
        size: of body text, points.
        truth: what is on it, a line of text for every printed line and every row of a table, in reading order. What is
            written by hand stands in ⟦…⟧, the words of seals and stamps in lines that begin with "#stamp:".
        writing: where something is to be written by hand afterwards: (text, left, baseline, width), pixels.

    """

    family: Family = _KNOWN[3]
    size: float = 13.0
    truth: list[str] = field(default_factory=list)
    writing: list[tuple[str, float, float, float]] = field(default_factory=list)

    def face(self, size: float = 0.0, *, bold: bool = False, italic: bool = False) -> Face:
        """A cut of the family; 0 stands for the body size."""
        points = (size or self.size) * self.family.scale
        return Face(points, bold, italic, self.family.files[bold + 2 * italic])

    def leading(self, face: Face) -> float:
        """From one line to the next, pixels."""
        return face.size * self.dpi / 72 * self.family.leading

    def flow(self, runs: Sequence[tuple[str, Face]], *, indent_mm: float = 10.0, width: float = 0.0) -> None:
        """Print a justified paragraph of (text, cut) runs at `y`, and move `y` below it; its lines go to the truth."""
        words = [(word, face) for text, face in runs for word in text.split()]
        edge = self.left + (width or self.right - self.left)
        x = self.left + self.mm(indent_mm)
        row: list[tuple[str, Face]] = []
        used = 0.0
        for word, face in words:
            length = self.width_of(word, face) + self.width_of(" ", face)
            if row and x + used + length > edge + self.width_of(" ", face):
                self._justified(row, x, edge)
                row, used, x = [], 0.0, self.left
            row.append((word, face))
            used += length
        self._justified(row, x, 0.0)
        self.y += self.mm(1.2)

    def _justified(self, row: Sequence[tuple[str, Face]], x: float, edge: float) -> None:
        """Print the words of a line; spread them up to `edge` unless that is 0, as in a paragraph's last line."""
        lengths = [self.width_of(word, face) for word, face in row]
        blank = self.width_of(" ", row[0][1])
        if edge and len(row) > 1:
            blank = (edge - x - sum(lengths)) / (len(row) - 1)
        pieces = []
        for (word, face), length in zip(row, lengths, strict=True):
            pieces.append((x, word, face))
            x += length + blank
        self.put(pieces, self.y)
        self.truth.append(" ".join(word for word, _face in row))
        self.y += self.leading(row[0][1])

    def say(self, text: str, face: Face, x: float) -> None:
        """Print one line from `x` at `y`, and move `y` below it."""
        self.line(text, face, x, self.y)
        self.truth.append(text)
        self.y += self.leading(face)

    def say_centred(self, text: str, face: Face, left: float, right: float) -> None:
        """Print one line in the middle between two edges at `y`, and move `y` below it."""
        self.say(text, face, (left + right - self.width_of(text, face)) / 2)

    def title(self, text: str, face: Face) -> None:
        """Print a heading over the width of the text, cut into lines where it is long."""
        for row in self.wrap(text, face, (self.right - self.left) * 0.86):
            self.say_centred(row, face, self.left, self.right)

    def with_gap(self, parts: Sequence[tuple[str, float]], face: Face, x: float) -> None:
        """Print a line whose (text, gap) parts leave gaps (pixels) for handwriting, or print on: (text, 0)."""
        pieces = []
        said = []
        blank = self.width_of(" ", face)
        baseline = self.y + face.size * self.dpi / 72
        for text, gap in parts:
            if gap:
                self.writing.append((text, x, baseline, gap))
                said.append(f"⟦{text}⟧")
                x += gap
                continue
            said.append(text)
            for word in text.split():
                pieces.append((x, word, face))
                x += self.width_of(word, face) + blank
        self.put(pieces, self.y)
        self.truth.append(" ".join(said))
        self.y += self.leading(face)

    def row_of_fields(self, parts: Sequence[tuple[str, str]]) -> None:
        """Print (label, value) pairs in a row on dotted leaders; "⟦⟧" as a value is written by hand."""
        plain, italic = self.face(), self.face(italic=True)
        blank, room = self.width_of(" ", plain), (self.right - self.left) / len(parts)
        pieces: list[tuple[float, str, Face]] = []
        said = []
        baseline = self.y + plain.size * self.dpi / 72
        for number, (label, value) in enumerate(parts):
            edge = self.left + number * room
            end, start = edge + room - blank, edge + self.width_of(label, plain) + blank
            said.append(label)
            x = edge
            for word in label.split():
                pieces.append((x, word, plain))
                x += self.width_of(word, plain) + blank
            if value == "⟦⟧":
                said.append(HANDWRITTEN)
                self.writing.append(("", start, baseline, min(end - start, self.mm(55))))
            elif value:
                said.append(value)
                x = start
                for word in value.split():
                    pieces.append((x, word, italic))
                    x += self.width_of(word, italic) + self.width_of(" ", italic)
            self.dots(start, end, baseline, plain)
        self.put(pieces, self.y)
        self.truth.append(" ".join(said))
        self.y += self.leading(plain) + self.mm(0.8)

    def dots(self, x0: float, x1: float, baseline: float, face: Face) -> None:
        """Print a leader of full stops, as word processors do."""
        step = self.width_of(".", face)
        if x1 - x0 > step:
            pen = ImageDraw.Draw(self.image)
            pen.text(
                (round(x0), round(baseline)), "." * int((x1 - x0) / step), fill=INK, font=self.font(face), anchor="ls"
            )

    def font(self, face: Face) -> ImageFont.FreeTypeFont:
        """The font of a cut at this sheet's resolution."""
        from digidoc.demo.layout import font_of

        return font_of(face, self.dpi)

    def choices(self, label: str, options: Sequence[tuple[str, bool]]) -> None:
        """Print a label and check boxes, each before its word; the truth has ☐ and ☒."""
        face = self.face()
        blank, side = self.width_of(" ", face), face.size * self.dpi / 72 * 0.82
        baseline = self.y + face.size * self.dpi / 72
        pieces: list[tuple[float, str, Face]] = []
        said = [label] if label else []
        x = self.left
        for word in label.split():
            pieces.append((x, word, face))
            x += self.width_of(word, face) + blank
        for text, ticked in options:
            self._box(x, baseline - side, side, ticked=ticked)
            x += side + blank
            said += [TICKED if ticked else UNTICKED, text]
            for word in text.split():
                pieces.append((x, word, face))
                x += self.width_of(word, face) + blank
            x += 3 * blank
        self.put(pieces, self.y)
        self.truth.append(" ".join(said))
        self.y += self.leading(face) + self.mm(0.8)

    def _box(self, x: float, y: float, side: float, *, ticked: bool) -> None:
        pen, width = ImageDraw.Draw(self.image), max(1, round(self.mm(0.2)))
        pen.rectangle((x, y, x + side, y + side), outline=INK, width=width)
        if ticked:
            inside = side * 0.16
            ends = (x + inside, y + inside, x + side - inside, y + side - inside)
            pen.line(ends, fill=INK, width=width + 1)
            pen.line((ends[0], ends[3], ends[2], ends[1]), fill=INK, width=width + 1)

    def grid(self, rows: Sequence[Sequence[str]], shares: Sequence[float], *, heads: int = 1) -> None:
        """Print a ruled table whose long cells run over several lines; a row is one line of the truth, cells by tab.

        Args:
            rows: cells, the first `heads` rows bold and centred. Of the others the first column is centred, figures
                stand right, words left.
            shares: of the width, adding up to 1.
            heads: how many rows are headings.

        """
        edges = [self.left]
        for share in shares:
            edges.append(edges[-1] + share * (self.right - self.left))
        top, pad = self.y, self.mm(1.2)
        levels = [top]
        for number, row in enumerate(rows):
            face = self.face(self.size - 1.5, bold=number < heads)
            cells = [
                self.wrap(cell, face, x1 - x0 - 2 * pad) for cell, x0, x1 in zip(row, edges, edges[1:], strict=False)
            ]
            deep = max(len(cell) for cell in cells)
            for column, cell in enumerate(cells):
                self.y = levels[-1] + self.mm(0.8) + (deep - len(cell)) / 2 * self.leading(face)
                for text in cell:
                    x = self._aligned(
                        text, face, edges[column] + pad, edges[column + 1] - pad, number < heads or not column
                    )
                    self.line(text, face, x, self.y)
                    self.y += self.leading(face)
            levels.append(levels[-1] + deep * self.leading(face) + self.mm(1.6))
            self.truth.append(CELL.join(row))
        self._ruled(edges, levels)
        self.y = levels[-1] + self.mm(3)

    def _aligned(self, text: str, face: Face, x0: float, x1: float, middle: bool) -> float:
        width = self.width_of(text, face)
        if middle:
            return (x0 + x1 - width) / 2
        return x1 - width if text == "-" or (text[0].isdigit() and text[-1] in "0123456789%‰") else x0

    def _ruled(self, edges: Sequence[float], levels: Sequence[float]) -> None:
        pen, thickness = ImageDraw.Draw(self.image), max(1, round(self.mm(0.22)))
        for y in levels:
            pen.line((edges[0], y, edges[-1], y), fill=INK, width=thickness)
        for x in edges:
            pen.line((x, levels[0], x, levels[-1]), fill=INK, width=thickness)
