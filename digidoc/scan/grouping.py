"""Where papers begin in a stack, and to which dossiers they belong: by its sheets, and by what a person has said.

A code holds until the next sheet and never past the end of its stack. A sheet that was not seen would put a dossier's
pages into another one without a word; so whatever does not add up stops the stack, and a person says what is right.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from digidoc.scan.codes import BadCode, Code, EndCode, SheetCode

FRONT: Final = "front"
BACK: Final = "back"
NO: Final = "no"
MAYBE: Final = "maybe"
YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class Page:
    """What was seen on a page.

    Attributes:
        codes: of sheets.
        side: front or back of a leaf that was scanned on both sides; empty for one that was not.
        blank: no, maybe or yes.

    """

    codes: tuple[Code, ...] = ()
    side: str = ""
    blank: str = NO


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a stack stops.

    Attributes:
        code: the table of `digidoc.commands.scan.views` has a sentence for each.
        page: where, from 1.
        params: what there is to say of it.

    """

    code: str
    page: int
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """A paper: the pages from one beginning to the next.

    Attributes:
        dossier: its code.
        sheet: number of the page that is its sheet, from 1; None where a person said that it begins.
        pages: numbers of its pages, from 1.

    """

    dossier: str
    sheet: int | None
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grouped:
    """What a stack consists of.

    Attributes:
        groups: its papers; not to be used while there is trouble.
        troubles: why it stops, in the order of its pages; empty when all is clear.
        sheets: on how many pages sheets were seen.
        left_out: pages that are part of no paper though they are no sheets: blank backs.

    """

    groups: tuple[Group, ...]
    troubles: tuple[Trouble, ...]
    sheets: int
    left_out: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person has said of a stack.

    Attributes:
        dossier: everything is one paper of it, whatever the sheets say; None when nothing was said.
        begins: by the number of a page the dossier whose paper begins there; None for a sheet that counts for nothing.

    """

    dossier: str | None = None
    begins: Mapping[int, str | None] = field(default_factory=dict)


def grouped(
    pages: Sequence[Page],
    decided: Decided,
    unknown: Callable[[Iterable[str]], set[str]],
    *,
    drop_blank_backs: bool = False,
) -> Grouped:
    """Cut a stack into papers.

    Args:
        pages: in their order.
        decided: what a person has said.
        unknown: those of some dossier codes that nobody knows.
        drop_blank_backs: leave out backs that are blank beyond doubt.

    """
    cutter = _Cutter(pages, decided.begins, drop=drop_blank_backs)
    return cutter.cut(unknown) if decided.dossier is None else cutter.as_one(decided.dossier)


@dataclass(slots=True)
class _Paper:
    """A paper in the making; `decided` when a person said that it begins at the page."""

    dossier: str
    page: int
    decided: bool
    pages: list[int]


class _Cutter:
    """Goes through a stack once."""

    def __init__(self, pages: Sequence[Page], begins: Mapping[int, str | None], *, drop: bool) -> None:
        self._pages, self._begins, self._drop = pages, begins, drop
        self._sheets = {number for number, page in enumerate(pages, 1) if page.codes}
        self._troubles: list[Trouble] = []
        self._papers: list[_Paper] = []
        self._left_out: list[int] = []
        self._last: SheetCode | None = None
        self._end: tuple[int, EndCode] | None = None

    def as_one(self, dossier: str) -> Grouped:
        """All pages but the sheets as one paper."""
        pages = [number for number in range(1, len(self._pages) + 1) if self._counts(number)]
        if not pages:
            self._trouble("no-pages", 1)
        return self._made([Group(dossier, None, tuple(pages))])

    def cut(self, unknown: Callable[[Iterable[str]], set[str]]) -> Grouped:
        """The papers, by sheets and by what a person said."""
        for number, page in enumerate(self._pages, 1):
            code = self._code(number, page)
            if number in self._begins:
                self._begin(number, code)
            elif isinstance(code, EndCode):
                self._end = self._end or (number, code)
            elif isinstance(code, SheetCode):
                self._sheet(number, code)
            elif self._counts(number):
                self._page(number)
        self._check_end()
        named = {paper.dossier for paper in self._papers if not paper.decided}
        strange = unknown(named) if named else set()
        for paper in self._papers:
            if not paper.pages:
                self._trouble("sheet-without-pages", paper.page, dossier=paper.dossier)
            if paper.dossier in strange and not paper.decided:
                self._trouble("unknown-dossier", paper.page, dossier=paper.dossier)
        if not self._papers and not self._troubles:
            self._trouble("no-pages", 1)
        return self._made(
            Group(paper.dossier, paper.page if paper.page in self._sheets else None, tuple(paper.pages))
            for paper in self._papers
        )

    def _made(self, groups: Iterable[Group]) -> Grouped:
        troubles = tuple(sorted(self._troubles, key=lambda trouble: trouble.page))
        return Grouped(tuple(groups), troubles, len(self._sheets), tuple(self._left_out))

    def _counts(self, number: int) -> bool:
        """Whether a page is part of a paper: no sheet, no back of a sheet, no blank back that is to be left out."""
        page = self._pages[number - 1]
        if number in self._sheets:
            return False
        if page.side == BACK and page.blank != NO and number - 1 in self._sheets:
            return False
        if self._drop and page.side == BACK and page.blank == YES and number not in self._begins:
            self._left_out.append(number)
            return False
        return True

    def _code(self, number: int, page: Page) -> Code | None:
        """What the sheet says; trouble where it says nothing that can be used, and no person has."""
        code = page.codes[0] if len(page.codes) == 1 else None
        if number not in self._begins:
            if len(page.codes) > 1:
                self._trouble("codes-differ", number)
            elif isinstance(code, BadCode):
                self._trouble("bad-code", number)
        return code

    def _begin(self, number: int, code: Code | None) -> None:
        """A person said what begins here; the order of the sheets is looked at anew from here on."""
        self._last, self._end = (code if isinstance(code, SheetCode) else None), None
        dossier = self._begins[number]
        if dossier is not None:
            self._papers.append(_Paper(dossier, number, decided=True, pages=[]))
        if self._counts(number):
            self._page(number)

    def _sheet(self, number: int, code: SheetCode) -> None:
        before, self._last = self._last, code
        if self._end is not None:
            self._once("after-end", number)
        if before is not None:
            said = {"sheet": _said(code), "before": _said(before)}
            if code == before:
                if not self._papers[-1:] or not self._papers[-1].pages:
                    return  # the other side of the same sheet
                self._trouble("sheet-twice", number, **said)
            elif (code.number, code.count) != (before.number + 1, before.count):
                self._trouble("sheet-missing", number, **said)
        self._papers.append(_Paper(code.dossier, number, decided=False, pages=[]))

    def _page(self, number: int) -> None:
        if self._end is not None:
            self._once("after-end", number)
        elif self._papers:
            self._papers[-1].pages.append(number)
        else:
            self._once("no-sheet-first", number)

    def _check_end(self) -> None:
        """Whether the end sheet counts as many sheets as the last one before it."""
        if self._end is not None and self._last is not None:
            number, code = self._end
            if (self._last.number, self._last.count) != (code.count, code.count):
                self._trouble("end-differs", number, sheet=_said(self._last), count=str(code.count))

    def _once(self, code: str, page: int) -> None:
        """Trouble that many pages have, said of the first."""
        if not any(trouble.code == code for trouble in self._troubles):
            self._trouble(code, page)

    def _trouble(self, code: str, page: int, **params: str) -> None:
        self._troubles.append(Trouble(code, page, params))


def _said(code: SheetCode) -> str:
    return f"{code.number}/{code.count}"
