"""Opening the engine that a name stands for in the table of engines (`digidoc.ocr_engines`)."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from digidoc.errors import UsageError
from digidoc.i18n import N_
from digidoc.ocr.engine import EngineSpec, OcrEngine
from digidoc.ocr_engines import ENGINES


def open_engine(spec: EngineSpec) -> OcrEngine:
    """The engine that `spec` names, ready to read.

    Raises:
        UsageError: there is no engine of that name.
        DependencyMissing: what it needs is not installed.

    """
    entry = ENGINES.get(spec.name)
    if entry is None:
        raise UsageError(reason=N_("there is no OCR engine {name}"), name=spec.name)
    opener = cast("Callable[[EngineSpec], OcrEngine]", import_module(entry.module).open_engine)
    return opener(spec)
