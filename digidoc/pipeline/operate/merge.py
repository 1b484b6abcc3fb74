"""Several papers become one: their originals one after the other, their pages in the order in which they are given."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from digidoc.archive.archive import paper_id
from digidoc.archive.ingest import Draft
from digidoc.i18n import N_
from digidoc.pipeline.operate.composed import New, composed
from digidoc.pipeline.operate.leaves import Binding, bind, leaves
from digidoc.pipeline.operate.remade import Remade
from digidoc.pipeline.work import joined_key


class Merge(Remade):
    """See the module."""

    def check(self) -> None:
        """See `Change.check`."""
        super().check()
        if any(self.done(record.paper_id) for record in self.records):
            return
        for record in self.records[1:]:
            if record.dossier != self.record.dossier:
                raise self.refused(N_("it is not in the dossier of {other}"), record, other=self.record.paper_id)
        self.check_targets()

    @cached_property
    def binding(self) -> Binding:
        """All pages as the archive keeps them."""
        return bind(self.archive, [leaf for record in self.records for leaf in leaves(self.archive, record)])

    def targets(self) -> Sequence[str]:
        """See `Change.targets`."""
        if any(self.done(record.paper_id) for record in self.records):
            return self.made_before()
        return (paper_id(self.record.dossier, self.binding.name(self.record), self.binding.sha256),)

    def drafts(self, folder: Path) -> Sequence[Draft]:
        """See `Change.drafts`."""
        bound = [self.bound(record) for record in self.records]
        new = New(
            paper=self.targets()[0],
            name=self.binding.name(self.record),
            task_key=joined_key(one.task_key for one in self.records),
            binding=self.binding,
            chosen=[(one, range(1, len(one.reading.pages) + 1)) for one in bound],
            events=self.history(linked=True),
        )
        return (composed(self.archive, new, folder / "0", frozenset(record.paper_id for record in self.records)),)
