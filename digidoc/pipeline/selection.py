"""Which papers of an archive a command means."""

from dataclasses import dataclass
from pathlib import Path


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
