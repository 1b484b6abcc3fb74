"""What `digidoc list` says: for scripts as plain data and tables, for people as a table that fits a narrow terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from digidoc import words
from digidoc.archive.catalog.listing import DossierLine, Listing, PaperLine
from digidoc.commands.archive.views import state_words
from digidoc.i18n import tr as _
from digidoc.model import Verdict
from digidoc.pipeline.review.conformity import reasons, sentence
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in every form.

    Attributes:
        key: where its lines stand in JSON.
        offset: how many lines come before these.
        more: whether more follow.
        lines: as plain data, each with the same keys.
        titles: these keys, in order.
        columns: titles of the table for people.
        cells: its rows.

    """

    key: str
    offset: int
    more: bool
    lines: Sequence[dict[str, Any]]
    titles: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Sequence[tuple[str, ...]]

    def json(self) -> dict[str, Any]:
        """`data` of digidoc.list/1."""
        return {"what": self.key, "offset": self.offset, "more": self.more, self.key: list(self.lines)}

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The lines as rows below `titles`."""
        for line in self.lines:
            yield tuple(map(_cell, (line[title] for title in self.titles)))

    def view(self) -> "Iterator[RenderableType]":
        """The table for people, or a sentence that there is nothing to list; and how to go on."""
        if not self.lines:
            yield Text(_("Nothing further to list.") if self.offset else _("There is nothing to list."))
            return
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for number, title in enumerate(self.columns):
            # The first column is typed or copied into other commands: it is never broken over two lines.
            table.add_column(title, no_wrap=number == 0)
        for row in self.cells:
            table.add_row(*(Text(plain(cell, lines=True)) for cell in row))
        yield table
        if self.more:
            following = self.offset + len(self.lines)
            yield Text(
                _("There are more: go on with --offset {number}, or take all with --csv.").format(number=following)
            )


_PAPER = (
    "paper_id", "dossier", "name", "state", "pages", "number", "notation", "type", "date", "organisation", "subject",
    "verdict", "conformant", "why_not_conformant",
)  # fmt: skip
_DOSSIER = ("dossier", "procedure", "title", "papers", "review", "signed")


def papers(found: Listing[PaperLine]) -> Listed:
    """A list of papers."""
    return Listed(
        key="papers",
        offset=found.offset,
        more=found.more,
        lines=[_paper(line) for line in found.lines],
        titles=_PAPER,
        columns=(_("Paper"), _("What it is"), _("Dossier"), _("State")),
        cells=[(p.paper_id, _about(p), p.dossier or "", _state(p)) for p in found.lines],
    )


def dossiers(found: Listing[DossierLine]) -> Listed:
    """A list of dossiers."""
    return Listed(
        key="dossiers",
        offset=found.offset,
        more=found.more,
        lines=[_dossier(line) for line in found.lines],
        titles=_DOSSIER,
        columns=(_("Dossier"), _("What it is"), _("Papers"), _("To be reviewed"), _("Signed")),
        cells=[
            (d.code, " · ".join(filter(None, (d.procedure, d.title))), str(d.papers), str(d.review), str(d.signed))
            for d in found.lines
        ],
    )


def _cell(value: Any) -> str:
    """A value of a line in a table for spreadsheets; of reasons their codes."""
    if isinstance(value, list):
        return "; ".join(" ".join((reason["code"], *reason["fields"])) for reason in value)
    return "" if value is None else str(value)


def _paper(line: PaperLine) -> dict[str, Any]:
    return {
        "paper_id": line.paper_id,
        "dossier": line.dossier,
        "name": line.name,
        "state": line.state.value,
        "pages": line.pages,
        "number": line.number,
        "notation": line.notation,
        "type": line.kind,
        "date": line.date,
        "organisation": line.organisation,
        "subject": line.subject,
        "verdict": line.verdict or None,
        "conformant": line.conformant,
        "why_not_conformant": [] if line.conformant else reasons(line.doubts, line.review),
    }


def _dossier(line: DossierLine) -> dict[str, Any]:
    return {
        "dossier": line.code,
        "procedure": line.procedure,
        "title": line.title,
        "papers": line.papers,
        "review": line.review,
        "signed": line.signed,
    }


def _about(paper: PaperLine) -> str:
    """Number, date and type, below them the subject; the name of the file where nothing was read.

    At last what keeps it from being conformant.
    """
    number = "/".join(part for part in (paper.number, paper.notation) if part)
    facts = " · ".join(part for part in (number, words.day(paper.date), paper.kind) if part)
    said = [part for part in (facts, paper.subject) if part] or [paper.name]
    if not paper.conformant:
        said.append(_("not conformant: {why}").format(why=sentence(paper.doubts, paper.review)))
    return "\n".join(said)


def _state(paper: PaperLine) -> str:
    """Where it stands; below it whether it is signed, or the code of a verdict that nobody should overlook."""
    failed = paper.verdict == Verdict.TOTAL_FAILED
    signed = paper.verdict if failed else _("signed") if paper.verdict else ""
    return "\n".join(part for part in (state_words(paper.state), signed) if part)
