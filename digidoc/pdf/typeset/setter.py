"""Setting blocks one below the other on pages."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

from digidoc.pdf.font.face import Face
from digidoc.pdf.typeset.blocks import INK, PALE, Block, Drawing, Line, Mark, Pair, Pictures
from digidoc.pdf.typeset.grid import GridSetter
from digidoc.pdf.typeset.sheet import Paper, Sheet, width_of, wrapped

_LEADING: Final = 1.35
_PAIR: Final = 9.0  # size of letters
_FOOT: Final = 7.5
_CAPTION: Final = 8.5
_GAP: Final = 12.0  # between columns
_RULE: Final = 2.0
_TALLEST: Final = 330.0  # points of a picture: two rows of them on a page
_FRAME: Final = "#d4d9de"


class Setter:
    """Sets blocks one below the other.

    Args:
        paper: how the pages are laid out.
        faces: the typefaces, by whether they are bold.

    """

    def __init__(self, paper: Paper, faces: Mapping[bool, Face]) -> None:
        self._paper, self._faces = paper, faces
        self.sheets = [Sheet(paper, faces)]
        self.y = paper.margin

    def set(self, blocks: Sequence[Block]) -> None:
        """Set some blocks; a page that is full is followed by the next."""
        for block in blocks:
            if isinstance(block, Line):
                self._line(block)
            elif isinstance(block, Pair):
                self._pair(block)
            elif isinstance(block, Drawing):
                self._drawing(block)
            elif isinstance(block, Pictures):
                self._pictures(block)
            else:
                GridSetter(self, block, self._faces).set()

    @property
    def sheet(self) -> Sheet:
        """The page that is being filled."""
        return self.sheets[-1]

    def room(self, height: float) -> bool:
        """See that so much fits below; True when that took a new page."""
        if self.y + height <= self._paper.height - self._paper.foot or self.y <= self._paper.margin:
            return False
        self.sheets.append(Sheet(self._paper, self._faces))
        self.y = self._paper.margin
        return True

    def foot(self, left: str, right: Sequence[str]) -> None:
        """Set the foot of every page: the same on the left, its own words on the right."""
        paper = self._paper
        y = paper.height - 0.6 * paper.foot
        for sheet, text in zip(self.sheets, right, strict=True):
            sheet.text(left, paper.margin, y, _FOOT, PALE)
            width = width_of(text, _FOOT, self._faces[False])
            sheet.text(text, paper.width - paper.margin - width, y, _FOOT, PALE)

    def _line(self, block: Line) -> None:
        step = block.size * _LEADING
        margin, inner = self._paper.margin, self._paper.inner
        if not self.room(block.above + step + block.together) and self.y > margin:
            self.y += block.above
        if block.rule:
            self.sheet.line([(margin, self.y), (margin + inner, self.y)], block.rule, _RULE)
            self.y += 2 * _RULE
        for text in wrapped(block.text, block.size, inner - block.indent, self._faces[block.bold]):
            self.room(step)
            self.y += step
            self.sheet.text(text, margin + block.indent, self.y, block.size, block.colour, bold=block.bold)

    def _pair(self, block: Pair) -> None:
        names, left, face = self._paper.names, self._paper.margin + block.indent, self._faces[False]
        said = wrapped(block.name, _PAIR, names - _GAP, face)
        values = wrapped(block.value, _PAIR, self._paper.inner - block.indent - names, face)
        step = _PAIR * _LEADING
        for name, value in zip_longest(said, values, fillvalue=""):
            self.room(step)
            self.y += step
            self.sheet.text(name, left, self.y, _PAIR, PALE)
            self.sheet.text(value, left + names, self.y, _PAIR, INK)

    def _drawing(self, block: Drawing) -> None:
        scale = self._paper.inner / block.width
        self.room(block.height * scale)
        for mark in block.marks:
            self._mark(mark, scale)
        self.y += block.height * scale

    def _mark(self, mark: Mark, scale: float) -> None:
        points = [(self._paper.margin + x * scale, self.y + y * scale) for x, y in mark.points]
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

    def _pictures(self, block: Pictures) -> None:
        width = (self._paper.inner - _GAP) / 2
        there = [picture for picture in block.pictures if picture is not None]
        scale = min(min(width / picture.width, _TALLEST / picture.height) for picture in there)
        height = max(picture.height * scale for picture in there)
        self.room(height + 4 * _CAPTION)
        self.y += 2 * _CAPTION
        for side, (caption, picture) in enumerate(zip(block.captions, block.pictures, strict=True)):
            left, top = self._paper.margin + side * (width + _GAP), self.y + _CAPTION
            self.sheet.text(caption, left, self.y, _CAPTION, PALE)
            if picture is None:
                self.sheet.text(block.missing, left + _CAPTION, top + 2 * _CAPTION, _CAPTION, PALE)
                continue
            right, bottom = left + picture.width * scale, top + picture.height * scale
            self.sheet.picture(picture, left, top, right - left, bottom - top)
            corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
            self.sheet.line(corners, _FRAME, 0.5)
        self.y += height + 2 * _CAPTION
