"""The report as PDF/A-2u, with what the page has: the same tables, the same charts."""

from collections.abc import Iterator
from typing import Final

from digidoc.i18n import tr as _
from digidoc.pdf.typeset.blocks import Block, Cell, Drawing, Gauge, Grid, Head, Line, Mark, Pair
from digidoc.pdf.typeset.document import document
from digidoc.pdf.typeset.sheet import ACROSS
from digidoc.report import words
from digidoc.report.document import HeatCell, ReportDocument, Status
from digidoc.report.render import charts, sentences, tables
from digidoc.report.render.cells import Cell as Value
from digidoc.report.render.cells import Column, Kind, Table, bands, shown
from digidoc.text import nfc, plain

_COLOURS: Final = {Status.MET: "#1b6b2e", Status.MISSED: "#b00020"}
_SPELT: Final = str.maketrans({"≥": ">=", "≤": "<=", "−": "–", "\ufffd": "?"})
_ROW: Final = 12.5  # points of a row of a table, as a rule
_NAME: Final = 150.0  # points of the names in a map of units and months; the months share the rest
_MONTH: Final = 17.2


def write(report: ReportDocument) -> bytes:
    """The report as a file."""
    title = _plain(f"{sentences.title()}: {sentences.office(report)}")
    said = _("as of {day}").format(day=words.day(report.as_of))
    return document(list(_blocks(report)), ACROSS, title, f"{title}, {said}", report.made_at)


def _plain(text: str) -> str:
    """A text from outside, with signs that the typeface has not spelt out."""
    return nfc(plain(text)).translate(_SPELT)


def _blocks(report: ReportDocument) -> Iterator[Block]:
    yield Line(sentences.title(), 9.5, colour=charts.PALE)
    yield Line(_plain(sentences.office(report)), 17, bold=True)
    yield Line("", 3)
    yield from (Pair(name, _plain(value)) for name, value in sentences.facts(report))
    missed = any(f.goal is not None and f.goal.status is Status.MISSED for f in report.figures)
    for place, line in enumerate(sentences.target(report)):
        colour = _COLOURS[Status.MISSED if missed else Status.MET] if place == 0 else charts.INK
        yield Line(_plain(line), 10, bold=place == 0, colour=colour, above=6 if place == 0 else 0)
    first, *others = tables.everything(report, full=False)
    yield from _table(first)
    yield from _trend(report)
    yield from _ranking(charts.ranking(report))
    yield from _heat(report)
    for table in others:
        yield from _table(table)
    yield from _list(_("What has to be known"), list(sentences.notes(report)))
    yield from _list(_("Reports that this one is made from"), list(sentences.sources(report)))
    for place, line in enumerate(sentences.foot(report)):
        yield Line(_plain(line), 7.5, colour=charts.PALE, above=10 if place == 0 else 0)


def _title(text: str, together: float = 60, rows: int = charts.SHORT + 1) -> Line:
    """A title, kept together with what follows: some points, or all rows of a short table."""
    if rows <= charts.SHORT:
        together += _ROW * rows
    return Line(_plain(text), 12, bold=True, above=14, together=together)


def _list(title: str, lines: list[str]) -> Iterator[Block]:
    if lines:
        yield _title(title, 30)
        yield from (Line(f"• {_plain(line)}", 9) for line in lines)


def _table(table: Table) -> Iterator[Block]:
    yield _title(table.title, rows=len(table.rows))
    yield Line("", 2)
    last = len(table.rows) - 1
    rows = tuple(
        tuple(
            _cell(cell, column, bold=table.sums and place == last)
            for cell, column in zip(row, table.columns, strict=True)
        )
        for place, row in enumerate(table.rows)
    )
    yield Grid(tuple(_heads(table)), rows)


def _cell(cell: Value, column: Column, *, bold: bool) -> Cell:
    text = _plain(shown(cell, column.kind))
    if isinstance(cell, Status):
        return Cell(text, colour=_COLOURS[cell], bold=True)
    return Cell(text, "left" if column.kind in (Kind.TEXT, Kind.STATUS) else "right", bold=bold)


def _heads(table: Table) -> Iterator[Head]:
    banded = any(column.band for column in table.columns)
    for first, last, band in bands(table.columns):
        if band:
            yield Head(band, first, last - first + 1)
        for place in range(first, last + 1):
            title = _plain(table.columns[place].title)
            yield Head(title, place, row=1) if band else Head(title, place, rows=2 if banded else 1)


def _trend(report: ReportDocument) -> Iterator[Block]:
    drawing = charts.trend(report)
    if drawing is not None:
        yield _title(_("Trend"), 240)
        yield Drawing(drawing.width, drawing.height, tuple(map(_mark, drawing.shapes)))


def _mark(shape: charts.Shape) -> Mark:
    if isinstance(shape, charts.Box):
        return Mark(((shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)), shape.colour)
    if isinstance(shape, charts.Stroke):
        return Mark(shape.points, shape.colour, shape.width)
    text = _plain(shape.text)
    return Mark(((shape.x, shape.y),), shape.colour, 0, text, shape.anchor, shape.size, shape.bold)


def _ranking(ranking: charts.Ranking | None) -> Iterator[Block]:
    if ranking is None:
        return
    yield _title(ranking.title, rows=len(ranking.bars))
    yield Line("", 3)
    rows = []
    for place, row in enumerate(ranking.bars):
        if ranking.gap and place == charts.ENDS:
            said = _("{count} more in the table below").format(count=words.number(ranking.gap))
            rows.append((Cell(f"… {said} …"), Cell(), Cell(), Cell()))
        gauge = Gauge(float(row.percent), None if row.asked is None else float(row.asked))
        colour = charts.INK if row.status is None else _COLOURS[row.status]
        counts = "" if row.counts is None else " / ".join(map(words.number, row.counts))
        percent = Cell(f"{words.percent(row.percent)} %", "right", colour, bold=row.status is not None)
        rows.append((Cell(_plain(row.name)), Cell(gauge=gauge), percent, Cell(counts, "right")))
    yield Grid((), tuple(rows), (240.0, 390.0, 55.0, 84.0), 8)
    yield from (Line(line, 8, colour=charts.PALE) for line in charts.ranking_notes(ranking))


def _heat(report: ReportDocument) -> Iterator[Block]:
    heat = charts.heat(report)
    if heat is None:
        return
    yield _title(_("Units by months"), 90, len(heat.rows))
    yield Line(charts.heat_note(report), 8, colour=charts.PALE, above=2)
    yield Line("", 3)
    legend = tuple(
        Cell(said, "middle", charts.STEP_INKS[place], charts.STEPS[place])
        for place, said in enumerate(charts.step_names())
    )
    yield Grid((), (legend,), (46.0,) * len(legend), 7.5, rules=False)
    yield Line("", 3)
    heads = [Head(_("Unit"), 0)]
    heads += [Head(words.month(month).replace("/", " ").replace("-", " "), n) for n, month in enumerate(heat.months, 1)]
    rows = tuple((Cell(_plain(name)), *map(_heat_cell, cells)) for name, cells in heat.rows)
    yield Grid(tuple(heads), rows, (_NAME, *((_MONTH,) * len(heat.months))), 5.8, pad=1.0)


def _heat_cell(cell: HeatCell | None) -> Cell:
    if cell is None or cell.percent is None:
        return Cell()
    step = charts.step(cell.percent)
    return Cell(words.whole(cell.percent), "middle", charts.STEP_INKS[step], charts.STEPS[step])
