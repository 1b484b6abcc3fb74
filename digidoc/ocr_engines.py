"""The OCR engines there are: the one table that names them.

Settings, the help of the commands, `digidoc doctor`, the key of a task and `open_engine` read it, and
`tests/ocr/test_engines.py` holds every engine of it to the contract. To add an engine: a row here and its module. Only
names and sentences stand here, so that the command line is built without loading an engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from digidoc.i18n import N_


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """One engine.

    Attributes:
        module: whose function `open_engine` takes an `EngineSpec` and returns the engine.
        about: what it is for, in the help of `--ocr` (English, translated when shown).
        option: the attribute of `EngineSpec` that changes what it reads; None for an engine without options.
        reads: whether it finds text at all.
        program: a program that has to be on PATH for it; empty for none.

    """

    module: str
    about: str
    option: Literal["languages", "mode"] | None = None
    reads: bool = True
    program: str = ""


DEFAULT: Final = "vietnamese"
ENGINES: Final[Mapping[str, EngineEntry]] = {
    DEFAULT: EngineEntry("digidoc.ocr.vietnamese.engine", N_("printed Vietnamese papers"), "mode"),
    "tesseract": EngineEntry(
        "digidoc.ocr.engines.tesseract",
        N_("any language that Tesseract has data for"),
        "languages",
        program="tesseract",
    ),
    "null": EngineEntry("digidoc.ocr.engines.null", N_("reads nothing"), reads=False),
}
