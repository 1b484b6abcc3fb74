"""Operations on their way: durable in the archive's inbox, carried out by whoever holds the lock next, or now.

Each is carried out whole or left in the inbox: what was done of it counts once, so a process that was killed anywhere
leaves the rest to the next writer. One that cannot be done any more, for its paper went elsewhere meanwhile, leaves the
inbox with an event that says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.archive.errors import BadOperation, OperationRefused
from digidoc.archive.inbox import Inbox, handing_in
from digidoc.archive.operations import FOLDER, Kind, Operation, read, to_bytes
from digidoc.engine.protocol import problem_of
from digidoc.errors import ArchiveLocked, DigidocError, Problem, UnknownPaper, UsageError
from digidoc.outcome import STOPS_ALL
from digidoc.pipeline.operate.change import GOES, Change, NeverDone
from digidoc.pipeline.operate.merge import Merge
from digidoc.pipeline.operate.move import Move
from digidoc.pipeline.operate.purge import Purge
from digidoc.pipeline.operate.replace import Replace
from digidoc.pipeline.operate.rotate import Rotate
from digidoc.pipeline.operate.split import Split
from digidoc.pipeline.operate.withdraw import Restore, Withdraw

KINDS: Final[dict[Kind, type[Change]]] = {
    Kind.MOVE: Move,
    Kind.RENAME: Move,
    Kind.WITHDRAW: Withdraw,
    Kind.RESTORE: Restore,
    Kind.SPLIT: Split,
    Kind.MERGE: Merge,
    Kind.PURGE: Purge,
    Kind.REPLACE: Replace,
    Kind.ROTATE: Rotate,
}
_STAGING: Final = "operation-"
# What will not become another answer when it is tried again.
_FOR_GOOD: Final = (OperationRefused, UnknownPaper, UsageError)


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of an operation.

    Attributes:
        id: of the operation.
        operation: as it was ordered; None when its file in the inbox cannot be understood.
        waiting: it is in the inbox: another process writes, or something has to be repaired first.
        papers: ids of the papers in use that it came to.
        problem: why it was not done; None when it was, and when it only waits for the lock.

    """

    id: str
    operation: Operation | None
    waiting: bool = False
    papers: tuple[str, ...] = ()
    problem: Problem | None = None


def inbox(archive: Archive) -> Inbox:
    """Where operations wait."""
    return Inbox(archive.layout.inbox / FOLDER)


def check(archive: Archive, operation: Operation) -> Change:
    """The operation on the archive as it stands now.

    Raises:
        OperationRefused: it cannot be done.
        UnknownPaper: there is no such paper.

    """
    change = KINDS[operation.kind](archive, operation)
    change.check()
    return change


def submit(
    archive: Archive, operations: Iterable[Operation], files: Mapping[str, Path] | None = None
) -> tuple[Carried, ...]:
    """Acknowledge operations, durably, and carry them out unless another process holds the lock.

    Args:
        archive: that has the papers.
        operations: what is ordered.
        files: the new file of each replacement, by the id of the operation.

    Raises:
        UnreadableFile: a new file is not the one any more that was looked at.
        DiskFull, ReadOnlyTarget, StorageError: those that are not in the answer were not acknowledged.
        BackupFolder: it is the backup of an archive.

    """
    ordered = tuple(operations)
    with archive.system_errors():
        for operation in ordered:
            _acknowledge(archive, operation, None if files is None else files.get(operation.id))
    try:
        with archive.writing():
            done = {carried.id: carried for carried in drain(archive)}
    except ArchiveLocked:
        done = {}
    return tuple(done.get(operation.id, Carried(operation.id, operation, waiting=True)) for operation in ordered)


def now(archive: Archive, operation: Operation) -> Carried:
    """Carry an operation out at once, or not at all: it is acknowledged only by whoever holds the lock.

    Raises:
        ArchiveLocked: another process writes; nothing was ordered.
        DiskFull, ReadOnlyTarget, StorageError, BackupFolder: see `submit`.

    """
    with archive.writing():
        with archive.system_errors():
            inbox(archive).put(operation.id, to_bytes(operation))
        done = {carried.id: carried for carried in drain(archive)}
    return done.get(operation.id, Carried(operation.id, operation, waiting=True))


def _acknowledge(archive: Archive, operation: Operation, file: Path | None) -> None:
    said = to_bytes(operation)
    if file is None:
        inbox(archive).put(operation.id, said)
        return
    with handing_in(archive.layout.inbox_lock):
        inbox(archive).enclose(operation.id, file, operation.sha256)
        inbox(archive).put(operation.id, said)


def drain(archive: Archive) -> tuple[Carried, ...]:
    """Carry out all that waits, in the order in which it was ordered; call it while `writing`.

    What cannot be carried out now waits on and says why. On a full disk nothing more is tried.
    """
    found: list[Carried] = []
    with archive.system_errors():
        places = inbox(archive).waiting()
    for place in places:
        with archive.system_errors():
            data = inbox(archive).read(place)
        if data is not None:
            try:
                found.append(_drained(archive, read(data)))
            except BadOperation as error:  # somebody was at it: it stays, and the others are carried out
                error.file = str(place)
                found.append(Carried(place.stem, None, waiting=True, problem=error.problem))
        problem = found[-1].problem if found else None
        if problem is not None and problem.code in STOPS_ALL:
            break
    with archive.system_errors():
        inbox(archive).clear(archive.layout.inbox_lock)
    return tuple(found)


def stuck(archive: Archive) -> tuple[Problem, ...]:
    """Why operations that wait cannot be carried out as the archive stands now, each with the file that it waits in."""
    found = list[Problem]()
    for place in inbox(archive).waiting():
        try:
            data = inbox(archive).read(place)
            if data is not None:
                check(archive, read(data))
        except (DigidocError, OSError) as error:
            found.append(replace(problem_of(error), file=str(place)))
    return tuple(found)


def _drained(archive: Archive, operation: Operation) -> Carried:
    staging = f"{_STAGING}{operation.id}"
    try:
        folder = archive.staging(staging)
        carried = Carried(operation.id, operation, papers=KINDS[operation.kind](archive, operation).carry_out(folder))
    except (DigidocError, OSError, NeverDone) as error:
        problem = error.problem if isinstance(error, NeverDone) else problem_of(error)
        waiting = not isinstance(error, (NeverDone, *_FOR_GOOD))
        carried = Carried(operation.id, operation, waiting=waiting, problem=problem)
        if not carried.waiting:
            archive.note(GOES, "fail", _said(operation, problem))
    if not carried.waiting:
        archive.discard_staging(staging)
        with archive.system_errors():
            inbox(archive).remove(operation.id)
    return carried


def _said(operation: Operation, problem: Problem) -> dict[str, object]:
    papers = [named.paper for named in operation.papers]
    said = {"operation": operation.id, "kind": operation.kind.value, "papers": papers}
    return {**said, "why": problem.code, "clerk": operation.clerk}
