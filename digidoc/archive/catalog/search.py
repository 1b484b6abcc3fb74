"""Finding papers: accents may be left out, but what was typed with accents is found first with them.

Plan. A word like "đường" stands on a large part of all pages, so nothing is ever sorted by a score: the index is asked
in steps, from the strictest reading of the query to the loosest (see `query.steps`), each newest paper first, until
there are enough hits. Filters are part of each question, so papers that do not meet them are not looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sqlite_utils import Database

from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.index import folded_words
from digidoc.archive.catalog.query import Filters, Step, Unit, parse, steps
from digidoc.archive.catalog.snippet import Snippet, snippet
from digidoc.archive.register.schema import counting, values
from digidoc.archive.register.scope import of_procedure

_MATCH: Final = """
    SELECT page.id, page.paper_id, page.number FROM page_index CROSS JOIN page ON page.id = page_index.rowid
    WHERE page_index MATCH ? ORDER BY page_index.rowid DESC
"""
# The pages of few papers: each is looked up in the index (0.04 ms) instead of walking through all that match.
_FEW_MATCH: Final = """
    SELECT page.id, page.paper_id, page.number FROM page CROSS JOIN page_index ON page_index.rowid = page.id
    WHERE page.paper_id IN (SELECT value FROM json_each(?)) AND page_index MATCH ? ORDER BY page.id DESC
"""
_FEW_EVERY: Final = """
    SELECT page.id, page.paper_id, page.number FROM page WHERE paper_id IN (SELECT value FROM json_each(?))
    ORDER BY page.id DESC
"""
_EVERY: Final = f"""
    SELECT page.id, page.paper_id, page.number FROM page CROSS JOIN paper ON paper.paper_id = page.paper_id
    WHERE {counting()} ORDER BY page.id DESC
"""  # noqa: S608 (a text from there)
ANY: Final = Filters()
_FEW: Final = 300  # dossiers
_FEW_PAPERS: Final = 2000


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
        kind: TypeName.
        date: IssuedDate.
        organisation: OrganName.
        subject: Subject.

    """

    paper_id: str
    dossier: str | None
    name: str
    page: int
    snippet: Snippet
    number: str
    notation: str
    kind: str
    date: str
    organisation: str
    subject: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a query found.

    Attributes:
        query: as it was typed.
        words: the words that were looked for.
        shortened: whether the query had more than `query.LONGEST` words and the rest was left out.
        offset: how many hits come before these.
        hits: best first.
        more: whether there are more than the limit let through.

    """

    query: str
    words: tuple[str, ...]
    shortened: bool
    offset: int
    hits: tuple[Hit, ...]
    more: bool


def search(catalog: Catalog, query: str, limit: int, *, offset: int = 0, filters: Filters = ANY) -> SearchResult:
    """Find papers. No query is an error: one without words finds all that the filters let through, newest first.

    An empty query without filters finds all papers; one of signs alone finds none.

    Args:
        catalog: where to look.
        query: any text.
        limit: most hits to give, from 1.
        offset: how many hits to leave out at the beginning, from 0.
        filters: what the papers have to be.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    units, shortened = parse(query)
    wanted = offset + limit
    with catalog.reading() as db:
        found = matching(catalog, narrowed(db, filters), units, wanted, every=not query.strip())
        hits = tuple(_hit(catalog, page_id, number, units) for page_id, number in list(found.values())[offset:wanted])
    words = tuple(word for unit in units for word in unit.words)
    return SearchResult(query, words, shortened, offset, hits, len(found) > wanted)


def let_through(catalog: Catalog, filters: Filters, wanted: int | None = None) -> list[str]:
    """Ids of all papers that the filters let through, newest first; within `catalog.reading`.

    Args:
        catalog: where to look.
        filters: what the papers have to be.
        wanted: so many are enough, and one more that says that there are more; None for all.

    """
    return list(matching(catalog, narrowed(catalog.db, filters), (), wanted, every=True))


def matching(
    catalog: Catalog, filters: Filters, units: tuple[Unit, ...], wanted: int | None, *, every: bool
) -> dict[str, tuple[int, int]]:
    """Id and number of the page that matches, by paper, best first: at most one more than wanted.

    Args:
        catalog: where to look, within its `reading`.
        filters: what the papers have to be, `narrowed`.
        units: of the query.
        wanted: so many are enough, and one more that says that there are more; None for all.
        every: whether a query without words and without filters finds all papers.

    """
    found: dict[str, tuple[int, int]] = {}
    # Where nothing is asked, and of a state or of many dossiers of one procedure, the index knows no such question: all
    # pages are looked at, or those of few papers.
    loose = filters.procedure is not None or filters.state is not None
    unasked = not units and (every if not filters else loose and not filters.conditions())
    most = None if wanted is None else wanted + 1
    for step in (*steps(units, filters), *([Step("")] if unasked else [])):
        _collect(catalog, step, filters, found, most)
        if len(found) == most:
            break
    return found


