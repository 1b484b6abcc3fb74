"""`digidoc help`: how a command is used, as its own `--help` says it."""

import inspect
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode, WrongUsage
from digidoc.i18n import N_
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP = "\n\n".join(
    [
        _("Show how a command is used; the same as COMMAND --help."),
        options.examples("digidoc help", "digidoc help digitize", "digidoc help trust add"),
        console.exit_codes(ExitCode.OK, ExitCode.USAGE),
    ]
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("help", help=_HELP, rich_help_panel=_("Help"))(show_help)


def show_help(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar=_("COMMAND…"), help=_("The command; without one, all of them are listed.")),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Carry `digidoc help` out."""
    asked = _context_of(context.find_root(), words or [])
    if as_json:
        console.finish(console.reporter(as_json=True), console.Result("digidoc.help/1", _data(asked), lambda: ()))
    typer.echo(asked.get_help())  # most of it Typer draws on standard output by itself


def _context_of(root: Any, words: "Sequence[str]") -> Any:
    """The context in which the command of these words would be carried out.

    Raises:
        WrongUsage: there is no such command; Typer's own error when a group has none of that name.

    """
    context = root
    for word in words:
        if not hasattr(context.command, "resolve_command"):
            raise WrongUsage(
                command=context.command_path, reason=N_("{name} has no commands of its own"), name=context.command_path
            )
        name, command, _rest = context.command.resolve_command(context, [word])
        context = typer.Context(command, parent=context, info_name=name)
    return context


def _data(context: Any) -> dict[str, Any]:
    command = context.command
    return {
        "command": context.command_path,
        "help": inspect.cleandoc(command.help or ""),
        "commands": list(getattr(command, "commands", {})),
        "options": [
            {"names": [*parameter.opts, *parameter.secondary_opts], "help": parameter.help or ""}
            for parameter in command.params
            if parameter.param_type_name == "option"
        ],
    }
