"""When a person should look at a page: one rule for every engine."""

from collections.abc import Sequence
from typing import Final

from digidoc.model import Box, Line
from digidoc.ocr.engine import Image

# Mean confidence of the words below which a line or a page is doubted.
DOUBTED: Final = 0.75
# Doubts of a line that does not fit its ink (`second_look`): it covers two rows of print, it cuts through its letters,
# it has far fewer letters than its ink is wide.
TWO_ROWS: Final = "two-rows"
CUT: Final = "cut-off"
FEW: Final = "few-letters"
_ODD: Final = frozenset((TWO_ROWS, CUT, FEW))
# A page with this share of dark pixels and no words holds something that was not read.
_INK: Final = 0.002
_DARK: Final = 128


def doubts_of(lines: Sequence[Line], level: Image, unread: Sequence[Box] = ()) -> tuple[str, ...]:
    """Codes of what is doubtful about a page.

    `ink-without-words`, `low-confidence`, `unclaimed-ink`, `odd-lines` (lines that do not fit their ink), or nothing.

    Args:
        lines: what was read; those that do not fit their ink say so in `doubt`.
        level: the page in its level frame, grey.
        unread: places of ink that looks like print and is in no line.

    """
    words = [word for line in lines for word in line.words]
    if not words:
        return ("ink-without-words",) if float((level < _DARK).mean()) > _INK else ()
    mean = sum(word.confidence for word in words) / len(words)
    odd = any(line.doubt in _ODD for line in lines)
    codes = (("low-confidence", mean < DOUBTED), ("unclaimed-ink", bool(unread)), ("odd-lines", odd))
    return tuple(code for code, holds in codes if holds)