def narrowed(db: Database, filters: Filters) -> Filters:
    """The filters with what the register says of their procedure, and the papers of their state when they are few.

    Few dossiers are asked of the index; of many, papers come up soon enough when each is looked at.
    """
    if filters.state is not None:
        sql = "SELECT paper_id FROM paper WHERE state = ? LIMIT ?"
        papers = frozenset(paper for (paper,) in db.execute(sql, [filters.state.value, _FEW_PAPERS + 1]))
        filters = replace(filters, papers=None if len(papers) > _FEW_PAPERS else papers)
    if filters.procedure is None:
        return filters
    codes = of_procedure(db, filters.procedure)
    sql = "SELECT code FROM register_dossier WHERE procedure IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?"
    dossiers = tuple(code for (code,) in db.execute(sql, [values(sorted(codes)), _FEW + 1]))
    return replace(filters, procedures=codes, dossiers=None if len(dossiers) > _FEW else dossiers)


def _collect(
    catalog: Catalog, step: Step, filters: Filters, found: dict[str, tuple[int, int]], wanted: int | None
) -> None:
    """Add papers that match to `found` (page id and number by paper), until there are `wanted`."""
    current, fits, fresh = "", True, False
    for page_id, paper_id, number in catalog.db.execute(*_question(step, filters)):
        # Pages come last first, those of one paper together: the first page that matches is seen last.
        if paper_id != current:
            current, fresh = paper_id, paper_id not in found
            fits = fresh and _admitted(catalog, paper_id, filters)
        if not fits or (step.phrases and not _holds(catalog, page_id, step.phrases)):
            continue
        if fresh and paper_id not in found and len(found) == wanted:
            return
        found[paper_id] = (page_id, number)


def _question(step: Step, filters: Filters) -> tuple[str, list[str]]:
    """The query for a step, and its parameters."""
    if filters.papers is None:
        return (_MATCH, [step.match]) if step.match else (_EVERY, [])
    few = values(sorted(filters.papers))
    return (_FEW_MATCH, [few, step.match]) if step.match else (_FEW_EVERY, [few])


def _admitted(catalog: Catalog, paper_id: str, filters: Filters) -> bool:
    if not filters:
        return True
    sql = "SELECT dossier, state FROM paper WHERE paper_id = ?"
    dossier, state = catalog.db.execute(sql, [paper_id]).fetchone()
    if filters.state is not None and state != filters.state.value:
        return False
    if filters.procedure is not None:
        row = catalog.db.execute("SELECT procedure FROM register_dossier WHERE code = ?", [dossier]).fetchone()
        if row is None or row[0] not in filters.procedures:
            return False
    fields = catalog.db.execute("SELECT name, value FROM field WHERE paper_id = ?", [paper_id])
    return filters.admit(dossier, fields.fetchall())


def _holds(catalog: Catalog, page_id: int, phrases: Iterable[tuple[str, ...]]) -> bool:
    """Whether a page has each phrase: the index knows only which pairs of neighbours it has."""
    text, terms = catalog.db.execute("SELECT text, terms FROM page WHERE id = ?", [page_id]).fetchone()
    words = " ".join(folded_words(f"{text}\n{terms}"))
    line = f" {words} "
    return all(f" {' '.join(phrase)} " in line for phrase in phrases)


def _hit(catalog: Catalog, page_id: int, number: int, units: tuple[Unit, ...]) -> Hit:
    sql = """
        SELECT paper.paper_id, paper.dossier, paper.name, page.text, page.terms
        FROM page JOIN paper ON paper.paper_id = page.paper_id WHERE page.id = ?
    """
    paper_id, dossier, name, text, terms = catalog.db.execute(sql, [page_id]).fetchone()
    fields = first_values(catalog.db, paper_id)
    phrases = tuple(unit.words for unit in units)
    shown = snippet(text, phrases)
    return Hit(
        paper_id=paper_id,
        dossier=dossier,
        name=name,
        page=number,
        snippet=shown if shown.marks or not terms else snippet(terms, phrases),
        number=fields.get("CodeNumber", ""),
        notation=fields.get("CodeNotation", ""),
        kind=fields.get("TypeName", ""),
        date=fields.get("IssuedDate", ""),
        organisation=fields.get("OrganName", ""),
        subject=fields.get("Subject", ""),
    )


def first_values(db: Database, paper_id: str) -> dict[str, str]:
    """The fields of a paper by name; of several values the first."""
    fields: dict[str, str] = {}
    for key, value in db.execute("SELECT name, value FROM field WHERE paper_id = ? ORDER BY id", [paper_id]):
        fields.setdefault(key, value)
    return fields


def fields_to_confirm(db: Database, paper_id: str) -> tuple[str, ...]:
    """Names of the fields of a paper that a person has to confirm, each once."""
    sql = "SELECT name FROM field WHERE paper_id = ? AND review = 1 GROUP BY name ORDER BY min(id)"
    return tuple(name for (name,) in db.execute(sql, [paper_id]))
