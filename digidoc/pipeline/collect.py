"""Which papers the paths on the command line stand for."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Final
from unicodedata import category

from digidoc.archive.layout import SCRATCH, STORE
from digidoc.engine.protocol import problem_of
from digidoc.errors import EmptyInput, FileMissing, Problem, UsageError
from digidoc.i18n import N_
from digidoc.pipeline.intake.dossier_folders import DossierFolders
from digidoc.pipeline.intake.errors import PartOfArchive, UnclearFolder
from digidoc.pipeline.intake.no_paper import PassedOver, is_litter, why_no_paper
from digidoc.text import nfc

_CODE_LENGTH: Final = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper that is read again from what the archive has of it.

    Attributes:
        paper: its id.
        sha256: that it is known by; see `digidoc.archive.ingest.digest_of`.
        originals: its files as they were handed in, in order; none of a paper that was withdrawn.
        digests: SHA-256 of each.
        part: its pages, from 1, counted through all files; none for all.

    """

    paper: str
    sha256: str
    originals: tuple[Path, ...]
    digests: tuple[str, ...]
    part: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One paper to be digitized.

    Attributes:
        path: the file.
        dossier: code of its dossier, None for a loose paper.
        name: its name within the dossier, with "/" between folders.
        kept: what the archive has of it, where the file alone does not say which paper it is.
        more: further files of the paper, in the order of their pages.

    """

    path: Path
    dossier: str | None
    name: str
    kept: Kept | None = None
    more: tuple[Path, ...] = ()

    @property
    def originals(self) -> tuple[Path, ...]:
        """The files that are read, in order."""
        return (self.path, *self.more) if self.kept is None else self.kept.originals

    @property
    def part(self) -> tuple[int, ...]:
        """The pages of them that the paper is, from 1; none for all."""
        return () if self.kept is None else self.kept.part


@dataclass(frozen=True, slots=True)
class Apart:
    """Files that look like pages of one paper, and are papers of their own.

    Attributes:
        files: in the order of their numbers.
        why: gap, when a number is missing or comes twice; known, when the archive has one of them already.

    """

    files: tuple[Path, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A folder of papers of which it is not clear which dossier they belong to.

    Attributes:
        folder: as it was named, or lies below what was named.
        papers: those in it, as loose papers.

    """

    folder: Path
    papers: tuple[Item, ...]

    @property
    def problem(self) -> Problem:
        """Why they are not taken."""
        return UnclearFolder(file=self.folder, papers=len(self.papers)).problem

    def placed(self, dossier: str | None) -> Iterator[Item]:
        """The papers as those of a dossier, their names from the folder on; of none, as loose ones."""
        for paper in self.papers:
            inside = nfc(paper.path.relative_to(self.folder).as_posix())
            yield paper if dossier is None else replace(paper, dossier=dossier, name=inside)


@dataclass(frozen=True, slots=True)
class Found:
    """What lies below the paths.

    Attributes:
        items: the papers, in order of dossier and name.
        passed_over: what is no paper, in order of its paths.
        problems: what is wrong with paths that have no papers.
        unclear: folders whose papers are not among `items`, in order of their paths.
        apart: what was not put together, where that was asked for.

    """

    items: tuple[Item, ...]
    passed_over: tuple[PassedOver, ...]
    problems: tuple[Problem, ...]
    unclear: tuple[Unclear, ...] = ()
    apart: tuple[Apart, ...] = ()

    def settled(self, dossiers: Mapping[Path, str | None]) -> "Found":
        """With the papers of the folders whose dossier was said: a code, or None for loose papers."""
        said = [paper for one in self.unclear if one.folder in dossiers for paper in one.placed(dossiers[one.folder])]
        left = tuple(one for one in self.unclear if one.folder not in dossiers)
        return replace(self, items=_in_order((*self.items, *said)), unclear=left)


def check_dossier(code: str) -> str:
    """The code of a dossier in NFC, without blanks around it.

    Raises:
        UsageError: it is empty, longer than 100 characters, or has control characters.

    """
    tidied = nfc(code).strip()
    if not tidied or len(tidied) > _CODE_LENGTH or any(category(c)[0] == "C" for c in nfc(code)):
        raise UsageError(reason=N_("a dossier code has 1 to 100 characters and no control characters"))
    return tidied


def named_dossier(code: str, folders: DossierFolders) -> str:
    """The code of a dossier that a person named, as the register or the office spells it.

    Raises:
        UsageError: see `check_dossier`.

    """
    tidied = check_dossier(code)
    return folders.code(tidied) or tidied


def collect(
    paths: Sequence[Path],
    dossier: str | None,
    archive: Path,
    *,
    loose: bool = False,
    folders: DossierFolders | None = None,
    without: Iterable[Path] = (),
) -> Found:
    """The papers below the paths, what is passed over there, and what is wrong with paths that have no papers.

    A file is a paper. A folder that is a dossier's (the one that was named, one that it lies in, or one at any depth
    below it) is that dossier, and every file in it at any depth a paper of it; see `DossierFolders`. A file that is
    named itself and lies in none is a loose paper; other files that lie in none are unclear. With `dossier`, all are
    papers of that dossier. The archive itself, hidden files and file managers' litter are left out; a file named twice
    counts once. What is no paper (`why_no_paper`) is passed over, also where it is named itself: a shell names all that
    lies in a folder. A link to a folder is followed where it is named itself, and otherwise passed over.

    Args:
        paths: as given.
        dossier: code for everything found.
        archive: folder that is never looked into.
        loose: whether everything is filed without a dossier.
        folders: which folders are dossiers; None where there is no register, for the form of one-stop systems.
        without: further folders that are not looked into.

    """
    shut = frozenset(folder.resolve() for folder in (archive, *without))
    collecting = _Collecting(dossier, archive.resolve(), loose, folders or DossierFolders(), shut)
    for path in paths:
        collecting.take(path)
    return collecting.found()


