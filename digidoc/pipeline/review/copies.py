"""The searchable copy of a paper, written anew from its original and its corrected text, without reading it again."""

from pathlib import Path

from digidoc.ocr.searchable.about import about
from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.pipeline.review.reading import Reading


def write_copy(original: Path, dossier: str | None, reading: Reading, out: Path) -> None:
    """Write the searchable PDF/A of a paper.

    Args:
        original: as it was filed.
        dossier: code of its dossier; None for a loose paper.
        reading: its text, one page of the original each, and its fields, which the PDF says of itself.
        out: the file to make.

    Raises:
        InputError: the original cannot be opened any more.
        StorageError: `out` cannot be written.

    """
    with open_source(original) as source:
        write_searchable(source, reading.pages, out, about=lambda: about(reading.fields, dossier))


def says_otherwise(before: Reading, after: Reading) -> bool:
    """Whether a copy of the later reading would say something else of itself: its title, author, subject, keywords.

    Where the text of the pages is missing no copy can be made.
    """
    return bool(after.pages) and about(before.fields, None) != about(after.fields, None)
