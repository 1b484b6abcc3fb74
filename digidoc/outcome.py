"""What a command has to say: an outcome an item, a result a command, one versioned JSON envelope for all of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from digidoc.errors import DiskFull, ExitCode, Problem, ReadOnlyTarget

DetailT_co = TypeVar("DetailT_co", covariant=True)
KeyT = TypeVar("KeyT")
# While one of these lasts, no further item of a batch can be done.
STOPS_ALL: Final = frozenset({DiskFull.code, ReadOnlyTarget.code})


class Status(StrEnum):
    """How it went with one item of a batch."""

    DONE = "done"
    SKIPPED = "skipped"  # nothing to do: it was done before
    REVIEW = "review"  # done, and a person has to look at it
    REFUSED = "refused"  # it cannot be taken, and trying again would not help
    FAILED = "failed"  # it could not be done this time


@dataclass(frozen=True, slots=True)
class Outcome(Generic[DetailT_co]):
    """One item of a batch.

    Attributes:
        item: its name as the user gave it.
        status: how it went.
        problem: why it went wrong; None when it did not.
        detail: what else there is to say of it, a value of the command's own; None when there is nothing.

    """

    item: str
    status: Status
    problem: Problem | None = None
    detail: DetailT_co | None = None


@dataclass(frozen=True, slots=True)
class Batch(Generic[DetailT_co]):
    """The outcomes of a command over many items; none is ever missing.

    Attributes:
        outcomes: of the items.
        interrupted: whether Ctrl-C ended it.
        aside: what went wrong beside the items, as with what waited in the archive's inbox; it is said, and the exit
            code is that of the items.

    """

    outcomes: tuple[Outcome[DetailT_co], ...]
    interrupted: bool = False
    aside: tuple[Problem, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Items per status, every status present."""
        found = Counter(outcome.status for outcome in self.outcomes)
        return {status.value: found.get(status, 0) for status in Status}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong, in the order of the items, and beside them."""
        return (*(o.problem for o in self.outcomes if o.problem is not None), *self.aside)

    @property
    def exit_code(self) -> ExitCode:
        """130 when interrupted; 0 when nothing failed; 3 when some did; that of the failure when all did."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        bad = [o for o in self.outcomes if o.status in (Status.REFUSED, Status.FAILED)]
        if not bad:
            return ExitCode.OK
        if len(bad) < len(self.outcomes):
            return ExitCode.SOME_FAILED
        codes = {o.problem.exit_code for o in bad if o.problem is not None}
        return codes.pop() if len(codes) == 1 else ExitCode.FAILED


def in_order(
    keys: Iterable[KeyT],
    found: Mapping[KeyT, Outcome[DetailT_co]],
    untried: Callable[[KeyT], Outcome[DetailT_co]] | None,
) -> tuple[Outcome[DetailT_co], ...]:
    """The outcomes in the order of the items.

    Args:
        keys: the items.
        found: the outcomes of those that were dealt with.
        untried: makes the outcome of an item that a stopped batch did not come to; None where the batch was not
            stopped: what Ctrl-C left has no outcome, and a rerun does it.

    """
    every = ((key, found.get(key)) for key in keys)
    if untried is None:
        return tuple(outcome for _key, outcome in every if outcome is not None)
    return tuple(untried(key) if outcome is None else outcome for key, outcome in every)


def envelope(schema: str, data: Any, errors: Iterable[Problem]) -> dict[str, Any]:
    """The JSON form of every command: `{"schema": "digidoc.NAME/VERSION", "data": …, "errors": […]}`."""
    return {"schema": schema, "data": data, "errors": [problem.to_json() for problem in errors]}
