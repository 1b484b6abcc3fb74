"""What lies among scans and is no paper: it is passed over, counted and named, and never refused."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# What file managers leave behind; a scan is never called so. It is not even counted.
_LITTER: Final = {"thumbs.db", "desktop.ini", ".ds_store"}
_LOCK_FILE: Final = "~$"  # what Office programs lay beside a document that is open
_ENDINGS: Final[Mapping[str, frozenset[str]]] = {
    "archive": frozenset(
        {".7z", ".bz2", ".cab", ".gz", ".iso", ".lzh", ".rar", ".tar", ".tbz2", ".tgz", ".txz", ".xz", ".zip", ".zst"}
    ),
    "spreadsheet": frozenset({".csv", ".et", ".ods", ".tsv", ".xls", ".xlsb", ".xlsm", ".xlsx", ".xlt", ".xltx"}),
    "mail": frozenset({".eml", ".emlx", ".mbox", ".msg", ".ost", ".pst"}),
}


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is no paper, and why: lock-file, archive, spreadsheet, mail, empty, no-file or linked-folder."""

    file: Path
    why: str


def is_litter(name: str) -> bool:
    """Whether a file is hidden, or what a file manager leaves behind."""
    return name.startswith(".") or name.lower() in _LITTER


def why_no_paper(file: Path) -> str | None:
    """Why a file is no paper; None for one that may be one, and then reading says what it is.

    Raises:
        OSError: the system does not say how large it is.

    """
    if file.name.startswith(_LOCK_FILE):
        return "lock-file"
    for why, endings in _ENDINGS.items():
        if file.suffix.lower() in endings:
            return why
    facts = file.stat()
    if not stat.S_ISREG(facts.st_mode) and not stat.S_ISDIR(facts.st_mode):
        return "no-file"  # reading a pipe would wait for ever
    return "empty" if not facts.st_size else None
