"""Which papers of an archive are signed, and which of those that are meant are left out, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digidoc.archive.errors import NothingKept, PaperPurged, PaperWithdrawn
from digidoc.errors import UsageError
from digidoc.i18n import N_
from digidoc.model import PaperRecord, PaperState
from digidoc.pipeline.review.standing import OLDER

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive


@dataclass(frozen=True, slots=True)
class Selection:
    """Which papers of an archive.

    Attributes:
        folder: of the archive; None for the nearest.
        unsigned: those that have a searchable PDF and no signed one.
        renew: those whose signed file is older than their text.
        dossier: those of this dossier; None for no certain one.
        papers: those of these ids, also when others signed them before.
        also_unreviewed: those too that a person has to review.

    """

    folder: Path | None
    unsigned: bool = False
    renew: bool = False
    dossier: str | None = None
    papers: tuple[str, ...] = ()
    also_unreviewed: bool = False

    def __bool__(self) -> bool:
        return self.unsigned or self.renew or self.dossier is not None or bool(self.papers)


@dataclass(frozen=True, slots=True)
class Selected:
    """The papers that are meant.

    Attributes:
        papers: those that are signed: their dossiers by id.
        unreviewed: those that are left out, for a person has to review them first.
        older: those that are left out, for their signed file is older than their text: it has to be made anew.
        renew: whether signed files are made anew.

    """

    papers: Mapping[str, str | None]
    unreviewed: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    renew: bool = False


def selected(archive: "Archive", selection: Selection) -> Selected:
    """The papers that are meant; those that lie nowhere, for they were refused or withdrawn, are none of them.

    Raises:
        UsageError: papers and a dossier at once, or unsigned papers and signed ones.
        UnknownPaper, UnknownDossier: there is no such paper, no such dossier.
        NothingKept, PaperWithdrawn: a paper that was named was refused or withdrawn.

    """
    if selection.papers and selection.dossier is not None:
        raise UsageError(reason=N_("name papers or a dossier, not both"))
    if selection.unsigned and selection.renew:
        raise UsageError(reason=N_("--unsigned and --renew exclude each other"))
    older = archive.doubted(OLDER)
    found = _meant(archive, selection)
    if selection.unsigned:
        unsigned = archive.unsigned()
        found = {paper: found[paper] for paper in found if paper in unsigned}
    if selection.renew:
        found = {paper: found[paper] for paper in found if paper in older}
    wanted = {PaperState.FILED, PaperState.REVIEW}
    left = {paper for paper in found if paper in older and not selection.renew}
    kept = {paper: place for paper, place in found.items() if place[1] in wanted and paper not in left}
    open_ = (
        () if selection.also_unreviewed else tuple(p for p, (_, state) in kept.items() if state is PaperState.REVIEW)
    )
    return Selected(
        {paper: dossier for paper, (dossier, _state) in kept.items() if paper not in open_},
        open_,
        tuple(paper for paper in found if paper in left),
        selection.renew,
    )


def _meant(archive: "Archive", selection: Selection) -> dict[str, tuple[str | None, PaperState]]:
    """Dossier and state of the papers that are named, or of all that can be, by id."""
    if selection.dossier is None and not selection.papers:
        return archive.doubted(OLDER) if selection.renew else archive.unsigned()
    if selection.dossier is not None:
        records = archive.papers_of(selection.dossier)
    else:
        records = [counting(archive.paper(paper)) for paper in dict.fromkeys(selection.papers)]
    return {record.paper_id: (record.dossier, record.state) for record in records}


def counting(record: PaperRecord) -> PaperRecord:
    """The paper that somebody named, if there is something to be done with it.

    Raises:
        NothingKept: it was refused.
        PaperWithdrawn, PaperPurged: it was withdrawn, or erased.

    """
    if record.state is PaperState.REFUSED:
        raise NothingKept(file=record.name, paper=record.paper_id)
    if record.state is PaperState.PURGED:
        raise PaperPurged(file=record.paper_id, paper=record.paper_id)
    if record.state is PaperState.WITHDRAWN:
        raise PaperWithdrawn(file=record.name, paper=record.paper_id)
    return record