def _in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (item.dossier or "", item.name)))


def _why_no_paper(file: Path) -> str | None:
    try:
        return why_no_paper(file)
    except OSError:
        return None  # reading will say what is wrong with it


@dataclass(slots=True)
class _Collecting:
    """What was found so far, by the files' own places: a file that is named twice counts once."""

    dossier: str | None
    archive: Path
    loose: bool
    folders: DossierFolders
    shut: frozenset[Path]  # folders that are not looked into
    items: dict[Path, Item] = field(default_factory=dict)
    unclear: dict[Path, tuple[Path, Item]] = field(default_factory=dict)  # with the folder that is asked about
    passed_over: dict[Path, PassedOver] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, path: Path) -> None:
        """All that a path stands for."""
        try:
            if self._is_archive(path.resolve()):
                self.problems.append(PartOfArchive(file=path).problem)
            elif not path.exists():
                self.problems.append(FileMissing(file=path).problem)
            elif path.is_dir():
                self._folder(path)
            elif self._is_paper(path):
                self._place(path, PurePath(path.name), alone=True)
        except OSError as error:
            self.problems.append(problem_of(error, str(path)))

    def found(self) -> Found:
        """All of it, each part in its order."""
        asked: dict[Path, list[Item]] = {}
        for place, (folder, item) in self.unclear.items():
            if place not in self.items:
                asked.setdefault(folder, []).append(item)
        return Found(
            _in_order(self.items.values()),
            tuple(sorted(self.passed_over.values(), key=lambda other: other.file)),
            tuple(self.problems),
            tuple(Unclear(folder, _in_order(items)) for folder, items in sorted(asked.items())),
        )

    def _is_archive(self, place: Path) -> bool:
        return place == self.archive or any(place.is_relative_to(self.archive / own) for own in (STORE, SCRATCH))

    def _folder(self, root: Path) -> None:
        problems = len(self.problems)
        found = list(self._below(root))
        if not found and len(self.problems) == problems:
            self.problems.append(EmptyInput(file=root).problem)
        holders: set[PurePath] = set()  # of dossiers' folders, at any depth: they are no dossiers themselves
        unplaced = []
        for file in filter(self._is_paper, found):
            if self._place(file, file.relative_to(root), alone=False):
                holders.update(self._above_dossier(root, file))
            else:
                unplaced.append(file)
        for file in unplaced:
            inside = file.relative_to(root)
            item = Item(file, None, nfc(inside.as_posix()))
            self.unclear.setdefault(file.resolve(), (self._asked(root, inside, holders), item))

    def _below(self, root: Path) -> Iterator[Path]:
        """Every file below a folder that is not left out without a word."""

        def unreadable(error: OSError) -> None:
            self.problems.append(problem_of(error, error.filename))

        for here, folders, names in os.walk(root, onerror=unreadable):
            folder = Path(here)
            shown = sorted(f for f in folders if not f.startswith(".") and (folder / f).resolve() not in self.shut)
            for linked in (folder / f for f in shown if (folder / f).is_symlink()):
                self.passed_over.setdefault(linked.absolute(), PassedOver(linked, "linked-folder"))
            folders[:] = [f for f in shown if not (folder / f).is_symlink()]
            yield from (folder / name for name in sorted(names) if not is_litter(name))

    def _is_paper(self, file: Path) -> bool:
        why = _why_no_paper(file)
        if why is not None:
            self.passed_over.setdefault(file.resolve(), PassedOver(file, why))
        return why is None

    def _place(self, file: Path, inside: PurePath, *, alone: bool) -> bool:
        """Take a file whose dossier is clear; False when it is not.

        Args:
            file: its path.
            inside: from the folder that was named.
            alone: whether the file was named itself.

        """
        name = nfc(inside.as_posix())
        if self.loose or self.dossier is not None:
            placed: tuple[str | None, str] | None = (self.dossier, name)
        else:
            placed = self._by_folders(file, inside) or ((None, name) if alone else None)
        if placed is not None:
            self.items.setdefault(file.resolve(), Item(file, *placed))
        return placed is not None

    def _by_folders(self, file: Path, inside: PurePath) -> tuple[str, str] | None:
        whole = Path(os.path.abspath(file))  # noqa: PTH100 (a link keeps the name that the user sees)
        above = self.folders.above(whole.parents[len(inside.parts) - 1])
        if above is None:
            return self.folders.inside(inside)
        code, folder = above
        return code, nfc(whole.relative_to(folder).as_posix())

    def _above_dossier(self, root: Path, file: Path) -> Iterator[PurePath]:
        inside = file.relative_to(root)
        for depth, folder in enumerate(inside.parts[:-1]):
            if self.folders.code(folder) is not None:
                return
            yield PurePath(*inside.parts[: depth + 1])

    @staticmethod
    def _asked(root: Path, inside: PurePath, holders: set[PurePath]) -> Path:
        """The outermost folder below the root that holds no dossier's folder; the file's own where each one does."""
        for depth in range(1, len(inside.parts)):
            if PurePath(*inside.parts[:depth]) not in holders:
                return root.joinpath(*inside.parts[:depth])
        return root.joinpath(*inside.parts[:-1])
