"""Pages of stacks: sheets as a printer and a scanner leave them, and pages of papers."""

import io
from collections.abc import Iterator, Sequence

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from digidoc.scan.codes import EndCode, SheetCode
from digidoc.scan.sheets import sheets_pdf
from tests.papers import LONG_AGO
from tests.scans import page_with_words


def sheet_picture(code: SheetCode | EndCode, *, dpi: int = 150) -> Image.Image:
    """A sheet alone."""
    return next(sheet_pictures([code], dpi=dpi))


def sheet_pictures(codes: Sequence[SheetCode | EndCode], *, dpi: int = 150) -> Iterator[Image.Image]:
    """The sheets of a run as they were printed, in colour; fonts are cut once for all of them, for that takes long."""
    with pypdfium2.PdfDocument(sheets_pdf(codes, LONG_AGO, two_sided=False)) as document:
        for page in document:
            yield page.render(scale=dpi / 72).to_pil().convert("RGB")


def scanned(picture: Image.Image, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A page as an office's scanner might leave it: askew, upside down, pale, noisy, blurred, compressed, bilevel."""
    turned = picture.rotate(
        rng.uniform(-4, 4) + 90 * int(rng.integers(4)), expand=True, fillcolor=(250, 248, 240), resample=Image.BILINEAR
    )
    pixels = np.asarray(turned).astype(float) * rng.uniform(0.6, 1.0) + rng.uniform(0, 40)
    noisy = pixels + rng.normal(0, rng.choice([3, 15, 30]), pixels.shape)
    blurred = Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.0)))
    packed = io.BytesIO()
    blurred.save(packed, "JPEG", quality=int(rng.choice([25, 50, 80])))
    read = Image.open(packed)
    if rng.random() < 0.3:
        read = read.convert("L").point(lambda value: 255 if value > 128 else 0)
    return np.asarray(read)


def paper_picture(text: str, *, dpi: int = 150) -> Image.Image:
    """A page of a paper."""
    return page_with_words((text, "Căn cứ Luật Tổ chức chính quyền địa phương;"), dpi=dpi).image.convert("RGB")
