"""Stacks: folders of pages that were scanned together, with what is known of them in `stack.json`.

A page is acknowledged when it is in `stack.json`; it got there only when its bytes were on the disk. A stack is kept
for `KEPT_DAYS` after its papers were filed, with all that was left out of them.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from digidoc.clock import VIETNAM
from digidoc.files import disk
from digidoc.formats import codec
from digidoc.scan.codes import BadCode, Code, read, written
from digidoc.scan.errors import StackDamaged, UnknownStack
from digidoc.scan.grouping import BACK, FRONT, Decided, Page

FORMAT: Final = "digidoc.stack/1"
KEPT_DAYS: Final = 30
PAPERS: Final = "papers"
SIDES_DIFFER: Final = "sides-differ"  # a problem, and the option that says how many fronts and backs there were
_RECORD: Final = "stack.json"
_SEPARATOR: Final = "\n"  # between the codes of a page that has several


@dataclass(frozen=True, slots=True)
class StackPage:
    """A page.

    Attributes:
        file: its name in the stack's folder.
        sha256: of the file.
        side: front or back of a leaf that was scanned on both sides; empty for one that was not.
        dpi: as the file says, not as it was asked for.
        mm: width and height, likewise.
        sheet: what the codes of sheets on it say, one a line; None for a page that has none.
        blank: no, maybe or yes.

    """

    file: str
    sha256: str
    side: str = ""
    dpi: int = 0
    mm: tuple[int, ...] = ()
    sheet: str | None = None
    blank: str = "no"


@dataclass(frozen=True, slots=True)
class StackGroup:
    """A paper of the stack: its dossier, the number of its sheet or None, and the numbers of its pages, from 1."""

    dossier: str
    sheet: int | None
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StackProblem:
    """Why the stack waits: a code, the page it is about, and what there is to say of it."""

    code: str
    page: int
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stack:
    """What is known of a stack.

    Attributes:
        stack: its name.
        started_at: when its first page was asked for, ISO 8601 in UTC.
        device: the scanner; empty for a file from a watched folder.
        options: how it was scanned: dpi, mode, source, blank and the like.
        pages: in their order.
        groups: its papers, once they are known.
        problems: why it waits; empty when it does not.
        dossier: what a person said that everything belongs to; None for nothing.
        begins: by number of page the dossier that a person said begins there; "" for a sheet that counts for nothing.
        filed_at: when all its papers were filed; None before.

    """

    stack: str
    started_at: str
    device: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    pages: tuple[StackPage, ...] = ()
    groups: tuple[StackGroup, ...] = ()
    problems: tuple[StackProblem, ...] = ()
    dossier: str | None = None
    begins: Mapping[str, str] = field(default_factory=dict)
    filed_at: str | None = None

    @property
    def decided(self) -> Decided:
        """What a person has said."""
        return Decided(self.dossier, {int(page): dossier or None for page, dossier in self.begins.items()})

    @property
    def looked_at(self) -> tuple[Page, ...]:
        """What was seen on its pages."""
        return tuple(Page(codes_of(page.sheet), page.side, page.blank) for page in self.pages)

    @property
    def state(self) -> str:
        """One of filed, waiting (a person has to say something), scanned (nothing stands against filing it)."""
        if self.filed_at is not None:
            return "filed"
        return "waiting" if self.problems else "scanned"


def codes_of(sheet: str | None) -> tuple[Code, ...]:
    """The codes that `sheet` of a page stands for."""
    said = (read(line) for line in (sheet or "").split(_SEPARATOR))
    return tuple(code for code in said if code is not None)


def sheet_of(codes: tuple[Code, ...]) -> str | None:
    """`sheet` of a page with these codes."""
    said = (code.text.replace(_SEPARATOR, " ") if isinstance(code, BadCode) else written(code) for code in codes)
    return _SEPARATOR.join(said) or None


class Stacks:
    """All stacks of an archive.

    Args:
        root: their folder; it need not be there.

    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, name: str) -> Path:
        """Where the files of a stack lie."""
        return self.root / name

    def create(self, now: datetime, device: str, options: Mapping[str, Any]) -> Stack:
        """Begin a stack: a new folder named after the day and the next free number."""
        disk.make_folder(self.root)
        day = f"{now.astimezone(VIETNAM):%Y%m%d}"
        number = 1
        while True:
            name = f"{day}-{number:03d}"
            try:
                self.folder(name).mkdir(mode=disk.FOLDER_MODE)
                break
            except FileExistsError:
                number += 1
        disk.sync_folder(self.root)
        stack = Stack(name, codec.stamp(now), device, dict(options))
        self.save(stack)
        return stack

    def names(self) -> list[str]:
        """Of all stacks, oldest first."""
        if not self.root.is_dir():
            return []
        return sorted(path.parent.name for path in self.root.glob(f"*/{_RECORD}"))

    def load(self, name: str) -> Stack:
        """What is known of a stack.

        Raises:
            UnknownStack: there is none of that name.
            StackDamaged: its record cannot be read.

        """
        path = self.folder(name) / _RECORD
        if name not in self.names():
            raise UnknownStack(stack=name)
        try:
            data = json.loads(path.read_bytes())
            if data.pop("schema", None) != FORMAT:
                raise StackDamaged(file=path)
            return codec.read(Stack, data)
        except ValueError as error:
            raise StackDamaged(file=path) from error

    def save(self, stack: Stack) -> None:
        """Write down what is known of a stack; it is on the disk when this returns."""
        data = {"schema": FORMAT, **codec.plain(stack)}
        content = json.dumps(data, ensure_ascii=False, indent=1).encode()
        disk.write_over(self.folder(stack.stack) / _RECORD, content, mode=disk.WRITABLE_MODE)

    def acknowledge(self, stack: Stack, file: Path, page: StackPage) -> Stack:
        """Take a page in: its bytes first, then its name in the record."""
        disk.sync_file(file)
        disk.sync_folder(file.parent)
        more = replace(stack, pages=(*stack.pages, page), groups=(), problems=(), filed_at=None)
        self.save(more)
        return more

    def unacknowledged(self, stack: Stack) -> Iterator[Path]:
        """Files of pages that were finished when a run was killed before it could take them in, in their order."""
        known = {page.file for page in stack.pages}
        for path in sorted(self.folder(stack.stack).iterdir()):
            if path.suffix == ".tif" and path.name not in known and path.is_file():
                yield path

    def discard(self, stack: Stack) -> None:
        """Remove a stack that has no pages."""
        disk.remove_tree(self.folder(stack.stack))

    def remove_old(self, now: datetime) -> list[str]:
        """Remove the stacks that were filed long enough ago, and give their names."""
        removed = []
        for name in self.names():
            with suppress(StackDamaged):
                filed = self.load(name).filed_at
                if filed is not None and datetime.fromisoformat(filed) + timedelta(days=KEPT_DAYS) < now:
                    disk.remove_tree(self.folder(name))
                    removed.append(name)
        return removed


def two_sided(pages: tuple[StackPage, ...]) -> tuple[StackPage, ...]:
    """Pages of a stack that went through the feeder twice, fronts, then backs from the last to the first, as leaves."""
    fronts = [page for page in pages if page.side == FRONT]
    backs = [page for page in pages if page.side == BACK]
    return tuple(page for pair in zip(fronts, reversed(backs), strict=True) for page in pair)
