"""Carry out command lines in this process; tests/test_cli.py starts the program itself."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from digidoc import cli
from tests.programs import environ

_MOST_SECONDS = 60
Run = Callable[..., Result]


def runner(app: typer.Typer | None = None, *before: str, after: tuple[str, ...] = ()) -> Run:
    """A function that carries out its words on `app`, with `before` and `after` around them; the whole program if None.

    Words may be paths or numbers. `input` is what the command finds on standard input.
    """
    built = cli.build() if app is None else app

    def run(*words: object, **options: str | bytes | None) -> Result:
        return CliRunner().invoke(built, [*before, *map(str, words), *after], **options)

    return run


def on_terminal(words: Sequence[str], folder: Path, *answers: str) -> tuple[str, int]:
    """What the program says on a terminal of its own, and how it ends; POSIX alone has such.

    Args:
        words: the command line.
        folder: where it starts.
        answers: what is typed, each at the next question (what ends in ": ").

    """
    ours, its = os.openpty()
    # A shell without a terminal that opens one makes it its own: only then Ctrl-C is a signal.
    command = ["sh", "-c", 'exec "$@" <>"$0" >&0 2>&0', os.ttyname(its), sys.executable, "-m", "digidoc", *words]
    env = environ(LANGUAGE="en", LC_ALL="C.UTF-8", COLUMNS="200")
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=folder, env=env, start_new_session=True) as running:
        said, answer, waiting = b"", "", iter(answers)
        until = time.monotonic() + _MOST_SECONDS
        while running.poll() is None or select.select([ours], [], [], 0)[0]:
            if time.monotonic() > until:
                running.kill()
            if select.select([ours], [], [], 0.5)[0]:
                said += os.read(ours, 4096)
                answer = next(waiting, "") if said.endswith(b": ") else answer
            elif said.endswith(b": "):
                # Only now: a terminal forgets what was typed before the question was quite asked.
                os.write(ours, answer.encode())
    os.close(ours)
    return said.decode().replace("\r\n", "\n"), running.returncode
