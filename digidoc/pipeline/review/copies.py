"""The searchable copy of a paper, written anew from its original and its corrected text, without reading it again."""

from pathlib import Path

from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.pipeline.review.reading import Reading


def write_copy(original: Path, name: str, reading: Reading, out: Path) -> None:
    """Write the searchable PDF/A of a paper.

    Args:
        original: as it was filed.
        name: of the paper.
        reading: its text, one page of the original each.
        out: the file to make.

    Raises:
        InputError: the original cannot be opened any more.
        StorageError: `out` cannot be written.

    """
    with open_source(original) as source:
        write_searchable(source, reading.pages, out, title=Path(name).stem)
