"""The files that every page for clerks has before its own."""

from functools import cache
from importlib.resources import files
from typing import Final

#: How a value is settled, and the way through a paper; in this order.
SCRIPTS: Final = ("item.js", "way.js")
STYLE: Final = "clerk.css"
#: All of them, with their media types.
ASSETS: Final = {STYLE: "text/css", **dict.fromkeys(SCRIPTS, "text/javascript")}


@cache
def asset(name: str) -> str:
    """The text of one of them."""
    return (files(__package__ or "") / "static" / name).read_text(encoding="utf-8")
