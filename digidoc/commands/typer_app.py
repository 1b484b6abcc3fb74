"""Typer's classes as digidoc needs them: errors become exit codes in one place, and help speaks the user's language.

Typer and the Click inside it do not look all of their words up by gettext; what they miss is said here.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from digidoc.commands.console import reporter
from digidoc.engine.protocol import problem_of
from digidoc.errors import DigidocError, ExitCode, Interrupted, Problem, WrongUsage
from digidoc.i18n import N_
from digidoc.i18n import tr as _

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
        """See Click; a group without a word shows its help, and that is wrong usage."""
        if not args and self.no_args_is_help:
            typer.echo(ctx.get_help(), err=True, color=ctx.color)
            raise typer.Exit(int(ExitCode.USAGE))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """See Click; a command that has no words of its own for being interrupted gets some."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise Interrupted from interrupt

    def main(  # type: ignore[override]  # the parameters that nobody passes are in `extra`
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Carry a command line out and end the process; in Typer's test runner too."""
        words = sys.argv[1:] if args is None else list(args)
        extra["standalone_mode"] = False
        try:
            code = super().main(words, prog_name, **extra)
        except typer.TyperException as error:
            _end(_usage_problem(error), words)
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


def _end(problem: Problem, words: Sequence[str]) -> NoReturn:
    reporter(as_json="--json" in words).problem(problem)
    sys.exit(int(problem.exit_code))


def _usage_problem(error: typer.TyperException) -> Problem:
    """What was wrong with the words of the command line, as one of our problems.

    Of the classes of such errors Typer shows two, `TyperException` and `BadParameter`; the others are told by what they
    know. An error that tells less is said in Typer's own words.
    """
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "digidoc"
    if hasattr(error, "option_name") and hasattr(error, "possibilities"):
        return WrongUsage(command=command, reason=N_("there is no option {option}"), option=error.option_name).problem
    if isinstance(error, typer.BadParameter) and error.param is not None and context is not None:
        name = error.param.get_error_hint()
        if not error.message:
            return WrongUsage(command=command, reason=N_("{name} is missing"), name=name).problem
        return WrongUsage(command=command, reason=N_("{name}: {what}"), name=name, what=error.message).problem
    return WrongUsage(command=command, reason=error.format_message().rstrip(".")).problem


def _translated_usage(usage: str) -> str:
    return usage.replace(_CLICK_USAGE, _("Usage:"), 1)


def _translated_help_option(option: Any) -> Any:
    if option is not None:
        option.help, option.metavar = _(_CLICK_HELP), ""
    return option
