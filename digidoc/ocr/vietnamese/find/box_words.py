"""Check boxes as words: ☐ and ☒ at their place in a line."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from digidoc.model import Box, Line, Word
from digidoc.ocr.vietnamese.find.check_boxes import CheckBox
from digidoc.ocr.vietnamese.find.page_ink import Findings, PageInk

EMPTY: Final = "\N{BALLOT BOX}"
TICKED: Final = "\N{BALLOT BOX WITH X}"


class _Near:
    """Which lines a check box belongs to."""

    BEFORE: Final = 6.0  # sides of the box that a line may end before it
    AFTER: Final = 1.5  # sides of the box that a line may begin after it
    LEVEL: Final = 0.2  # share of the line's height by which the box's middle may lie above or below the line
    PART: Final = 0.5  # heights of a line: what is left beside a box is a part of the line from this width on


def split_at_check_boxes(page: PageInk, found: Findings) -> Findings:
    """Split the boxes of lines where check boxes stand in them: across the white a reader would join two words."""
    parts = list(found.boxes)
    for square in page.squares:
        parts = [part for box in parts for part in _beside(box, square)]
    return replace(found, boxes=tuple(parts))


def _beside(box: Box, square: CheckBox) -> list[Box]:
    """What of a line's box lies left and right of a check box; the box itself where there is none in it."""
    if not box.y0 < square.box.centre[1] < box.y1 or square.ink.x1 <= box.x0 or square.ink.x0 >= box.x1:
        return [box]
    sides = (box._replace(x1=square.ink.x0), box._replace(x0=square.ink.x1))
    return [side for side in sides if side.width > box.height * _Near.PART]


def with_check_boxes(page: PageInk, found: Findings) -> Findings:
    """Make each check box a word of the line it stands in, before or after; lines with one between them become one.

    A box without a line near it is a line of its own. Nothing is joined across the rulings of a table.
    """
    lines = list(found.lines)
    for square in page.squares:
        cell = page.rulings.cell_at(*square.box.centre)
        near = [ln for ln in lines if _is_near(square.box, ln) and page.rulings.cell_at(*ln.box.centre) == cell]
        lines = [line for line in lines if not any(line is other for other in near)]
        lines.append(_joined(square, near))
    return replace(found, lines=tuple(lines))


def _joined(square: CheckBox, near: Sequence[Line]) -> Line:
    """One line of the words of the lines near a check box and of the box as a word, left to right."""
    word = Word(TICKED if square.ticked else EMPTY, square.box, square.confidence)
    words = sorted((word, *(word for line in near for word in line.words)), key=lambda word: sum(word.box[::2]))
    around = Box.around([square.box, *(line.box for line in near)])
    if near:  # the line keeps its height
        tall = Box.around([line.box for line in near])
        around = around._replace(y0=tall.y0, y1=tall.y1)
    return Line(tuple(words), around, next((line.doubt for line in near if line.doubt), ""))


def _is_near(box: Box, line: Line) -> bool:
    slack = _Near.LEVEL * line.box.height
    level = line.box.y0 - slack < box.centre[1] < line.box.y1 + slack
    before, after = _Near.BEFORE * box.height, _Near.AFTER * box.height
    return level and line.box.x0 - box.x1 <= after and box.x0 - line.box.x1 <= before
