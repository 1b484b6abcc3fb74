"""The files that every page for clerks has, beside or before its own."""

from functools import cache
from importlib.resources import files
from typing import Final

#: How a value is settled, and the way through a paper; in this order, before the page's own script.
SCRIPTS: Final = ("item.js", "way.js")


@cache
def asset(name: str) -> str:
    """The text of a file by its name."""
    return (files(__package__ or "") / "static" / name).read_text(encoding="utf-8")
