"""What an operation comes to: papers that are filed first, then papers that are set aside for them.

The order makes every operation one that can be finished: as long as a paper that it takes from is in use, all that it
needs is there, and what was filed is known by the event that names the operation.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from digidoc import AGENT
from digidoc.archive.archive import Archive
from digidoc.archive.catalog import duplicates
from digidoc.archive.errors import OperationRefused
from digidoc.archive.ingest import Draft, Role
from digidoc.archive.operations import Operation
from digidoc.errors import ArchiveDamaged, UnknownPaper
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.model import SET_ASIDE, Event, PaperRecord
from digidoc.pipeline.stored import stored_files

GOES: Final = SET_ASIDE
COMES: Final = "accession"  # PREMIS event type
# What the new place of a paper says anew of itself.
_LEFT: Final = ("ingestion", duplicates.EVENT)


class Change(ABC):
    """One operation on an archive; subclasses say what it comes to.

    Args:
        archive: that has the papers.
        operation: of the kind of the class.

    Attributes:
        records: of the papers that it names, as the catalogue has them.

    """

    bare: ClassVar[bool] = True  # whether files, pages and fields of the old papers go to the new ones

    def __init__(self, archive: Archive, operation: Operation) -> None:
        self.archive, self.operation = archive, operation
        self.records = tuple(archive.paper(named.paper) for named in operation.papers)

    @property
    def record(self) -> PaperRecord:
        """The one paper, or the first."""
        return self.records[0]

    def check(self) -> None:
        """See whether it can be done.

        Raises:
            OperationRefused: not with this paper.
            UsageError: not so.

        """
        for record in self.records:
            if not self.done(record.paper_id) and not record.state.counts:
                raise self.refused(N_("it is not among the papers in use"), record)

    @abstractmethod
    def targets(self) -> Sequence[str]:
        """Ids of the papers that take the place of the old ones."""

    @abstractmethod
    def drafts(self, folder: Path) -> Sequence[Draft]:
        """These papers; `folder` is for files that are made for them."""

    def carry_out(self, folder: Path) -> tuple[str, ...]:
        """Do what is left to be done of it; ids of the papers in use that it came to. Call it while `writing`.

        Args:
            folder: for files that are made on the way; whoever calls removes it.

        Raises:
            DigidocError, OSError: it cannot be done, or not now; what was done stays, and counts once.

        """
        self.check()
        targets = tuple(self.targets())
        if not all(map(self.done, targets)):
            drafts = self.drafts(folder)
            self.archive.file(drafts[0].record.dossier, drafts)
        for record in self.records:
            if record.paper_id not in targets:
                event = self.event(GOES, {"to": list(targets), "state": record.state.value})
                self.archive.set_aside(record.paper_id, event, targets, bare=self.bare)
        return targets

    def done(self, paper: str) -> bool:
        """Whether the catalogue has this paper with an event of this operation."""
        try:
            return operation_of(self.archive.paper(paper), self.operation.id) is not None
        except UnknownPaper:
            return False

    def event(self, kind: str, detail: Mapping[str, Any]) -> Event:
        """An event of this operation."""
        given = self.operation
        said = {"operation": given.id, "kind": given.kind.value, **detail, "clerk": given.clerk}
        if given.reason:
            said["reason"] = given.reason
        return Event(datetime.now(UTC), kind, "success", AGENT, said)

    def carried(self) -> tuple[Event, ...]:
        """The events that the new paper has from the old ones, and the one that says that it came from them."""
        old = [event for record in self.records for event in record.events if event.kind not in _LEFT]
        unique = [event for place, event in enumerate(old) if event not in old[:place]]
        sources = [{"paper": one.paper_id, "dossier": one.dossier, "name": one.name} for one in self.records]
        return (*sorted(unique, key=lambda event: event.at), self.event(COMES, {"from": sources}))

    def refused(self, reason: str, record: PaperRecord | None = None, **params: object) -> OperationRefused:
        """The error that this cannot be done with a paper, by default the first."""
        about = record or self.record
        return OperationRefused(file=about.name, paper=about.paper_id, reason=reason, **params)

    def intact(self, record: PaperRecord) -> dict[Role, Path]:
        """The files of a paper by role, each as it was filed: what is damaged is not filed anew.

        Raises:
            ArchiveDamaged: one is missing or was changed.
            OSError: one cannot be read.

        """
        files = stored_files(self.archive, record)
        for file in record.files:
            place = files.get(file.role)
            if place is not None and not place.is_file():
                raise ArchiveDamaged(file=place, reason=N_("the file is missing"))
            if place is not None and disk.sha256_of(place) != file.sha256:
                raise ArchiveDamaged(file=place, reason=N_("the file was changed after it was filed"))
        return dict(files)


def operation_of(record: PaperRecord, identifier: str) -> Event | None:
    """The event of an operation in a paper's history."""
    return next((event for event in record.events if event.detail.get("operation") == identifier), None)
