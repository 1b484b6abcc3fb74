"""`digidoc completion`: the script by which a shell completes commands and options."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from enum import StrEnum
from typing import Annotated, Any

import typer

from digidoc.commands import console, options
from digidoc.commands.typer_app import COMPLETE_VARIABLE, know_shells
from digidoc.errors import ExitCode
from digidoc.i18n import tr as _

_HELP = "\n\n".join(
    [
        _("Print the script by which a shell completes commands and options when Tab is pressed."),
        _("It goes where the shell reads its settings: the examples are of bash, fish, zsh and PowerShell."),
        options.examples(
            "digidoc completion bash >> ~/.bashrc",
            "digidoc completion fish > ~/.config/fish/completions/digidoc.fish",
            "digidoc completion zsh >> ~/.zshrc",
            "digidoc completion powershell >> $PROFILE",
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE),
    ]
)


class Shell(StrEnum):
    """The shells that can be asked for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("completion", help=_HELP, rich_help_panel=_("Help"))(completion)


def completion(
    context: typer.Context,
    shell: Annotated[Shell, typer.Argument(metavar=_("SHELL"), help=_("bash, zsh, fish or powershell."))],
    as_json: options.Json = False,
) -> None:
    """Carry `digidoc completion` out."""
    script = _script(context.find_root().command, shell)
    if as_json:
        data = {"shell": shell.value, "script": script}
        console.finish(console.reporter(as_json=True), console.Result("digidoc.completion/1", data, lambda: ()))
    sys.stdout.write(script)


def _script(command: Any, shell: Shell) -> str:
    from typer.completion import shell_complete

    know_shells()
    said = io.StringIO()
    # It also warns of the bash on this machine, which need not be the one that completes.
    with redirect_stdout(said), redirect_stderr(io.StringIO()):
        shell_complete(command, {}, "digidoc", COMPLETE_VARIABLE, f"source_{shell}")
    return said.getvalue().strip() + "\n"
