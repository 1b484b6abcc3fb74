"""Tables for spreadsheets: CSV as Excel reads it."""

import csv
import io
from collections.abc import Iterable, Sequence


def csv_bytes(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table for spreadsheets: UTF-8 with a byte order mark and CRLF, as Excel reads it.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front: texts of papers come from outside.
    """
    text = io.StringIO()
    csv.writer(text).writerows([inert(cell) for cell in row] for row in (titles, *rows))
    return text.getvalue().encode("utf-8-sig")


def inert(cell: str) -> str:
    """The text of a cell, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) else cell
