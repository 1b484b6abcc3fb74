"""Tying a digitized paper to another dossier, so that it need not be handed in again.

The link is an event of the paper: it stands in the paper's metadata.json, in a new version of its object, and in the
chain. The table `reuse_link` is made from these events whenever the paper is written to the catalogue; so it comes back
with `rebuild-index`, and the dossier counts as one with a reused component by the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from digidoc.archive import reuse
from digidoc.archive.archive import Archive
from digidoc.archive.catalog.reuse_links import EVENT
from digidoc.archive.errors import ReuseRefused
from digidoc.archive.events import clerk
from digidoc.archive.metadata import clean
from digidoc.archive.reuse import OwnedPaper
from digidoc.errors import UnknownPaper
from digidoc.i18n import N_
from digidoc.register import DossierState

_REASONS: Final[Mapping[str, str]] = {
    reuse.REFUSED: N_("it could not be taken, and is not in the archive"),
    reuse.WITHDRAWN: N_("it was withdrawn"),
    reuse.NOT_YET: N_("it is issued on {since}"),
    reuse.EXPIRED: N_("it was valid until {since}"),
    reuse.REVOKED: N_("it is not in force since {since}"),
    reuse.SUPERSEDED: N_("a later one of the same name or number stands in its place: dossier {since}"),
    reuse.BAD_SIGNATURE: N_("its signature did not verify at the last check"),
}
_CLOSED: Final[Mapping[int, str]] = {
    DossierState.REFUSED: N_("the dossier {dossier} was refused"),
    DossierState.WITHDRAWN: N_("the dossier {dossier} was withdrawn"),
    DossierState.STOPPED: N_("the work on the dossier {dossier} was stopped"),
}


@dataclass(frozen=True, slots=True)
class Linked:
    """A paper that stands for one of another dossier.

    Attributes:
        paper: the paper.
        dossier: that it was taken for.
        new: False when it was tied to it before.
        same_owner: whether both dossiers have the same owner; None when one of the owners is not known.

    """

    paper: OwnedPaper
    dossier: str
    new: bool
    same_owner: bool | None


def link(archive: Archive, paper_id: str, dossier: str) -> Linked:
    """Tie a paper to a dossier of the register; call it while `writing`. A second time changes nothing.

    Args:
        archive: where both are.
        paper_id: of a filed paper.
        dossier: code of another dossier, which the register has.

    Raises:
        UnknownPaper: there is no such paper.
        ReuseRefused: it is not valid any more, or the dossier is unknown, its own, withdrawn, stopped or refused.
        DiskFull, ReadOnlyTarget, StorageError, ArchiveDamaged: it cannot be written; a rerun finishes it.

    """
    code = clean(dossier)
    with archive.catalog.reading() as db:
        if db.execute("SELECT 1 FROM paper WHERE paper_id = ?", [paper_id]).fetchone() is None:
            raise UnknownPaper(paper=paper_id)
        paper, owner = reuse.of_id(db, paper_id)
        known = db.execute("SELECT state, owner_key FROM register_dossier WHERE code = ?", [code]).fetchone()
    same = None if known is None or not owner or not known[1] else owner == known[1]
    if code in paper.linked:
        return Linked(paper, code, new=False, same_owner=same)
    _check(paper, code, None if known is None else known[0])
    event = clerk.event(EVENT, "success", {"dossier": code})
    archive.add_event(paper_id, event)
    with archive.catalog.reading() as db:
        return Linked(reuse.of_id(db, paper_id)[0], code, new=True, same_owner=same)


def _check(paper: OwnedPaper, code: str, state: int | None) -> None:
    if state is None:
        reason = N_("the register has no dossier {dossier}: import it first")
    elif code == paper.dossier:
        reason = N_("{dossier} is the dossier that it came with")
    elif state in _CLOSED:
        reason = _CLOSED[state]
    elif not paper.valid:
        reason = _REASONS[paper.why]
    else:
        return
    raise ReuseRefused(paper=paper.paper_id, reason=reason, dossier=code, since=paper.since)
