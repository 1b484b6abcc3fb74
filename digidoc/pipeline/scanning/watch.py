"""`digidoc digitize --watch`: what scanners drop into a folder is taken when it is whole, filed, and put away.

The folder is looked at again and again, for systems say nothing of changes on network shares. The archive is locked
only while papers are filed. Nothing has to be remembered between two runs: what is done is known by its task key.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.archive.errors import BackupFolder
from digidoc.clock import VIETNAM
from digidoc.engine.protocol import Engine, problem_of
from digidoc.errors import ArchiveLocked, DigidocError, Problem, UnreadableFile
from digidoc.i18n import N_
from digidoc.ocr.engine import EngineSpec
from digidoc.outcome import STOPS_ALL, Batch, Outcome, Status
from digidoc.pipeline.collect import Item, collect
from digidoc.pipeline.digitize import digitize
from digidoc.pipeline.digitized import Digitized
from digidoc.pipeline.intake.dossier_folders import DossierFolders
from digidoc.pipeline.intake.errors import UnclearFolder, WithdrawnBefore
from digidoc.pipeline.intake.no_paper import is_litter, why_no_paper
from digidoc.pipeline.scanning.filing_stacks import Taken, file_stack, judge
from digidoc.pipeline.scanning.putting_away import DONE, FAILED, put_away
from digidoc.pipeline.scanning.splitting import has_sheets, stack_of
from digidoc.progress import PagesProgress
from digidoc.scan.errors import StackWaits
from digidoc.scan.settle import Facts, Settling, is_unfinished
from digidoc.scan.stacks import Stack
from digidoc.sign.create.signers import Signers

_AGAIN_SECONDS: Final = 600.0  # after a failure that may pass
_TRIES: Final = 3
_KEPT_PROBLEMS: Final = 1000


@dataclass(frozen=True, slots=True)
class Watching:
    """How a folder is watched.

    Attributes:
        folder: what is watched.
        settle: seconds that a file has to stand still.
        every: seconds between two looks.
        once: end when all that was there at the first look was taken, or was seen to change.
        keep: leave files where they are.
        dossier: of everything; None lets folders and sheets say it.
        loose: everything but what sheets say is filed without a dossier.
        also_unreviewed: whether papers are signed that a person has to review first.

    """

    folder: Path
    settle: float = 10.0
    every: float = 2.0
    once: bool = False
    keep: bool = False
    dossier: str | None = None
    loose: bool = False
    also_unreviewed: bool = False


@dataclass(slots=True)
class Watched:
    """What came of it.

    Attributes:
        counts: files by `Status`.
        stacks: names of stacks that wait for a person.
        waiting: files that were not whole, or still changed, when the watch ended.
        problems: what went wrong, at most the last thousand.
        aside: what went wrong beside the files, as with what waited in the archive's inbox; each is said once.
        left_unsigned: papers that were to be signed and were not, for a person has to review them first.
        interrupted: by Ctrl-C or a signal that means the same.

    """

    counts: Counter[str] = field(default_factory=Counter)
    stacks: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    aside: list[Problem] = field(default_factory=list)
    left_unsigned: int = 0
    interrupted: bool = False


class Watch:
    """Watches one folder.

    Args:
        archive: where to.
        how: what is watched, and how.
        engine: where the workers run.
        spec: which OCR engine reads.
        bar: opens what counts the pages of a batch.
        say: told of each file how it went, of folders whose dossier is not clear, and of a locked archive.
        signers: who signs; None for nobody.

    """

    def __init__(
        self,
        archive: Archive,
        how: Watching,
        engine: Engine,
        spec: EngineSpec,
        bar: Callable[[], AbstractContextManager[PagesProgress]],
        say: Callable[[Path | None, Status, Problem | None], None],
        signers: Signers | None = None,
    ) -> None:
        self._archive, self._how, self._engine, self._spec = archive, how, engine, spec
        self._bar, self._say, self._signers = bar, say, signers
        self._settling = Settling(how.settle)
        self._taken: dict[Path, Facts] = {}
        self._tries: dict[Path, tuple[int, float]] = {}
        self._locked = False
        self.result = Watched()

    def run(self) -> Watched:
        """Watch until it is interrupted, or once."""
        first: set[Path] | None = None
        started = time.monotonic()
        try:
            while not self.result.interrupted:
                there = self._look()
                first = set(there) if first is None else first
                ready, cut_off = self._settling.look(there, time.monotonic())
                for file in cut_off:
                    self._failed(file, UnreadableFile(file=file, reason=N_("it was cut off")).problem)
                if ready:
                    self._take(ready, there)
                left = first & set(self._look())
                past = time.monotonic() - started > self._how.settle + 2 * self._how.every
                if self._how.once and (not left or past or self.result.interrupted):
                    break
                time.sleep(self._how.every)
        except KeyboardInterrupt:
            self.result.interrupted = True
        self.result.waiting = sorted(map(str, self._look()))
        return self.result

    def _look(self) -> dict[Path, Facts]:
        """All files that may be papers and were not dealt with."""
        found: dict[Path, Facts] = {}
        now = time.monotonic()
        own = (self._how.folder / DONE, self._how.folder / FAILED)
        for here, folders, names in os.walk(self._how.folder):
            folder = Path(here)
            folders[:] = [
                name
                for name in sorted(folders)
                if not name.startswith(".") and folder / name not in own and (folder / name) != self._archive.root
            ]
            for name in names:
                path = folder / name
                facts = None if is_unfinished(name) or is_litter(name) else _facts(path)
                if facts is None or self._taken.get(path) == facts or self._tries.get(path, (0, 0.0))[1] > now:
                    continue
                found[path] = facts
        return found

    def _take(self, ready: Sequence[Path], there: dict[Path, Facts]) -> None:
        """Deal with files that are whole; where another process writes to the archive, they wait."""
        plain = []
        try:
            for file in ready:
                if self._sheets(file):
                    self._stack(file, there[file])
                else:
                    plain.append(file)
                if self.result.interrupted:
                    return
            self._papers(plain, there)
        except ArchiveLocked as error:
            if not self._locked:
                self._say(None, Status.FAILED, error.problem)
            self._locked = True
        else:
            self._locked = False

    @staticmethod
    def _sheets(file: Path) -> bool:
        try:
            return has_sheets(file)
        except (OSError, DigidocError):
            return False  # digitizing says what is wrong with it, and writes it down

    def _papers(self, files: Sequence[Path], there: dict[Path, Facts]) -> None:
        """Files without sheets: their folders say which dossier they belong to."""
        folder, wanted = self._how.folder, {file.resolve() for file in files}
        found = collect(
            [folder],
            self._how.dossier,
            self._archive.root,
            loose=self._how.loose,
            folders=DossierFolders.of(self._archive),  # anew each time, for a register may be imported meanwhile
            without=(folder / DONE, folder / FAILED),
        )
        for unclear in found.unclear:
            papers = [paper.path for paper in unclear.papers if paper.path.resolve() in wanted]
            if papers:
                self._unclear(unclear.folder, papers)
        items = [item for item in found.items if item.path.resolve() in wanted]
        if not items:
            return
        also = self._how.also_unreviewed
        with self._bar() as bar:
            batch = digitize(self._archive, items, self._engine, self._spec, bar, self._signers, also_unreviewed=also)
        self._beside(batch)
        self._settle(items, batch, there)

    def _beside(self, batch: Batch[Digitized]) -> None:
        """What is to be said of a batch beside its papers."""
        for problem in batch.aside:
            if problem not in self.result.aside:  # what waits in the inbox fails each time
                self.result.aside.append(problem)
                self._say(None, Status.FAILED, problem)
        details = (outcome.detail for outcome in batch.outcomes)
        self.result.left_unsigned += sum(detail is not None and detail.left_unsigned for detail in details)

    def _unclear(self, folder: Path, papers: Sequence[Path]) -> None:
        """Nobody can be asked which dossier they belong to: they are put aside, and their folder is named."""
        problem = UnclearFolder(file=folder, papers=len(papers)).problem
        self._note(folder, Status.REFUSED, problem)
        for paper in papers:
            self._put_aside(paper, problem)

    def _stack(self, file: Path, facts: Facts) -> None:
        """A file with sheets: its papers are filed, or it waits for a person as a stack."""
        try:
            taken = self._filed(stack_of(self._archive, file))
        except (ArchiveLocked, BackupFolder):
            raise  # no fault of the file
        except (OSError, DigidocError) as error:
            self._wrong(file, problem_of(error, str(file)))
            return
        stack, batch = taken.stack, taken.batch
        if stack.problems:
            if stack.stack not in self.result.stacks:
                self.result.stacks.append(stack.stack)
            self._failed(file, StackWaits(file=file, stack=stack.stack).problem)
        elif batch is None:
            self._done(file, facts, Status.SKIPPED)
        elif batch.interrupted:
            self.result.interrupted = True
        elif stack.filed_at is not None:
            for outcome in batch.outcomes:
                self._note(file, Status.SKIPPED, _withdrawn(outcome))
            review = batch.counts[Status.REVIEW.value] > 0
            self._done(file, facts, Status.REVIEW if review else Status.DONE)
        else:
            reasons = (problem for outcome in batch.outcomes if (problem := _why(outcome)) is not None)
            self._wrong(file, next(reasons))

    def _filed(self, stack: Stack) -> Taken:
        """The stack after its papers were filed, unless they are already or something speaks against it."""
        if stack.filed_at is not None:
            return Taken(stack)
        stack, also = judge(self._archive, stack), self._how.also_unreviewed
        with self._bar() as bar:
            taken = file_stack(self._archive, stack, self._engine, self._spec, bar, self._signers, also_unreviewed=also)
        if taken.batch is not None:
            self._beside(taken.batch)
        return taken

    def _settle(self, items: Sequence[Item], batch: Batch[Digitized], there: dict[Path, Facts]) -> None:
        # A file whose paper was split since has an outcome for each part: what is wrong with one is said of the file.
        in_turn = sorted(batch.outcomes, key=lambda outcome: _why(outcome) is not None)
        by_file = {outcome.item: outcome for outcome in in_turn}
        for item in items:
            outcome = by_file.get(str(item.path))
            if outcome is not None:
                self._one(item.path, there, outcome)
        self.result.interrupted = self.result.interrupted or batch.interrupted

    def _one(self, file: Path, there: dict[Path, Facts], outcome: Outcome[Digitized]) -> None:
        problem = _why(outcome) or _withdrawn(outcome)
        facts = next((facts for path, facts in there.items() if path == file), None)
        if not file.exists():
            self._settling.forget(file)  # taken away by somebody else: nothing is left to be done with it
        elif problem is not None and not (self._how.keep and outcome.problem is None):
            self._wrong(file, problem)
        elif facts is not None:  # a refusal that is known is no news where files stay
            self._done(file, facts, outcome.status)

    def _done(self, file: Path, facts: Facts, status: Status) -> None:
        self.result.counts[status.value] += 1
        self._say(file, status, None)
        self._taken[file] = facts
        if not self._how.keep:
            day = f"{datetime.now(UTC).astimezone(VIETNAM):%Y-%m-%d}"
            self._moved(file, self._how.folder / DONE / day, None)

    def _wrong(self, file: Path, problem: Problem) -> None:
        """It was not taken."""
        (self._failed if problem.final else self._try_again)(file, problem)

    def _failed(self, file: Path, problem: Problem) -> None:
        """It will not do, however often it is tried: it is put aside with the reason."""
        self._note(file, Status.REFUSED, problem)
        self._put_aside(file, problem)

    def _put_aside(self, file: Path, problem: Problem) -> None:
        self.result.counts[Status.REFUSED.value] += 1
        facts = _facts(file)
        if facts is not None:
            self._taken[file] = facts
        if not self._how.keep:
            self._moved(file, self._how.folder / FAILED, problem)

    def _try_again(self, file: Path, problem: Problem) -> None:
        """It may do another time; what fails three times is put aside. A full disk is no fault of the file."""
        tries = self._tries.get(file, (0, 0.0))[0] + 1
        if tries >= _TRIES and problem.code not in STOPS_ALL:
            self._failed(file, problem)
            return
        self.result.counts[Status.FAILED.value] += 1
        self._note(file, Status.FAILED, problem)
        self._tries[file] = (tries, time.monotonic() + _AGAIN_SECONDS)

    def _moved(self, file: Path, target: Path, problem: Problem | None) -> None:
        """Put a file away; one that cannot be moved stays, and is not taken a second time."""
        try:
            put_away(file, self._how.folder, target, problem)
        except OSError as error:
            self._note(file, Status.FAILED, problem_of(error, str(file)))
        else:
            self._taken.pop(file, None)
            self._tries.pop(file, None)

    def _note(self, file: Path, status: Status, problem: Problem | None) -> None:
        if problem is not None:
            self._say(file, status, problem)
            self.result.problems = [*self.result.problems[1 - _KEPT_PROBLEMS :], problem]


def _why(outcome: Outcome[Digitized]) -> Problem | None:
    """Why a paper was not taken, now or by an earlier run; None for others."""
    return outcome.problem or (None if outcome.detail is None else outcome.detail.refused_before)


def _withdrawn(outcome: Outcome[Digitized]) -> Problem | None:
    """Why a paper was not filed again that a person has withdrawn; None for others."""
    filed = None if outcome.detail is None else outcome.detail.filed
    return WithdrawnBefore(paper=filed.paper).problem if filed is not None and filed.withdrawn else None


def _facts(path: Path) -> Facts | None:
    """Size and time of a file that may be a paper; None for what is empty, gone, a link, or no paper."""
    try:
        if path.is_symlink() or why_no_paper(path) is not None:
            return None
        found = path.stat()
    except OSError:
        return None
    return Facts(found.st_size, found.st_mtime_ns)
