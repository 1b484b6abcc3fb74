"""A paper is taken out of use, and back into use. Nothing is erased, and nothing of it moves."""

from collections.abc import Sequence
from pathlib import Path

from digidoc.archive.ingest import Draft
from digidoc.i18n import N_
from digidoc.model import Event, PaperState
from digidoc.pipeline.operate.change import COMES, GOES, Change


class Withdraw(Change):
    """See the module."""

    bare = False

    def targets(self) -> Sequence[str]:
        """See `Change.targets`: nothing takes its place."""
        return ()

    def drafts(self, folder: Path) -> Sequence[Draft]:  # noqa: ARG002
        """See `Change.drafts`."""
        return ()


class Restore(Withdraw):
    """See the module; a paper whose files went to another one comes back from there by another operation."""

    def check(self) -> None:
        """See `Change.check`."""
        if self.done(self.record.paper_id):
            return
        if self.record.state is not PaperState.WITHDRAWN:
            raise self.refused(N_("it is not withdrawn"))
        if not any(file.role == "original" for file in self.record.files):
            raise self.refused(N_("it went to {others}"), others=", ".join(successors(self.record.events)))

    def carry_out(self, folder: Path) -> tuple[str, ...]:  # noqa: ARG002
        """See `Change.carry_out`."""
        self.check()
        left = last_leave(self.record.events)
        before = PaperState(str(left.detail["state"])) if left else PaperState.REVIEW
        self.archive.take_back(self.record.paper_id, self.event(COMES, {"state": before.value}), before)
        return (self.record.paper_id,)


def last_leave(events: Sequence[Event]) -> Event | None:
    """The newest event that a paper was set aside."""
    return next((event for event in reversed(events) if event.kind == GOES and "operation" in event.detail), None)


def successors(events: Sequence[Event]) -> tuple[str, ...]:
    """Ids of the papers that stand in the place of a paper that was set aside."""
    left = last_leave(events)
    return () if left is None else tuple(map(str, left.detail.get("to", ())))
