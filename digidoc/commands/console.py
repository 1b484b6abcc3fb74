"""The only writer to the terminal.

Results go to standard output, as a table for people or as the JSON envelope for scripts; notes, problems and progress
go to standard error. Commands get a `Reporter` and never print.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol, TextIO

from digidoc.errors import ExitCode, Problem
from digidoc.formats.csv_table import csv_bytes
from digidoc.i18n import tr as _
from digidoc.masking import mask
from digidoc.outcome import envelope
from digidoc.progress import PagesProgress, SilentProgress, UnderWay

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

# How wide tables are where there is no terminal and nobody says it: for a file that is looked at on a screen.
_PIPE_COLUMNS: Final = 140

_LOOK_SECONDS: Final = 0.5  # how often it is asked how far the papers are that are being read


@dataclass(frozen=True, slots=True)
class Result:
    """What a command found.

    Attributes:
        schema: name and version of the JSON form, e.g. "digidoc.verify/1".
        data: what stands under "data": dicts, lists, strings, numbers; keys and codes English.
        view: makes the same for people; called only when it is shown.
        errors: problems of items, shown on standard error and listed under "errors".
        exit_code: what the process ends with.

    """

    schema: str
    data: Any
    view: Callable[[], "Iterable[RenderableType]"]
    errors: tuple[Problem, ...] = ()
    exit_code: ExitCode = field(default=ExitCode.OK)


class Reporter(Protocol):
    """Says what a command has to say; one speaks to people, one to scripts. `verbose`: the user asked for more."""

    verbose: bool

    def result(self, result: Result) -> None:
        """Write the result to standard output and its problems to standard error."""

    def note(self, message: str) -> None:
        """Say something on the way, on standard error, unless asked to be quiet."""

    def problem(self, problem: Problem) -> None:
        """Say what went wrong, on standard error."""

    def progress(self, title: str, unit: str) -> AbstractContextManager[PagesProgress]:
        """Count steps on standard error while the context lasts; a bar only on a terminal."""


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    # Rich honours NO_COLOR, FORCE_COLOR and COLUMNS. Without the last it takes a pipe for a terminal of 80 columns.
    said = os.environ.get("COLUMNS", "")
    width = None if stream.isatty() or (said.isdecimal() and int(said) > 0) else _PIPE_COLUMNS
    return Console(file=stream, highlight=False, width=width, soft_wrap=False)


class HumanReporter:
    """Tables and sentences."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self._out, self._err = _console(sys.stdout), _console(sys.stderr)
        self._quiet = quiet
        self.verbose = verbose

    def result(self, result: Result) -> None:
        """See `Reporter.result`."""
        for problem in result.errors:
            self.problem(problem)
        from rich.table import Table
        from rich.text import Text

        for renderable in result.view():
            if isinstance(renderable, Table):
                for column in renderable.columns:
                    column.overflow = "fold"  # a name or a number that is cut says something else
            # Sentences and scanned text are left to the terminal to wrap: in a pipe a line stays a line.
            self._out.print(renderable, soft_wrap=isinstance(renderable, Text))

    def note(self, message: str) -> None:
        """See `Reporter.note`."""
        if not self._quiet:
            self._err.print(mask(message), markup=False)

    def problem(self, problem: Problem) -> None:
        """See `Reporter.problem`."""
        from rich.text import Text

        where = f"{mask(problem.file)}: " if problem.file else ""
        self._err.print(Text.assemble(("✗ ", "red"), (where, "bold"), problem.message), soft_wrap=True)
        if problem.hint:
            self._err.print(Text(f"  → {problem.hint}", style="dim"), soft_wrap=True)

    @contextmanager
    def progress(self, title: str, unit: str) -> Iterator[PagesProgress]:
        """See `Reporter.progress`."""
        # FORCE_COLOR makes Rich take a pipe for a terminal; a bar in a log file helps nobody.
        if self._quiet or not sys.stderr.isatty():
            yield SilentProgress()
            return
        from rich import progress as bars

        columns = (
            bars.TextColumn("{task.description}"),
            bars.BarColumn(),
            bars.TextColumn("{task.fields[count]}"),
            bars.TextColumn("{task.fields[pace]}"),
            bars.TextColumn("{task.fields[item]}", style="dim", markup=False),
        )

        class Live(bars.Progress):
            """Asks for the papers that are being read whenever it draws itself."""

            bar: _Bar | None = None

            def get_renderables(self) -> "Iterable[RenderableType]":
                if self.bar is not None:
                    self.bar.look()
                return super().get_renderables()

        with Live(*columns, console=self._err, transient=True) as shown:
            bar = _Bar(shown, shown.add_task(title, total=None, count="", item="", pace=""), unit)
            shown.bar = bar
            yield bar


