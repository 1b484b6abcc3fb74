"""Which papers the paths on the command line stand for."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Final
from unicodedata import category

from digidoc.engine.protocol import problem_of
from digidoc.errors import EmptyInput, FileMissing, Problem, UsageError
from digidoc.i18n import N_
from digidoc.pipeline.dossier_folders import DossierFolders, Known, unknown
from digidoc.pipeline.no_paper import PassedOver, is_litter, why_no_paper
from digidoc.text import nfc

_CODE_LENGTH: Final = 100


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


@dataclass(frozen=True, slots=True)
class Found:
    """What lies below the paths.

    Attributes:
        items: the papers, in order of dossier and name.
        passed_over: what is no paper, in order of its paths.
        problems: what is wrong with paths that have no papers.
        unlike_codes: names of folders that were taken as dossiers though they are no codes, in order.

    """

    items: tuple[Item, ...]
    passed_over: tuple[PassedOver, ...]
    problems: tuple[Problem, ...]
    unlike_codes: tuple[str, ...]


def check_dossier(code: str) -> str:
    """The code of a dossier in NFC.

    Raises:
        UsageError: it is empty, longer than 100 characters, or has control characters.

    """
    tidied = nfc(code)
    if not tidied.strip() or len(tidied) > _CODE_LENGTH or any(category(c)[0] == "C" for c in tidied):
        raise UsageError(reason=N_("a dossier code has 1 to 100 characters and no control characters"))
    return tidied


def collect(
    paths: Sequence[Path], dossier: str | None, archive: Path, *, loose: bool = False, known: Known = unknown
) -> Found:
    """The papers below the paths, what is passed over there, and what is wrong with paths that have no papers.

    A file is a paper. A folder that is a dossier's, the one that was named or one at any depth below it, is that
    dossier, and every file in it at any depth a paper of it; see `DossierFolders`. Other files are loose papers. With
    `dossier`, all are papers of that dossier. The archive itself, hidden files and file managers' litter are left out;
    a file named twice counts once. What is no paper (`why_no_paper`) is passed over, also where it is named itself: a
    shell names all that lies in a folder.

    Args:
        paths: as given.
        dossier: code for everything found.
        archive: folder that is never looked into.
        loose: whether everything is filed without a dossier.
        known: which of some dossier codes the register has.

    """
    folders = DossierFolders(known)
    items: dict[Path, Item] = {}
    passed_over: dict[Path, PassedOver] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            placed = folders.place if dossier is None and not loose else partial(_all_in, dossier)
            found = list(_below(path, placed, archive.resolve()))
        except OSError as error:
            problems.append(problem_of(error, str(path)))
            continue
        if not path.exists():
            problems.append(FileMissing(file=path).problem)
        elif not found:
            problems.append(EmptyInput(file=path).problem)
        for item in found:
            why = _why_no_paper(item.path)
            if why is None:
                items.setdefault(item.path.resolve(), item)
            else:
                passed_over.setdefault(item.path.resolve(), PassedOver(item.path, why))
    return Found(
        tuple(sorted(items.values(), key=lambda item: (item.dossier or "", item.name))),
        tuple(sorted(passed_over.values(), key=lambda other: other.file)),
        tuple(problems),
        tuple(sorted(folders.unlike)),
    )


def _why_no_paper(file: Path) -> str | None:
    try:
        return why_no_paper(file)
    except OSError:
        return None  # reading will say what is wrong with it


def _all_in(dossier: str | None, _root: str, inside: PurePath) -> tuple[str | None, str]:
    return dossier, nfc(inside.as_posix())


def _below(path: Path, place: Callable[[str, PurePath], tuple[str | None, str]], archive: Path) -> Iterable[Item]:
    if path.is_file():
        yield Item(path, *place("", PurePath(path.name)))
        return
    root = path.resolve().name
    for here, folders, names in os.walk(path):
        folder = Path(here)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and (folder / f).resolve() != archive)
        for name in sorted(names):
            if is_litter(name):
                continue
            yield Item(folder / name, *place(root, (folder / name).relative_to(path)))
