"""One paper: its pages read, its fields found, its searchable PDF/A written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from digidoc.errors import SecretPaper, SignedFile
from digidoc.model import ExtractedField, PageText, Turn
from digidoc.ocr.engine import Image, OcrEngine
from digidoc.ocr.fields import extract, is_marked_secret
from digidoc.ocr.searchable.about import about
from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.bound import open_paper
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
    originals: Sequence[Path],
    out: Path,
    engine: OcrEngine,
    *,
    part: Sequence[int] = (),
    turns: Mapping[int, Turn] = MappingProxyType({}),
    dossier: str | None = None,
    on_page: Callable[[int, int], None] | None = None,
) -> ReadPaper:
    """Read a paper and write its searchable PDF/A; a signed PDF is only read.

    Args:
        originals: scan or PDF; several are read one after the other, as one paper.
        out: the PDF/A to be made; not made for a signed PDF. It appears whole or not at all.
        engine: reads the pages that bear no good text.
        part: which pages of them the paper is, from 1, counted through all files; none for all.
        turns: of the pages of which a person said how they lie, from 1, the degrees clockwise that make them upright.
            The engine reads such a page whatever text it bears.
        dossier: code of its dossier, which stands among the keywords of the PDF.
        on_page: called with (pages read, pages there are) after each page.

    Raises:
        InputError: the file cannot be taken; `SecretPaper` for one marked MẬT, `SignedFile` for one of several that
            is signed.
        DependencyMissing: what the engine needs is not installed.
        StorageError: `out` cannot be written.

    """
    with open_paper(originals, part) as source:
        reading = _Reading(source, engine, turns, on_page)
        if source.signed and len(originals) > 1:
            raise SignedFile(file=source.path)
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
    return read_paper([path], out, engine, on_page=on_page)


class _Reading:
    """Page texts, one at a time, kept for the fields; pages with a good text layer are not read again.

    Attributes:
        pages: those that were read so far.
        coloured: whether any of them is in colour.

    """

    def __init__(
        self,
        source: Source,
        engine: OcrEngine,
        turns: Mapping[int, Turn],
        on_page: Callable[[int, int], None] | None,
    ) -> None:
        self._source, self._engine, self._turns, self._on_page = source, engine, turns, on_page
        self.pages: list[PageText] = []
        self.coloured = False

    def __iter__(self) -> Iterator[PageText]:
        for page in self._source.pages():
            text, turn = page.text, self._turns.get(len(self.pages) + 1)
            self.coloured = self.coloured or text is not None
            if text is None or turn is not None:
                text = self._engine.read(self._seen(page.image()), page.dpi, turn)
            self.pages.append(text)
            if page.index in self._source.beginnings and is_marked_secret([text]):
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
