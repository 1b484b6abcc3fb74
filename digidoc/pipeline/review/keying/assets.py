"""The files that every page for clerks has, beside or before its own."""

from functools import cache
from importlib.resources import files
from typing import Final

#: What is settled, and how; before the page's own script.
SCRIPT: Final = "item.js"


@cache
def asset(name: str) -> str:
    """The text of a file by its name."""
    return (files(__package__ or "") / "static" / name).read_text(encoding="utf-8")
