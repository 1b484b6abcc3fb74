"""Make the pictures of the README from a demonstration that really runs: `make pictures`.

docs/images/demo.svg is what the terminal shows, cut to what fits on one screen; a cut is marked with "…". page.png is
the first page of a paper that was turned, read, stamped and signed, and report.png the upper part of the report, drawn
by Chromium or Chrome; review.png is the clerk's page while the demonstration's open paper is settled. Those that end in
.vi are the same in Vietnamese. They show the day on which they were made; nothing else changes from one run to the next
but the times of signing and the random key.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from rich.console import Console
from rich.text import Text

IMAGES: Final = Path(__file__).parent.parent / "docs" / "images"
# Each language with the end of its pictures' names, and with as many columns as the first table of a report needs so
# that no row of it is wrapped. In the README's column, some 850 pixels wide, letters are nearly as large as its own.
LANGUAGES: Final = (("en", "", 114), ("vi", ".vi", 127))
# Fonts of one width that have every Vietnamese letter whole, which Rich's own choice and DejaVu Sans Mono have not.
FONTS: Final = "Consolas, Menlo, Cousine, Liberation Mono, Fira Code, monospace"
PAGE_SCALE: Final = 0.9
# As high for its width as a page, for they stand side by side.
REPORT_SIZE: Final = (868, 1228)
# Of the clerk's page: of the oldest computers that it is made for.
REVIEW_SIZE: Final = (1366, 768)
BROWSERS: Final = ("chromium", "google-chrome", "chrome", "chromium-browser")
# What is typed, and how many lines of the answer are shown.
SESSION: Final = (
    ("demo demo", 7),
    ("search 'ho kinh doanh' --archive demo/archive", 2),
    ("verify demo/signed-sample.pdf --archive demo/archive", 2),
    ("report --archive demo/archive", 8),
)


def main() -> None:
    """Run the demonstration in a folder of its own and draw what came of it."""
    IMAGES.mkdir(exist_ok=True)
    for language, ending, columns in LANGUAGES:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            _terminal("\n".join(_session(folder, language, columns)), columns, IMAGES / f"demo{ending}.svg")
            browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
            if browser is None:
                sys.exit(f"Install one of {', '.join(BROWSERS)}")
            _report(browser, folder / "demo" / "report.html", IMAGES / f"report{ending}.png")
            _review(browser, folder / "demo" / "archive", language, IMAGES / f"review{ending}.png")
            if language == "en":
                _page(folder / "demo" / "signed-sample.pdf", IMAGES / "page.png")


def _session(folder: Path, language: str, columns: int) -> Iterator[str]:
    """The lines of the terminal, with their colours."""
    environ = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(columns), "DIGIDOC_LANG": language}
    # The installed program's words are split by a shell; here Python starts the same program of this checkout.
    program = f'digidoc() {{ "{sys.executable}" -m digidoc "$@"; }}'
    for words, most in SESSION:
        done = subprocess.run(
            ["bash", "-c", f"{program}; digidoc {words}"],
            cwd=folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        lines = done.stdout.rstrip().splitlines()
        yield f"\x1b[1m$ digidoc {words}\x1b[0m"
        yield from lines[:most]
        if lines[most:]:
            yield "…"


def _terminal(output: str, columns: int, path: Path) -> None:
    console = Console(record=True, width=columns, file=io.StringIO())
    console.print(Text.from_ansi(output))
    drawn = console.export_svg(title="digidoc", unique_id="digidoc")
    path.write_text(drawn.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}"), encoding="utf-8")


def _page(pdf: Path, path: Path) -> None:
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    picture = document[0].render(scale=PAGE_SCALE, may_draw_forms=True).to_pil()
    picture.quantize(128).save(path, optimize=True)
    document.close()


def _report(browser: str, page: Path, path: Path) -> None:
    with tempfile.TemporaryDirectory() as profile:
        shot = Path(profile) / "shot.png"
        command = [browser, "--headless", "--no-sandbox", "--hide-scrollbars", f"--user-data-dir={profile}"]
        command += [f"--window-size={REPORT_SIZE[0]},{REPORT_SIZE[1]}", f"--screenshot={shot}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)
        _keep(shot, path)


def _review(browser: str, archive: Path, language: str, path: Path) -> None:
    command = [sys.executable, "-m", "digidoc", "--lang", language, "review", "--archive", str(archive), "--no-open"]
    command += ["--clerk", "Nguyễn Thị Lan"]
    with (
        tempfile.TemporaryDirectory() as scratch,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
        sync_playwright() as playwright,
    ):
        address = re.search(r"http://\S+", server.stdout.readline() if server.stdout else "")
        if address is None:
            sys.exit("The clerk's page was not opened")
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": REVIEW_SIZE[0], "height": REVIEW_SIZE[1]})
        page.goto(address[0])
        page.locator("main a.button").click()
        expect(page.locator("#done")).to_be_enabled()
        page.keyboard.type("27")  # the number, as a clerk keys it
        page.keyboard.press("Enter")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(scratch) / "shot.png")
        chromium.close()
        server.terminate()
        _keep(Path(scratch) / "shot.png", path)


def _keep(shot: Path, path: Path) -> None:
    with Image.open(shot) as picture:
        picture.convert("RGB").quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    main()
