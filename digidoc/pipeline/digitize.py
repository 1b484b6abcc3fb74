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
from digidoc.archive.errors import PaperPurged
from digidoc.archive.events.clerk import by_clerk
from digidoc.archive.ingest import Draft, Role, digest_of
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
from digidoc.pipeline.intake.kept import as_kept
from digidoc.pipeline.intake.page_counts import PageCounts
from digidoc.pipeline.operate.leaves import turns_of
from digidoc.pipeline.review.replay import replayed
from digidoc.pipeline.signing import PLACELESS, remove_outdated, sign_staged, signed_draft
from digidoc.pipeline.stored import by_role, stored_files
from digidoc.pipeline.work import SEARCHABLE, SIGNED, TEXT, Task, joined_key, pages_read, read_task, task_key
from digidoc.pipeline.writing import TakenIn, session
from digidoc.progress import PagesProgress, UnderWay
from digidoc.sign.create.signers import Job, Signers
from digidoc.sign.trust.store import trust_folders

# A worker watches each page itself; this bounds what escapes it, for papers of a thousand pages too.
_MOST_SECONDS: Final = 3600.0


def digitize(
    archive: Archive,
    items: Sequence[Item],
    engine: Engine,
    spec: EngineSpec,
    bar: PagesProgress,
    signers: Signers | None = None,
    *,
    also_unreviewed: bool = False,
    about: Mapping[str, Any] = MappingProxyType({}),
) -> Batch[Digitized]:
    """Read, sign where asked, and file the items; each gets an outcome, whatever happens to the others.

    Args:
        archive: that takes them.
        items: what is read.
        engine: where the work is done.
        spec: what reads.
        bar: counts pages.
        signers: who signs; None signs nothing.
        also_unreviewed: whether papers are signed that a person has to review first.
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
    with session(archive) as taken, archive.batch(options) as batch:
        papers = as_kept(archive, items)
        driver = _Driver(archive, papers, spec, bar, signers, also_unreviewed=also_unreviewed, taken=taken)
        done = driver.run(engine)
        batch.counts = done.counts
    return replace(done, aside=taken.problems)


def plan(archive: Archive, items: Iterable[Item], spec: EngineSpec, *, sign: bool) -> Batch[Planned]:
    """What `digitize` would do with each item, without doing any of it; of a new file it looks at the kind alone."""
    return Batch(tuple(_planned(archive, item, spec, sign=sign) for item in as_kept(archive, items)))


def _planned(archive: Archive, item: Item, spec: EngineSpec, *, sign: bool) -> Outcome[Planned]:
    path, planned = str(item.path), Planned(item.dossier, item.name, known=False, sign=sign, more=item.more)
    try:
        identifier, _sha256, key = _known_by(item, spec)
        known = archive.task_state(identifier)
        if known is not None:
            planned = replace(planned, known=True)
            _not_purged(path, identifier, known[1])
            if known[0] == key or known[1] is PaperState.WITHDRAWN:
                refused = archive.paper(identifier).problem if known[1] is PaperState.REFUSED else None
                before = None if refused is None else revived(refused)
                return Outcome(path, Status.SKIPPED, None, replace(planned, refused_before=before))
        for original in item.originals:
            media_type_of(original)
    except (OSError, DigidocError) as error:
        problem = problem_of(error, path)
        return Outcome(path, Status.REFUSED if problem.final else Status.FAILED, problem, planned)
    return Outcome(path, Status.DONE, None, planned)


def _not_purged(path: str, paper: str, state: PaperState) -> None:
    """See that a file is not that of a paper that a person erased for good: nothing of it may come back.

    Raises:
        PaperPurged: it is.

    """
    if state is PaperState.PURGED:
        raise PaperPurged(file=path, paper=paper)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A paper that can be filed.

    Attributes:
        item: as it was handed in.
        record: what was read, or what the archive has of it.
        files: by role; of the signed one, when it is made now, the place.
        staging: name of its staging folder.
        known: whether it lies in the archive, and only its signature is new.
        signing: whether its signed file is made now.

    """

    item: Item
    record: PaperRecord
    files: Mapping[Role, Path]
    staging: str
    known: bool = False
    signing: bool = False


