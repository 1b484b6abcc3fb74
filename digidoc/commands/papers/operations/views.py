"""What is said before and after something is done with papers as a whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.text import Text

from digidoc.archive.operations import Kind
from digidoc.commands.papers.operations.ordered import Ordered
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.pipeline.operate import cautions
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

_WARNED: Final[Mapping[str, str]] = {
    cautions.REPORTED: N_("  {paper} counts in reports of {names}: their figures may change."),
    cautions.SIGNED: N_("  {paper} has a signature."),
    cautions.REUSED: N_("  {paper} stands for a paper of other dossiers too: {names}."),
    cautions.NEW_DOSSIER: N_("  There is no dossier {names} yet, here or in the register: it is made."),
}
_PLANNED: Final[Mapping[Kind, str]] = {
    Kind.MOVE: N_("{papers}: would be moved to {to}"),
    Kind.RENAME: N_("{papers}: would be called {to}"),
    Kind.WITHDRAW: N_("{papers}: would be withdrawn"),
    Kind.RESTORE: N_("{papers}: would be taken back"),
}
_DONE: Final[Mapping[Kind, str]] = {
    Kind.MOVE: N_("{papers}: moved to {to}; it is {targets} there"),
    Kind.RENAME: N_("{papers}: called {to} now; its id is {targets}"),
    Kind.WITHDRAW: N_("{papers}: withdrawn; `digidoc paper restore {papers}` takes it back"),
    Kind.RESTORE: N_("{papers}: taken back"),
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
    )


def _papers(one: Ordered) -> str:
    return " ".join(named.paper for named in one.operation.papers)
