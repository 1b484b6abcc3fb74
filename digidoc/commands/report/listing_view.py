"""The documents behind a figure, for people."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from digidoc.register import ListedItem
from digidoc.report import words
from digidoc.report.render.listing import rows, titles

if TYPE_CHECKING:
    from rich.console import RenderableType


def view(said: str, items: Sequence[ListedItem]) -> "Iterator[RenderableType]":
    """The items for people, below what they are and how many."""
    from rich.table import Table
    from rich.text import Text

    yield Text(f"{said}: {words.number(len(items))}", style="bold")
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in titles():
        table.add_column(column, overflow="fold")
    for row in rows(items):
        table.add_row(*map(Text, row))
    if items:
        yield table
