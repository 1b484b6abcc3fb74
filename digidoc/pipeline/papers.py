"""The driver of `digidoc sign` for papers that lie in the archive: their signed files become part of new versions.

A signed file is made in a staging folder that is named for the paper, the file to be signed and who signs how; there it
has its name only when it is whole. A run that was killed is taken up there: what is signed is filed, not signed again.
Papers of a dossier are filed together. The version before keeps the signed file of before.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from digidoc import disk
from digidoc.archive.archive import Archive
from digidoc.archive.ingest import Draft, Role
from digidoc.engine.protocol import Done, problem_of
from digidoc.errors import ArchiveDamaged, DigidocError, Problem, UsageError
from digidoc.i18n import N_
from digidoc.model import PaperRecord, PaperState, StoredFile
from digidoc.outcome import Batch, Outcome, Status
from digidoc.pipeline.selection import Selection
from digidoc.pipeline.signing import events_of, file_of, manners_of
from digidoc.pipeline.work import SIGNED, check_signatures
from digidoc.progress import Progress
from digidoc.sign.create.batch import UNTRIED, Signed, begins_with, told
from digidoc.sign.create.places import Pair
from digidoc.sign.create.signers import Crew, Job, Receipts, manner
from digidoc.sign.create.stopping import StopRule
from digidoc.sign.errors import NothingToSign

# Papers of one dossier that are filed together at most: a version of its object lists all of them.
_TOGETHER: Final = 64
_PREFIX: Final = "sign-"


def selected(archive: Archive, selection: Selection) -> dict[str, str | None]:
    """The papers that are meant, by id with their dossier; refused papers, which lie nowhere, are left out.

    Raises:
        UsageError: papers and a dossier at once.
        UnknownPaper, UnknownDossier: there is no such paper, no such dossier.

    """
    if selection.papers and selection.dossier is not None:
        raise UsageError(reason=N_("name papers or a dossier, not both"))
    if selection.dossier is None and not selection.papers:
        return archive.unsigned()
    if selection.dossier is not None:
        records = archive.papers_of(selection.dossier)
    else:
        records = [archive.paper(paper) for paper in dict.fromkeys(selection.papers)]
    found = {record.paper_id: record.dossier for record in records if record.state is not PaperState.REFUSED}
    return {paper: found[paper] for paper in found if paper in archive.unsigned()} if selection.unsigned else found


def sign_papers(archive: Archive, papers: Mapping[str, str | None], crew: Crew, bar: Progress) -> Signed:
    """Sign papers of the archive and file them; each gets an outcome, whatever happens to the others.

    A paper that the same people have signed the same way is skipped; one that others have signed gets a further
    signature. Call it while `archive.writing`.

    Args:
        archive: that holds them.
        papers: see `selected`.
        crew: who signs.
        bar: counts papers.

    """
    options = {"command": "sign", "papers": len(papers), "signers": [key.name for key, _options in crew.ways]}
    with archive.batch(options) as run:
        driver = _Driver(archive, papers, crew, bar)
        batch = driver.run()
        run.counts = batch.counts
    return Signed(batch, driver.rule.exit_code(batch))


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
    """A paper, the file of it that is signed, and the signed file to be made."""

    record: PaperRecord
    base: StoredFile
    staged: Path


class _Driver:
    """One run; see the module."""

    def __init__(self, archive: Archive, papers: Mapping[str, str | None], crew: Crew, bar: Progress) -> None:
        self._archive, self._papers, self._crew, self._bar = archive, papers, crew, bar
        self._manner = manner(crew.ways)
        self._outcomes: dict[str, Outcome] = {}
        self._works: dict[Path, _Work] = {}
        self._waiting: dict[str | None, list[tuple[_Work, Receipts]]] = defaultdict(list)
        self._open = Counter(papers.values())
        self.rule = StopRule()

    def run(self) -> Batch:
        self._bar.expect(len(self._papers))
        clear_left(self._archive, self._usable)
        interrupted = False
        try:
            with closing(self._crew.run(self._jobs())) as results:  # type: ignore[type-var]
                for done in results:
                    self._settle(done)
                    if self.rule.stopped is not None:
                        break
        except KeyboardInterrupt:
            interrupted = True
        for dossier in list(self._waiting):
            self._file(dossier)
        stopped = self.rule.stopped
        for paper, dossier in self._papers.items():
            if stopped is not None and paper not in self._outcomes:
                self._outcomes[paper] = Outcome(
                    paper, Status.FAILED, replace(stopped, file=paper), {"paper": paper, "dossier": dossier, **UNTRIED}
                )
        return Batch(tuple(self._outcomes[paper] for paper in self._papers if paper in self._outcomes), interrupted)

    def _usable(self, folder: str, paper: str) -> bool:
        """Whether a staging folder that a killed run left is one of this run's."""
        base = _base(self._archive.paper(paper)) if paper in self._papers else None
        return base is not None and folder == self._staging(paper, base)

    def _staging(self, paper: str, base: StoredFile) -> str:
        named = hashlib.sha256(f"{base.sha256} {self._manner}".encode()).hexdigest()[:16]
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
                self._closed(record.dossier)
            elif work.staged.exists():
                self._signed(work, ())
            else:
                self._works[work.staged] = work
                yield Job(self._archive.root / work.base.path, work.staged)

    def _work(self, record: PaperRecord) -> _Work | None:
        """What is to be done with a paper; None when it was done before.

        Raises:
            NothingToSign: it came signed and is kept as it is.
            ArchiveDamaged: its file is not what was filed.

        """
        base = _base(record)
        if base is None:
            raise NothingToSign(file=record.name, paper=record.paper_id)
        if self._manner in manners_of(record):
            return None
        source = self._archive.root / base.path
        if disk.sha256_of(source) != base.sha256:
            raise ArchiveDamaged(file=source, reason=N_("the file was changed after it was filed"))
        staged = self._archive.staging(self._staging(record.paper_id, base)) / SIGNED
        if staged.exists() and not begins_with(staged, source):
            disk.remove_file(staged)
        return _Work(record, base, staged)

    def _settle(self, done: Done[Job, Receipts]) -> None:
        work = self._works.pop(done.item.out)
        if done.answer is not None:
            self.rule.signed()
            self._signed(work, done.answer)
        elif done.problem is not None:
            self._archive.discard_staging(work.staged.parent.name)
            self._fail(work.record, done.problem)

    def _signed(self, work: _Work, receipts: Receipts) -> None:
        self._waiting[work.record.dossier].append((work, receipts))
        self._closed(work.record.dossier)

    def _closed(self, dossier: str | None) -> None:
        """One more paper of the dossier needs nothing any more; the last one files them all."""
        self._open[dossier] -= 1
        if dossier is None or not self._open[dossier] or len(self._waiting[dossier]) >= _TOGETHER:
            self._file(dossier)

    def _file(self, dossier: str | None) -> None:
        entries = self._waiting.pop(dossier, [])
        if not entries:
            return
        try:
            filed = self._archive.file(dossier, [self._draft(work) for work, _receipts in entries])
        except (DigidocError, OSError) as error:
            for work, _receipts in entries:
                problem = replace(problem_of(error), file=work.record.name)
                self.rule.failed(problem)
                self._outcome(work.record, Status.FAILED, problem)
            return
        for (work, receipts), record in zip(entries, filed, strict=True):
            self._archive.discard_staging(work.staged.parent.name)
            self._outcome(record, Status.DONE, receipts=receipts)

    def _draft(self, work: _Work) -> Draft:
        """The paper with its signed file; its other files stay the same."""
        files: dict[Role, Path] = {
            file.role: self._archive.root / file.path for file in work.record.files if file.role != "metadata"
        }
        files["signed"] = work.staged
        made = events_of(self._crew.ways, work.base.sha256, disk.sha256_of(work.staged))
        signatures = check_signatures(work.staged, self._archive.trust_folder)
        return Draft(replace(work.record, signatures=signatures, events=(*work.record.events, *made)), files)

    def _fail(self, record: PaperRecord, problem: Problem) -> None:
        problem = replace(problem, file=record.name)
        self.rule.failed(problem)
        self._outcome(record, Status.REFUSED if problem.code == NothingToSign.code else Status.FAILED, problem)
        self._closed(record.dossier)

    def _outcome(
        self, record: PaperRecord, status: Status, problem: Problem | None = None, receipts: Receipts = ()
    ) -> None:
        file = file_of(record, "signed")
        detail: dict[str, Any] = {"paper": record.paper_id, "dossier": record.dossier}
        if file is not None:
            detail |= told(Pair(Path(record.name), self._archive.root / file.path), receipts)
            detail["verdicts"] = [signature.verdict for signature in record.signatures]
        self._outcomes[record.paper_id] = Outcome(record.name, status, problem, detail)
        self._bar.advance(record.name)


def _base(record: PaperRecord) -> StoredFile | None:
    """The file that a further signature goes into: the signed one, else the searchable one."""
    return file_of(record, "signed") or file_of(record, "searchable")
