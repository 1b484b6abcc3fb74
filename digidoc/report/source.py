"""Where the counts of a report come from: an open archive, handed in, for areas do not know each other."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from digidoc.model import ArchiveFigures
from digidoc.register import (
    FlowCounts,
    GroupBy,
    ListedItem,
    PaperCounts,
    ProcedureRecord,
    ProcessCounts,
    Quality,
    Scope,
    StockCounts,
    UnitRecord,
)


class ReportSource(Protocol):
    """What a report asks of an archive. Each answer holds at the end of `scope.as_of`, or now where that is None."""

    root: Path

    def figures(self, until: datetime | None = None) -> ArchiveFigures:
        """The plain counts of papers; what came after `until` is left out."""

    def paper_counts(self, as_of: date | None) -> PaperCounts:
        """Counts of the papers in the archive."""

    def flow(self, by: GroupBy | None, scope: Scope) -> Mapping[str, FlowCounts]:
        """Counts of dossiers by group; the key is empty without `by`."""

    def flow_grid(self, scope: Scope) -> Mapping[tuple[str, str], FlowCounts]:
        """Counts of dossiers by unit and month."""

    def stock(self, by: GroupBy | None, scope: Scope) -> Mapping[str, StockCounts]:
        """Counts of results in force by group; by month means by month of issue."""

    def stock_trend(self, scope: Scope) -> Mapping[str, StockCounts]:
        """Counts of results in force at the end of each month, up to the day that is asked for."""

    def in_process(self, by: GroupBy | None, scope: Scope) -> Mapping[str, ProcessCounts]:
        """Dossiers in process by group, at the end of the day that is asked for."""

    def listed(self, metric: str, quality: Quality, scope: Scope, *, missing: bool) -> Iterator[ListedItem]:
        """What is behind a figure, or only what is missing in it."""

    def orphans(self) -> tuple[int, int]:
        """Dossiers with papers that the register does not know, and resolved ones of the register without any paper."""

    def orphan_list(self) -> Iterator[ListedItem]:
        """The same, one by one."""

    def units(self) -> list[UnitRecord]:
        """The offices that are known."""

    def procedures(self) -> list[ProcedureRecord]:
        """The procedures that are known."""

    def close(self) -> None:
        """Let go of it."""
