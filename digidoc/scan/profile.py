"""How to scan: the `[scan.NAME]` tables of settings files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from digidoc.formats.toml_table import Rule, Table, is_count, is_line

COLOUR: Final = "colour"
GREY: Final = "grey"
KEEP: Final = "keep"
DROP: Final = "drop"
_SIZES: Final[Mapping[str, tuple[int, int]]] = {"A3": (297, 420), "A4": (210, 297), "A5": (148, 210)}
_MILLIMETRES: Final = re.compile(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})")
_MODES: Final = (COLOUR, GREY)
_BLANK: Final = (KEEP, DROP)


def _is_size(value: object) -> bool:
    return isinstance(value, str) and (value in _SIZES or _MILLIMETRES.fullmatch(value) is not None)


KEYS: Final[Mapping[str, Rule]] = {
    "device": is_line,
    "source": is_line,
    "dpi": is_count,
    "mode": lambda value: value in _MODES,
    "duplex": lambda value: isinstance(value, bool),
    "page": _is_size,
    "blank": lambda value: value in _BLANK,
}


@dataclass(frozen=True, slots=True)
class ScanProfile:
    """How to scan.

    Attributes:
        device: name of the scanner, as `scanimage -L` has it; empty for the only one.
        source: where the paper is, in the vendor's words; empty for the feeder.
        dpi: pixels an inch.
        mode: colour or grey.
        duplex: both sides.
        page: A3, A4, A5, or width and height in millimetres, such as 210x330.
        blank: keep, or drop: leave out backs that are blank beyond doubt.

    """

    device: str = ""
    source: str = ""
    dpi: int = 300
    mode: str = COLOUR
    duplex: bool = False
    page: str = "A4"
    blank: str = KEEP

    @property
    def size_mm(self) -> tuple[int, int]:
        """Width and height of the page."""
        named = _SIZES.get(self.page)
        if named is not None:
            return named
        width, height = self.page.split("x")
        return int(width), int(height)


def load_profile(table: Mapping[str, Any], given: Mapping[str, Any], file: Path | str) -> ScanProfile:
    """The profile that a table describes, with what was given on the command line in its place.

    Raises:
        BadConfiguration: an unknown key, or a value that it cannot have.

    """
    Table(table, file).check(KEYS)
    return ScanProfile(**{**table, **given})
