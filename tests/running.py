"""Carry out command lines in this process; tests/test_cli.py starts the program itself."""

from collections.abc import Callable

import typer
from typer.testing import CliRunner, Result

from digidoc import cli

Run = Callable[..., Result]


def runner(app: typer.Typer | None = None, *before: str, after: tuple[str, ...] = ()) -> Run:
    """A function that carries out its words on `app`, with `before` and `after` around them; the whole program if None.

    Words may be paths or numbers. `input` is what the command finds on standard input.
    """
    built = cli.build() if app is None else app

    def run(*words: object, **options: str | bytes | None) -> Result:
        return CliRunner().invoke(built, [*before, *map(str, words), *after], **options)

    return run
