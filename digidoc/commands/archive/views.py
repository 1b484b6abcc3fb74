"""What the commands of the archive say: for scripts as plain data, for people as tables and sentences."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from digidoc import words
from digidoc.archive import metadata
from digidoc.archive.catalog.counts import ArchiveStatus
from digidoc.archive.catalog.query import LONGEST
from digidoc.archive.catalog.search import Hit, SearchResult
from digidoc.archive.settings import ArchiveConfig
from digidoc.errors import FileMissing, revived
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.model import PaperRecord, PaperState
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

_PAPER_ID: Final = re.compile(r"P-[0-9a-f]{16}")
_LISTED: Final = 20  # lines of a list that a person still reads; JSON has all


def is_paper_id(text: str) -> bool:
    """Whether the text has the form of a paper's id."""
    return _PAPER_ID.fullmatch(text) is not None


def config_json(config: ArchiveConfig) -> dict[str, Any]:
    """Unit, profile, stock and target of an archive."""
    unit = config.unit
    return {
        "unit": {"code": unit.code, "name": unit.name, "level": unit.level.value},
        "profile": config.profile,
        "stock": config.stock,
        "target": config.target,
    }


def init_view(data: dict[str, Any]) -> Iterator["RenderableType"]:
    """A new archive, and what to do next."""
    yield Text(_("The archive is ready: {folder}").format(folder=plain(data["archive"])))
    yield Text(_("File scans in it with `digidoc digitize PATH --archive {folder}`.").format(folder=data["archive"]))


def search_json(found: SearchResult) -> dict[str, Any]:
    """Hits, best first; `marks` are the places of the match in the snippet: (start, end) in characters."""
    return {
        "query": found.query.encode("utf-8", "replace").decode(),
        "shortened": found.shortened,
        "offset": found.offset,
        "more": found.more,
        "hits": [
            {
                "paper_id": hit.paper_id,
                "dossier": hit.dossier,
                "name": hit.name,
                "page": hit.page,
                "number": hit.number,
                "notation": hit.notation,
                "type": hit.kind,
                "date": hit.date,
                "organisation": hit.organisation,
                "subject": hit.subject,
                "snippet": hit.snippet.text,
                "marks": [list(mark) for mark in hit.snippet.marks],
            }
            for hit in found.hits
        ],
    }


SEARCH_TITLES: Final = (
    "paper_id", "dossier", "name", "page", "number", "notation", "type", "date", "organisation", "subject", "snippet",
)  # fmt: skip


def search_rows(found: SearchResult) -> Iterator[tuple[str, ...]]:
    """Hits as rows below `SEARCH_TITLES`: the keys of the JSON form."""
    for hit in search_json(found)["hits"]:
        yield tuple("" if hit[title] is None else str(hit[title]) for title in SEARCH_TITLES)


def search_view(found: SearchResult) -> Iterator["RenderableType"]:
    """Hits with their snippets, or a sentence that there are none."""
    if found.shortened:
        yield Text(_("Only the first {number} words were looked for.").format(number=LONGEST))
    if not found.hits:
        yield Text(_("No further paper matches.") if found.offset else _("No paper matches."))
    for hit in found.hits:
        yield from _hit_view(hit)
    if found.more:
        following = found.offset + len(found.hits)
        yield Text(_("There are more: add words, or go on with --offset {number}.").format(number=following))


def _hit_view(hit: Hit) -> Iterator["RenderableType"]:
    number = "/".join(part for part in (hit.number, hit.notation) if part)
    about = " · ".join(plain(part) for part in (number, words.day(hit.date), hit.subject) if part)
    where = _("{name}, page {page}").format(name=plain(hit.name), page=hit.page)
    dossier = f"{plain(hit.dossier)} / " if hit.dossier else ""
    yield Text.assemble((hit.paper_id, "bold cyan"), f"  {dossier}{where}", f"  {about}" if about else "")
    line = Text(f"  {plain(hit.snippet.text)}")
    for start, end in hit.snippet.marks:
        line.stylize("bold yellow", start + 2, end + 2)
    yield line


