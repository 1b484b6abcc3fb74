"""Files whose papers were split or merged since: they stand for the papers that became of them, which are read again.

So a better engine, or a later digidoc, reads a part of a file as that part, however often it meets the file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from digidoc.archive.archive import Archive, paper_id
from digidoc.archive.metadata import clean
from digidoc.archive.operations import Kind
from digidoc.files.disk import sha256_of
from digidoc.model import PaperRecord
from digidoc.pipeline.collect import Item, Kept
from digidoc.pipeline.operate.withdraw import last_leave, successors
from digidoc.pipeline.stored import originals_of

# Few papers are of this kind: only of files of their names a digest is made here.
_ASIDE: Final = "SELECT dossier, name, paper_id FROM paper WHERE state = 'withdrawn' OR part <> '[]'"
_REMADE: Final = (Kind.SPLIT.value, Kind.MERGE.value)


def as_kept(archive: Archive, items: Iterable[Item]) -> tuple[Item, ...]:
    """The items, those of split and merged papers replaced by what the archive has of them; each paper comes once."""
    with archive.catalog.reading() as db:
        aside = {tuple(row) for row in db.execute(_ASIDE)}
    named = {row[:2] for row in aside}
    made: dict[object, Item] = {}
    for item in items:
        place = (None if item.dossier is None else clean(item.dossier), clean(item.name))
        identifier = _identifier(item) if place in named else ""
        for one in _papers(archive, item, identifier) if (*place, identifier) in aside else (item,):
            made.setdefault(one.path if one.kept is None else one.kept.paper, one)
    return tuple(made.values())


def _papers(archive: Archive, item: Item, identifier: str) -> Iterator[Item]:
    for record in _current(archive, archive.paper(identifier)):
        files = originals_of({file.role: file for file in record.files})
        kept = Kept(
            paper=record.paper_id,
            sha256=record.sha256,
            originals=tuple(archive.layout.place(file.path) for file in files),
            digests=tuple(file.sha256 for file in files) or (record.sha256,),
            part=record.part,
        )
        yield replace(item, dossier=record.dossier, name=record.name, kept=kept)


def _identifier(item: Item) -> str:
    try:
        return paper_id(item.dossier, item.name, sha256_of(item.path))
    except OSError:
        return ""  # reading will say what is wrong with it


def _current(archive: Archive, record: PaperRecord) -> Iterator[PaperRecord]:
    """What became of a paper by splitting and merging; a paper that a person moved or withdrew stays what it is."""
    left = None if record.state.counts else last_leave(record.events)
    if left is None or left.detail.get("kind") not in _REMADE:
        yield record
        return
    for paper in successors(record.events):
        yield from _current(archive, archive.paper(paper))
