"""The files of a paper that lie in the store, found by what they are."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from digidoc.archive.archive import Archive
from digidoc.archive.ingest import Role, is_original
from digidoc.errors import FileMissing
from digidoc.model import PaperRecord, StoredFile

if TYPE_CHECKING:
    from digidoc.ocr.source.protocol import Source

_FileT = TypeVar("_FileT")


def file_of(record: PaperRecord, role: str) -> StoredFile | None:
    """The file of a paper with this role; None when it has none."""
    return next((file for file in record.files if file.role == role), None)


def stored_files(archive: Archive, record: PaperRecord) -> dict[Role, Path]:
    """The files of a paper that lie in the archive, by role, as a `Draft` takes them."""
    return {file.role: archive.layout.place(file.path) for file in record.files if file.role != "metadata"}


def by_role(originals: Sequence[Path]) -> dict[Role, Path]:
    """Files that were handed in, in the order of their pages, by their roles; see `originals_of`."""
    return {f"original-{number}" if number > 1 else "original": path for number, path in enumerate(originals, 1)}


def originals_of(files: Mapping[Role, _FileT]) -> tuple[_FileT, ...]:
    """Of files by role those that were handed in, in the order of their pages."""
    roles = sorted(filter(is_original, files), key=lambda role: int(role.partition("-")[2] or 1))
    return tuple(files[role] for role in roles)


def open_pages(archive: Archive, record: PaperRecord) -> "Source":
    """The pages of a paper as they were handed in.

    Raises:
        FileMissing: it has no original: it was refused, or went to other papers.
        InputError: see `open_paper`.

    """
    from digidoc.ocr.source.bound import open_paper

    originals = originals_of(stored_files(archive, record))
    if not originals:
        raise FileMissing(file=f"{record.paper_id} (original)")
    return open_paper(originals, record.part)
