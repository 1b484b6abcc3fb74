"""Setting blocks one below the other on A4 pages that lie across."""

from collections.abc import Mapping, Sequence
from typing import Final

from digidoc.typeset.blocks import INK, PALE, Block, Drawing, Line, Mark, Pair
from digidoc.typeset.face import Face
from digidoc.typeset.grid import GridSetter
from digidoc.typeset.sheet import HEIGHT, INNER, MARGIN, WIDTH, Sheet, width_of, wrapped

_FOOT: Final = 34.0
_LEADING: Final = 1.35
_NAME: Final = 110.0  # width of the names of pairs
_PAIR: Final = 9.0


class Setter:
    """Sets blocks one below the other.

    Args:
        faces: the typefaces, by whether they are bold.

    """

    def __init__(self, faces: Mapping[bool, Face]) -> None:
        self._faces = faces
        self.sheets = [Sheet(faces)]
        self.y = MARGIN

    def set(self, blocks: Sequence[Block]) -> None:
        """Set some blocks; a page that is full is followed by the next."""
        for block in blocks:
            if isinstance(block, Line):
                self._line(block)
            elif isinstance(block, Pair):
                self._pair(block)
            elif isinstance(block, Drawing):
                self._drawing(block)
            else:
                GridSetter(self, block, self._faces).set()

    @property
    def sheet(self) -> Sheet:
        """The page that is being filled."""
        return self.sheets[-1]

    def room(self, height: float) -> bool:
        """See that so much fits below; True when that took a new page."""
        if self.y + height <= HEIGHT - _FOOT or self.y <= MARGIN:
            return False
        self.sheets.append(Sheet(self._faces))
        self.y = MARGIN
        return True

    def foot(self, left: str, right: Sequence[str]) -> None:
        """Set the foot of every page: the same on the left, its own words on the right."""
        for sheet, text in zip(self.sheets, right, strict=True):
            sheet.text(left, MARGIN, HEIGHT - 20, 7.5, PALE)
            width = width_of(text, 7.5, self._faces[False])
            sheet.text(text, WIDTH - MARGIN - width, HEIGHT - 20, 7.5, PALE)

    def _line(self, block: Line) -> None:
        step = block.size * _LEADING
        if not self.room(block.above + step + block.together) and self.y > MARGIN:
            self.y += block.above
        for text in wrapped(block.text, block.size, INNER, self._faces[block.bold]):
            self.room(step)
            self.y += step
            self.sheet.text(text, MARGIN, self.y, block.size, block.colour, bold=block.bold)

    def _pair(self, block: Pair) -> None:
        step = _PAIR * _LEADING
        for place, text in enumerate(wrapped(block.value, _PAIR, INNER - _NAME, self._faces[False])):
            self.room(step)
            self.y += step
            if place == 0:
                self.sheet.text(block.name, MARGIN, self.y, _PAIR, PALE)
            self.sheet.text(text, MARGIN + _NAME, self.y, _PAIR, INK)

    def _drawing(self, block: Drawing) -> None:
        scale = INNER / block.width
        self.room(block.height * scale)
        for mark in block.marks:
            self._mark(mark, scale)
        self.y += block.height * scale

    def _mark(self, mark: Mark, scale: float) -> None:
        points = [(MARGIN + x * scale, self.y + y * scale) for x, y in mark.points]
        if mark.text:
            size = mark.size * scale
            back = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor]
            left = points[0][0] - back * width_of(mark.text, size, self._faces[mark.bold])
            self.sheet.text(mark.text, left, points[0][1], size, mark.colour, bold=mark.bold)
        elif mark.stroke:
            self.sheet.line(points, mark.colour, mark.stroke * scale)
        else:
            (left, top), (right, bottom) = points
            self.sheet.box(left, top, right - left, bottom - top, mark.colour)
