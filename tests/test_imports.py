"""`digidoc --help` is instant: the command line is built without any heavy library; and the layers hold."""

import subprocess
import sys

from tests.programs import ROOT

HEAVY = {
    "PIL",
    "aiohttp",
    "cryptography",
    "cv2",
    "fontTools",
    "jinja2",
    "msgspec",
    "numpy",
    "onnxruntime",
    "pebble",
    "pi_heif",
    "pikepdf",
    "pyhanko",
    "pypdf",
    "pypdfium2",
    "pytesseract",
    "sqlite_utils",
    "tesserocr",
    "trueocr",
}


def test_the_command_line_is_built_without_heavy_libraries() -> None:
    code = "import sys, digidoc.cli; digidoc.cli.build(); print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False, cwd=ROOT, timeout=60
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_the_layers_hold() -> None:
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False, cwd=ROOT, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
