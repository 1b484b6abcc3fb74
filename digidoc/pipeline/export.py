"""Hands papers out: copies the best form of each to a folder, under a name that says what the paper is."""

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Final

from digidoc.archive.archive import Archive, is_paper_id
from digidoc.archive.errors import NothingKept
from digidoc.engine.driving import drive
from digidoc.engine.protocol import problem_of
from digidoc.errors import ArchiveDamaged, DigidocError, FolderExpected, UsageError
from digidoc.files import disk
from digidoc.files.names import safe
from digidoc.i18n import N_
from digidoc.model import PaperRecord, StoredFile
from digidoc.outcome import STOPS_ALL, Batch, Outcome, Status
from digidoc.pipeline.selection import counting
from digidoc.pipeline.stored import file_of
from digidoc.progress import Progress
from digidoc.text import tidy, unmarked

# The form that is worth most first.
_FORMS: Final = ("signed", "searchable", "original")
_TELLING: Final = 2  # of number, symbol, date and type: so many say which paper it is


@dataclass(frozen=True, slots=True)
class Copied:
    """A paper that was asked for.

    Attributes:
        paper: its id; empty where what was asked for is not known.
        dossier: code of its dossier; None for a loose paper.
        form: which of its files was copied; empty when none was.
        file: the copy, or the file of the same bytes that was there already; None when there is none.
        tried: false when the batch was stopped before.

    """

    paper: str = ""
    dossier: str | None = None
    form: str = ""
    file: Path | None = None
    tried: bool = True


def best_file(record: PaperRecord) -> StoredFile:
    """The signed PDF of a paper, or the searchable one, or the original.

    Raises:
        NothingKept: the paper was refused.

    """
    for role in _FORMS:
        if (file := file_of(record, role)) is not None:
            return file
    raise NothingKept(file=record.name, paper=record.paper_id)


def readable_name(record: PaperRecord) -> str:
    """What a copy of a paper is called, without an ending: "15-QD-UBND 2025-09-18 Quyết định".

    A paper of which too little was read keeps the name of its file.
    """
    fields: dict[str, str] = {}
    for found in record.fields:
        fields.setdefault(found.name, tidy(found.value))
    number, notation, kind = (fields.get(name, "") for name in ("CodeNumber", "CodeNotation", "TypeName"))
    day = fields.get("IssuedDate", "")
    telling = (number, notation, day if _is_date(day) else "", kind.capitalize() if kind.isupper() else kind)
    if sum(map(bool, telling)) < _TELLING:
        return safe(PurePath(record.name).stem) or record.paper_id
    code = unmarked("-".join(part.strip("/ ") for part in telling[:2] if part))
    return safe(" ".join(part for part in (code, *telling[2:]) if part)) or record.paper_id


def export(archive: Archive, asked: Sequence[str], out: Path, bar: Progress) -> Batch[Copied]:
    """Copy papers out of an archive. Nothing is ever written over, and what is there already is not copied again.

    Papers that are named stand in `out`, those of a dossier in a folder of its code there. A refused or withdrawn
    paper of a dossier is skipped.

    Args:
        archive: where they are.
        asked: ids of papers and codes of dossiers.
        out: the folder; made when it is missing.
        bar: counts papers.

    Raises:
        UsageError: the folder lies inside the archive.
        FolderExpected: it is a file.

    """
    if out.resolve().is_relative_to(archive.root.resolve()):
        raise UsageError(file=out, reason=N_("the folder to copy to lies inside the archive"))
    if out.exists() and not out.is_dir():
        raise FolderExpected(file=out, reason=N_("a file stands where the folder should be"))
    return _Driver(archive, out, bar).run(dict.fromkeys(asked))


@dataclass(frozen=True, slots=True)
class _Job:
    """A paper to be copied, and where to; or, without an id, why there is nothing to copy."""

    item: str
    folder: Path
    paper: str = ""
    of_dossier: bool = False
    error: DigidocError | None = None


