"""Chosen pages of one file, or of several files one after the other, as one source.

Only one file is open at a time: a paper may consist of many.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digidoc.errors import DigidocError, UnreadableFile
from digidoc.i18n import N_
from digidoc.model import PageText
from digidoc.ocr.source.opening import open_source
from digidoc.ocr.source.protocol import Source, SourcePage
from digidoc.pdf.content import PageContent
from digidoc.pdf.outline import OutlineEntry


def open_paper(originals: Sequence[Path], part: Sequence[int] = ()) -> Source:
    """Open a paper: all that was handed in of it, or chosen pages of that.

    Args:
        originals: its files, in order; mostly one.
        part: its pages, from 1, counted through all files; none for all of them.

    Raises:
        InputError: see `open_source`; or a page is not there.

    """
    if len(originals) == 1 and not part:
        return open_source(originals[0])
    return BoundSource(originals, part)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page lies: the number of its file, and of the page in it, both from 0."""

    file: int
    page: int


class BoundSource(Source):
    """Pages in the order in which they are given.

    Args:
        paths: the files.
        pages: numbers from 1, counted through all files; none for all of them.

    Raises:
        InputError: a file cannot be opened, or there is no such page.

    """

    def __init__(self, paths: Sequence[Path], pages: Sequence[int] = ()) -> None:
        self._paths = tuple(paths)
        self.path = self._paths[0]
        self._open: tuple[int, Source] | None = None
        there: list[_Place] = []
        outlines: list[tuple[OutlineEntry, ...]] = []
        try:
            for number in range(len(self._paths)):
                source = self._source(number)
                if not number:
                    self.media_type, self.info = source.media_type, source.info
                outlines.append(_moved(source.outline, {page: len(there) + page for page in range(source.page_count)}))
                there += [_Place(number, page) for page in range(source.page_count)]
                self.signed = self.signed or source.signed
                self.notes += source.notes
            missing = next((page for page in pages if not 0 < page <= len(there)), None)
            if missing is not None:
                raise UnreadableFile(file=self.path, reason=N_("there is no page {page}"), page=missing)
        except DigidocError:
            self.close()
            raise
        chosen = [page - 1 for page in pages] or list(range(len(there)))
        self._places = [there[page] for page in chosen]
        self.page_count = len(chosen)
        self.beginnings = frozenset({0, *(index for index, place in enumerate(self._places) if not place.page)})
        new = {page: place for place, page in reversed(list(enumerate(chosen)))}
        self.outline = tuple(entry for outline in outlines for entry in _moved(outline, new))

    def _source(self, number: int) -> Source:
        """A file, opened; the one before is closed."""
        if self._open is None or self._open[0] != number:
            self.close()
            self._open = number, open_source(self._paths[number])
        return self._open[1]

    def pages(self) -> Iterator[SourcePage]:
        """See `Source`."""
        for index, place in enumerate(self._places):
            yield _BoundPage(next(islice(self._source(place.file).pages(), place.page, None)), index)

    def content(self, index: int) -> PageContent:
        """See `Source`."""
        place = self._places[index]
        return self._source(place.file).content(place.page)

    def close(self) -> None:
        """See `Source`."""
        if self._open is not None:
            self._open[1].close()
            self._open = None


class _BoundPage:
    """A page under its new number; what it shows is asked for before the next page is taken."""

    def __init__(self, page: SourcePage, index: int) -> None:
        self._page = page
        self.index = index

    @property
    def dpi(self) -> tuple[float, float]:
        """See `SourcePage`."""
        return self._page.dpi

    @property
    def text(self) -> PageText | None:
        """See `SourcePage`."""
        return self._page.text

    def image(self) -> NDArray[np.uint8]:
        """See `SourcePage`."""
        return self._page.image()


def _moved(outline: Sequence[OutlineEntry], pages: dict[int, int]) -> tuple[OutlineEntry, ...]:
    """The bookmarks with the new numbers of their pages; what lies below one that is left out takes its place."""
    found: list[OutlineEntry] = []
    for entry in outline:
        below = _moved(entry.below, pages)
        if entry.page in pages:
            found.append(OutlineEntry(entry.title, pages[entry.page], below))
        else:
            found += below
    return tuple(found)
