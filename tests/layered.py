"""Scans that bring a text layer: papers whose words are known without an engine that reads."""

from pathlib import Path

from PIL import Image, ImageDraw

from digidoc.model import PageText
from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.pdf.pdfa import DocumentInfo
from tests.ocr.laid_out import Paper


def layered(path: Path, paper: Paper | PageText) -> Path:
    """A colour scan at 200 dpi with grey bars where the words stand, and the words over them, unseen."""
    page = paper if isinstance(paper, PageText) else paper.page()
    image = Image.new("RGB", (page.frame.width, page.frame.height), "white")
    pen = ImageDraw.Draw(image)
    for word in page.words():
        pen.rectangle((word.box.x0, word.box.y0 + 8, word.box.x1, word.box.y1 - 8), fill="#404040")
    path.parent.mkdir(parents=True, exist_ok=True)
    scan = path.with_suffix(".scan.png")
    image.save(scan, dpi=(200, 200))
    with open_source(scan) as source:
        write_searchable(source, [page], path, about=DocumentInfo)
    scan.unlink()
    return path
