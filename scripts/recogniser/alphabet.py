"""The characters that the line network writes: those of trueocr's network, and the ones that it lacks behind them."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Final

# What trueocr's network cannot write.
NEW: Final = "!?=[]–…°²³×‰•±≤≥‘|\\~^{}§"


def characters(meta: Path) -> str:
    """All of them in the order of the network's outputs; output 0 is CTC's blank and is not among them.

    Args:
        meta: trueocr's meta.json.

    """
    return "".join(json.loads(meta.read_text(encoding="utf-8"))["charset"]) + NEW


def trueocr_file(name: str) -> Path | None:
    """The file of that name among the models of the installed trueocr; None where trueocr is not installed."""
    spec = find_spec("trueocr")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / "models" / name
