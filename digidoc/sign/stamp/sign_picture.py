"""Pictures of a signature and a seal, laid out: the seal covers the left third of the signature.

NĐ 30/2020/NĐ-CP, annex I: the signer's signature is a blue PNG with a transparent ground; the organisation's seal a red
PNG of its real size, over about one third of the signature, on its left.
"""

from dataclasses import dataclass
from typing import Final

from digidoc.pdf.geometry import POINTS_A_MM, PageBox, Rectangle
from digidoc.pdf.objects import Stream, Value
from digidoc.sign.stamp.drawing import form
from digidoc.sign.stamp.images import StampPicture

_THIRD: Final = 1 / 3
_FULL: Final = 0.9  # of a page smaller than the pictures: they shrink to this share


@dataclass(frozen=True, slots=True)
class Laid:
    """Pictures in one block; lengths in user space units.

    Attributes:
        width: of the block.
        height: likewise.
        pictures: each with left, top, width, height within the block, in the order of painting.
        centre: of the signature (else of the seal) within the block, from its left and from its top.

    """

    width: float
    height: float
    pictures: tuple[tuple[StampPicture, Rectangle], ...]
    centre: tuple[float, float]


def lay_out(signature: StampPicture | None, seal: StampPicture | None, page: PageBox) -> Laid:
    """One block of one or both, in their real size unless the page is smaller."""
    unit = POINTS_A_MM * page.point
    both = [one for one in (signature, seal) if one is not None]
    tall = max(one.height for one in both)
    # How far the signature is moved right, so that the seal ends where the signature's left third does.
    moved = 0.0 if signature is None or seal is None else max(0.0, seal.width - signature.width * _THIRD)
    boxes: list[tuple[StampPicture, Rectangle]] = []
    for one in both:
        left = moved if one is signature else max(0.0, _seal_left(signature, one))
        boxes.append((one, (left, (tall - one.height) / 2, one.width, one.height)))
    wide = max(box[0] + box[2] for _, box in boxes)
    width, height = page.displayed
    unit *= min(1.0, _FULL * width / (wide * unit), _FULL * height / (tall * unit))
    placed = tuple((one, (x * unit, y * unit, w * unit, h * unit)) for one, (x, y, w, h) in boxes)
    x, _, w, _ = placed[0][1]
    return Laid(wide * unit, tall * unit, placed, (x + w / 2, tall * unit / 2))


def _seal_left(signature: StampPicture | None, seal: StampPicture) -> float:
    """Where a seal begins that is narrower than the third it covers."""
    return 0.0 if signature is None else signature.width * _THIRD - seal.width


def beside_signature(laid: Laid, signature: Rectangle) -> tuple[float, float]:
    """Upper left corner of a seal that covers the left third of an earlier `signature` (as displayed)."""
    left, top, right, bottom = signature
    return left + (right - left) * _THIRD - laid.width, (top + bottom - laid.height) / 2


def draw_pictures(laid: Laid, rotate: int, *, transparent: bool) -> Stream:
    """The form XObject; `transparent` tells whether soft masks may be used in this file."""
    rows, images = [], dict[str, Value]()
    for number, (one, (x, y, w, h)) in enumerate(laid.pictures):
        rows.append(b"q %.4f 0 0 %.4f %.4f %.4f cm /I%d Do Q" % (w, h, x, laid.height - y - h, number))
        images[f"I{number}"] = one.soft if transparent else one.hard
    return form(b"\n".join(rows), (laid.width, laid.height), rotate, {"XObject": images})
