"""Verifying many files: which ones the paths stand for, what a worker does with one, and how they are spread out.

Every file is validated in a worker process, a single one too: the libraries that read it are large and the file may
have been made to break them. A worker that dies takes one file's verdict with it, not the command.
"""

import os
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from digidoc.engine.protocol import Engine, problem_of
from digidoc.errors import Problem
from digidoc.files.disk import sha256_of
from digidoc.model import Verdict
from digidoc.sign.errors import NothingToVerify
from digidoc.sign.report.pages import PagePair, page_pairs
from digidoc.sign.trust.anchors import TrustAnchors, load_anchors
from digidoc.sign.validate.verdict import Change, FileVerdict, Reason, SignatureVerdict
from digidoc.sign.validate.verify import verify_file

_SECONDS: Final = 600.0  # a file of a thousand pages that is rendered twice takes less
_SECONDS_A_BYTE: Final = 10 / 1_000_000
_PICTURED: Final = 200  # files whose pictures a report shows: memory and the report stay of a size one can use


@dataclass(frozen=True, slots=True)
class How:
    """How files are validated.

    Attributes:
        trust: PEM or DER files with the certificates to build chains with.
        at: the time to validate at, with its zone; None for now.
        online: whether revocation may be asked for over the network.
        pictures: whether pages that look different are rendered for a report.

    """

    trust: tuple[Path, ...] = ()
    at: datetime | None = None
    online: bool = False
    pictures: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One file to be validated: where it lies, how it is called in what is said about it, how to do it, and for whom.

    Two papers of an archive may share one file: `owner` tells them apart.
    """

    path: Path
    shown: str
    how: How
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was validated.

    Attributes:
        verdict: on its signatures; its `file` is the name that is shown.
        sha256: of the file, lower-case hex; empty when it could not be read.
        size: in bytes.
        pictures: pages that look different from what was signed.
        as_filed: whether it is the file that the archive took in; None for a file of no archive.
        earlier: whether an earlier part of the same check validated it; then only the plain facts of it are known.
        facts: what else there is to say of it in JSON, such as the paper's id.

    """

    verdict: FileVerdict
    sha256: str = ""
    size: int = 0
    pictures: tuple[PagePair, ...] = ()
    as_filed: bool | None = None
    earlier: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """Files that the paths stand for, how many others were passed over, and what is wrong with folders."""

    files: tuple[Path, ...]
    skipped: int
    problems: tuple[Problem, ...]


def collect(paths: Iterable[Path]) -> Found:
    """A file is itself; of a folder every `*.pdf` in it at any depth is taken, what else is there is counted.

    Links to folders are not followed. A file that is named twice counts once.
    """
    files: dict[Path, None] = {}
    problems: list[Problem] = []
    skipped = 0
    for path in paths:
        if not path.is_dir():
            files[path] = None
            continue
        try:
            inside = list(_inside(path))
            taken = [file for file in inside if file.suffix.lower() == ".pdf"]
        except OSError as error:
            problems.append(replace(problem_of(error, str(path)), file=str(path)))
            continue
        if not taken:
            problems.append(NothingToVerify(file=path).problem)
        skipped += len(inside) - len(taken)
        files.update(dict.fromkeys(taken))
    return Found(tuple(files), skipped, tuple(problems))


def _inside(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise error

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders.sort()
        yield from (Path(place, name) for name in sorted(names))


def check_file(check: Check) -> Checked:
    """Validate one file; the engine's task.

    Raises:
        FileMissing, PermissionMissing, StorageError: it cannot be read.
        UnreadableCertificate: a file of trusted certificates cannot be used.

    """
    how = check.how
    verdict = verify_file(check.path, anchors_of(how.trust), how.at, online=how.online)
    sha256, size = sha256_of(check.path), check.path.stat().st_size
    pictures = page_pairs(check.path, verdict) if how.pictures else ()
    signatures = tuple(map(_detached, verdict.signatures))
    return Checked(replace(verdict, file=check.shown, signatures=signatures), sha256, size, pictures)


def _detached(found: SignatureVerdict) -> SignatureVerdict:
    """The same with texts that are nothing but texts: pyHanko's hold on to the open file and cross no processes."""
    changes = tuple(Change(change.kind, "".join(change.detail)) for change in found.changes)
    return replace(found, field="".join(found.field), detail="".join(found.detail), changes=changes)


@cache
def anchors_of(trust: tuple[Path, ...]) -> TrustAnchors:
    """The certificates of some files, read once a process; see `load_anchors`."""
    return load_anchors(trust)


def validate_files(engine: Engine, checks: Iterable[Check]) -> Generator[tuple[Check, Checked, Problem | None]]:
    """Validate files; each comes out once, in any order. One that could not be is UNREADABLE; the problem says why.

    Args:
        engine: where the work is done.
        checks: read lazily.

    """
    pictured = 0
    with closing(engine.run(check_file, checks, seconds=_limit)) as results:
        for done in results:
            if done.answer is not None:
                pictured += bool(done.answer.pictures)
                yield done.item, done.answer if pictured <= _PICTURED else replace(done.answer, pictures=()), None
            elif done.problem is not None:
                problem = replace(done.problem, file=done.item.shown)
                yield done.item, Checked(unreadable(done.item.shown, problem)), problem


def unreadable(name: str, problem: Problem) -> FileVerdict:
    """The verdict on a file that could not be validated."""
    return FileVerdict(name, Verdict.UNREADABLE, reason=Reason.NOT_OPENED, detail=problem.code)


def _limit(check: Check) -> float:
    try:
        return _SECONDS + check.path.stat().st_size * _SECONDS_A_BYTE
    except OSError:
        return _SECONDS


def counts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many files have each verdict, every verdict present."""
    found = Counter(verdicts)
    return {verdict.value: found[verdict] for verdict in Verdict}


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying came to.

    Attributes:
        files: that were validated, in order; of an archive perhaps only those that did not pass.
        counts: files by verdict.
        problems: what could not be validated, and why.
        facts: what else stands under `data` in JSON.
        notes: sentences below the result for people, in the user's language.
        skipped: files of folders that are no PDF.
        interrupted: whether there is more to do.
        of_archive: whether these are the files of an archive.

    """

    files: Sequence[Checked]
    counts: Mapping[str, int]
    problems: tuple[Problem, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    skipped: int = 0
    interrupted: bool = False
    of_archive: bool = False
