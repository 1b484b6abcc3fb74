"""Where papers begin in a stack, and everything that does not add up."""

from collections.abc import Iterable

import pytest

from digidoc.scan.codes import BadCode, EndCode, SheetCode
from digidoc.scan.grouping import BACK, FRONT, MAYBE, YES, Decided, Group, Grouped, Page, grouped

PAPER = Page()
A, B, C, D = (Page((SheetCode(dossier, number, 4),)) for number, dossier in enumerate("ABCD", 1))
END = Page((EndCode(4),))


def _cut(*pages: Page, drop: bool = False, dossier: str | None = None, **begins: str | None) -> Grouped:
    said = {int(name[1:]): code for name, code in begins.items()}

    def unknown(codes: Iterable[str]) -> set[str]:
        return set(codes) - set("ABCD")

    return grouped(pages, Decided(dossier, said), unknown, drop_blank_backs=drop)


def _papers(found: Grouped) -> list[tuple[str, tuple[int, ...]]]:
    assert found.troubles == ()
    return [(group.dossier, group.pages) for group in found.groups]


def _troubles(found: Grouped) -> list[tuple[str, int]]:
    return [(trouble.code, trouble.page) for trouble in found.troubles]


def test_a_code_holds_until_the_next_sheet() -> None:
    found = _cut(A, PAPER, PAPER, B, PAPER, C, PAPER, D, PAPER, END)
    assert found.groups[0] == Group("A", 1, (2, 3))
    assert _papers(found) == [("A", (2, 3)), ("B", (5,)), ("C", (7,)), ("D", (9,))]
    assert found.sheets == 5


def test_a_run_may_go_through_the_feeder_in_several_stacks() -> None:
    assert _papers(_cut(B, PAPER, C, PAPER)) == [("B", (2,)), ("C", (4,))]
    assert _papers(_cut(D, PAPER, END)) == [("D", (2,))]


def test_two_sheets_of_a_dossier_are_two_papers() -> None:
    pages = [Page((SheetCode("A", number, 2),)) for number in (1, 2)]
    assert _papers(_cut(pages[0], PAPER, pages[1], PAPER)) == [("A", (2,)), ("A", (4,))]


@pytest.mark.parametrize(
    ("pages", "troubles"),
    [
        ((PAPER, A, PAPER), [("no-sheet-first", 1)]),
        ((PAPER, PAPER), [("no-sheet-first", 1)]),
        ((A, PAPER, C, PAPER), [("sheet-missing", 3)]),
        ((B, PAPER, A, PAPER), [("sheet-missing", 3)]),
        ((A, PAPER, A, PAPER), [("sheet-twice", 3)]),
        ((A, PAPER, Page((SheetCode("B", 2, 9),)), PAPER), [("sheet-missing", 3)]),  # of another run
        ((A, B, PAPER), [("sheet-without-pages", 1)]),
        ((A, PAPER, B), [("sheet-without-pages", 3)]),
        ((A, PAPER, Page((BadCode("DIGIDOC1:?"),)), PAPER), [("bad-code", 3)]),
        ((A, PAPER, Page((B.codes[0], C.codes[0])), PAPER), [("codes-differ", 3)]),
        ((Page((SheetCode("X", 1, 1),)), PAPER), [("unknown-dossier", 1)]),
        ((C, PAPER, END), [("end-differs", 3)]),
        ((D, PAPER, END, PAPER, PAPER), [("after-end", 4)]),
        ((END,), [("no-pages", 1)]),
        ((), [("no-pages", 1)]),
        ((PAPER, B, PAPER, D), [("no-sheet-first", 1), ("sheet-missing", 4), ("sheet-without-pages", 4)]),
    ],
)
def test_what_does_not_add_up_stops_the_stack(pages: tuple[Page, ...], troubles: list[tuple[str, int]]) -> None:
    assert _troubles(_cut(*pages)) == troubles


def test_a_person_says_what_is_right() -> None:
    assert _papers(_cut(PAPER, A, PAPER, p1="D")) == [("D", (1,)), ("A", (3,))]
    assert _papers(_cut(A, PAPER, PAPER, C, PAPER, p3="B")) == [("A", (2,)), ("B", (3,)), ("C", (5,))]
    assert _papers(_cut(A, PAPER, C, PAPER, p3="C")) == [("A", (2,)), ("C", (4,))]  # B is not in this stack
    assert _papers(_cut(A, PAPER, B, p3=None)) == [("A", (2,))]
    unknown = Page((SheetCode("X", 1, 1),))
    assert _papers(_cut(unknown, PAPER, p1="new")) == [("new", (2,))]
    assert _papers(_cut(A, PAPER, Page((BadCode("?"),)), PAPER, p3="B")) == [("A", (2,)), ("B", (4,))]


def test_what_a_person_says_of_one_page_settles_nothing_elsewhere() -> None:
    unknown = Page((SheetCode("X", 1, 4),))
    assert _troubles(_cut(unknown, PAPER, C, PAPER, p1="A")) == [("sheet-missing", 3)]


def test_the_whole_stack_can_be_one_paper() -> None:
    found = _cut(PAPER, A, PAPER, C, dossier="new")
    assert _papers(found) == [("new", (1, 3))]
    assert _troubles(_cut(A, B, dossier="new")) == [("no-pages", 1)]


def test_both_sides_of_a_sheet_are_one_sheet_and_its_empty_back_is_no_page() -> None:
    front, back = Page(A.codes, FRONT), Page(A.codes, BACK)
    paper = (Page((), FRONT), Page((), BACK, YES))
    assert _papers(_cut(front, back, *paper)) == [("A", (3, 4))]
    for blank in (YES, MAYBE):  # the code shines through
        assert _papers(_cut(front, Page((), BACK, blank), *paper)) == [("A", (3, 4))]
    assert _papers(_cut(front, Page((), BACK), *paper)) == [("A", (2, 3, 4))]  # print behind a sheet is kept


def test_blank_backs_are_kept_unless_asked_for_and_only_those_without_doubt() -> None:
    pages = (
        A,
        Page(()),
        Page((), FRONT, YES),
        Page((), BACK, MAYBE),
        Page((), FRONT),
        Page((), BACK, YES),
        Page((), "", YES),
    )
    assert _papers(_cut(*pages)) == [("A", (2, 3, 4, 5, 6, 7))]
    found = _cut(*pages, drop=True)
    assert _papers(found) == [("A", (2, 3, 4, 5, 7))]
    assert found.left_out == (6,)
