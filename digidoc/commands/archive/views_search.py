"""What `digidoc search` says: for scripts as plain data and tables, for people as sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from digidoc import words
from digidoc.archive.catalog.query import LONGEST
from digidoc.archive.catalog.search import Hit, SearchResult
from digidoc.i18n import tr as _
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

SEARCH_TITLES: Final = (
    "paper_id", "dossier", "name", "page", "number", "notation", "type", "date", "organisation", "subject", "snippet",
)  # fmt: skip


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
