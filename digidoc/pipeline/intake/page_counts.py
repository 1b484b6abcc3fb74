"""How many pages a run will read: counted before it begins, so that the total that is shown does not jump."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from digidoc.engine.driving import drive
from digidoc.engine.protocol import Done, Engine
from digidoc.errors import InputError
from digidoc.ocr.source.counting import count_pages, may_have_several
from digidoc.pipeline.collect import Item
from digidoc.progress import Progress

_MOST_SECONDS: Final = 10.0  # a file that takes longer does not say how many pages it has


class PageCounts:
    """The pages of the papers that are not dealt with yet.

    Args:
        items: the papers.
        bar: is told how many pages there are, and how many are dealt with.

    """

    def __init__(self, items: Sequence[Item], bar: Progress) -> None:
        self._items, self._bar = items, bar
        self._pages: dict[Path, int] = {}
        self._total = 0

    def count(self, engine: Engine) -> bool:
        """Count the pages that the files say they have, 0 where they do not; whether Ctrl-C ended it."""
        several = []
        for item in self._items:
            try:
                if may_have_several(item.path):
                    several.append(item.path)
                else:
                    self._pages[item.path] = 1
            except InputError:
                self._pages[item.path] = 0
        interrupted = drive(engine.run(count_pages, several, seconds=lambda _path: _MOST_SECONDS), self._counted)
        self._total = sum(self._pages.values())
        self._bar.expect(self._total)
        return interrupted

    def _counted(self, done: Done[Path, int]) -> None:
        self._pages[done.item] = done.answer or 0

    def settle(self, item: Item, pages: int | None) -> None:
        """A paper is dealt with, for the first time or again.

        Args:
            item: the paper.
            pages: that were read; None where it was not read, and those that it has count.

        """
        counted = self._pages.pop(item.path, 0)
        if pages is not None and pages != counted:
            self._total += pages - counted
            self._bar.expect(self._total)
        self._bar.advance(item.name, counted if pages is None else pages)
