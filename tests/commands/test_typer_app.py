"""What Typer finds wrong with a command line is said in our words, by what Typer makes public."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from digidoc.commands import typer_app
from digidoc.commands.typer_app import App, Door
from digidoc.errors import ExitCode


@pytest.fixture
def app() -> App:
    made = App(cls=Door, name="try", no_args_is_help=True)
    group = App(cls=Door, no_args_is_help=True)

    @made.command("count")
    def count(what: str, number: int = typer.Option(1, "--number", min=1)) -> None:
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
        (("count", "x", "--number", "many"), "'--number': "),
        (("count", "x", "--number", "0"), "'--number': "),
        (("count", "x", "--number"), "--number"),
        (("nix",), "nix"),
        (("group", "nix"), "nix"),
    ],
)
def test_wrong_words_are_wrong_usage_said_once(app: App, words: tuple[str, ...], said: str) -> None:
    done = run(app, *words)
    assert done.exit_code == ExitCode.USAGE
    assert said in done.stderr
    assert done.stdout == ""
    assert "Usage:" not in done.stderr


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
