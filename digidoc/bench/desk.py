"""What the pages and the saving share: the archive behind its thread, the pictures, the queue and the leases."""

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

    def done(self, paper: str, *, settled: bool) -> None:
        """The clerk is done with a paper: it is settled, or put off."""
        self.leases.done(paper)
        if settled:
            self._settled.add(paper)
