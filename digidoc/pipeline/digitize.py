"""The driver of `digidoc digitize`: it alone writes store, catalogue and progress; workers only read.

A dossier's papers are signed where that is asked for and filed together when the last of them is read; until then their
results wait in the archive's staging folders, where a rerun finds them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from digidoc.archive.archive import Archive, paper_id
from digidoc.archive.ingest import Draft, Role
from digidoc.engine.driving import drive
from digidoc.engine.protocol import Done, Engine, problem_of
from digidoc.errors import DigidocError, Problem, revived
from digidoc.files.disk import sha256_of
from digidoc.masking import masked
from digidoc.model import PaperRecord, PaperState
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.source.opening import media_type_of
from digidoc.outcome import STOPS_ALL, Batch, Outcome, Status, in_order
from digidoc.pipeline.collect import Item
from digidoc.pipeline.digitized import Digitized, Planned, filed_paper
from digidoc.pipeline.filing import Filing
from digidoc.pipeline.review.correct import drain
from digidoc.pipeline.review.replay import replayed
from digidoc.pipeline.signing import remove_outdated, sign_staged, signed_draft, stored_files
from digidoc.pipeline.work import SEARCHABLE, SIGNED, TEXT, Task, read_task, task_key
from digidoc.pipeline.writing import session
from digidoc.progress import Progress
from digidoc.sign.create.signers import Job, Signers

# A worker watches each page itself; this bounds what escapes it, for papers of a thousand pages too.
_MOST_SECONDS: Final = 3600.0


def digitize(
    archive: Archive,
    items: Sequence[Item],
    engine: Engine,
    spec: EngineSpec,
    bar: Progress,
    signers: Signers | None = None,
    about: Mapping[str, Any] = MappingProxyType({}),
) -> Batch[Digitized]:
    """Read, sign where asked, and file the items; each gets an outcome, whatever happens to the others.

    Args:
        archive: where to.
        items: the papers.
        engine: where the workers run.
        spec: which OCR engine reads.
        bar: counts pages.
        signers: who signs; None for nobody.
        about: what else the event of the batch says, such as the stack that the papers came in.

    Raises:
        ArchiveLocked: another process writes to the archive.

    """
    options = {
        "engine": spec.name,
        "languages": spec.languages,
        "mode": spec.mode,
        "sign": signers is not None,
        "papers": len(items),
        **about,
    }
    with session(archive), archive.batch(options) as batch:
        done = _Driver(archive, items, spec, bar, signers).run(engine)
        batch.counts = done.counts
    return done


def plan(archive: Archive, items: Iterable[Item], spec: EngineSpec, *, sign: bool) -> Batch[Planned]:
    """What `digitize` would do with each item, without doing any of it; of a new file it looks at the kind alone."""
    return Batch(tuple(_planned(archive, item, spec, sign=sign) for item in items))


def _planned(archive: Archive, item: Item, spec: EngineSpec, *, sign: bool) -> Outcome[Planned]:
    path, planned = str(item.path), Planned(item.dossier, item.name, known=False, sign=sign)
    try:
        sha256 = sha256_of(item.path)
        identifier = paper_id(item.dossier, item.name, sha256)
        known = archive.task_state(identifier)
        if known is not None:
            planned = replace(planned, known=True)
            if known[0] == task_key(sha256, spec):
                refused = archive.paper(identifier).problem if known[1] is PaperState.REFUSED else None
                before = None if refused is None else revived(refused)
                return Outcome(path, Status.SKIPPED, None, replace(planned, refused_before=before))
        media_type_of(item.path)
    except (OSError, DigidocError) as error:
        problem = problem_of(error, path)
        return Outcome(path, Status.REFUSED if problem.final else Status.FAILED, problem, planned)
    return Outcome(path, Status.DONE, None, planned)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A paper that can be filed.

    Attributes:
        item: as it was handed in.
        record: what was read, or what the archive has of it.
        files: by role; of the signed one the place where it is made.
        staging: name of its staging folder.
        known: whether it lies in the archive, and only its signature is new.

    """

    item: Item
    record: PaperRecord
    files: Mapping[Role, Path]
    staging: str
    known: bool = False


