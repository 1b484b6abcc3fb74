"""A paper goes to another dossier, or gets another name: both make its id, so it is another paper of the archive.

All that is known of it goes along: its files, the signed one too, for a signature does not say in which dossier a paper
lies; its fields, corrections and doubts, its links for reuse, its history.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from digidoc.archive.archive import paper_id
from digidoc.archive.ingest import Draft
from digidoc.archive.metadata import clean
from digidoc.archive.operations import Kind
from digidoc.errors import UnknownPaper
from digidoc.i18n import N_
from digidoc.pipeline.collect import check_dossier
from digidoc.pipeline.operate.change import Change


class Move(Change):
    """See the module; a rename is a move within the dossier."""

    @property
    def dossier(self) -> str | None:
        """Where the paper goes to."""
        if self.operation.kind is Kind.RENAME:
            return self.record.dossier
        return clean(check_dossier(self.operation.to)) if self.operation.to else None

    @property
    def name(self) -> str:
        """What it is called there."""
        return clean(self.operation.to) if self.operation.kind is Kind.RENAME else self.record.name

    def check(self) -> None:
        """See `Change.check`."""
        super().check()
        (target,) = self.targets()
        if target == self.record.paper_id:
            raise self.refused(N_("it is there already, under this name"))
        if self.done(target):
            return
        try:
            there = self.archive.paper(target)
        except UnknownPaper:
            return
        if there.state.counts:
            raise self.refused(N_("the same paper is there already: {other}"), other=target)

    def targets(self) -> Sequence[str]:
        """See `Change.targets`."""
        return (paper_id(self.dossier, self.name, self.record.sha256),)

    def drafts(self, folder: Path) -> Sequence[Draft]:  # noqa: ARG002 (nothing is made)
        """See `Change.drafts`."""
        record = replace(
            self.record,
            paper_id=self.targets()[0],
            dossier=self.dossier,
            name=self.name,
            object_id="",
            object_version="",
            files=(),
            events=self.carried(),
        )
        return (Draft(record, self.intact(self.record), frozenset({self.record.paper_id})),)
