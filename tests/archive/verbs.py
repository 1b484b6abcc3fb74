"""The verbs of the archive on an application of their own, whose errors reach the test."""

import typer

from digidoc.commands.archive import audit, backup, fixity, init, rebuild_index, search, show, status
from digidoc.commands.papers import export, listing


def application() -> typer.Typer:
    """The verbs, mounted."""
    app = typer.Typer()
    for verb in (init, search, listing, show, export, status, backup, fixity, audit, rebuild_index):
        verb.register(app)
    return app
