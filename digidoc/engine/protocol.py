"""Where tasks run: one protocol; in this process, in threads of it, or in worker processes.

A task is a pure module-level function of one picklable item. The engine keeps nothing: to resume is the catalogue's and
the store's business. What a task raises comes back as a `Problem` of its item; it never stops the others.
"""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from digidoc.errors import DigidocError, InternalError, Problem, from_os, kinds

ItemT = TypeVar("ItemT")
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class Done(Generic[ItemT, AnswerT]):
    """One finished item: its answer, or the problem that stopped it; exactly one of the two is None."""

    item: ItemT
    answer: AnswerT | None
    problem: Problem | None


class Engine(Protocol):
    """Runs a task over items and yields each as it finishes, in any order."""

    def run(
        self,
        task: Callable[[ItemT], AnswerT],
        items: Iterable[ItemT],
        *,
        seconds: Callable[[ItemT], float],
    ) -> Generator[Done[ItemT, AnswerT]]:
        """Yield every item of `items` exactly once; closing the generator early ends what is under way.

        Args:
            task: module-level function (it must be picklable).
            items: read lazily, only a window ahead of what is finished.
            seconds: how long the item may take before it is given up (`TimeLimit`).

        """


def problem_of(error: BaseException, file: str | None = None) -> Problem:
    """The value form of whatever a task raised; what is no `DigidocError` or `OSError` is a mistake of ours."""
    if isinstance(error, OSError):
        error = from_os(error, file)
    if not isinstance(error, DigidocError):
        error = InternalError(file=file, reason=f"{type(error).__name__}: {error}")
    return error.problem


def error_of(problem: Problem, file: str | None) -> DigidocError:
    """The error that a problem was, to be raised here: about a file as the user knows it."""
    return kinds().get(problem.code, DigidocError)(file=file, **problem.params)
