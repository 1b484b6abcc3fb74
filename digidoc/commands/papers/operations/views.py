"""What is said before and after something is done with papers as a whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.text import Text

from digidoc.archive.operations import Kind
from digidoc.commands.papers.operations.ordered import Ordered
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.pipeline.operate import cautions
from digidoc.pipeline.ranges import ranges
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

_WARNED: Final[Mapping[str, str]] = {
    cautions.REPORTED: N_("  {paper} counts in reports of {names}: their figures may change."),
    cautions.SIGNED: N_("  {paper} has a signature."),
    cautions.REUSED: N_("  {paper} stands for a paper of other dossiers too: {names}."),
    cautions.LEFT_SIGNED: N_(
        "  {paper} has a signature, which does not go along: what becomes of it is to be signed anew."
    ),
    cautions.LEFT_REUSED: N_(
        "  {paper} stands for a paper of other dossiers too, and what replaces it does not: {names}. "
        "`digidoc reuse link` says that it does."
    ),
    cautions.NEW_DOSSIER: N_("  There is no dossier {names} yet, here or in the register: it is made."),
}
_PLANNED: Final[Mapping[Kind, str]] = {
    Kind.MOVE: N_("{papers}: would be moved to {to}"),
    Kind.RENAME: N_("{papers}: would be called {to}"),
    Kind.WITHDRAW: N_("{papers}: would be withdrawn"),
    Kind.RESTORE: N_("{papers}: would be taken back"),
    Kind.SPLIT: N_("{papers}: would be split: {parts}"),
    Kind.MERGE: N_("{papers}: would become one paper, {targets}"),
    Kind.REPLACE: N_("{papers}: would be withdrawn, replaced by {to}, which becomes {targets}"),
    Kind.ROTATE: N_("{papers}: would be read again, turned {turn}° clockwise: {pages}"),
}
_DONE: Final[Mapping[Kind, str]] = {
    Kind.MOVE: N_("{papers}: moved to {to}; it is {targets} there"),
    Kind.RENAME: N_("{papers}: called {to} now; its id is {targets}"),
    Kind.WITHDRAW: N_("{papers}: withdrawn; `digidoc paper restore {papers}` takes it back"),
    Kind.RESTORE: N_("{papers}: taken back"),
    Kind.SPLIT: N_("{papers}: split: {parts}"),
    Kind.MERGE: N_("{papers}: one paper now, {targets}"),
    Kind.REPLACE: N_("{papers}: withdrawn, replaced by {targets} ({to})"),
    Kind.ROTATE: N_("{papers}: read again, turned {turn}° clockwise: {pages}"),
}


def question(ready: Sequence[Ordered]) -> Iterator[str]:
    """What would be done, and what there is to know of it."""
    for one in ready:
        yield _said(_PLANNED, one)
        yield from _warned(one)


def view(ordered: Sequence[Ordered]) -> "Iterator[RenderableType]":
    """What was done, or would be; what could not be done stands among the problems."""
    for one in ordered:
        if one.status == "planned":
            yield Text(_said(_PLANNED, one))
            yield from map(Text, _warned(one))
        elif one.status == "done":
            yield Text(_said(_DONE, one))
        elif one.status == "waiting":
            said = _("{papers}: waiting; it is done as soon as the process that writes to the archive lets it")
            yield Text(said.format(papers=_papers(one)), style="yellow")


def _warned(one: Ordered) -> Iterator[str]:
    for caution in one.cautions:
        message = _WARNED[caution.code]
        yield _(message).format(paper=caution.paper, names=plain(", ".join(caution.names)))


def _said(words: Mapping[Kind, str], one: Ordered) -> str:
    given = one.operation
    to: Callable[[str], str] = plain
    return _(words[given.kind]).format(
        papers=_papers(one),
        to=to(given.to) or _("no dossier"),
        targets=", ".join(one.targets),
        parts=", ".join(_parts(one)),
        turn=given.turn,
        pages=_pages(one),
    )


def _parts(one: Ordered) -> Iterator[str]:
    """The papers that it is split into, each with its pages."""
    for paper, pages in zip(one.targets, one.operation.pages, strict=False):
        yield _("{paper} (pages: {pages})").format(paper=paper, pages=ranges(pages))


def _pages(one: Ordered) -> str:
    """The pages that are turned."""
    chosen = one.operation.pages
    return _("page {pages}").format(pages=ranges(chosen[0])) if chosen else _("all pages")


def _papers(one: Ordered) -> str:
    return " ".join(named.paper for named in one.operation.papers)
