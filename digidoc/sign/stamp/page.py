"""What a page holds that a stamp has to know, by pyHanko: how it is shown, and what earlier signatures take up."""

from collections.abc import Iterator
from typing import Any, Final

from pyhanko.pdf_utils import generic

from digidoc.pdf.geometry import PageBox, Rectangle

_LETTER: Final = (0.0, 0.0, 612.0, 792.0)  # what a page without any MediaBox is taken for
_DEEPEST: Final = 100  # parents; a longer chain is a loop
_FORMS_DEEP: Final = 5  # appearances of signatures nest three deep (Adobe's n0, n2, FRM)


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
