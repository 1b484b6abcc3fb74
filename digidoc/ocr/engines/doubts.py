"""When a person should look at a page: one rule for every engine."""

from collections.abc import Sequence
from typing import Final

from digidoc.model import Box, Line
from digidoc.ocr.engines import Image

# Mean confidence of the words below which a line or a page is doubted.
DOUBTED: Final = 0.75
# A page with this share of dark pixels and no words holds something that was not read.
_INK: Final = 0.002
_DARK: Final = 128


def doubts_of(lines: Sequence[Line], level: Image, unread: Sequence[Box] = ()) -> tuple[str, ...]:
    """Codes of what is doubtful about a page: `ink-without-words`, `low-confidence`, `unclaimed-ink`, or nothing.

    Args:
        lines: what was read.
        level: the page in its level frame, grey.
        unread: places of ink that looks like print and is in no line.

    """
    words = [word for line in lines for word in line.words]
    if not words:
        return ("ink-without-words",) if float((level < _DARK).mean()) > _INK else ()
    mean = sum(word.confidence for word in words) / len(words)
    found = ("low-confidence",) if mean < DOUBTED else ()
    return (*found, "unclaimed-ink") if unread else found
