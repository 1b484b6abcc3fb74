"""Typer's classes as digidoc needs them: errors become exit codes in one place, and help speaks the user's language.

Typer and the Click inside it do not look all of their words up by gettext; what they miss is said here.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from digidoc.archive.events import clerk
from digidoc.commands.console import reporter
from digidoc.commands.typer_words import usage_problem
from digidoc.engine.protocol import problem_of
from digidoc.errors import DigidocError, ExitCode, Interrupted, Problem
from digidoc.i18n import N_
from digidoc.i18n import tr as _

# Where a shell that completes says what it asks; see `digidoc completion`. Typer makes the name from the program's.
COMPLETE_VARIABLE: Final = "_DIGIDOC_COMPLETE"
_CLICK_USAGE = "Usage:"
_CLICK_HELP = N_("Show this message and exit.")


class Command(TyperCommand):
    """A command whose help is all in the user's language."""

    def get_usage(self, ctx: Any) -> str:
        """See Click."""
        return _translated_usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """See Click."""
        return _translated_help_option(super().get_help_option(ctx))


class Door(TyperGroup):
    """The group of all commands: whatever one of them raises becomes one problem and an exit code."""

    def get_usage(self, ctx: Any) -> str:
        """See Click."""
        return _translated_usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """See Click."""
        return _translated_help_option(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """See Click; a group without a word shows its help, and that is wrong usage.

        A shell that completes asks for such words too; it parses resiliently.
        """
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            typer.echo(ctx.get_help(), err=True, color=ctx.color)
            raise typer.Exit(int(ExitCode.USAGE))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """See Click; a command that has no words of its own for being interrupted gets some."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, typer.Abort) as interrupt:  # the second at a question on the terminal
            raise Interrupted from interrupt

    def main(  # type: ignore[override]  # the parameters that nobody passes are in `extra`
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Carry a command line out and end the process; in Typer's test runner too."""
        words = sys.argv[1:] if args is None else list(args)
        if os.environ.get(COMPLETE_VARIABLE):
            know_shells()
        extra["standalone_mode"] = False
        try:
            with clerk.acting(clerk.system_user()):
                code = super().main(words, prog_name, **extra)
        except typer.TyperException as error:
            _end(usage_problem(error), words)
        except BrokenPipeError:
            # Whoever read the output has seen enough. Python would complain when it flushes at the end.
            sys.stdout = None
            sys.exit(1)
        except (DigidocError, OSError) as error:
            _end(problem_of(error), words)
        sys.exit(int(code or 0))


class App(typer.Typer):
    """A Typer whose commands are `Command`s."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """See Typer."""
        options.setdefault("cls", Command)
        return super().command(name, **options)


def know_shells() -> None:
    """Let Typer know how shells ask; it does so by itself only where it adds options of its own to the help."""
    from typer.completion import get_completion_inspect_parameters

    get_completion_inspect_parameters()


def _end(problem: Problem, words: Sequence[str]) -> NoReturn:
    reporter(as_json="--json" in words).problem(problem)
    sys.exit(int(problem.exit_code))


def _translated_usage(usage: str) -> str:
    return usage.replace(_CLICK_USAGE, _("Usage:"), 1)


def _translated_help_option(option: Any) -> Any:
    if option is not None:
        option.help, option.metavar = _(_CLICK_HELP), ""
    return option
