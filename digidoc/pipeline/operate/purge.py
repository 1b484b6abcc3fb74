"""A paper is erased for good, with the papers that were set aside for it: the one operation that takes anything away.

What was moved, renamed, split or merged lies in older versions under the ids that it had before, and parts of one file
keep the whole of it. So all papers that come from each other are erased together, and as long as another of them is in
use, none is: a person has to withdraw that one first, and sees what would go with the paper.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from digidoc.archive.ingest import Draft
from digidoc.archive.preserve import purge
from digidoc.archive.preserve.purge import Traces
from digidoc.errors import UnknownPaper
from digidoc.i18n import N_
from digidoc.model import PURGE, PaperRecord, PaperState
from digidoc.pipeline.operate.change import Change
from digidoc.scan.stacks import Stack, Stacks


class Purge(Change):
    """See the module."""

    def check(self) -> None:
        """See `Change.check`: a paper need not be in use, but it has to be filed."""
        if self.done(self.record.paper_id):
            return
        if self.record.state is PaperState.PURGED:
            raise self.refused(N_("it was erased before"))
        if not self.record.object_id:
            raise self.refused(N_("it is not filed: it was refused, and the archive has no file of it"))
        used = [one.paper_id for one in self.family if one.paper_id != self.record.paper_id and one.state.counts]
        if used:
            reason = N_("its pages are in papers that are in use too: {others}; withdraw these first if they are to go")
            raise self.refused(reason, others=", ".join(used))

        waiting = [stack.stack for one in self.family for stack in self._stacks(one) if stack.filed_at is None]
        if waiting:
            reason = N_("the stack that it was scanned in, {stack}, has papers that are not filed yet: file it first")
            raise self.refused(reason, stack=waiting[0])

    def _stacks(self, record: PaperRecord) -> Iterator[Stack]:
        """The stack that a paper was scanned in, while it is kept: it goes with the paper."""
        folder = purge.stack_of(self.archive, record)
        if folder is not None:
            yield Stacks(self.archive.layout.stacks).load(folder.name)

    def targets(self) -> Sequence[str]:
        """See `Change.targets`: nothing takes its place."""
        return ()

    def drafts(self, folder: Path) -> Sequence[Draft]:  # noqa: ARG002
        """See `Change.drafts`."""
        return ()

    def carry_out(self, folder: Path) -> tuple[str, ...]:  # noqa: ARG002
        """See `Change.carry_out`; those farthest from the paper go first: until then the others lead to them."""
        self.check()
        event = self.event(PURGE, {})
        for one in reversed(self.family[1:]):
            if one.object_id:
                purge.purge(self.archive, one.paper_id, event)
        purge.purge(self.archive, self.record.paper_id, event)
        return (self.record.paper_id,)

    @cached_property
    def family(self) -> tuple[PaperRecord, ...]:
        """The paper, and all papers that come from it or that it comes from."""
        found = {self.record.paper_id: self.record}
        waiting = [self.record]
        while waiting:
            for paper in _relatives(waiting.pop(0)):
                if paper in found:
                    continue
                try:
                    record = self.archive.paper(paper)
                except UnknownPaper:
                    continue
                found[paper] = record
                waiting.append(record)
        return tuple(one for one in found.values() if one is self.record or one.state is not PaperState.PURGED)

    def traces(self) -> dict[str, Traces]:
        """What the store has of these papers, by id.

        Raises:
            ArchiveDamaged: an object cannot be read.

        """
        going = {one.paper_id for one in self.family}
        with self.archive.system_errors():
            return {one.paper_id: purge.traces(self.archive, one, going) for one in self.family if one.object_id}


def _relatives(record: PaperRecord) -> list[str]:
    """Ids of the papers that an operation made of this one, and of those that it was made of."""
    operations = [event.detail for event in record.events if "operation" in event.detail]
    made = [str(paper) for detail in operations for paper in detail.get("to", ()) if isinstance(paper, str)]
    return made + [str(one["paper"]) for detail in operations for one in detail.get("from", ())]