def summary_json(paper: PaperRecord) -> dict[str, Any]:
    """A paper in one line of a list."""
    return {"paper_id": paper.paper_id, "name": paper.name, "state": paper.state.value, "pages": len(paper.pages)}


def paper_json(paper: PaperRecord, root: Path, *, with_text: bool) -> dict[str, Any]:
    """All that is known of a paper; the text of its pages only when it is asked for."""
    pages: list[dict[str, Any]] = [
        {"number": number, "dpi": dpi} for number, dpi in enumerate(metadata.page_dpi(paper), 1)
    ]
    if with_text:
        pages = [{**page, "text": text} for page, text in zip(pages, paper.pages, strict=True)]
    return {
        **summary_json(paper),
        "dossier": paper.dossier,
        "source": paper.source,
        "sha256": paper.sha256,
        "object_id": paper.object_id,
        "object_version": paper.object_version,
        "confidence": round(paper.confidence, 3),
        "conformant": paper.conformant,
        "doubts": list(paper.doubts),
        "problem": None if paper.problem is None else dict(paper.problem),
        "pages": pages,
        "files": [{**metadata.file_json(file), "path": str((root / file.path).absolute())} for file in paper.files],
        "fields": [metadata.field_json(found) for found in paper.fields],
        "signatures": [metadata.signature_json(signature) for signature in paper.signatures],
        "events": [metadata.event_json(event) for event in paper.events],
    }


def state_words(state: PaperState) -> str:
    """The state in the user's language."""
    return {
        PaperState.FILED: _("filed"),
        PaperState.REVIEW: _("to be reviewed"),
        PaperState.REFUSED: _("refused"),
    }[state]


def paper_view(paper: PaperRecord, root: Path) -> Iterator["RenderableType"]:
    """A paper: what it is, its fields, files, signatures and events."""
    dossier = f"{plain(paper.dossier)} / " if paper.dossier else ""
    yield Text.assemble((paper.paper_id, "bold cyan"), f"  {dossier}{plain(paper.name)}")
    facts = [state_words(paper.state), _("pages: {number}").format(number=len(paper.pages))]
    if paper.page_dpi:
        facts.append(_("{dpi} dpi").format(dpi=round(min(paper.page_dpi))))
    facts.append(_("conformant") if paper.conformant else _("not conformant"))
    yield Text("  " + " · ".join(facts))
    if paper.doubts:
        yield Text(_("  Doubts: {codes}").format(codes="; ".join(map(words.doubt, paper.doubts))))
    if paper.problem is not None:
        yield Text(f"  {plain(revived(paper.problem).message)}", style="red")
    yield from _table(
        (_("Field"), _("Value"), _("Sure"), _("Page"), ""),
        (
            (
                words.field(f.name),
                words.day(f.value),
                f"{f.confidence:.0%}",
                str(f.page),
                _("to be reviewed") if f.review else "",
            )
            for f in paper.fields
        ),
    )
    if paper.files:
        yield Text("\n" + _("Files"), style="bold")
    for file in paper.files:
        # No table: a path that is broken over two lines cannot be copied.
        yield Text(plain(f"{file.role:<11} {file.size:>12,}  {(root / file.path).absolute()}"))
    yield from _table(
        (_("Signature"), _("Verdict"), _("Signer"), _("Checked")),
        ((s.field, f"{s.verdict} {s.subindication}".strip(), s.signer, _when(s.checked_at)) for s in paper.signatures),
    )
    yield from _table(
        (_("Event"), _("Outcome"), _("By"), _("When")),
        ((e.kind, e.outcome, e.agent, _when(e.at)) for e in paper.events),
    )


def _when(at: datetime) -> str:
    """The time on the clock of this machine."""
    return at.astimezone().strftime("%d/%m/%Y %H:%M:%S" if current() == "vi" else "%Y-%m-%d %H:%M:%S")


