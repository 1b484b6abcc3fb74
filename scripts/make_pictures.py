"""Make the pictures of the README from a demonstration that really runs: `make pictures`.

docs/images/demo.svg is what the terminal shows; docs/images/page.png is the first page of a paper that was turned,
read, stamped and signed.
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2 as pdfium
from rich.console import Console
from rich.text import Text

IMAGES = Path(__file__).parent.parent / "docs" / "images"
COLUMNS = 100
PAGE_SCALE = 0.9


def main() -> None:
    """Run the demonstration in a folder of its own and draw what came of it."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        environ = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "DIGIDOC_LANG": "en"}
        command = [sys.executable, "-m", "digidoc", "demo", "demo"]
        done = subprocess.run(
            command, cwd=scratch, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
        )
        _terminal(f"$ make demo\n{done.stdout}", IMAGES / "demo.svg")
        _page(Path(scratch) / "demo" / "signed-sample.pdf", IMAGES / "page.png")


def _terminal(output: str, path: Path) -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(output))
    console.save_svg(str(path), title="digidoc", unique_id="digidoc")


def _page(pdf: Path, path: Path) -> None:
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    picture = document[0].render(scale=PAGE_SCALE, may_draw_forms=True).to_pil()
    picture.quantize(128).save(path, optimize=True)
    document.close()


if __name__ == "__main__":
    main()
