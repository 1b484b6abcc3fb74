"""A paper that is made of pages of others: what was read and settled goes along, nothing is read anew.

Its fields are extracted anew from the text, for it is another paper; its searchable PDF shows its pages alone. What the
office signed was another paper, so no signature goes along.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Entry
from digidoc.archive.ingest import Draft, Role
from digidoc.files import disk
from digidoc.model import Event, PageText, PaperRecord
from digidoc.ocr.fields import extract
from digidoc.pipeline.operate.decisions import Settled, carried_over
from digidoc.pipeline.operate.leaves import Binding
from digidoc.pipeline.review.copies import write_copy
from digidoc.pipeline.review.reading import Reading
from digidoc.pipeline.review.replay import settled
from digidoc.pipeline.review.standing import standing
from digidoc.pipeline.stored import by_role, open_pages
from digidoc.pipeline.work import GREY, doubts_of

_COLOURS: Final = 3


@dataclass(frozen=True, slots=True)
class Bound:
    """A paper that gives pages.

    Attributes:
        record: as the catalogue has it.
        reading: its text.
        entries: what people said of it.

    """

    record: PaperRecord
    reading: Reading
    entries: tuple[Entry, ...]

    def pages(self, chosen: Sequence[int]) -> tuple[PageText, ...]:
        """Some of its pages, from 1."""
        return tuple(self.reading.pages[page - 1] for page in chosen)


@dataclass(frozen=True, slots=True)
class New:
    """What a paper is made of, and what is known of it already.

    Attributes:
        paper: its id.
        name: what it is called.
        task_key: by which a later reading knows whether it was read so before.
        binding: its pages as they were handed in.
        chosen: from which papers, and which of their pages, from 1.
        events: its history.

    """

    paper: str
    name: str
    task_key: str
    binding: Binding
    chosen: Sequence[tuple[Bound, Sequence[int]]]
    events: tuple[Event, ...]


def composed(archive: Archive, new: New, folder: Path, replaces: frozenset[str]) -> Draft:
    """The paper, ready to be filed.

    Args:
        archive: that has the papers that it is made of.
        new: see `New`.
        folder: for the files that are made.
        replaces: see `Draft`.

    Raises:
        InputError: an original cannot be opened.
        StorageError, OSError: a file cannot be written.

    """
    pages = tuple(page for bound, chosen in new.chosen for page in bound.pages(chosen))
    before = Reading(pages, extract(pages))
    entries = carried_over(_with_numbers(new.chosen), before.fields)
    doubts = doubts_of(pages, before.fields, coloured=_coloured(archive, new.chosen))
    state, conformant = standing(doubts, before.fields)
    read = [page.confidence for page in pages if page.text]
    first = new.chosen[0][0].record
    record = replace(
        first,
        paper_id=new.paper,
        task_key=new.task_key,
        name=new.name,
        state=state,
        sha256=new.binding.sha256,
        object_id="",
        object_version="",
        files=(),
        pages=tuple(page.text for page in pages),
        page_dpi=tuple(round(min(page.dpi), 1) for page in pages),
        fields=before.fields,
        signatures=(),
        events=new.events,
        confidence=round(sum(read) / len(read), 4) if read else 0.0,
        conformant=conformant,
        doubts=doubts,
        part=new.binding.part,
    )
    record, after = settled(record, before, entries) if entries else (record, before)
    return Draft(record, _files(archive, new, record, after, entries, folder), replaces)


def _files(
    archive: Archive, new: New, record: PaperRecord, after: Reading, entries: tuple[Entry, ...], folder: Path
) -> dict[Role, Path]:
    originals = [archive.layout.place(file.path) for file in new.binding.files]
    files = by_role(originals)
    disk.make_folder(folder)
    files["text"] = folder / "text.json"
    disk.write_over(files["text"], after.to_json(), mode=disk.WRITABLE_MODE)
    if entries:
        files["corrections"] = folder / "corrections.json"
        history = corrections.history_to_json(record.paper_id, entries)
        disk.write_over(files["corrections"], history, mode=disk.WRITABLE_MODE)
    files["searchable"] = folder / "searchable.pdf"
    write_copy(originals, record.part, record.dossier, after, files["searchable"])
    return files


def _with_numbers(chosen: Sequence[tuple[Bound, Sequence[int]]]) -> list[Settled]:
    made, before = list[Settled](), 0
    for bound, pages in chosen:
        numbers = {page: before + place for place, page in enumerate(pages, 1)}
        made.append(Settled(bound.entries, len(bound.reading.pages), numbers))
        before += len(pages)
    return made


def _coloured(archive: Archive, chosen: Sequence[tuple[Bound, Sequence[int]]]) -> bool:
    """Whether any of the pages is in colour, or born digital.

    Of a paper as a whole it is known; of some of its pages it has to be seen.
    """
    return any(GREY not in bound.record.doubts and _some_coloured(archive, bound, pages) for bound, pages in chosen)


def _some_coloured(archive: Archive, bound: Bound, pages: Sequence[int]) -> bool:
    if len(pages) == len(bound.reading.pages) or any(page.source == "layer" for page in bound.pages(pages)):
        return True
    with open_pages(archive, bound.record) as source:
        return any(page.image().ndim == _COLOURS for page in source.pages() if page.index + 1 in pages)
