"""The driver of `digidoc sign` for papers that lie in the archive: their signed files become part of new versions.

A signed file is made in a staging folder that is named for the paper, the file to be signed and who signs how; there it
has its name only when it is whole. A run that was killed is taken up there: what is signed is filed, not signed again.
Papers of a dossier are filed together. The version before keeps the signed file of before.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.archive.ingest import Draft
from digidoc.engine.driving import drive
from digidoc.engine.protocol import Done, problem_of
from digidoc.errors import ArchiveDamaged, DigidocError, Problem
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.model import PaperRecord, StoredFile
from digidoc.outcome import Batch, Outcome, Status, in_order
from digidoc.pipeline.filing import Filing
from digidoc.pipeline.selection import Selected
from digidoc.pipeline.signing import remove_outdated, signed_draft, signings_of
from digidoc.pipeline.stored import file_of, stored_files
from digidoc.pipeline.work import SIGNED
from digidoc.progress import Progress
from digidoc.sign.create.batch import Signed, SignedFile
from digidoc.sign.create.signers import Job, Receipts, Signers
from digidoc.sign.create.stopping import StopRule
from digidoc.sign.errors import NothingToSign

_PREFIX: Final = "sign-"


@dataclass(frozen=True, slots=True)
class SignedPaper(SignedFile):
    """A paper of the archive that was to be signed.

    Attributes:
        paper: its id.
        dossier: code of its dossier; None for a loose paper.
        verdicts: on the signatures of its signed file.

    """

    paper: str = ""
    dossier: str | None = None
    verdicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedPapers(Signed):
    """How signing papers of an archive went.

    Attributes:
        meant: the papers that were meant, and which of them were left out.

    """

    meant: Selected


def sign_papers(archive: Archive, meant: Selected, signers: Signers, bar: Progress) -> SignedPapers:
    """Sign papers of the archive and file them; each gets an outcome, whatever happens to the others.

    A paper that the same people have signed the same way is skipped; one that others have signed gets a further
    signature. Where signed files are made anew they have the signatures of these people alone; the earlier version of
    the paper keeps the others. Call it while `archive.writing`.

    Args:
        archive: that holds them.
        meant: see `selected`.
        signers: who signs.
        bar: counts papers.

    """
    options = {
        "command": "sign",
        "papers": len(meant.papers),
        "signers": signers.names,
        "renew": meant.renew,
        "left_unsigned": len(meant.unreviewed),
    }
    with archive.batch(options) as run:
        driver = _Driver(archive, meant, signers, bar)
        batch = driver.run()
        run.counts = batch.counts
    return SignedPapers(batch, driver.rule.exit_code(batch), meant)


def clear_left(archive: Archive, usable: Callable[[str, str], bool]) -> None:
    """Remove what killed runs left: never filed, or filed and not cleared away. Call it while `archive.writing`.

    Args:
        archive: that holds the papers.
        usable: whether a folder, of this name and for the paper of this id, is needed still.

    """
    for folder in archive.layout.scratch.glob(f"{_PREFIX}*"):
        if not usable(folder.name, "P-" + folder.name.removeprefix(_PREFIX).partition("-")[0]):
            archive.discard_staging(folder.name)


@dataclass(frozen=True, slots=True)
class _Work:
    """A paper, the file of it that is signed, the signed file to be made, and what came of signing it in this run."""

    record: PaperRecord
    base: StoredFile
    staged: Path
    receipts: Receipts = ()


class _Driver:
    """One run; see the module."""

    def __init__(self, archive: Archive, meant: Selected, signers: Signers, bar: Progress) -> None:
        self._archive, self._papers, self._signers, self._bar = archive, meant.papers, signers, bar
        self._renew = meant.renew
        self._outcomes: dict[str, Outcome[SignedFile]] = {}
        self._works: dict[Path, _Work] = {}
        self._filing = Filing(archive, meant.papers.values(), self)
        self.rule = StopRule()

    def run(self) -> Batch[SignedFile]:
        self._bar.expect(len(self._papers))
        clear_left(self._archive, self._usable)
        interrupted = drive(self._signers.run(self._jobs()), self._settle, lambda: self.rule.stopped is not None)
        self._filing.rest()
        stopped = self.rule.stopped
        untried = None if stopped is None else (lambda paper: self._untried(paper, stopped))
        return Batch(in_order(self._papers, self._outcomes, untried), interrupted)

    def _untried(self, paper: str, stopped: Problem) -> Outcome[SignedFile]:
        detail = SignedPaper(tried=False, paper=paper, dossier=self._papers[paper])
        return Outcome(paper, Status.FAILED, replace(stopped, file=paper), detail)

    def _usable(self, folder: str, paper: str) -> bool:
        """Whether a staging folder that a killed run left is one of this run's."""
        base = self._base(self._archive.paper(paper)) if paper in self._papers else None
        return base is not None and folder == self._staging(paper, base)

    def _staging(self, paper: str, base: StoredFile) -> str:
        named = hashlib.sha256(f"{base.sha256} {self._signers.digest}".encode()).hexdigest()[:16]
        return f"{_PREFIX}{paper.removeprefix('P-')}-{named}"

    def _jobs(self) -> Iterator[Job]:
        """Papers that need signatures, one by one; the others are settled on the way."""
        for paper in self._papers:
            if self.rule.stopped is not None:
                return
            record = self._archive.paper(paper)
            try:
                work = self._work(record)
            except (DigidocError, OSError) as error:
                self._fail(record, problem_of(error))
                continue
            if work is None:
                self._outcome(record, Status.SKIPPED)
                self._filing.close(record.dossier)
            elif work.staged.exists():
                self._ready(work)
            else:
                self._works[work.staged] = work
                yield Job(self._archive.layout.place(work.base.path), work.staged)

    def _work(self, record: PaperRecord) -> _Work | None:
        """What is to be done with a paper; None when it was done before.

        Raises:
            NothingToSign: it came signed and is kept as it is.
            ArchiveDamaged: its file is not what was filed.

        """
        base = self._base(record)
        if base is None:
            raise NothingToSign(file=record.name, paper=record.paper_id)
        if not self._renew and self._signers.digest in signings_of(record):
            return None
        source = self._archive.layout.place(base.path)
        if disk.sha256_of(source) != base.sha256:
            raise ArchiveDamaged(file=source, reason=N_("the file was changed after it was filed"))
        staged = self._archive.staging(self._staging(record.paper_id, base)) / SIGNED
        remove_outdated(staged, source)
        return _Work(record, base, staged)

    def _settle(self, done: Done[Job, Receipts]) -> None:
        work = self._works.pop(done.item.out)
        if done.answer is not None:
            self.rule.signed()
            self._ready(replace(work, receipts=done.answer))
        elif done.problem is not None:
            self._archive.discard_staging(work.staged.parent.name)
            self._fail(work.record, done.problem)

    def _ready(self, work: _Work) -> None:
        self._filing.add(work.record.dossier, work)
        self._filing.close(work.record.dossier)

    def draft(self, entry: _Work) -> Draft:
        """See `Filer`: the paper with its signed file; its other files stay the same."""
        files = {**stored_files(self._archive, entry.record), "signed": entry.staged}
        return signed_draft(self._archive, entry.record, files, entry.base.sha256, self._signers)

    def filed(self, entry: _Work, record: PaperRecord) -> None:
        """See `Filer`."""
        self._archive.discard_staging(entry.staged.parent.name)
        self._outcome(record, Status.DONE, receipts=entry.receipts)

    def not_filed(self, entry: _Work, problem: Problem) -> None:
        """See `Filer`."""
        problem = replace(problem, file=entry.record.name)
        self.rule.failed(problem)
        self._outcome(entry.record, Status.FAILED, problem)

    def _fail(self, record: PaperRecord, problem: Problem) -> None:
        problem = replace(problem, file=record.name)
        self.rule.failed(problem)
        self._outcome(record, Status.REFUSED if problem.code == NothingToSign.code else Status.FAILED, problem)
        self._filing.close(record.dossier)

    def _outcome(
        self, record: PaperRecord, status: Status, problem: Problem | None = None, receipts: Receipts = ()
    ) -> None:
        file = file_of(record, "signed")
        detail = SignedPaper(
            output=None if file is None else self._archive.layout.place(file.path),
            receipts=receipts,
            paper=record.paper_id,
            dossier=record.dossier,
            verdicts=tuple(signature.verdict for signature in record.signatures),
        )
        self._outcomes[record.paper_id] = Outcome(record.name, status, problem, detail)
        self._bar.advance(record.name)

    def _base(self, record: PaperRecord) -> StoredFile | None:
        """The file that the signature goes into: the signed one, unless it is made anew; else the searchable one."""
        signed = None if self._renew else file_of(record, "signed")
        return signed or file_of(record, "searchable")
