"""What a long task says of how far it is; whoever shows it is handed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol


class Progress(Protocol):
    """A running count of something; all calls come from the driver."""

    def advance(self, item: str, steps: int = 1) -> None:
        """`steps` more are done; `item` is what was worked on."""

    def expect(self, total: int) -> None:
        """The number of steps is now known to be `total`."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A paper that is being read.

    Attributes:
        item: its name.
        done: pages that were read.
        total: pages that it has; 0 before the first was read.

    """

    item: str
    done: int
    total: int


class PagesProgress(Progress, Protocol):
    """A running count of the pages of many papers."""

    @property
    def shown(self) -> bool:
        """Whether a person sees it; where nobody does, nothing has to be counted for it beforehand."""

    def papers(self, done: int, total: int) -> None:
        """So many of all the papers are dealt with."""

    def follow(self, under_way: Callable[[], Iterable[UnderWay]]) -> None:
        """Ask for the papers that are being read, now and then, from a thread of its own."""


class SilentProgress:
    """Counts without showing anything: for scripts, and where there is no terminal."""

    shown = False

    def advance(self, item: str, steps: int = 1) -> None:
        """Nothing is shown."""

    def expect(self, total: int) -> None:
        """Nothing is shown."""

    def papers(self, done: int, total: int) -> None:
        """Nothing is shown."""

    def follow(self, under_way: Callable[[], Iterable[UnderWay]]) -> None:
        """Nobody asks."""
