"""What comes in: one paper as a file, its pages in order, each with its pixels and its text layer if that is good."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from digidoc.model import PageText
from digidoc.pdf.content import PageContent
from digidoc.pdf.outline import OutlineEntry
from digidoc.pdf.pdfa import DocumentInfo

# A register of a year has some thousand pages; a TIFF chain or a page tree that goes on for ever has more.
MAX_PAGES = 10_000
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"\0\0\0\x0cjP  ", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"BM", "image/bmp"),
    (b"GIF8", "image/gif"),
    *((b"P%d" % kind, "image/x-portable-anymap") for kind in range(1, 7)),
)


class SourcePage(Protocol):
    """One page of a source.

    Attributes:
        index: from 0.
        dpi: pixels an inch of what `image` gives, horizontally and vertically; of a scan in a PDF the pixels over the
            size of the page, not what a file claims.
        text: the page's text layer when it is good (source "layer", boxes in pixels of `image`), else None: to be read.

    """

    @property
    def index(self) -> int:
        """See above."""
        ...

    @property
    def dpi(self) -> tuple[float, float]:
        """See above."""
        ...

    @property
    def text(self) -> PageText | None:
        """See above."""
        ...

    def image(self) -> NDArray[np.uint8]:
        """The page as displayed: HxW grey or HxWx3 RGB, white paper, at most 40 megapixels.

        Raises:
            UnreadableFile: the pixels are broken.
            TooLarge: they would not fit in memory.

        """
        ...


class Source(ABC):
    """An opened file; a context manager.

    Attributes:
        path: where it lies.
        media_type: such as image/tiff or application/pdf.
        page_count: pages it will give.
        signed: a PDF with a signature or the remains of one, which must never be rewritten.
        info: document information worth carrying over.
        outline: bookmarks worth carrying over.
        beginnings: pages (from 0) on which something of its own may begin: the first, and the first of each file.
        notes: code and detail of what of the document cannot be carried over (attachments, forms, scripts).

    """

    path: Path
    media_type: str
    page_count: int
    signed: bool = False
    info: DocumentInfo = DocumentInfo()
    outline: tuple[OutlineEntry, ...] = ()
    beginnings: frozenset[int] = frozenset({0})
    notes: tuple[str, ...] = ()

    @abstractmethod
    def pages(self) -> Iterator[SourcePage]:
        """The pages in order; only the page in hand is in memory."""

    @abstractmethod
    def content(self, index: int) -> PageContent:
        """What the searchable PDF shows of page `index` (from 0), beside its text."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def sniff(head: bytes) -> str | None:
    """The media type by the first bytes of a file; None for what digidoc does not read. Names say nothing."""
    # ISO 32000-1, annex H: readers accept the header anywhere in the first 1,024 bytes.
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        brands = {head[8:12], *(head[i : i + 4] for i in range(16, min(len(head), 64), 4))}
        if brands & set(_AVIF_BRANDS):
            return "image/avif"
        if brands & set(_HEIF_BRANDS):
            return "image/heic"
    return "application/pdf" if b"%PDF-" in head or b"startxref" in head else None
