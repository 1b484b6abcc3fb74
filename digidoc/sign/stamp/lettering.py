"""The text of a copy's stamp, set line by line (NĐ 30/2020/NĐ-CP, annex I).

Form of the copy, organisation, and time of signing (ISO 8601, Vietnam time): Times New Roman, upright, 10 pt, black.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digidoc.clock import VIETNAM
from digidoc.pdf.font.face import Face
from digidoc.pdf.geometry import PageBox
from digidoc.pdf.objects import Indirect, Stream, Value
from digidoc.sign.stamp.drawing import CAL_GRAY, form
from digidoc.sign.stamp.forms import StampForm

_SIZE: Final = 10.0  # points
_LEADING: Final = 1.2  # line to line, in font sizes
_MARGIN: Final = 28.35  # points: 10 mm from the right edge of the displayed page
# Points: 5 mm from the upper edge. Text begins 20 to 25 mm below it (NĐ 30/2020/NĐ-CP, annex I): three lines fit above.
_TOP_MARGIN: Final = 14.17
_ALWAYS: Final = frozenset("0123456789-:+T, ")


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines of text in their size.

    Attributes:
        lines: from top to bottom.
        size: of the font, user space units.
        width: of the block, user space units.
        height: likewise.
        corner: its prescribed upper left corner as displayed, user space units.

    """

    lines: tuple[str, ...]
    size: float
    width: float
    height: float
    corner: tuple[float, float]


def letters_of(copy: StampForm, organisation: str) -> frozenset[str]:
    """All letters that the stamps of one batch need, whatever the time."""
    return frozenset(copy.value) | frozenset(organisation) | _ALWAYS


def set_lines(
    copy: StampForm, organisation: str, signed_at: datetime, font: Face, page: PageBox, *, flat: bool = False
) -> Lettering:
    """Break and size the text for a page; on a page that is too small for 10 pt it is smaller.

    Args:
        copy: form of the copy.
        organisation: who made it.
        signed_at: the time.
        font: has all their letters.
        page: how it is shown.
        flat: as few lines as the page's width allows, for a page with little room above its text; else form,
            organisation and time each begin a line, in the right half.

    """
    moment = signed_at.astimezone(VIETNAM).isoformat(timespec="seconds")
    width, height = page.displayed
    margin = min(_MARGIN * page.point, min(width, height) / 10)
    size = _SIZE * page.point
    if flat:
        lines = _wrapped(f"{copy.value}, {organisation}, {moment}", font, (width - 2 * margin) * 1000 / size)
    else:
        lines = [copy.value, *_wrapped(organisation, font, width / 2 * 1000 / size), moment]
    longest = max(map(font.width, lines)) / 1000
    size = min(size, (width - 2 * margin) / longest, (height - 2 * margin) / (len(lines) * _LEADING))
    block = (longest * size, len(lines) * _LEADING * size)
    corner = (width - margin - block[0], min(_TOP_MARGIN * page.point, margin))
    return Lettering(tuple(lines), size, *block, corner)


def draw_lines(text: Lettering, font: Face, program: Indirect, rotate: int) -> Stream:
    """The form XObject of the text, `program` being its font in the file."""
    rows = [b"BT /Ink cs 0 sc /F %.4f Tf %.4f TL" % (text.size, text.size * _LEADING)]
    # The base line lies so that ascent and descent share what the leading leaves free.
    ascent, descent = (value * text.size / 1000 for value in (font.ascent, font.descent))
    rows.append(b"0 %.4f Td" % (text.height - (text.size * _LEADING + ascent + descent) / 2))
    rows += [b"<%s> Tj T*" % font.encode(line).hex().encode() for line in text.lines]
    resources: Mapping[str, Value] = {"Font": {"F": program}, "ColorSpace": {"Ink": CAL_GRAY}}
    return form(b"\n".join([*rows, b"ET"]), (text.width, text.height), rotate, resources)


def _wrapped(text: str, font: Face, width: float) -> list[str]:
    """Break at blanks so that no line is wider than `width` thousandths of the font size, where words allow it."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
