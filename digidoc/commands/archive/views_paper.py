"""What `digidoc show` says of a paper or a dossier: for scripts as plain data, for people as tables."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from digidoc import clock, words
from digidoc.archive import metadata
from digidoc.archive.events.clerk import clerk_of
from digidoc.archive.layout import ArchiveLayout
from digidoc.archive.operations import Kind
from digidoc.commands.archive.views import state_words, table
from digidoc.errors import revived
from digidoc.formats import codec
from digidoc.i18n import tr as _
from digidoc.model import SET_ASIDE, PaperRecord, PaperState
from digidoc.pipeline.operate.change import COMES
from digidoc.pipeline.ranges import ranges
from digidoc.pipeline.review.conformity import reasons, sentence
from digidoc.pipeline.review.standing import to_confirm, weigh
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType


def summary_json(paper: PaperRecord) -> dict[str, Any]:
    """A paper in one line of a list."""
    return {"paper_id": paper.paper_id, "name": paper.name, "state": paper.state.value, "pages": len(paper.pages)}


def paper_json(paper: PaperRecord, layout: ArchiveLayout, *, with_text: bool) -> dict[str, Any]:
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
        "why_not_conformant": _why_not(paper),
        "doubts": list(paper.doubts),
        "grave": weigh(paper.doubts, to_confirm(paper.fields))[0].to_json(),
        "problem": None if paper.problem is None else dict(paper.problem),
        "pages": pages,
        "part": list(paper.part),
        "files": [{**codec.plain(file), "path": str(layout.place(file.path).absolute())} for file in paper.files],
        "fields": codec.plain(paper.fields),
        "signatures": codec.plain(paper.signatures),
        "events": codec.plain(paper.events),
    }


def paper_view(paper: PaperRecord, layout: ArchiveLayout) -> Iterator["RenderableType"]:
    """A paper: what it is, its fields, files, signatures and events."""
    dossier = f"{plain(paper.dossier)} / " if paper.dossier else ""
    yield Text.assemble((paper.paper_id, "bold cyan"), f"  {dossier}{plain(paper.name)}")
    facts = [state_words(paper.state), _("pages: {number}").format(number=len(paper.pages))]
    if paper.part:
        facts.append(_("of what was scanned: {pages}").format(pages=ranges(paper.part)))
    if paper.page_dpi:
        facts.append(_("{dpi} dpi").format(dpi=round(min(paper.page_dpi))))
    if paper.conformant:
        facts.append(_("conformant"))
    yield Text("  " + " · ".join(facts))
    if not paper.conformant and paper.state.counts:
        yield Text("  " + _("not conformant: {why}").format(why=sentence(paper.doubts, to_confirm(paper.fields))))
    elif paper.doubts:
        yield Text(_("  Doubts: {codes}").format(codes="; ".join(map(words.doubt, paper.doubts))))
    yield from _places(paper)
    yield from _turned(paper)
    if paper.problem is not None:
        yield Text(f"  {plain(revived(paper.problem).message)}", style="red")
    yield from table(
        (_("Field"), _("Value"), _("Sure"), _("Page"), ""),
        (
            (
                words.field(f.name),
                words.day(f.value),
                f"{f.confidence:.0%}",
                str(f.page),
                _field_doubt(f.name) if f.review else "",
            )
            for f in paper.fields
        ),
    )
    if paper.files:
        yield Text("\n" + _("Files"), style="bold")
    for file in paper.files:
        # No table: a path that is broken over two lines cannot be copied.
        yield Text(plain(f"{file.role:<11} {file.size:>12,}  {layout.place(file.path).absolute()}"))
    yield from table(
        (_("Signature"), _("Verdict"), _("Signer"), clock.titled(_("Checked"))),
        (
            (s.field, f"{s.verdict} {s.subindication}".strip(), s.signer, clock.cell(s.checked_at))
            for s in paper.signatures
        ),
    )
    yield from table(
        (_("Event"), _("Outcome"), _("By"), clock.titled(_("When"))),
        ((e.kind, e.outcome, clerk_of(e.detail) or e.agent, clock.cell(e.at)) for e in paper.events),
    )


def _places(paper: PaperRecord) -> Iterator[Text]:
    """What stands in the place of a paper, or what it stands in the place of; when one was erased."""
    if paper.state is PaperState.WITHDRAWN:
        left = next((event for event in reversed(paper.events) if event.kind == SET_ASIDE), None)
        yield Text(f"  {plain(words.set_aside({} if left is None else left.detail))}", style="yellow")
    if paper.state is PaperState.PURGED:
        erased = paper.events[-1]
        yield Text(f"  {clock.written(erased.at)}: {plain(words.purged(erased.detail))}", style="yellow")
    came = [event.detail["from"] for event in paper.events if event.kind == COMES and "from" in event.detail]
    if came and paper.state.counts:
        before = ", ".join(str(one["paper"]) for one in came[-1])
        yield Text("  " + _("takes the place of {papers}").format(papers=before))


def _turned(paper: PaperRecord) -> Iterator[Text]:
    """Which pages a person has turned, since they have these numbers."""
    lines: list[str] = []
    for event in paper.events:
        kind = event.detail.get("kind")
        if kind == Kind.ROTATE.value:
            lines.append(words.turned(event.detail, ranges(event.detail["pages"])))
        elif event.kind == COMES and kind in (Kind.SPLIT.value, Kind.MERGE.value):
            lines.clear()
    yield from (Text(f"  {plain(line)}") for line in lines)


def _why_not(paper: PaperRecord) -> list[dict[str, Any]]:
    """Reasons in JSON; a refused paper has that for which it was refused."""
    if paper.conformant:
        return []
    if paper.problem is not None:
        return [{"code": "refused", "fields": [], "message": str(paper.problem.get("message", ""))}]
    return reasons(paper.doubts, to_confirm(paper.fields))


def _field_doubt(name: str) -> str:
    grave, _rest = weigh((), (name,))
    return _("to be reviewed") if grave else _("slight doubt")


def text_view(paper: PaperRecord) -> Iterator["RenderableType"]:
    """What was read, page by page, with an empty line between pages."""
    for number, text in enumerate(paper.pages):
        yield Text(("\n" if number else "") + plain(text, lines=True))


def dossier_view(code: str, papers: Sequence[PaperRecord]) -> Iterator["RenderableType"]:
    """The papers of a dossier."""
    yield Text(_("Dossier {code}").format(code=plain(code)), style="bold")
    rows = ((p.paper_id, p.name, state_words(p.state), str(len(p.pages))) for p in papers)
    yield from table((_("Paper"), _("Name"), _("State"), _("Pages")), rows)
