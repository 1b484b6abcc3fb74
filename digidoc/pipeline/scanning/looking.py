"""What is seen on a page of a stack: the codes of sheets, whether it is blank, and what its file says of its size."""

from pathlib import Path
from typing import Final

from digidoc.files import disk
from digidoc.ocr.source.opening import open_source
from digidoc.scan.blank import blankness
from digidoc.scan.reading import codes_on
from digidoc.scan.stacks import StackPage, sheet_of

_MM_AN_INCH: Final = 25.4


def page_of(file: Path, side: str = "") -> StackPage:
    """The page that a file of a stack has; the file has exactly one.

    Raises:
        DigidocError: it cannot be read.

    """
    with open_source(file) as source:
        page = next(iter(source.pages()))
        image, (across, down) = page.image(), page.dpi
    codes = codes_on(image)
    height, width = image.shape[:2]
    return StackPage(
        file=file.name,
        sha256=disk.sha256_of(file),
        side=side,
        dpi=round(across),
        mm=(round(width / across * _MM_AN_INCH), round(height / down * _MM_AN_INCH)),
        sheet=sheet_of(codes),
        blank="no" if codes else blankness(image),
    )
