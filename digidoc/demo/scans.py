"""Sample scans: papers of an invented commune, as its office's scanners might have left them. The same every time."""

import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from PIL import Image

from digidoc.demo import texts
from digidoc.demo.look import SEAL_MM, Wear, overprint, scribble, seal, wear, written
from digidoc.demo.papers import Paper, Printed, print_paper
from digidoc.errors import from_os
from digidoc.model import Turn

AGENCY: Final = "H99.26"
_ORIENTATION_TAG: Final = 0x0112
_TURN_RIGHT_TO_SHOW: Final = 6  # EXIF's word for "turn the stored pixels by 90° clockwise"
_PDF_DATE: Final = time.gmtime(1_758_000_000)
# What stands in the middle of an organ's seal; the organ itself and the place run around it.
_SEALS: Final[Mapping[str, str]] = {
    "ỦY BAN NHÂN DÂN XÃ AN BÌNH ĐÔNG": "ỦY BAN\nNHÂN DÂN",
    "PHÒNG KINH TẾ": "PHÒNG\nKINH TẾ",
    "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG": "TRUNG\nTÂM",
}

Form = Literal["jpeg", "jpeg-exif", "png", "tiff", "tiff-g4", "pdf"]


@dataclass(frozen=True, slots=True)
class DemoScan:
    """One sample scan and what is truly on it.

    Attributes:
        path: the file.
        dossier: code of the dossier, the name of its folder.
        truth: for each page its printed lines in reading order, one a line, NFC; without seal, signature and leaders.
        turn: degrees clockwise that make the content of the page, as displayed, upright.
        skew: degrees counter-clockwise that then make it level.
        dpi: pixels an inch.
        fields: what a person reads on it, by the names of `digidoc.model.ExtractedField`; dates as yyyy-mm-dd, empty
            where the paper has none.

    """

    path: Path
    dossier: str
    truth: tuple[str, ...]
    turn: Turn
    skew: float
    dpi: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Recipe:
    name: str
    paper: Paper
    form: Form
    dpi: int = 200
    wear: Wear = Wear()  # noqa: RUF009 (a frozen value)
    sealed: bool = True
    turn: Turn = 0


_DOSSIERS: Final[Mapping[str, tuple[_Recipe, ...]]] = {
    f"{AGENCY}-250908-0007": (
        _Recipe("01-to-khai-khai-sinh.jpg", texts.BIRTH_FORM, "jpeg", sealed=False),
        _Recipe("02-giay-xac-nhan-cu-tru.jpg", texts.RESIDENCE, "jpeg-exif", wear=Wear(tilt=-0.6)),
        _Recipe("03-quyet-dinh-cai-chinh.jpg", texts.BIRTH_DECISION, "jpeg", dpi=300, wear=Wear(tilt=0.3)),
    ),
    f"{AGENCY}-250903-0015": (
        _Recipe("01-don-de-nghi.pdf", texts.LAND_REQUEST, "pdf", wear=Wear(tilt=0.4), sealed=False),
        _Recipe("02-bien-ban-kiem-tra.png", texts.LAND_MINUTES, "png", wear=Wear(tilt=-0.4)),
        _Recipe("03-to-trinh.jpg", texts.LAND_PROPOSAL, "jpeg", wear=Wear(tone=(238, 222, 184), noise=13.0, blur=0.8)),
        _Recipe("04-quyet-dinh.tif", texts.LAND_DECISION, "tiff", wear=Wear(tilt=0.2)),
    ),
    f"{AGENCY}-250911-0003": (
        _Recipe("01-giay-de-nghi.jpg", texts.SHOP_FORM, "jpeg", wear=Wear(tilt=2.0), sealed=False),
        _Recipe("02-cong-van.tif", texts.SHOP_LETTER, "tiff-g4", dpi=300, wear=Wear(noise=6.0)),
        _Recipe("03-giay-chung-nhan.jpg", texts.SHOP_CERTIFICATE, "jpeg", dpi=300),
    ),
    f"{AGENCY}-250918-0021": (
        _Recipe("01-thong-bao.jpg", texts.NOTICE, "jpeg", turn=90),
        _Recipe("02-bao-cao.png", texts.REPORT, "png", wear=Wear(tone=(246, 244, 238), noise=4.0, tilt=-1.2)),
    ),
}


def make_scans(folder: Path) -> list[DemoScan]:
    """Write the sample scans below `folder`, a sub-folder for each dossier, and say what is on them.

    Raises:
        StorageError: the folder cannot be written.

    """
    made: list[DemoScan] = []
    for dossier, recipes in _DOSSIERS.items():
        below = folder / dossier
        try:
            below.mkdir(parents=True, exist_ok=True)
            made += [_make(recipe, dossier, below / recipe.name) for recipe in recipes]
        except OSError as error:
            raise from_os(error, below) from error
    return made


