"""The report as one page that needs nothing else: no network, no script, no file beside it.

Every text passes `_text`: names of offices and procedures come from registers that other systems wrote.
"""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.report import words
from digidoc.report.document import Figure, HeatCell, ReportDocument, Status
from digidoc.report.render import charts, sentences, tables
from digidoc.report.render.cells import Cell, Column, Kind, Table, bands, shown
from digidoc.report.render.charts import HeatMap, Ranking
from digidoc.report.render.style import STYLE
from digidoc.report.render.svg import bar, svg
from digidoc.text import plain

_NAME, _MONTH = 190, 27  # pixels of the map of units and months
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def write(report: ReportDocument) -> str:
    """The report as a page."""
    title = _text(f"{sentences.title()}: {sentences.office(report)}")
    first, *others = tables.everything(report, full=False)
    return "".join((
        f'<!DOCTYPE html>\n<html lang="{current()}">\n<head>\n<meta charset="utf-8">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        *_head(report),
        "<main>\n",
        *_cards(report),
        *_trend(report),
        *_ranking(charts.ranking(report)),
        *_table(first),
        *_heat(report),
        *(part for table in others for part in _table(table)),
        *_list(_("What has to be known"), list(sentences.notes(report))),
        *_list(_("Reports that this one is made from"), list(sentences.sources(report))),
        "</main>\n",
        *_foot(report),
        "</body>\n</html>\n",
    ))  # fmt: skip


def _text(value: str) -> str:
    """A text from outside, without any mark that means something to a browser."""
    return html.escape(plain(value))


def _section(rows: int) -> str:
    """The start of a section with a table; a short one is not torn apart in print."""
    return '<section class="whole">' if rows <= charts.SHORT else "<section>"


def _head(report: ReportDocument) -> Iterator[str]:
    yield f"<header>\n<h1><small>{_text(sentences.title())}</small>{_text(sentences.office(report))}</h1>\n<dl>"
    for name, value in sentences.facts(report):
        yield f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>"
    yield "</dl>\n"
    asked = list(sentences.target(report))
    if asked:
        missed = any(f.goal is not None and f.goal.status is Status.MISSED for f in report.figures)
        first = "missed" if missed else "met"
        lines = (f'<li class="{first if place == 0 else ""}">{_text(line)}</li>' for place, line in enumerate(asked))
        yield f'<ul class="asked">{"".join(lines)}</ul>\n'
    yield "</header>\n"


def _cards(report: ReportDocument) -> Iterator[str]:
    """The headline in its qualities, then what is counted of dossiers; what has no percentage has no card."""
    shown = [figure for figure in report.figures if figure.percent is not None]
    first = [figure for figure in shown if figure.metric is report.headline]
    rest = [figure for figure in shown if figure.quality is None and figure.metric is not report.headline]
    yield '<div class="cards">\n'
    yield from (_card(figure, first=figure.quality in (report.quality, None)) for figure in first)
    yield from (_card(figure, first=False) for figure in rest)
    yield "</div>\n"


def _card(figure: Figure, *, first: bool) -> str:
    asked = None if figure.goal is None else figure.goal.percent
    shares = _("{count} of {whole}").format(
        count=words.number(figure.numerator), whole=words.number(figure.denominator)
    )
    assert figure.percent is not None  # noqa: S101 (only those have a card)
    return (
        f'<div class="card{" first" if first else ""}"><span>{_text(words.figure(figure))}</span>'
        f"<b>{words.percent(figure.percent)} %</b><span>{_text(shares)}</span>{bar(figure.percent, asked)}</div>\n"
    )


def _trend(report: ReportDocument) -> Iterator[str]:
    drawing = charts.trend(report)
    if drawing is not None:
        yield f"<section><h2>{_text(_('Trend'))}</h2>\n{svg(drawing, _text)}</section>\n"


def _ranking(ranking: Ranking | None) -> Iterator[str]:
    if ranking is None:
        return
    yield f'{_section(len(ranking.bars))}<h2>{_text(ranking.title)}</h2>\n<table class="rank"><tbody>\n'
    for place, row in enumerate(ranking.bars):
        if ranking.gap and place == charts.ENDS:
            said = _("{count} more in the table below").format(count=words.number(ranking.gap))
            yield f'<tr><td colspan="4">… {_text(said)} …</td></tr>\n'
        counts = "" if row.counts is None else " / ".join(map(words.number, row.counts))
        status = "" if row.status is None else f" {row.status.value}"
        yield (
            f"<tr><td>{_text(row.name)}</td><td>{bar(row.percent, row.asked)}</td>"
            f'<td class="n{status}">{words.percent(row.percent)} %</td><td class="n">{counts}</td></tr>\n'
        )
    yield "</tbody></table>\n"
    yield from _paragraphs(charts.ranking_notes(ranking))
    yield "</section>\n"


