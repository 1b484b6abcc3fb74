"""Names of files that every system takes: Linux, macOS, Windows, and the sticks and shares that go between them."""

import re
from typing import Final

from digidoc.text import tidy

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*]')
# Windows takes these for devices, whatever follows the first point.
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
_LONGEST: Final = 180  # bytes; systems take 255, and an ending and a number are still to come


def safe(text: str) -> str:
    """A name, without its ending, that says the same as the text; empty when nothing is left of it.

    Signs that a system forbids become "-". No name begins with a point or a dash, or ends with a point.
    """
    line = "".join(char if char.isprintable() else "-" for char in tidy(text))
    cut = _FORBIDDEN.sub("-", line).encode()[:_LONGEST].decode(errors="ignore")
    name = cut.lstrip(" .-~").rstrip(" .")
    return f"_{name}" if _DEVICES.match(name) else name
