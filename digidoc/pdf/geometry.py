"""How a page is shown: its box, its turn and its unit, and what earlier signatures take up on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pyhanko.pdf_utils import generic

Rectangle = tuple[float, float, float, float]
POINTS_A_MM: Final = 72 / 25.4
# A page whose short side is longer than A2's is a scan without resolution: lengths grow with it, as on A4.
_LARGEST_SHORT_SIDE: Final = 1300.0
_A4_SHORT_SIDE: Final = 595.28
_LETTER: Final = (0.0, 0.0, 612.0, 792.0)  # what a page without any MediaBox is taken for
_DEEPEST: Final = 100  # parents; a longer chain is a loop


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

    @property
    def point(self) -> float:
        """User space units of one point of paper; on a scan without resolution, of one point of A4."""
        short = min(self.displayed) * self.unit
        return (short / _A4_SHORT_SIDE if short > _LARGEST_SHORT_SIDE else 1.0) / self.unit

    def to_user(self, x: float, y: float) -> tuple[float, float]:
        """The user space point that is displayed `x` from the left and `y` from the top."""
        left, bottom, right, top = self.box
        return {
            0: (left + x, top - y),
            90: (left + y, bottom + x),
            180: (right - x, bottom + y),
            270: (right - y, top - x),
        }[self.rotate]

    def rectangle_to_user(self, rect: Rectangle) -> Rectangle:
        """Left, bottom, right, top in user space of a rectangle displayed at left, top, right, bottom."""
        return _upright(self.to_user(*rect[:2]), self.to_user(*rect[2:]))

    def rectangle_to_displayed(self, rect: Rectangle) -> Rectangle:
        """The other way round: left, top, right, bottom as displayed."""
        return _upright(self.to_displayed(*rect[:2]), self.to_displayed(*rect[2:]))


def page_box(page: Any) -> PageBox:
    """How a page (a pyHanko dictionary) is shown: CropBox within MediaBox, /Rotate and /UserUnit."""
    media = _box(_inherited(page, "/MediaBox")) or _LETTER
    crop = _box(_inherited(page, "/CropBox")) or media
    shown = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    if shown[2] <= shown[0] or shown[3] <= shown[1]:
        shown = media
    rotate = _inherited(page, "/Rotate")
    turn = int(rotate) % 360 if isinstance(rotate, (int, float)) and int(rotate) % 90 == 0 else 0
    unit = value_of(page, "/UserUnit")
    return PageBox(shown, turn, float(unit) if isinstance(unit, (int, float)) and unit > 0 else 1.0)


def visible_widgets(page: Any) -> list[Rectangle]:
    """Rectangles (user space) of the form fields on a page that take up room: earlier signatures, mostly."""
    return [rect for rect, _ in _widgets(page)]


def signature_pictures(page: Any) -> list[Rectangle]:
    """Rectangles (user space) of the signatures on a page whose appearance has a picture, in the order of signing."""
    return [
        rect
        for rect, widget in _widgets(page)
        if _inherited(widget, "/FT") == "/Sig" and _has_picture(value_of(value_of(widget, "/AP"), "/N"), 0)
    ]


def _widgets(page: Any) -> Iterator[tuple[Rectangle, Any]]:
    for annotation in value_of(page, "/Annots") or ():
        entry = annotation.get_object()
        rect = _box(value_of(entry, "/Rect"))
        if rect is not None and value_of(entry, "/Subtype") == "/Widget":
            yield rect, entry


def _has_picture(form: Any, depth: int) -> bool:
    """Whether a form XObject paints an image, itself or through the forms that it paints (others nest them)."""
    if not isinstance(form, generic.StreamObject) or depth > _FORMS_DEEP:
        return False
    if value_of(form, "/Subtype") == "/Image":
        return True
    painted = value_of(value_of(form, "/Resources"), "/XObject")
    names = list(painted) if isinstance(painted, generic.DictionaryObject) else []
    return any(_has_picture(value_of(painted, name), depth + 1) for name in names)


_FORMS_DEEP: Final = 5  # appearances of signatures nest three deep (Adobe's n0, n2, FRM)


def value_of(node: Any, name: str) -> Any:
    """The value of a dictionary's entry, references followed (pyHanko's `get` gives the bare reference)."""
    if not isinstance(node, generic.DictionaryObject):
        return None
    try:
        return node[name]
    except KeyError:
        return None


def _inherited(node: Any, name: str) -> Any:
    """The value of an attribute that a page or a field may inherit."""
    for _ in range(_DEEPEST):
        if node is None or name in node:
            return value_of(node, name)
        node = value_of(node, "/Parent")
    return None


def _box(value: Any) -> Rectangle | None:
    corners = 4
    if not isinstance(value, generic.ArrayObject) or len(value) != corners:
        return None
    x0, y0, x1, y1 = (float(number.get_object()) for number in value)
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[2] > box[0] and box[3] > box[1] else None


def _upright(one: tuple[float, float], other: tuple[float, float]) -> Rectangle:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
