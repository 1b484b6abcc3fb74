"""Material of the stamp tests: pages, pictures of seal and signature, and a way to stamp without a key."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2 as pdfium
from PIL import Image, ImageCms, ImageDraw
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from digidoc.clock import VIETNAM
from digidoc.sign.stamp.forms import StampForm, StampSpec
from digidoc.sign.stamp.stamp import Stamp, StampKit, set_stamp, stamp_kit

OFFICE = "Ủy ban nhân dân phường Bến Nghé"
COPY = StampSpec(form=StampForm.SAO_Y, organisation=OFFICE)
AT = datetime(2026, 11, 22, 15, 4, 5, tzinfo=VIETNAM)
A4 = (0, 0, 595, 842)
RED, BLUE = (214, 20, 30), (20, 40, 190)
Shares = tuple[float, float, float, float]


def stamp(source: Path, out: Path, what: StampSpec | StampKit = COPY, field: str = "S1", signer: str = "") -> Stamp:
    """A file with the stamp in an empty signature field."""
    kit = what if isinstance(what, StampKit) else stamp_kit(what)
    with source.open("rb") as stream, out.open("wb") as made:
        writer = IncrementalPdfFileWriter(stream, strict=False)
        done = set_stamp(writer, field, kit, source, AT, signer)
        writer.write(made)
    return done


def page_pdf(
    path: Path,
    content: str = "",
    media: tuple[float, ...] = A4,
    rotate: int = 0,
    crop: tuple[float, ...] | None = None,
    unit: float | None = None,
    picture: Image.Image | None = None,
    pages: int = 1,
) -> Path:
    """Pages with the same content (operators; font /F is Helvetica), or with a picture that fills them."""
    with pikepdf.new() as pdf:
        helvetica = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        resources: dict[str, Any] = {"/Font": pikepdf.Dictionary(F=helvetica)}
        if picture is not None:
            packed = io.BytesIO()
            picture.convert("RGB").save(packed, "JPEG", quality=80)
            image = pdf.make_stream(packed.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
            image.Width, image.Height, image.BitsPerComponent = *picture.size, 8
            image.ColorSpace, image.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
            resources["/XObject"] = pikepdf.Dictionary(I=image)
            content = f"q {media[2] - media[0]} 0 0 {media[3] - media[1]} {media[0]} {media[1]} cm /I Do Q {content}"
        for _ in range(pages):
            pdf.add_blank_page(page_size=(100, 100))
            page = pdf.pages[-1]
            page.MediaBox = pikepdf.Array(media)
            if crop is not None:
                page.CropBox = pikepdf.Array(crop)
            if unit is not None:
                page.UserUnit = unit
            if rotate:
                page.Rotate = rotate
            page.Resources = pikepdf.Dictionary(resources)
            page.Contents = pdf.make_stream(content.encode("latin-1"))
        pdf.save(path)
    return path


def pdfa(path: Path, source: Path, part: int, *, intent: bool) -> Path:
    """The pages of `source` as a file that says it is PDF/A."""
    with pikepdf.open(source) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["pdfaid:part"] = str(part)
            metadata["pdfaid:conformance"] = "U" if part > 1 else "B"
        if intent:
            profile = pdf.make_stream(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), N=3)
            entry = pikepdf.Dictionary(
                Type=pikepdf.Name.OutputIntent,
                S=pikepdf.Name.GTS_PDFA1,
                OutputConditionIdentifier="sRGB",
                DestOutputProfile=profile,
            )
            pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(entry)])
        pdf.save(path, deterministic_id=True)
    return path


def seal_png(path: Path, *, dpi: float | None = None, edge: int = 60) -> Path:
    """A red ring with a star of sorts, 600 pixels across, within an empty edge."""
    size = 600 + 2 * edge
    image = Image.new("RGBA", (size, size), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((edge, edge, size - edge - 1, size - edge - 1), outline=(*RED, 255), width=24)
    pen.regular_polygon((size / 2, size / 2, 150), 5, fill=(*RED, 200))
    image.save(path, **({} if dpi is None else {"dpi": (dpi, dpi)}))
    return path


def signature_png(path: Path, *, dpi: float | None = None) -> Path:
    """A blue line and its loop, 800 x 300 pixels, without an edge."""
    image = Image.new("RGBA", (800, 300), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.line((0, 150, 799, 150), fill=(*BLUE, 255), width=24)
    pen.ellipse((250, 0, 549, 299), outline=(*BLUE, 255), width=16)
    image.save(path, **({} if dpi is None else {"dpi": (dpi, dpi)}))
    return path


def rendered(path: Path, number: int = 0, scale: float = 1.0) -> npt.NDArray[np.int16]:
    """A page with its fields as pdfium shows it: rows x columns x red, green, blue."""
    pdf = pdfium.PdfDocument(path)
    pdf.init_forms()
    picture = pdf[number].render(scale=scale, may_draw_forms=True, rev_byteorder=True).to_numpy()
    pixels: npt.NDArray[np.int16] = picture[:, :, :3].astype(np.int16)
    pdf.close()
    return pixels


def box_of(mask: npt.NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is True, pixels."""
    ys, xs = np.nonzero(mask)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def added(before: Path, after: Path, number: int = 0, scale: float = 1.0) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what differs, pixels of the rendered page."""
    difference = np.abs(rendered(before, number, scale) - rendered(after, number, scale)).max(axis=2)
    return box_of(difference > 60)


def added_shares(before: Path, after: Path) -> Shares:
    """The same as shares of the displayed page."""
    height, width = rendered(before).shape[:2]
    left, top, right, bottom = added(before, after)
    return left / width, top / height, right / width, bottom / height
