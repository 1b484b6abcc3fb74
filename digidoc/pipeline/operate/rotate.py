"""Pages that were read lying wrongly are read again, turned as a person says: a new version of the same paper.

The original stays as it is. What people settled of the paper holds in the new reading, as when it is read by another
engine; and every later reading keeps to the turn, for it stands in the paper's history.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import cast

from digidoc.archive.ingest import Draft, Role
from digidoc.archive.operations import Kind
from digidoc.errors import ArchiveDamaged
from digidoc.i18n import N_
from digidoc.model import Turn
from digidoc.pipeline.collect import Item, Kept
from digidoc.pipeline.operate.change import Change
from digidoc.pipeline.operate.leaves import LEAVES, leaves, turns_of
from digidoc.pipeline.operate.reader import engine_of, read
from digidoc.pipeline.ranges import ranges
from digidoc.pipeline.review.application import reading_of
from digidoc.pipeline.review.replay import replayed
from digidoc.pipeline.stored import by_role, originals_of
from digidoc.pipeline.work import READ, SEARCHABLE, TEXT, Task, joined_key, task_key
from digidoc.sign.trust.store import trust_folders


class Rotate(Change):
    """See the module."""

    bare = False

    def check(self) -> None:
        """See `Change.check`."""
        super().check()
        if self.done(self.record.paper_id):
            return
        count = len(self.record.pages)
        unknown = sorted({page for page in self.pages if page > count})
        if unknown:
            raise self.refused(N_("it has {number} pages, and no page {pages}"), number=count, pages=ranges(unknown))
        # Whoever ordered it saw them lie otherwise: turned twice they would lie wrongly again.
        since = sorted(self._turned_since().intersection(self.pages))
        if since:
            raise self.refused(N_("another order has turned these pages meanwhile: {pages}"), pages=ranges(since))

    @property
    def pages(self) -> tuple[int, ...]:
        """Which pages are turned, from 1."""
        every = tuple(range(1, len(self.record.pages) + 1))
        return self.operation.pages[0] if self.operation.pages else every

    def _turned_since(self) -> set[int]:
        events = (event for event in self.record.events if event.detail.get("kind") == Kind.ROTATE.value)
        return {page for event in events if event.at > self.operation.made_at for page in event.detail["pages"]}

    def targets(self) -> Sequence[str]:
        """See `Change.targets`: it stays the same paper."""
        return (self.record.paper_id,)

    def carry_out(self, folder: Path) -> tuple[str, ...]:
        """See `Change.carry_out`."""
        # The store may have it, when a process was killed before the catalogue did.
        self.archive.caught_up(self.record.paper_id)
        return super().carry_out(folder)

    def drafts(self, folder: Path) -> Sequence[Draft]:
        """See `Change.drafts`."""
        files = self.intact(self.record)
        task = self._task(originals_of(files), folder)
        found = read(task)
        detail = {
            **found.events[0].detail,
            "pages": list(self.pages),
            "turn": self.operation.turn,
            LEAVES: self._leaves(dict(task.turns)),
        }
        record = replace(found, source=self.record.source, events=(self.event(READ, detail),))
        made: dict[Role, Path] = {**by_role(originals_of(files)), "text": folder / TEXT}
        if (folder / SEARCHABLE).is_file():  # a paper that came signed has none
            made["searchable"] = folder / SEARCHABLE
        record, made = replayed(self.archive, record, made, folder)
        return (Draft(record, made),)

    @cached_property
    def _turns(self) -> tuple[tuple[int, Turn], ...]:
        """How the pages lie of which a person said so, these among them."""
        shown = reading_of(self.archive, self.record).pages
        if len(shown) != len(self.record.pages):
            raise ArchiveDamaged(file=self.archive.root, reason=N_("the text of some pages is missing"))
        turns = dict(turns_of(self.archive, self.record))
        for page in self.pages:
            turns[page] = cast("Turn", (shown[page - 1].frame.turn + self.operation.turn) % 360)
        return tuple(sorted(turns.items()))

    def _leaves(self, turns: dict[int, Turn]) -> list[dict[str, object]]:
        every = leaves(self.archive, self.record)
        chosen = ((every[page - 1], turns[page]) for page in sorted(set(self.pages)))
        return [{"sha256": leaf.file.sha256, "page": leaf.page, "turn": turn} for leaf, turn in chosen]

    def _task(self, originals: Sequence[Path], folder: Path) -> Task:
        record, spec = self.record, engine_of(self.archive)
        digests = tuple(file.sha256 for file in originals_of({file.role: file for file in record.files}))
        kept = Kept(record.paper_id, record.sha256, tuple(originals), digests, record.part)
        item = Item(originals[0], record.dossier, record.name, kept)
        key = joined_key(task_key(digest, spec) for digest in digests)
        unit, trust = self.archive.config.unit, trust_folders(self.archive.trust_folder)
        return Task(item, record.paper_id, key, record.sha256, folder, spec, unit, trust, self._turns)
