"""The loop of every driver: each result is dealt with as it comes in, until all are there or something stops it."""

from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar

ResultT = TypeVar("ResultT")


def drive(
    results: Generator[ResultT], settle: Callable[[ResultT], None], stopped: Callable[[], bool] = lambda: False
) -> bool:
    """Deal with the results of a batch; whether Ctrl-C ended it. What is under way then is given up.

    Args:
        results: see `Engine.run`; closed at the end.
        settle: deals with one of them.
        stopped: asked after each; true when those that are left could not be dealt with.

    """
    try:
        with closing(results):
            for result in results:
                settle(result)
                if stopped():
                    break
    except KeyboardInterrupt:
        return True
    return False
