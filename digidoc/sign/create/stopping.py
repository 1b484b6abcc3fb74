"""When a batch of signatures ends before its last file."""

from typing import Final

from digidoc.errors import ExitCode, Problem
from digidoc.outcome import STOPS_ALL, Batch
from digidoc.sign.errors import BatchStopped

# One answer that fails to come may be chance; an authority that is down is down for all files.
_MOST_WITHOUT_TIMESTAMP: Final = 3


class StopRule:
    """Watches how it goes with the files of a batch.

    A key that fails (a token was pulled out, a PIN was locked) fails for all that follow, and so does a full disk. A
    time-stamp authority that fails three times in a row is given up.

    Attributes:
        stopped: why the batch has to stop, the problem of every file that is left; None while it goes on.

    """

    def __init__(self) -> None:
        self.stopped: Problem | None = None
        self._without = 0

    def signed(self) -> None:
        """A file was signed."""
        self._without = 0

    def failed(self, problem: Problem) -> None:
        """A file was not."""
        if self.stopped is not None:
            return
        if problem.exit_code is ExitCode.KEY or problem.code in STOPS_ALL:
            self.stopped = problem
        elif problem.exit_code is ExitCode.NETWORK:
            self._without += 1
            if self._without == _MOST_WITHOUT_TIMESTAMP:
                self.stopped = BatchStopped(count=self._without).problem

    def exit_code(self, batch: Batch[object]) -> ExitCode:
        """That of the batch; that of the key or of the network when it was stopped by them."""
        if self.stopped is None or batch.interrupted or self.stopped.exit_code is ExitCode.FAILED:
            return batch.exit_code
        return self.stopped.exit_code
