"""The limit on a page for a command in the foreground: it ends, cleans up, and says why.

A library that hangs may hold the interpreter, so that no thread of this process can speak any more: faulthandler's own
thread, in C, ends it. What is to be said is said by a second process, which waits for nothing else and needs 10 ms of
CPU. It works alike on every system; there is no signal in it.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from digidoc import i18n
from digidoc.engine.deadline import EXPIRED, STEP_SECONDS, Deadline, deadline

# Nothing is imported before it is needed, and Ctrl-C is left to the process that works.
_WATCHER: Final = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
said, args = sys.stdin.buffer.read(), sys.argv[1:]
if said.startswith({expired!r}):
    import json
    sys.path[:] = json.loads(args[0])
    from digidoc.commands.foreground import say_expired
    say_expired(*json.loads(args[1]))
"""


@contextmanager
def limited(source: Path, scratch: Path, *, as_json: bool) -> Iterator[Deadline]:
    """Limit the steps inside to `STEP_SECONDS` each.

    When the time is up this process ends at once with exit status 1 (`ExitCode.FAILED`), and the problem `time-limit`
    is on standard error, or on standard output in the JSON envelope.

    Args:
        source: the file, as the user named it.
        scratch: folder that is removed then, for nobody else can any more.
        as_json: how the problem is said.

    """
    code = _WATCHER.format(expired=EXPIRED)
    arguments = json.dumps([str(source), str(scratch.resolve()), i18n.current(), as_json, STEP_SECONDS])
    command = [sys.executable, "-I", "-S", "-c", code, json.dumps(sys.path), arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as watcher:
        if watcher.stdin is None:
            raise RuntimeError("a process was started without the pipe that was asked for")
        with deadline(watcher.stdin.fileno()) as limit:
            yield limit


def say_expired(source: str, scratch: str, language: str, as_json: bool, seconds: int) -> None:
    """What the second process does when the time is up: clean up, and say so."""
    from rich.console import Console

    from digidoc.commands.console import reporter
    from digidoc.errors import TimeLimit

    shutil.rmtree(scratch, ignore_errors=True)
    i18n.install(language)
    # The bar that hid it cannot bring it back.
    Console(stderr=True).show_cursor(show=True)
    reporter(as_json=as_json).problem(TimeLimit(file=source, seconds=seconds).problem)
