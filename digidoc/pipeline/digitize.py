"""The driver of `digidoc digitize`: it alone writes store, catalogue and progress; workers only read.

A dossier's papers are filed together, in one version of its object, when the last of them is read; until then their
results wait in the archive's staging folders, where a rerun finds them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from digidoc.archive.archive import Archive, paper_id
from digidoc.archive.catalog import duplicates
from digidoc.archive.ingest import Draft, Role
from digidoc.disk import sha256_of
from digidoc.engine.protocol import Done, Engine, problem_of
from digidoc.errors import DigidocError, DiskFull, Problem, ReadOnlyTarget, StorageError, revived
from digidoc.masking import masked
from digidoc.model import PaperRecord, PaperState
from digidoc.ocr.engine import EngineSpec
from digidoc.outcome import Batch, Outcome, Status
from digidoc.pipeline.collect import Item
from digidoc.pipeline.signing import Signing, events_of
from digidoc.pipeline.work import SEARCHABLE, SIGNED, TEXT, Task, check_signatures, read_task, task_key
from digidoc.progress import Progress
from digidoc.sign.create.pades import sign_file

# A worker watches each page itself; this bounds what escapes it, for papers of a thousand pages too.
_MOST_SECONDS: Final = 3600.0
# Papers of one dossier that are filed together at most: a version of its object lists all of them.
_TOGETHER: Final = 64
_FATAL: Final = {DiskFull.code, ReadOnlyTarget.code}


def digitize(
    archive: Archive,
    items: Sequence[Item],
    engine: Engine,
    spec: EngineSpec,
    bar: Progress,
    signing: Signing | None = None,
) -> Batch:
    """Read, sign where asked, and file the items; each gets an outcome, whatever happens to the others.

    Raises:
        ArchiveLocked: another process writes to the archive.

    """
    told = {
        "engine": spec.name,
        "languages": spec.languages,
        "mode": spec.mode,
        "sign": signing is not None,
        "papers": len(items),
    }
    with archive.writing(), archive.batch(told) as batch:
        done = _Driver(archive, items, engine, spec, bar, signing).run()
        batch.counts = done.counts
    return done


def plan(archive: Archive, items: Iterable[Item], spec: EngineSpec, signing: bool) -> list[Outcome]:
    """What `digitize` would do with each item, without doing any of it."""
    outcomes = []
    for item in items:
        try:
            sha256 = sha256_of(item.path)
        except OSError as error:
            outcomes.append(Outcome(str(item.path), Status.FAILED, problem_of(error, str(item.path))))
            continue
        known = archive.task_state(paper_id(item.dossier, item.name, sha256))
        same = known is not None and known[0] == task_key(sha256, spec)
        detail = {"dossier": item.dossier, "known": known is not None, "sign": signing}
        outcomes.append(Outcome(str(item.path), Status.SKIPPED if same else Status.DONE, detail=detail))
    return outcomes


class _Driver:
    """One run; see the module."""

    def __init__(
        self,
        archive: Archive,
        items: Sequence[Item],
        engine: Engine,
        spec: EngineSpec,
        bar: Progress,
        signing: Signing | None,
    ) -> None:
        self._archive, self._items, self._engine = archive, items, engine
        self._spec, self._bar, self._signing = spec, bar, signing
        self._outcomes: dict[Path, Outcome] = {}
        self._open = Counter(item.dossier for item in items)
        self._waiting: dict[str | None, list[tuple[Task, PaperRecord]]] = defaultdict(list)
        self._pages = 0
        self._stopped: Problem | None = None

    def run(self) -> Batch:
        interrupted = False
        try:
            with closing(
                self._engine.run(read_task, self._tasks(), seconds=lambda _task: _MOST_SECONDS)  # type: ignore[type-var]
            ) as results:
                for done in results:
                    self._settle(done)
                    if self._stopped is not None:
                        break
        except KeyboardInterrupt:
            interrupted = True
        for dossier in list(self._waiting):
            self._file(dossier)
        for item in self._items:
            if item.path not in self._outcomes and self._stopped is not None:
                problem = replace(self._stopped, file=str(item.path))
                self._outcomes[item.path] = Outcome(str(item.path), Status.FAILED, problem)
        ordered = (self._outcomes[item.path] for item in self._items if item.path in self._outcomes)
        return Batch(tuple(ordered), interrupted)

    def _tasks(self) -> Iterator[Task]:
        """Items that need a worker, one by one; the others are settled on the way."""
        for item in self._items:
            if self._stopped is not None:
                return
            try:
                sha256 = sha256_of(item.path)
                identifier, key = paper_id(item.dossier, item.name, sha256), task_key(sha256, self._spec)
                if self._settled_before(item, identifier, key):
                    self._closed(item.dossier)
                    continue
                staging = self._archive.staging(_staging(key, identifier))
            except (OSError, DigidocError) as error:
                self._fail(item, problem_of(error, str(item.path)))
                continue
            yield Task(
                item,
                identifier,
                key,
                sha256,
                staging,
                self._spec,
                self._archive.config.unit,
                self._archive.trust_folder,
            )

    def _settled_before(self, item: Item, identifier: str, key: str) -> bool:
        known = self._archive.task_state(identifier)
        if known is None or known[0] != key:
            return False
        record = self._archive.paper(identifier)
        if self._signing is None or record.signatures or known[1] is PaperState.REFUSED:
            # A run that was killed right after filing could not clear its results away any more.
            self._archive.discard_staging(_staging(key, identifier))
        if known[1] is PaperState.REFUSED:
            self._outcome(item, Status.REFUSED, replace(revived(record.problem or {}), file=str(item.path)))
            return True
        if self._signing is not None and not record.signatures:
            self._sign_filed(item, record, self._signing)
            return True
        self._outcome(item, Status.SKIPPED, paper=record)
        return True

    def _settle(self, done: Done[Task, PaperRecord]) -> None:
        task = done.item
        if done.problem is not None:
            problem = replace(done.problem, file=str(task.item.path))
            if problem.final:
                self._refuse(task, problem)
            else:
                self._fail(task.item, problem)
        elif done.answer is not None:
            self._pages += len(done.answer.pages)
            self._waiting[task.item.dossier].append((task, done.answer))
            self._progress(task.item, len(done.answer.pages))
            self._closed(task.item.dossier)

    def _closed(self, dossier: str | None) -> None:
        """One more item of the dossier needs nothing any more; the last one files them all."""
        self._open[dossier] -= 1
        if dossier is None or not self._open[dossier] or len(self._waiting[dossier]) >= _TOGETHER:
            self._file(dossier)

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
        self._closed(task.item.dossier)

    def _fail(self, item: Item, problem: Problem) -> None:
        self._outcome(item, Status.FAILED, problem)
        if problem.code in _FATAL:
            self._stopped = problem
        self._closed(item.dossier)

    def _file(self, dossier: str | None) -> None:
        """Sign what is to be signed and put it all into the archive, in one version of the dossier's object."""
        entries = self._waiting.pop(dossier, [])
        drafts: list[tuple[Task, Draft]] = []
        for task, record in entries:
            try:
                drafts.append((task, self._draft(task, record)))
            except (DigidocError, OSError) as error:
                self._filing_failed([task], error)
        if not drafts or self._stopped is not None:
            return
        try:
            filed = self._archive.file(dossier, [draft for _task, draft in drafts])
        except (DigidocError, OSError) as error:
            self._filing_failed([task for task, _draft in drafts], error)
            return
        for (task, _draft), record in zip(drafts, filed, strict=True):
            self._archive.discard_staging(task.staging.name)
            status = Status.REVIEW if record.state is PaperState.REVIEW else Status.DONE
            self._outcome(task.item, status, paper=record)

    def _filing_failed(self, tasks: Sequence[Task], error: DigidocError | OSError) -> None:
        for task in tasks:
            problem = replace(problem_of(error), file=str(task.item.path))
            self._outcome(task.item, Status.FAILED, problem)
            if isinstance(error, StorageError) and problem.code in _FATAL:
                self._stopped = problem

    def _draft(self, task: Task, record: PaperRecord) -> Draft:
        files: dict[Role, Path] = {"original": task.item.path, "text": task.staging / TEXT}
        searchable = task.staging / SEARCHABLE
        if not searchable.is_file():
            return Draft(record, files)  # signed when it came: it is kept as it is
        files["searchable"] = searchable
        if self._signing is None:
            return Draft(record, files)
        files["signed"] = task.staging / SIGNED
        return Draft(self._signed(record, searchable, files["signed"], self._signing), files)

    def _signed(self, record: PaperRecord, source: Path, out: Path, signing: Signing) -> PaperRecord:
        """Sign once: a signed file that a killed run left behind is whole (it was renamed into place) and is taken."""
        if not out.exists():
            sign_file(source, out, signing.key, signing.options, signing.session)
        signatures = check_signatures(out, self._archive.trust_folder)
        made = events_of([(signing.key, signing.options)], sha256_of(source), sha256_of(out))
        return replace(record, signatures=signatures, events=(*record.events, *made))

    def _sign_filed(self, item: Item, record: PaperRecord, signing: Signing) -> None:
        """Sign a paper that was filed without a signature; its other files stay the same."""
        staging = self._archive.staging(_staging(record.task_key, record.paper_id))
        try:
            files: dict[Role, Path] = {
                file.role: self._archive.root / file.path for file in record.files if file.role != "metadata"
            }
            files["signed"] = staging / SIGNED
            signed = self._signed(record, files["searchable"], files["signed"], signing)
            filed = self._archive.file(record.dossier, [Draft(signed, files)])[0]
        except (DigidocError, OSError) as error:
            self._outcome(item, Status.FAILED, replace(problem_of(error), file=str(item.path)))
            return
        self._archive.discard_staging(staging.name)
        self._outcome(item, Status.DONE, paper=filed)

    def _outcome(
        self, item: Item, status: Status, problem: Problem | None = None, paper: PaperRecord | None = None
    ) -> None:
        detail: dict[str, Any] = {"dossier": item.dossier, "name": item.name}
        if paper is not None:
            found = duplicates.of(paper)
            detail |= {
                "paper": paper.paper_id,
                "pages": len(paper.pages),
                "confidence": paper.confidence,
                "conformant": paper.conformant,
                "doubts": list(paper.doubts),
                "review": list(dict.fromkeys(field.name for field in paper.fields if field.review)),
                "signatures": [signature.verdict for signature in paper.signatures],
                "duplicates": found,
                "duplicate_of": [other["paper"] for other in found if other["kind"] == "same-bytes"],
            }
        self._outcomes[item.path] = Outcome(str(item.path), status, problem, detail)
        if paper is None or status is Status.SKIPPED:
            self._progress(item, 0)

    def _progress(self, item: Item, pages: int) -> None:
        """Count pages; how many there will be is reckoned from the papers seen so far."""
        read = sum(o.status not in (Status.SKIPPED, Status.REFUSED, Status.FAILED) for o in self._outcomes.values())
        waiting = sum(map(len, self._waiting.values()))
        settled = len(self._outcomes) + waiting
        mean = self._pages / max(1, read + waiting)
        self._bar.expect(self._pages + round(mean * (len(self._items) - settled)))
        self._bar.advance(item.name, pages)


def _staging(key: str, identifier: str) -> str:
    """Name of the folder for a paper's results: the task's key, and the paper's, for two may have the same bytes."""
    return key + identifier[-16:]
