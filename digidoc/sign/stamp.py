"""The organisation's visible signature on a copy: text only, top right of page 1, without border or image.

NĐ 30/2020/NĐ-CP, annex I: an electronic copy bears the form of the copy, the organisation that made it and the time
of signing (ISO 8601, Vietnam time), in Times New Roman, upright, 10 pt, black.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pyhanko.pdf_utils import generic

from digidoc.sign.clock import VIETNAM
from digidoc.sign.fonts import StampFont, stamp_font
from digidoc.sign.forms import StampForm
from digidoc.text import nfc

_SIZE: Final = 10.0  # points
LEADING: Final = 1.2  # line to line, in font sizes
_MARGIN: Final = 28.35  # points: 10 mm from the right edge of the displayed page
# Points: 5 mm from the upper edge. Text begins 20 to 25 mm below it (NĐ 30/2020/NĐ-CP, annex I): three lines fit above.
_TOP_MARGIN: Final = 14.17
# A page whose short side is longer than A2's is a scan without resolution: the sizes grow with it, as on A4.
_LARGEST_SHORT_SIDE: Final = 1300.0
_A4_SHORT_SIDE: Final = 595.28
_DIGITS: Final = frozenset("0123456789-:+T")
Rectangle = tuple[float, float, float, float]
_LETTER: Final = (0.0, 0.0, 612.0, 792.0)  # what a page without any MediaBox is taken for


@dataclass(frozen=True, slots=True)
class PageBox:
    """The part of a page that is shown: left, bottom, right, top in user space, turned clockwise by `rotate` degrees.

    `unit` is the size of a user space unit in points (/UserUnit).
    """

    box: Rectangle
    rotate: int
    unit: float

    def to_displayed(self, x: float, y: float) -> tuple[float, float]:
        """Where a user space point is displayed: from the left and from the top."""
        left, bottom, right, top = self.box
        return {
            0: (x - left, top - y),
            90: (y - bottom, x - left),
            180: (right - x, y - bottom),
            270: (top - y, right - x),
        }[self.rotate]

    @property
    def displayed(self) -> tuple[float, float]:
        """Width and height as displayed, user space units."""
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return (height, width) if self.rotate in (90, 270) else (width, height)

    def to_user(self, x: float, y: float) -> tuple[float, float]:
        """The user space point that is displayed `x` from the left and `y` from the top."""
        left, bottom, right, top = self.box
        return {
            0: (left + x, top - y),
            90: (left + y, bottom + x),
            180: (right - x, bottom + y),
            270: (right - y, top - x),
        }[self.rotate]


def page_box(page: Any) -> PageBox:
    """How a page (a pyHanko dictionary) is shown: CropBox within MediaBox, /Rotate and /UserUnit."""
    media = _box(_inherited(page, "/MediaBox")) or _LETTER
    crop = _box(_inherited(page, "/CropBox")) or media
    shown = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    if shown[2] <= shown[0] or shown[3] <= shown[1]:
        shown = media
    rotate = _inherited(page, "/Rotate")
    turn = int(rotate) % 360 if isinstance(rotate, (int, float)) and int(rotate) % 90 == 0 else 0
    unit = _entry(page, "/UserUnit")
    return PageBox(shown, turn, float(unit) if isinstance(unit, (int, float)) and unit > 0 else 1.0)


def visible_widgets(page: Any) -> list[Rectangle]:
    """Rectangles of the form fields on a page that take up room: earlier signatures, mostly."""
    rects = []
    for annotation in _entry(page, "/Annots") or ():
        entry = annotation.get_object()
        rect = _box(_entry(entry, "/Rect"))
        if rect is not None and _entry(entry, "/Subtype") == "/Widget":
            rects.append(rect)
    return rects


def _entry(node: Any, name: str) -> Any:
    """The value of a dictionary's entry, references followed (pyHanko's `get` gives the bare reference)."""
    try:
        return node[name]
    except KeyError:
        return None


def _inherited(page: Any, name: str) -> Any:
    """The value of an attribute that a page may inherit; a chain of parents longer than any real one is a loop."""
    node = page
    for _ in range(100):
        if name in node:
            return node[name]
        node = _entry(node, "/Parent")
        if node is None:
            return None
    return None


def _box(value: Any) -> Rectangle | None:
    corners = 4
    if not isinstance(value, generic.ArrayObject) or len(value) != corners:
        return None
    x0, y0, x1, y1 = (float(number.get_object()) for number in value)
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[2] > box[0] and box[3] > box[1] else None


@dataclass(frozen=True, slots=True)
class Stamp:
    """The stamp set on a page: the lines, their size, and the rectangle of the signature field in user space.

    Attributes:
        lines: text lines from top to bottom.
        font: the letters.
        size: font size in user space units.
        width: of the upright block, user space units.
        height: likewise.
        rect: left, bottom, right, top in user space.
        rotate: degrees clockwise by which the page is turned when shown.

    """

    lines: tuple[str, ...]
    font: StampFont
    size: float
    width: float
    height: float
    rect: Rectangle
    rotate: int


def set_stamp(
    form: StampForm, organisation: str, signed_at: datetime, page: PageBox, taken: Iterable[Rectangle] = ()
) -> Stamp:
    """Lay the stamp out on the first page, below what is `taken` by other visible signatures (user space).

    Raises:
        StampImpossible: no font has the letters.

    """
    words = nfc(" ".join(organisation.split()))
    moment = signed_at.astimezone(VIETNAM).isoformat(timespec="seconds")
    font = stamp_font(frozenset(form.value) | frozenset(words) | _DIGITS)
    width, height = page.displayed
    short = min(width, height) * page.unit
    scale = (short / _A4_SHORT_SIDE if short > _LARGEST_SHORT_SIDE else 1.0) / page.unit
    margin = min(_MARGIN * scale, min(width, height) / 20)
    size = _SIZE * scale
    lines = (form.value, *_wrapped(words, font, width / 2 * 1000 / size), moment)
    head = min(_TOP_MARGIN * scale, margin)
    room = (width - 2 * margin, height - 2 * margin)
    size = min(size, room[0] * 1000 / max(map(font.width, lines)), room[1] / (len(lines) * LEADING))
    block = (max(map(font.width, lines)) * size / 1000, len(lines) * LEADING * size)
    left = width - margin - block[0]
    top = _free_top(_displayed(taken, page), (left, head), block, height - margin)
    rect = _upright(page.to_user(left, top), page.to_user(left + block[0], top + block[1]))
    return Stamp(lines, font, size, *block, rect, page.rotate)


def _upright(one: tuple[float, float], other: tuple[float, float]) -> Rectangle:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))


def _displayed(rectangles: Iterable[Rectangle], page: PageBox) -> list[Rectangle]:
    return [_upright(page.to_displayed(*rect[:2]), page.to_displayed(*rect[2:])) for rect in rectangles]


def _free_top(taken: list[Rectangle], corner: tuple[float, float], block: tuple[float, float], bottom: float) -> float:
    """How far down the block goes so that it meets no other; back to the top when the page has no such place."""
    left, top = corner
    for x0, y0, x1, y1 in sorted(taken, key=lambda rect: rect[1]):
        if x0 < left + block[0] and x1 > left and y0 < top + block[1] and y1 > top:
            top = y1
    return top if top + block[1] <= bottom else corner[1]


def _wrapped(text: str, font: StampFont, width: float) -> list[str]:
    """Break at blanks so that no line is wider than `width` thousandths of the font size, where words allow it."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
