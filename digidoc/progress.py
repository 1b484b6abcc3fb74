"""What a long task says of how far it is; whoever shows it is handed in."""

from typing import Protocol


class Progress(Protocol):
    """A running count of something; all calls come from the driver."""

    def advance(self, item: str, steps: int = 1) -> None:
        """`steps` more are done; `item` is what was worked on."""

    def expect(self, total: int) -> None:
        """The number of steps is now known to be `total`."""


class SilentProgress:
    """Counts without showing anything: for scripts, and where there is no terminal."""

    def advance(self, item: str, steps: int = 1) -> None:
        """Nothing is shown."""

    def expect(self, total: int) -> None:
        """Nothing is shown."""
