"""What a command has to say: an outcome an item, a result a command, one versioned JSON envelope for all of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from digidoc.errors import ExitCode, Problem


class Status(StrEnum):
    """How it went with one item of a batch."""

    DONE = "done"
    SKIPPED = "skipped"  # nothing to do: it was done before
    REVIEW = "review"  # done, and a person has to look at it
    REFUSED = "refused"  # it cannot be taken, and trying again would not help
    FAILED = "failed"  # it could not be done this time


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item of a batch: its name as the user gave it, how it went, why, and what there is to say in JSON."""

    item: str
    status: Status
    problem: Problem | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """The outcomes of a command over many items; none is ever missing."""

    outcomes: tuple[Outcome, ...]
    interrupted: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Items per status, every status present."""
        found = Counter(outcome.status for outcome in self.outcomes)
        return {status.value: found.get(status, 0) for status in Status}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong, in the order of the items."""
        return tuple(o.problem for o in self.outcomes if o.problem is not None)

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


def envelope(schema: str, data: Any, errors: Iterable[Problem]) -> dict[str, Any]:
    """The JSON form of every command: `{"schema": "digidoc.NAME/VERSION", "data": …, "errors": […]}`."""
    return {"schema": schema, "data": data, "errors": [problem.to_json() for problem in errors]}
