"""Tasks in worker processes of this machine, by Pebble: a killed or hanging worker costs one item at most."""

import os
import queue
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any, Generic

from pebble import ProcessExpired, ProcessPool

from digidoc.engine.deadline import EXIT_STATUS, STEP_SECONDS
from digidoc.engine.protocol import AnswerT, Done, ItemT, problem_of
from digidoc.errors import TimeLimit, WorkerDied

# A worker can die through no fault of its item (the system was short of memory): each item gets one more try.
_TRIES = 2
# A pool that breaks takes innocent items along; one that breaks again and again has a cause in its items.
_TRIES_OF_POOLS = 4
# Items handed out ahead of the workers, so that none of them waits for the driver.
_AHEAD = 2
# A worker is replaced after so many items: what libraries leak stays bounded.
_ITEMS_A_WORKER = 500


@dataclass(slots=True)
class _Running(Generic[ItemT]):
    item: ItemT
    tries: int


def _end_with_driver() -> None:
    """End this worker when its driver was killed: a rerun must not find an orphan writing beside it."""
    driver = parent_process()
    if driver is not None:
        driver.join()
        os._exit(0)


def _start_worker(language: str, prepare: Callable[[], None] | None) -> None:
    """In the new process: leave Ctrl-C and a closed terminal to the driver, make no noise, speak the user's language.

    A library gets one thread. SIGTERM ends a worker: the driver sends it.
    """
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):  # Windows lacks some
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_driver, daemon=True).start()
    for name in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    from digidoc import i18n

    i18n.install(language)
    # C libraries complain to standard error of files that are refused with a sentence anyway, across the progress bar.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    os.close(silence)
    if prepare is not None:
        prepare()


def _next(finished: "queue.SimpleQueue[Future[AnswerT]]") -> "Future[AnswerT]":
    while True:
        try:
            # A wait without end could not be interrupted by Ctrl-C on Windows.
            return finished.get(timeout=0.5)
        except queue.Empty:
            continue


def _end(pool: ProcessPool) -> None:
    """End its workers at once; nothing is left of them afterwards."""
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


class LocalEngine:
    """`jobs` worker processes, started fresh (spawn) so that they work alike on every system.

    Args:
        jobs: how many.
        language: of the messages that libraries in the workers look up.
        prepare: called in each new worker before its first task; picklable, and must not fail.

    """

    def __init__(self, jobs: int, language: str, prepare: Callable[[], None] | None = None) -> None:
        self._jobs = jobs
        self._language = language
        self._prepare = prepare

    def run(
        self,
        task: Callable[[ItemT], AnswerT],
        items: Iterable[ItemT],
        *,
        seconds: Callable[[ItemT], float],
    ) -> Generator[Done[ItemT, AnswerT]]:
        """See `Engine.run`. Closing the iterator early ends the workers at once."""
        finished: queue.SimpleQueue[Future[AnswerT]] = queue.SimpleQueue()
        running: dict[Future[AnswerT], _Running[ItemT]] = {}
        waiting = iter(items)
        pool = self._pool()

        def start(item: ItemT, tries: int) -> None:
            nonlocal pool
            try:
                future = pool.schedule(task, args=(item,), timeout=seconds(item))
            except RuntimeError:  # it is broken: what it had under way comes back by itself
                _end(pool)
                pool = self._pool()
                future = pool.schedule(task, args=(item,), timeout=seconds(item))
            running[future] = _Running(item, tries)
            future.add_done_callback(finished.put)

        try:
            for item in waiting:
                start(item, 1)
                if len(running) < self._jobs * _AHEAD:
                    continue
                yield from self._collect(_next(finished), running, start, seconds)
            while running:
                yield from self._collect(_next(finished), running, start, seconds)
            pool.close()  # type: ignore[no-untyped-call]
        finally:
            _end(pool)

    def _pool(self) -> ProcessPool:
        spawning: Any = get_context("spawn")  # Pebble's types know the pipes of POSIX alone
        return ProcessPool(
            max_workers=self._jobs,
            max_tasks=_ITEMS_A_WORKER,
            initializer=_start_worker,
            initargs=(self._language, self._prepare),
            context=spawning,
        )

    @staticmethod
    def _collect(
        future: "Future[AnswerT]",
        running: "dict[Future[AnswerT], _Running[ItemT]]",
        start: Callable[[ItemT, int], None],
        seconds: Callable[[ItemT], float],
    ) -> Iterator[Done[ItemT, AnswerT]]:
        entry = running.pop(future)
        try:
            answer = future.result()
        except FutureTimeout:
            yield Done(entry.item, None, TimeLimit(seconds=f"{seconds(entry.item):.0f}").problem)
        except ProcessExpired as end:
            if end.exitcode == EXIT_STATUS:
                yield Done(entry.item, None, TimeLimit(seconds=STEP_SECONDS).problem)
            elif entry.tries < _TRIES:
                start(entry.item, entry.tries + 1)
            else:
                yield Done(entry.item, None, WorkerDied().problem)
        except BrokenProcessPool:
            # A worker that dies before Pebble has heard which item it took breaks the pool, and all items with it.
            if entry.tries < _TRIES_OF_POOLS:
                start(entry.item, entry.tries + 1)
            else:
                yield Done(entry.item, None, WorkerDied().problem)
        except Exception as error:  # noqa: BLE001 (whatever a task raises is the problem of its item)
            yield Done(entry.item, None, problem_of(error))
        else:
            yield Done(entry.item, answer, None)
