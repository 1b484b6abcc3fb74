"""Tasks in threads of this process: for those that wait for others, such as a token or a time-stamp authority."""

import queue
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Final, Generic

from digidoc.engine.protocol import AnswerT, Done, ItemT, problem_of

# After Ctrl-C what is under way may end in this time; a call to an authority that takes longer is left alone.
_GRACE_SECONDS: Final = 5.0


class ThreadEngine:
    """Runs up to `window` items at once, so that their waiting overlaps. A task that hangs cannot be ended."""

    def __init__(self, window: int) -> None:
        self._window = window

    def run(
        self,
        task: Callable[[ItemT], AnswerT],
        items: Iterable[ItemT],
        *,
        seconds: Callable[[ItemT], float],  # noqa: ARG002 (a thread cannot be ended; its calls have limits of their own)
    ) -> Generator[Done[ItemT, AnswerT]]:
        """See `Engine.run`."""
        threads = _Threads[ItemT, AnswerT](task, self._window)
        running = 0
        try:
            for item in items:
                threads.waiting.put(item)
                running += 1
                if running == self._window:
                    yield threads.next()
                    running -= 1
            while running:
                yield threads.next()
                running -= 1
        finally:
            threads.end()


class _Threads(Generic[ItemT, AnswerT]):
    def __init__(self, task: Callable[[ItemT], AnswerT], number: int) -> None:
        self._task = task
        self.waiting: queue.SimpleQueue[ItemT | None] = queue.SimpleQueue()
        self._finished: queue.SimpleQueue[Done[ItemT, AnswerT]] = queue.SimpleQueue()
        # Daemons: the process does not wait for them when it ends.
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def next(self) -> Done[ItemT, AnswerT]:
        while True:
            try:
                # A wait without end could not be interrupted by Ctrl-C on Windows.
                return self._finished.get(timeout=0.5)
            except queue.Empty:
                continue

    def end(self) -> None:
        for _thread in self._threads:
            self.waiting.put(None)
        for thread in self._threads:
            thread.join(_GRACE_SECONDS / len(self._threads))

    def _work(self) -> None:
        while (item := self.waiting.get()) is not None:
            try:
                answer = self._task(item)
            except Exception as error:  # noqa: BLE001 (whatever a task raises is the problem of its item)
                self._finished.put(Done(item, None, problem_of(error)))
            else:
                self._finished.put(Done(item, answer, None))
