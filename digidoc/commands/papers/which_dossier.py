"""Asks the person at the terminal which dossier the papers of a folder belong to, where its name does not say it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from digidoc.errors import UsageError
from digidoc.i18n import tr as _
from digidoc.masking import mask

if TYPE_CHECKING:
    from digidoc.pipeline.collect import Found
    from digidoc.pipeline.intake.dossier_folders import DossierFolders

# Nobody answers more questions in a row with care; the folders are then named, and the run goes on without them.
_MOST_ASKED: Final = 9
_NONE: Final = "-"


def ask(found: "Found", folders: "DossierFolders") -> "Found":
    """What was found, with the folders settled that the person has said the dossier of.

    Nobody is asked where there is no terminal, or about too many folders.
    """
    if not found.unclear or len(found.unclear) > _MOST_ASKED or sys.stdin is None:
        return found
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return found
    said: dict[Path, str | None] = {}
    for one in found.unclear:
        said[one.folder] = _asked(one.folder, len(one.papers), folders)
    return found.settled(said)


def _asked(folder: Path, papers: int, folders: "DossierFolders") -> str | None:
    import typer

    from digidoc.pipeline.collect import named_dossier

    question = _("{folder}: its name is no dossier code. Papers in it: {papers}").format(
        folder=mask(str(folder)), papers=papers
    )
    typer.echo(question, err=True)
    while True:
        answer = typer.prompt(_("Code of their dossier, or - for none"), err=True)
        if answer.strip() == _NONE:
            return None
        try:
            return named_dossier(answer, folders)
        except UsageError as error:
            typer.echo(error.problem.message, err=True)
