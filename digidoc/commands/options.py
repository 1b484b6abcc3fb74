"""Options that several commands share, declared once. Import only after `i18n.install`."""

from pathlib import Path
from typing import Annotated

import typer

from digidoc.archive.events import clerk
from digidoc.i18n import tr as _
from digidoc.ocr_engines import ENGINES

Json = Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."), metavar="")]
Csv = Annotated[bool, typer.Option("--csv", metavar="", help=_("Write the result as a table for spreadsheets."))]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=_("Show nothing but the result."), metavar="")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help=_("Show more while working."), metavar="")]
ArchiveFolder = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        "-A",
        envvar="DIGIDOC_ARCHIVE",
        metavar=_("FOLDER"),
        help=_("The archive; by default the current folder or the nearest one above it that is an archive."),
    ),
]
Clerk = Annotated[
    str | None,
    typer.Option(
        "--clerk",
        metavar=_("NAME"),
        help=_("Who does this, for the archive's events; by default the user that the system knows."),
    ),
]
DATES = ["%Y-%m-%d", "%d/%m/%Y"]  # forms of a day
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, metavar="N", help=_("Worker processes; by default one a processor.")),
]
EngineName = Annotated[
    str | None,
    typer.Option(
        "--ocr",
        metavar=_("ENGINE"),
        help=_("Which OCR engine reads: {engines}.").format(
            engines=", ".join(f"{name} ({_(entry.about)})" for name, entry in ENGINES.items())
        ),
    ),
]
OcrLanguage = Annotated[
    str | None,
    typer.Option(
        "--ocr-lang", metavar=_("CODES"), help=_("Languages of the tesseract engine, such as vie or vie+eng.")
    ),
]
OcrMode = Annotated[
    str | None,
    typer.Option(
        "--mode",
        metavar=_("MODE"),
        help=_("How the vietnamese engine reads: accurate, or draft, a little faster and with more mistakes."),
    ),
]
AlsoUnreviewed = Annotated[
    bool,
    typer.Option("--also-unreviewed", metavar="", help=_("Sign papers too that a person has to review first.")),
]
PinFile = Annotated[
    Path | None,
    typer.Option("--pin-file", metavar=_("FILE"), help=_("Read the PIN or passphrase from the first line of FILE.")),
]
Port = Annotated[
    int, typer.Option("--port", min=0, max=65535, metavar="N", help=_("Port of the page; 0 for any free one."))
]
NoOpen = Annotated[
    bool, typer.Option("--no-open", metavar="", help=_("Print the address of the page, open no browser."))
]
TokenFd = Annotated[
    int | None,
    typer.Option(
        "--token-fd", metavar="N", help=_("Read the token of the page's address from this open file descriptor.")
    ),
]


def act_as(name: str | None) -> None:
    """Let the clerk that `--clerk` names do what the command does; without one it is the system's user.

    Raises:
        UsageError: the name cannot be kept.

    """
    if name is not None:
        clerk.act_as(clerk.checked(name))


def examples(*lines: str) -> str:
    """The paragraph of a command's help that shows how it is called."""
    return _("Examples:") + "\n\n" + "\n\n".join(f"$ {line}" for line in lines)
