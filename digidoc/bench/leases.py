"""Which paper is open before whom, and which the clerks are done with for now: so that two do not do one paper.

Leases are a comfort and live in memory. That nothing is lost when two people correct one paper all the same is seen to
where corrections land.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Lease:
    """A paper that is open in a window.

    Attributes:
        clerk: before whom.
        window: which of the clerk's windows; drawn by its script.
        until: when it ends, on the clock of `Leases`.

    """

    clerk: str
    window: str
    until: float


class Leases:
    """The leases of one bench.

    Args:
        clock: seconds that only grow.

    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[str, Lease] = {}
        self._passed: set[str] = set()

    def take(self, paper: str, clerk: str, window: str) -> Lease:
        """Hold a paper, or go on holding it; a window holds one paper at a time.

        Returns:
            The lease that holds: that of another window where it was faster.

        """
        self._forget()
        held = self._held.get(paper)
        if held is not None and held.window != window:
            return held
        self._held = {other: lease for other, lease in self._held.items() if lease.window != window}
        self._held[paper] = Lease(clerk, window, self._clock() + SECONDS)
        return self._held[paper]

    def let_go(self, paper: str) -> None:
        """Nobody has the paper open any more."""
        self._held.pop(paper, None)

    def pass_over(self, paper: str) -> None:
        """The queue passes the paper over from now on: somebody has settled it or put it off."""
        self._passed.add(paper)

    def passed_over(self, window: str) -> set[str]:
        """The papers that the queue of a window leaves out."""
        self._forget()
        return self._passed | {paper for paper, lease in self._held.items() if lease.window != window}

    def held(self) -> dict[str, Lease]:
        """The papers that are open."""
        self._forget()
        return dict(self._held)

    def _forget(self) -> None:
        now = self._clock()
        self._held = {paper: lease for paper, lease in self._held.items() if lease.until > now}
