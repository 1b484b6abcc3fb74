"""From the feeder into a stack: each page is on the disk and in the stack's record before it is counted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from digidoc.pipeline.scanning.looking import page_of
from digidoc.progress import Progress
from digidoc.scan.grouping import BACK, FRONT
from digidoc.scan.profile import ScanProfile
from digidoc.scan.sane import program
from digidoc.scan.sane.options import Plan
from digidoc.scan.stacks import SIDES_DIFFER, Stack, Stacks, two_sided

_SIDES: Final = (FRONT, BACK)
_MM_OFF: Final = 10  # feeders cut to the leaf: less than that is said by nobody
_DPI_OFF: Final = 2


class Feed:
    """Scans into a stack.

    Args:
        stacks: of the archive.
        stack: that the pages go into; `stack` of this object is what became of it.
        device: name of the scanner.
        bar: counts pages.

    """

    def __init__(self, stacks: Stacks, stack: Stack, device: str, bar: Progress) -> None:
        self.stack = stack
        self._stacks, self._device, self._bar = stacks, device, bar
        self._folder = stacks.folder(stack.stack)

    def adopt(self) -> None:
        """Take in the pages that were whole when an earlier run was killed, and remove what was not."""
        program.clear_parts(self._folder)
        for file in self._stacks.unacknowledged(self.stack):
            self._take(file, "")

    def run(self, plan: Plan) -> None:
        """Scan until there is no more paper.

        Raises:
            ScannerError: how it ended when it did not end well; what was whole is in the stack.

        """
        self._scan(plan, lambda number: _SIDES[number % 2] if plan.duplex else "")

    def run_by_hand(self, plan: Plan, turn: Callable[[], None]) -> None:
        """Scan the fronts, have a person turn the stack over, scan the backs, and put the pages in order.

        Args:
            plan: how the scanner is asked.
            turn: comes back when the stack lies in the feeder again.

        Raises:
            ScannerError: see `run`.

        """
        before = len(self.stack.pages)
        self._scan(plan, lambda _number: FRONT)
        fronts = len(self.stack.pages) - before
        turn()
        self._scan(plan, lambda _number: BACK)
        backs = len(self.stack.pages) - before - fronts
        old, new = self.stack.pages[:before], self.stack.pages[before:]
        if fronts == backs:
            self.stack = replace(self.stack, pages=(*old, *two_sided(new)))
        else:
            differ = {SIDES_DIFFER: f"{fronts}/{backs}"}
            self.stack = replace(self.stack, options={**self.stack.options, **differ})
        self._stacks.save(self.stack)

    def _scan(self, plan: Plan, side: Callable[[int], str]) -> None:
        pages = program.pages(self._device, plan, self._folder, self._next())
        for number, file in enumerate(pages):
            self._take(file, side(number))

    def _take(self, file: Path, side: str) -> None:
        self.stack = self._stacks.acknowledge(self.stack, file, page_of(file, side))
        self._bar.advance(file.name)

    def _next(self) -> int:
        """The number of the next page's file."""
        numbers = (path.name.split(".")[0] for path in self._folder.iterdir())
        return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1


def other_than_asked(stack: Stack, wanted: ScanProfile) -> tuple[str, ...]:
    """What of the pages is not as it was asked for, for scanners take other values without a word: "dpi", "size"."""
    width, height = wanted.size_mm
    found = []
    if any(abs(page.dpi - wanted.dpi) > _DPI_OFF for page in stack.pages):
        found.append("dpi")
    if any(abs(page.mm[0] - width) > _MM_OFF or abs(page.mm[1] - height) > _MM_OFF for page in stack.pages):
        found.append("size")
    return tuple(found)