class _Driver:
    """One run; see the module."""

    def __init__(
        self, archive: Archive, items: Sequence[Item], spec: EngineSpec, bar: Progress, signers: Signers | None
    ) -> None:
        self._archive, self._items, self._spec, self._bar, self._signers = archive, items, spec, bar, signers
        self._outcomes: dict[Path, Outcome[Digitized]] = {}
        self._filing = Filing(archive, (item.dossier for item in items), self, self._signed)
        self._pages, self._in_archive = 0, 0
        self._stopped: Problem | None = None

    def run(self, engine: Engine) -> Batch[Digitized]:
        results = engine.run(read_task, self._tasks(), seconds=lambda _task: _MOST_SECONDS)
        interrupted = drive(results, self._settle, lambda: self._stopped is not None)
        self._filing.rest()
        stopped = self._stopped
        untried = None if stopped is None else (lambda path: self._untried(path, stopped))
        return Batch(in_order((item.path for item in self._items), self._outcomes, untried), interrupted)

    @staticmethod
    def _untried(path: Path, stopped: Problem) -> Outcome[Digitized]:
        return Outcome(str(path), Status.FAILED, replace(stopped, file=str(path)))

    def _tasks(self) -> Iterator[Task]:
        """Items that need a worker, one by one; the others are settled on the way."""
        for item in self._items:
            if self._stopped is not None:
                return
            try:
                task = self._task(item)
            except (OSError, DigidocError) as error:
                self._fail(item, problem_of(error, str(item.path)))
                continue
            if task is None:
                self._filing.close(item.dossier)
            else:
                yield task

    def _task(self, item: Item) -> Task | None:
        """What a worker is to do with an item; None when nothing is left to be read."""
        sha256 = sha256_of(item.path)
        identifier, key = paper_id(item.dossier, item.name, sha256), task_key(sha256, self._spec)
        if self._settled_before(item, identifier, key):
            return None
        staging = self._archive.staging(_staging(key, identifier))
        unit, trust = self._archive.config.unit, self._archive.trust_folder
        return Task(item, identifier, key, sha256, staging, self._spec, unit, trust)

    def _settled_before(self, item: Item, identifier: str, key: str) -> bool:
        """Whether nothing is left to be read; then the item has its outcome, or waits to be signed."""
        known = self._archive.task_state(identifier)
        if known is None or known[0] != key:
            return False
        record, staging = self._archive.paper(identifier), _staging(key, identifier)
        if self._signers is not None and not record.signatures and known[1] is not PaperState.REFUSED:
            signed = self._archive.staging(staging) / SIGNED
            files: dict[Role, Path] = {**stored_files(self._archive, record), "signed": signed}
            self._filing.add(item.dossier, _Ready(item, record, files, staging, known=True))
            return True
        # A run that was killed right after filing could not clear its results away any more.
        self._archive.discard_staging(staging)
        if known[1] is PaperState.REFUSED:
            self._outcome(item, Status.SKIPPED, before=revived(record.problem or {}))
        else:
            self._outcome(item, Status.SKIPPED, paper=record)
        return True

    def _settle(self, done: Done[Task, PaperRecord]) -> None:
        drain(self._archive)  # a clerk does not wait for the end of the batch
        task = done.item
        if done.problem is not None:
            problem = replace(done.problem, file=str(task.item.path))
            if problem.final:
                self._refuse(task, problem)
            else:
                self._fail(task.item, problem)
        elif done.answer is not None:
            self._pages += len(done.answer.pages)
            self._filing.add(task.item.dossier, self._read(task, done.answer))
            self._progress(task.item, len(done.answer.pages))
            self._filing.close(task.item.dossier)

    def _read(self, task: Task, record: PaperRecord) -> _Ready:
        """A paper that was read now; one that came signed has no searchable PDF, and is kept as it is."""
        files: dict[Role, Path] = {"original": task.item.path, "text": task.staging / TEXT}
        searchable = task.staging / SEARCHABLE
        if searchable.is_file():
            files["searchable"] = searchable
            if self._signers is not None:
                files["signed"] = task.staging / SIGNED
        return _Ready(task.item, record, files, task.staging.name)

    def _refuse(self, task: Task, problem: Problem) -> None:
        record = PaperRecord(
            paper_id=task.paper_id,
            task_key=task.key,
            dossier=task.item.dossier,
            name=task.item.name,
            source=str(task.item.path),
            state=PaperState.REFUSED,
            sha256=task.sha256,
            problem={**problem.to_json(), "params": masked(problem.params)},
        )
        self._archive.refuse(record)
        self._archive.discard_staging(task.staging.name)
        self._outcome(task.item, Status.REFUSED, problem)
        self._filing.close(task.item.dossier)

    def _fail(self, item: Item, problem: Problem) -> None:
        self._outcome(item, Status.FAILED, problem)
        if problem.code in STOPS_ALL:
            self._stopped = problem
        self._filing.close(item.dossier)

    def _signed(self, entries: list[_Ready]) -> list[_Ready]:
        """Those whose signed files are made; a paper that cannot be signed is not filed, and a rerun tries it again."""
        entries = list(self._with_what_is_known(entries))
        if self._signers is None:
            return entries
        jobs = [Job(e.files["searchable"], e.files["signed"]) for e in entries if "signed" in e.files]
        problems = sign_staged(self._signers, jobs)
        made = []
        for entry in entries:
            problem = problems.get(entry.files["signed"]) if "signed" in entry.files else None
            if problem is None:
                made.append(entry)
            else:
                self.not_filed(entry, problem)
        return made

    def _with_what_is_known(self, entries: list[_Ready]) -> Iterator[_Ready]:
        """The papers that were read, with what people have settled of them; one that cannot be made so is not filed."""
        for entry in entries:
            if entry.known:
                yield entry
                continue
            try:
                folder = self._archive.staging(entry.staging)
                record, files = replayed(self._archive, entry.record, entry.files, folder)
                if files.get("searchable") != entry.files.get("searchable") and "signed" in entry.files:
                    remove_outdated(files["signed"], files["searchable"])
            except (OSError, DigidocError) as error:
                self.not_filed(entry, problem_of(error, str(entry.item.path)))
            else:
                yield replace(entry, record=record, files=files)

    def draft(self, entry: _Ready) -> Draft:
        """See `Filer`."""
        if self._signers is None or "signed" not in entry.files:
            return Draft(entry.record, entry.files)
        source = sha256_of(entry.files["searchable"])
        return signed_draft(self._archive, entry.record, entry.files, source, self._signers)

    def filed(self, entry: _Ready, record: PaperRecord) -> None:
        """See `Filer`."""
        self._archive.discard_staging(entry.staging)
        review = record.state is PaperState.REVIEW and not entry.known
        self._outcome(entry.item, Status.REVIEW if review else Status.DONE, paper=record)

    def not_filed(self, entry: _Ready, problem: Problem) -> None:
        """See `Filer`."""
        self._outcome(entry.item, Status.FAILED, replace(problem, file=str(entry.item.path)))
        if problem.code in STOPS_ALL:
            self._stopped = problem

    def _outcome(
        self,
        item: Item,
        status: Status,
        problem: Problem | None = None,
        paper: PaperRecord | None = None,
        before: Problem | None = None,
    ) -> None:
        detail = Digitized(item.dossier, item.name, None if paper is None else filed_paper(paper), before)
        self._outcomes[item.path] = Outcome(str(item.path), status, problem, detail)
        self._in_archive += status in (Status.DONE, Status.REVIEW)
        if paper is None or status is Status.SKIPPED:
            self._progress(item, 0)

    def _progress(self, item: Item, pages: int) -> None:
        """Count pages; how many there will be is reckoned from the papers seen so far."""
        waiting = self._filing.waiting
        mean = self._pages / max(1, self._in_archive + waiting)
        settled = len(self._outcomes) + waiting
        self._bar.expect(self._pages + round(mean * (len(self._items) - settled)))
        self._bar.advance(item.name, pages)


def _staging(key: str, identifier: str) -> str:
    """Name of the folder for a paper's results: the task's key, and the paper's, for two may have the same bytes."""
    return key + identifier[-16:]
