"""The report as an Excel workbook: numbers are numbers, texts never formulas, the same figures give the same bytes."""

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, Final

from xlsxwriter import Workbook

from digidoc import AGENT
from digidoc.i18n import tr as _
from digidoc.report import words
from digidoc.report.document import ReportDocument, Status
from digidoc.report.render import sentences, tables
from digidoc.report.render.cells import Cell, Column, Kind, Table, bands
from digidoc.report.render.charts import STEPS
from digidoc.text import plain

_MOST: Final = 32767  # characters of a cell
_A4: Final = 9  # ECMA-376, part 1, 18.3.1.63: paper size 9 is A4
_NUMBERS: Final = {Kind.COUNT: "#,##0", Kind.PERCENT: "0.00", Kind.POINTS: "0.00"}
_WIDEST: Final = 60  # characters of a column of text
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(report: ReportDocument) -> bytes:
    """The report as a file."""
    out = io.BytesIO()
    with Workbook(out, _OPTIONS) as book:
        # The day of the figures, not of the making: the same figures give the same file.
        day = datetime.combine(report.as_of, time())
        properties = {"title": sentences.title(), "created": day, "comments": AGENT}
        book.set_properties(properties)
        formats = _Formats(book)
        names = _names()
        shown = tables.everything(report, full=True)
        if report.heat:
            shown.append(tables.heat(report))
        for table in shown:
            _sheet(book, formats, names[table.code], table)
        _notes(book, formats, report)
    return out.getvalue()


def _names() -> dict[str, str]:
    """Names of the sheets, at most 31 characters each."""
    return {
        "figures": _("Figures"),
        "screen": _("National screen"),
        "form": "II.06a VPCP KSTT",
        "groups": _("Breakdown"),
        "trend": _("Month by month"),
        "scorecard": _("Scorecard"),
        "heat": _("Unit and month"),
    }


class _Formats:
    """How cells look; a workbook keeps each once."""

    def __init__(self, book: Any) -> None:
        border = {"border": 1, "border_color": "#C5CDD5", "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({
            **border, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#E3EBF3",
        })  # fmt: skip
        self.text = book.add_format({**border, "text_wrap": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.key = book.add_format({"bold": True, "valign": "top"})
        self._cells = {
            (kind, bold): book.add_format({
                **border, "bold": bold, "text_wrap": kind is Kind.TEXT, "num_format": _NUMBERS.get(kind, "General"),
            })
            for kind in Kind
            for bold in (False, True)
        }  # fmt: skip
        self._status = {
            Status.MET: book.add_format({**border, "font_color": "#1B6B2E", "bold": True}),
            Status.MISSED: book.add_format({**border, "font_color": "#B00020", "bold": True}),
        }

    def of(self, cell: Cell, kind: Kind, *, bold: bool) -> Any:
        """How a cell looks."""
        return self._status[cell] if isinstance(cell, Status) else self._cells[kind, bold]


def _sheet(book: Any, formats: _Formats, name: str, table: Table) -> None:
    sheet = book.add_worksheet(name)
    _text(sheet, 0, 0, table.title, formats.title)
    top = 2 + _titles(sheet, formats, table.columns, 2)
    last = len(table.rows) - 1
    for row, cells in enumerate(table.rows):
        for column, (cell, shape) in enumerate(zip(cells, table.columns, strict=True)):
            looks = formats.of(cell, shape.kind, bold=table.sums and row == last)
            _cell(sheet, top + row, column, cell, looks)
    for column, shape in enumerate(table.columns):
        sheet.set_column(column, column, _width(shape, [row[column] for row in table.rows]))
    if table.code == "heat":
        _coloured(sheet, top, table)
    frozen = 2 if table.code in ("groups", "heat") else 0
    sheet.freeze_panes(top, frozen)
    _print(sheet, top)


def _coloured(sheet: Any, top: int, table: Table) -> None:
    """Percentages in the colours of the map on the page."""
    scale = {"type": "2_color_scale", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 100}
    scale |= {"min_color": STEPS[0], "max_color": STEPS[3]}
    last = len(table.columns) - 1
    sheet.set_column(2, last, 8)
    sheet.conditional_format(top, 2, top + len(table.rows) - 1, last, scale)


def _titles(sheet: Any, formats: _Formats, columns: Sequence[Column], top: int) -> int:
    """The titles, with those that several columns share above them; how many rows that takes."""
    if not any(column.band for column in columns):
        for place, column in enumerate(columns):
            _text(sheet, top, place, column.title, formats.head)
        return 1
    for first, last, band in bands(columns):
        if not band:
            for place in range(first, last + 1):
                sheet.merge_range(top, place, top + 1, place, "", formats.head)
                _text(sheet, top, place, columns[place].title, formats.head)
            continue
        if first < last:
            sheet.merge_range(top, first, top, last, "", formats.head)
        _text(sheet, top, first, band, formats.head)
        for place in range(first, last + 1):
            _text(sheet, top + 1, place, columns[place].title, formats.head)
    return 2


def _cell(sheet: Any, row: int, column: int, cell: Cell, looks: Any) -> None:
    if cell is None:
        sheet.write_blank(row, column, None, looks)
    elif isinstance(cell, Status):
        _text(sheet, row, column, words.status(cell), looks)
    elif isinstance(cell, str):
        _text(sheet, row, column, cell, looks)
    else:
        sheet.write_number(row, column, float(cell), looks)


def _text(sheet: Any, row: int, column: int, text: str, looks: Any) -> None:
    """A text as a text: what begins with = is no formula, what looks like an address no link."""
    sheet.write_string(row, column, plain(text)[:_MOST] if "\n" not in text else text[:_MOST], looks)


def _width(shape: Column, cells: Sequence[Cell]) -> float:
    if shape.kind is Kind.TEXT:
        longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
        return min(_WIDEST, max(longest + 2, len(shape.title) + 2))
    if shape.kind is Kind.COUNT and shape.title == "TT":
        return 5
    return 13


def _print(sheet: Any, top: int) -> None:
    """A4 across, as wide as the paper, the titles on every page."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, top - 1)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C&P / &N")


def _notes(book: Any, formats: _Formats, report: ReportDocument) -> None:
    sheet = book.add_worksheet(_("Notes"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    _text(sheet, 0, 0, f"{sentences.title()}: {sentences.office(report)}", formats.title)
    row = 2
    for name, value in sentences.facts(report):
        _text(sheet, row, 0, name, formats.key)
        _text(sheet, row, 1, value, formats.wrapped)
        row += 1
    for name, lines in (
        (_("Target"), sentences.target(report)),
        (_("What has to be known"), sentences.notes(report)),
        (_("Reports that this one is made from"), sentences.sources(report)),
        (_("Origin"), sentences.foot(report)),
    ):
        for place, line in enumerate(lines):
            if place == 0:
                _text(sheet, row, 0, name, formats.key)
            _text(sheet, row, 1, line, formats.wrapped)
            row += 1
    _print(sheet, 1)
