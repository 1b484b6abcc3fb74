"""Writing the searchable PDF/A-2u: the page's own images or drawing, and what was read of them as invisible text.

ISO 19005-2, level U. Images are neither resampled nor turned: `/Rotate` stands the page upright, and the text matrix
follows the skew. The same input gives the same bytes.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import pikepdf
from pikepdf import Array, Dictionary, Name

from digidoc.errors import SignedFile, from_os
from digidoc.model import PageText
from digidoc.ocr.searchable.text import text_operators
from digidoc.ocr.source.protocol import Source
from digidoc.pdf.content import PageContent
from digidoc.pdf.font.glyphless import InvisibleFont
from digidoc.pdf.geometry import number
from digidoc.pdf.image.embed import Embedder
from digidoc.pdf.outline import OutlineEntry, write_outline
from digidoc.pdf.pdfa import DocumentInfo, save, write_metadata
from digidoc.pdf.vector.copy import VectorCopier
from digidoc.pdf.vector.values import VectorPage

# Image data that may wait in memory before it goes to a temporary file.
_CHUNK_BYTES = 24 * 2**20


@dataclass(frozen=True, slots=True)
class PdfReport:
    """What was written.

    Attributes:
        pages: how many.
        notes: "page N: code: detail" for every place where original bytes could not be embedded as they are, and
            "code: detail" for what of the document as a whole was left out. English.

    """

    pages: int
    notes: tuple[str, ...]


def write_searchable(
    source: Source, texts: Iterable[PageText], out: Path, *, about: Callable[[], DocumentInfo], language: str = "vi"
) -> PdfReport:
    """Write `source` as a searchable PDF/A-2u to `out`, which is replaced in one step or left as it was.

    Args:
        source: opened; its pages are taken one by one.
        texts: one a page, in order; pulled lazily, so the caller may read page by page.
        out: the file to make.
        about: what the document says of itself (see `digidoc.ocr.searchable.about`), asked for once all texts were
            pulled. What the source says of itself is not taken over, for that is often the name of a file, but for
            the program that made it, and when.
        language: of the text (RFC 3066).

    Raises:
        SignedFile: the source bears a signature or the remains of one.
        UnreadableFile, TooLarge: a page cannot be shown.
        StorageError: the disk said no; nothing is left behind.

    """
    if source.signed:
        raise SignedFile(file=source.path)
    with ExitStack() as stack:
        with _saving(out):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=".digidoc-", dir=out.parent))
        writer = stack.enter_context(_Writer(Path(folder), out))
        for index, text in zip(range(source.page_count), texts, strict=True):
            writer.add(source.content(index), text)
        with _saving(out):
            # Replaced by rename, after the bytes are on the disk: nobody ever sees half a file.
            info = replace(about(), creator=source.info.creator, created=source.info.created)
            writer.finish(info, source.outline, language).replace(out)
        notes = writer.notes
    return PdfReport(source.page_count, (*notes, *source.notes))


@contextmanager
def _saving(out: Path) -> Iterator[None]:
    """What the disk says in here is about `out`; what the reading of the pages raises is not."""
    try:
        yield
    except OSError as error:
        raise from_os(error, out) from error


class _Writer:
    """Collects pages; what grows too large for memory waits in `folder`."""

    def __init__(self, folder: Path, out: Path) -> None:
        self._folder = folder
        self._out = out
        self._stack = ExitStack()
        self._chunks: list[Path] = []
        self._notes: list[str] = []
        self._count = 0
        self._start_chunk()

    def _start_chunk(self) -> None:
        self._pdf = pikepdf.new()
        self._font = InvisibleFont()
        self._embedder = Embedder(self._pdf)
        self._copier = VectorCopier(self._pdf)
        self._with_text: list[pikepdf.Object] = []

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pdf.close()
        self._stack.close()

    def add(self, content: PageContent, text: PageText) -> None:
        """Make the next page."""
        self._count += 1
        vector = content.vector
        page = self._composed(content, text) if vector is None else self._copied(content, vector, text)
        self._pdf.pages.append(pikepdf.Page(page))
        self._notes += [f"page {self._count}: {note}" for note in content.notes]
        if self._embedder.bytes_held + self._copier.bytes_held > _CHUNK_BYTES:
            self._end_chunk()
            self._start_chunk()

    def _composed(self, content: PageContent, text: PageText) -> pikepdf.Object:
        """A page of images, and its text."""
        names, operators = self._images(content)
        written = text_operators(text, content.size, self._font)
        page = self._pdf.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, *(round(side, 4) for side in content.size)]),
                Resources=Dictionary(XObject=names) if len(names) else Dictionary(),
                Contents=self._pdf.make_stream(operators + written),
            )
        )
        if text.frame.turn:
            page.Rotate = text.frame.turn
        if written:
            self._with_text.append(page)
        return page

    def _images(self, content: PageContent) -> tuple[Dictionary, bytes]:
        names, operators = Dictionary(), []
        for place, placed in enumerate(content.images):
            names[f"/Im{place}"] = self._embedder.embed(placed.image)
            matrix = " ".join(number(value) for value in placed.matrix)
            operators.append(f"q {matrix} cm /Im{place} Do Q\n".encode("ascii"))
        return names, b"".join(operators)

    def _copied(self, content: PageContent, vector: VectorPage, text: PageText) -> pikepdf.Object:
        """A page with its own drawing; over it the pictures of its annotations, and its text if it has none itself."""
        names, operators = self._images(content)
        written = b"" if text.source == "layer" else text_operators(text, content.size, self._font)
        over: pikepdf.Object | None = None
        if operators or written:
            entries = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, *content.size]))
            entries.Resources = Dictionary(XObject=names) if len(names) else Dictionary()
            over = self._pdf.make_indirect(pikepdf.Stream(self._pdf, operators + written, entries))
            if written:
                self._with_text.append(over)
        return self._copier.page(vector, text.frame.turn, over)

    def _end_chunk(self) -> None:
        """Give the pages their font, and put the chunk into a file: pikepdf holds what it copies until it is closed."""
        self._give_font()
        path = self._folder / f"{len(self._chunks)}.pdf"
        with _saving(self._out):
            self._pdf.save(path, deterministic_id=True)
        self._pdf.close()
        self._chunks.append(path)

    def _give_font(self) -> None:
        if self._with_text:
            fonts = Dictionary(F=self._font.build(self._pdf))
            for drawn in self._with_text:
                drawn.Resources.Font = fonts

    def finish(self, info: DocumentInfo, outline: tuple[OutlineEntry, ...], language: str) -> Path:
        """Write the whole document to the folder and bring it onto the disk."""
        if self._chunks:
            self._end_chunk()
            whole = self._stack.enter_context(self._joined())
        else:
            self._give_font()
            whole = self._pdf
        write_outline(whole, outline)
        write_metadata(whole, info, language)
        path = self._folder / "whole.pdf"
        with path.open("wb") as stream:
            save(whole, stream)
            stream.flush()
            os.fsync(stream.fileno())
        return path

    def _joined(self) -> pikepdf.Pdf:
        """The chunks one after the other, by qpdf's own job: it copies from file to file, pikepdf through memory."""
        path = self._folder / "joined.pdf"
        words = ["--deterministic-id", "--stream-data=preserve", "--pages", *map(str, self._chunks), "--", str(path)]
        job = pikepdf.Job(["qpdf", "--empty", *words])
        job.run()
        return pikepdf.open(path, access_mode=pikepdf.AccessMode.stream)
