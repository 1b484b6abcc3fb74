"""The report in Markdown: headings, sentences and tables, for a mail or a wiki."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from digidoc.i18n import tr as _
from digidoc.report.document import ReportDocument
from digidoc.report.render import sentences, tables
from digidoc.report.render.cells import Kind, Table, shown
from digidoc.text import plain

# What Markdown or the HTML within it would take for a mark.
_MARKS: Final = re.compile(r"([\\`*_\[\]|~])")


def write(report: ReportDocument) -> str:
    """The report as one text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: ReportDocument) -> Iterator[str]:
    yield f"# {_text(sentences.title())}: {_text(sentences.office(report))}"
    yield ""
    yield from (f"- **{_text(name)}**: {_text(value)}" for name, value in sentences.facts(report))
    asked = list(sentences.target(report))
    if asked:
        yield ""
        yield from (f"- {_text(line)}" for line in asked)
    for table in tables.everything(report, full=False):
        yield ""
        yield f"## {_text(table.title)}"
        yield ""
        yield from _table(table)
    yield from _list(_("What has to be known"), list(sentences.notes(report)))
    yield from _list(_("Reports that this one is made from"), list(sentences.sources(report)))
    yield ""
    yield "---"
    yield ""
    yield "  \n".join(_text(line) for line in sentences.foot(report))


def _list(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"## {_text(title)}"
        yield ""
        yield from (f"- {_text(line)}" for line in lines)


def _table(table: Table) -> Iterator[str]:
    """A table has one row of titles here: the shared one stands before each title."""
    titles = (f"{column.band}: {column.title}" if column.band else column.title for column in table.columns)
    yield _row([_text(title.replace("\n", " ")) for title in titles])
    yield _row(["---" if column.kind in (Kind.TEXT, Kind.STATUS) else "---:" for column in table.columns])
    for row in table.rows:
        yield _row([_text(shown(cell, c.kind)) for cell, c in zip(row, table.columns, strict=True)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _text(value: str) -> str:
    """A text as Markdown shows it: no mark of Markdown or HTML in it has an effect, and it stays one line."""
    safe = plain(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKS.sub(r"\\\1", safe)
