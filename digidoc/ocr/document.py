"""One paper: its pages read, its fields found, its searchable PDF/A written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from digidoc.errors import SecretPaper, SignedFile
from digidoc.model import ExtractedField, PageText
from digidoc.ocr.engine import Image, OcrEngine
from digidoc.ocr.fields import extract, is_marked_secret
from digidoc.ocr.searchable.about import about
from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.ocr.source.protocol import Source


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """What was read of one paper.

    Attributes:
        media_type: of the input.
        signed: a signed PDF, of which no searchable copy is made: it is kept as it is.
        pages: the text of every page, in order.
        fields: what the paper says of itself.
        notes: where original bytes could not be embedded as they are (codes and detail, English).
        coloured: whether the scan was made in colour: any page with three channels; True for born-digital pages.

    """

    media_type: str
    signed: bool
    pages: tuple[PageText, ...]
    fields: tuple[ExtractedField, ...]
    notes: tuple[str, ...]
    coloured: bool


def read_paper(
    path: Path,
    out: Path,
    engine: OcrEngine,
    *,
    dossier: str | None = None,
    on_page: Callable[[int, int], None] | None = None,
) -> ReadPaper:
    """Read a paper and write its searchable PDF/A; a signed PDF is only read.

    Args:
        path: scan or PDF.
        out: the PDF/A to be made; not made for a signed PDF. It appears whole or not at all.
        engine: reads the pages that bear no good text.
        dossier: code of its dossier, which stands among the keywords of the PDF.
        on_page: called with (pages read, pages there are) after each page.

    Raises:
        InputError: the file cannot be taken; `SecretPaper` for one marked MẬT.
        DependencyMissing: what the engine needs is not installed.
        StorageError: `out` cannot be written.

    """
    with open_source(path) as source:
        reading = _Reading(source, engine, on_page)
        if source.signed:
            notes: tuple[str, ...] = ()
            for _ in reading:
                pass
        else:
            notes = write_searchable(source, reading, out, about=lambda: about(reading.fields, dossier)).notes
        pages = tuple(reading.pages)
        return ReadPaper(source.media_type, source.signed, pages, reading.fields, notes, reading.coloured)


def convert(
    path: Path, out: Path, engine: OcrEngine, *, on_page: Callable[[int, int], None] | None = None
) -> ReadPaper:
    """`read_paper` for a caller that needs the PDF: a signed input is refused.

    Raises:
        SignedFile: a copy with a text layer would break the signature.

    """
    with open_source(path) as source:
        if source.signed:
            raise SignedFile(file=path)
    return read_paper(path, out, engine, on_page=on_page)


class _Reading:
    """Page texts, one at a time, kept for the fields; pages with a good text layer are not read again.

    Attributes:
        pages: those that were read so far.
        coloured: whether any of them is in colour.

    """

    def __init__(self, source: Source, engine: OcrEngine, on_page: Callable[[int, int], None] | None) -> None:
        self._source, self._engine, self._on_page = source, engine, on_page
        self.pages: list[PageText] = []
        self.coloured = False

    def __iter__(self) -> Iterator[PageText]:
        for page in self._source.pages():
            text = page.text
            if text is None:
                text = self._engine.read(self._seen(page.image()), page.dpi)
            else:
                self.coloured = True
            self.pages.append(text)
            if len(self.pages) == 1 and is_marked_secret(self.pages):
                raise SecretPaper(file=self._source.path)
            if self._on_page is not None:
                self._on_page(len(self.pages), self._source.page_count)
            yield text

    @cached_property
    def fields(self) -> tuple[ExtractedField, ...]:
        """What the pages say of the paper; asked for when all are read."""
        return extract(self.pages)

    def _seen(self, image: Image) -> Image:
        """The page, handed on and not kept: the engine lets go of its colours as soon as it can."""
        self.coloured = self.coloured or image.ndim == 3  # noqa: PLR2004 (RGB)
        return image
