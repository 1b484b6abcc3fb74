"""What tests start or need beside the library: this checkout's program and scripts, and Tesseract's data."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from digidoc.ocr.engines import tessdata

ROOT = Path(__file__).parent.parent
needs_vie = pytest.mark.skipif(tessdata.find("vie", None) is None, reason="Tesseract's Vietnamese data is missing")


def environ(**more: str) -> dict[str, str]:
    """The environment of a process that runs this checkout's digidoc, wherever it is started."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def script(name: str) -> ModuleType:
    """The module of scripts/NAME.py."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
