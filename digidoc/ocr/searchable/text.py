"""The invisible text of a page: each word where its ink is, on skewed and turned pages too."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from digidoc.model import Frame, Line, PageText
from digidoc.pdf.font.glyphless import ADVANCE, ASCENT, DESCENT, InvisibleFont, printable
from digidoc.pdf.geometry import number

_EM_HEIGHT = (ASCENT - DESCENT) / 1000
_BELOW = -DESCENT / (ASCENT - DESCENT)
# A line of print that leans by more than this was levelled badly; its boxes are then taken as they are.
_MAX_SLOPE = math.tan(math.radians(3))
_SLOPE_WORDS = 4
# A line that rises by less than this share of its height over its length is level.
_LEVEL = 0.35
# Blanks come a little smaller than words: pdf.js makes one run of what has one size, and then spreads the letters of a
# line evenly, some points off the ink.
_BLANK_SIZE = 0.95
_MIN_SIDE = 0.5  # pixels: an empty box still gets a place
_LEAST_SIZE = 0.1  # points
# A word that would start farther than this from its ink (points) gets a text matrix of its own: words that overlap,
# the cells of a row.
_ASTRAY = 0.2
_LEANS = 1e-3  # sine of an angle


class _Page:
    """From the level frame (pixels) to the page as displayed (points, y upwards): an affine map."""

    def __init__(self, frame: Frame, size: tuple[float, float]) -> None:
        width, height = size
        (x0, y0), (x1, y1), (x2, y2) = (
            (px * width / frame.width, height - py * height / frame.height)
            for px, py in (frame.to_displayed(*place) for place in ((0, 0), (1, 0), (0, 1)))
        )
        self._origin = x0, y0
        self._across, self._down = (x1 - x0, y1 - y0), (x2 - x0, y2 - y0)

    def point(self, x: float, y: float) -> tuple[float, float]:
        dx, dy = self.vector(x, y)
        return self._origin[0] + dx, self._origin[1] + dy

    def vector(self, dx: float, dy: float) -> tuple[float, float]:
        return dx * self._across[0] + dy * self._down[0], dx * self._across[1] + dy * self._down[1]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word in the level frame: left, right, and the foot and height of the line's print at its left edge."""

    text: str
    left: float
    right: float
    bottom: float
    height: float


def text_operators(text: PageText, size: tuple[float, float], font: InvisibleFont) -> bytes:
    """The content stream (without fonts' resources, font name /F) that writes the words in render mode 3.

    Args:
        text: what was read.
        size: of the page as displayed, points.
        font: takes note of the characters.

    """
    page = _Page(text.frame, size)
    lines = [op for line in text.lines for op in _line_operators(line, page, font)]
    if not lines:
        return b""
    return "\n".join(["BT", "3 Tr", *lines, "ET", ""]).encode("ascii")


def _line_operators(line: Line, page: _Page, font: InvisibleFont) -> Iterator[str]:
    """One text matrix for the line; each word is stretched to its width, and the blank after it to the next word.

    Stretches are whole percents, which makes the operators a third smaller; what a word is short of or too long by, its
    blank evens out.
    """
    pieces, slope = _pieces(line)
    along, up = _unit(page.vector(1, slope)), _unit(page.vector(0, -1))
    # poppler keeps a few words more of a leaning line whole if each says anew where it stands.
    leaning = min(abs(along[0]), abs(along[1])) > _LEANS
    pen: tuple[float, float] | None = None
    for place, piece in enumerate(pieces):
        size = round(max(_MIN_SIDE, math.hypot(*page.vector(0, piece.height))) / _EM_HEIGHT, 1) or _LEAST_SIZE
        start = page.point(piece.left, piece.bottom - piece.height * _BELOW)
        if pen is None or leaning or math.dist(pen, start) > _ASTRAY:
            matrix = (*map(number, (*along, *up)), _short(start[0]), _short(start[1]))
            yield f"{' '.join(matrix)} Tm"
            pen = start
        width = math.hypot(*page.vector(piece.right - piece.left, 0))
        shown, moved = _show(piece.text, width, size, font)
        yield f"/F {_short(size)} Tf {shown}"
        pen = _further(pen, along, moved)
        if place + 1 < len(pieces):
            gap = page.point(pieces[place + 1].left, pieces[place + 1].bottom - pieces[place + 1].height * _BELOW)
            wide = (gap[0] - pen[0]) * along[0] + (gap[1] - pen[1]) * along[1]
            least = math.hypot(*page.vector(_MIN_SIDE, 0))
            shown, moved = _show(" ", max(least, wide), size * _BLANK_SIZE, font)
            yield f"/F {_short(size * _BLANK_SIZE)} Tf {shown}"
            pen = _further(pen, along, moved)


def _show(text: str, width: float, size: float, font: InvisibleFont) -> tuple[str, float]:
    """The operators, and how far they move the pen, points."""
    natural = len(text) * size * ADVANCE / 1000
    stretch = max(1, round(100 * width / natural))
    return f"{stretch} Tz<{font.encode(text)}>Tj", natural * stretch / 100


def _further(pen: tuple[float, float], along: tuple[float, float], moved: float) -> tuple[float, float]:
    return pen[0] + along[0] * moved, pen[1] + along[1] * moved


def _short(value: float) -> str:
    """A length to 2 decimals: 0.005 points are a fiftieth of a pixel at 300 dpi."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _pieces(line: Line) -> tuple[list[_Piece], float]:
    """The words with one height for the whole line, following a line that still leans a little."""
    words = [(part, word.box) for word in line.words if (part := "".join(printable(word.text).split()))]
    if not words:
        return [], 0.0
    slope = _slope([((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for _, b in words])
    pivot = words[0][1].x0
    tops = [b.y0 - slope * ((b.x0 + b.x1) / 2 - pivot) for _, b in words]
    feet = [b.y1 - slope * ((b.x0 + b.x1) / 2 - pivot) for _, b in words]
    top, bottom = min(tops), max(feet)
    if abs(slope) * (words[-1][1].x1 - pivot) < _LEVEL * (bottom - top):
        slope, top, bottom = 0.0, min(b.y0 for _, b in words), max(b.y1 for _, b in words)
    height = max(_MIN_SIDE, bottom - top)
    tallest = max(b.height for _, b in words)
    if line.cells or height > 2 * tallest:
        # Not one line of print (a row of a table, a stamp): each word keeps its own box.
        own = [_Piece(t, b.x0, max(b.x1, b.x0 + _MIN_SIDE), b.y1, max(_MIN_SIDE, b.height)) for t, b in words]
        return own, 0.0
    return [
        _Piece(t, b.x0, max(b.x1, b.x0 + _MIN_SIDE), bottom + slope * (b.x0 - pivot), height) for t, b in words
    ], slope


def _slope(centres: list[tuple[float, float]]) -> float:
    """Least squares; 0 for a few words, whose ascenders would count for more than the lean."""
    if len(centres) < _SLOPE_WORDS:
        return 0.0
    mx = sum(x for x, _ in centres) / len(centres)
    my = sum(y for _, y in centres) / len(centres)
    spread = sum((x - mx) ** 2 for x, _ in centres)
    slope = sum((x - mx) * (y - my) for x, y in centres) / spread if spread else 0.0
    return slope if abs(slope) <= _MAX_SLOPE else 0.0


def _unit(vector: tuple[float, float]) -> tuple[float, float]:
    length = math.hypot(*vector)
    return vector[0] / length, vector[1] / length
