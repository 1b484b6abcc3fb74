"""What the words of `digidoc report` ask for, checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from digidoc.clock import VIETNAM
from digidoc.errors import OutputExists, UsageError, from_os
from digidoc.i18n import N_
from digidoc.metric import Metric
from digidoc.model import ArchiveFigures
from digidoc.register import GroupBy, Quality, Scope, UnitRecord
from digidoc.report.merge import Whole
from digidoc.report.period import day, period
from digidoc.report.programmes import load
from digidoc.report.question import Question
from digidoc.report.source import ReportSource
from digidoc.report.targets import Programme

FORMATS: Final = ("table", "json", "csv", "xlsx", "md", "html", "pdf")
LISTS: Final = ("table", "json", "csv")
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted, in the words of the command line; see the help of `digidoc report`."""

    by: GroupBy | None = None
    period: str | None = None
    as_of: str | None = None
    units: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    quality: Quality | None = None
    metric: str | None = None
    target: str | None = None

    def question(self, figures: ArchiveFigures, folders: Sequence[Path], now: datetime | None = None) -> Question:
        """What an archive is asked.

        Args:
            figures: of the archive: the programme that it is compared with when none is named.
            folders: where target programmes lie beside those that come with digidoc.
            now: the time of asking; the clock's by default.

        Raises:
            UsageError: a word is none of those that can be, or the day lies in the future.
            UnknownTarget, BadConfiguration: the programme.

        """
        made_at = (datetime.now(UTC) if now is None else now).astimezone(VIETNAM).replace(microsecond=0)
        asked, today = self._day(made_at.date())
        first, last = self._span(today)
        name = self.target or figures.target
        scope = Scope(first, last, asked, self.units, self.procedures)
        return Question(scope, today, made_at, self.by, self.quality, self._metric(), _programme(name, folders))

    def whole(self, figures: ArchiveFigures | None, expected: tuple[UnitRecord, ...], folders: Sequence[Path]) -> Whole:
        """What reports of several offices are added up to.

        Args:
            figures: of the archive of the office above them; None without one.
            expected: the offices that have to be there.
            folders: where target programmes lie.

        Raises:
            UsageError: they cannot be broken down by that.
            UnknownTarget, BadConfiguration: the programme.

        """
        by = self.by or GroupBy.UNIT
        if by not in (GroupBy.UNIT, GroupBy.LEVEL):
            raise UsageError(reason=N_("reports that are added up are broken down by unit or by level"))
        name = self.target or (None if figures is None else figures.target)
        made_at = datetime.now(UTC).astimezone(VIETNAM).replace(microsecond=0)
        return Whole(None if figures is None else figures.unit, expected, _programme(name, folders), by, made_at)

    def _day(self, today: date) -> tuple[date | None, date]:
        """The day that is asked for, None for now, and the day that it is."""
        if self.as_of is None:
            return None, today
        try:
            found = day(self.as_of)
        except ValueError as error:
            raise UsageError(
                reason=N_("{text} is not a date: write 2025-06-30 or 30/06/2025"), text=self.as_of
            ) from error
        if found > today:
            raise UsageError(reason=N_("--as-of lies in the future: what will be there is not known"))
        return (None if found == today else found), found

    def _span(self, today: date) -> tuple[date | None, date]:
        """The period, cut off at the day that is looked at; the year so far by default."""
        if self.period == ALL:
            return None, today
        if self.period is None:
            return date(today.year, 1, 1), today
        first, last = period(self.period)
        if first > today:
            raise UsageError(reason=N_("the period {text} begins after the day that is looked at"), text=self.period)
        return first, min(last, today)

    def _metric(self) -> Metric | None:
        if self.metric is None:
            return None
        if self.metric not in list(Metric):
            known = ", ".join(Metric)
            raise UsageError(reason=N_("there is no metric {name}; there are {known}"), name=self.metric, known=known)
        return Metric(self.metric)


def check_scope(source: ReportSource, scope: Scope) -> None:
    """See that the offices and procedures that are asked for exist: a misspelt code has no figures, and looks like 0.

    Raises:
        UsageError: one does not.

    """
    if scope.units:
        known = {unit.code for unit in source.units()} | set(source.flow(GroupBy.UNIT, Scope()))
        for code in scope.units:
            if code not in known:
                raise UsageError(reason=N_("neither the list of offices nor the register has {code}"), code=code)
    if scope.procedures:
        known = {procedure.code for procedure in source.procedures()} | set(source.flow(GroupBy.PROCEDURE, Scope()))
        for code in scope.procedures:
            if code not in known:
                raise UsageError(
                    reason=N_("neither the catalogue of procedures nor the register has {code}"), code=code
                )


def _programme(name: str | None, folders: Sequence[Path]) -> Programme | None:
    return None if name is None else load(name, folders)


@dataclass(frozen=True, slots=True)
class Wanted:
    """In which form, and where to.

    Attributes:
        form: one of `FORMATS`.
        out: the file to make; None writes to standard output, where the form allows it.
        sign: profile that signs the PDF; None for none.
        listing: the documents behind the headline are asked for, not the report.

    """

    form: str
    out: Path | None
    sign: str | None
    listing: bool

    def check(self) -> None:
        """Whether it all fits together; before anything is counted.

        Raises:
            UsageError: it does not.
            OutputExists: there is such a file already.

        """
        known = LISTS if self.listing else FORMATS
        if self.form not in known:
            raise UsageError(
                reason=N_("there is no form {name} here; there are {known}"), name=self.form, known=", ".join(known)
            )
        if self.out is None and self.form in ("xlsx", "pdf"):
            raise UsageError(reason=N_("--format {name} needs --out and the name of a file"), name=self.form)
        if self.out is not None and self.form == "table":
            raise UsageError(reason=N_("--out needs a form for files: {known}"), known=", ".join(FORMATS[1:]))
        if self.sign is not None and self.form != "pdf":
            raise UsageError(reason=N_("--sign is for --format pdf"))
        if self.listing and self.out is not None and self.form != "csv":
            raise UsageError(reason=N_("a list is written to a file as csv"))
        if self.out is not None and self.out.exists():
            raise OutputExists(file=self.out)

    def write(self, content: bytes) -> None:
        """Make the file.

        Raises:
            OutputExists: there is one meanwhile.
            PermissionMissing, DiskFull, ReadOnlyTarget, StorageError: the system's answer; nothing is left.

        """
        assert self.out is not None  # noqa: S101 (whoever writes asked for a file)
        try:
            with self.out.open("xb") as stream:
                try:
                    stream.write(content)
                    stream.flush()
                except OSError:
                    self.out.unlink(missing_ok=True)
                    raise
        except FileExistsError as error:
            raise OutputExists(file=self.out) from error
        except OSError as error:
            raise from_os(error, self.out) from error
