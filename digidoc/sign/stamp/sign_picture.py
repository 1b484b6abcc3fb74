"""Pictures of a signature and a seal, laid out: the seal covers the left third of the signature.

NĐ 30/2020/NĐ-CP, annex I: the signer's signature is a blue PNG with a transparent ground; the organisation's seal a red
PNG of its real size, over about one third of the signature, on its left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

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
        drawn: what of the block the pictures take up, in cells of about a millimetre, rows from the top.

    """

    width: float
    height: float
    pictures: tuple[tuple[StampPicture, Rectangle], ...]
    centre: tuple[float, float]
    drawn: npt.NDArray[np.bool_] = field(repr=False, compare=False)


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
    return Laid(wide * unit, tall * unit, placed, (x + w / 2, tall * unit / 2), _drawn(boxes, wide, tall))


def _drawn(boxes: Sequence[tuple[StampPicture, Rectangle]], wide: float, tall: float) -> npt.NDArray[np.bool_]:
    """What pictures take up of a block, all lengths in millimetres."""
    cells = np.zeros((max(1, ceil(tall)), max(1, ceil(wide))), dtype=np.bool_)
    for one, (left, top, width, height) in boxes:
        rows, columns = np.nonzero(one.drawn)
        # Both edges of a cell: it may lie over two of the block's.
        for edge in (0.0, 1.0):
            down = np.minimum(
                (top + (rows + edge) * height / one.drawn.shape[0]) / tall * cells.shape[0], cells.shape[0] - 1
            )
            across = np.minimum(
                (left + (columns + edge) * width / one.drawn.shape[1]) / wide * cells.shape[1], cells.shape[1] - 1
            )
            cells[down.astype(np.intp), across.astype(np.intp)] = True
    return cells


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
