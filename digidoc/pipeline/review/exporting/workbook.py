"""Papers to be reviewed as an Excel workbook: a row a value, with its picture, and cells to be filled in.

All but the cells to be filled in is locked, without a password: against slips, not against people.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from xlsxwriter import Workbook

from digidoc import AGENT
from digidoc.i18n import tr as _
from digidoc.pipeline.review.exporting import columns
from digidoc.pipeline.review.exporting.papers import ExportedPaper
from digidoc.pipeline.review.sheet import Item
from digidoc.text import plain
from digidoc.words import doubt

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_TO_FILL_IN: Final = ("value", "right", "how")
_WIDTHS: Final = {
    "dossier": 22,
    "file": 24,
    "label": 18,
    "picture": 70,
    "shown": 34,
    "value": 34,
    "right": 11,
    "how": 24,
}
# Points of a pixel; a picture is shown at so much of its size, and a row is at most 409 points high.
_POINT: Final = 0.75
_SCALE: Final = 0.7
_HIGHEST: Final = 400.0
_LEAST: Final = 20.0
_MARGIN: Final = 4  # pixels around a picture
_ALLOWED: Final = {
    "format_columns": True, "format_rows": True, "autofilter": True, "sort": False, "select_locked_cells": True,
}  # fmt: skip


def write(papers: Sequence[ExportedPaper]) -> bytes:
    """The workbook as a file."""
    out = io.BytesIO()
    with Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": _("Papers to be reviewed"), "comments": AGENT})
        _Values(book, papers).write()
        _explanation(book)
        _meaning(book)
    return out.getvalue()


class _Values:
    """The sheet with the values."""

    def __init__(self, book: Any, papers: Sequence[ExportedPaper]) -> None:
        self._papers = papers
        self._sheet = book.add_worksheet(_("Papers to be reviewed")[:31])
        border = {"border": 1, "border_color": "#C5CDD5", "valign": "top", "text_wrap": True}
        self._head = book.add_format({**border, "bold": True, "bg_color": "#E3EBF3"})
        self._text = book.add_format(border)
        # Text, whatever is keyed: a spreadsheet would make a number of 007 and a day of 1-2.
        self._open = book.add_format({**border, "locked": False, "num_format": "@", "bg_color": "#FFF9E3"})
        self._titles = columns.titles()

    def write(self) -> None:
        """All of it."""
        sheet, names = self._sheet, (*self._titles, *columns.IDS, columns.CHECK)
        for place, name in enumerate(names):
            sheet.write_string(0, place, self._titles.get(name, name), self._head)
            if name in self._titles:
                sheet.set_column(place, place, _WIDTHS[name])
        last = len(self._titles)
        sheet.set_column(last, len(names) - 1, 4, None, {"hidden": True})
        row = 0
        for paper in self._papers:
            for item in (*_of_paper(paper), *paper.sheet.items):
                # A word or a place of the page has no cell of its own here: the page and the clerk's bench have them.
                if item.kind == "field":
                    row += 1
                    self._row(row, paper, item)
        if row:
            choices = {"validate": "list", "source": list(columns.choices().values())}
            sheet.data_validation(1, self._place("how"), row, self._place("how"), choices)
            marks = {"validate": "list", "source": ["x"]}
            sheet.data_validation(1, self._place("right"), row, self._place("right"), marks)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, max(1, row), last - 1)
        sheet.protect("", _ALLOWED)

    def _place(self, name: str) -> int:
        return list(self._titles).index(name)

    def _row(self, row: int, paper: ExportedPaper, item: Item) -> None:
        record, sheet = paper.sheet.record, self._sheet
        shown = _("(key it from the paper)") if item.blind else item.shown
        texts = {
            "dossier": record.dossier or "",
            "file": record.name,
            "label": item.label,
            "picture": "",
            "shown": shown,
        }
        for name, text in texts.items():
            sheet.write_string(row, self._place(name), plain(text), self._text)
        for name in _TO_FILL_IN:
            sheet.write_blank(row, self._place(name), None, self._open)
        ids = _ids(paper, item)
        for place, text in enumerate((*ids, columns.check(ids)), len(self._titles)):
            sheet.write_string(row, place, text)
        picture = paper.picture(item)
        if picture is None or item.crop is None:
            sheet.set_row(row, _LEAST * 2)
            return
        high = (item.crop.height * _SCALE + 2 * _MARGIN) * _POINT
        sheet.set_row(row, min(_HIGHEST, max(_LEAST, high)))
        options = {
            "image_data": io.BytesIO(picture), "x_scale": _SCALE, "y_scale": _SCALE, "x_offset": _MARGIN,
            "y_offset": _MARGIN, "object_position": 1, "description": item.label,
        }  # fmt: skip
        sheet.insert_image(row, self._place("picture"), "crop.jpg", options)


def _of_paper(paper: ExportedPaper) -> Iterator[Item]:
    """The row for the paper as a whole, where its reading as a whole is in doubt."""
    if paper.reasons:
        label = _("the whole paper")
        why = "; ".join(map(doubt, paper.reasons))
        yield Item("field", columns.PAPER, label, "", why, 1, None)


def _ids(paper: ExportedPaper, item: Item) -> tuple[str, ...]:
    """What `columns.IDS` names."""
    sheet = paper.sheet
    return (
        sheet.record.paper_id,
        "" if item.place is None else str(item.place),
        item.name,
        str(item.page),
        "" if item.box is None else " ".join(f"{side:g}" for side in item.box),
        sheet.record.object_version,
        sheet.text_sha256,
        item.was,
        "x" if item.blind else "",
        item.register,
        item.months,
        "x" if paper.whole else "",
    )


def _explanation(book: Any) -> None:
    """The sheet that says how it is filled in."""
    sheet = book.add_worksheet(_("How to fill this in")[:31])
    sheet.set_column(0, 0, 110)
    looks = book.add_format({"text_wrap": True, "valign": "top"})
    titles = columns.titles()
    lines = (
        _("Each row is a value that was read with doubt. Compare it with the paper, and fill in one yellow cell:"),
        _("· {column}: what stands on the paper, where it was read wrongly or is to be keyed.").format(
            column=titles["value"]
        ),
        _("· {column}: x, where it was read right.").format(column=titles["right"]),
        _("· {column}: choose from the list, where neither fits.").format(column=titles["how"]),
        _("A row that is left empty says nothing, and stays to be reviewed."),
        _("Days are written 22/11/2024, or 22/11 when the year was read."),
        _("A row for the whole paper: put x there when you have seen the paper and nothing else is wrong with it."),
        _("Do not merge cells, write no formulas, and leave the hidden columns: they say what a row is about."),
        _("Give the file back. It is taken in with: digidoc review --apply FILE --clerk NAME"),
    )
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, looks)


def _meaning(book: Any) -> None:
    """The hidden sheet that says which column is which, and what the words of the list mean."""
    sheet = book.add_worksheet(columns.HIDDEN)
    rows = [("format", columns.FORMAT)]
    rows += [(f"column:{name}", title) for name, title in columns.titles().items()]
    rows += [(f"how:{code}", word) for code, word in columns.choices().items()]
    for row, (key, value) in enumerate(rows):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    sheet.hide()
