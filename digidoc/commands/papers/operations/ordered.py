"""One operation of a command line, and what came of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digidoc.errors import Problem

if TYPE_CHECKING:
    from digidoc.archive.operations import Operation
    from digidoc.pipeline.operate.carry import Carried
    from digidoc.pipeline.operate.cautions import Caution


@dataclass(frozen=True, slots=True)
class Ordered:
    """One operation of the command.

    Attributes:
        operation: what was ordered.
        cautions: what there was to know before.
        targets: ids of the papers in use that it comes to.
        carried: what came of it; None when nothing was tried.
        problem: why it cannot be done.

    """

    operation: "Operation"
    cautions: "tuple[Caution, ...]" = ()
    targets: tuple[str, ...] = ()
    carried: "Carried | None" = None
    problem: Problem | None = None

    @property
    def status(self) -> str:
        """done, waiting, failed, or planned for a dry run."""
        if self.problem is not None and (self.carried is None or not self.carried.waiting):
            return "failed"
        if self.carried is None:
            return "planned"
        return "waiting" if self.carried.waiting else "done"


def data_of(one: Ordered) -> dict[str, Any]:
    """An operation for scripts."""
    return {
        "id": one.operation.id,
        "kind": one.operation.kind.value,
        "papers": [named.paper for named in one.operation.papers],
        "status": one.status,
        "to": list(one.targets),
        "cautions": [caution.to_json() for caution in one.cautions],
        "problem": None if one.problem is None else one.problem.code,
    }
