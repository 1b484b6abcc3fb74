"""Which files the words of `digidoc sign IN… OUT` stand for, and what each signed file is called: as `cp` has it."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digidoc.errors import EmptyInput, FileMissing, FolderExpected, Problem, UsageError, from_os
from digidoc.i18n import N_
from digidoc.sign.errors import OutputIsInput, OutputTwice

_SUFFIX: Final = ".pdf"
_WILD: Final = "*?["


@dataclass(frozen=True, slots=True)
class Pair:
    """A file to be signed, and the signed file to be made."""

    source: Path
    out: Path


@dataclass(frozen=True, slots=True)
class Places:
    """What is to be signed.

    Attributes:
        pairs: in the order of the words, the files of a folder by name.
        folder: of the outputs, which is made when it is missing; None when one file was named for one output.
        problems: words that stand for no file.

    """

    pairs: tuple[Pair, ...]
    folder: Path | None
    problems: tuple[Problem, ...] = ()


def places(words: Sequence[str]) -> Places:
    """What `IN… OUT` stands for.

    With one IN that is a file, OUT is the signed file, unless it is a folder or ends in a slash. Otherwise OUT is a
    folder; the PDF files below a folder keep their places in it. A word with `*`, `?` or `[` that is no file's name is
    matched against file names, for not every shell does that.

    Raises:
        UsageError: fewer than two words, or several inputs for one file.
        FolderExpected: OUT is a file.
        OutputTwice: two inputs would have one output.
        OutputIsInput: an input would be its own output.
        StorageError: a folder cannot be read.

    """
    if len(words) < 2:  # noqa: PLR2004 (IN and OUT)
        raise UsageError(reason=N_("digidoc sign needs what to sign and where to put it: IN… OUT"))
    *named, last = words
    target = Path(last)
    sources = [path for word in named for path in _matching(word)]
    as_folder = target.is_dir() or last.endswith(("/", os.sep))
    if len(sources) == 1 and not sources[0].is_dir() and not as_folder:
        found = Places((Pair(sources[0], target),), None)
    elif target.is_file():
        raise FolderExpected(file=target, reason=N_("several signed files need a folder"))
    elif not as_folder:
        raise UsageError(
            reason=N_("several signed files need a folder: write {name}/ to have it made"), name=target.name
        )
    else:
        pairs, problems = _into(target, sources)
        found = Places(tuple(pairs), target, tuple(problems))
    _check(found.pairs)
    return found


def _matching(word: str) -> list[Path]:
    if any(char in word for char in _WILD) and not Path(word).exists():
        return [Path(found) for found in sorted(glob.glob(word))] or [Path(word)]  # noqa: PTH207 (absolute ones too)
    return [Path(word)]


def _into(folder: Path, sources: Sequence[Path]) -> tuple[list[Pair], list[Problem]]:
    pairs: list[Pair] = []
    problems: list[Problem] = []
    for source in sources:
        if source.is_dir():
            inside = [Pair(found, folder / found.relative_to(source)) for found in _below(source, folder)]
            pairs.extend(inside)
            if not inside:
                problems.append(EmptyInput(file=source).problem)
        elif source.exists():
            pairs.append(Pair(source, folder / source.name))
        else:
            problems.append(FileMissing(file=source).problem)
    return pairs, problems


def _below(folder: Path, target: Path) -> Iterator[Path]:
    """The PDF files below a folder; hidden ones, and those in the folder of the outputs, are passed over."""

    def fail(error: OSError) -> None:
        raise from_os(error, error.filename) from error

    avoided = target.resolve()
    for place, folders, names in os.walk(folder, onerror=fail):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (here / name).resolve() != avoided)
        for name in sorted(names):
            if name.lower().endswith(_SUFFIX) and not name.startswith("."):
                yield here / name


def _check(pairs: Sequence[Pair]) -> None:
    taken: dict[str, Path] = {}
    for pair in pairs:
        name = os.path.normcase(pair.out)
        if name in taken:
            raise OutputTwice(file=pair.out, first=taken[name], second=pair.source)
        taken[name] = pair.source
        if pair.source.exists() and pair.out.exists() and pair.out.samefile(pair.source):
            raise OutputIsInput(file=pair.source)
