"""What the pages and the saving share: the archive behind its thread, the pictures, the queue and the leases."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from digidoc.bench.leases import Leases
from digidoc.bench.pictures import Pictures
from digidoc.bench.worker import Worker
from digidoc.pipeline.review.sheet import Wanted
from digidoc.pipeline.review.worklist import Question

# Papers that a window is told of: the next one and those that it fetches ahead.
AHEAD: Final = 3


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be reviewed, and how.

    Attributes:
        wanted: what the clerk is stopped at on a paper.
        asked: which papers.

    """

    wanted: Wanted = field(default_factory=Wanted)
    asked: Question = field(default_factory=Question)


class Desk:
    """The desk of one bench.

    Args:
        archive: folder of the archive.
        clerk: who settles.
        wishes: see there.

    """

    def __init__(self, archive: Path, clerk: str, wishes: Wishes) -> None:
        self.clerk = clerk
        self.wishes = wishes
        self.worker = Worker(archive)
        self.pictures = Pictures()
        self.leases = Leases()
        self._settled: set[str] = set()

    @property
    def settled(self) -> int:
        """How many papers were settled here."""
        return len(self._settled)

    def done(self, paper: str, *, settled: bool, left: Iterable[str]) -> None:
        """The clerk is done with a paper.

        Args:
            paper: its id.
            settled: whether it was said to be done; otherwise it is put off.
            left: names of fields that are doubtful all the same, such as those that were found anew: the paper comes
                again when the clerk is to be stopped at one.

        """
        self.leases.let_go(paper)
        wanted = self.wishes.wanted.fields
        if settled:
            self._settled.add(paper)
        if not settled or not any(name in wanted or not wanted for name in left):
            self.leases.pass_over(paper)
