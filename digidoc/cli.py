"""The door: language first, then Typer, then each area's commands; `door` turns errors into exit codes."""

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from digidoc import AGENT, i18n
from digidoc.commands import interrupts
from digidoc.errors import ExitCode
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    import typer


def _take_language(arguments: list[str]) -> tuple[str | None, list[str]]:
    """`--lang X` from wherever it stands before `--`, and the words without it."""
    rest: list[str] = []
    language: str | None = None
    words = iter(arguments)
    for word in words:
        if word == "--":
            return language, [*rest, word, *words]
        if word == "--lang":
            language = next(words, "")
        elif word.startswith("--lang="):
            language = word.removeprefix("--lang=")
        else:
            rest.append(word)
    return language, rest


def build() -> "typer.Typer":
    """The application, in the language that `i18n.install` has set."""
    import typer

    from digidoc.commands.typer_app import App, Door
    from digidoc.commands.verbs import mount

    app = App(
        cls=Door,
        name="digidoc",
        help=_("Turn paper dossiers into signed, searchable, archived electronic records, and report how far you are."),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    def show_version(wanted: bool) -> None:
        if wanted:
            sys.stdout.write(f"{AGENT}\n")
            raise typer.Exit

    @app.callback()
    def door(
        version: bool = typer.Option(
            False, "--version", callback=show_version, is_eager=True, metavar="", help=_("Print the version.")
        ),
        lang: str = typer.Option("", "--lang", metavar="en|vi", help=_("Speak English or Vietnamese.")),
    ) -> None:
        del version, lang  # taken before Typer: see `_take_language`

    mount(app)
    return app


def run(arguments: list[str]) -> int:
    """Carry out one command line and say with which exit code it ended."""
    language, rest = _take_language(arguments)
    if language is not None and language not in i18n.LANGUAGES:
        sys.stderr.write(f"--lang: {' | '.join(i18n.LANGUAGES)}\n")
        return ExitCode.USAGE
    from digidoc.config import user_language

    i18n.install(i18n.choose(language, os.environ, user_language()))
    try:
        build()(rest, prog_name="digidoc")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.FAILED
    return ExitCode.OK


def main() -> NoReturn:
    """Entry point of the console script."""
    with interrupts.listening():
        try:
            code = run(sys.argv[1:])
        except KeyboardInterrupt:  # before or after the command itself, which has its own words for it
            code = ExitCode.INTERRUPTED
    sys.exit(code)
