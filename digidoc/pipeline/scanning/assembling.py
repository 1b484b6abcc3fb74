"""The file of a paper, made of the pages of a stack: the same pixels, or the same objects of a PDF; nothing is lost.

The same pages give the same bytes, so that a run that was killed is taken up where it was.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from digidoc.files import disk

_PDF: Final = ".pdf"
_BILEVEL: Final = "1"


def assemble(pages: Sequence[Path], folder: Path, name: str) -> Path:
    """Make the file of a paper; nothing happens when it is there.

    Args:
        pages: files of one page each, all of them PDF or none.
        folder: where it goes.
        name: of the file, without its ending.

    """
    if len(pages) == 1 and pages[0].suffix not in (_PDF, ".tif"):
        made = folder / f"{name}{pages[0].suffix}"
        write = _same
    else:
        made = folder / f"{name}{pages[0].suffix}"
        write = _pdf if pages[0].suffix == _PDF else _tiff
    if not made.exists():
        disk.make_folder(folder)
        temporary = folder / f".{os.getpid()}.part"
        try:
            write(pages, temporary)
            disk.sync_file(temporary)
            disk.replace(temporary, made)
        finally:
            disk.remove_file(temporary)
        disk.sync_folder(folder)
    return made


def _same(pages: Sequence[Path], target: Path) -> None:
    target.write_bytes(pages[0].read_bytes())


def _pdf(pages: Sequence[Path], target: Path) -> None:
    import pikepdf

    with pikepdf.new() as document:
        for page in pages:
            with pikepdf.open(page) as source:
                document.pages.extend(source.pages)
        document.save(target, deterministic_id=True)


def _tiff(pages: Sequence[Path], target: Path) -> None:
    """Scanners' TIFF files are not compressed, 26 MB a page; these are, without loss."""
    from PIL import Image, TiffImagePlugin

    with target.open("w+b") as file:
        with TiffImagePlugin.AppendingTiffWriter(file) as out:
            for page in pages:
                with Image.open(page, formats=("TIFF",)) as image:
                    bilevel = image.mode == _BILEVEL
                    image.save(
                        out,
                        format="TIFF",
                        compression="group4" if bilevel else "tiff_adobe_deflate",
                        dpi=image.info.get("dpi", (72, 72)),
                        **({} if bilevel else {"tiffinfo": {317: 2}}),
                    )
                out.newFrame()
        del out  # it looks into the file once more when it goes: that has to be open still
