"""What Typer finds wrong with a command line is said in our words, by what Typer makes public."""

import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner, Result

from digidoc.commands import typer_app
from digidoc.commands.options import DATES
from digidoc.commands.typer_app import App, Door
from digidoc.errors import ExitCode


class Size(StrEnum):
    """Values to choose among."""

    SMALL = "small"
    LARGE = "large"


@pytest.fixture
def app() -> App:
    made = App(cls=Door, name="try", no_args_is_help=True)
    group = App(cls=Door, no_args_is_help=True)

    @made.command("count")
    def count(
        what: str,
        number: int = typer.Option(1, "--number", min=1, max=9),
        since: Annotated[datetime | None, typer.Option("--since", formats=DATES)] = None,
        size: Annotated[Size, typer.Option("--size")] = Size.SMALL,
        loud: Annotated[bool, typer.Option("--loud")] = False,
    ) -> None:
        """Count."""

    group.command("one")(lambda: None)
    made.add_typer(group, name="group", help="A group.")
    return made


def run(app: App, *words: str) -> Result:
    return CliRunner().invoke(app, words, prog_name="try")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("count", "x", "--nix"), "there is no option --nix"),
        (("count",), "'what' is missing"),
        (("count", "x", "--number", "many"), "'--number' takes a whole number."),
        (("count", "x", "--number", "0"), "'--number' takes 1 or more."),
        (("count", "x", "--number", "10"), "'--number' takes 9 or less."),
        (("count", "x", "--number"), "--number needs a value."),
        (("count", "x", "--since", "soon"), "'--since' takes a date such as 2026-01-31, not soon."),
        (("count", "x", "--size", "huge"), "'--size' takes 'small', 'large', not huge."),
        (("count", "x", "--loud=yes"), "--loud takes no value."),
        (("count", "x", "y"), "this is too much: y."),
        (("nix",), "there is no command nix."),
        (("cuont",), "there is no command cuont; perhaps 'count' is meant."),
        (("group", "nix"), "there is no command nix."),
    ],
)
def test_wrong_words_are_wrong_usage_said_once(app: App, words: tuple[str, ...], said: str) -> None:
    done = run(app, *words)
    assert done.exit_code == ExitCode.USAGE
    assert said in done.stderr
    assert done.stdout == ""
    assert "Usage:" not in done.stderr
    assert not re.search(r"[.?!]\.|Value error|Input should|Did you mean|No such|Got ", done.stderr)


@pytest.mark.parametrize("words", [(), ("group",)])
def test_a_group_without_a_word_shows_its_help(app: App, words: tuple[str, ...]) -> None:
    done = run(app, *words)
    assert done.exit_code == ExitCode.USAGE
    assert "Usage:" in done.output


def test_nothing_private_of_typer_is_used() -> None:
    """Typer has Click inside it, under a private name that may change with any version."""
    folder = Path(typer_app.__file__).parent
    private = [file.name for file in folder.rglob("*.py") if "typer._" in file.read_text(encoding="utf-8")]
    assert private == []
