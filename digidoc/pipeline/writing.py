"""The one way in which commands write to an archive: what people said meanwhile is taken in with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from digidoc.archive.archive import Archive
from digidoc.errors import Problem
from digidoc.pipeline.operate import carry
from digidoc.pipeline.review import correct


class TakenIn:
    """What came of the inbox while somebody wrote."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._problems: dict[str, Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why corrections were not taken in and operations not carried out; of those that wait on, with their file."""
        return tuple(self._problems.values())

    def corrections(self) -> None:
        """Take in the corrections that wait."""
        for made in correct.drain(self._archive):
            self._note(made.id, made.problem, correct.inbox_of(self._archive).place(made.id))

    def everything(self) -> None:
        """Take in all that waits: corrections first, for an operation takes along what is known of a paper."""
        self.corrections()
        for made in carry.drain(self._archive):
            place = carry.inbox(self._archive).place(made.id) if made.waiting else None
            self._note(made.id, made.problem, place)

    def _note(self, identifier: str, problem: Problem | None, place: Path | None) -> None:
        # The same may have failed before: it is tried each time, and said once.
        self._problems.pop(identifier, None)
        if problem is not None:
            self._problems[identifier] = problem if place is None else replace(problem, file=str(place))


@contextmanager
def session(archive: Archive) -> Iterator[TakenIn]:
    """Be the only process that writes; what waits in the inbox is taken in first, and what came meanwhile at the end.

    Raises:
        ArchiveLocked, BackupFolder, PermissionMissing, ReadOnlyTarget, DiskFull, StorageError: see `Archive.writing`.

    """
    with archive.writing():
        taken = TakenIn(archive)
        taken.everything()
        yield taken
        taken.everything()
