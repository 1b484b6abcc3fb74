"""Which papers the paths on the command line stand for."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unicodedata import category

from digidoc.engine.protocol import problem_of
from digidoc.errors import EmptyInput, FileMissing, Problem, UsageError
from digidoc.i18n import N_
from digidoc.text import nfc

# What file managers leave behind; a scan is never called so.
_CODE_LENGTH: Final = 100
_LITTER: Final = {"thumbs.db", "desktop.ini", ".ds_store"}


@dataclass(frozen=True, slots=True)
class Item:
    """One paper to be digitized.

    Attributes:
        path: the file.
        dossier: code of its dossier, None for a loose paper.
        name: its name within the dossier, with "/" between folders.

    """

    path: Path
    dossier: str | None
    name: str


def check_dossier(code: str) -> str:
    """The code of a dossier in NFC.

    Raises:
        UsageError: it is empty, longer than 100 characters, or has control characters.

    """
    tidied = nfc(code)
    if not tidied.strip() or len(tidied) > _CODE_LENGTH or any(category(c)[0] == "C" for c in tidied):
        raise UsageError(reason=N_("a dossier code has 1 to 100 characters and no control characters"))
    return tidied


def collect(paths: Sequence[Path], dossier: str | None, archive: Path) -> tuple[list[Item], list[Problem]]:
    """The papers below the paths, and what is wrong with paths that have none.

    A file is a paper. In a folder, each folder directly below it is a dossier, its name the code, and every file in it
    at any depth a paper of it; files directly in the folder are loose papers. With `dossier`, all are papers of that
    dossier. The archive itself, hidden files and file managers' litter are passed over; a file named twice counts once.

    Args:
        paths: as given.
        dossier: code for everything found.
        archive: folder that is never looked into.

    """
    items: dict[Path, Item] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            found = list(_below(path, dossier, archive.resolve()))
        except OSError as error:
            problems.append(problem_of(error, str(path)))
            continue
        if not path.exists():
            problems.append(FileMissing(file=path).problem)
        elif not found:
            problems.append(EmptyInput(file=path).problem)
        for item in found:
            items.setdefault(item.path.resolve(), item)
    return sorted(items.values(), key=lambda item: (item.dossier or "", item.name)), problems


def _below(path: Path, dossier: str | None, archive: Path) -> Iterable[Item]:
    if path.is_file():
        yield Item(path, dossier, nfc(path.name))
        return
    for place, folders, names in os.walk(path):
        folder = Path(place)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and (folder / f).resolve() != archive)
        for name in sorted(names):
            if name.startswith(".") or name.lower() in _LITTER:
                continue
            inside = (folder / name).relative_to(path)
            if dossier is None and len(inside.parts) > 1:
                yield Item(folder / name, nfc(inside.parts[0]), nfc("/".join(inside.parts[1:])))
            else:
                yield Item(folder / name, dossier, nfc(inside.as_posix()))