class _Driver:
    """One run; see `export`."""

    def __init__(self, archive: Archive, out: Path, bar: Progress) -> None:
        self._archive, self._out, self._bar = archive, out, bar
        self._outcomes: list[Outcome[Copied]] = []
        self._numbers: dict[tuple[Path, str], int] = {}  # of the last file of that name in that folder

    def run(self, asked: Iterable[str]) -> Batch[Copied]:
        jobs = [job for item in asked for job in self._jobs(item)]
        self._bar.expect(len(jobs))
        interrupted = drive((self._outcome(job) for job in jobs), self._settle, self._stopped)
        untried = jobs[len(self._outcomes) :] if self._stopped() else []
        rest = (Outcome(job.item, Status.FAILED, None, Copied(job.paper, tried=False)) for job in untried)
        return Batch((*self._outcomes, *rest), interrupted)

    def _jobs(self, item: str) -> list[_Job]:
        if is_paper_id(item):
            return [_Job(item, self._out, item)]
        try:
            papers = self._archive.papers_of(item)
        except DigidocError as error:
            return [_Job(item, self._out, error=error)]
        folder = self._out / self._numbered(self._out, safe(unmarked(item)) or "_", "")
        return [_Job(paper.name, folder, paper.paper_id, of_dossier=True) for paper in papers]

    def _settle(self, outcome: Outcome[Copied]) -> None:
        self._outcomes.append(outcome)
        self._bar.advance(outcome.item)

    def _stopped(self) -> bool:
        problem = self._outcomes[-1].problem if self._outcomes else None
        return problem is not None and problem.code in STOPS_ALL

    def _outcome(self, job: _Job) -> Outcome[Copied]:
        detail = Copied(job.paper)
        try:
            if job.error is not None:
                raise job.error
            record = self._archive.paper(job.paper)
            detail = replace(detail, dossier=record.dossier)
            if job.of_dossier and not record.state.counts:
                return Outcome(record.name, Status.SKIPPED, None, detail)
            counting(record)
            status, detail = self._copy(job, record, detail)
            return Outcome(record.name, status, None, detail)
        except (DigidocError, OSError) as error:
            problem = problem_of(error)
            return Outcome(job.item, Status.FAILED, replace(problem, file=problem.file or job.item), detail)

    def _copy(self, job: _Job, record: PaperRecord, detail: Copied) -> tuple[Status, Copied]:
        """Copy the best form of a paper to the first name that is free.

        Raises:
            NothingKept: the paper was refused.
            ArchiveDamaged: the file is missing, or is not what was filed.
            OSError: it cannot be read, or the copy cannot be written.

        """
        file = best_file(record)
        source = self._archive.layout.place(file.path)
        if not source.is_file():
            raise ArchiveDamaged(file=source, reason=N_("the file is missing"))
        job.folder.mkdir(parents=True, exist_ok=True)
        while True:
            target = job.folder / self._numbered(job.folder, readable_name(record), source.suffix)
            detail = replace(detail, form=file.role, file=target)
            try:
                if os.path.lexists(target):
                    if _is_copy(target, file):
                        return Status.SKIPPED, detail
                elif disk.copy_result(source, target, file.sha256):
                    return Status.DONE, detail
                else:
                    raise ArchiveDamaged(file=source, reason=N_("the file was changed after it was filed"))
            except FileExistsError:  # another program was faster
                continue

    def _numbered(self, folder: Path, name: str, suffix: str) -> str:
        """The name with its ending, and a number from its second use in this run on; systems may ignore capitals."""
        key = (folder, f"{name}{suffix}".casefold())
        number = self._numbers[key] = self._numbers.get(key, 0) + 1
        return f"{name}{suffix}" if number == 1 else f"{name} ({number}){suffix}"


def _is_copy(target: Path, file: StoredFile) -> bool:
    """Whether the file that is there has the bytes of the paper's."""
    found = target.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_size == file.size and disk.sha256_of(target) == file.sha256


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
