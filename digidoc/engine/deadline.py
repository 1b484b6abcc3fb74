"""A limit on one step of a task, kept by the worker itself: a page that hangs ends its worker, not the whole wait.

The limit for a whole item must allow for papers of hundreds of pages; a hostile one-page file would use all of it.
"""

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from typing import Final

# How a worker that ran out of time ends: faulthandler's own exit status. A crash ends it with a signal's instead.
EXIT_STATUS: Final = 1
STEP_SECONDS: Final = 50


class Deadline:
    """The limit in force; `renew` starts it anew."""

    def __init__(self, sink: int | None) -> None:
        self._sink = sink

    def renew(self) -> None:
        """Another step may take `STEP_SECONDS`."""
        if self._sink is not None:
            # faulthandler counts in a thread of its own, in C: it fires even while a library holds the interpreter.
            faulthandler.dump_traceback_later(STEP_SECONDS, exit=True, file=self._sink)


@contextmanager
def deadline() -> Iterator[Deadline]:
    """Limit the steps inside; in a process that is nobody's worker there is no limit."""
    if parent_process() is None:
        yield Deadline(None)
        return
    sink = os.open(os.devnull, os.O_WRONLY)
    limit = Deadline(sink)
    limit.renew()
    try:
        yield limit
    finally:
        faulthandler.cancel_dump_traceback_later()
        os.close(sink)
