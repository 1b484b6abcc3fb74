"""A file with separator sheets in it, such as a copier makes of a whole stack, as a stack: a file for each page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.files import disk
from digidoc.ocr.source.opening import media_type_of, open_source
from digidoc.pipeline.scanning.filing_stacks import stacks_of
from digidoc.pipeline.scanning.looking import page_of
from digidoc.scan.reading import codes_on
from digidoc.scan.stacks import Stack, Stacks

_SHA256: Final = "sha256"
_WHOLE: Final = "whole"


def has_sheets(file: Path) -> bool:
    """Whether a page of a file has the code of a sheet. A PDF that is signed is never taken apart.

    Raises:
        DigidocError: it cannot be read.

    """
    with open_source(file) as source:
        return not source.signed and any(codes_on(page.image()) for page in source.pages())


def stack_of(archive: Archive, file: Path) -> Stack:
    """The stack that a file is; the same file is the same stack, and one that was begun and killed is made anew.

    Raises:
        DigidocError: the file, or a page of it, cannot be read.

    """
    stacks, sha256 = stacks_of(archive), disk.sha256_of(file)
    for name in stacks.names():
        known = stacks.load(name)
        if known.options.get(_SHA256) == sha256:
            if known.options.get(_WHOLE):
                return known
            stacks.discard(known)
    stack = stacks.create(datetime.now(UTC), "", {"file": file.name, _SHA256: sha256})
    for page in _pages(stacks, stack, file):
        stack = stacks.acknowledge(stack, page, page_of(page))
    stack = replace(stack, options={**stack.options, _WHOLE: True})
    stacks.save(stack)
    return stack


def _pages(stacks: Stacks, stack: Stack, file: Path) -> Iterator[Path]:
    folder, kind = stacks.folder(stack.stack), media_type_of(file)
    if kind == "application/pdf":
        yield from _of_pdf(file, folder)
    elif kind == "image/tiff":
        yield from _of_tiff(file, folder)
    else:
        page = folder / f"00001{file.suffix.lower()}"
        page.write_bytes(file.read_bytes())
        yield page


def _of_pdf(file: Path, folder: Path) -> Iterator[Path]:
    import pikepdf

    with pikepdf.open(file) as document:
        for number, page in enumerate(document.pages, 1):
            target = folder / f"{number:05d}.pdf"
            with pikepdf.new() as single:
                single.pages.append(page)
                single.save(target, deterministic_id=True)
            yield target


def _of_tiff(file: Path, folder: Path) -> Iterator[Path]:
    from PIL import Image, ImageSequence

    with Image.open(file, formats=("TIFF",)) as document:
        for number, frame in enumerate(ImageSequence.Iterator(document), 1):
            target = folder / f"{number:05d}.tif"
            compression = "group4" if frame.mode == "1" else "tiff_adobe_deflate"
            frame.save(target, format="TIFF", compression=compression, dpi=frame.info.get("dpi", (72, 72)))
            yield target
