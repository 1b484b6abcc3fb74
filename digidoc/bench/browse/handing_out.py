"""A file of a paper for the browser to save: under a name that says what the paper is, and never shown in a window."""

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import quote

from digidoc.archive.archive import Archive
from digidoc.errors import ArchiveDamaged, FileMissing
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.pipeline.export import readable_name
from digidoc.pipeline.selection import counting
from digidoc.pipeline.stored import file_of
from digidoc.text import unmarked

# What a browser is told of the content; anything else is bytes to it, so that nothing of it is ever run or drawn.
_PLAIN: Final = frozenset({"application/pdf", "image/jpeg", "image/png", "image/tiff", "image/webp", "image/heic"})
_BYTES: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A file to be saved: where it lies, its digest as it was filed, and what the browser is told of it."""

    path: Path
    sha256: str
    media_type: str
    disposition: str

    def check(self) -> None:
        """Look whether it is what was filed.

        Raises:
            ArchiveDamaged: it is missing or was changed.
            OSError: it cannot be read.

        """
        if not self.path.is_file():
            raise ArchiveDamaged(file=self.path, reason=N_("the file is missing"))
        if disk.sha256_of(self.path) != self.sha256:
            raise ArchiveDamaged(file=self.path, reason=N_("the file was changed after it was filed"))


def handed_out(archive: Archive, paper: str, role: str) -> HandedOut:
    """The file of a paper with this role.

    Raises:
        UnknownPaper: there is no such paper.
        NothingKept, PaperWithdrawn: it was refused or withdrawn.
        FileMissing: it has no such file.

    """
    record = counting(archive.paper(paper))
    file = file_of(record, role)
    if file is None:
        raise FileMissing(file=f"{record.name} ({role})")
    number = role.partition("-")[2]
    name = readable_name(record) + (f" ({number})" if number else "") + PurePath(file.path).suffix
    media_type = file.media_type if file.media_type in _PLAIN else _BYTES
    return HandedOut(archive.layout.place(file.path), file.sha256, media_type, _attachment(name))


def _attachment(name: str) -> str:
    """The header by which a browser saves a file under this name (RFC 6266), old ones without accents."""
    bare = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in unmarked(name)
    )
    return f"attachment; filename=\"{bare}\"; filename*=UTF-8''{quote(name, safe='')}"
