"""Files whose papers were split or merged since: they stand for the papers that became of them, which are read again.

So a better engine, or a later digidoc, reads a part of a file as that part, however often it meets the file; and one of
several files of a paper is that paper.
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
_ASIDE: Final = """
    SELECT dossier, name, paper_id FROM paper WHERE state = 'withdrawn'
    UNION SELECT dossier, name, paper_id FROM paper WHERE part <> '[]'
"""
_SEVERAL: Final = """
    SELECT paper.dossier, file.sha256, file.paper_id FROM file JOIN paper USING (paper_id)
    WHERE file.paper_id IN (SELECT paper_id FROM file WHERE role = 'original-2') AND role LIKE 'original%'
"""
_REMADE: Final = (Kind.SPLIT.value, Kind.MERGE.value)


def as_kept(archive: Archive, items: Iterable[Item]) -> tuple[Item, ...]:
    """The items, those of split and merged papers replaced by what the archive has of them; each paper comes once."""
    which = _Which(archive)
    made: dict[object, Item] = {}
    for item in items:
        identifier = which.paper(item)
        for one in _papers(archive, item, identifier) if identifier else (item,):
            made.setdefault(one.path if one.kept is None else one.kept.paper, one)
    return tuple(made.values())


def bound_bytes(archive: Archive) -> dict[tuple[str | None, str], str]:
    """The papers that consist of several files, by their dossier and the digest of each file."""
    with archive.catalog.reading() as db:
        return {(dossier, sha256): paper for dossier, sha256, paper in db.execute(_SEVERAL)}


class _Which:
    """Which paper of the archive a file stands for, where its name and its bytes alone do not say it."""

    def __init__(self, archive: Archive) -> None:
        with archive.catalog.reading() as db:
            self._aside = {tuple(row) for row in db.execute(_ASIDE)}
        self._archive = archive
        self._bound = bound_bytes(archive)
        self._named = {row[:2] for row in self._aside}
        self._dossiers = {dossier for dossier, _sha256 in self._bound}

    def paper(self, item: Item) -> str:
        """Its id; empty for a file that stands for itself."""
        dossier, name = None if item.dossier is None else clean(item.dossier), clean(item.name)
        if item.more or not ((dossier, name) in self._named or dossier in self._dossiers):
            return ""
        try:
            digest = sha256_of(item.path)
        except OSError:
            return ""  # reading will say what is wrong with it
        alone = paper_id(item.dossier, item.name, digest)
        if (dossier, name, alone) in self._aside:
            return alone
        return "" if self._archive.task_state(alone) is not None else self._bound.get((dossier, digest), "")


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


def _current(archive: Archive, record: PaperRecord) -> Iterator[PaperRecord]:
    """What became of a paper by splitting and merging; a paper that a person moved or withdrew stays what it is."""
    left = None if record.state.counts else last_leave(record.events)
    if left is None or left.detail.get("kind") not in _REMADE:
        yield record
        return
    for paper in successors(record.events):
        yield from _current(archive, archive.paper(paper))
