"""The driver of a batch of signatures: it alone gives signed files their names and writes the journal.

For each file: its digest and the name of its output are journalled and flushed; it is signed, checked and flushed under
another name; it gets its name in one step; that is journalled. Wherever a run is killed, the next one knows which
signed files are its own, and signs the rest.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from digidoc.engine.driving import drive
from digidoc.engine.protocol import Done, problem_of
from digidoc.errors import DigidocError, ExitCode, OutputExists, Problem, from_os
from digidoc.files.disk import sha256_of
from digidoc.outcome import Batch, Outcome, Status, in_order
from digidoc.progress import Progress
from digidoc.sign.create.journal import Entry, Journal, journal
from digidoc.sign.create.places import Pair, Places
from digidoc.sign.create.signers import Job, Receipts, Signers
from digidoc.sign.create.stopping import StopRule
from digidoc.sign.trust.anchors import NO_ANCHORS
from digidoc.sign.validate.verdict import Covers
from digidoc.sign.validate.verify import verify_file

# So many files are journalled with one flush, and so many bytes are digested before their first signature.
_TOGETHER: Final = 32
_BYTES_TOGETHER: Final = 64 << 20
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class SignedFile:
    """What there is to say of a file that was to be signed.

    Attributes:
        output: the signed file, or where it would be; None where that is not known.
        receipts: of its signatures, when it was signed now, in the order of signing.
        tried: whether the batch came to it; it did not when it had stopped before.

    """

    output: Path | None = None
    receipts: Receipts = ()
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Signed:
    """How a batch went.

    Attributes:
        batch: an outcome a file.
        exit_code: see `StopRule.exit_code`.

    """

    batch: Batch[SignedFile]
    exit_code: ExitCode


def sign_batch(found: Places, signers: Signers, bar: Progress) -> Signed:
    """Sign the files into a folder; each gets an outcome, whatever happens to the others.

    Args:
        found: what is to be signed; with a folder.
        signers: who signs.
        bar: counts files.

    Raises:
        BatchRunning: another process signs into the folder.
        JournalDamaged: the journal there cannot be read.
        PermissionMissing, DiskFull, ReadOnlyTarget, StorageError: the folder cannot be written.

    """
    assert found.folder is not None  # noqa: S101 (see Args)
    try:
        found.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise from_os(error, found.folder) from error
    with journal(found.folder) as book:
        driver = _Driver(found, found.folder, signers, book, bar)
        batch = driver.run()
        book.all_done = batch.exit_code is ExitCode.OK
    return Signed(batch, driver.rule.exit_code(batch))


def sign_single(pair: Pair, signers: Signers) -> Signed:
    """Sign one file under the name that was given for it.

    Raises:
        OutputExists, FileMissing, PermissionMissing, DiskFull, ReadOnlyTarget, StorageError: the file cannot be made.

    """
    rule = StopRule()
    try:
        with TemporaryDirectory(prefix=".digidoc-", suffix=".part", dir=pair.out.parent) as scratch:
            outcome = _signed_alone(pair, signers, Path(scratch))
    except OSError as error:
        raise from_os(error, pair.out) from error
    except KeyboardInterrupt:
        return Signed(Batch((), interrupted=True), ExitCode.INTERRUPTED)
    if outcome.problem is not None:
        rule.failed(outcome.problem)
    batch = Batch((outcome,))
    return Signed(batch, rule.exit_code(batch))


def _signed_alone(pair: Pair, signers: Signers, scratch: Path) -> Outcome[SignedFile]:
    with closing(signers.run([Job(pair.source, scratch / pair.out.name)])) as results:
        done = next(results)
    if done.answer is None:
        assert done.problem is not None  # noqa: S101 (see `Done`)
        problem = replace(done.problem, file=str(pair.source))
        return Outcome(str(pair.source), Status.FAILED, problem, SignedFile(pair.out))
    put_in_place(done.item.out, pair.out)
    return Outcome(str(pair.source), Status.DONE, None, SignedFile(pair.out, done.answer))


class _Driver:
    """One run; see the module."""

    def __init__(self, found: Places, folder: Path, signers: Signers, book: Journal, bar: Progress) -> None:
        self._found, self._folder, self._signers, self._book, self._bar = found, folder, signers, book, bar
        self._outcomes: dict[Path, Outcome[SignedFile]] = {}
        self._jobs: dict[Path, Pair] = {}
        self._numbers = count()
        self._digest = signers.digest
        self.rule = StopRule()

    def run(self) -> Batch[SignedFile]:
        self._bar.expect(len(self._found.pairs))
        interrupted = drive(self._signers.run(self._work()), self._settle, lambda: self.rule.stopped is not None)
        sources = {pair.out: pair.source for pair in self._found.pairs}
        stopped = self.rule.stopped
        untried = None if stopped is None else (lambda out: self._untried(sources[out], stopped))
        tried = in_order(sources, self._outcomes, untried)
        return Batch((*tried, *(Outcome(p.file or "", Status.FAILED, p) for p in self._found.problems)), interrupted)

    @staticmethod
    def _untried(source: Path, stopped: Problem) -> Outcome[SignedFile]:
        return Outcome(str(source), Status.FAILED, replace(stopped, file=str(source)), SignedFile(tried=False))

    def _work(self) -> Iterator[Job]:
        """Files that need signatures, journalled; the others are settled on the way."""
        for pairs in _groups(self._found.pairs):
            if self.rule.stopped is not None:
                return
            intents: list[tuple[Pair, Entry]] = []
            for pair in pairs:
                try:
                    entry = Entry(self._name(pair), sha256_of(pair.source), self._digest)
                    if not self._settled_before(pair, entry):
                        intents.append((pair, entry))
                except (OSError, DigidocError) as error:
                    self._fail(pair, problem_of(error, str(pair.source)))
            try:
                self._book.intend([entry for _pair, entry in intents])
            except DigidocError as error:
                for pair, _entry in intents:
                    self._fail(pair, error.problem)
                continue
            for pair, _entry in intents:
                staged = self._book.workshop / f"{next(self._numbers)}.pdf"
                self._jobs[staged] = pair
                yield Job(pair.source, staged)

    def _settled_before(self, pair: Pair, entry: Entry) -> bool:
        """Whether an earlier run signed it; a file of that name that is not our own is a problem."""
        if not os.path.lexists(pair.out):
            return False
        known = self._book.known(entry.output)
        if known is None or (known.source, known.signers) != (entry.source, entry.signers):
            raise OutputExists(file=pair.out)
        sha256 = sha256_of(pair.out)
        if sha256 != known.sha256:
            if known.sha256 is not None or not self._made_here(pair):
                raise OutputExists(file=pair.out)
            self._book.done(entry.output, sha256)
        elif not begins_with(pair.out, pair.source):
            raise OutputExists(file=pair.out)
        self._outcome(pair, Status.SKIPPED)
        return True

    def _made_here(self, pair: Pair) -> bool:
        """Whether the output, intended but not noted as done, is the input with the signatures of these signers."""
        if not begins_with(pair.out, pair.source):
            return False
        names = self._signers.names
        found = verify_file(pair.out, NO_ANCHORS).signatures[-len(names) :]
        whole = bool(found) and found[-1].covers is Covers.WHOLE_FILE
        return whole and all(one.intact for one in found) and [one.signer for one in found] == names

    def _settle(self, done: Done[Job, Receipts]) -> None:
        pair = self._jobs.pop(done.item.out)
        if done.answer is None:
            problem = done.problem
            assert problem is not None  # noqa: S101 (see `Done`)
            self._fail(pair, replace(problem, file=str(pair.source)))
            return
        try:
            pair.out.parent.mkdir(parents=True, exist_ok=True)
            put_in_place(done.item.out, pair.out)
            self._book.done(self._name(pair), done.answer[-1].sha256)
        except (OSError, DigidocError) as error:
            self._fail(pair, problem_of(error, str(pair.out)))
            return
        self.rule.signed()
        self._outcome(pair, Status.DONE, receipts=done.answer)

    def _name(self, pair: Pair) -> str:
        return pair.out.relative_to(self._folder).as_posix()

    def _fail(self, pair: Pair, problem: Problem) -> None:
        self.rule.failed(problem)
        self._outcome(pair, Status.FAILED, problem)

    def _outcome(self, pair: Pair, status: Status, problem: Problem | None = None, receipts: Receipts = ()) -> None:
        self._outcomes[pair.out] = Outcome(str(pair.source), status, problem, SignedFile(pair.out, receipts))
        self._bar.advance(pair.source.name)


def put_in_place(staged: Path, out: Path) -> None:
    """Give a finished file its name in one step; a file that has the name already stays.

    Raises:
        OutputExists: there is one.
        OSError: the system's answer.

    """
    if os.name == "nt":
        try:
            staged.rename(out)  # Windows refuses a name that is taken
        except FileExistsError as error:
            raise OutputExists(file=out) from error
        return
    try:
        # Unlike a rename, a second name for the file takes nobody else's place.
        out.hardlink_to(staged)
    except FileExistsError as error:
        raise OutputExists(file=out) from error
    except OSError:
        # A file system without second names (FAT, some network shares).
        if os.path.lexists(out):
            raise OutputExists(file=out) from None
        staged.rename(out)
    else:
        staged.unlink()


def _groups(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """The pairs in order, a group ending where it has enough files or bytes."""
    group: list[Pair] = []
    size = 0
    for pair in pairs:
        group.append(pair)
        size += pair.source.stat().st_size if pair.source.exists() else 0
        if len(group) == _TOGETHER or size >= _BYTES_TOGETHER:
            yield group
            group, size = [], 0
    yield group


def begins_with(path: Path, start: Path) -> bool:
    """Whether the content of a file begins with that of another."""
    with path.open("rb") as whole, start.open("rb") as part:
        while piece := part.read(_CHUNK):
            if whole.read(len(piece)) != piece:
                return False
    return True