class _Bar:
    """Rich forgets the pace whenever the total changes, and ours may: we keep it."""

    shown = True

    def __init__(self, shown: Any, task: Any, unit: str) -> None:
        self._shown, self._task, self._unit = shown, task, unit
        self._start = time.monotonic()
        self._done, self._total = 0, 0
        self._item, self._papers = "", ""
        self._under_way: Callable[[], Iterable[UnderWay]] = tuple
        self._looked = 0.0

    def advance(self, item: str, steps: int = 1) -> None:
        """See `Progress.advance`."""
        self._done += steps
        self._item = mask(item)[-40:]
        self._show()

    def expect(self, total: int) -> None:
        """See `Progress.expect`."""
        self._total = total
        self._show()

    def papers(self, done: int, total: int) -> None:
        """See `PagesProgress.papers`."""
        self._papers = ", " + _("{done}/{total} papers").format(done=done, total=total)
        self._show()

    def follow(self, under_way: Callable[[], Iterable[UnderWay]]) -> None:
        """See `PagesProgress.follow`."""
        self._under_way = under_way

    def look(self) -> None:
        """Show how far the papers are that are being read; called whenever the bar is drawn, ten times a second."""
        if time.monotonic() - self._looked >= _LOOK_SECONDS:
            self._looked = time.monotonic()
            self._show()

    def _show(self) -> None:
        running = [one for one in self._under_way() if one.total]
        done = self._done + sum(one.done for one in running)
        pace = ""
        if done:
            a_second = done / max(1e-3, time.monotonic() - self._start)
            left = timedelta(seconds=round(max(0, self._total - done) / a_second))
            pace = _("{pace} {unit}/s, {left} left").format(pace=f"{a_second:.1f}", unit=self._unit, left=left)
        item, longest = self._item, max(running, key=lambda one: one.total, default=None)
        if longest is not None and longest.total > 1:
            page = min(longest.done + 1, longest.total)
            name = mask(longest.item)[-40:]
            item = _("{name}: page {page} of {pages}").format(name=name, page=page, pages=longest.total)
        count = f"{done}/{self._total or '?'} {self._unit}{self._papers}"
        total = self._total or None
        self._shown.update(self._task, completed=done, total=total, count=count, item=item, pace=pace)


class JsonReporter:
    """One JSON envelope on standard output, nothing else there; notes are dropped."""

    verbose = False

    def result(self, result: Result) -> None:
        """See `Reporter.result`."""
        self._write(envelope(result.schema, result.data, result.errors))

    def note(self, message: str) -> None:
        """Scripts get none."""

    def problem(self, problem: Problem) -> None:
        """A problem that ended the command: an envelope without data."""
        self._write(envelope("digidoc.error/1", None, (problem,)))

    @contextmanager
    def progress(self, title: str, unit: str) -> Iterator[PagesProgress]:  # noqa: ARG002 (the protocol's)
        """Scripts get none."""
        yield SilentProgress()

    @staticmethod
    def _write(document: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        sys.stdout.flush()


def reporter(*, as_json: bool, quiet: bool = False, verbose: bool = False) -> Reporter:
    """The reporter that the options ask for."""
    return JsonReporter() if as_json else HumanReporter(quiet=quiet, verbose=verbose)


def finish(reporter: Reporter, result: Result) -> NoReturn:
    """Say the result and end the command with its exit code."""
    import typer

    reporter.result(result)
    raise typer.Exit(int(result.exit_code))


def finish_csv(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> NoReturn:
    """Write a table for spreadsheets to standard output and end the command; see `csv_bytes`."""
    finish_bytes(csv_bytes(titles, rows), ExitCode.OK)


def finish_bytes(content: bytes, code: ExitCode) -> NoReturn:
    """Write a file's content to standard output and end the command."""
    import typer

    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    raise typer.Exit(int(code))


def exit_codes(*codes: ExitCode) -> str:
    """The paragraph of a command's help that documents its exit codes."""
    words = {
        ExitCode.OK: _("done"),
        ExitCode.FAILED: _("failed, or a negative verdict"),
        ExitCode.USAGE: _("wrong usage"),
        ExitCode.SOME_FAILED: _("some items failed"),
        ExitCode.INDETERMINATE: _("no verdict is worse than indeterminate"),
        ExitCode.TARGET_MISSED: _("a target is missed"),
        ExitCode.REVIEW_NEEDED: _("a person has to look at something"),
        ExitCode.NO_ARCHIVE: _("no archive here"),
        ExitCode.ARCHIVE_LOCKED: _("archive locked"),
        ExitCode.KEY: _("key, PIN or token"),
        ExitCode.NETWORK: _("timestamp or network"),
        ExitCode.DEPENDENCY: _("a dependency is missing"),
        ExitCode.INTERRUPTED: _("interrupted"),
    }
    listed = " · ".join(f"{int(code)} {words[code]}" for code in codes)
    return _("Exit codes: {codes}").format(codes=listed)
