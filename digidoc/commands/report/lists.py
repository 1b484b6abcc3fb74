"""The lists of `digidoc report`: the documents behind a figure, those that it misses, and orphans."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from digidoc.commands import console
from digidoc.errors import ExitCode
from digidoc.formats.csv_table import csv_bytes
from digidoc.i18n import tr as _
from digidoc.pipeline.review.conformity import reasons, sentence
from digidoc.register import ListedItem

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.report.document import Figure, ReportDocument
    from digidoc.report.question import Question
    from digidoc.report.request import Wanted
    from digidoc.report.source import ReportSource


class Listed(StrEnum):
    """What is listed; the values are the options that ask for it."""

    BEHIND = "explain"  # the documents behind the headline
    MISSING = "missing"  # those that it misses
    ORPHANS = "orphans"  # dossiers that only the archive or only the register knows


def give(listed: Listed, source: "ReportSource", question: "Question", wanted: "Wanted") -> NoReturn:
    """Make a list and end the command."""
    from digidoc.report.assemble import assemble
    from digidoc.report.render import listing

    if listed is Listed.ORPHANS:
        data = {"as_of": question.today.isoformat(), "metric": "orphans", "quality": None}
        title = _("Dossiers that only the archive, or only the register, knows")
        _give(source.orphan_list(), data, wanted, title)
    missing = listed is Listed.MISSING
    made = assemble(source, question)
    figure = next(f for f in made.figures if f.metric is made.headline and f.quality in (made.quality, None))
    items = source.listed(made.headline.value, made.quality, question.scope, missing=missing)
    _give(items, {**_figure_of(made, figure), "missing_only": missing}, wanted, listing.title(made, missing=missing))


def _give(items: Iterable[ListedItem], data: dict[str, Any], wanted: "Wanted", title: str) -> NoReturn:
    from digidoc.report.render import listing

    if wanted.form == "csv":
        if wanted.out is None:
            console.finish_csv(listing.titles(), listing.rows(items, _doubted))
        wanted.write(csv_bytes(listing.titles(), listing.rows(items, _doubted)))
        raise typer.Exit(int(ExitCode.OK))
    found = list(items)
    data = {**data, "items": [_item(item) for item in found]}
    result = console.Result("digidoc.report-list/1", data, lambda: _view(title, found))
    console.finish(console.reporter(as_json=wanted.form == "json"), result)


def _figure_of(made: "ReportDocument", figure: "Figure") -> dict[str, Any]:
    return {
        "as_of": made.as_of.isoformat(),
        "first": None if made.first is None else made.first.isoformat(),
        "last": None if made.last is None else made.last.isoformat(),
        "metric": figure.metric.value,
        "quality": None if figure.quality is None else figure.quality.value,
    }


def _item(item: ListedItem) -> dict[str, Any]:
    return {
        "dossier": item.dossier,
        "unit": item.unit,
        "procedure": item.procedure,
        "kind": None if item.kind is None else item.kind.value,
        "name": item.name,
        "number": item.number,
        "paper_id": item.paper_id,
        "counted": item.counted,
        "why": item.why,
        "reasons": reasons(item.doubts, item.review) if item.why == "not-conformant" and item.paper_id else [],
    }


def _doubted(item: ListedItem) -> str:
    return sentence(item.doubts, item.review)


def _view(said: str, items: Sequence[ListedItem]) -> "Iterator[RenderableType]":
    """The items for people, below what they are and how many."""
    from rich.table import Table
    from rich.text import Text

    from digidoc.report import words
    from digidoc.report.render.listing import rows, titles

    yield Text(f"{said}: {words.number(len(items))}", style="bold")
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in titles():
        table.add_column(column)
    for row in rows(items, _doubted):
        table.add_row(*map(Text, row))
    if items:
        yield table
