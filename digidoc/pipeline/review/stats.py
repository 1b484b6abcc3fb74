"""How much people corrected, how long it took, and which fields they changed: counted from the events of an archive.

The events hold no values, only names of fields. One index finds them, so that the papers beside them cost nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean, median
from typing import Any

from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Decision
from digidoc.formats import codec
from digidoc.pipeline.review.application import EVENT


@dataclass(frozen=True, slots=True)
class Spread:
    """Sum, median and mean of a measure, over the corrections that have it: `count` of them."""

    count: int
    total: float
    median: float
    mean: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """The spread of some values."""
        if not values:
            return cls(0, 0.0, 0.0, 0.0)
        return cls(len(values), round(sum(values), 1), round(median(values), 1), round(fmean(values), 1))


@dataclass(frozen=True, slots=True)
class FieldStats:
    """A field: how often it was settled, and how often to another value than was read."""

    name: str
    settled: int
    changed: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What people did.

    Attributes:
        papers: that were corrected, each once.
        corrections: how many there were.
        decisions: corrections by what was decided of the paper: done, later, rescan.
        keys: pressed for a correction; a workbook says nothing of it.
        seconds: that a correction took; likewise.
        how: fields by how they were settled.
        words: that were changed or added, each a place on a page.
        fields: by name, those that were settled most often first.

    """

    papers: int
    corrections: int
    decisions: Mapping[str, int]
    keys: Spread
    seconds: Spread
    how: Mapping[str, int]
    words: int
    fields: tuple[FieldStats, ...]

    def to_json(self) -> dict[str, Any]:
        """The figures for scripts."""
        found: dict[str, Any] = codec.plain(self)
        return found


def stats(archive: Archive, since: datetime | None) -> Stats:
    """What all people did together.

    Args:
        archive: that is asked.
        since: only what was taken in then or later; None for all.

    """
    tally = _Tally()
    for paper, detail in archive.event_details(EVENT, since):
        tally.add(paper, detail)
    return tally.stats()


def by_clerk(archive: Archive, since: datetime | None) -> dict[str, Stats]:
    """The same by the name of each clerk, in the order of the names."""
    found: dict[str, _Tally] = {}
    for paper, detail in archive.event_details(EVENT, since):
        found.setdefault(str(detail["clerk"]), _Tally()).add(paper, detail)
    return {clerk: found[clerk].stats() for clerk in sorted(found)}


@dataclass
class _Tally:
    papers: set[str] = field(default_factory=set)
    decisions: Counter[str] = field(default_factory=Counter)
    keys: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    how: Counter[str] = field(default_factory=Counter)
    words: int = 0
    settled: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    def add(self, paper: str, detail: Mapping[str, Any]) -> None:
        """Count an event in."""
        self.papers.add(paper)
        self.decisions[detail["verdict"]] += 1
        if detail["seconds"] > 0:
            self.seconds.append(detail["seconds"])
        if detail["keys"] > 0:
            self.keys.append(detail["keys"])
        self.how.update(detail["how"])
        self.words += detail["words"]
        self.settled.update(detail["fields"])
        self.changed.update(detail["changed"])

    def stats(self) -> Stats:
        """The figures."""
        return Stats(
            papers=len(self.papers),
            corrections=self.decisions.total(),
            decisions={decision.value: self.decisions[decision.value] for decision in Decision},
            keys=Spread.of(self.keys),
            seconds=Spread.of(self.seconds),
            how=dict(sorted(self.how.items())),
            words=self.words,
            fields=tuple(FieldStats(name, n, self.changed[name]) for name, n in self.settled.most_common()),
        )
