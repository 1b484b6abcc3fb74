"""The options and the end of `digidoc digitize --watch`."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from digidoc.commands import console
from digidoc.engine.opening import open_engine
from digidoc.errors import ExitCode, FileMissing, FolderExpected, Problem, UsageError
from digidoc.i18n import N_, current
from digidoc.i18n import tr as _
from digidoc.masking import mask
from digidoc.outcome import Status
from digidoc.progress import PagesProgress

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.archive import Archive
    from digidoc.ocr.engine import EngineSpec
    from digidoc.pipeline.scanning.watch import Watched, Watching


class Put(StrEnum):
    """What becomes of files that were filed."""

    MOVE = "move"
    KEEP = "keep"


Folder = Annotated[
    Path | None,
    typer.Option("--watch", metavar=_("FOLDER"), help=_("Watch this folder and file what scanners drop there.")),
]
Settle = Annotated[
    float | None,
    typer.Option(
        "--settle",
        min=0.0,
        metavar="S",
        help=_("With --watch: seconds that a file has to stand still to be taken; 10 by default."),
    ),
]
Every = Annotated[
    float | None,
    typer.Option("--every", min=0.05, metavar="S", help=_("With --watch: seconds between two looks; 2 by default.")),
]
Once = Annotated[
    bool, typer.Option("--once", metavar="", help=_("With --watch: end when what is there now was taken."))
]
Done = Annotated[
    Put | None,
    typer.Option(
        "--done",
        metavar="move|keep",
        help=_(
            "With --watch: move files to done/DAY/ and failed/ in the folder (so by default), or keep them in place."
        ),
    ),
]


def check_words(paths: Sequence[Path] | None, watched: Path | None, *, planned: bool, others: bool) -> None:
    """See that there is something to digitize, and that watching is asked for alone.

    Args:
        paths: what is to be digitized.
        watched: the folder that is watched.
        planned: whether something was asked for that needs all scans at once: a dry run, pictures put together.
        others: whether one of the other options of watching was given.

    Raises:
        UsageError: the words do not fit together.

    """
    if not paths and watched is None:
        raise UsageError(reason=N_("name scans or folders, or a folder with --watch"))
    if watched is not None and (paths or planned):
        raise UsageError(reason=N_("--watch goes neither with paths nor with --dry-run or --together"))
    if watched is None and others:
        raise UsageError(reason=N_("--settle, --every, --once and --done go with --watch"))


def check_folder(folder: Path) -> Path:
    """The folder, which is there.

    Raises:
        FileMissing, FolderExpected: there is no such folder.

    """
    if not folder.exists():
        raise FileMissing(file=folder)
    if not folder.is_dir():
        raise FolderExpected(file=folder, reason=N_("a file stands where the folder should be"))
    return folder


def finish(
    archive: "Archive",
    how: "Watching",
    jobs: int,
    spec: "EngineSpec",
    sign: str | None,
    reporter: console.Reporter,
    *,
    check: bool,
) -> NoReturn:
    """Watch, and end the command."""
    from digidoc.pipeline.scanning.watch import Watch
    from digidoc.pipeline.signing import opened

    def bar() -> AbstractContextManager[PagesProgress]:
        return reporter.progress(_("Digitizing"), _("pages"))

    def say(file: Path | None, status: Status, problem: Problem | None) -> None:
        about = mask(str(file or (problem and problem.file) or archive.root))
        reporter.note(f"{about}: {_STATUS[status]() if problem is None else problem.message}")

    with opened(archive, sign) if sign else nullcontext() as signers:
        reporter.note(_("Watching {folder}. Ctrl-C ends it.").format(folder=mask(str(how.folder))))
        watched = Watch(archive, how, open_engine(jobs, current()), spec, bar, say, signers).run()
    console.finish(reporter, _result(watched, check=check))


_STATUS = {
    Status.DONE: lambda: _("filed"),
    Status.REVIEW: lambda: _("filed, to be reviewed"),
    Status.SKIPPED: lambda: _("in the archive already"),
}


def _result(watched: "Watched", *, check: bool) -> console.Result:
    data: dict[str, Any] = {
        "counts": {status.value: watched.counts[status.value] for status in Status},
        "stacks": watched.stacks,
        "waiting": watched.waiting,
        "left_unsigned": watched.left_unsigned,
        "interrupted": watched.interrupted,
    }
    if watched.interrupted:
        code = ExitCode.INTERRUPTED
    elif watched.problems:
        code = ExitCode.SOME_FAILED
    else:
        code = ExitCode.REVIEW_NEEDED if check and watched.counts[Status.REVIEW.value] else ExitCode.OK
    errors = (*watched.problems, *watched.aside)
    return console.Result("digidoc.watch/1", data, lambda: _view(watched), errors, code)


def _view(watched: "Watched") -> Iterator["RenderableType"]:
    from rich.text import Text

    counts = watched.counts
    said = _("Filed: {done} · to be reviewed: {review} · in the archive already: {skipped} · put aside: {refused}")
    numbers = {status.value: counts[status.value] for status in Status}
    yield Text(said.format(**numbers))
    if watched.left_unsigned:
        said = _("not signed, for they are to be reviewed; --also-unreviewed signs them")
        yield Text(f"{watched.left_unsigned} {said}")
    if watched.stacks:
        said = _("Stacks that wait for a person (`digidoc scan --list`): {stacks}")
        yield Text(said.format(stacks=", ".join(watched.stacks)), style="yellow")
    if watched.waiting:
        yield Text(
            _("Not taken, for they are not whole yet or failed just now: {number}").format(number=len(watched.waiting))
        )
        for file in watched.waiting[:20]:
            yield Text(f"  – {mask(file)}")
