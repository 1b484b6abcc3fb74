"""What people settled of papers, carried over to a paper that is made of their pages.

A decision goes along with its page. What was settled of a field is tied to the field that is found there now, by its
place on the page; a value that is found no more is kept, to be looked at, as when a paper is read again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from digidoc.archive.corrections import Conflict, Decision, Entry, FieldPlaced, How, Placed, TextPlaced
from digidoc.model import Box, ExtractedField
from digidoc.pipeline.review.settle import WORD

_PlacedT = TypeVar("_PlacedT", FieldPlaced, TextPlaced, Conflict)
_SAME: Final = 0.5  # so much of the smaller of two boxes lies in the other when they are of one field


@dataclass(frozen=True, slots=True)
class Settled:
    """What people said of one paper.

    Attributes:
        entries: oldest first.
        count: pages of the paper.
        pages: by the number of a page there its number in the paper that is made, both from 1.

    """

    entries: tuple[Entry, ...]
    count: int
    pages: Mapping[int, int]


def carried_over(settled: Iterable[Settled], found: Sequence[ExtractedField]) -> tuple[Entry, ...]:
    """What people said, as it holds of the new paper, oldest first.

    Args:
        settled: of each paper that it has pages of.
        found: its fields, extracted anew.

    """
    numbered = list(_numbered(found))
    taken: set[tuple[str, int]] = set()
    made = [entry for one in settled for entry in _Ties(one, numbered, taken).entries()]
    return tuple(sorted(made, key=lambda entry: entry.applied_at))


def _numbered(fields: Sequence[ExtractedField]) -> Iterator[tuple[int, ExtractedField]]:
    counts: dict[str, int] = {}
    for one in fields:
        counts[one.name] = counts.get(one.name, -1) + 1
        yield counts[one.name], one


@dataclass
class _Ties:
    """The fields of one of the papers, tied to those of the new one; `taken` are those that are tied already."""

    settled: Settled
    found: Sequence[tuple[int, ExtractedField]]
    taken: set[tuple[str, int]]
    known: dict[tuple[str, int], int | None] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        """What goes along; nothing of what speaks of other pages alone."""
        for entry in self.settled.entries:
            placed = self._placed(entry.placed)
            seen = entry.pages or tuple(range(1, self.settled.count + 1))
            pages = tuple(self.settled.pages[page] for page in seen if page in self.settled.pages)
            rescan = entry.correction.decision is Decision.RESCAN  # nobody said of which page
            if pages and (rescan or placed != Placed() or self._of_first(entry)):
                yield replace(entry, placed=placed, pages=pages)

    def _of_first(self, entry: Entry) -> bool:
        """Whether it says nothing of any page, and the paper has the first page: what the paper is stands there."""
        return entry.placed == Placed() and 1 in self.settled.pages

    def _placed(self, placed: Placed) -> Placed:
        return Placed(
            fields=tuple(self._fields(placed.fields)),
            words=tuple(self._moved(placed.words)),
            lines=tuple(self._moved(placed.lines)),
            conflicts=tuple(self._conflicts(placed.conflicts)),
        )

    def _moved(self, entries: Iterable[_PlacedT]) -> Iterator[_PlacedT]:
        for one in entries:
            if one.page in self.settled.pages:
                yield replace(one, page=self.settled.pages[one.page])

    def _fields(self, fields: Iterable[FieldPlaced]) -> Iterator[FieldPlaced]:
        for one in self._moved(fields):
            nth = self._nth(one.name, one.nth, one.page, one.box, keep=bool(one.value) and one.how is not How.REMOVED)
            if nth is not None:
                yield replace(one, nth=nth)

    def _conflicts(self, conflicts: Iterable[Conflict]) -> Iterator[Conflict]:
        for one in self._moved(conflicts):
            nth = 0 if one.what == WORD else self._nth(one.what, one.nth, one.page, one.box, keep=True)
            if nth is not None:
                yield replace(one, nth=nth)

    def _nth(self, name: str, old: int, page: int, box: Box | None, *, keep: bool) -> int | None:
        """The number, among those of its name, of the field in the new paper; None where it has no such field."""
        if self.known.get((name, old)) is None:
            free = [(nth, one) for nth, one in self.found if one.name == name and (name, nth) not in self.taken]
            there = [nth for nth, one in free if one.page == page and _same_place(one.box, box)]
            nth = there[0] if there else self._next(name) if keep else None
            self.known[name, old] = nth
            if nth is not None:
                self.taken.add((name, nth))
        return self.known[name, old]

    def _next(self, name: str) -> int:
        """The number of a field that is not found there."""
        numbers = [nth for nth, one in self.found if one.name == name]
        return max((*numbers, *(nth for known, nth in self.taken if known == name), -1)) + 1


def _same_place(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return True
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    smaller = min(one.width * one.height, other.width * other.height)
    return wide > 0 and high > 0 and wide * high >= _SAME * smaller
