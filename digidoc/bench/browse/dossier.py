"""The pages of dossiers: the list of them, and one with its papers, the register's word, and what is missing."""

from typing import Any, Final

from digidoc import words
from digidoc.archive.archive import Archive
from digidoc.archive.browsing.dossier import DossierFacts, ListedPaper
from digidoc.archive.catalog.listing import DossierLine, PaperLine
from digidoc.archive.catalog.query import Filters
from digidoc.bench.browse import strings
from digidoc.bench.browse.history import verdict
from digidoc.bench.browse.question import Question
from digidoc.bench.browse.search import about
from digidoc.i18n import tr as _
from digidoc.text import plain

LISTED: Final = 40  # lines of a list on a page
_MISSING: Final = 40


def dossiers(archive: Archive, question: Question) -> dict[str, Any]:
    """What the template of the list is filled with."""
    found = archive.list_dossiers(Filters(), LISTED, offset=question.offset)
    return {"rows": [_line(line) for line in found.lines], **_turning(question, "/dossiers", more=found.more)}


def dossier(archive: Archive, question: Question) -> dict[str, Any]:
    """What the template of a dossier is filled with.

    Raises:
        UnknownDossier: neither archive nor register know it.

    """
    code = question.given.get("dossier", "")
    view = archive.dossier(code)
    found = archive.list_papers(Filters(dossier=code), LISTED, offset=question.offset)
    facts = view.facts
    missing = [] if facts is None else [one for one in facts.papers if one.paper_id is None]
    notes = []
    if view.withdrawn:
        notes.append(_("{count} papers of it were taken out of use.").format(count=view.withdrawn))
    if view.refused:
        notes.append(_("{count} files for it could not be taken.").format(count=view.refused))
    more = len(missing) - _MISSING
    return {
        "code": plain(code),
        "title": "" if facts is None else plain(facts.title),
        "facts": [] if facts is None else _facts(facts),
        "in_register": facts is not None,
        "listed": 0 if facts is None else len(facts.papers),
        "missing": [_missing(one) for one in missing[:_MISSING]],
        "more_missing": _("… and {number} more").format(number=more) if more > 0 else "",
        "papers": [_paper(line) for line in found.lines],
        "notes": notes,
        "search": question.address(),
        **_turning(question, "/dossier", more=found.more),
    }


def _turning(question: Question, place: str, *, more: bool) -> dict[str, str]:
    earlier = max(0, question.offset - LISTED)
    return {
        "earlier": question.address(place, offset=earlier or "") if question.offset else "",
        "next": question.address(place, offset=question.offset + LISTED) if more else "",
    }


def _line(line: DossierLine) -> dict[str, Any]:
    return {
        "given": line.code,
        "code": plain(line.code),
        "title": " · ".join(plain(part) for part in (line.procedure, line.title) if part),
        "papers": line.papers,
        "review": line.review,
        "signed": line.signed,
    }


def _paper(line: PaperLine) -> dict[str, Any]:
    return {
        "paper": line.paper_id,
        "name": plain(line.name),
        "about": about(line.number, line.notation, line.kind, line.date, line.subject),
        "state": strings.state(line.state),
        "signed": verdict(line.verdict),
        "pages": line.pages,
    }


def _facts(facts: DossierFacts) -> list[tuple[str, str]]:
    titles = strings.titles()
    office = " · ".join(part for part in (facts.unit, facts.unit_name) if part)
    procedure = " · ".join(part for part in (facts.procedure, facts.procedure_name) if part)
    found = (
        (titles["state"], strings.dossier_state(facts.state)),
        (titles["office"], plain(office)),
        (titles["procedure"], plain(procedure)),
        (titles["received"], words.day(facts.received_on.isoformat())),
        (titles["due"], words.day(facts.due_on.isoformat()) if facts.due_on else ""),
        (titles["finished"], words.day(facts.finished_on.isoformat()) if facts.finished_on else ""),
        (titles["channel"], strings.channel(facts.channel) if facts.channel else ""),
    )
    return [(title, value) for title, value in found if value]


def _missing(one: ListedPaper) -> dict[str, str]:
    titles = strings.titles()
    date = words.day(one.issued_on.isoformat()) if one.issued_on else ""
    return {
        "name": " · ".join(plain(part) for part in (one.name, one.number, date) if part) or titles["not_known"],
        "kind": strings.kind(one.kind),
        "why": titles["elsewhere"] if one.declared else titles["no_file"],
    }
