"""When a person should look at a page: one rule for every engine."""

from collections.abc import Sequence
from typing import Final

from digidoc.model import Box, Line
from digidoc.ocr.engine import Image

# Mean confidence of the words below which a line or a page is doubted (shares of words read right by their confidence
# stand in docs/explanation/ocr.md).
DOUBTED: Final = 0.75
# Doubts of a line that does not fit its ink (`second_look`): it covers two rows of print, it cuts through its letters,
# it has far fewer letters than its ink is wide.
TWO_ROWS: Final = "two-rows"
CUT: Final = "cut-off"
FEW: Final = "few-letters"
_ODD: Final = frozenset((TWO_ROWS, CUT, FEW))


class _Ink:
    """When a page without words holds something that was not read."""

    SHARE: Final = 0.002  # of its pixels that are dark, at least
    DARK: Final = 128  # grey level: what is darker is dark


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
        return ("ink-without-words",) if float((level < _Ink.DARK).mean()) > _Ink.SHARE else ()
    mean = sum(word.confidence for word in words) / len(words)
    odd = any(line.doubt in _ODD for line in lines)
    codes = (("low-confidence", mean < DOUBTED), ("unclaimed-ink", bool(unread)), ("odd-lines", odd))
    return tuple(code for code, holds in codes if holds)
