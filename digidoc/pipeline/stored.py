"""The files of a paper that lie in the store, found by what they are."""

from pathlib import Path

from digidoc.archive.archive import Archive
from digidoc.archive.ingest import Role
from digidoc.model import PaperRecord, StoredFile


def file_of(record: PaperRecord, role: str) -> StoredFile | None:
    """The file of a paper with this role; None when it has none."""
    return next((file for file in record.files if file.role == role), None)


def stored_files(archive: Archive, record: PaperRecord) -> dict[Role, Path]:
    """The files of a paper that lie in the archive, by role, as a `Draft` takes them."""
    return {file.role: archive.layout.place(file.path) for file in record.files if file.role != "metadata"}
