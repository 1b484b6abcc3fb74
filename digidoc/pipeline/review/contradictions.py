"""Where people said different things of one value of a paper."""

from dataclasses import dataclass

from digidoc.archive.archive import Archive
from digidoc.pipeline.review.application import history_of
from digidoc.pipeline.review.settle import open_conflicts
from digidoc.text import plain


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A value on which people said different things.

    Attributes:
        paper: its id.
        name: file name of the paper.
        what: name of the field, or "word".
        was: what the second clerk saw.
        stored: what stands there.
        value: what the second clerk says.
        clerk: the second clerk.

    """

    paper: str
    name: str
    what: str
    was: str
    stored: str
    value: str
    clerk: str


def contradictions_of(archive: Archive, paper: str) -> list[Contradiction]:
    """Those of one paper that nobody has decided yet."""
    record = archive.paper(paper)
    entries = history_of(archive, record)
    said = {id(conflict): entry.correction.clerk for entry in entries for conflict in entry.placed.conflicts}
    return [
        Contradiction(paper, plain(record.name), one.what, one.was, one.stored, one.value, said[id(one)])
        for one in open_conflicts(entry.placed for entry in entries)
    ]
