"""Corrections taken into the archive: acknowledged when they are durable, filed as a new version of their paper.

A correction is first put into the inbox. Whoever holds the archive's lock takes in what lies there: this process at
once when nobody else writes, a running batch between two papers, or the next command that files.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Correction
from digidoc.archive.inbox import Inbox
from digidoc.engine.protocol import problem_of
from digidoc.errors import ArchiveLocked, DigidocError, Problem
from digidoc.ocr.fields import extract
from digidoc.outcome import STOPS_ALL
from digidoc.pipeline.review.application import (
    Prepared,
    Submitted,
    begun,
    file_together,
    history_of,
    in_use,
    reading_of,
    submitted,
)
from digidoc.pipeline.review.settle import place, settle

# Corrections that make one version; a power cut before it is filed undoes the work on so many, none of them.
_TOGETHER: Final = 100
# Bytes from which a version is costly: a dossier of 300 papers comes there with its third, one of ten after some 80.
_COSTLY: Final = 1 << 20
# Corrections that wait, at most, before they are taken into a dossier whose versions are costly.
_SOME: Final = 25


def inbox_of(archive: Archive) -> Inbox:
    """Where corrections of an archive wait."""
    return Inbox(archive.layout.inbox / "corrections")


def submit(archive: Archive, correction: Correction) -> Submitted:
    """Keep a correction, and take it in at once when nobody else writes to the archive.

    Raises:
        UnknownPaper: there is no such paper.
        PaperGone: it was refused or withdrawn.
        IdTaken: another correction of the same id waits.
        BackupFolder: it is the backup of an archive.
        DiskFull, ReadOnlyTarget, PermissionMissing, StorageError: nothing was acknowledged.

    """
    keep(archive, correction)
    return take_in(archive, [correction])[0]


def save(archive: Archive, correction: Correction) -> Submitted:
    """As `submit`, for whoever saves one paper after the other and calls `take_in` in the end.

    For a dossier with so many papers or versions that one more is costly it waits, and is taken in with others.
    """
    keep(archive, correction)
    costs = archive.version_costs(archive.paper(correction.paper).object_id)
    if costs > _COSTLY and len(inbox_of(archive).waiting()) < _SOME:
        return Submitted(correction.id, correction.paper, "waiting")
    return take_in(archive, [correction])[0]


def keep(archive: Archive, correction: Correction) -> None:
    """Acknowledge a correction, durably, without taking it in; raises as `submit` does."""
    in_use(archive.paper(correction.paper))
    with archive.system_errors():
        inbox_of(archive).put(correction.id, corrections.encoded(correction))


def take_in(archive: Archive, kept: Sequence[Correction]) -> tuple[Submitted, ...]:
    """What becomes of corrections that were kept, in their order; they wait when another process writes."""
    try:
        with archive.writing():
            made = {one.id: one for one in drain(archive)}
            # Another process may have taken it in meanwhile: then it is answered from the paper's history.
            return tuple(made.get(one.id) or _again(archive, one) for one in kept)
    except ArchiveLocked:
        return tuple(Submitted(one.id, one.paper, "waiting") for one in kept)


def _again(archive: Archive, correction: Correction) -> Submitted:
    try:
        return apply(archive, correction)
    except (DigidocError, OSError) as error:
        return Submitted(correction.id, correction.paper, "failed", problem=problem_of(error))


def stuck(archive: Archive) -> tuple[Problem, ...]:
    """Why corrections that wait in the inbox can never be taken in: no corrections, or of papers that are gone."""
    found, inbox = list[Problem](), inbox_of(archive)
    for file in inbox.waiting():
        try:
            data = inbox.read(file)
            if data is not None:
                in_use(archive.paper(corrections.read(data).paper))
        except DigidocError as error:
            found.append(replace(error.problem, file=str(file)))
    return tuple(found)


def preview(archive: Archive, correction: Correction) -> Submitted:
    """What would become of a correction, without keeping it.

    Raises:
        UnknownPaper, PaperGone: it cannot be corrected.
        ArchiveDamaged: what the archive has of the paper cannot be read.

    """
    record = archive.paper(correction.paper)
    in_use(record)
    history, before = history_of(archive, record), reading_of(archive, record)
    placed = place(before, correction)
    after, _whole = settle(before, [placed], extract, [entry.placed for entry in history])
    return submitted(correction, placed.conflicts, replace(record, fields=after.fields))


def drain(archive: Archive) -> tuple[Submitted, ...]:
    """Take in what waits in the inbox; call it while `archive.writing`.

    What cannot be taken in stays there and says why. On a full disk nothing more is tried.
    """
    return _Drain(archive).run()


class _Drain:
    """The inbox as it is taken in.

    Corrections of one clerk that follow each other for papers of one dossier make one version of it: the inventory of
    an object lists all its files once for each version, and a version for each of 300 papers would be gigabytes of it.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive, self._inbox = archive, inbox_of(archive)
        self._ready: dict[str, Prepared] = {}  # by paper; all of one dossier and one clerk
        self._kin: tuple[str | None, str] | None = None
        self._done: list[Submitted] = []

    def run(self) -> tuple[Submitted, ...]:
        """Take in what waits."""
        for file in self._inbox.waiting():
            try:
                data = self._inbox.read(file)
                if data is not None:
                    self._take(corrections.read(data))
            except (DigidocError, OSError) as error:
                self._failed(file.stem, "", error)
            if self._stopped:
                break
        self._file()
        return tuple(self._done)

    @property
    def _stopped(self) -> bool:
        problem = self._done[-1].problem if self._done else None
        return problem is not None and problem.code in STOPS_ALL

    def _take(self, correction: Correction) -> None:
        if correction.paper in self._ready or len(self._ready) >= _TOGETHER:
            self._file()
        try:
            application, answer = begun(self._archive, correction)
            if answer is not None:
                self._answered(answer)
                return
            if self._kin != application.kin:
                self._file()
                self._kin = application.kin
            prepared = application.prepared()
        except (DigidocError, OSError) as error:
            self._failed(correction.id, correction.paper, error)
            return
        self._ready[correction.paper] = prepared

    def _file(self) -> None:
        """File what is ready; where that fails, each alone, so that none keeps out the others."""
        ready, self._ready = list(self._ready.values()), {}
        if not ready or self._stopped:
            return
        try:
            for answer in file_together(self._archive, ready):
                self._answered(answer)
        except (DigidocError, OSError) as error:
            if len(ready) == 1 or problem_of(error).code in STOPS_ALL:
                for one in ready:
                    self._failed(one.correction.id, one.correction.paper, error)
                return
            for one in ready:
                self._alone(one.correction)

    def _alone(self, correction: Correction) -> None:
        try:
            self._answered(apply(self._archive, correction))
        except (DigidocError, OSError) as error:
            self._failed(correction.id, correction.paper, error)

    def _answered(self, answer: Submitted) -> None:
        try:
            self._inbox.remove(answer.id)
        except OSError as error:  # it is filed, and found there when it is taken in once more
            self._failed(answer.id, answer.paper, error)
        else:
            self._done.append(answer)

    def _failed(self, identifier: str, paper: str, error: DigidocError | OSError) -> None:
        problem = problem_of(error, str(self._inbox.place(identifier)))
        self._done.append(Submitted(identifier, paper, "failed", problem=problem))


def apply(archive: Archive, correction: Correction) -> Submitted:
    """File a correction as a new version of its paper; call it while `archive.writing`.

    One that the paper has already is not filed again.

    Raises:
        UnknownPaper, PaperGone: it cannot be corrected.
        ArchiveDamaged: what the archive has of it cannot be read.
        DigidocError: its searchable copy cannot be written; nothing was changed.

    """
    application, answer = begun(archive, correction)
    if answer is not None:
        return answer
    return file_together(archive, [application.prepared()])[0]
