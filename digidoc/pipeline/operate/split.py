"""A paper becomes several: each is some of its pages, of the same original bytes."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from digidoc.archive.archive import paper_id
from digidoc.archive.ingest import Draft
from digidoc.i18n import N_
from digidoc.pipeline.operate.composed import New, composed
from digidoc.pipeline.operate.leaves import Binding, bind, leaves
from digidoc.pipeline.operate.remade import Remade
from digidoc.pipeline.ranges import ranges


class Split(Remade):
    """See the module."""

    def check(self) -> None:
        """See `Change.check`."""
        super().check()
        if self.done(self.record.paper_id):
            return
        self._check_pages(len(self.record.pages))
        self.check_targets()

    def _check_pages(self, count: int) -> None:
        """See whether each page is in exactly one part.

        Raises:
            OperationRefused: it is not.

        """
        named = Counter(page for part in self.operation.pages for page in part)
        unknown = sorted(page for page in named if page > count)
        if unknown:
            raise self.refused(N_("it has {number} pages, and no page {pages}"), number=count, pages=ranges(unknown))
        left = [page for page in range(1, count + 1) if page not in named]
        if left:
            raise self.refused(N_("these pages are in no part: {pages}"), pages=ranges(left))
        twice = sorted(page for page, times in named.items() if times > 1)
        if twice:
            raise self.refused(N_("these pages are in more than one part: {pages}"), pages=ranges(twice))
        if len(self.operation.pages) == 1:
            raise self.refused(N_("it would stay one paper"))

    @cached_property
    def bindings(self) -> tuple[Binding, ...]:
        """The parts as the archive keeps them."""
        every = leaves(self.archive, self.record)
        return tuple(bind(self.archive, [every[page - 1] for page in part]) for part in self.operation.pages)

    def targets(self) -> Sequence[str]:
        """See `Change.targets`."""
        if self.done(self.record.paper_id):
            return self.made_before()
        record = self.record
        return tuple(paper_id(record.dossier, one.name(record), one.sha256) for one in self.bindings)

    def drafts(self, folder: Path) -> Sequence[Draft]:
        """See `Change.drafts`."""
        bound, record = self.bound(self.record), self.record
        made = []
        for number, (part, binding) in enumerate(zip(self.operation.pages, self.bindings, strict=True)):
            # What the paper is taken for elsewhere is what stands on its first page.
            events = self.history(linked=1 in part)
            name = binding.name(record)
            paper = paper_id(record.dossier, name, binding.sha256)
            new = New(paper, name, record.task_key, binding, [(bound, part)], events)
            made.append(composed(self.archive, new, folder / str(number), frozenset({record.paper_id})))
        return made
