"""The pages of a paper as leaves of what was handed in; a paper that is made of others is leaves bound together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.archive.ingest import digest_of
from digidoc.model import PaperRecord, StoredFile, Turn
from digidoc.ocr.source.opening import open_source
from digidoc.pipeline.ranges import ranges
from digidoc.pipeline.stored import originals_of

LEAVES: Final = "leaves"  # of the event that pages were turned: file and page of each, and its turn from then on
_PAGES_OF_NAME: Final = re.compile(r"#[0-9][0-9,-]*\Z")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a file that was handed in, its number from 1."""

    file: StoredFile
    page: int


@dataclass(frozen=True, slots=True)
class Binding:
    """Leaves in an order, as an archive keeps them.

    Attributes:
        files: that they are of, each once, in the order in which they come first.
        part: the pages, counted through all files, from 1; none when they are all the pages, in order.
        sha256: see `digest_of`.

    """

    files: tuple[StoredFile, ...]
    part: tuple[int, ...]
    sha256: str

    def name(self, of: PaperRecord) -> str:
        """What such a paper is called: as the one that it is made of, with its pages: `scan.pdf#1-2`."""
        name = _PAGES_OF_NAME.sub("", of.name) if of.part else of.name
        return f"{name}#{ranges(self.part)}" if self.part else name


def leaves(archive: Archive, record: PaperRecord) -> tuple[Leaf, ...]:
    """The pages of a paper in order.

    Raises:
        InputError: a file cannot be opened.

    """
    files = originals_of({file.role: file for file in record.files})
    if len(files) == 1:
        return tuple(Leaf(files[0], page) for page in record.part or range(1, len(record.pages) + 1))
    every = [Leaf(file, page) for file in files for page in range(1, _count(archive, file) + 1)]
    return tuple(every[page - 1] for page in record.part) or tuple(every)


def turns_of(archive: Archive, record: PaperRecord) -> tuple[tuple[int, Turn], ...]:
    """The pages of a paper of which a person said how they lie, from 1, each with the turn that makes it upright.

    The history has it by file and page, so it holds of the same page wherever it went: in a part, in a merged paper.

    Raises:
        InputError: a file cannot be opened.

    """
    said: dict[tuple[str, int], Turn] = {
        (one["sha256"], one["page"]): one["turn"] for event in record.events for one in event.detail.get(LEAVES, ())
    }
    every = enumerate(leaves(archive, record) if said else (), 1)
    known = ((page, (leaf.file.sha256, leaf.page)) for page, leaf in every)
    return tuple((page, said[leaf]) for page, leaf in known if leaf in said)


def bind(archive: Archive, chosen: Sequence[Leaf]) -> Binding:
    """Leaves as one paper.

    Raises:
        InputError: a file cannot be opened.

    """
    files = {leaf.file.sha256: leaf.file for leaf in reversed(chosen)}
    files = {sha256: files[sha256] for sha256 in dict.fromkeys(leaf.file.sha256 for leaf in chosen)}
    before, total = dict[str, int](), 0
    for sha256, file in files.items():
        before[sha256] = total
        total += _count(archive, file)
    part = tuple(before[leaf.file.sha256] + leaf.page for leaf in chosen)
    return Binding(tuple(files.values()), () if part == tuple(range(1, total + 1)) else part, digest_of(files))


def _count(archive: Archive, file: StoredFile) -> int:
    with open_source(archive.layout.place(file.path)) as source:
        return source.page_count
