"""Bookmarks: read with care (they may lead in circles or nowhere), written as page destinations."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, String

MAX_ENTRIES = 5000
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: its title, the page it leads to (from 0), and those below it."""

    title: str
    page: int
    below: "tuple[OutlineEntry, ...]" = ()


def read_outline(pdf: pikepdf.Pdf) -> tuple[OutlineEntry, ...]:
    """The bookmarks that lead to a page of the document; those that come back to themselves end there."""
    root = pdf.Root.get("/Outlines")
    if not isinstance(root, Dictionary):
        return ()
    numbers: dict[tuple[int, int], int] = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    named = _named_destinations(pdf)
    seen: set[tuple[int, int]] = set()

    def page_of(item: pikepdf.Object) -> int | None:
        target = item.get("/Dest")
        action = item.get("/A")
        if target is None and isinstance(action, Dictionary) and action.get("/S") == Name.GoTo:
            target = action.get("/D")
        if isinstance(target, String | Name):
            target = named(str(target))
        if isinstance(target, Dictionary):
            target = target.get("/D")
        if not isinstance(target, Array) or not len(target) or not isinstance(target[0], Dictionary):
            return None
        objgen: tuple[int, int] = target[0].objgen
        return numbers.get(objgen)

    def level(item: pikepdf.Object | None, depth: int) -> tuple[OutlineEntry, ...]:
        found: list[OutlineEntry] = []
        while isinstance(item, Dictionary) and item.objgen not in seen and len(seen) < MAX_ENTRIES:
            seen.add(item.objgen)
            page = page_of(item)
            below = level(item.get("/First"), depth + 1) if depth < _MAX_DEPTH else ()
            title = str(item.get("/Title", "")).strip()
            if page is not None and title:
                found.append(OutlineEntry(title, page, below))
            else:
                found.extend(below)
            item = item.get("/Next")
        return tuple(found)

    return level(root.get("/First"), 0)


def _named_destinations(pdf: pikepdf.Pdf) -> Callable[[str], pikepdf.Object | None]:
    old = pdf.Root.get("/Dests")
    names = pdf.Root.get("/Names")
    tree = names.get("/Dests") if isinstance(names, Dictionary) else None

    def find(name: str) -> pikepdf.Object | None:
        if isinstance(old, Dictionary) and name.startswith("/") and name in old:
            return old[name]
        if not isinstance(tree, Dictionary):
            return None
        return pikepdf.NameTree(tree).get(name)

    return find


def write_outline(pdf: pikepdf.Pdf, entries: tuple[OutlineEntry, ...]) -> None:
    """Put the bookmarks into `pdf`, whose pages exist already."""
    if not entries:
        return
    root = pdf.make_indirect(Dictionary(Type=Name.Outlines))

    def add(parent: pikepdf.Object, children: tuple[OutlineEntry, ...]) -> None:
        items = [
            pdf.make_indirect(
                Dictionary(Title=String(entry.title), Parent=parent, Dest=Array([pdf.pages[entry.page].obj, Name.Fit]))
            )
            for entry in children
        ]
        for before, after in pairwise(items):
            before.Next, after.Prev = after, before
        parent.First, parent.Last, parent.Count = items[0], items[-1], len(items)
        for item, entry in zip(items, children, strict=True):
            if entry.below:
                add(item, entry.below)
                item.Count = -len(entry.below)  # closed

    add(root, entries)
    pdf.Root.Outlines = root
