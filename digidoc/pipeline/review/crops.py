"""Which piece of a page shows a value: the line that it stands on, with some paper around it, large enough to read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from digidoc.model import Box, ExtractedField, Frame, PageText

# Inches of paper around a line, and the height of print where no line says it (13 points).
_AROUND: Final = 0.25
_PRINT: Final = 0.13
# Pixels on the screen: how high print is shown, and the most room there is for a piece.
_TEXT: Final = 30.0
_SMALLEST: Final = 24.0
_WIDEST: Final = 680.0
_HIGHEST: Final = 300.0
# Inches above and below a name where a signer's authority, position and signature stand.
_SIGNED_ABOVE: Final = 1.5
_SIGNED_BELOW: Final = 0.2
_SIGNED_BESIDE: Final = 1.0
_SIGNER: Final = "SignerInfo."
_OVERLAP: Final = 0.5


@dataclass(frozen=True, slots=True)
class Crop:
    """A piece of a page.

    Attributes:
        view: left, top, width and height in the level frame.
        width: of the piece on the screen, pixels.
        height: likewise.
        box: what is asked for, in the level frame.

    """

    view: tuple[float, float, float, float]
    width: int
    height: int
    box: Box


def levelling(frame: Frame) -> str:
    """SVG's transform from the page as displayed to its level frame: the inverse of `Frame.to_displayed`."""
    width, height = frame.level_size
    turned = {
        0: "",
        90: f" matrix(0 1 -1 0 {frame.height} 0)",
        180: f" matrix(-1 0 0 -1 {frame.width} {frame.height})",
        270: f" matrix(0 -1 1 0 0 {frame.width})",
    }[frame.turn]
    return f"rotate({-frame.skew:.3f} {width / 2:g} {height / 2:g}){turned}"


def crop_of(page: PageText, box: Box, *, whole_line: bool = True) -> Crop:
    """The piece around a box, with the printed lines that it stands on.

    Args:
        page: as read.
        box: in the level frame.
        whole_line: whether the line belongs to it; otherwise the box and its surroundings alone.

    """
    dpi = min(page.dpi)
    lines = [line for line in page.lines if lies_on(line.box, box)] if whole_line else []
    heights = [word.box.height for line in lines for word in line.words]
    return _piece(page, box, Box.around([box, *(line.box for line in lines)]), median(heights or [_PRINT * dpi]))


def signer_crop(page: PageText, box: Box | None, fields: Iterable[ExtractedField], number: int) -> Crop | None:
    """The signer's whole block: authority, position, signature and name; None where nothing of it was found.

    Args:
        page: as read.
        box: of the value that is asked for; None where there is none, and the whole block is shown.
        fields: of the paper.
        number: of the page, from 1.

    """
    boxes = [f.box for f in fields if f.box is not None and f.page == number and f.name.startswith(_SIGNER)]
    if not boxes:
        return None
    dpi = min(page.dpi)
    block = Box.around(boxes)
    above = max(0.0, _SIGNED_ABOVE * dpi - block.height)
    wide = max(0.0, _SIGNED_BESIDE * dpi - block.width / 4)
    block = Box(block.x0 - wide, block.y0 - above, block.x1 + wide, block.y1 + _SIGNED_BELOW * dpi)
    return _piece(page, box or block, block, _PRINT * dpi)


def lies_on(line: Box, box: Box) -> bool:
    """Whether a line is one that the box stands on."""
    high = min(line.y1, box.y1) - max(line.y0, box.y0)
    wide = min(line.x1, box.x1) - max(line.x0, box.x0)
    return wide > 0 and high > _OVERLAP * min(line.height, box.height)


def _piece(page: PageText, box: Box, whole: Box, text: float) -> Crop:
    """The piece with `whole` in it, or as much of it as there is room for, `box` in any case."""
    width, height = page.frame.level_size
    pad = _AROUND * min(page.dpi)
    scale = _TEXT / max(1.0, text)
    least = _SMALLEST / max(1.0, text)
    x0, x1 = _span((whole.x0 - pad, whole.x1 + pad), (box.x0 - pad, box.x1 + pad), width, _WIDEST / least)
    y0, y1 = max(0.0, whole.y0 - pad), min(float(height), whole.y1 + pad)
    scale = min(scale, _WIDEST / max(1.0, x1 - x0), _HIGHEST / max(1.0, y1 - y0))
    view = (round(x0), round(y0), max(1, round(x1 - x0)), max(1, round(y1 - y0)))
    return Crop(view, max(1, round(view[2] * scale)), max(1, round(view[3] * scale)), box)


def _span(wanted: Sequence[float], needed: Sequence[float], end: float, room: float) -> tuple[float, float]:
    """From where to where the piece goes: what is wanted, unless there is no room, then what is needed and more."""
    low, high = max(0.0, wanted[0]), min(end, wanted[1])
    if high - low <= room:
        return low, high
    low_needed, high_needed = max(low, needed[0]), min(high, needed[1])
    more = max(0.0, room - (high_needed - low_needed))
    start = max(low, min(low_needed - more / 2, high - max(room, high_needed - low_needed)))
    return start, min(high, start + max(room, high_needed - low_needed))