def _heat(report: ReportDocument) -> Iterator[str]:
    heat = charts.heat(report)
    if heat is None:
        return
    yield f"{_section(len(heat.rows))}<h2>{_text(_('Units by months'))}</h2>\n"
    yield f'<p class="small">{_text(charts.heat_note(report))} '
    for place, said in enumerate(charts.step_names()):
        yield f'<span class="key h{place}">{_text(said)}</span>'
    yield "</p>\n"
    yield f'<div class="wide" tabindex="0" role="region" aria-label="{_text(_("Units by months"))}">'
    yield from _heat_table(heat)
    yield "</div></section>\n"


def _heat_table(heat: HeatMap) -> Iterator[str]:
    # Narrow columns: year and month stand one above the other.
    titles = (re.split("[/-]", words.month(month)) for month in heat.months)
    head = "".join(f'<th scope="col">{"<br>".join(map(_text, parts))}</th>' for parts in titles)
    # On a narrow screen the map is moved sideways rather than squeezed.
    width = _NAME + _MONTH * len(heat.months)
    yield f'<table class="heat" style="min-width:{width}px">'
    yield f"<thead><tr><th>{_text(_('Unit'))}</th>{head}</tr></thead><tbody>\n"
    for name, cells in heat.rows:
        yield f'<tr><th scope="row">{_text(name)}</th>{"".join(map(_heat_cell, cells))}</tr>\n'
    yield "</tbody></table>"


def _heat_cell(cell: HeatCell | None) -> str:
    if cell is None or cell.percent is None:
        return '<td class="none"></td>'
    said = f"{words.number(cell.numerator)}/{words.number(cell.denominator)} = {words.percent(cell.percent)} %"
    return f'<td class="h{charts.step(cell.percent)}" title="{said}">{words.whole(cell.percent)}</td>'


def _table(table: Table) -> Iterator[str]:
    language = ' lang="vi"' if table.official else ""
    yield f"{_section(len(table.rows))}<h2>{_text(table.title)}</h2>\n"
    yield f'<div class="wide" tabindex="0" role="region" aria-label="{_text(table.title)}">'
    yield f'<table class="{table.code}"{language}>'
    yield f"<thead>{''.join(_titles(table.columns))}</thead><tbody>\n"
    last = len(table.rows) - 1
    for place, row in enumerate(table.rows):
        cells = "".join(_cell(cell, column) for cell, column in zip(row, table.columns, strict=True))
        yield f"<tr{' class=sum' if table.sums and place == last else ''}>{cells}</tr>\n"
    yield "</tbody></table></div></section>\n"


def _titles(columns: Sequence[Column]) -> Iterator[str]:
    if not any(column.band for column in columns):
        titles = (f'<th scope="col">{_text(column.title)}</th>' for column in columns)
        yield f"<tr>{''.join(titles)}</tr>"
        return
    yield "<tr>"
    for first, last, band in bands(columns):
        if band:
            yield f'<th scope="colgroup" colspan="{last - first + 1}">{_text(band)}</th>'
        else:
            alone = (columns[place].title for place in range(first, last + 1))
            yield "".join(f'<th scope="col" rowspan="2">{_text(title)}</th>' for title in alone)
    below = (f'<th scope="col">{_text(column.title)}</th>' for column in columns if column.band)
    yield f"</tr><tr>{''.join(below)}</tr>"


def _cell(cell: Cell, column: Column) -> str:
    text = _text(shown(cell, column.kind))
    if isinstance(cell, Status):
        return f'<td class="{cell.value}">{text}</td>'
    return f"<td>{text}</td>" if column.kind in (Kind.TEXT, Kind.STATUS) else f'<td class="n">{text}</td>'


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    yield from (f'<p class="small">{_text(line)}</p>\n' for line in lines)


def _list(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        items = "".join(f"<li>{_text(line)}</li>" for line in lines)
        yield f"<section><h2>{_text(title)}</h2>\n<ul>{items}</ul></section>\n"


def _foot(report: ReportDocument) -> Iterator[str]:
    yield "<footer>"
    yield from (f"<p>{_text(line)}</p>" for line in sentences.foot(report))
    yield "</footer>\n"
