"""What ends a command from outside: Ctrl-C, and the signals of a shutdown and of a terminal that is closed.

All of them raise `KeyboardInterrupt`, so that every command cleans up in one way, whoever ended it.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

# Of Windows and POSIX together; each system lacks some. SIGBREAK is also what closing a console of Windows sends.
_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
# Ctrl-C pressed three times, or a shutdown that signals a closing terminal too, is one wish. Cleaning up takes as long
# as a worker may need to end (3 seconds) and what was read to be filed.
_ONE_WISH_SECONDS: Final = 10.0


class _Interrupt:
    """The handler; it lets what cleans up go on when the same wish is heard again."""

    def __init__(self) -> None:
        self.heard: float | None = None

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.heard is None or now - self.heard > _ONE_WISH_SECONDS:
            self.heard = now
            raise KeyboardInterrupt


@contextmanager
def listening() -> Iterator[None]:
    """Let each of the signals end what is done inside; one that is ignored, as under nohup, stays ignored."""
    interrupt = _Interrupt()
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    ours = [n for n in numbers if signal.getsignal(n) in (signal.SIG_DFL, signal.default_int_handler)]
    before = {number: signal.signal(number, interrupt) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            # Python is still to take itself down. The same wish, heard again then, would replace the exit code.
            signal.signal(number, handler if interrupt.heard is None else signal.SIG_IGN)
