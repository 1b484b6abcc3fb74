"""`digidoc paper`: what a person decides about single papers; here `forget-refusal`, the rest in `operations`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from digidoc.commands import console, options
from digidoc.commands.papers.operations import binding, places, purge, turning, use
from digidoc.errors import DigidocError, ExitCode
from digidoc.i18n import tr as _
from digidoc.outcome import STOPS_ALL, Batch, Outcome, Status

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.archive import Archive

_FORGET_HELP: Final = "\n\n".join(
    (
        _("Forget that papers were refused: nobody has to do anything about them any more."),
        _("They leave `digidoc status` and all counts; what was refused, when and why stays in the archive's history."),
        _("A refusal settles by itself when a later file of the same name, or from the same place, is filed."),
        options.examples(
            "digidoc status --refused",
            "digidoc paper forget-refusal P-0123456789abcdef",
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
            ExitCode.NO_ARCHIVE,
            ExitCode.ARCHIVE_LOCKED,
        ),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the group."""
    # Of the application's own classes, so that help and errors are in the user's language here too.
    group = type(app)(cls=app.info.cls, no_args_is_help=True)
    places.register(group)
    use.register(group)
    binding.register(group)
    purge.register(group)
    turning.register(group)
    group.command("forget-refusal", help=_FORGET_HELP)(forget_refusal)
    app.add_typer(
        group,
        name="paper",
        help=_(
            "What a person decides about a paper: move, rename, withdraw, replace, split, merge, rotate, purge "
            "and more."
        ),
        rich_help_panel=_("Archive"),
    )


def forget_refusal(
    papers: Annotated[
        list[str], typer.Argument(metavar=_("PAPER…"), help=_("Ids that `digidoc status --refused` lists."))
    ],
    archive: options.ArchiveFolder = None,
    clerk: options.Clerk = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Carry `digidoc paper forget-refusal` out; see `Archive.forget_refusal`."""
    from digidoc.archive.archive import Archive

    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    with Archive.locate(archive) as opened, opened.writing():
        batch = Batch(tuple(_forgotten(opened, dict.fromkeys(papers))))
    data = {
        "counts": batch.counts,
        "papers": [{"paper": outcome.item, "status": outcome.status.value} for outcome in batch.outcomes],
    }
    result = console.Result(
        "digidoc.forget-refusal/1", data, lambda: _view(batch.outcomes), batch.problems, batch.exit_code
    )
    console.finish(reporter, result)


def _forgotten(archive: "Archive", papers: dict[str, None]) -> Iterator[Outcome[None]]:
    """An outcome a paper; what cannot be written for one paper, as on a full disk, is not tried for the others.

    Raises:
        DiskFull, ReadOnlyTarget: nothing more can be written.

    """
    for paper in papers:
        try:
            yield Outcome(paper, Status.DONE if archive.forget_refusal(paper) else Status.SKIPPED)
        except DigidocError as error:
            if error.code in STOPS_ALL:
                raise
            yield Outcome(paper, Status.FAILED, error.problem)


def _view(outcomes: Sequence[Outcome[None]]) -> "Iterator[RenderableType]":
    from rich.text import Text

    said = {Status.DONE: _("{paper}: the refusal is forgotten"), Status.SKIPPED: _("{paper}: was settled before")}
    for outcome in outcomes:
        if outcome.status in said:
            yield Text(said[outcome.status].format(paper=outcome.item))
