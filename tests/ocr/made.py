"""PDF material for the tests of this folder."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from digidoc.model import Box, Frame, Line, PageText, Word
from digidoc.ocr.source.protocol import Source
from digidoc.pdf.font.glyphless import InvisibleFont
from tests.scans import TruePage


def text_of(made: TruePage) -> PageText:
    """What a faultless reader would say of the page."""
    frame = Frame(*made.image.size, turn=made.turn, skew=made.skew)
    return PageText(frame, made.lines, (made.dpi, made.dpi), "ocr", "truth")


def any_texts(source: Source) -> Iterator[PageText]:
    """The text of each page: its own where it has a good layer, else one word somewhere on it."""
    for page in source.pages():
        if page.text is not None:
            yield page.text
            continue
        height, width = page.image().shape[:2]
        word = Word("Việt", Box(width * 0.2, height * 0.2, width * 0.4, height * 0.3), 0.9)
        yield PageText(Frame(width, height), (Line((word,), word.box),), page.dpi, "ocr", "fake")


def _image(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Object:
    out = io.BytesIO()
    image.convert("L").save(out, "JPEG")
    made = pdf.make_stream(out.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=image.width)
    made.Height, made.ColorSpace, made.BitsPerComponent = image.height, Name.DeviceGray, 8
    made.Filter = Name.DCTDecode
    return made


def visible_text_pdf(
    path: Path, lines: Sequence[str], *, behind: Image.Image | None = None, over: Image.Image | None = None
) -> Path:
    """An A4 page with text in render mode 0, with an image drawn before or after it."""
    font = InvisibleFont()
    place = b"q 595 0 0 842 0 0 cm %s Do Q\n"
    shown = "".join(f"1 0 0 1 60 {760 - 20 * n} Tm <{font.encode(line)}> Tj\n" for n, line in enumerate(lines))
    content = b"BT /F 12 Tf\n" + shown.encode() + b"ET\n"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        objects = Dictionary()
        if behind is not None:
            objects.Behind = _image(pdf, behind)
            content = place % b"/Behind" + content
        if over is not None:
            objects.Over = _image(pdf, over)
            content += place % b"/Over"
        page = pdf.pages[0].obj
        page.Resources = Dictionary(Font=Dictionary(F=font.build(pdf)), XObject=objects)
        page.Contents = pdf.make_stream(content)
        page.MediaBox = Array([0, 0, 595, 842])
        pdf.save(path)
    return path
