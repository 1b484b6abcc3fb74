"""Finding papers by words: accents may be left out, but what was typed with accents is found first with them.

Plan. A word like "đường" stands on a large part of all pages, so nothing is ever sorted by a score: the index is asked
in steps, from the strictest reading of the query to the loosest, each step newest paper first, until there are enough
hits. Every step ends as soon as the hits are full.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from digidoc.archive.catalog import Catalog
from digidoc.archive.snippet import Snippet, snippet
from digidoc.text import fold, nfc

# What the index takes for a word: letters and digits of any script, nothing else (SQLite FTS5, unicode61).
_WORD: Final = re.compile(r"[^\W_]+")
# A longer query is cut: nobody types so many words, and a pasted page is found by its beginning.
LONGEST: Final = 64
_MATCH: Final = """
    SELECT page.id, page.paper_id, page.number FROM page_index CROSS JOIN page ON page.id = page_index.rowid
    WHERE page_index MATCH ? ORDER BY page_index.rowid DESC
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that was found.

    Attributes:
        paper_id: its id.
        dossier: code of its dossier; None for a loose paper.
        name: file name of the original.
        page: the first page (from 1) that matches as well as any.
        snippet: a piece of that page as it was read, with the places of the match.
        number: CodeNumber, empty when not known; likewise the others.
        notation: CodeNotation.
        date: IssuedDate.
        subject: Subject.

    """

    paper_id: str
    dossier: str | None
    name: str
    page: int
    snippet: Snippet
    number: str
    notation: str
    date: str
    subject: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a query found.

    Attributes:
        query: as it was typed.
        words: the words that were looked for.
        shortened: whether the query had more than `LONGEST` words and the rest was left out.
        hits: best first.
        more: whether there are more than the limit let through.

    """

    query: str
    words: tuple[str, ...]
    shortened: bool
    hits: tuple[Hit, ...]
    more: bool


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query in lower case, accents kept; everything else (quotes, operators, marks) separates them."""
    return tuple(_WORD.findall(nfc(query.encode("utf-8", "replace").decode()).lower()))


def search(catalog: Catalog, query: str, limit: int) -> SearchResult:
    """Find papers. No query is an error: one without words finds nothing.

    Args:
        catalog: where to look.
        query: any text.
        limit: most hits to give, from 1.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    every = words_of(query)
    words = every[:LONGEST]
    found: dict[str, tuple[int, int]] = {}
    with catalog.reading():
        for step in _steps(words):
            _collect(catalog, step, found, limit + 1)
            if len(found) > limit:
                break
        hits = tuple(_hit(catalog, page_id, number, words) for page_id, number in list(found.values())[:limit])
    return SearchResult(query, words, len(every) > len(words), hits, len(found) > limit)


def _steps(words: tuple[str, ...]) -> Iterator[str]:
    """Queries of the index from strict to loose: the phrase, then all words on one page; accents first, then without.

    A word typed without accents matches with any; in a query with some accents, the bare words too come first as they
    were typed.
    """
    if not words:
        return
    bare = [fold(word) for word in words]
    accented = [word for word, plain in zip(words, bare, strict=True) if word != plain]
    exactly = [f'exact : "{word}"' for word in dict.fromkeys(accented)]
    phrase = f'folded : "{" ".join(bare)}"'
    all_words = [f'folded : "{word}"' for word in dict.fromkeys(bare)]
    if accented:
        yield f'exact : "{" ".join(words)}"'
        yield " AND ".join([phrase, *exactly])
    yield phrase
    if len(all_words) > 1:
        if accented:
            yield " AND ".join([*all_words, *exactly])
        yield " AND ".join(all_words)


def _collect(catalog: Catalog, step: str, found: dict[str, tuple[int, int]], wanted: int) -> None:
    """Add papers that match to `found` (page id and number by paper), until there are `wanted`."""
    fresh: set[str] = set()
    for page_id, paper_id, number in catalog.db.execute(_MATCH, [step]):
        if paper_id not in found:
            if len(found) == wanted:
                return
            fresh.add(paper_id)
        # Pages come last first, those of one paper together: the first page that matches is seen last.
        if paper_id in fresh:
            found[paper_id] = (page_id, number)


def _hit(catalog: Catalog, page_id: int, number: int, words: tuple[str, ...]) -> Hit:
    sql = """
        SELECT paper.paper_id, paper.dossier, paper.name, page.text, page.terms
        FROM page JOIN paper ON paper.paper_id = page.paper_id WHERE page.id = ?
    """
    row = next(catalog.db.query(sql, [page_id]))
    fields: dict[str, str] = {}
    for name, value in catalog.db.execute(
        "SELECT name, value FROM field WHERE paper_id = ? ORDER BY id", [row["paper_id"]]
    ):
        fields.setdefault(name, value)
    shown = snippet(row["text"], words)
    return Hit(
        paper_id=row["paper_id"],
        dossier=row["dossier"],
        name=row["name"],
        page=number,
        snippet=shown if shown.marks or not row["terms"] else snippet(row["terms"], words),
        number=fields.get("CodeNumber", ""),
        notation=fields.get("CodeNotation", ""),
        date=fields.get("IssuedDate", ""),
        subject=fields.get("Subject", ""),
    )
