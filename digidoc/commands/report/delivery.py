"""A report on its way to the terminal, to standard output, or into a file that may be signed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from digidoc.commands import console
from digidoc.commands.report.terminal import view
from digidoc.errors import ExitCode, Problem
from digidoc.i18n import tr as _
from digidoc.report import json_form
from digidoc.report.document import ReportDocument
from digidoc.report.render import made_as
from digidoc.report.request import Wanted

if TYPE_CHECKING:
    from rich.console import RenderableType


def deliver(
    made: ReportDocument,
    problems: tuple[Problem, ...],
    wanted: Wanted,
    code: ExitCode,
    archive: Path | None,
) -> NoReturn:
    """Show the report, or write it to the file that is asked for, and end the command.

    Args:
        made: the report.
        problems: what was left out of it, and why.
        wanted: in which form, and where to.
        code: what the command ends with.
        archive: whose profile signs the PDF; None for the nearest one.

    """
    reporter = console.reporter(as_json=wanted.form == "json" and wanted.out is None)
    if wanted.out is None and wanted.form in ("table", "json"):
        data = json_form.to_json(made)
        console.finish(reporter, console.Result(json_form.SCHEMA, data, lambda: view(made), problems, code))
    content = made_as(wanted.form, made, problems)
    if wanted.out is None:
        for problem in problems:
            reporter.problem(problem)
        console.finish_bytes(content, code)
    if wanted.sign is None:
        wanted.write(content)
    else:
        _signed(content, wanted.out, wanted.sign, archive)
    written = _("Written: {file}").format(file=wanted.out)
    data = {"file": str(wanted.out), "format": wanted.form}
    console.finish(reporter, console.Result("digidoc.report-file/1", data, lambda: _line(written), problems, code))


def _signed(content: bytes, out: Path, profile: str, archive: Path | None) -> None:
    """Sign a PDF with a profile of the archive."""
    from digidoc.archive.archive import Archive
    from digidoc.pipeline.signing import sign_pdf

    with tempfile.TemporaryDirectory() as folder, Archive.locate(archive) as opened:
        plain = Path(folder) / out.name
        plain.write_bytes(content)
        sign_pdf(opened, profile, plain, out)


def _line(text: str) -> "Iterator[RenderableType]":
    from rich.text import Text

    yield Text(text, style="green")
