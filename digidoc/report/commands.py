"""The command `report`. Where the figures come from is handed in: areas do not know each other."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Protocol

import typer

from digidoc import console, options
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.model import ArchiveFigures

if TYPE_CHECKING:
    from digidoc.report.metrics import Report
    from digidoc.report.targets import Due

# Days are those of Việt Nam.
_ZONE: Final = timezone(timedelta(hours=7))


class FiguresSource(Protocol):
    """Where the numbers come from: an open archive."""

    def figures(self, until: datetime | None = None) -> ArchiveFigures:
        """The numbers; what came after `until` is left out."""

    def close(self) -> None:
        """Let go of it."""


def register(app: typer.Typer, locate: Callable[[Path | None], FiguresSource]) -> None:
    """Mount the command; `locate` opens the archive in a folder, or the nearest one for None."""

    @app.command("report", help=_HELP, rich_help_panel=_("Reports"))
    def report(
        target: Annotated[
            str | None,
            typer.Option("--target", metavar=_("NAME"), help=_("Target programme; by default that of the archive.")),
        ] = None,
        as_of: Annotated[
            datetime | None,
            typer.Option(
                "--as-of",
                formats=["%Y-%m-%d", "%d/%m/%Y"],
                metavar=_("DATE"),
                help=_("Count what was there at the end of that day; by default now."),
            ),
        ] = None,
        fail_under_target: Annotated[
            bool,
            typer.Option("--fail-under-target", metavar="", help=_("End with exit code 5 when the target is missed.")),
        ] = False,
        archive: options.ArchiveFolder = None,
        as_json: options.Json = False,
    ) -> None:
        from digidoc.report import render
        from digidoc.report.metrics import TargetStatus

        voice = console.reporter(as_json=as_json)
        made = _make(locate, archive, target, as_of)
        if fail_under_target and made.comparison is None:
            raise UsageError(reason=N_("--fail-under-target needs a target: name one with --target"))
        missed = made.comparison is not None and made.comparison.status is TargetStatus.MISSED
        code = ExitCode.TARGET_MISSED if missed and fail_under_target else ExitCode.OK
        result = console.Result("digidoc.report/1", render.to_json(made), lambda: render.view(made), exit_code=code)
        console.finish(voice, result)


_HELP: Final = "\n\n".join(
    (
        _("Report how many papers are digitized, conformant and signed, and compare with a target."),
        options.examples(
            "digidoc report", "digidoc report --target danang-2021 --fail-under-target", "digidoc report --json"
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.TARGET_MISSED, ExitCode.NO_ARCHIVE),
    )
)


def _moment(day: datetime | None) -> tuple[datetime, datetime | None]:
    """The moment that the report names, and the one that it counts until: for now and today, None (no limit).

    Without a limit a clock that was set back hides no paper.

    Raises:
        UsageError: the day lies in the future.

    """
    now = datetime.now(UTC).astimezone(_ZONE)
    if day is None or day.date() == now.date():
        return now, None
    if day.date() > now.date():
        raise UsageError(reason=N_("--as-of lies in the future: what will be there is not known"))
    end = datetime.combine(day.date(), time.max, _ZONE)
    return end, end


def _make(
    locate: Callable[[Path | None], FiguresSource], archive: Path | None, target: str | None, day: datetime | None
) -> "Report":
    from digidoc.report import metrics

    as_of, until = _moment(day)
    with closing(locate(archive)) as source:
        figures = source.figures(until)
    return metrics.report(figures, as_of, _due(target or figures.target, figures, as_of))


def _due(name: str | None, figures: ArchiveFigures, as_of: datetime) -> "Due | None":
    from digidoc.report import targets

    return None if name is None else targets.due(targets.load(name), figures.unit.level, as_of.date())
