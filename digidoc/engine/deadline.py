"""A limit on one step of a task, kept by the process itself: a page that hangs ends its process, not the whole wait.

The limit for a whole item must allow for papers of hundreds of pages; a hostile one-page file would use all of it.
"""

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from typing import Final

# How a process that ran out of time ends: faulthandler's own exit status. A crash ends it with a signal's instead.
EXIT_STATUS: Final = 1
STEP_SECONDS: Final = 50
# What faulthandler writes first when the time is up.
EXPIRED: Final = b"Timeout ("
# The last step puts the file together and onto the disk: it may take so much longer for each page.
_WRITING_SECONDS: Final = 0.5


class Deadline:
    """The limit in force; `renew` starts it anew."""

    def __init__(self, sink: int | None) -> None:
        self._sink = sink

    def renew(self, *, writing: int = 0) -> None:
        """Another step may take `STEP_SECONDS`; the last one also half a second for each of `writing` pages."""
        if self._sink is not None:
            # faulthandler counts in a thread of its own, in C: it fires even while a library holds the interpreter.
            limit = STEP_SECONDS + _WRITING_SECONDS * writing
            faulthandler.dump_traceback_later(limit, exit=True, file=self._sink)


@contextmanager
def deadline(sink: int | None = None) -> Iterator[Deadline]:
    """Limit the steps inside.

    Args:
        sink: descriptor that is told `EXPIRED` when the time is up, right before the process ends with `EXIT_STATUS`.
            Without one only a worker is limited, whose driver learns of it by the exit status.

    """
    if sink is None:
        if parent_process() is None:
            yield Deadline(None)
            return
        with open(os.devnull, "wb") as nothing, deadline(nothing.fileno()) as limit:  # noqa: PTH123 (no file of ours)
            yield limit
        return
    limit = Deadline(sink)
    limit.renew()
    try:
        yield limit
    finally:
        faulthandler.cancel_dump_traceback_later()
