"""The page of a paper: one of its pages with the words found marked, and all that the archive knows of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import urlencode

from digidoc import clock, words
from digidoc.archive.archive import Archive
from digidoc.archive.browsing.api import Version
from digidoc.archive.catalog.query import parse
from digidoc.archive.events.clerk import clerk_of
from digidoc.bench.browse import history, strings
from digidoc.bench.browse.marks import marks, matching_pages
from digidoc.bench.browse.printed import printed, sight_of
from digidoc.bench.browse.search import about
from digidoc.bench.pictures import Pictures
from digidoc.engine.protocol import problem_of
from digidoc.errors import DigidocError, revived
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.model import Box, ExtractedField, PageText, PaperRecord, PaperState, StoredFile
from digidoc.pipeline.operate.withdraw import last_leave, successors
from digidoc.pipeline.review.conformity import sentence
from digidoc.pipeline.review.standing import to_confirm, weigh
from digidoc.text import plain

# Lines of a list that a page shows; the rest is counted.
_FIELDS: Final = 80
_EVENTS: Final = 50
_VERSIONS: Final = 20
_PAGES: Final = 30
_TEXT: Final = 8_000  # characters of a page
_VALUE: Final = 500  # characters of one value
_HANDED_OUT: Final = ("original", "searchable", "signed")


@dataclass(frozen=True, slots=True)
class View:
    """What of a paper is looked at.

    Attributes:
        page: its number, from 1; None for the first one that has the words.
        query: the words that were looked for.
        field: place of a field among the paper's, from 0; None for none.
        large: whether the picture takes all the room.

    """

    page: int | None = None
    query: str = ""
    field: int | None = None
    large: bool = False


def paper(archive: Archive, paper_id: str, view: View, pictures: Pictures) -> dict[str, Any]:
    """What the template of a paper is filled with.

    Args:
        archive: where it lies.
        paper_id: its id.
        view: see there.
        pictures: where the page is drawn; the browser, which asks for it next, finds it there.

    Raises:
        UnknownPaper: there is no such paper.

    """
    record = archive.paper(paper_id)
    units, _shortened = parse(view.query)
    found = matching_pages(record.pages, units)
    number = min(max(1, view.page or next(iter(found), 1)), max(1, len(record.pages)))
    page = printed(archive, record, number)
    values = {field.name: field.value for field in reversed(record.fields)}
    kept = ("CodeNumber", "CodeNotation", "TypeName", "IssuedDate", "Subject")
    return {
        "paper": paper_id,
        "name": plain(record.name),
        "about": about(*(values.get(name, "") for name in kept)),
        "dossier": plain(record.dossier or ""),
        "dossier_given": record.dossier or "",
        "gone": _gone(record),
        "instead": successors(record.events) if record.state is PaperState.WITHDRAWN else (),
        "facts": list(_facts(record)),
        "picture": any(file.role.startswith("original") for file in record.files),
        "unshown": _unshown(archive, paper_id, number, pictures),
        "sight": sight_of(page, () if page is None else marks(page, units)),
        "asked": _box(record, view, number),
        "text_there": page is not None,
        "text": _text(page),
        "number": number,
        "pages": len(record.pages),
        "turn": _turning(record, view, number, found),
        "query": view.query,
        "large": view.large,
        "resized": _address(paper_id, number, view.query, large=not view.large),
        "fields": [_field(record, at, view.query) for at in range(len(record.fields))][:_FIELDS],
        "more_fields": _more(len(record.fields), _FIELDS),
        "files": [_file(file) for file in record.files if _is_handed_out(record, file)],
        "signatures": list(_signatures(record)),
        "events": list(_events(record))[:_EVENTS],
        "more_events": _more(len(record.events), _EVENTS),
        "versions": _versions(archive.versions(record.object_id))[:_VERSIONS] if record.object_id else [],
        "version": record.object_version,
        "clock": clock.ZONE,
    }


def _address(paper_id: str, page: int, query: str = "", *, large: bool = False, field: int | None = None) -> str:
    given = {"page": page, "q": query, "large": "1" if large else "", "field": "" if field is None else field}
    return f"/paper/{paper_id}?{urlencode({name: value for name, value in given.items() if value != ''})}"


def _more(there: int, shown: int) -> str:
    return _("… and {number} more").format(number=there - shown) if there > shown else ""


def _gone(record: PaperRecord) -> str:
    """Why the paper is not among those in use; empty when it is."""
    if record.state is PaperState.REFUSED:
        return plain(revived(record.problem or {}).message) if record.problem else strings.state(record.state)
    if record.state is PaperState.PURGED:
        return plain(_("This paper is not in use: {why}.").format(why=words.purged(record.events[-1].detail)))
    if record.state is not PaperState.WITHDRAWN:
        return ""
    left = last_leave(record.events)
    said = words.set_aside({} if left is None else left.detail)
    return plain(_("This paper is not in use: {why}.").format(why=said))


def _unshown(archive: Archive, paper_id: str, number: int, pictures: Pictures) -> str:
    """Why the page cannot be shown; empty when it can. A browser without script shows no reason by itself."""
    try:
        pictures.picture(archive, paper_id, number)
    except (DigidocError, OSError) as error:
        return plain(problem_of(error).message)
    return ""


def _facts(record: PaperRecord) -> Iterator[str]:
    yield strings.state(record.state)
    yield _("pages: {number}").format(number=len(record.pages))
    if record.page_dpi:
        yield _("{dpi} dpi").format(dpi=round(min(record.page_dpi)))
    if record.conformant:
        yield _("conformant")
    elif record.state.counts:
        yield _("not conformant: {why}").format(why=sentence(record.doubts, to_confirm(record.fields)))
    if record.conformant and record.doubts:
        yield "; ".join(map(words.doubt, record.doubts))


def _box(record: PaperRecord, view: View, number: int) -> Box | None:
    """Where the field lies that is looked at."""
    if view.field is None or view.field >= len(record.fields):
        return None
    field = record.fields[view.field]
    return field.box if field.page == number else None


def _text(page: PageText | None) -> str:
    text = "" if page is None else plain(page.text, lines=True)
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"


def _turning(record: PaperRecord, view: View, number: int, found: tuple[int, ...]) -> dict[str, Any]:
    """Where the links between the pages lead; those with words that were looked for."""
    last = len(record.pages)

    def link(to: int) -> str:
        return _address(record.paper_id, to, view.query, large=view.large)

    near = [page for page in found if page >= number][: _PAGES // 2]
    before = [page for page in found if page < number][-(_PAGES - len(near)) :]
    return {
        "first": link(1) if number > 1 else "",
        "earlier": link(number - 1) if number > 1 else "",
        "next": link(number + 1) if number < last else "",
        "last": link(last) if number < last else "",
        "found": [(page, link(page)) for page in (*before, *near)],
        "more_found": _more(len(found), len(before) + len(near)),
    }


def _field(record: PaperRecord, at: int, query: str) -> dict[str, str]:
    field: ExtractedField = record.fields[at]
    doubt = ""
    if field.review:
        doubt = _("to be reviewed") if weigh((), (field.name,))[0] else _("slight doubt")
    return {
        "name": words.field(field.name),
        "value": plain(words.day(field.value))[:_VALUE],
        "source": strings.source(field.source, field.value, field.confidence),
        "doubt": doubt,
        "page": str(field.page),
        "link": "" if field.box is None else _address(record.paper_id, field.page, query, field=at),
    }


def _is_handed_out(record: PaperRecord, file: StoredFile) -> bool:
    return record.state.counts and file.role.partition("-")[0] in _HANDED_OUT


def _file(file: StoredFile) -> dict[str, str]:
    kind = PurePath(file.path).suffix.lstrip(".").upper()
    return {"role": file.role, "name": strings.form(file.role), "kind": kind, "size": size(file.size)}


def size(number: int) -> str:
    """A number of bytes as people read it."""
    for unit, of in (("MB", 1 << 20), ("KB", 1 << 10)):
        if number >= of:
            said = f"{number / of:.1f}"
            return f"{said.replace('.', ',') if current() == 'vi' else said} {unit}"
    return f"{number} B"


def _signatures(record: PaperRecord) -> Iterator[dict[str, str]]:
    for one in record.signatures:
        yield {
            "signer": plain(one.signer or one.field),
            "verdict": history.verdict(one.verdict),
            "code": f"{one.verdict} {one.subindication}".strip(),
            "level": plain(one.level),
            "signed_at": clock.cell(one.signed_at) if one.signed_at else "",
            "checked_at": clock.cell(one.checked_at),
        }


def _events(record: PaperRecord) -> Iterator[tuple[str, str, str]]:
    """When, what and who; newest first."""
    for event in reversed(record.events):
        who = clerk_of(event.detail) or event.agent
        yield clock.cell(event.at), plain(history.sentence(event))[:_VALUE], plain(who)


def _versions(found: tuple[Version, ...]) -> list[tuple[str, str, str]]:
    """Number, when and who; newest first."""
    return [(one.number, clock.cell(one.created), plain(one.user)) for one in reversed(found)]
