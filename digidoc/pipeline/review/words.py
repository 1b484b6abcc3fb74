"""Words of a page put right: replaced, taken away or added, each where its ink is."""

from dataclasses import replace
from typing import Final

from digidoc.model import Box, Frame, Line, PageText, Word

# Two boxes are of the same ink when one of them lies within the other by so much of its area.
_SAME: Final = 0.5


def displayed(box: Box, frame: Frame) -> Box:
    """Where a box of the level frame lies on the page as displayed: a frame that reading anew does not change."""
    corners = [frame.to_displayed(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def covered(box: Box, by: Box) -> float:
    """The share of a box that another covers, 0 to 1; of a box without area 1 when its middle lies within."""
    width = min(box.x1, by.x1) - max(box.x0, by.x0)
    height = min(box.y1, by.y1) - max(box.y0, by.y0)
    area = box.width * box.height
    if area <= 0:
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        return float(by.x0 <= x <= by.x1 and by.y0 <= y <= by.y1)
    return max(0.0, width) * max(0.0, height) / area


def replaced(page: PageText, place: Box, value: str) -> PageText | None:
    """The page with other words at a place.

    Args:
        page: as read.
        place: of the words, in the frame of the page as displayed.
        value: what stands there: words with blanks between them; empty takes them away.

    Returns:
        None when no word stands at the place.

    """
    for number, line in enumerate(page.lines):
        there = [at for at, word in enumerate(line.words) if same_ink(displayed(word.box, page.frame), place)]
        if there and " ".join(word.text for word in line.words[there[0] : there[-1] + 1]) == value:
            return page
        if there:
            lines = list(page.lines)
            lines[number : number + 1] = _with_words(line, there[0], there[-1] + 1, value)
            return replace(page, lines=tuple(lines))
    return None


def added(page: PageText, place: Box, text: str) -> PageText:
    """The page with a line that was not read; print without words that lies under it counts as read.

    Args:
        page: as read.
        place: of the line, in the frame of the page as displayed.
        text: its words.

    """
    box = _level(place, page)
    line = Line(tuple(spread(text, box)), box)
    unread = tuple(left for left in page.unread if covered(left, box) < _SAME)
    before = next((at for at, other in enumerate(page.lines) if _follows(other.box, box)), len(page.lines))
    return replace(page, lines=(*page.lines[:before], line, *page.lines[before:]), unread=unread)


def spread(text: str, box: Box, raw: str = "") -> list[Word]:
    """The words of a text side by side in a box, each as wide as its letters are many."""
    words = text.split()
    step = box.width / max(1, len(" ".join(words)))
    made, x = list[Word](), box.x0
    for word in words:
        end = x + step * len(word)
        made.append(Word(word, Box(x, box.y0, end, box.y1), 1.0, raw if raw != word else ""))
        x = end + step
    return made


def same_ink(one: Box, other: Box) -> bool:
    """Whether two boxes of one page are of the same print."""
    return covered(one, other) >= _SAME or covered(other, one) >= _SAME


def _with_words(line: Line, first: int, end: int, value: str) -> list[Line]:
    """The line with other words in the place of some; none when no word is left in it."""
    old = line.words[first:end]
    raw = " ".join(word.raw or word.text for word in old)
    if len(old) == 1 and " " not in value.strip():
        new = [replace(old[0], text=value, confidence=1.0, raw=raw if raw != value else "")] if value else []
    else:
        new = spread(value, Box.around([word.box for word in old]), raw)
    words = (*line.words[:first], *new, *line.words[end:])
    more = len(new) - len(old)
    cells = tuple(cell if cell <= first else max(first, cell + more) for cell in line.cells)
    return [replace(line, words=words, cells=cells)] if words else []


def _follows(other: Box, box: Box) -> bool:
    """Whether a line comes after one that is added: it begins below its middle, and not in another column."""
    return other.y0 >= (box.y0 + box.y1) / 2 and min(other.x1, box.x1) > max(other.x0, box.x0)


def _level(place: Box, page: PageText) -> Box:
    """The box of the level frame around a place on the page as displayed."""
    corners = [to_level(page.frame, x, y) for x in (place.x0, place.x1) for y in (place.y0, place.y1)]
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def to_level(frame: Frame, x: float, y: float) -> tuple[float, float]:
    """The point of the level frame that lies at (x, y) of the page as displayed: the inverse of `to_displayed`."""
    # Both are affine, and `to_displayed` keeps lengths: its inverse follows from where it takes three points.
    (ox, oy), (ax, ay), (bx, by) = (frame.to_displayed(*point) for point in ((0, 0), (1, 0), (0, 1)))
    dx, dy = x - ox, y - oy
    return dx * (ax - ox) + dy * (ay - oy), dx * (bx - ox) + dy * (by - oy)
