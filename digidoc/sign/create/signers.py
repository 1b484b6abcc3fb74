"""Who signs a batch of files: keys opened once, used in this process, in threads of it, or in worker processes."""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Final

from digidoc.engine.opening import open_engine
from digidoc.engine.protocol import Done, Engine
from digidoc.engine.threads import ThreadEngine
from digidoc.i18n import current
from digidoc.sign.create.pades import SigningSession, sign_file
from digidoc.sign.create.request import SignOptions, SignReceipt
from digidoc.sign.errors import NoPin
from digidoc.sign.keys.opening import KINDS, open_source
from digidoc.sign.keys.source import OpenKey
from digidoc.sign.keys.spec import KeySpec
from digidoc.sign.profile import SignProfile

Receipts = tuple[SignReceipt, ...]

# A TSA of the government answers in 2 to 131 s and takes four calls at once.
_WINDOW: Final = 4
_MOST_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be signed.

    Attributes:
        source: the file.
        out: the signed file, in a folder of our own: whatever has that name is replaced.

    """

    source: Path
    out: Path


@dataclass(frozen=True, slots=True)
class Signer:
    """One who signs: an opened key, how to sign with it, and what is kept from file to file."""

    key: OpenKey
    options: SignOptions
    session: SigningSession


@dataclass(frozen=True, slots=True)
class Signers:
    """Those who sign each file, in turn.

    Attributes:
        members: in the order in which they sign.

    """

    members: tuple[Signer, ...]
    _engine: Engine
    _task: Callable[[Job], Receipts]

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be checked about the keys, such as whether a certificate was revoked: marked messages."""
        return tuple(dict.fromkeys(note for member in self.members for note in member.key.notes))

    @property
    def names(self) -> list[str]:
        """Of the certificates, in the order of signing."""
        return [member.key.name for member in self.members]

    @property
    def digest(self) -> str:
        """A digest of who signs, in turn, and how: it changes with a certificate and with every option."""
        said = [(hashlib.sha256(one.key.certificate).hexdigest(), repr(one.options)) for one in self.members]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]

    def run(self, jobs: Iterable[Job]) -> Generator[Done[Job, Receipts]]:
        """Sign the files, yielding each as it is done: the receipts, one a signer, or the problem.

        Args:
            jobs: read lazily, only a window ahead of what is done.

        """
        return self._engine.run(self._task, jobs, seconds=lambda _job: _MOST_SECONDS)


@contextmanager
def open_signers(profiles: Sequence[SignProfile], jobs: int = 1) -> Iterator[Signers]:
    """Open the keys of the profiles, each once: one PIN, one session on a token.

    Args:
        profiles: who signs each file, in turn.
        jobs: processes that may be used; with one, this process signs.

    Raises:
        KeyProblem: PIN, key or certificate; nothing was signed.

    """
    with ExitStack() as stack:
        handed: list[_Handed] = []
        members: list[Signer] = []
        for profile in profiles:
            pin = _Remembered(profile.pin)
            key = stack.enter_context(open_source(profile.key, pin))
            members.append(Signer(key, profile.options, stack.enter_context(SigningSession(key, profile.options))))
            handed.append(_Handed(profile.key, profile.options, key.chain, pin.value))
        task: Callable[[Job], Receipts] = partial(_sign_in_turn, tuple(members))
        engine: Engine
        if any(_waits(profile) for profile in profiles):
            # A token and a remote service have one session, and a TSA is waited for: threads let the calls overlap.
            engine = ThreadEngine(_WINDOW)
        elif jobs > 1:
            # Each worker opens the key files anew. What it needs for that, the PIN too, is an argument of the pool's
            # initialiser: multiprocessing hands it through a pipe, from memory to memory. It never lies on a disk, in
            # an argument list or in the environment.
            engine, task = open_engine(jobs, current(), partial(_hand, tuple(handed))), _sign_as_worker
        else:
            engine = open_engine(0, current())
        yield Signers(tuple(members), engine, task)


def _waits(profile: SignProfile) -> bool:
    return profile.options.level != "B-B" or KINDS[profile.key.kind].waits


class _Remembered:
    """Gives the PIN of a key and keeps it in memory for the worker processes."""

    def __init__(self, pin: Callable[[], str]) -> None:
        self._pin = pin
        self.value: str | None = None

    def __call__(self) -> str:
        if self.value is None:
            self.value = self._pin()
        return self.value


@dataclass(frozen=True, slots=True)
class _Handed:
    """What a worker process opens a key with."""

    key: KeySpec
    options: SignOptions
    chain: tuple[bytes, ...]
    secret: str | None = field(repr=False)

    def pin(self) -> str:
        if self.secret is None:
            raise NoPin
        return self.secret


# Set once, when a worker process starts.
_HANDED: Final[ContextVar[tuple[_Handed, ...]]] = ContextVar("_HANDED")


def _hand(handed: tuple[_Handed, ...]) -> None:
    _HANDED.set(handed)


def _sign_as_worker(job: Job) -> Receipts:
    return _sign_in_turn(_opened(_HANDED.get()), job)


@cache
def _opened(handed: tuple[_Handed, ...]) -> tuple[Signer, ...]:
    """The keys of this worker; the process ends with them open."""
    members = []
    for one in handed:
        # The issuers that the first process found, on the network perhaps, are embedded by every worker.
        key = replace(open_source(one.key, one.pin, online=False).__enter__(), chain=one.chain)
        members.append(Signer(key, one.options, SigningSession(key, one.options).__enter__()))
    return tuple(members)


def _sign_in_turn(members: tuple[Signer, ...], job: Job) -> Receipts:
    """Sign a file by one after the other; the last one's file is the job's output.

    Raises:
        DigidocError: see `sign_file`.

    """
    source, receipts = job.source, []
    for place, member in enumerate(members, 1):
        last = place == len(members)
        out = job.out if last else job.out.with_name(f"{job.out.name}.{place}")
        # A worker that died on this file, or a killed run, may have left it.
        out.unlink(missing_ok=True)
        receipts.append(sign_file(source, out, member.key, member.options, member.session))
        if place > 1:
            source.unlink()
        source = out
    return tuple(receipts)
