"""Tasks one after the other in this process: for tests, for debugging, and where processes cannot be started."""

from collections.abc import Callable, Generator, Iterable

from digidoc.engine.protocol import AnswerT, Done, ItemT, problem_of


class InlineEngine:
    """Runs each item when it is asked for. A task that hangs hangs the caller: there is nothing to end it from."""

    def run(
        self,
        task: Callable[[ItemT], AnswerT],
        items: Iterable[ItemT],
        *,
        seconds: Callable[[ItemT], float],  # noqa: ARG002 (no second process that could count them)
    ) -> Generator[Done[ItemT, AnswerT]]:
        """See `Engine.run`."""
        for item in items:
            try:
                answer = task(item)
            except Exception as error:  # noqa: BLE001 (whatever a task raises is the problem of its item)
                yield Done(item, None, problem_of(error))
            else:
                yield Done(item, answer, None)