class _Driver:
    """One run; see the module."""

    def __init__(
        self,
        archive: Archive,
        items: Sequence[Item],
        spec: EngineSpec,
        bar: PagesProgress,
        signers: Signers | None,
        *,
        also_unreviewed: bool,
        taken: TakenIn,
    ) -> None:
        self._archive, self._items, self._spec, self._bar, self._signers = archive, items, spec, bar, signers
        self._also_unreviewed, self._taken = also_unreviewed, taken
        self._outcomes: dict[Item, Outcome[Digitized]] = {}
        self._filing = Filing(archive, (item.dossier for item in items), self, self._signed)
        self._counts = PageCounts(items, bar)
        self._reading: dict[str, Task] = {}  # what the engine has, by the name of the staging folder
        self._stopped: Problem | None = None
        self._unsigned: dict[Item, Problem] = {}  # papers that are filed without the signature that was asked for

    def run(self, engine: Engine) -> Batch[Digitized]:
        if self._bar.shown and self._counts.count(engine):
            return Batch((), interrupted=True)
        self._bar.follow(self._under_way)
        results = engine.run(read_task, self._tasks(), seconds=lambda _task: _MOST_SECONDS)
        interrupted = drive(results, self._settle, lambda: self._stopped is not None)
        self._filing.rest()
        stopped = self._stopped
        untried = None if stopped is None else (lambda item: self._untried(item, stopped))
        return Batch(in_order(self._items, self._outcomes, untried), interrupted)

    @staticmethod
    def _untried(item: Item, stopped: Problem) -> Outcome[Digitized]:
        return Outcome(str(item.path), Status.FAILED, replace(stopped, file=str(item.path)))

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
                self._reading[task.staging.name] = task
                yield task

    def _under_way(self) -> list[UnderWay]:
        return [UnderWay(task.item.name, *pages_read(task.staging)) for task in list(self._reading.values())]

    def _task(self, item: Item) -> Task | None:
        """What a worker is to do with an item; None when nothing is left to be read."""
        identifier, sha256, key = _known_by(item, self._spec)
        if self._settled_before(item, identifier, key):
            return None
        staging = self._archive.staging(_staging(key, identifier))
        unit, trust = self._archive.config.unit, trust_folders(self._archive.trust_folder)
        known = self._archive.task_state(identifier)
        turns = () if known is None else turns_of(self._archive, self._archive.paper(identifier))
        return Task(item, identifier, key, sha256, staging, self._spec, unit, trust, turns)

    def _settled_before(self, item: Item, identifier: str, key: str) -> bool:
        """Whether nothing is left to be read; then the item has its outcome, or waits to be signed."""
        known = self._archive.task_state(identifier)
        if known is not None:
            _not_purged(str(item.path), identifier, known[1])
        # What a person has withdrawn is not brought back by reading its file again, whatever reads it.
        if known is None or (known[0] != key and known[1] is not PaperState.WITHDRAWN):
            return False
        record, staging = self._archive.paper(identifier), _staging(key, identifier)
        if not record.signatures and self._signs(record):
            files = stored_files(self._archive, record)
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
        self._taken.corrections()  # a clerk does not wait for the end of the batch
        task = done.item
        self._reading.pop(task.staging.name, None)
        if done.problem is not None:
            # Of several files the one that is meant.
            file = done.problem.file if task.item.more and done.problem.file else str(task.item.path)
            problem = replace(done.problem, file=file)
            if problem.final:
                self._refuse(task, problem)
            else:
                self._fail(task.item, problem)
        elif done.answer is not None:
            self._filing.add(task.item.dossier, self._read(task, done.answer))
            self._progress(task.item, len(done.answer.pages))
            self._filing.close(task.item.dossier)

    def _read(self, task: Task, record: PaperRecord) -> _Ready:
        """A paper that was read now; one that came signed has no searchable PDF, and is kept as it is."""
        files: dict[Role, Path] = {**by_role(task.item.originals), "text": task.staging / TEXT}
        searchable = task.staging / SEARCHABLE
        if searchable.is_file():
            files["searchable"] = searchable
        events = tuple(map(by_clerk, record.events))  # a worker does not know the clerk
        return _Ready(task.item, replace(record, events=events), files, task.staging.name)

    def _signs(self, record: PaperRecord) -> bool:
        """Whether a paper with this record is signed, as far as its state is concerned."""
        wanted = (PaperState.FILED, PaperState.REVIEW) if self._also_unreviewed else (PaperState.FILED,)
        return self._signers is not None and record.state in wanted

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
        # What would bring an erased paper back is refused, and no record of its name is kept.
        self._outcome(item, Status.REFUSED if problem.final else Status.FAILED, problem)
        if problem.code in STOPS_ALL:
            self._stopped = problem
        self._filing.close(item.dossier)

    def _signed(self, entries: list[_Ready]) -> list[_Ready]:
        """Those that are filed, their signed files made; what cannot be signed is not filed, and a rerun tries again.

        But a paper without a place for the stamp, which a rerun would not find either, is filed unsigned, and said.
        """
        entries = list(self._with_what_is_known(entries))
        signers = self._signers
        if signers is None:
            return entries
        to_sign = {e.item: self._to_sign(e) for e in entries if self._signs(e.record) and "searchable" in e.files}
        jobs = [Job(entry.files["searchable"], entry.files["signed"]) for entry in to_sign.values()]
        problems = sign_staged(signers, jobs)
        made = []
        for entry in entries:
            signed = to_sign.get(entry.item, entry)
            problem = problems.get(signed.files["signed"]) if signed.signing else None
            if problem is None:
                made.append(signed)
            elif problem.code in PLACELESS and not entry.known:
                self._unsigned[entry.item] = problem
                made.append(entry)
            else:
                self.not_filed(entry, problem)
        return made

    def _to_sign(self, entry: _Ready) -> _Ready:
        """The paper with the place of its signed file; what a killed run made there of another file is removed."""
        signed = self._archive.staging(entry.staging) / SIGNED
        remove_outdated(signed, entry.files["searchable"])
        return replace(entry, files={**entry.files, "signed": signed}, signing=True)

    def _with_what_is_known(self, entries: list[_Ready]) -> Iterator[_Ready]:
        """The papers that were read, with what people have settled of them; one that cannot be made so is not filed."""
        for entry in entries:
            if entry.known:
                yield entry
                continue
            try:
                folder = self._archive.staging(entry.staging)
                record, files = replayed(self._archive, entry.record, entry.files, folder)
            except (OSError, DigidocError) as error:
                self.not_filed(entry, problem_of(error, str(entry.item.path)))
            else:
                yield replace(entry, record=record, files=files)

    def draft(self, entry: _Ready) -> Draft:
        """See `Filer`."""
        if self._signers is None or not entry.signing:
            return Draft(entry.record, entry.files)
        source = sha256_of(entry.files["searchable"])
        return signed_draft(self._archive, entry.record, entry.files, source, self._signers)

    def filed(self, entry: _Ready, record: PaperRecord) -> None:
        """See `Filer`."""
        self._archive.discard_staging(entry.staging)
        problem = self._unsigned.get(entry.item)
        if problem is not None:
            problem = replace(problem, file=str(entry.item.path))
            self._outcome(entry.item, Status.FAILED, problem, record)
            return
        review = record.state is PaperState.REVIEW and not entry.known
        self._outcome(entry.item, Status.REVIEW if review else Status.DONE, paper=record)

    def not_filed(self, entry: _Ready, problem: Problem) -> None:
        """See `Filer`."""
        paper = entry.record if entry.known else None
        self._outcome(entry.item, Status.FAILED, replace(problem, file=str(entry.item.path)), paper)
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
        filed = None if paper is None else filed_paper(paper)
        review = paper is not None and paper.state is PaperState.REVIEW and not paper.signatures
        left = self._signers is not None and review and not self._also_unreviewed
        detail = Digitized(item.dossier, item.name, filed, before, left, item.more)
        self._outcomes[item] = Outcome(str(item.path), status, problem, detail)
        self._progress(item)

    def _progress(self, item: Item, pages: int | None = None) -> None:
        """A paper is dealt with, or read and waits for the others of its dossier."""
        self._counts.settle(item, pages)
        self._bar.papers(len(self._outcomes) + self._filing.waiting, len(self._items))


def _known_by(item: Item, spec: EngineSpec) -> tuple[str, str, str]:
    """The id of a paper, its digest, and the key of reading it.

    Raises:
        OSError: a file cannot be read.

    """
    if item.kept is not None:
        key = joined_key(task_key(digest, spec) for digest in item.kept.digests)
        return item.kept.paper, item.kept.sha256, key
    digests = [sha256_of(path) for path in item.originals]
    sha256, key = digest_of(digests), joined_key(task_key(digest, spec) for digest in digests)
    return paper_id(item.dossier, item.name, sha256), sha256, key


def _staging(key: str, identifier: str) -> str:
    """Name of the folder for a paper's results: the task's key, and the paper's, for two may have the same bytes."""
    return key + identifier[-16:]
