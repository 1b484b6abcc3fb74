"""Which papers of an archive a command means."""

from dataclasses import dataclass
from pathlib import Path

from digidoc.archive.errors import NothingKept, PaperWithdrawn
from digidoc.model import PaperRecord, PaperState


@dataclass(frozen=True, slots=True)
class Selection:
    """Which papers of an archive.

    Attributes:
        folder: of the archive; None for the nearest.
        unsigned: those that have a searchable PDF and no signed one.
        dossier: those of this dossier; None for no certain one.
        papers: those of these ids, also when others signed them before.

    """

    folder: Path | None
    unsigned: bool = False
    dossier: str | None = None
    papers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.unsigned or self.dossier is not None or bool(self.papers)


def counting(record: PaperRecord) -> PaperRecord:
    """The paper that somebody named, if there is something to be done with it.

    Raises:
        NothingKept: it was refused.
        PaperWithdrawn: it was withdrawn.

    """
    if record.state is PaperState.REFUSED:
        raise NothingKept(file=record.name, paper=record.paper_id)
    if record.state is PaperState.WITHDRAWN:
        raise PaperWithdrawn(file=record.name, paper=record.paper_id)
    return record
