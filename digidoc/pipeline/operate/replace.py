"""A paper gives way to a new file, a better scan of it or the right one: a new paper, read as `digitize` reads.

What people said of the old paper, its signatures and its links for reuse stay with it, for they are about another file;
it is withdrawn, with all its files, and can be taken back.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from digidoc.archive.archive import paper_id
from digidoc.archive.events import clerk
from digidoc.archive.inbox import Inbox, enclosed
from digidoc.archive.ingest import Draft, Role
from digidoc.archive.metadata import clean
from digidoc.archive.operations import FOLDER
from digidoc.errors import ArchiveDamaged
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.model import PaperState
from digidoc.ocr.source.opening import open_source
from digidoc.pipeline.collect import Item
from digidoc.pipeline.operate.change import Change
from digidoc.pipeline.operate.reader import engine_of, read, worked
from digidoc.pipeline.work import SEARCHABLE, TEXT, Task, task_key
from digidoc.sign.trust.store import trust_folders


class Replace(Change):
    """See the module."""

    bare = False

    @property
    def name(self) -> str:
        """What the new paper is called."""
        return clean(self.operation.to)

    def check(self) -> None:
        """See `Change.check`."""
        super().check()
        (target,) = self.targets()
        if self.done(self.record.paper_id) or self.done(target):
            return
        if self.operation.sha256 == self.record.sha256:
            raise self.refused(N_("{new} is the same file"), new=self.name)
        known = self.archive.task_state(target)
        if known is not None and known[1].counts:
            raise self.refused(N_("the same paper is there already: {other}"), other=target)
        if known is not None and known[1] is PaperState.WITHDRAWN:
            raise self.refused(N_("{new} was withdrawn before, as {other}: take it back"), new=self.name, other=target)

    def targets(self) -> Sequence[str]:
        """See `Change.targets`."""
        return (paper_id(self.record.dossier, self.name, self.operation.sha256),)

    def drafts(self, folder: Path) -> Sequence[Draft]:
        """See `Change.drafts`."""
        file = self._enclosed()
        made = read(self._task(file, folder))
        with clerk.acting(self.operation.clerk):  # whoever carries it out is not who ordered it
            events = tuple(map(clerk.by_clerk, made.events))
        record = dataclasses.replace(made, source=self.name, events=(*events, self.comes()))
        files: dict[Role, Path] = {"original": file, "text": folder / TEXT}
        if (folder / SEARCHABLE).is_file():  # a paper that came signed has none
            files["searchable"] = folder / SEARCHABLE
        return (Draft(record, files, frozenset({self.record.paper_id})),)

    def _enclosed(self) -> Path:
        """The new file, as it was handed in.

        Raises:
            ArchiveDamaged: it is not there, or not as it was.

        """
        place = Inbox(self.archive.layout.inbox / FOLDER).place(self.operation.id)
        file = next(iter(enclosed(place)), None)
        if file is None:
            raise ArchiveDamaged(file=place, reason=N_("the file that came with it is missing"))
        if disk.sha256_of(file) != self.operation.sha256:
            raise ArchiveDamaged(file=file, reason=N_("the file was changed after it was handed in"))
        return file

    def _task(self, file: Path, folder: Path) -> Task:
        given, (target,), spec = self.operation, self.targets(), engine_of(self.archive)
        item = Item(file, self.record.dossier, self.name)
        unit, trust = self.archive.config.unit, trust_folders(self.archive.trust_folder)
        return Task(item, target, task_key(given.sha256, spec), given.sha256, folder, spec, unit, trust)


def looked_at(file: Path) -> str:
    """The digest of a file that somebody hands in: one that can be opened, and whose first page can be seen.

    Raises:
        InputError: it is missing, of no kind that digidoc reads, or broken.
        TaskError: a worker could not look at it.

    """
    return worked(_opened, file, str(file))


def _opened(file: Path) -> str:
    with open_source(file) as source:
        next(iter(source.pages())).image()
    return disk.sha256_of(file)
