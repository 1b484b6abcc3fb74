"""How well and how fast pages are read, digidoc beside OCRmyPDF: `make bench`, or `python benchmarks/ocr.py`.

Pages, proof-read text and the scorer come from the folder named by DIGIDOC_CORPUS (vietnamese/pages, ../tools); each
program is started once a page, as a user starts it. CPU seconds are user + system, children included; the two take
turns, so that what else the machine does weighs on both. A program that is not installed is left out and named.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

PAGES = Path("vietnamese") / "pages"


def digidoc(page: Path, folder: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "digidoc",
        "ocr",
        "-q",
        str(page),
        f"{folder}/{page.stem}.pdf",
        "--text",
        text(page, folder),
    ]


def tesseract(page: Path, folder: Path) -> list[str]:
    return [*digidoc(page, folder), "--ocr", "tesseract"]


def ocrmypdf(page: Path, folder: Path) -> list[str]:
    out = f"{folder}/{page.stem}.pdf"
    words = ["ocrmypdf", "-q", "-l", "vie", "--rotate-pages", "--image-dpi", "300", "--sidecar", text(page, folder)]
    return [*words, str(page), out]


def text(page: Path, folder: Path) -> str:
    return f"{folder}/{page.stem}.txt"


def cpu_seconds(command: list[str]) -> float:
    """CPU seconds of one run, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pooled(folder: Path, pages: Path, scorer: Path) -> str:
    """The scorer's header and its line for all pages together."""
    command = [sys.executable, str(scorer), str(folder), "--gt", str(pages)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return "\n".join([lines[0], next(line for line in lines if line.startswith("pooled"))])


def main() -> None:
    corpus = os.environ.get("DIGIDOC_CORPUS")
    if not corpus:
        sys.exit("DIGIDOC_CORPUS names no folder: there is nothing to measure on.")
    pages = Path(corpus) / PAGES
    images = sorted(page for page in pages.iterdir() if page.suffix in {".jpg", ".png"})
    programs: dict[str, Callable[[Path, Path], list[str]]] = {"digidoc": digidoc, "digidoc --ocr tesseract": tesseract}
    if shutil.which("ocrmypdf"):
        programs["ocrmypdf"] = ocrmypdf
    else:
        print("ocrmypdf is not installed (apt install ocrmypdf tesseract-ocr-vie): no peer to compare with")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory() as scratch:
        folders = {name: Path(scratch) / str(number) for number, name in enumerate(programs)}
        spent = dict.fromkeys(programs, 0.0)
        for folder in folders.values():
            folder.mkdir()
        for image in images:
            for name, command in programs.items():
                spent[name] += cpu_seconds(command(image, folders[name]))
        for name, folder in folders.items():
            print(f"\n{name}: {spent[name] / len(images):.2f} CPU seconds a page, one process a page")
            print(pooled(folder, pages, Path(corpus).parent / "tools" / "score_ocr.py"))
        if "ocrmypdf" in spent:
            print(f"\nocrmypdf / digidoc: {spent['ocrmypdf'] / spent['digidoc']:.1f} times the CPU")


if __name__ == "__main__":
    main()
