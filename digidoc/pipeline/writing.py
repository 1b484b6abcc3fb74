"""The one way in which commands write to an archive: what people said meanwhile is taken in with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from digidoc.archive.archive import Archive
from digidoc.pipeline.review.correct import drain


@contextmanager
def session(archive: Archive) -> Iterator[None]:
    """Be the only process that writes; what waits in the inbox is taken in first, and what came meanwhile at the end.

    Raises:
        ArchiveLocked, BackupFolder, PermissionMissing, ReadOnlyTarget, DiskFull, StorageError: see `Archive.writing`.

    """
    with archive.writing():
        drain(archive)
        yield
        drain(archive)
