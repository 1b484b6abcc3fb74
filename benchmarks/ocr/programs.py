"""The programs that are compared, and how one run of one of them is measured."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from digidoc.ocr.engine import Mode

MODES: Final[tuple[Mode, ...]] = ("accurate", "draft")
_SCREEN_DPI: Final = 96
Command = Callable[[Path, Path], list[str]]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took and gave.

    Attributes:
        cpu: seconds, user and system, children included.
        wall: seconds.
        rss: bytes of the largest process at its largest.
        text: what was read.
        pdf: bytes of the PDF.
        scan: bytes of the input.
        problem: the end of what the program said when it failed, or empty.

    """

    cpu: float
    wall: float
    rss: int
    text: str
    pdf: int
    scan: int
    problem: str = ""


def _digidoc(*extra: str) -> Command:
    def command(page: Path, out: Path) -> list[str]:
        words = [sys.executable, "-m", "digidoc", "ocr", "-q", str(page), f"{out}.pdf", "--text", f"{out}.txt"]
        return [*words, *extra]

    return command


def _ocrmypdf(page: Path, out: Path) -> list[str]:
    words = ["ocrmypdf", "-q", "-l", "vie", "--rotate-pages", "--sidecar", f"{out}.txt"]
    return [*words, *_dpi(page), str(page), f"{out}.pdf"]


def _dpi(page: Path) -> list[str]:
    """OCRmyPDF takes no image that says no resolution or a screen's; 300 is what such scans have."""
    with Image.open(page) as image:
        return [] if image.info.get("dpi", (0, 0))[0] > _SCREEN_DPI else ["--image-dpi", "300"]


def _tesseract(page: Path, out: Path) -> list[str]:
    return ["tesseract", str(page), str(out), "-l", "vie", "txt", "pdf"]


def programs() -> dict[str, Command]:
    """Those that are here, by name; one that is missing is named on standard error."""
    found: dict[str, Command] = {f"digidoc {mode}": _digidoc("--mode", mode) for mode in MODES}
    found["digidoc --ocr tesseract"] = _digidoc("--ocr", "tesseract")
    for name, command in (("ocrmypdf", _ocrmypdf), ("tesseract", _tesseract)):
        if shutil.which(name):
            found[name] = command
        else:
            print(f"{name} is not installed (apt install {name}): left out", file=sys.stderr)
    return found


def measure(command: Command, page: Path, out: Path) -> Run:
    """Run the program on one page; `out` is the path of its results without suffix."""
    log = Path(f"{out}.log")
    words = [sys.executable, str(Path(__file__).with_name("measured.py")), str(log), *command(page, out)]
    took = json.loads(subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout)
    text, pdf = Path(f"{out}.txt"), Path(f"{out}.pdf")
    said = log.read_text(encoding="utf-8", errors="replace")[-300:].strip()
    return Run(
        cpu=took["cpu"],
        wall=took["wall"],
        rss=took["rss"],
        text=text.read_text(encoding="utf-8", errors="replace") if text.exists() else "",
        pdf=pdf.stat().st_size if pdf.exists() else 0,
        scan=page.stat().st_size,
        problem=f"ended with {took['code']}: {said}" if took["code"] else "",
    )