def text_view(paper: PaperRecord) -> Iterator["RenderableType"]:
    """What was read, page by page, with an empty line between pages."""
    for number, text in enumerate(paper.pages):
        yield Text(("\n" if number else "") + plain(text, lines=True))


def dossier_view(code: str, papers: Sequence[PaperRecord]) -> Iterator["RenderableType"]:
    """The papers of a dossier."""
    yield Text(_("Dossier {code}").format(code=plain(code)), style="bold")
    rows = ((p.paper_id, p.name, state_words(p.state), str(len(p.pages))) for p in papers)
    yield from _table((_("Paper"), _("Name"), _("State"), _("Pages")), rows)


def file_to_open(paper: PaperRecord, root: Path) -> Path:
    """The signed PDF, or the searchable one, or the original.

    Raises:
        FileMissing: the paper was refused, so nothing of it is in the store.

    """
    paths = {file.role: root / file.path for file in paper.files}
    for role in ("signed", "searchable", "original"):
        if role in paths:
            return paths[role]
    raise FileMissing(file=paper.name)


def status_json(found: ArchiveStatus, config: ArchiveConfig) -> dict[str, Any]:
    """Counts and lists, complete."""
    return {
        **config_json(config),
        "papers": {state.value: number for state, number in found.papers.items()},
        "pages": found.pages,
        "dossiers": [{"code": dossier.code, "papers": dossier.papers} for dossier in found.dossiers],
        "review": [
            {
                "paper_id": item.paper_id,
                "dossier": item.dossier,
                "name": item.name,
                "doubts": list(item.doubts),
                "fields": list(item.fields),
            }
            for item in found.review
        ],
        "refused": [
            {
                "paper_id": item.paper_id,
                "dossier": item.dossier,
                "name": item.name,
                "source": item.source,
                "problem": dict(item.problem),
            }
            for item in found.refused
        ],
        "duplicates": [
            {
                "paper_id": item.paper_id,
                "dossier": item.dossier,
                "name": item.name,
                "duplicates": [dict(other) for other in item.duplicates],
            }
            for item in found.duplicates
        ],
    }


def status_view(found: ArchiveStatus, config: ArchiveConfig) -> Iterator["RenderableType"]:
    """Counts, and the beginning of both lists."""
    yield Text(f"{config.unit.code} {plain(config.unit.name)}".strip(), style="bold")
    counts = " · ".join(f"{number} {state_words(state)}" for state, number in found.papers.items())
    yield Text(_("Papers: {counts}").format(counts=counts))
    yield Text(_("Dossiers: {dossiers} · pages: {pages}").format(dossiers=len(found.dossiers), pages=found.pages))
    yield from _table(
        (_("To be reviewed"), _("Dossier"), _("Name"), _("Why")),
        (
            (item.paper_id, item.dossier or "", item.name, words.why_review(item.doubts, item.fields))
            for item in found.review[:_LISTED]
        ),
    )
    yield from _rest(len(found.review))
    yield from _table(
        (_("Refused"), _("Dossier"), _("Name"), _("Why")),
        (
            (item.paper_id, item.dossier or "", item.name, revived(item.problem).message)
            for item in found.refused[:_LISTED]
        ),
    )
    yield from _rest(len(found.refused))
    yield from _table(
        (_("Possibly there twice"), _("Dossier"), _("Name"), _("Why")),
        (
            (item.paper_id, item.dossier or "", item.name, "; ".join(map(words.duplicate, item.duplicates)))
            for item in found.duplicates[:_LISTED]
        ),
    )
    yield from _rest(len(found.duplicates))


def _rest(number: int) -> Iterator["RenderableType"]:
    if number > _LISTED:
        yield Text(_("… and {number} more; --json lists all.").format(number=number - _LISTED))


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator["RenderableType"]:
    """A table, or nothing when it would have no rows."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    if table.row_count:
        yield Text("")
        yield table