def _make(recipe: _Recipe, dossier: str, path: Path) -> DemoScan:
    printed = print_paper(recipe.paper, recipe.dpi)
    # A seed of its own for each file: adding one changes no other.
    random = np.random.default_rng(zlib.crc32(f"{dossier}/{recipe.name}".encode()))
    pages = [sheet.image.convert("RGB") for sheet in printed.sheets]
    _number(pages[0], printed, recipe, random)
    _sign(pages[-1], printed, recipe, random)
    pages = [_turned(wear(page, recipe.wear, random), recipe.turn) for page in pages]
    _SAVE[recipe.form](pages, path, recipe.dpi)
    return DemoScan(
        path=path,
        dossier=dossier,
        truth=tuple("\n".join(line.text for line in sheet.lines) for sheet in printed.sheets),
        turn=recipe.turn,
        skew=recipe.wear.tilt,
        dpi=recipe.dpi,
        fields=recipe.paper.fields,
    )


def _number(page: Image.Image, printed: Printed, recipe: _Recipe, random: np.random.Generator) -> None:
    """Fill in a number by hand, where the paper leaves room for it: many offices do so once it is signed."""
    head = recipe.paper.head
    if head is None or not head.by_hand:
        return
    line = next(line for line in printed.sheets[0].lines if line.text.startswith("Số:"))
    before, after = line.words[0].box, line.words[1].box
    digits = written(head.number, round(line.box.height * 1.1), random)
    overprint(page, digits, (before.x1 + after.x0 - digits.width) / 2, before.y0 - digits.height * 0.25)


def _sign(page: Image.Image, printed: Printed, recipe: _Recipe, random: np.random.Generator) -> None:
    """Sign the paper, and seal it as the rules want: over the left third of the signature."""
    left, top, width = printed.signer
    mm = recipe.dpi / 25.4
    overprint(page, scribble(round(46 * mm), round(22 * mm), random), left + width / 2 - 20 * mm, top + 2 * mm)
    if recipe.sealed:
        organ = recipe.paper.organ
        place = "T. TRƯỜNG SƠN" if "AN BÌNH ĐÔNG" in organ else "XÃ AN BÌNH ĐÔNG"
        stamp = seal(recipe.dpi, f"{organ} * {place} * ", _SEALS[organ], random)
        overprint(page, stamp, left + width / 2 - (10 + SEAL_MM * 0.66) * mm, top - 5 * mm)


def _turned(page: Image.Image, turn: Turn) -> Image.Image:
    """The page lying on its side, so that `turn` degrees clockwise make it upright."""
    back = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    return page.transpose(back[turn]) if turn else page


def _jpeg(pages: Sequence[Image.Image], path: Path, dpi: int) -> None:
    pages[0].save(path, "JPEG", quality=82, dpi=(dpi, dpi))


def _jpeg_with_orientation(pages: Sequence[Image.Image], path: Path, dpi: int) -> None:
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = _TURN_RIGHT_TO_SHOW
    stored = pages[0].transpose(Image.Transpose.ROTATE_90)
    stored.save(path, "JPEG", quality=82, dpi=(dpi, dpi), exif=exif)


def _png(pages: Sequence[Image.Image], path: Path, dpi: int) -> None:
    pages[0].convert("L").save(path, "PNG", dpi=(dpi, dpi), compress_level=3)


def _tiff(pages: Sequence[Image.Image], path: Path, dpi: int) -> None:
    pages[0].save(path, "TIFF", compression="jpeg", quality=85, dpi=(dpi, dpi), save_all=True, append_images=pages[1:])


def _tiff_bitonal(pages: Sequence[Image.Image], path: Path, dpi: int) -> None:
    bitonal = [page.convert("L").point(lambda grey: 255 if grey > 150 else 0).convert("1") for page in pages]  # noqa: PLR2004
    bitonal[0].save(path, "TIFF", compression="group4", dpi=(dpi, dpi), save_all=True, append_images=bitonal[1:])


def _pdf(pages: Sequence[Image.Image], path: Path, dpi: int) -> None:
    pages[0].save(
        path,
        "PDF",
        resolution=dpi,
        quality=82,
        save_all=True,
        append_images=pages[1:],
        creationDate=_PDF_DATE,
        modDate=_PDF_DATE,
    )


_SAVE: Final = {
    "jpeg": _jpeg,
    "jpeg-exif": _jpeg_with_orientation,
    "png": _png,
    "tiff": _tiff,
    "tiff-g4": _tiff_bitonal,
    "pdf": _pdf,
}
