"""A page as it was read, and how its picture is shown with marks on it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.model import Box, PageText, PaperRecord
from digidoc.pipeline.review.crops import levelling
from digidoc.pipeline.review.reading import page_from_json
from digidoc.pipeline.stored import file_of

_A4: Final = (1240, 1754)


@dataclass(frozen=True, slots=True)
class Sight:
    """A picture of a page: its size, that of the level frame, how it is laid into it, and the places to be marked."""

    size: tuple[int, int] = _A4
    level: tuple[int, int] = _A4
    levelling: str = ""
    marks: tuple[Box, ...] = ()


def printed(archive: Archive, record: PaperRecord, number: int) -> PageText | None:
    """What was read on a page; None where its text is missing, or of another form.

    Args:
        archive: where the paper lies.
        record: of the paper.
        number: of the page, from 1.

    """
    file = file_of(record, "text")
    if file is not None:
        with suppress(OSError, ValueError):  # the page is shown all the same, and that nothing is marked is said
            return page_from_json(archive.layout.place(file.path).read_bytes(), number)
    return None


def sight_of(page: PageText | None, marks: Sequence[Box]) -> Sight:
    """How a page is shown."""
    if page is None:
        return Sight()
    frame = page.frame
    return Sight((frame.width, frame.height), frame.level_size, levelling(frame), tuple(marks))
