"""The page of hits: a small picture of each with marks on the words, and how what was found can be narrowed down."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from digidoc import words
from digidoc.archive.archive import Archive
from digidoc.archive.browsing.facets import Facets
from digidoc.archive.catalog.query import LONGEST, Unit, parse
from digidoc.archive.catalog.search import Hit, SearchResult
from digidoc.archive.catalog.snippet import Snippet
from digidoc.bench.browse import strings
from digidoc.bench.browse.history import verdict
from digidoc.bench.browse.marks import marks
from digidoc.bench.browse.printed import Sight, printed, sight_of
from digidoc.bench.browse.question import QUERY, Question
from digidoc.i18n import tr as _
from digidoc.model import PaperState, Verdict, worst
from digidoc.text import plain

HITS: Final = 10  # on a page: each has a picture
_MARKS: Final = 20  # on a small picture
_ABOUT: Final = 300  # characters


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as it is shown: the paper's id, what it is, where it lies, the picture, the text (of words), its state."""

    paper: str
    name: str
    about: str
    dossier: str
    dossier_given: str
    page: int
    sight: Sight
    text: tuple[tuple[str, bool], ...]
    state: str
    signed: str


def search(archive: Archive, question: Question) -> dict[str, Any]:
    """What the template of the hits is filled with."""
    found = SearchResult(question.query, (), False, 0, (), False)
    counted: Facets | None = None
    if not question.wrong:
        found = archive.search(question.query, HITS, offset=question.offset, filters=question.filters)
        counted = archive.facets(question.query, question.filters)
    units, _shortened = parse(question.query)
    return {
        "question": question,
        "found": [_found(archive, hit, units) for hit in found.hits],
        "notes": list(_notes(found, counted, question)),
        "facets": [] if counted is None else list(_facets(counted, question)),
        "chosen": list(_chosen(question)),
        "named": [(name, words.field(name)) for name in words.FIELD_NAMES],
        "states": [(one.value, strings.state(one)) for one in PaperState if one.counts],
        "earlier": question.address(offset=max(0, question.offset - HITS)) if question.offset else "",
        "next": question.address(offset=question.offset + HITS) if found.more else "",
    }


def about(number: str, notation: str, kind: str, date: str, subject: str) -> str:
    """What a paper is, in one line."""
    code = "/".join(part for part in (number, notation) if part)
    return " · ".join(plain(part)[:_ABOUT] for part in (kind, code, words.day(date), subject) if part)


def _found(archive: Archive, hit: Hit, units: tuple[Unit, ...]) -> Found:
    record = archive.paper(hit.paper_id)
    page = printed(archive, record, hit.page)
    boxes = () if page is None else marks(page, units)[:_MARKS]
    verdicts = [Verdict(one.verdict) for one in record.signatures if one.verdict in list(Verdict)]
    return Found(
        paper=hit.paper_id,
        name=plain(hit.name),
        about=about(hit.number, hit.notation, hit.kind, hit.date, hit.subject),
        dossier=plain(hit.dossier or ""),
        dossier_given=hit.dossier or "",
        page=hit.page,
        sight=sight_of(page, boxes),
        text=tuple(_pieces(hit.snippet)) if units else (),
        state=strings.state(record.state),
        signed=verdict(worst(verdicts).value) if verdicts else "",
    )


def _pieces(snippet: Snippet) -> Iterator[tuple[str, bool]]:
    """The text of a hit piece by piece: with whether it is marked."""
    at = 0
    for start, end in snippet.marks:
        yield plain(snippet.text[at:start]), False
        yield plain(snippet.text[start:end]), True
        at = end
    yield plain(snippet.text[at:]), False


def _notes(found: SearchResult, counted: Facets | None, question: Question) -> Iterator[str]:
    if counted is None:
        return
    if found.shortened:
        yield _("Only the first {number} words were looked for.").format(number=LONGEST)
    if not found.hits:
        yield _("No further paper matches.") if question.offset else _("No paper matches.")
    elif not counted.more:
        yield _("{count} papers").format(count=counted.papers)
    else:
        yield _("More than {count} papers; the numbers at the filters count the first {count}.").format(
            count=counted.papers
        )


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter to narrow down by: its title, and for each value how it is shown, how many papers, and the address."""

    title: str
    values: tuple[tuple[str, int, str], ...]


def _facets(counted: Facets, question: Question) -> Iterator[Facet]:
    """The filters that are not chosen yet and have a value."""
    titles = strings.titles()
    states = tuple((PaperState(code), count) for code, count in counted.states)
    offered: Iterable[tuple[str, str, Iterable[tuple[str, str, int]]]] = (
        ("type", titles["type"], ((value, value, count) for value, count in counted.kinds)),
        ("year", titles["year"], ((value, value, count) for value, count in counted.years)),
        ("state", titles["state"], ((code.value, strings.state(code), count) for code, count in states)),
        ("procedure", titles["procedure"], ((value, value, count) for value, count in counted.procedures)),
        ("dossier", _("Dossier"), ((value, value, count) for value, count in counted.dossiers)),
    )
    for name, title, values in offered:
        if name not in question.given:
            links = tuple((plain(shown), count, question.address(**{name: given})) for given, shown, count in values)
            if links:
                yield Facet(title, links)


def _chosen(question: Question) -> Iterator[tuple[str, str]]:
    """The filters that are chosen: how each is shown, and the address without it."""
    titles = strings.titles()
    for name, value in question.given.items():
        if name in (QUERY, "name"):
            continue
        title = {
            "dossier": _("Dossier"),
            "value": words.field(question.given.get("name", "")) or titles["field"],
        }.get(name, titles.get(name, name))
        shown = strings.state(PaperState(value)) if name == "state" and value in list(PaperState) else value
        without = {name: "", "name": ""} if name == "value" else {name: ""}
        yield f"{title}: {plain(shown)}", question.address(**without)
