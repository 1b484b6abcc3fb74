"""What the papers are that a search finds: how many of each type, year, dossier, procedure and state.

A common word stands on a large part of all pages, so not everything that is found is counted: the first papers are, in
the order in which a search lists them, and it is said when there are more.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.query import Filters, parse
from digidoc.archive.catalog.search import matching, narrowed
from digidoc.archive.register.schema import values
from digidoc.archive.register.scope import known_procedures

# Papers that are counted; fewer where the text of each page has to be looked at for a phrase (0.1 to 0.3 ms a page).
COUNTED: Final = 500
_COUNTED_PHRASES: Final = 100
_SHOWN: Final = 12  # values of a facet, the most frequent
_PAIR: Final = 2  # words that the index knows as neighbours

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """What was counted; of each facet the most frequent values, with the number of papers that have them.

    Attributes:
        papers: how many papers were counted.
        more: whether there are more that match.
        kinds: TypeName; likewise years of IssuedDate, codes of dossiers and of procedures, states.

    """

    papers: int
    more: bool
    kinds: Counts
    years: Counts
    dossiers: Counts
    procedures: Counts
    states: Counts


def facets(catalog: Catalog, query: str, filters: Filters) -> Facets:
    """Count the papers that a search finds first.

    Args:
        catalog: where to look.
        query: any text, as for a search.
        filters: what the papers have to be.

    Raises:
        ArchiveDamaged: the catalogue cannot be read.

    """
    units, _shortened = parse(query)
    most = _COUNTED_PHRASES if any(len(unit.words) > _PAIR for unit in units) else COUNTED
    with catalog.reading() as db:
        found = list(matching(catalog, narrowed(db, filters), units, most, every=not query.strip()))
        papers = found[:most]
        kinds: Counter[str] = Counter(_values(db, "TypeName", papers))
        years: Counter[str] = Counter(value[:4] for value in _values(db, "IssuedDate", papers))
        dossiers, procedures, states = Counter[str](), Counter[str](), Counter[str]()
        code = known_procedures(db).code
        for state, dossier, procedure in db.execute(_PLACES, [values(papers)]):
            states[state] += 1
            dossiers.update([dossier] if dossier is not None else [])
            procedures.update([code(procedure)] if procedure else [])
    lists = (_most(counted) for counted in (kinds, years, dossiers, procedures, states))
    return Facets(len(papers), len(found) > most, *lists)


_PLACES: Final = """
    SELECT paper.state, paper.dossier, register_dossier.procedure FROM json_each(?) AS asked
    CROSS JOIN paper ON paper.paper_id = asked.value
    LEFT JOIN register_dossier ON register_dossier.code = paper.dossier
"""
_FIRST: Final = """
    SELECT (SELECT value FROM field WHERE field.paper_id = asked.value AND name = ? ORDER BY id LIMIT 1)
    FROM json_each(?) AS asked
"""


def _values(db: Database, field: str, papers: list[str]) -> Iterator[str]:
    """The field of each paper that has it; of several values the first, as a search shows it."""
    yield from (value for (value,) in db.execute(_FIRST, [field, values(papers)]) if value)


def _most(counted: Counter[str]) -> Counts:
    """The most frequent values, those of the same frequency in their order."""
    return tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:_SHOWN])
